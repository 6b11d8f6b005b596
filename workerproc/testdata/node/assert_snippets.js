import assert, { AssertionError } from "node:assert";
import strict from "node:assert/strict";

const fails = (f) => { try { f(); return "passed"; } catch (e) { return [e.name, e.code, e.message, e.operator, e.generatedMessage]; } };

export default {
  ok: () => [fails(() => assert(true)), fails(() => assert.ok(0, "zero")), fails(() => assert.equal(1, "1")), fails(() => assert.equal(1, 2)), fails(() => assert.notEqual(1, 1))],
  strictEqual: () => [fails(() => assert.strictEqual(1, 1)), fails(() => assert.strictEqual(1, 2)), fails(() => assert.strictEqual("a", "b")), fails(() => assert.strictEqual(NaN, NaN)), fails(() => assert.strictEqual(1, 2, "why")), fails(() => assert.notStrictEqual(1, 1))],
  deepEqual: () => [fails(() => assert.deepEqual({ a: 1 }, { a: "1" })), fails(() => assert.deepStrictEqual({ a: [1, 2] }, { a: [1, 2] })), fails(() => assert.deepStrictEqual(new Map([[1, 2]]), new Map([[1, 2]]))), fails(() => assert.deepStrictEqual(new Set([1]), new Set([1]))), fails(() => assert.notDeepStrictEqual({ a: 1 }, { a: 2 }))],
  "deepStrictEqual fails": () => { try { assert.deepStrictEqual({ a: 1 }, { a: 2 }); } catch (e) { return [e.name, e.code, e.actual, e.expected, e.operator, e.message.split("\n")[0]]; } },
  throws: () => [fails(() => assert.throws(() => { throw new TypeError("bad"); }, TypeError)), fails(() => assert.throws(() => { throw new TypeError("bad"); }, /bad/)), fails(() => assert.throws(() => { throw new TypeError("bad"); }, { name: "TypeError", message: "bad" })), fails(() => assert.throws(() => {})), fails(() => assert.doesNotThrow(() => {})), fails(() => assert.throws(() => { throw new TypeError("bad"); }, (e) => e instanceof TypeError))],
  rejects: async () => [await assert.rejects(Promise.reject(new Error("x")), /x/), await assert.rejects(async () => { throw new Error("y"); }), await assert.rejects(Promise.resolve(1)).catch((e) => e.message), await assert.doesNotReject(Promise.resolve(1))],
  match: () => [fails(() => assert.match("abc", /b/)), fails(() => assert.doesNotMatch("abc", /x/))],
  fail: () => [fails(() => assert.fail()), fails(() => assert.fail("msg")), fails(() => assert.ifError(null)), fails(() => assert.ifError(new Error("e")))[0]],
  strict: () => [strict.equal === strict.strictEqual, fails(() => strict.equal(1, "1"))[0], typeof strict.strict],
  AssertionError: () => { const e = new AssertionError({ actual: 1, expected: 2, operator: "strictEqual" }); return [e instanceof Error, e.name, e.code, e.message]; },
};
