import ts from "typescript";
import { report } from "../report.js";

const source = `import { type A, b } from "./b";
export enum Color { Red, Green = "g".length, Blue = 1 << 3 }
namespace N { export const x = 1; }
abstract class P<T extends object = {}> { constructor(private readonly a: T, public b?: number) {} abstract f(): void; #q = 1; static s: string = \`t\${N.x}\`; get v(): number { return this.b ?? 0; } }
@dec class D extends P<{}> { @prop() x!: string; f(this: D): asserts this is D { } }
export const f = async <T,>(x: T, ...r: any[]): Promise<T> => { const { a, ...rest } = x as any; for await (const y of r) a?.b![y] ||= rest; return x satisfies T; };
declare const zzz: number; type U = keyof typeof f; interface I { (): void }
export type { U }; export default function g(o: { a: number }) { return <div key={o.a}>{...[]}</div>; }
using x1 = b;
`;

export default report(async (print) => {
  print(ts.version.split(".")[0]);
  for (const [target, module] of [["ESNext", "ESNext"], ["ES2017", "CommonJS"], ["ES5", "CommonJS"]]) {
    const out = ts.transpileModule(source, { fileName: "a.tsx", reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget[target], module: ts.ModuleKind[module], jsx: ts.JsxEmit.React, experimentalDecorators: true, sourceMap: target === "ES2017", ignoreDeprecations: "6.0" } });
    print(out.outputText, out.diagnostics.map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n")), out.sourceMapText?.length);
  }
  const bad = ts.transpileModule("let x: = 1; class {", { reportDiagnostics: true });
  print(bad.diagnostics.map((d) => [d.code, d.start, ts.flattenDiagnosticMessageText(d.messageText, "\n")]));
  const file = ts.createSourceFile("x.ts", source, ts.ScriptTarget.Latest, true);
  const kinds = {};
  (function walk(n) { kinds[ts.SyntaxKind[n.kind]] = (kinds[ts.SyntaxKind[n.kind]] ?? 0) + 1; ts.forEachChild(n, walk); })(file);
  print(kinds, ts.createPrinter().printFile(ts.createSourceFile("y.ts", "const a : number=1 ;function  f( ){return a}", 99)));
});
