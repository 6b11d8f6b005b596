// What RegExp.$1 and the like tell of (statics.go). noted(i) gives the i-th of what was matched, from the newest.
((RegExp, { exec }, { apply, defineProperty }, { substring, includes }) => (noted) => {
  const call = (f, self, ...args) => apply(f, self, args);

  // again makes a match once more: the one that exec has returned, or the last in a text.
  function again([regexp, flags, of]) {
    const found = typeof of !== "string", every = !found && call(includes, flags, "g");
    const re = new RegExp(regexp, found && !call(includes, flags, "y") ? flags + "y" : flags);
    re.lastIndex = found ? of.index : 0;
    let last = null;
    for (let m; (m = call(exec, re, found ? of.input : of)) !== null; ) {
      last = m;
      if (!every) break;
      if (m[0] === "") re.lastIndex++;
    }
    return last;
  }

  function match() {
    try {
      for (let i = 0, one; (one = noted(i)) !== undefined; i++) {
        const m = again(one);
        if (m !== null) return m;
      }
      return null;
    } finally {
      noted(-1);
    }
  }

  const define = (name, part) => {
    const get = { get() { const m = match(); return m === null ? "" : part(m) ?? ""; } }.get, set = { set(v) {} }.set;
    defineProperty(get, "name", { value: "get " + name });
    defineProperty(set, "name", { value: "set " + name });
    defineProperty(RegExp, name, { get, set, enumerable: false, configurable: true });
  };
  const input = (m) => m.input, whole = (m) => m[0], last = (m) => (m.length > 1 ? m[m.length - 1] : "");
  const left = (m) => call(substring, m.input, 0, m.index), right = (m) => call(substring, m.input, m.index + m[0].length);
  define("input", input); define("$_", input);
  define("lastMatch", whole); define("$&", whole);
  define("lastParen", last); define("$+", last);
  define("leftContext", left); define("$`", left);
  define("rightContext", right); define("$'", right);
  for (let n = 1; n <= 9; n++) define("$" + n, (m) => m[n]);
})(RegExp, RegExp.prototype, Reflect, String.prototype)
