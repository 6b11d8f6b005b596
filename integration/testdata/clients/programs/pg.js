// PostgreSQL's client: by its own sockets for Workers, with TLS, and by node:net.
import net from "node:net";
import pg from "pg";
import { failure, report } from "../report.js";

export default report(async (print, env) => {
  const base = { host: env.HOST, port: env.POSTGRES, user: "app", password: "s3cret", database: "postgres" };
  for (const [how, more] of [["plain", {}], ["tls", { ssl: true }], ["node:net", { stream: () => new net.Socket() }]]) {
    const client = new pg.Client({ ...base, ...more });
    await client.connect();
    const table = `t_${how.replace(/\W/g, "")}`;
    await client.query(`create temp table ${table} (id serial primary key, name text, data jsonb, at timestamptz, raw bytea)`);
    const inserted = await client.query(`insert into ${table} (name, data, at, raw) values ($1, $2, $3, $4) returning id`, ["Ada ü", { a: [1, 2] }, new Date(0), Buffer.from([0, 1, 255])]);
    print(how, inserted.rows, inserted.rowCount);
    const { rows, fields } = await client.query(`select name, data, at, encode(raw, 'hex') as raw from ${table} where id = $1`, [1]);
    print(rows, fields.map((f) => f.name));
    print((await client.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()")).rows);
    print((await client.query("select repeat('x', 300000) as x")).rows[0].x.length, (await client.query("select generate_series(1, 2000) as n")).rows.reduce((sum, { n }) => sum + n, 0));
    print(await failure(() => client.query("select nothing from nowhere")));
    await client.query("begin");
    await client.query(`insert into ${table} (name) values ('gone')`);
    await client.query("rollback");
    print((await client.query(`select count(*)::int as n from ${table}`)).rows);
    const heard = new Promise((done) => client.once("notification", ({ channel, payload }) => done([channel, payload])));
    await client.query("listen news; notify news, 'hello'");
    print(await heard);
    await client.end();
  }
  const pool = new pg.Pool({ ...base, max: 3 });
  print((await Promise.all([1, 2, 3, 4, 5, 6].map((n) => pool.query("select $1::int * 2 as n", [n])))).map(({ rows }) => rows[0].n));
  await pool.end();
  print(await failure(async () => { const c = new pg.Client({ ...base, password: "wrong" }); c.on("error", () => {}); await c.connect(); }));
});
