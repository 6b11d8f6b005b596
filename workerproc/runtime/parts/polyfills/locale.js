// Methods that depend on a locale.

// localeMethods depend on the locale: what the engines have of these knows no locale. Intl's parts are evaluated when one of
// them is called.
export function localeMethods() {
  const apply = Reflect.apply;
  const { TypeError, RangeError } = core.primordials;
  const thisOf = (valueOf, message) => (v) => {
    try { return apply(valueOf, v, []); } catch { throw new TypeError(message(v)); }
  };
  const numberOf = thisOf(Number.prototype.valueOf, () => "Number.prototype.toLocaleString requires that 'this' be a Number");
  const bigintOf = thisOf(BigInt.prototype.valueOf, () => "BigInt.prototype.toLocaleString requires that 'this' be a BigInt");
  const { getTime } = Date.prototype;
  const dateOf = (v, name) => {
    try { return apply(getTime, v, []); } catch { throw core.part("intl").shared.incompatible(`Date.prototype.${name}`, v); }
  };
  const textOf = (v, name) => {
    if (v === undefined || v === null) throw new TypeError(`String.prototype.${name} called on null or undefined`);
    return `${v}`;
  };
  const date = (name, what) => ({ [name]() {
    const time = dateOf(this, name);
    return time !== time ? "Invalid Date" : core.part("intl-date").format(time, arguments[0], arguments[1], what);
  } });
  const { toUpperCase, toLowerCase, normalize } = String.prototype;
  // Only these languages have rules of their own for the case of letters.
  const special = { tr: true, az: true, lt: true, el: true, __proto__: null };
  const changed = (v, name, plain, upper, locales) => {
    const s = textOf(v, name);
    if (locales === undefined) return apply(plain, s, []);
    const tag = core.part("intl").shared.canonicalList(locales)[0] ?? "en";
    return special[tag.length === 2 || tag[2] === "-" ? tag[0] + tag[1] : ""] ? ops.intlCase(tag, s, upper) : apply(plain, s, []);
  };
  const elements = { toLocaleString() {
    if (this === undefined || this === null) throw new TypeError("Array.prototype.toLocaleString called on null or undefined");
    const o = Object(this);
    if (joining.includes(o)) return "";
    joining.push(o);
    try {
      let text = "";
      for (let i = 0; i < o.length; i++) {
        if (i > 0) text += ",";
        const v = o[i];
        if (v !== undefined && v !== null) text += v.toLocaleString(arguments[0], arguments[1]);
      }
      return text;
    } finally { joining.pop(); }
  } };
  const joining = []; // an array that has itself as an element says nothing there
  return [
    [Number.prototype, { toLocaleString() { return core.part("intl-number").format(numberOf(this), arguments[0], arguments[1]); } }],
    [BigInt.prototype, { toLocaleString() { return core.part("intl-number").format(bigintOf(this), arguments[0], arguments[1]); } }],
    [Date.prototype, { ...date("toLocaleString", "any"), ...date("toLocaleDateString", "date"), ...date("toLocaleTimeString", "time") }],
    [Array.prototype, elements],
    [Object.getPrototypeOf(Uint8Array.prototype), elements],
    [String.prototype, {
      localeCompare(that) {
        const s = textOf(this, "localeCompare");
        return core.part("intl-text").compare(s, `${that}`, arguments[1], arguments[2]);
      },
      normalize() {
        const s = textOf(this, "normalize");
        const form = arguments[0] === undefined ? "NFC" : `${arguments[0]}`;
        if (form !== "NFC" && form !== "NFD" && form !== "NFKC" && form !== "NFKD") throw new RangeError("The normalization form should be one of NFC, NFD, NFKC, NFKD.");
        return apply(normalize, s, [form]);
      },
      toLocaleUpperCase() { return changed(this, "toLocaleUpperCase", toUpperCase, true, arguments[0]); },
      toLocaleLowerCase() { return changed(this, "toLocaleLowerCase", toLowerCase, false, arguments[0]); },
    }],
  ];
}
