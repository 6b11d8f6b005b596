// Services: fetch() on them, and stubs on entrypoints with props.
import { entryTraps, illegal, recordAsked, ServiceStub, shell, traps } from "./stubs.js";
import { dispose } from "./disposal.js";
import { encodeStored } from "./values.js";
import { done } from "./streams.js";
import { Object_getPrototypeOf } from "./shared.js";

// fetchMethod is fetch of all services, called on one of them.
export function fetchMethod(stub, input, init) {
  const record = recordAsked(stub);
  if (record === undefined || record.Class !== ServiceStub) illegal();
  return input === undefined ? noRequest() : fetchOn(record, input, init);
}
export const noRequest = async (on = "Fetcher") => { throw new TypeError(`Failed to execute 'fetch' on '${on}': parameter 1 is not of type 'Request or string'.`); };
// unread is the request without its body if that has been read: the documentation's starter reads the code out of a
// request, and then gives the loaded Worker the same request.
function unread(request) {
  const s = core.requestState(request);
  return s.body !== null && core.isUsed(s.body) ? new core.Request(core.PRIVATE, { __proto__: Object_getPrototypeOf(s), ...s, body: null }) : request;
}
let fetchIn;
export const fetchOn = (record, input, init) => (fetchIn ??= core.part("fetch").internal.fetchOn)(record, record.worker !== undefined && core.isRequest(input) ? unread(input) : input, init);
// outside is an object elsewhere, as other parts call it.
export const outside = (record) => ({ call: (method, ...args) => done(record, method, args), dispose: () => dispose(record) });

// withProps is what a call of a loopback stub gives; the documentation's examples call it without options, too.
export function withProps(record, options = {}) {
  if (options === null || typeof options !== "object" && typeof options !== "function") {
    throw new TypeError("Failed to execute '(called as function)' on 'LoopbackServiceStub': parameter 1 is not of type 'Options'.");
  }
  const { props = {} } = options;
  if (props === null || typeof props !== "object" && typeof props !== "function") {
    throw new TypeError("Incorrect type for the 'props' field on 'Options': the provided value is not of type 'Object'.");
  }
  return shell({ __proto__: traps, kind: "entrypoint", entrypoint: record.entrypoint, props: encodeStored(props) }, ServiceStub);
}
// entrypoint is a stub on an entrypoint of a Worker that has been loaded; props are coded.
export function entrypoint(worker, name, { props, limits } = {}) {
  const record = { __proto__: entryTraps, worker };
  if (name !== undefined && name !== null) record.entrypoint = name;
  if (props !== undefined) record.props = props;
  if (limits !== undefined) record.limits = JSON.stringify(limits);
  return shell(record, ServiceStub);
}
export function loopback(name) {
  return shell({ __proto__: traps, kind: "entrypoint", entrypoint: name === "default" ? "" : name, loopback: true }, ServiceStub);
}
export function binding(grant) { return shell({ __proto__: traps, kind: "grant", grant, kept: true }, ServiceStub); }
