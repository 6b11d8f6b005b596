package source

// NoCode is V8's message for code from strings in an isolate that forbids it.
const NoCode = "Code generation from strings disallowed for this context"

// GuardEval is a script whose value replaces eval and the function
// constructors. Its arguments: check throws while no string may become code;
// make, if it isn't undefined, turns a text into a function or, with a second
// argument, evaluates it; else the engine's own do that. These can't be reached
// any other way: each was held by one property only. As in V8 Function()
// without any code always makes a function. eval() knows globals only.
const GuardEval = `(function (check, make, asyncGenerator) {
	"use strict";
	const define = Object.defineProperty, { setPrototypeOf } = Object, { construct } = Reflect, ownEval = globalThis.eval;
	const attributes = (value) => ({ value, writable: true, enumerable: false, configurable: true });
	define(globalThis, "eval", attributes({ eval(code) {
		check();
		if (typeof code !== "string") return code;
		return make ? make(code, true) : ownEval(code);
	} }.eval));
	const kinds = [[Function.prototype, "function"], [(async () => {}).constructor.prototype, "async function"],
		[(function* () {}).constructor.prototype, "function*"], [asyncGenerator ?? (async function* () {}).constructor.prototype, "async function*"]];
	for (const [prototype, keyword] of new Map(kinds)) {
		const own = prototype.constructor, { name } = own, first = prototype === Function.prototype;
		const constructor = { [name]: function () {
			const last = arguments.length - 1;
			if (first && last < 0) return function anonymous() {};
			let parameters = "";
			for (let i = 0; i < last; i++) parameters += (i ? "," : "") + ` + "`${arguments[i]}`" + `;
			const body = last < 0 ? "" : ` + "`${arguments[last]}`" + `;
			check();
			if (!make) return construct(own, [parameters, body], new.target ?? own);
			const made = make(` + "`${keyword} anonymous(${parameters}\\n) {\\n${body}\\n}`" + `);
			return new.target && new.target !== constructor ? setPrototypeOf(made, new.target.prototype) : made;
		} }[name];
		define(constructor, "prototype", { value: prototype, writable: false });
		define(constructor, "length", { value: 1 });
		define(prototype, "constructor", { value: constructor, writable: first, enumerable: false, configurable: true });
		if (first) define(globalThis, "Function", attributes(constructor));
	}
})`
