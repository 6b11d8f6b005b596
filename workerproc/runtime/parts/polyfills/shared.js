// What all files of the part use.

// All of a shape: methods not enumerable, no prototype of their own.
export function add(target, methods) {
  for (const name of Reflect.ownKeys(methods)) {
    if (!(name in target)) {
      Object.defineProperty(target, name, { value: methods[name], writable: true, enumerable: false, configurable: true });
    }
  }
}

// typed is how V8 names a value for which it has no expression.
export const typed = (v) => {
  switch (typeof v) {
    case "string": return `string "${v}"`;
    case "number": case "boolean": return `${typeof v} ${v}`;
    case "object": return v === null ? "object null" : "object";
  }
  return typeof v;
};

export const callable = (f) => {
  if (typeof f !== "function") throw new TypeError(`${typed(f)} is not a function`);
};
