// A directory is one Worker: its modules import each other, texts and JSON by name, and CommonJS next to ES modules.
import page from "./page.html";
import config from "./config.json";
import { escape } from "./lib/escape.js";
import clock from "./lib/clock.cjs";

export default {
  async fetch(request) {
    const { markdown } = await import("./lib/markdown.js"); // loaded when it is needed
    const name = new URL(request.url).searchParams.get("name") ?? config.name;
    const html = page
      .replace("{{title}}", escape(config.title))
      .replace("{{body}}", markdown(`Hello, *${escape(name)}*. It is ${clock.partOfDay(config.hour)}.`));
    return new Response(html, { headers: { "Content-Type": "text/html;charset=UTF-8" } });
  },
};
