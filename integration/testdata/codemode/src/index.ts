// The documentation's Code Mode example, with its packages as npm has them: https://developers.cloudflare.com/dynamic-workers/examples/codemode/
import { DynamicWorkerExecutor } from "@cloudflare/codemode";
import { createCodeTool } from "@cloudflare/codemode/ai";
import { tool } from "ai";
import { z } from "zod";

interface Project { id: number; name: string }
const projects: Project[] = [];
const myTools = {
  createProject: tool({
    description: "Create a project",
    inputSchema: z.object({ name: z.string().describe("What it is called") }),
    execute: async ({ name }: { name: string }) => { projects.push({ id: projects.length + 1, name }); return projects.at(-1); },
  }),
  listProjects: tool({ description: "List all projects", inputSchema: z.object({}), execute: async () => projects }),
};

async function executed(env: any, code: string, options: object = {}) {
  const executor = new DynamicWorkerExecutor({
    loader: env.LOADER, // WorkerLoader binding from wrangler.jsonc
    timeout: 30000, // default: 30s
    globalOutbound: null, // null = fetch blocked
    ...options,
  });
  const fns = {
    add: async (a: number, b: number) => a + b,
    fails: async () => { throw new Error("no such project"); },
    bytes: async (b: Uint8Array) => new Uint8Array([...b, 255]),
  };
  return executor.execute(code, [{ name: "codemode", fns }, { name: "state", fns: { get: async () => ({ deep: [1, { two: "2" }] }) } }]);
}

const routes: Record<string, (env: any) => Promise<unknown>> = {
  "/tools": (env) => executed(env, `async () => {
    console.log("adding", 1, { a: 1 }); console.warn("careful"); console.error(new Error("oh"));
    const sum = await codemode.add(40, 2);
    const [s, bytes] = await Promise.all([state.get(), codemode.bytes(new Uint8Array([1, 2]))]);
    return { sum, s, bytes: [...bytes], big: Math.max(...(await Promise.all([1, 2, 3].map((n) => codemode.add(n, n))))) };
  }`),
  "/throws": (env) => executed(env, "async () => { console.log('before'); throw new TypeError('from the sandbox') }"),
  "/tool-throws": (env) => executed(env, "async () => { try { await codemode.fails() } catch (e) { return 'caught ' + e.message } }"),
  "/missing": (env) => executed(env, "async () => codemode.nothing()"),
  "/fetch": (env) => executed(env, "async () => fetch('https://example.com/')"),
  "/timeout": (env) => executed(env, "async () => { console.log('waiting'); await new Promise(() => {}) }", { timeout: 50 }),
  "/late": (env) => executed(env, "async () => { codemode.add(1, 2); return 'not awaited' }"),
  "/syntax": (env) => executed(env, "async () => { let = ; }").catch((e) => ({ rejected: e.message.split("\n")[1].split(":")[0] })),
  "/fences": (env) => executed(env, "```js\nconst a = await codemode.add(1, 1);\na * 10\n```"),
  "/modules": (env) => executed(env, "async () => (await import('greet.js')).default('Ada')", { modules: { "greet.js": "export default (name) => `Hello, ${name}!`" } }),
  "/isolated": async (env) => [await executed(env, "async () => { globalThis.seen = 1; return 'one' }"), await executed(env, "async () => typeof globalThis.seen")],
  "/many": async (env) => (await Promise.all(Array.from({ length: 8 }, (_, i) => executed(env, `async () => codemode.add(${i}, 100)`)))).map((r: any) => r.result),
  "/ai": async (env) => {
    const executor = new DynamicWorkerExecutor({ loader: env.LOADER });
    const codemode: any = createCodeTool({
      tools: myTools, // Record<string, tool()> with Zod schemas
      executor, // DynamicWorkerExecutor
    });
    const made = await codemode.execute({ code: `async () => {
      for (const name of ["Apollo", "Gemini"]) await codemode.createProject({ name });
      console.log("made two");
      return (await codemode.listProjects({})).map((p) => p.id + " " + p.name);
    }` });
    const failed = await codemode.execute({ code: "async () => { console.log('so far'); null.x }" }).catch((e: Error) => e.message.split(":")[0]);
    return { made, failed, types: /createProject: \(input: CreateProjectInput\)/.test(codemode.description), doc: /What it is called/.test(codemode.description) };
  },
};

export default {
  async fetch(request: Request, env: any): Promise<Response> {
    const run = routes[new URL(request.url).pathname];
    return run ? Response.json(await run(env)) : new Response("no route", { status: 404 });
  },
};
