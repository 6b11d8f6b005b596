// tracing of cloudflare:workers. Nothing is traced here: spans take what they are given, and run the code.
(function () {
  "use strict";
  class Span {
    get isTraced() { return false; }
    spanContext() { return { traceId: "0".repeat(32), spanId: "0".repeat(16), traceFlags: 0 }; }
    setAttribute() { return this; }
    setAttributes() { return this; }
    recordException() { return this; }
    updateName() { return this; }
    setStatus() { return this; }
    end() {}
    get [Symbol.toStringTag]() { return "Span"; }
  }
  const callback = (method, f, n) => {
    if (typeof f !== "function") throw new TypeError(`Failed to execute '${method}' on 'Tracing': parameter ${n} is not of type 'function'.`);
  };
  class Tracing {
    enterSpan(name, f, ...args) {
      callback("enterSpan", f, 2);
      return f(new Span(), ...args);
    }
    startActiveSpan(name, ...rest) {
      const f = rest.at(-1);
      callback("startActiveSpan", f, 2);
      return f(new Span());
    }
    startSpan() { return new Span(); }
    getActiveSpan() { return undefined; }
    withActiveSpan(span, f, ...args) {
      callback("withActiveSpan", f, 2);
      return f(...args);
    }
    get Span() { return Span; }
    get [Symbol.toStringTag]() { return "Tracing"; }
  }
  return { tracing: new Tracing() };
})
