import { all, create, evaluate, parse, simplify, derivative, unit, bignumber, matrix, complex, fraction, format, chain, rationalize } from "mathjs";
import { report, failure } from "../report.js";

export default report(async (print) => {
  for (const e of ["1.2 * (2 + 4.5)", "12.7 cm to inch", "sin(45 deg) ^ 2", "9 / 3 + 2i", "det([-1, 2; 3, 1])", "sqrt(-4)", "f(x) = x^2; f(5)", "[1,2;3,4] * [5;6]", "5!", "gcd(12, 18)", "mean([1,2,3,4])", "std(1,2,3,4)", "2 inch + 3 cm", "0.1 + 0.2", "1:5", "not true or 3 > 2", "concat('a', 'b')", "inv([1,2;3,4])", "eigs([2,0;0,3]).values", "lusolve([1,2;3,4],[5;6])", "combinations(5,2)", "80 km/h to m/s", "a = {x: 1, y: [2]}; a.y[1]", "log(1000, 10)", "erf(0.5)", "gamma(4.5)", "to(20 celsius, fahrenheit)", "cross([1,2,3],[4,5,6])", "range(0, 10, 5)", "xgcd(36163, 21199)"]) {
    print(e, "=", format(evaluate(e), { precision: 12 }));
  }
  print(simplify("2x + 3x + x*0").toString(), derivative("x^3 + sin(x)", "x").toString(), rationalize("1/(x+1) + 1/(x-1)").toString(), parse("a^2 + b/c").toTex(), parse("x + 2*y").filter((n) => n.isSymbolNode).map((n) => n.name));
  print(String(bignumber("0.1").plus("0.2")), String(fraction(1, 3).add(fraction(1, 6))), complex(3, 4).toPolar(), unit(5, "kg").toJSON(), chain(3).add(4).multiply(2).done(), matrix([[1, 2], [3, 4]]).toString());
  const big = create(all, { number: "BigNumber", precision: 40 });
  print(format(big.evaluate("1/3 + sqrt(2)")), await failure(() => evaluate("1 +")), await failure(() => evaluate("zzz(1)")), await failure(() => evaluate("5 cm + 3 kg")));
  const code = parse("x^2 + y").compile();
  let s = 0;
  for (let i = 0; i < 2000; i++) s += code.evaluate({ x: i, y: 1 });
  print(s);
});
