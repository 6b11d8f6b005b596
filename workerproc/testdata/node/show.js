// What a snippet gives, as text: run(snippets) returns a line for each; with snippets[Symbol.for("split")], for each element of the
// array that one gives. It asks nothing of the modules under test.
function show(v, depth = 0, seen = []) {
  switch (typeof v) {
    case "string": return JSON.stringify(v);
    case "bigint": return `${v}n`;
    case "symbol": return v.toString();
    case "function": return `function ${v.name}`;
    case "number": return Object.is(v, -0) ? "-0" : `${v}`;
  }
  if (v === null || typeof v !== "object") return `${v}`;
  if (seen.includes(v)) return "(circular)";
  if (depth > 6) return "…";
  const inner = (x) => show(x, depth + 1, [...seen, v]);
  if (v instanceof Error) return thrown(v);
  if (Array.isArray(v)) return `[${Array.from(v, inner).join(", ")}]`;
  if (v instanceof Uint8Array) return `${v.constructor.name} ${Array.from(v, (b) => (b < 16 ? "0" : "") + b.toString(16)).join("")}`;
  if (ArrayBuffer.isView(v) && v.length !== undefined) return `${v.constructor.name}[${Array.from(v, inner).join(", ")}]`;
  if (v instanceof ArrayBuffer) return `ArrayBuffer(${v.byteLength})`;
  if (v instanceof Date) return `Date ${v.toISOString()}`;
  if (v instanceof RegExp) return `${v}`;
  if (v instanceof Map) return `Map {${[...v].map(([k, x]) => `${inner(k)} => ${inner(x)}`).join(", ")}}`;
  if (v instanceof Set) return `Set {${[...v].map(inner).join(", ")}}`;
  return `{${Object.keys(v).map((k) => `${k}: ${inner(v[k])}`).join(", ")}}`;
}

function thrown(e) {
  if (!(e instanceof Error)) return `thrown ${show(e)}`;
  return `${e.name}${e.code === undefined ? "" : ` [${e.code}]`}: ${e.message}`;
}

export async function run(snippets) {
  const lines = [];
  for (const [name, f] of Object.entries(snippets)) {
    const line = (name, text) => lines.push(`${name}: ${text.replace(/\n/g, "\\n")}`);
    try {
      const value = await f();
      if (snippets[Symbol.for("split")] && Array.isArray(value)) value.forEach((one, i) => line(`${name}[${i}]`, show(one)));
      else line(name, show(value));
    } catch (e) { line(name, `throws ${thrown(e)}`); }
  }
  return lines.join("\n") + "\n";
}
