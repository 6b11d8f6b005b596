const out = [];
const show = (v, d = 0) => {
  switch (typeof v) {
    case "string": return JSON.stringify(v);
    case "bigint": return `${v}n`;
    case "number": return Object.is(v, -0) ? "-0" : String(v);
    case "symbol": return v.toString();
    case "function": return `f(${v.name}/${v.length})`;
    case "undefined": case "boolean": return String(v);
  }
  if (v === null) return "null";
  if (d > 3) return "…";
  if (v instanceof Error) return `E(${v.name})`;
  if (v instanceof Date) return `Date(${v.getTime()})`;
  if (v instanceof RegExp) return `${v} ${v.lastIndex}`;
  const tag = Object.prototype.toString.call(v).slice(8, -1);
  if (v instanceof Map) return `Map{${[...v].map((x) => show(x, d + 1))}}`;
  if (v instanceof Set) return `Set{${[...v].map((x) => show(x, d + 1))}}`;
  if (v instanceof ArrayBuffer) return `Buffer(${v.byteLength})`;
  if (ArrayBuffer.isView(v) && !(v instanceof DataView)) return `${tag}(${Array.from(v, (x) => show(x))})`;
  const list = [];
  if (Array.isArray(v)) {
    let holes = 0;
    for (let i = 0; i < Math.min(v.length, 40); i++) { if (i in v) list.push(show(v[i], d + 1)); else holes++; }
    if (holes || v.length > 40) list.push(`${holes} holes of ${v.length}`);
    for (const k of Object.keys(v).filter((k) => !/^\d+$/.test(k))) list.push(`${k}:${show(v[k], d + 1)}`);
    return `[${list}]`;
  }
  for (const k of Reflect.ownKeys(v)) {
    const p = Object.getOwnPropertyDescriptor(v, k);
    list.push(`${String(k)}${p.enumerable ? "" : "-"}${p.get ? "g" : ""}${p.set ? "s" : ""}:${"value" in p ? show(p.value, d + 1) : ""}`);
  }
  return `${tag === "Object" ? "" : tag}{${list}}`;
};
const log = (...list) => { if (out.length < 300) out.push(list.map((x) => show(x)).join(" ")); return list[list.length - 1]; };
const failed = (e) => log("!" + (e instanceof Error ? e.name : show(e)));
const t = (f) => { try { log(f()); } catch (e) { failed(e); } };
const iter = (name, ...list) => ({
  i: 0,
  [Symbol.iterator]() { log(name, "iterator"); return this; },
  next() { log(name, "next"); return this.i < list.length ? { value: list[this.i++], done: false } : { value: "end", done: true }; },
  return(v) { log(name, "return"); return { value: v, done: true }; },
});
const drive = (g, ops) => { for (const [op, v] of ops) { try { log(op, g[op](v)); } catch (e) { failed(e); } } };
const driveAsync = async (g, ops) => { for (const [op, v] of ops) { try { log(op, await g[op](v)); } catch (e) { failed(e); } } };
const spy = (name, target) => new Proxy(target, Object.fromEntries(Reflect.ownKeys(Reflect).filter((k) => typeof k === "string").map((k) => [k, (...list) => {
  log(name, k, ...list.slice(1).filter((x) => typeof x !== "object" && typeof x !== "function"));
  return Reflect[k](...list);
}])));
const o = (name, v) => ({ valueOf() { log(name, "valueOf"); return v; }, toString() { log(name, "toString"); return String(v); } });
