// node:console is the global one.
class Console {
  constructor() { Object.assign(this, globalThis.console); }
}
function createTask() { throw require("internal:errors").notImplemented("Console.createTask"); }
module.exports = Object.assign(Object.create(globalThis.console), globalThis.console, { Console, createTask });
