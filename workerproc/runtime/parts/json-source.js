// JSON.parse with the text that a value came from as the reviver's third argument (ECMA-262, JSON.parse), for an engine without it.
(function (ops, core) {
  "use strict";
  const { parse, checked, is, keys, apply, defineProperty, deleteProperty, isArray, charCodeAt, slice, Map } = core.json;
  const { get, set } = Map.prototype;

  // read is JSON.parse with a reviver that may ask for texts.
  function read(source, reviver) {
    const text = `${source}`;
    const value = checked(text);
    const root = { "": value };
    return revive(root, "", reviver, shapeOf(text));
  }

  function revive(holder, key, reviver, shape) {
    const value = holder[key];
    const context = {};
    if (typeof value === "object" && value !== null) {
      if (isArray(value)) {
        const shapes = shape !== undefined && shape.list;
        for (let i = 0, n = value.length; i < n; i++) reviveIn(value, `${i}`, reviver, shapes ? shapes[i] : undefined);
      } else {
        const names = keys(value), shapes = shape !== undefined && shape.map;
        for (let i = 0; i < names.length; i++) reviveIn(value, names[i], reviver, shapes ? apply(get, shapes, [names[i]]) : undefined);
      }
    } else if (shape !== undefined && shape.source !== undefined && is(parse(shape.source), value)) {
      context.source = shape.source;
    }
    return apply(reviver, holder, [key, value, context]);
  }

  function reviveIn(object, name, reviver, shape) {
    const value = revive(object, name, reviver, shape);
    if (value === undefined) deleteProperty(object, name);
    else defineProperty(object, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  }

  // shapeOf is where the values are in a text that is known to be JSON.
  function shapeOf(text) {
    let at = 0;
    const code = () => apply(charCodeAt, text, [at]);
    const space = () => { for (let c = code(); c === 32 || c === 10 || c === 13 || c === 9; c = code()) at++; };
    function string() {
      const from = at++;
      for (let c = code(); c !== 34; c = code()) at += c === 92 ? 2 : 1;
      return apply(slice, text, [from, ++at]);
    }
    function shape() {
      space();
      const c = code();
      const made = c === 123 ? object() : c === 91 ? array() : { source: c === 34 ? string() : word() };
      space();
      return made;
    }
    function word() {
      const from = at;
      for (let c = code(); c === 43 || c === 45 || c === 46 || c >= 48 && c <= 57 || c >= 65 && c <= 90 || c >= 97 && c <= 122; c = code()) at++;
      return apply(slice, text, [from, at]);
    }
    function array() {
      const list = [];
      at++;
      for (space(); code() !== 93;) {
        list[list.length] = shape();
        if (code() === 44) at++;
      }
      at++;
      return { list };
    }
    function object() {
      const map = new Map();
      at++;
      for (space(); code() !== 125; space()) {
        const name = parse(string());
        space();
        at++;
        apply(set, map, [name, shape()]);
        if (code() === 44) at++;
      }
      at++;
      return { map };
    }
    return shape();
  }

  return { read };
})
