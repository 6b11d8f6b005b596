// A Worker that answers with what main has printed: text as it is, anything else as JSON.
export const report = (main) => ({
  async fetch(request, env, ctx) {
    const lines = [];
    const bigint = (key, value) => (typeof value === "bigint" ? `${value}n` : value);
    const text = (value) => (typeof value === "string" ? value : JSON.stringify(value, bigint) ?? String(value));
    await main((...values) => lines.push(values.map(text).join(" ")), env, ctx);
    return new Response(lines.join("\n") + "\n");
  },
});

// What fails, as its name and message.
export const failure = async (fn) => {
  try {
    await fn();
    return "no error";
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
