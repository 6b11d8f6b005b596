// Emscripten: SQLite.
import initSqlJs from "sql.js/dist/sql-wasm-browser.js";
import wasm from "sql.js/dist/sql-wasm-browser.wasm";
import { report, failure } from "../report.js";

export default report(async (print) => {
  globalThis.location ??= { href: "" }; // it takes this for a web worker
  const SQL = await initSqlJs({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(wasm, imports);
      done(instance, wasm);
      return instance.exports;
    },
  });
  const db = new SQL.Database();
  db.run("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, height REAL, photo BLOB)");
  db.run("INSERT INTO person VALUES (?, ?, ?, ?), (2, 'Grace', 1.68, NULL)", [1, "Ada", 1.65, new Uint8Array([1, 2, 3])]);
  print(await failure(() => db.create_function("twice", (x) => x * 2))); // it makes a module at run time
  print(db.exec("SELECT id, upper(name) AS name, height * 2 AS h, photo FROM person ORDER BY id DESC"));
  const insert = db.prepare("INSERT INTO person (name, height) VALUES ($name, $height)");
  db.run("BEGIN");
  for (let i = 0; i < 2000; i++) insert.run({ $name: `p${i}`, $height: i / 1000 });
  db.run("COMMIT");
  insert.free();
  print(db.exec("SELECT count(*), sum(height), max(name), group_concat(DISTINCT length(name)) FROM person")[0].values);
  print(db.exec("WITH RECURSIVE f(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM f LIMIT 40) SELECT max(a) FROM f")[0].values);
  print(await failure(() => db.exec("SELECT nonsense FROM person")), await failure(() => db.exec("SELEC")));
  const bytes = db.export();
  const again = new SQL.Database(bytes);
  print(new TextDecoder().decode(bytes.slice(0, 15)), again.exec("SELECT name FROM person WHERE id = 1")[0].values);
});
