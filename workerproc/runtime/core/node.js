// The modules of Node.js and its globals, which the flags nodejs_compat and nodejs_compat_v2 turn on. They are loaded by
// the part "node" when something first asks for one.
import { primordials as p } from "./primordials.js";
import { core, part } from "./parts.js";
import { define, defineLazily } from "./globals.js";

let on = false;
let bare = false; // names without node:

export function setFlags(env, date, flags) {
  let v2 = false;
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i];
    if (flag === "nodejs_compat" || flag === "nodejs_compat_v2") on = true;
    if (flag === "nodejs_compat_v2" || flag === "nodejs_compat" && date >= "2024-09-23") v2 = true;
  }
  for (let i = 0; i < flags.length; i++) if (flags[i] === "no_nodejs_compat_v2") v2 = false;
  if (!on) return;
  bare = v2;
  core.node = { env, date, flags };
  if (!bare) return;
  define("global", globalThis);
  for (const name of ["Buffer", "process"]) defineLazily(name, "node");
}

// builtin returns the namespace of a module of Node.js by the name that an import spells, a hint why it isn't there, or
// undefined.
export function builtin(name) {
  if (name === "cloudflare:sockets") return part("sockets").module;
  const prefixed = p.slice(name, 0, 5) === "node:";
  return part("node").builtin(prefixed ? p.slice(name, 5) : name, prefixed, prefixed ? on : bare);
}
