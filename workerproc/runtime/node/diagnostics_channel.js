// node:diagnostics_channel.
const { invalidArgType, validateFunction } = require("internal:errors");

const channels = new Map();
const own = {};

const subscription = (where, method, n, f) => {
  if (typeof f !== "function") throw new TypeError(`Failed to execute '${method}' on '${where}': parameter ${n} is not of type 'function'.`);
};

class Channel {
  _subscribers = [];
  _stores = new Map();
  constructor(name, key) {
    if (key !== own) throw new TypeError("Illegal constructor");
    this.name = name;
  }
  get hasSubscribers() { return this._subscribers.length > 0 || this._stores.size > 0; }
  subscribe(f) {
    subscription("Channel", "subscribe", 1, f);
    this._subscribers = [...this._subscribers, f];
  }
  unsubscribe(f) {
    subscription("Channel", "unsubscribe", 1, f);
    const at = this._subscribers.indexOf(f);
    if (at < 0) return false;
    this._subscribers = this._subscribers.filter((_, i) => i !== at);
    return true;
  }
  bindStore(store, transform) { this._stores.set(store, transform); }
  unbindStore(store) { return this._stores.delete(store); }
  publish(data) {
    if (core.traced) core.part("trace").internal.channel(this.name, data);
    for (const f of this._subscribers) {
      try { f(data, this.name); } catch (e) { queueMicrotask(() => { throw e; }); }
    }
  }
  runStores(data, f, self, ...args) {
    let run = () => {
      this.publish(data);
      return Reflect.apply(f, self, args);
    };
    for (const [store, transform] of this._stores) {
      const next = run;
      run = () => {
        let context = data;
        if (transform) try { context = transform(data); } catch (e) { queueMicrotask(() => { throw e; }); return next(); }
        return store.run(context, next);
      };
    }
    return run();
  }
}

function channel(name) {
  if (typeof name !== "string" && typeof name !== "symbol") throw invalidArgType("channel", ["string", "symbol"], name);
  let c = channels.get(name);
  if (c === undefined) channels.set(name, c = new Channel(name, own));
  return c;
}

const traced = ["start", "end", "asyncStart", "asyncEnd", "error"];

class TracingChannel {
  constructor(nameOrChannels) {
    for (const event of traced) {
      const c = typeof nameOrChannels === "string" ? channel(`tracing:${nameOrChannels}:${event}`) : nameOrChannels?.[event];
      if (nameOrChannels === null || typeof nameOrChannels !== "string" && typeof nameOrChannels !== "object") throw invalidArgType("channels", "object", nameOrChannels);
      if (!(c instanceof Channel)) throw invalidArgType(`channels.${event}`, "Channel", c);
      Object.defineProperty(this, event, { value: c, enumerable: true });
    }
  }
  get hasSubscribers() { return traced.some((event) => this[event].hasSubscribers); }
  subscribe(handlers) { for (const event of traced) if (handlers[event]) this[event].subscribe(handlers[event]); }
  unsubscribe(handlers) {
    let done = true;
    for (const event of traced) if (handlers[event] && !this[event].unsubscribe(handlers[event])) done = false;
    return done;
  }
  traceSync(f, context = {}, self, ...args) {
    return this.start.runStores(context, () => {
      try {
        const result = Reflect.apply(f, self, args);
        context.result = result;
        return result;
      } catch (e) {
        context.error = e;
        this.error.publish(context);
        throw e;
      } finally { this.end.publish(context); }
    });
  }
  tracePromise(f, context = {}, self, ...args) {
    const settled = (e, value) => {
      if (e) { context.error = e.e; this.error.publish(context); } else context.result = value;
      this.asyncStart.publish(context);
      this.asyncEnd.publish(context);
    };
    return this.start.runStores(context, () => {
      try {
        const promise = Promise.resolve(Reflect.apply(f, self, args));
        return promise.then((value) => { settled(undefined, value); return value; }, (e) => { settled({ e }); throw e; });
      } catch (e) {
        context.error = e;
        this.error.publish(context);
        throw e;
      } finally { this.end.publish(context); }
    });
  }
  traceCallback(f, position = -1, context = {}, self, ...args) {
    const at = position < 0 ? args.length + position : position;
    const callback = args[at];
    validateFunction(callback, "callback");
    const channels = this;
    args[at] = function (...results) {
      const [e, value] = results;
      if (e) { context.error = e; channels.error.publish(context); } else context.result = value;
      return channels.asyncStart.runStores(context, () => {
        try { return Reflect.apply(callback, this, results); } finally { channels.asyncEnd.publish(context); }
      });
    };
    return this.start.runStores(context, () => {
      try { return Reflect.apply(f, self, args); } catch (e) {
        context.error = e;
        this.error.publish(context);
        throw e;
      } finally { this.end.publish(context); }
    });
  }
}

module.exports = {
  channel, Channel, tracingChannel: (nameOrChannels) => new TracingChannel(nameOrChannels),
  hasSubscribers: (name) => channels.get(name)?.hasSubscribers ?? false,
  subscribe(name, f) { subscription("DiagnosticsChannelModule", "subscribe", 2, f); return channel(name).subscribe(f); },
  unsubscribe(name, f) { subscription("DiagnosticsChannelModule", "unsubscribe", 2, f); return channel(name).unsubscribe(f); },
};
Object.defineProperty(module.exports, "TracingChannel", { value: TracingChannel, enumerable: false });
