package source

// NoCode is V8's message for code from strings in an isolate that forbids it.
const NoCode = "Code generation from strings disallowed for this context"

// ForbidEval is a script whose value replaces eval and the function
// constructors; refuse, its argument, throws. The replaced ones can't be
// reached any more: each was held by one property only. As in V8 only
// Function() without any code makes a function.
const ForbidEval = `(function (refuse) {
	"use strict";
	const define = Object.defineProperty;
	const attributes = (value) => ({ value, writable: true, enumerable: false, configurable: true });
	define(globalThis, "eval", attributes({ eval(code) { refuse(); } }.eval));
	const constructors = new Set([Function.prototype, (async () => {}).constructor.prototype,
		(function* () {}).constructor.prototype, ASYNC_GENERATOR]);
	for (const prototype of constructors) {
		const name = prototype.constructor.name;
		const first = prototype === Function.prototype;
		const constructor = { [name]: function () {
			if (first && arguments.length === 0) return function anonymous() {};
			refuse();
		} }[name];
		define(constructor, "prototype", { value: prototype, writable: false });
		define(constructor, "length", { value: 1 });
		define(prototype, "constructor", { value: constructor, writable: first, enumerable: false, configurable: true });
		if (first) define(globalThis, "Function", attributes(constructor));
	}
})`
