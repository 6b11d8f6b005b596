// The Date of a Worker whose clock stands still while its code runs: the engine's own, but for what time it is.
(function (ops) {
  "use strict";
  const Native = Date;
  const { construct, ownKeys, getOwnPropertyDescriptor, defineProperty, setPrototypeOf, getPrototypeOf, apply } = Reflect;
  const text = Native.prototype.toString;

  function Frozen(...args) {
    if (new.target === undefined) return apply(text, new Native(ops.now()), []);
    if (args.length === 0) args = [ops.now()];
    return construct(Native, args, new.target);
  }
  for (const key of ownKeys(Native)) defineProperty(Frozen, key, getOwnPropertyDescriptor(Native, key));
  defineProperty(Frozen, "name", { value: "Date", configurable: true });
  defineProperty(Frozen, "now", { value: { now() { return ops.now(); } }.now, writable: true, configurable: true });
  setPrototypeOf(Frozen, getPrototypeOf(Native));
  defineProperty(Native.prototype, "constructor", { value: Frozen, writable: true, configurable: true });
  defineProperty(globalThis, "Date", { value: Frozen, writable: true, configurable: true });
  return {};
})
