import { and, asc, avg, between, count, desc, eq, exists, gt, ilike, inArray, isNull, like, lt, ne, not, or, relations, sql, sum } from "drizzle-orm";
import { drizzle as d1 } from "drizzle-orm/d1";
import { drizzle as proxy } from "drizzle-orm/sqlite-proxy";
import { drizzle as pgProxy } from "drizzle-orm/pg-proxy";
import { blob, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex, QueryBuilder, union, alias } from "drizzle-orm/sqlite-core";
import * as pg from "drizzle-orm/pg-core";
import * as my from "drizzle-orm/mysql-core";
import { report, failure } from "../report.js";

const users = sqliteTable("users", {
  id: integer("id").primaryKey({ autoIncrement: true }), name: text("name").notNull(), email: text("email").unique(), age: integer("age"),
  role: text("role", { enum: ["admin", "user"] }).default("user"), meta: text("meta", { mode: "json" }), at: integer("at", { mode: "timestamp" }), score: real("score"), raw: blob("raw", { mode: "bigint" }), active: integer("active", { mode: "boolean" }),
}, (t) => [index("name_i").on(t.name), uniqueIndex("email_i").on(t.email)]);
const posts = sqliteTable("posts", { id: integer("id").primaryKey(), author: integer("author").references(() => users.id, { onDelete: "cascade" }), title: text("title"), views: integer("views") });
const tags = sqliteTable("tags", { post: integer("post"), tag: text("tag") }, (t) => [primaryKey({ columns: [t.post, t.tag] })]);
const usersRelations = relations(users, ({ many }) => ({ posts: many(posts) }));
const postsRelations = relations(posts, ({ one }) => ({ user: one(users, { fields: [posts.author], references: [users.id] }) }));

export default report(async (print) => {
  const q = new QueryBuilder(), show = (b) => print(b.toSQL());
  show(q.select().from(users).where(and(eq(users.name, "ada"), or(gt(users.age, 30), isNull(users.age)), not(like(users.email, "%x")), ne(users.role, "user"))).orderBy(desc(users.age), asc(users.name)).limit(10).offset(5));
  show(q.select({ name: users.name, n: count(posts.id), v: sum(posts.views), a: avg(posts.views), up: sql`upper(${users.name})`.as("up") }).from(users).leftJoin(posts, eq(posts.author, users.id)).groupBy(users.name).having(({ n }) => gt(n, 2)));
  const sub = q.select({ author: posts.author, total: sql`sum(${posts.views})`.as("total") }).from(posts).groupBy(posts.author).as("sub");
  show(q.select().from(users).innerJoin(sub, eq(sub.author, users.id)).where(between(sub.total, 1, 100)));
  const cte = q.$with("cte").as(q.select().from(posts).where(gt(posts.views, 5)));
  show(q.with(cte).selectDistinct({ id: cte.id }).from(cte).where(exists(q.select().from(tags).where(eq(tags.post, cte.id)))));
  show(union(q.select({ id: users.id }).from(users), q.select({ id: posts.id }).from(posts)).limit(3));
  const boss = alias(users, "boss");
  show(q.select({ a: users.id, b: boss.id }).from(users).fullJoin(boss, lt(boss.age, users.age)).where(inArray(boss.id, [1, 2, 3])));
  const calls = [];
  const rows = { "select": [[1, "ada", null, 36, "admin", '{"a":[1]}', 1700000000, 1.5, "3132", 1]] };
  const db = proxy(async (text, params, method) => { calls.push([method, text, params]); return { rows: method === "get" ? rows.select[0] : /^select/i.test(text) ? rows.select : [] }; }, { schema: { users, posts, usersRelations, postsRelations } });
  show(db.insert(users).values([{ name: "ada", meta: { a: 1 }, at: new Date(1700000000000), raw: 12n, active: true }, { name: "bob" }]).onConflictDoUpdate({ target: users.email, set: { name: sql`excluded.name` } }).returning({ id: users.id }));
  show(db.update(users).set({ age: sql`${users.age} + 1`, role: "admin" }).where(eq(users.id, 7)));
  show(db.delete(posts).where(lt(posts.views, 1)).returning());
  const [got] = await db.select().from(users);
  print({ ...got, raw: String(got.raw) }, got.at instanceof Date);
  await db.query.users.findMany({ with: { posts: { columns: { title: true }, limit: 2, orderBy: (p, { desc: d }) => [d(p.views)] } }, where: (u, { eq: e }) => e(u.id, sql.placeholder("id")) }).prepare().execute({ id: 4 }).catch((e) => print(e.message));
  await db.transaction(async (tx) => { await tx.update(users).set({ name: "t" }); });
  print(calls);
  const people = pg.pgTable("people", { id: pg.uuid("id").defaultRandom().primaryKey(), doc: pg.jsonb("doc"), list: pg.text("list").array(), n: pg.numeric("n", { precision: 10, scale: 2 }), on: pg.timestamp("on", { withTimezone: true }).defaultNow(), kind: pg.pgEnum("kind", ["a", "b"])("kind") });
  const pdb = pgProxy(async () => ({ rows: [] }));
  show(pdb.insert(people).values({ doc: { x: [1] }, list: ["a", 'b"c'], n: "1.50", kind: "a" }).onConflictDoNothing().returning());
  show(pdb.select().from(people).where(and(ilike(people.kind, "a%"), sql`${people.doc}->>'x' = ${"1"}`)).for("update", { skipLocked: true }));
  const mt = my.mysqlTable("m", { id: my.serial("id").primaryKey(), v: my.varchar("v", { length: 10 }), j: my.json("j") });
  show(new my.QueryBuilder().select().from(mt).where(eq(mt.v, "`'")));
  const prepared = [];
  const fake = { prepare: (text) => ({ bind: (...params) => { prepared.push([text, params]); return { all: async () => ({ results: [{ id: 1 }] }), raw: async () => [[1, "x", 2, 3]], run: async () => ({ success: true, meta: { changes: 1 } }) }; } }), batch: async (s) => s.map(() => ({ results: [] })) };
  const dd = d1(fake, { logger: { logQuery: (text, params) => print("log", text, params) } });
  print(await dd.select().from(posts).where(eq(posts.id, 1)), await dd.insert(tags).values({ post: 1, tag: "t" }), prepared);
  print(await failure(() => db.insert(users).values([]).toSQL()), Object.keys(users).length);
});
