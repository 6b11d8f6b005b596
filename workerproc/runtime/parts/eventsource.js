// EventSource (https://html.spec.whatwg.org/#server-sent-events), and
// EventSource.from of the Workers runtime, which reads a stream at hand.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const { Event, EventTarget } = core;
  const SECRET = {};
  const { setTimeout } = core.timers;
  const [CONNECTING, OPEN, CLOSED] = [0, 1, 2];
  const maxEvent = 10 * 1024 * 1024; // UTF-16 units of a line, or of an event's data

  // reader reads events out of text as it comes.
  function reader(dispatch, setRetry) {
    let [rest, data, type, id, lastID] = ["", undefined, "", "", ""];
    const line = (s) => {
      if (s === "") {
        lastID = id;
        if (data !== undefined) dispatch(type === "" ? "message" : type, data, lastID);
        [data, type] = [undefined, ""];
        return;
      }
      const colon = s.indexOf(":");
      if (colon === 0) return;
      const field = colon < 0 ? s : s.slice(0, colon);
      let value = colon < 0 ? "" : s.slice(colon + 1);
      if (value.startsWith(" ")) value = value.slice(1);
      if (field === "data") data = data === undefined ? value : `${data}\n${value}`;
      else if (field === "event") type = value;
      else if (field === "id" && !value.includes("\0")) id = value;
      else if (field === "retry" && /^[0-9]+$/.test(value)) setRetry(Number(value));
      if (data !== undefined && data.length > maxEvent) throw new RangeError("An event of the EventSource is too large.");
    };
    let afterCR = false;
    return {
      lastID: () => lastID,
      text(s) {
        if (afterCR && s !== "") { // a line has ended with it; \n after it is a part of its end
          if (s[0] === "\n") s = s.slice(1);
          afterCR = false;
        }
        rest += s;
        afterCR ||= s.endsWith("\r");
        let start = 0;
        for (const { index, 0: end } of rest.matchAll(/\r\n|\n|\r/g)) {
          line(rest.slice(start, index));
          start = index + end.length;
        }
        rest = rest.slice(start);
        if (rest.length > maxEvent) throw new RangeError("A line of the EventSource is too long.");
      },
    };
  }

  class EventSource extends EventTarget {
    #url = "";
    #state = CONNECTING;
    #retry = 2000;
    #fetch;
    #source;
    #lastID = "";
    #abort = new core.AbortController();

    constructor(url, init = undefined, secret = undefined) {
      super();
      if (secret === SECRET) return;
      if (arguments.length === 0) throw new TypeError("Failed to construct 'EventSource': constructor parameter 1 is not of type 'string'.");
      const parsed = core.part("url").URL.parse(`${url}`);
      if (parsed === null) throw new core.DOMException(`Cannot open an EventSource to '${url}'. The URL is invalid.`, "SyntaxError");
      if (init !== undefined && init !== null && init.withCredentials) throw new core.DOMException("The init.withCredentials option is not supported. It must be false or undefined.", "NotSupportedError");
      const fetcher = init === undefined || init === null ? undefined : init.fetcher;
      this.#fetch = fetcher ? (...args) => fetcher.fetch(...args) : core.fetch;
      this.#url = parsed.href;
      this.#connect();
    }

    static from(stream) {
      const { isStream, isLocked } = core.part("streams").internal;
      if (!isStream(stream)) throw new TypeError("Failed to execute 'from' on 'EventSource': parameter 1 is not of type 'ReadableStream'.");
      if (isLocked(stream)) throw new TypeError("This ReadableStream is locked.");
      const source = new EventSource(undefined, undefined, SECRET);
      source.#state = OPEN;
      source.#read(stream);
      return source;
    }

    async #connect() {
      try {
        const headers = { accept: "text/event-stream", "cache-control": "no-cache" };
        if (this.#lastID !== "") headers["last-event-id"] = this.#lastID;
        const response = await this.#fetch(this.#url, { headers, signal: this.#abort.signal });
        if (this.#state === CLOSED) return;
        const type = (response.headers.get("content-type") ?? "").split(";", 1)[0].trim().toLowerCase();
        if (response.status !== 200) return void this.#fail(new Error(`The response status code was ${response.status}.`), response.status !== 204);
        if (type !== "text/event-stream") return void this.#fail(new Error("The content type must be 'text/event-stream'."), true);
        this.#state = OPEN;
        this.dispatchEvent(core.trust(new Event("open")));
        this.#read(response.body);
      } catch (err) {
        if (this.#state !== CLOSED) this.#again(err);
      }
    }

    async #read(stream) {
      const { TextDecoder } = core.part("encoding");
      const decoder = new TextDecoder();
      const { MessageEvent } = core.part("events");
      const events = reader((type, data, lastEventId) => {
        if (this.#state === OPEN) this.dispatchEvent(core.trust(new MessageEvent(type, { data, lastEventId, origin: null })));
      }, (ms) => { this.#retry = ms; });
      this.#source = stream.getReader();
      let failure;
      try {
        while (this.#state === OPEN) {
          const { done, value } = await this.#source.read();
          if (done) break;
          events.text(decoder.decode(value, { stream: true }));
        }
      } catch (err) {
        failure = err;
        p.then(this.#source.cancel(err), undefined, () => {});
      }
      this.#lastID = events.lastID();
      if (this.#state !== CLOSED) this.#again(failure);
    }

    // #again says that the connection is lost and, if there is a URL, makes
    // another one.
    #again(err) {
      if (this.#url === "") return this.#fail(err, false);
      this.#state = CONNECTING;
      this.#error(err);
      setTimeout(() => { if (this.#state !== CLOSED) this.#connect(); }, this.#retry);
    }

    #fail(err, loud) {
      this.#state = CLOSED;
      if (loud || this.#url === "") this.#error(err);
    }

    #error(err) {
      const { ErrorEvent } = core.part("events");
      this.dispatchEvent(core.trust(new ErrorEvent("error", { error: err, message: err === undefined ? "" : `${err.message}` })));
    }

    close() {
      if (this.#state === CLOSED) return;
      this.#state = CLOSED;
      this.#abort.abort();
      if (this.#source !== undefined) p.then(this.#source.cancel(), undefined, () => {});
    }

    get url() { return this.#url; }
    get readyState() { return this.#state; }
    get withCredentials() { return false; }
    get [Symbol.toStringTag]() { return "EventSource"; }
  }
  for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSED })) {
    p.defineProperty(EventSource, name, { value, enumerable: true });
    p.defineProperty(EventSource.prototype, name, { value, enumerable: true });
  }
  for (const type of ["open", "message", "error"]) core.handlerOf(EventSource.prototype, type);

  return { EventSource };
})
