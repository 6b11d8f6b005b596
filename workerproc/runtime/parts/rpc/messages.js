// Request and Response as they cross, with their bodies.
import { dispose } from "./disposal.js";
import { capOf } from "./calls.js";
import { exportObject, free } from "./values.js";
import { signalForm, signalOf, streamForm, streamOf } from "./streams.js";
import { outside } from "./services.js";

// A body that nobody has touched is passed on as it came: body.pass says what it is.
function bodyForm(message, body, encoder, form) {
  if (body === null) return null;
  if (body.used) throw new TypeError("The ReadableStream has been locked to a reader.");
  if (body.stream === null && !body.take) {
    body.used = true;
    return typeof body.source === "string" ? ["s", body.source] : ["b", encoder.blob(body.source)];
  }
  const { pass } = body;
  if (body.stream !== null || pass === undefined) return streamForm(core.streamOf(body), encoder);
  body.used = true;
  if (pass.encoding !== undefined) form.z = pass.encoding;
  if (pass.bytes !== undefined) return ["b", encoder.blob(pass.bytes)];
  const passed = ["R", encoder.cap(capOf(pass.record)), true];
  queueMicrotask(() => dispose(pass.record)); // the value has gone by then
  return passed;
}
function bodyOf(form, decoder, grantAt, encoding) {
  if (form === null || form === undefined) return null;
  const body = { source: undefined, stream: null, used: false, type: undefined };
  if (encoding !== undefined) encoding = `${encoding}`;
  if (form[0] === "s") body.source = `${form[1]}`;
  else if (form[0] === "b" && encoding === undefined) body.source = decoder.take(decoder.blobs, form[1]);
  else passedOn(body, form[0] === "b" ? { bytes: decoder.take(decoder.blobs, form[1]), encoding } : { record: free(grantAt(form[1])), encoding });
  return body;
}
export function rawStream({ bytes, record }) {
  return bytes !== undefined ? core.part("streams").internal.fromBytes(bytes) : streamOf(["R", 0, true], record);
}
export function requestForm(request, encoder) {
  const s = core.requestState(request);
  const form = { m: s.method, u: s.url, h: s.headers === null ? s.list : core.listOf(s.headers), r: s.redirect ?? "follow" };
  form.b = bodyForm(request, s.body, encoder, form);
  if (s.cf !== undefined) form.cf = encoder.encode(s.cf);
  if (s.cache !== undefined) form.c = s.cache;
  if (s.signal !== null && s.signal !== undefined) form.g = signalForm(s.signal, encoder);
  return ["Q", form];
}
export function requestOf(form, decoder, grantAt) {
  const s = { __proto__: null, method: `${form.m}`, url: `${form.u}`, list: [...form.h].map(String), headers: null, immutable: false, redirect: form.r, signal: null, cf: undefined, cache: form.c === undefined ? undefined : `${form.c}`, integrity: "", body: null };
  const request = decoder.note(new core.Request(core.PRIVATE, s));
  s.body = bodyOf(form.b, decoder, grantAt, form.z);
  if (form.cf !== undefined) s.cf = decoder.decode(form.cf);
  if (form.g !== undefined) s.signal = signalOf([form.g[0], form.g[1], form.g[2] === undefined ? undefined : decoder.decode(form.g[2])], grantAt);
  return request;
}
export function responseForm(response, encoder) {
  const s = core.responseState(response);
  const form = { s: s.status, t: s.statusText ?? "", h: s.headers === null ? s.list : core.listOf(s.headers), u: s.url, y: s.type, d: s.redirected };
  form.b = bodyForm(response, s.body, encoder, form);
  if (s.cf !== undefined) form.cf = encoder.encode(s.cf);
  if (s.webSocket) form.w = encoder.cap(exportObject(core.part("websocket").internal.passedOn(s.webSocket)));
  return ["P", form];
}
export function responseOf(form, decoder, grantAt) {
  const s = { __proto__: null, status: form.s, statusText: `${form.t}`, list: [...form.h].map(String), headers: null, immutable: false, body: null, type: form.y === "error" ? "error" : "default", url: form.u ?? "", redirected: !!form.d };
  const response = decoder.note(new core.Response(core.PRIVATE, s));
  s.body = bodyOf(form.b, decoder, grantAt, form.z);
  if (form.cf !== undefined) s.cf = decoder.decode(form.cf);
  if (form.w !== undefined) s.webSocket = core.part("websocket").internal.fromOutside(outside(free(grantAt(form.w))));
  return response;
}

export function passedOn(body, pass) {
  const { encoding } = pass;
  body.source = undefined;
  body.pass = pass;
  body.take = () => encoding === undefined ? rawStream(pass) : core.part("fetch").internal.decoded(rawStream(pass), encoding);
}
