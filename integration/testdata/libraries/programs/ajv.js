import Ajv from "ajv";
import addFormats from "ajv-formats";
import { report, failure } from "../report.js";
const ajv = new Ajv({ allErrors: true, useDefaults: true, coerceTypes: true });
addFormats(ajv);
const user = ajv.compile({ type: "object", required: ["name", "email"], additionalProperties: false, properties: { name: { type: "string", minLength: 2, pattern: "^\\p{L}+$" }, email: { type: "string", format: "email" }, age: { type: "integer", minimum: 0, default: 18 }, tags: { type: "array", items: { enum: ["a", "b"] }, uniqueItems: true }, at: { type: "string", format: "date-time" } }, if: { properties: { age: { minimum: 100 } }, required: ["age"] }, then: { required: ["at"] } });
const tree = ajv.compile({ $id: "tree", type: "object", properties: { v: { type: "number" }, kids: { type: "array", items: { $ref: "tree" } } }, required: ["v"] });
export default report(async (print) => {
  for (const v of [{ name: "Zoë", email: "a@b.co" }, { name: "x", email: "no", extra: 1 }, { name: "Bob", email: "b@c.de", age: "44", tags: ["a", "a"] }, { name: "Old", email: "o@l.de", age: 120 }, null]) print(user(v), v, user.errors?.map((e) => [e.instancePath, e.keyword, e.message]));
  print(tree({ v: 1, kids: [{ v: 2 }, { kids: [] }] }), tree.errors);
});
