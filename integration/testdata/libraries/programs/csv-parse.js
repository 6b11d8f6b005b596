import { parse } from "csv-parse";
import { parse as sync } from "csv-parse/sync";
import { Readable } from "node:stream";
import { report, failure } from "../report.js";
export default report(async (print) => {
  print(sync('a,b\n1,"x,""y"""\n', { columns: true }), sync("a;b\n# c\n 1 ; 2 \n", { delimiter: ";", comment: "#", trim: true, cast: true }));
  const rows = []; for await (const r of Readable.from(["a,b\n1,", "2\n3,4", "\n"]).pipe(parse({ columns: true, cast: true, info: true }))) rows.push(r); print(rows);
  print(await failure(() => sync('a,b\n1\n')), await failure(() => sync('a,"b\n')));
  print(await new Promise((ok) => parse("x,y\n", (e, r) => ok([e, r]))), sync("\ufeffa,b\n1,2\n", { bom: true, columns: true, from_line: 1, to: 1 }));
  print(await new Promise((ok) => parse("x,y\n1\n", (e, r) => ok([e.code, e.message]))));
});
