import snippets from "./snippets.js";
import { run } from "./run.js";

export default { async fetch() { return new Response(await run(snippets)); } };
