import { CamelCasePlugin, DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql, WithSchemaPlugin } from "kysely";
import { report, failure } from "../report.js";

const dialects = {
  postgres: [PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler], mysql: [MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler],
  sqlite: [SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler],
};

export default report(async (print) => {
  for (const [name, [Adapter, Introspector, Compiler]] of Object.entries(dialects)) {
    const db = new Kysely({ dialect: { createAdapter: () => new Adapter(), createDriver: () => new DummyDriver(), createIntrospector: (d) => new Introspector(d), createQueryCompiler: () => new Compiler() } });
    const show = (query) => { const { sql, parameters } = query.compile(); print(name, sql, parameters); };
    show(db.selectFrom("person").selectAll().where("age", ">=", 18).where((eb) => eb.or([eb("name", "like", "A%"), eb("id", "in", [1, 2, 3])])).orderBy("name", "desc").limit(10).offset(5));
    show(db.selectFrom("person as p").innerJoin("pet", (join) => join.onRef("pet.owner_id", "=", "p.id").on("pet.kind", "=", "dog")).leftJoin("toy as t", "t.pet_id", "pet.id")
      .select(["p.id", "pet.name as pet_name", (eb) => eb.fn.count("t.id").as("toys")]).groupBy(["p.id", "pet.name"]).having((eb) => eb.fn.count("t.id"), ">", 1));
    show(db.insertInto("person").values([{ name: "Ada", age: 36 }, { name: "Bo", age: null }]));
    show(db.updateTable("person").set((eb) => ({ age: eb("age", "+", 1), name: "x" })).where("id", "=", 5));
    show(db.deleteFrom("person").where("name", "is", null));
    show(db.with("adults", (q) => q.selectFrom("person").select("id").where("age", ">", 17)).selectFrom("adults").selectAll().union(db.selectFrom("person").select("id")));
    show(db.selectFrom("person").select((eb) => [eb.case().when("age", "<", 18).then("minor").else("adult").end().as("kind"), sql`${eb.ref("age")} * ${2}`.as("double"), eb.exists(eb.selectFrom("pet").select("id")).as("any")]).distinct());
    show(db.schema.createTable("person").ifNotExists().addColumn("id", "integer", (c) => c.primaryKey().notNull()).addColumn("name", "varchar(255)", (c) => c.defaultTo("x").unique()).addForeignKeyConstraint("fk", ["id"], "pet", ["owner_id"], (c) => c.onDelete("cascade")));
    show(db.schema.createIndex("person_name").on("person").columns(["name", "age desc"]).unique());
    show(db.withPlugin(new CamelCasePlugin()).selectFrom("somePerson").select("firstName").where("lastName", "=", "x"));
    show(db.withSchema("app").selectFrom("person").selectAll());
    print(await db.selectFrom("person").selectAll().execute(), await failure(() => db.selectFrom("person").selectAll().executeTakeFirstOrThrow()));
    await db.transaction().execute(async (trx) => { await trx.insertInto("person").values({ name: "t" }).execute(); });
    print(await failure(() => db.transaction().execute(async () => { throw new Error("rolled back"); })));
    await db.destroy();
  }
  print(new WithSchemaPlugin("s").constructor.name, sql.join([1, 2]).toOperationNode().kind, await failure(() => sql`select 1`.compile({})));
});
