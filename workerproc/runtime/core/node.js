// The modules of Node.js and its globals, which the flags nodejs_compat and nodejs_compat_v2 turn on. They are loaded by
// the part "node" when something first asks for one.
import { primordials as p } from "./primordials.js";
import { core, part } from "./parts.js";
import { define, defineLazily } from "./globals.js";
import { flag } from "./flags.js";

let on = false;
let bare = false; // names without node:

export function setFlags(env, date, flags) {
  const compat = flag("nodejs_compat");
  const named = (name) => {
    for (let i = 0; i < flags.length; i++) if (flags[i] === name) return true;
    return false;
  };
  bare = named("nodejs_compat_v2") || !named("no_nodejs_compat_v2") && (date >= "2026-08-04" || compat && date >= "2024-09-23");
  on = compat || bare;
  core.node = { ...core.node, env, date, flags, named, compat, bare };
  if (bare) {
    define("global", globalThis);
    for (const name of ["Buffer", "process", "setImmediate", "clearImmediate"]) defineLazily(name, "node");
  }
  if (compat && (named("enable_nodejs_global_timers") || date >= "2026-02-10" && !named("no_nodejs_global_timers"))) {
    for (const name of ["setTimeout", "setInterval", "clearTimeout", "clearInterval"]) defineLazily(name, "node");
  }
}

// builtin returns the namespace of a module of Node.js by the name that an import spells, a hint why it isn't there, or
// undefined.
export function builtin(name) {
  if (name === "cloudflare:sockets") return part("sockets").module;
  if (name === "cloudflare:node") return on ? part("node").cloudflare : 'It needs the compatibility flag "nodejs_compat".';
  const prefixed = p.slice(name, 0, 5) === "node:";
  return part("node").builtin(prefixed ? p.slice(name, 5) : name, prefixed, prefixed ? on : bare);
}
