// What util.inspect shows of a value and can't be told by its properties.
module.exports = {
  promise(promise, pending, rejected) {
    const [kind, result] = ops.internals(promise);
    return kind === "rejected" ? [rejected, result] : kind === "fulfilled" ? ["fulfilled", result] : [pending, undefined];
  },
  // stack is the error's own, with frames as V8 prints them.
  stack(e) {
    let own;
    try { own = e.stack; } catch { return undefined; }
    const at = typeof own === "string" ? own.indexOf("\n\tat ") : -1;
    if (at < 0) return own;
    const described = ops.describe(e)[2];
    const frames = described.indexOf("\n    at ");
    return own.slice(0, at) + (frames < 0 ? "" : described.slice(frames));
  },
};
