// A loader that passes the answers of what it loads on, and one that looks at them first: /passes/WHAT and /awaits/WHAT.
import { WorkerEntrypoint } from "cloudflare:workers";

const leaf = `
const large = (n) => "0123456789abcdef".repeat(n / 16);
const gzip = async (text) => new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
export default { async fetch(request, env, ctx) {
	const what = new URL(request.url).pathname.split("/").pop();
	switch (what) {
		case "text": return new Response("text of " + request.method);
		case "status": return new Response("made", { status: 201, statusText: "Made Up", headers: { "x-a": "1", "content-type": "text/x-own" } });
		case "cookies": {
			const headers = new Headers([["set-cookie", "a=1"], ["x-b", "1"], ["set-cookie", "b=2; Path=/"], ["x-b", "2"], ["x-latin", "\\u00e9"]]);
			return new Response("cookies", { headers });
		}
		case "empty": return new Response("");
		case "null": return new Response(null, { headers: { "content-type": "text/x" } });
		case "204": case "205": case "304": return new Response(null, { status: +what, headers: { etag: '"1"', "content-encoding": "gzip" } });
		case "500": return Response.json({ error: 1 }, { status: 500 });
		case "length": return new Response("abc", { headers: { "content-length": "3" } });
		case "bytes": return new Response(new Uint8Array([0, 255, 254, 10, 13, 128]));
		case "64k": return new Response(large(1 << 16));
		case "more": return new Response(large(1 << 16) + "x");
		case "1m": return new Response(large(1 << 20));
		case "2m": return new Response(large(1 << 21));
		case "redirect": return Response.redirect("http://other/there", 302);
		case "manual": return new Response(await gzip("zipped"), { encodeBody: "manual", headers: { "content-encoding": "gzip" } });
		case "automatic": return new Response("to be zipped", { headers: { "content-encoding": "gzip" } });
		case "stream": {
			const { readable, writable } = new TransformStream();
			const writer = writable.getWriter();
			ctx.waitUntil((async () => { for (const piece of ["a", "b"]) await writer.write(new TextEncoder().encode(piece)); await writer.close(); })());
			return new Response(readable);
		}
		case "throws": throw new RangeError("thrown");
		case "none": return 5;
		case "error": return Response.error();
		case "held": return new Response(await (await fetch(decodeURIComponent(new URL(request.url).search.slice(1)))).text());
	}
	return new Response("leaf " + what);
} }`;

// between passes on what another answers, or looks at it.
const between = `
export default { async fetch(request, env, ctx) {
	const [how, what] = new URL(request.url).pathname.split("/").slice(-2);
	console.log("between", how, what);
	if (what === "late") ctx.waitUntil(scheduler.wait(20).then(() => console.log("late")));
	if (what === "limit") ctx.waitUntil((async () => { try { for (let n = 0; n < 5; n++) await env.NEXT.count(); } catch (e) { console.log(e.message) } })());
	if (what === "calls") await Promise.all([env.NEXT.count(), env.NEXT.count()]);
	if (how === "passes") return env.NEXT.fetch(request);
	const response = await env.NEXT.fetch(request);
	globalThis.seen = response.status;
	return response;
} }`;

const code = (source, more) => ({ compatibilityDate: "2026-01-01", mainModule: "a.js", modules: { "a.js": source }, ...more });

// Next is the loader's own: what it answers comes of the leaf, in the same way as it is asked.
export class Next extends WorkerEntrypoint {
	count() { return 1; }
	async fetch(request) {
		const [how] = new URL(request.url).pathname.split("/").slice(-2);
		return on(how, this.env.LOADER.get("leaf", () => code(leaf)).getEntrypoint().fetch(request));
	}
}

let told = [];
export class Tail extends WorkerEntrypoint {
	tail(events) {
		for (const { outcome, event, logs, exceptions } of events) {
			told.push({ outcome, response: event.response, logs: logs.map((l) => l.message), exceptions: exceptions.map((e) => [e.name, e.message]) });
		}
	}
}

// on is a promise as it is, or one of a response that has been looked at.
const on = (how, promise) => (how === "passes" ? promise : promise.then((response) => { globalThis.seen = response.status; return response; }));

export default {
	fetch(request, env, ctx) {
		const [how, after] = new URL(request.url).pathname.split("/").slice(1);
		const through = (id, more) => env.LOADER.get(id, () => code(between, { env: { NEXT: ctx.exports.Next({ props: {} }) }, ...more })).getEntrypoint().fetch(request);
		switch (how) {
			case "passes": case "awaits":
				console.log("loader");
				return on(how, env.LOADER.get("leaf", () => code(leaf)).getEntrypoint().fetch(request));
			case "net": return on(after, fetch(decodeURIComponent(new URL(request.url).search.slice(1))));
			case "chain": return on(after, through("between")); // the loader, the one between, and Next
			case "watched": return through("watched", { tails: [ctx.exports.Tail({ props: {} })], limits: { subRequests: 4 } });
			case "large": // to know the processes by
				globalThis.large ??= new Uint8Array(60 << 20).fill(1);
				return env.LOADER.get("large", () => code(`globalThis.large = new Uint8Array(30 << 20).fill(1);${leaf}`)).getEntrypoint().fetch(request);
			case "told": return (async () => {
				while (told.length === 0) await scheduler.wait(2);
				const all = told;
				told = [];
				return Response.json(all);
			})();
		}
		return new Response("no route", { status: 404 });
	},
};
