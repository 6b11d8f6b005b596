// MySQL's client, over node:net: it makes readers of rows with new Function unless disableEval is set.
import mysql from "mysql2/promise";
import { failure, report } from "../report.js";

export default report(async (print, env) => {
  const base = { host: env.HOST, port: env.MYSQL, user: "app", password: "s3cret", database: "app", disableEval: true, timezone: "Z", supportBigNumbers: true };
  for (const [how, more] of [["plain", {}], ["tls", { ssl: {} }]]) {
    const db = await mysql.createConnection({ ...base, ...more });
    const table = `t_${how}`;
    await db.query(`create temporary table ${table} (id int auto_increment primary key, name text, data json, at datetime, raw blob, big bigint, price decimal(10,2))`);
    const [done] = await db.execute(`insert into ${table} (name, data, at, raw, big, price) values (?, ?, ?, ?, ?, ?)`, ["Ada ü", JSON.stringify({ a: [1, 2] }), new Date(0), Buffer.from([0, 1, 255]), "9007199254740993", "12.50"]);
    print(how, done.insertId, done.affectedRows);
    const [rows, fields] = await db.execute(`select id, name, data, at, hex(raw) as raw, big, price from ${table} where id = ?`, [1]);
    print(rows, fields.map((f) => [f.name, f.columnType]));
    print((await db.query("select ? as a, ?? from (select 1 as b) x", ["it's", "b"]))[0], (await db.query("show status like 'Ssl_cipher'"))[0][0].Value !== "");
    print((await db.query("select repeat('x', 300000) as x"))[0][0].x.length, (await db.query("select seq as n from seq_1_to_2000"))[0].reduce((sum, { n }) => sum + n, 0));
    print(await failure(() => db.query("select nothing from nowhere")));
    const { code, errno, sqlState } = await db.query("selec").catch((e) => e);
    print(code, errno, sqlState);
    await db.beginTransaction();
    await db.query(`insert into ${table} (name) values ('gone')`);
    await db.rollback();
    print((await db.query(`select count(*) as n from ${table}`))[0]);
    let streamed = 0;
    for await (const row of db.connection.query("select seq from seq_1_to_500").stream()) streamed += row.seq;
    print(streamed);
    await db.end();
  }
  const pool = mysql.createPool({ ...base, connectionLimit: 3 });
  print((await Promise.all([1, 2, 3, 4, 5, 6].map((n) => pool.query("select ? * 2 as n", [n])))).map(([[row]]) => row.n));
  await pool.end();
  print(await mysql.createConnection({ ...base, password: "wrong" }).catch((e) => [e.code, e.sqlMessage.replace(/@'[^']*'/, "@")]), await mysql.createConnection({ ...base, port: 1 }).catch((e) => [e.code]));
});
