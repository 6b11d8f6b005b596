// The name and message of what each snippet throws, a line each.
export async function run(snippets) {
  const lines = [];
  for (const [name, snippet] of Object.entries(snippets)) {
    let result;
    try {
      result = `no error but ${String(await snippets[name]())}`;
    } catch (error) {
      result = `${error?.name}: ${error?.message}`;
    }
    lines.push(`${name}: ${result.replaceAll("\n", "\\n")}`);
  }
  return lines.join("\n") + "\n";
}
