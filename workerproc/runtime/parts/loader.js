// Worker Loaders: load(code) and get(id, callback) return a stub at once, and calls on what it leads to wait for the Worker.
// The checks, their order and their wording are the Workers runtime's: integration/testdata/loader has what it answers.
// https://developers.cloudflare.com/dynamic-workers/api-reference/
(function (ops, core) {
  "use strict";
  const { find, records, send, promiseIn, recordOf, capOf, entrypoint, encodeStored, notTransferable } = core.part("rpc").internal;

  const illegal = () => {
    throw new TypeError("Illegal invocation: function called with incorrect `this` reference. " +
      "See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.");
  };
  const isObject = (value) => value !== null && (typeof value === "object" || typeof value === "function");
  const wrongField = (field, of, type) => { throw new TypeError(`Incorrect type for the '${field}' field on '${of}': the provided value is not of type '${type}'.`); };
  const wrongArgument = (n, method, of, type) => { throw new TypeError(`Failed to execute '${method}' on '${of}': parameter ${n} is not of type '${type}'.`); };

  // DurableObjectClass is a class of a dynamic Worker. It is opaque: only a facet can be made of it.
  class DurableObjectClass {
    constructor(key) { if (key !== core.PRIVATE) throw new TypeError("Illegal constructor"); }
    get [Symbol.toStringTag]() { return "DurableObjectClass"; }
  }
  const classes = new WeakMap(); // DurableObjectClass → { worker, name, props, limits }

  class WorkerStub {
    #worker;
    static #is(value) { try { return value.#worker !== undefined; } catch { return false; } } // goja has no `#worker in value`
    constructor(key, worker) {
      if (key !== core.PRIVATE) throw new TypeError("Illegal constructor");
      this.#worker = worker;
    }
    getEntrypoint(name, options) {
      if (!WorkerStub.#is(this)) illegal();
      return entrypoint(this.#worker, nameOf(name), optionsOf(options, "getEntrypoint"));
    }
    getDurableObjectClass(name, options) {
      if (!WorkerStub.#is(this)) illegal();
      const { props, limits } = optionsOf(options, "getDurableObjectClass");
      const c = new DurableObjectClass(core.PRIVATE);
      classes.set(c, { worker: this.#worker, name: nameOf(name), props, limits });
      notTransferable.set(c, "dynamic");
      return c;
    }
    get [Symbol.toStringTag]() { return "WorkerStub"; }
  }

  // nameOf is the name of an entrypoint: undefined for the default one. Go takes "" for that, so one that is really called "" is
  // looked for under a name that no export has.
  const nameOf = (name) => name === undefined || name === null ? undefined : `${name}` || "\0";

  const noOptions = { __proto__: null };
  // optionsOf reads EntrypointOptions.
  function optionsOf(options, method) {
    if (options === undefined || options === null) return noOptions;
    if (!isObject(options)) wrongArgument(2, method, "WorkerStub", "EntrypointOptions");
    const { props, limits } = options;
    if (props !== undefined && !isObject(props)) wrongField("props", "EntrypointOptions", "Object");
    const read = { limits: limitsOf(limits, "EntrypointOptions") };
    if (props !== undefined) read.props = encodeStored(props);
    return read;
  }

  function limitsOf(limits, of) {
    if (limits === undefined || limits === null) return undefined;
    if (!isObject(limits)) wrongField("limits", of, "ResourceLimits");
    const read = {};
    for (const name of ["cpuMs", "subRequests"]) {
      const value = limits[name];
      if (value !== undefined && value !== null) read[name] = integer(value);
    }
    return read;
  }
  function integer(value) {
    const n = Math.trunc(+value);
    if (!Number.isFinite(n)) throw new TypeError("The value cannot be converted because it is not an integer.");
    if (n < 0) throw new TypeError("The value cannot be converted because it is negative and this API expects a positive number.");
    if (n > 0xffffffff) throw new TypeError("Value out of range. Must be less than or equal to 4294967295.");
    return n;
  }

  const underWay = new Set();
  let loads = 0; // of underWay: to go through an empty set is dear, and this is for each invocation
  core.ended.push((invocation) => {
    if (loads > 0) for (const loading of underWay) if (loading.invocation === invocation) loading.end("abandoned");
  });

  // unknown is what is known of a Worker at first, and finds the calls that look for one.
  const unknown = { __proto__: null, call: undefined, finding: undefined, waits: undefined, failed: undefined, grant: undefined };
  let finds;

  class WorkerLoader {
    #grant;
    static #is(value) { try { return value.#grant !== undefined; } catch { return false; } }
    #loading = new Map(); // id → what is known of it while its code is on the way
    constructor(key, grant) {
      if (key !== core.PRIVATE) throw new TypeError("Illegal constructor");
      this.#grant = { kind: "grant", grant, kept: true };
    }
    get(...args) {
      if (!WorkerLoader.#is(this)) illegal();
      if (args.length === 0) wrongArgument(1, "get", "WorkerLoader", "string");
      const callback = args[1];
      if (typeof callback !== "function") wrongArgument(2, "get", "WorkerLoader", "function");
      if (args[0] === null || args[0] === undefined) {
        const worker = { __proto__: unknown };
        this.#wait(worker, async () => this.#send(worker, await codeOf(callback)));
        return new WorkerStub(core.PRIVATE, worker);
      }
      const id = `${args[0]}`;
      const worker = { __proto__: unknown };
      if (this.#loading.size !== 0 && this.#loading.has(id)) this.#wait(worker, () => this.#absent(worker, id, callback));
      else this.#find(worker, id, callback);
      return new WorkerStub(core.PRIVATE, worker);
    }
    // #find takes the Worker that there is, or has one made. Calls of it don't wait for the answer: those of one that isn't there
    // come back, and wait for its code.
    #find(worker, id, callback) {
      const finding = worker.finding = { __proto__: finds, n: 0, worker, loader: this, id, callback };
      find(this.#grant, id, finding);
      worker.call = finding.n;
    }
    static {
      finds = records((grant, { worker, loader, id, callback }) => {
        worker.finding = undefined;
        if (grant !== undefined) worker.grant = grant;
        else loader.#wait(worker, () => loader.#absent(worker, id, callback));
      }, (e, { worker }) => {
        worker.finding = undefined;
        worker.failed = e;
      });
    }
    #ask(id) { return send(this.#grant, [], false, "find", [id, [], []], ops.current()); }
    // #absent has a Worker made that is not there. While its code is on the way, others wait for that; but what they then hold is
    // their own, since what an invocation holds goes with it.
    async #absent(worker, id, callback) {
      for (;;) {
        const loading = this.#loading.get(id);
        if (loading === undefined) break;
        if ((await loading.done) === "failed") throw loading.error;
        const grant = await promiseIn(this.#ask(id));
        if (grant !== undefined) {
          worker.grant = grant;
          return;
        }
      }
      const mine = this.#begin(id);
      try {
        await this.#send(worker, await codeOf(callback, id));
        mine.end("loaded");
      } catch (e) {
        mine.end("failed", e);
        throw e;
      }
    }
    // #begin notes that the code of an id is on the way. If the invocation that it is a part of ends before it has come, the others
    // ask for themselves.
    #begin(id) {
      const loading = { invocation: ops.current() };
      loading.done = new Promise((resolve) => {
        loading.end = (how, error) => {
          if (this.#loading.get(id) === loading) this.#loading.delete(id);
          loading.error = error;
          resolve(how);
        };
      });
      this.#loading.set(id, loading);
      underWay.add(loading);
      loads++;
      loading.done.then(() => {
        underWay.delete(loading);
        loads--;
      });
      return loading;
    }
    load(...args) {
      const code = args[0];
      if (!WorkerLoader.#is(this)) illegal();
      if (code !== null && !isObject(code)) wrongArgument(1, "load", "WorkerLoader", "WorkerCode");
      const worker = {};
      this.#send(worker, codeForm(code));
      return new WorkerStub(core.PRIVATE, worker);
    }
    #wait(worker, f) {
      worker.waits = f().then(() => { worker.waits = undefined; }, (e) => { worker.waits = undefined; worker.failed = e; throw e; });
      worker.waits.catch(() => {});
    }
    #send(worker, form) {
      const record = send(this.#grant, [], false, "load", form);
      worker.call = record.n;
      const loaded = promiseIn(record).then((grant) => { worker.grant = grant; }, (e) => { worker.failed = e; throw e; });
      loaded.catch(() => {});
      return loaded;
    }
    get [Symbol.toStringTag]() { return "WorkerLoader"; }
  }

  // codeOf is what a callback gives.
  async function codeOf(callback, id) {
    const code = await given(callback);
    if (code !== undefined && code !== null && !isObject(code)) throw new TypeError("Callback returned incorrect type; expected 'Promise'");
    return codeForm(code, id);
  }

  // given calls a callback. What it throws that is no object becomes an Error, as in workerd.
  async function given(callback) {
    try {
      return await callback();
    } catch (e) {
      throw isObject(e) ? e : new Error(String(e));
    }
  }

  const MAX_CODE = 64 << 20, MAX_ENV = 1 << 20;

  // codeForm is WorkerCode as the supervisor takes it: JSON that says what follows, the modules' contents, the coded env;
  // and the capabilities of env, the outbound's and the tails'.
  function codeForm(code, id) {
    if (code === null || code === undefined) throw new TypeError("Cannot initialize WorkerCode with required members from an undefined or null value.");
    const head = { id: id?.toWellFormed(), outbound: "inherit", tails: 0, code: {} };
    // Without one it is today's, and so it is with the documentation's "$today".
    const date = code.compatibilityDate;
    if (date !== undefined && date !== "$today") head.code.compatibilityDate = `${date}`;
    flagsOf(code, head.code);
    head.code.limits = limitsOf(code.limits, "WorkerCode");
    const contents = [], main = `${code.mainModule}`;
    head.modules = modulesOf(code.modules, main, contents);
    head.code.mainModule = mainOf(head.modules, main);
    const given = code.env, others = [];
    if (given !== undefined && !isObject(given)) wrongField("env", "WorkerCode", "Object");
    outboundOf(code.globalOutbound, head, others);
    tailsOf(code.tails, head, others);
    if (code.engine !== undefined) head.code.engine = `${code.engine}`; // ours
    checkDate(head.code.compatibilityDate);
    const [env, blobs, caps] = envOf(given);
    return [JSON.stringify(head), [...contents, env, ...blobs], [...caps, ...others]];
  }

  // checkDate finds what is no date. Whether there are Workers of that date the supervisor says.
  function checkDate(date) {
    if (date !== undefined && !/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(date)) throw new Error(`Invalid compatibility date: ${date}`);
  }

  function flagsOf(code, into) {
    const flags = code.compatibilityFlags;
    if (flags !== undefined) {
      if (!Array.isArray(flags)) wrongField("compatibilityFlags", "WorkerCode", "Array");
      into.compatibilityFlags = Array.from(flags, String);
    }
    if (code.allowExperimental) into.allowExperimental = true;
  }

  const kinds = ["js", "cjs", "text", "data", "json", "py", "wasm", "ts"]; // ts is ours

  // modulesOf appends the modules' contents, and says what they are.
  function modulesOf(modules, main, contents) {
    if (!isObject(modules) || Array.isArray(modules) || typeof modules === "function") wrongField("modules", "WorkerCode", "object");
    const list = [];
    let size = 0;
    for (const name of Object.keys(modules)) {
      const [kind, content] = moduleOf(name, modules[name]);
      list.push({ name, kind });
      const bytes = typeof content === "string" && size + content.length <= MAX_CODE ? ops.utf8Encode(content) : content;
      size += bytes.length;
      contents.push(bytes);
    }
    if (list.length === 0) throw new TypeError("Dynamic Worker code must contain at least one module.");
    sameLanguage(list, main);
    if (size > MAX_CODE) throw new Error(`Dynamic Worker code size (${size} bytes) exceeds the maximum allowed size of ${MAX_CODE} bytes.`);
    return list;
  }

  // mainOf is the name that the main module has among the modules: "./a.js" and "a.js" are the same.
  function mainOf(list, main) {
    const plain = (name) => name.replace(/^(?:\.\/+)+/, "");
    const names = list.map(({ name }) => name);
    return names.includes(main) ? main : names.find((name) => plain(name) === plain(main)) ?? main;
  }

  function sameLanguage(list, main) {
    const python = list.some(({ name, kind }) => name === main && kind === "py");
    for (const { name, kind } of list) {
      if (!python && kind === "py") throw new TypeError(`Module "${name}" is a Python module, but the main module isn't a Python module.`);
      if (python && (kind === "js" || kind === "cjs" || kind === "ts")) throw new TypeError(`Module "${name}" is a JS module, but the main module is a Python module.`);
    }
  }

  function moduleOf(name, module) {
    if (module !== null && module !== undefined && !isObject(module)) return [kindOf(name), `${module}`];
    const given = module === null || module === undefined ? [] : kinds.filter((kind) => module[kind] !== undefined);
    if (given.length !== 1) {
      throw new TypeError(`Each module must contain exactly one of 'js', 'cjs', 'text', 'data', 'json', 'py', or 'wasm'. Module '${name}' contained ${given.length} properties.`);
    }
    const [kind] = given;
    const content = module[kind];
    if (kind === "json") return [kind, JSON.stringify(content) ?? "null"];
    if (kind !== "data" && kind !== "wasm") return [kind, `${content}`];
    if (ArrayBuffer.isView(content)) return [kind, new Uint8Array(content.buffer, content.byteOffset, content.byteLength)];
    if (content instanceof ArrayBuffer) return [kind, new Uint8Array(content)];
    return wrongField(kind, "Module", kind === "wasm" ? "Array or WasmModuleObject" : "Array");
  }

  function kindOf(name) {
    if (name.endsWith(".js")) return "js";
    if (name.endsWith(".py")) return "py";
    let hint = "";
    if (/\.(?:tsx?|jsx)$/.test(name)) hint = ". If you're trying to load TypeScript, bundle it first with '@cloudflare/worker-bundler' and pass the generated JavaScript modules.";
    throw new TypeError(`Module name must end with '.js' or '.py' (or the content must be an object indicating the type explicitly). Got: ${name}${hint}`);
  }

  function envOf(env) {
    const [text, blobs, caps] = encodeStored({ ...env });
    const bytes = ops.utf8Encode(text);
    const size = blobs.reduce((sum, b) => sum + b.length, bytes.length);
    if (size > MAX_ENV) throw new Error(`Dynamic Worker env size (${size} bytes) exceeds the maximum allowed size of ${MAX_ENV} bytes.`);
    return [bytes, blobs, caps];
  }

  function outboundOf(stub, head, caps) {
    if (stub === undefined) return;
    head.outbound = stub === null ? "none" : "stub";
    if (stub !== null) caps.push(serviceOf(stub) ?? wrongField("globalOutbound", "WorkerCode", "Fetcher"));
  }
  function tailsOf(tails, head, caps) {
    if (tails === undefined) return;
    if (!Array.isArray(tails)) wrongField("tails", "WorkerCode", "Array");
    for (let i = 0; i < tails.length; i++) {
      caps.push(serviceOf(tails[i]) ?? (() => { throw new TypeError(`Incorrect type for array element ${i}: the provided value is not of type 'Fetcher'.`); })());
      head.tails++;
    }
  }
  // serviceOf is the capability of a stub on an entrypoint; undefined if it is no such stub.
  function serviceOf(stub) {
    const record = recordOf(stub);
    return record === undefined || record.Class !== core.part("rpc").ServiceStub ? undefined : capOf(record, true);
  }

  return { internal: { loader: (grant) => new WorkerLoader(core.PRIVATE, grant), classes } };
})
