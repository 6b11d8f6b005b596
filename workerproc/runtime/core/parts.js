// Parts are evaluated when something first needs them.
import { primordials, enumerable } from "./primordials.js";

const loaded = { __proto__: null };

// core is what parts are given; core.js says what is in it. Files of the core add to it.
// ended has functions that are told of each invocation that is over.
export const core = { primordials, part, ended: [] };

// Parts whose globals are native in the Workers runtime, not the engine's.
const native = { __proto__: null };
for (const name of ["blob", "cache", "compression", "crypto", "encoding", "events", "eventsource", "htmlrewriter", "messaging", "performance", "readable-bytes", "streams", "subtle",
  "transform", "url", "urlpattern", "websocket", "writable"]) native[name] = true;

export function part(name) {
  return loaded[name] ?? shaped(name, loaded[name] = lazy(name)(ops, core));
}

// later is told of each part that is loaded.
export const onLoad = (later) => { told = later; };
let told;

// shaped looks at what is there already: what is behind a getter is in a part that comes later.
function shaped(name, made) {
  told?.();
  if (!native[name]) return made;
  for (const key of primordials.ownKeys(made)) {
    const { value } = primordials.getOwnPropertyDescriptor(made, key);
    if (typeof value === "function" && primordials.hasOwn(value, "prototype")) enumerable(value);
  }
  return made;
}

// loadedPart is a part that has been evaluated.
export const loadedPart = (name) => loaded[name];
