// What all files of the part use: the language's functions as they were, and the numbers of package rpc.
export const Reflect_apply = Reflect.apply, Object_defineProperty = Object.defineProperty, Object_getPrototypeOf = Object.getPrototypeOf;
export const { encode, decode, refuse } = core.part("codec").internal;
export const { Proxy } = core;
export const GRANT = 1, EXPORT = 2, ENTRYPOINT = 3;
export const ON_EXPORT = 1, ON_INVOCATION = 2;

// steady gives a collection its methods as its own: what a Worker does to their prototype doesn't reach it.
export function steady(collection) {
  const proto = Object.getPrototypeOf(collection);
  for (const name of ["get", "set", "has", "delete"]) collection[name] = proto[name];
  return collection;
}

export function push(list, value) { Object_defineProperty(list, list.length, { value, writable: true, enumerable: true, configurable: true }); }
