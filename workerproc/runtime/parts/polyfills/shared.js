// What all files of the part use.

// All of a shape: methods not enumerable, no prototype of their own.
export function add(target, methods) {
  for (const name of Reflect.ownKeys(methods)) {
    if (!(name in target)) {
      Object.defineProperty(target, name, { value: methods[name], writable: true, enumerable: false, configurable: true });
    }
  }
}

export const callable = (f) => {
  if (typeof f !== "function") throw new TypeError(`${String(f)} is not a function`);
};
