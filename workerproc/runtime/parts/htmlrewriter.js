// HTMLRewriter. The document is tokenized and put together again by the Go package htmlrewriter (ops html…), which stops at
// each token that a handler wants to see; the handlers run here and change it through ops.
(function (ops, core) {
  "use strict";
  const p = core.primordials;
  const streams = core.part("streams").internal;
  const encoding = core.part("encoding");
  const { isResponse, responseState, Response } = core;
  const SECRET = {};
  const piece = 64 * 1024; // of the document, that is worked on at once

  const expired = "This content token is no longer valid. Content tokens are only valid during the execution of the relevant content handler.";
  const kinds = { element: 1, endTag: 2, comments: 3, text: 4, doctype: 5, end: 6 };
  const edits = { before: 1, after: 2, replace: 3, remove: 4, prepend: 5, append: 6, setInnerContent: 7, removeAndKeepContent: 8 };
  const wants = { element: 1, comments: 2, text: 4, doctype: 8, end: 16 };

  const isObject = (v) => (typeof v === "object" && v !== null) || typeof v === "function";
  const wrong = (method, on, n, type) => new TypeError(`Failed to execute '${method}' on '${on}': parameter ${n} is not of type '${type}'.`);

  // Documents end with the invocation that made them.
  core.ended.push((id) => { ops.htmlForget(id); });

  // Token is what handlers get. It is good while its handler runs.
  class Token {
    #doc;
    constructor(secret, doc) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      this.#doc = doc;
    }
    static doc(token) {
      const doc = token.#doc;
      if (doc.live !== token) throw new TypeError(expired);
      return doc;
    }
  }
  const docOf = Token.doc;
  delete Token.doc;
  const get = (token, what, name) => ops.htmlGet(docOf(token).n, what, name);
  const set = (token, what, name, value) => ops.htmlSet(docOf(token).n, what, name, value);

  // edit puts content somewhere: text, a stream or a response's body.
  function edit(token, on, method, args) {
    const doc = docOf(token);
    if (args.length === 0) throw wrong(method, on, 1, "string or JsReadableStream or Response");
    const [content, options] = args;
    const html = isObject(options) && !!options.html;
    let what = isResponse(content) ? content.body : content;
    if (isResponse(content) && what === null) what = "";
    if (!streams.isStream(what)) what = `${what}`;
    else {
      doc.inserted.push({ stream: what, html });
      what = doc.inserted.length;
    }
    ops.htmlEdit(doc.n, edits[method], what, html);
    return token;
  }
  const plainEdit = (token, method) => {
    ops.htmlEdit(docOf(token).n, edits[method]);
    return token;
  };
  const string = (args, method, n) => {
    if (args.length <= n) throw wrong(method, "Element", n + 1, "string");
    return `${args[n]}`;
  };

  class Element extends Token {
    #changes = 0;
    get tagName() { return get(this, "name"); }
    set tagName(name) { set(this, "name", `${name}`); }
    get attributes() { return new AttributesIterator(SECRET, this, () => this.#changes); }
    get removed() { return get(this, "removed"); }
    get namespaceURI() { return get(this, "uri"); }
    getAttribute(...args) { return get(this, "attribute", string(args, "getAttribute", 0)) ?? null; }
    hasAttribute(...args) { return get(this, "attribute", string(args, "hasAttribute", 0)) !== undefined; }
    setAttribute(...args) {
      const name = string(args, "setAttribute", 0);
      set(this, "attribute", name, string(args, "setAttribute", 1));
      this.#changes++;
      return this;
    }
    removeAttribute(...args) {
      set(this, "removeAttribute", string(args, "removeAttribute", 0));
      this.#changes++;
      return this;
    }
    before(...args) { return edit(this, "Element", "before", args); }
    after(...args) { return edit(this, "Element", "after", args); }
    prepend(...args) { return edit(this, "Element", "prepend", args); }
    append(...args) { return edit(this, "Element", "append", args); }
    replace(...args) { return edit(this, "Element", "replace", args); }
    remove() { return plainEdit(this, "remove"); }
    removeAndKeepContent() { return plainEdit(this, "removeAndKeepContent"); }
    setInnerContent(...args) { return edit(this, "Element", "setInnerContent", args); }
    onEndTag(callback) {
      const doc = docOf(this);
      if (typeof callback !== "function") throw wrong("onEndTag", "Element", 1, "function");
      set(this, "end");
      doc.ends.set(doc.element, callback);
    }
    get [Symbol.toStringTag]() { return "Element"; }
  }

  class AttributesIterator {
    #element;
    #changes;
    #began;
    #list;
    #at = 0;
    constructor(secret, element, changes) {
      if (secret !== SECRET) throw new TypeError("Illegal constructor");
      this.#element = element;
      this.#changes = changes;
      this.#began = changes();
      this.#list = get(element, "attributes");
    }
    next() {
      docOf(this.#element);
      if (this.#began !== this.#changes()) throw new Error("The attributes of this element have been modified during iteration. You must create a new iterator after modifying attributes.");
      if (this.#at >= this.#list.length) return { done: true, value: undefined };
      this.#at += 2;
      return { done: false, value: [this.#list[this.#at - 2], this.#list[this.#at - 1]] };
    }
    [Symbol.iterator]() { return this; }
    get [Symbol.toStringTag]() { return "AttributesIterator"; }
  }

  class EndTag extends Token {
    get name() { return get(this, "name"); }
    set name(name) { set(this, "name", `${name}`); }
    before(...args) { return edit(this, "EndTag", "before", args); }
    after(...args) { return edit(this, "EndTag", "after", args); }
    remove() { return plainEdit(this, "remove"); }
    get [Symbol.toStringTag]() { return "EndTag"; }
  }

  class Comment extends Token {
    get text() { return get(this, "text")[0]; }
    set text(text) { set(this, "comment", `${text}`); }
    get removed() { return get(this, "removed"); }
    before(...args) { return edit(this, "Comment", "before", args); }
    after(...args) { return edit(this, "Comment", "after", args); }
    replace(...args) { return edit(this, "Comment", "replace", args); }
    remove() { return plainEdit(this, "remove"); }
    get [Symbol.toStringTag]() { return "Comment"; }
  }

  class Text extends Token {
    get text() { return get(this, "text")[0]; }
    get lastInTextNode() { return get(this, "text")[1]; }
    get removed() { return get(this, "removed"); }
    before(...args) { return edit(this, "Text", "before", args); }
    after(...args) { return edit(this, "Text", "after", args); }
    replace(...args) { return edit(this, "Text", "replace", args); }
    remove() { return plainEdit(this, "remove"); }
    get [Symbol.toStringTag]() { return "Text"; }
  }

  class Doctype extends Token {
    get name() { return get(this, "doctype")[0] ?? null; }
    get publicId() { return get(this, "doctype")[1] ?? null; }
    get systemId() { return get(this, "doctype")[2] ?? null; }
    get [Symbol.toStringTag]() { return "Doctype"; }
  }

  class DocumentEnd extends Token {
    append(...args) {
      if (args.length === 0) throw wrong("append", "DocumentEnd", 1, "string");
      ops.htmlEdit(docOf(this).n, edits.before, `${args[0]}`, isObject(args[1]) && !!args[1].html);
      return this;
    }
    get [Symbol.toStringTag]() { return "DocumentEnd"; }
  }

  for (const name of ["before", "after", "remove"]) p.defineProperty(EndTag.prototype, name, { enumerable: true });
  const classes = { element: Element, endTag: EndTag, comments: Comment, text: Text, doctype: Doctype, end: DocumentEnd };
  const fields = [];
  for (const field of p.ownKeys(kinds)) fields[kinds[field]] = field;

  // run calls the handlers of an event, one after the other.
  async function run(doc, event) {
    const field = fields[event[0]];
    doc.element = event[1];
    if (field === "endTag") {
      const callback = doc.ends.get(event[1]);
      doc.ends.delete(event[1]);
      return one(doc, field, callback, globalThis);
    }
    for (let i = 2; i < event.length; i++) {
      const { object, functions } = doc.handlers[event[i]];
      await one(doc, field, functions[field], object);
    }
  }

  async function one(doc, field, f, self) {
    const token = doc.live = new classes[field](SECRET, doc);
    try {
      await p.apply(f, self, [token]);
    } finally {
      doc.live = undefined;
    }
  }

  // Rewriting is one document on its way through the handlers.
  class Rewriting {
    input; // what of the last chunk is still to be worked on
    ended = false;
    output = [];
    within; // an inserted stream that is being read

    constructor(handlers, contentType, source) {
      this.reader = streams.readerOf(source);
      const flat = [];
      for (const { selector, mask } of handlers) flat.push(selector, mask);
      this.doc = { n: ops.htmlOpen(flat, contentType, ops.current()), handlers, live: undefined, element: 0, ends: new Map(), inserted: [] };
    }

    async feed() {
      const { doc, reader } = this;
      if (this.input === undefined || this.input.length === 0) {
        const { done, value } = await reader.read();
        this.ended = done;
        this.input = done ? undefined : encoding.internal.bytesOf(typeof value === "string" ? ops.utf8Encode(value) : value);
      }
      ops.htmlWrite(doc.n, this.input?.subarray(0, piece));
      this.input = this.input?.subarray(piece);
      for (let event; (event = ops.htmlNext(doc.n)) !== undefined;) await run(doc, event);
      this.output = ops.htmlTake(doc.n);
    }

    async insert() {
      const { reader, decoder, html } = this.within;
      const { done, value } = await reader.read();
      const text = done ? decoder.decode() : typeof value === "string" ? value : decoder.decode(encoding.internal.bytesOf(value), { stream: true });
      const bytes = ops.htmlContent(this.doc.n, text, html);
      if (done) this.within = undefined;
      return bytes;
    }

    enter(n) {
      const { stream, html } = this.doc.inserted[n - 1];
      this.doc.inserted[n - 1] = undefined;
      this.within = { reader: streams.readerOf(stream), html, decoder: new encoding.TextDecoder() };
    }

    async next() {
      for (;;) {
        if (this.within !== undefined) {
          const bytes = await this.insert();
          if (bytes.length > 0) return bytes;
        } else if (this.output.length > 0) {
          const first = this.output.shift();
          if (typeof first !== "number") return first;
          this.enter(first);
        } else if (this.ended) {
          ops.htmlClose(this.doc.n);
          return undefined;
        } else await this.feed();
      }
    }

    async cancel(reason) {
      ops.htmlClose(this.doc.n);
      await this.reader.cancel(reason);
    }

    // careful is next; an error ends all.
    async careful() {
      try {
        return await this.next();
      } catch (e) {
        p.then(this.cancel(e), undefined, () => {});
        throw e;
      }
    }
  }

  // pump returns what fromPull wants: the rewritten document, piece by piece.
  function pump(handlers, contentType, source) {
    const rewriting = new Rewriting(handlers, contentType, source);
    // The first piece is made at once: handlers run although nobody reads.
    let ahead = rewriting.careful();
    p.then(ahead, undefined, () => {});
    return {
      pull() {
        const now = ahead ?? rewriting.careful();
        ahead = undefined;
        return now;
      },
      cancel: (reason) => rewriting.cancel(reason),
    };
  }

  const names = { element: ["element", "comments", "text"], document: ["comments", "doctype", "end", "text"] };

  // handlersOf takes the functions of a handler object now; they are called as its methods.
  function handlersOf(object, kind, type) {
    const functions = {};
    let mask = 0;
    for (const name of names[kind]) {
      const f = object[name];
      if (f === undefined) continue;
      if (typeof f !== "function") throw new TypeError(`Incorrect type for the '${name}' field on '${type}': the provided value is not of type 'function'.`);
      functions[name] = f;
      mask |= wants[name];
    }
    return { object, functions, mask };
  }

  class HTMLRewriter {
    #handlers = [];
    on(selector, handlers) {
      if (arguments.length === 0) throw wrong("on", "HTMLRewriter", 1, "string");
      selector = `${selector}`;
      if (!isObject(handlers)) throw wrong("on", "HTMLRewriter", 2, "ElementContentHandlers");
      const h = handlersOf(handlers, "element", "ElementContentHandlers");
      ops.htmlSelector(selector);
      this.#handlers.push({ ...h, selector });
      return this;
    }
    onDocument(handlers) {
      if (!isObject(handlers)) throw wrong("onDocument", "HTMLRewriter", 1, "DocumentContentHandlers");
      this.#handlers.push({ ...handlersOf(handlers, "document", "DocumentContentHandlers"), selector: undefined });
      return this;
    }
    transform(response) {
      if (!isResponse(response)) throw wrong("transform", "HTMLRewriter", 1, "Response");
      const source = response.body;
      if (source === null) return response;
      if (streams.isLocked(source) || response.bodyUsed) throw new TypeError("The ReadableStream has been locked to a reader.");
      const s = responseState(response);
      const result = new Response(streams.fromPull(pump([...this.#handlers], response.headers.get("content-type") ?? "", source)), response);
      const made = responseState(result);
      [made.url, made.redirected, made.cf] = [s.url, s.redirected, s.cf];
      return result;
    }
    get [Symbol.toStringTag]() { return "HTMLRewriter"; }
  }

  return { HTMLRewriter };
})
