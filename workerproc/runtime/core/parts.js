// Parts are evaluated when something first needs them.
import { primordials } from "./primordials.js";

const loaded = { __proto__: null };

// core is what parts are given; core.js says what is in it. Files of the core add to it.
export const core = { primordials, part };

export function part(name) {
  return loaded[name] ?? (loaded[name] = lazy(name)(ops, core));
}
