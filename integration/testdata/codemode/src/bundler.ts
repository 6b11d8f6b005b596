// The documentation's examples with @cloudflare/worker-bundler: a Worker that bundles TypeScript at run time, with esbuild in
// WebAssembly, and loads what comes of it; and static assets, whose KV namespace is stood in for.
import { WorkerEntrypoint, exports as contextExports } from "cloudflare:workers";
import { buildAssetManifest, createWorker, handleAssetRequest } from "@cloudflare/worker-bundler";

const kept = new Map<string, any>();
export class Kept extends WorkerEntrypoint {
  get(key: string, options?: { type?: string }) {
    const value = kept.get(key) ?? null;
    if (value === null) return null;
    return options?.type === "json" ? JSON.parse(value) : options?.type === "arrayBuffer" ? new TextEncoder().encode(value).buffer : value;
  }
  put(key: string, value: string) { kept.set(key, value); }
}

let told = 0;
export class DynamicWorkerTail extends WorkerEntrypoint<any> {
  async tail(events: any[]) { for (const event of events) if ((this.ctx.props as any).workerId === "my-worker" && event.outcome === "ok") told++; }
}

const workerId = "my-worker";
const projectId = "p1";
async function upload(env: any) {
  const assets = {
    "/index.html": "<p>home",
    "/app.js": "alert(1)",
    "/style.css": "p { x: y }",
  };

  const manifest = await buildAssetManifest(assets);

  await env.KV_ASSETS.put(
    `project/${projectId}/manifest`,
    JSON.stringify([...manifest]), // the example stringifies the Map itself, which gives {}
  );
  for (const [pathname, fileContent] of Object.entries(assets)) {
    await env.KV_ASSETS.put(`project/${projectId}/assets${pathname}`, fileContent);
  }
}

export class AssetBinding extends WorkerEntrypoint<any> {
  async fetch(request: Request) {
    const { projectId } = this.ctx.props as any;

    // Load the project's asset manifest from KV
    const manifest = await this.env.KV_ASSETS.get(
      `project/${projectId}/manifest`,
      { type: "json", cacheTtl: 300 },
    );

    if (!manifest) {
      return new Response("No assets found", { status: 404 });
    }

    // Storage object — handleAssetRequest calls get() to
    // read file content when it needs to serve an asset
    const { env } = this; // in the example, get() has `this` of the storage object
    const storage = {
      async get(pathname: string) {
        return env.KV_ASSETS.get(
          `project/${projectId}/assets${pathname}`,
          { type: "arrayBuffer", cacheTtl: 86_400 },
        );
      },
    };

    const response = await handleAssetRequest(request, new Map(manifest) as any, storage);
    return response ?? new Response("Not Found", { status: 404 });
  }
}

const files = {
  "src/index.ts": `
    import { greet } from "./greet";
    export default {
      fetch(request: Request, env: { ASSETS: Fetcher }): Response | Promise<Response> {
        const { pathname } = new URL(request.url);
        return pathname.startsWith("/greet/") ? new Response(greet(pathname.slice(7))) : env.ASSETS.fetch(request);
      },
    };`,
  "src/greet.ts": "export const greet = (who: string): string => `Hello, ${who}!`;",
  "package.json": "{}",
};

async function withHono(env: any, registry: string) {
  const worker = env.LOADER.get("my-worker-with-hono", async () => {
    const { mainModule, modules } = await createWorker({
      files: {
        "src/index.ts": `
        import { Hono } from 'hono';
        const app = new Hono();
        app.get('/', (c) => c.text('Hello from Hono!'));
        export default app;
      `,
        "package.json": JSON.stringify({
          dependencies: { hono: "^4.0.0" },
        }),
      },
      registry, // the test's own
    });

    return { mainModule, modules, compatibilityDate: "2026-05-08" };
  });
  return worker.getEntrypoint().fetch("https://example.com/");
}

let built = 0;
export default {
  async fetch(request: Request, env: any, ctx: any) {
    const registry = new URL(request.url).searchParams.get("registry");
    if (registry !== null) return withHono(env, registry);
    await upload(env);
    if (request.url.endsWith("/bad.ts")) {
      const error = await createWorker({ files: { "src/index.ts": "export default {;", "package.json": "{}" }, bundle: true }).catch((e) => e);
      return new Response(String(error.message).split("\n")[0]);
    }
    if (request.url.endsWith("/told")) {
      while (told < 2) await scheduler.wait(5); // it is told after the answer
      return new Response("told");
    }
    const worker = env.LOADER.get(workerId, async () => {
      const { mainModule, modules } = await createWorker({ files, bundle: true, minify: false });
      built++;

      return {
        mainModule,
        modules,
        compatibilityDate: "2026-05-08",
        env: { ASSETS: ctx.exports.AssetBinding({ props: { projectId } }) },
        tails: [(contextExports as any).DynamicWorkerTail({ props: { workerId } })],
      };
    });
    const response = await worker.getEntrypoint().fetch(request);
    return new Response(`${built} ${response.status} ${response.headers.get("content-type")} ${await response.text()}`);
  },
};
