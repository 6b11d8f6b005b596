import Papa from "papaparse";
import { report } from "../report.js";

export default report(async (print) => {
  const csv = 'id,name,score,note\r\n1,"Ada, ""the"" first",3.5,"multi\nline"\r\n2,Bob,,\r\n3,Cé,true,null\r\n';
  print(Papa.parse(csv), Papa.parse(csv, { header: true, dynamicTyping: true, skipEmptyLines: true }).data);
  print(Papa.parse("a;b;c\n1;2;3").meta, Papa.parse("a\tb\n1\t2").data, Papa.parse('a,"b\nc,d').errors, Papa.parse("a,b\n1\n1,2,3", { header: true }));
  print(Papa.unparse([{ a: 1, b: 'x"y', c: "l1\nl2" }, { a: null, b: undefined, c: " sp" }]), Papa.unparse({ fields: ["x", "y"], data: [[1, 2], [3, "=cmd()"]] }, { delimiter: ";", quotes: true, escapeFormulae: true, newline: "\n" }));
  const steps = [];
  Papa.parse("h1,h2\na,b\nc,d\n#x\ne,f", { header: true, comments: "#", step: (r, p) => { steps.push(r.data); if (steps.length === 2) p.abort(); }, complete: (r) => steps.push(r.meta.aborted) });
  print(steps, Papa.parse("a,b\n1,2", { transformHeader: (h) => h.toUpperCase(), header: true, transform: (v, f) => f + v, preview: 1 }).data);
  const rows = Array.from({ length: 5000 }, (_, i) => [i, `name ${i}`, `"q${i}"`, i / 7]);
  const text = Papa.unparse(rows);
  print(text.length, Papa.parse(text, { dynamicTyping: true }).data[4999]);
});
