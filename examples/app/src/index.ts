import { WorkerEntrypoint } from "cloudflare:workers";
import about from "../about.md";
import { greeting } from "./greeting";

interface Env {
  TITLE: string;
  LIMITS: { name: number };
}

const guests: string[] = []; // as long as the isolate lives; storage is another example's

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    switch (`${request.method} ${url.pathname}`) {
      case "GET /api/guests":
        return Response.json({ title: env.TITLE, guests });
      case "POST /api/guests": {
        const name = (await request.text()).trim();
        if (name === "" || name.length > env.LIMITS.name) {
          return new Response(`a name has 1 to ${env.LIMITS.name} letters\n`, { status: 400 });
        }
        guests.push(name);
        console.log("a guest", { name, count: guests.length });
        return new Response(greeting(name) + "\n", { status: 201 });
      }
      case "GET /about":
        return new Response(about, { headers: { "content-type": "text/markdown; charset=utf-8" } });
    }
    return new Response("not found\n", { status: 404 });
  },
};

// stockade's socket reaches it, too: POST /v1/apps/guestbook/rpc/count with the header Stockade-Entrypoint: Admin
export class Admin extends WorkerEntrypoint<Env> {
  count(): number {
    return guests.length;
  }
}
