// node:dns, with callbacks.
const { validateFunction, invalidArgType } = require("internal:errors");
const { api, lookupOptions, resolver } = require("internal:dns");
const { codes } = require("internal:dns_records");
const { nextTick } = require("node:process");

// settle hands what a promise gives to a callback, outside of the promise.
function settle(promise, callback, spread = (value) => [value]) {
  promise.then((value) => nextTick(callback, null, ...spread(value)), (e) => nextTick(callback, e));
}

function lookup(hostname, options, callback) {
  if (typeof options === "function") [options, callback] = [undefined, options];
  else if (options !== undefined && typeof options !== "object" && typeof options !== "number") {
    validateFunction(callback, "callback");
    throw invalidArgType("options", ["integer", "object"], options);
  }
  if (hostname) require("internal:errors").validateString(hostname, "hostname");
  validateFunction(callback, "callback");
  const { all } = lookupOptions(hostname, options);
  settle(api.lookup(hostname, options), callback, (found) => (all ? [found] : [found.address, found.family]));
}

const methods = { ...api, lookup };
for (const name of Object.keys(api)) {
  if (!/^(resolve|reverse|lookupService)/.test(name)) continue;
  methods[name] = { [name](...args) {
    const callback = args.pop();
    if (typeof callback !== "function") throw invalidArgType("last argument", "function", callback);
    settle(api[name](...args), callback);
  } }[name];
}

module.exports = { ...methods, Resolver: resolver(methods), promises: require("node:dns/promises"), ...codes, ADDRCONFIG: 1024, V4MAPPED: 2048, ALL: 256 };
