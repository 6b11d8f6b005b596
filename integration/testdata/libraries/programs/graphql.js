import { buildSchema, execute, graphql, GraphQLError, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString, introspectionFromSchema, lexicographicSortSchema, parse, print as printNode, printSchema, subscribe, validate, visit } from "graphql";
import { report } from "../report.js";

export default report(async (print) => {
  const sdl = buildSchema(`"a user" type User { id: ID! name(upper: Boolean = false): String friends: [User!]! } interface Node { id: ID! } union Any = User | Post type Post implements Node { id: ID! title: String @deprecated(reason: "old") } enum Role { ADMIN USER } input In { a: Int = 3, list: [String!] } type Query { user(id: ID!): User add(in: In!): Int any: [Any] role: Role fail: String } type Mutation { set(v: Int): Int } type Subscription { tick: Int } scalar Date directive @d(x: Int) on FIELD`);
  const user = (id) => ({ id, name: ({ upper }) => (upper ? "ADA" : "ada") + id, friends: () => [1, 2].map((n) => ({ id: n, name: "f" + n, friends: [] })) });
  const rootValue = { user: ({ id }) => user(id), add: ({ in: { a, list } }) => a + (list?.length ?? 0), any: () => [{ __typename: "User", ...user(9) }, { __typename: "Post", id: "p", title: "T" }], role: "ADMIN", fail: async () => { throw new GraphQLError("failed", { extensions: { code: "E" } }); }, set: ({ v }) => v };
  const run = async (source, variableValues) => print(await graphql({ schema: sdl, source, rootValue, variableValues }));
  await run("query Q($id: ID!, $u: Boolean) { user(id: $id) { ...F n2: name(upper: $u) friends { id name } } } fragment F on User { id name }", { id: "5", u: true });
  await run("{ add(in: {list: [\"x\", \"y\"]}) role any { __typename ... on User { name } ... on Post { title @skip(if: true) id } } }");
  await run("{ fail role }");
  await run("{ user(id: 1) { nothing } ");
  await run("{ user { nothing } }");
  await run("mutation { a: set(v: 1) b: set(v: 2) }");
  await run("{ user(id: 1) { id @include(if: false) name } __schema { types { name } queryType { name } } }");
  await run("query($i: In!) { add(in: $i) }", { i: { a: "x" } });
  print(printSchema(lexicographicSortSchema(sdl)), printNode(parse("query   A{a(b:[1,2,{c:\"x\"}]),...on B{c}}")));
  print(validate(sdl, parse("{ user(id: 1) { id { x } } zzz }")).map((e) => [e.message, e.locations]));
  print(introspectionFromSchema(sdl).__schema.types.length);
  const T = new GraphQLObjectType({ name: "Query", fields: () => ({ list: { type: new GraphQLNonNull(new GraphQLList(GraphQLInt)), args: { n: { type: GraphQLInt } }, resolve: async (_, { n }) => Array.from({ length: n }, (_, i) => i) }, bad: { type: new GraphQLNonNull(GraphQLString), resolve: () => null } }) });
  const schema = new GraphQLSchema({ query: T });
  print(await execute({ schema, document: parse("{ list(n: 4) }") }), await graphql({ schema, source: "{ bad }" }));
  const ticks = await subscribe({ schema: sdl, document: parse("subscription { tick }"), rootValue: { async *tick() { for (let i = 0; i < 3; i++) yield { tick: i }; } } });
  for await (const tick of ticks) print(tick);
  print(visit(parse("{ a b { c } }"), { Field: (n) => ({ ...n, name: { ...n.name, value: n.name.value.toUpperCase() } }) }).definitions[0].selectionSet.selections.map((s) => s.name.value));
  print(String(new GraphQLError("m", { positions: [3], source: (await import("graphql")).Source ? new (await import("graphql")).Source("{ a }") : undefined })));
});
