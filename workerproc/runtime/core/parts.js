// Parts are evaluated when something first needs them.
import { primordials } from "./primordials.js";

const loaded = { __proto__: null };

// core is what parts are given; core.js says what is in it. Files of the core add to it.
// ended has functions that are told of each invocation that is over.
export const core = { primordials, part, ended: [] };

export function part(name) {
  return loaded[name] ?? (loaded[name] = lazy(name)(ops, core));
}

// loadedPart is a part that has been evaluated.
export const loadedPart = (name) => loaded[name];
