// node:console is the global one.
class Console {
  constructor() { Object.assign(this, globalThis.console); }
}
module.exports = Object.assign(Object.create(globalThis.console), globalThis.console, { Console });
