// fetch() is a call on globalOutbound. Its payload is the length of a JSON head (4 bytes, big endian), the head
// {method, url, headers: [name, value, …], redirect}, and the body's bytes; what comes back has the head
// {status, statusText, headers, url, redirected}.
import { primordials as p, PRIVATE } from "./primordials.js";
import { Request, requestState } from "./request.js";
import { Response } from "./response.js";
import { listOf } from "./headers.js";

const calls = new p.Map();

export function hostCall(grant, operation, payload) {
  return new p.Promise((resolve, reject) => {
    p.apply(p.Map.prototype.set, calls, [ops.hostCall(grant, operation, payload), { resolve, reject }]);
  });
}

export function hostResult(n, error, bytes) {
  const call = p.apply(p.Map.prototype.get, calls, [n]);
  if (!call) return;
  p.apply(p.Map.prototype.delete, calls, [n]);
  if (error === undefined || error === null) return call.resolve(bytes);
  const Class = error[1] === "TypeError" ? TypeError : error[1] === "RangeError" ? RangeError : Error;
  call.reject(new Class(error[2]));
}

function join(head, body) {
  const text = ops.utf8Encode(p.stringify(head));
  const payload = new p.Uint8Array(4 + text.length + body.length);
  payload[0] = text.length >>> 24;
  payload[1] = text.length >>> 16;
  payload[2] = text.length >>> 8;
  payload[3] = text.length;
  payload.set(text, 4);
  payload.set(body, 4 + text.length);
  return payload;
}

function split(payload) {
  const size = ((payload[0] << 24) | (payload[1] << 16) | (payload[2] << 8) | payload[3]) >>> 0;
  return [p.parse(ops.utf8Decode(payload.subarray(4, 4 + size), false, true)), payload.subarray(4 + size)];
}

export async function fetch(input, init) {
  const request = new Request(input, init);
  const s = requestState(request);
  request.signal.throwIfAborted();
  const body = s.body === null ? new p.Uint8Array(0) : await request.bytes();
  const head = { method: s.method, url: s.url, headers: s.headers === null ? s.list : listOf(s.headers), redirect: s.redirect };
  const [answer, bytes] = split(await hostCall(0, "fetch", join(head, body)));
  request.signal.throwIfAborted();
  return new Response(PRIVATE, {
    status: answer.status, statusText: answer.statusText, list: answer.headers, headers: null, immutable: true,
    body: { source: bytes, stream: null, used: false, type: undefined }, type: "default", url: answer.url, redirected: !!answer.redirected,
  });
}
