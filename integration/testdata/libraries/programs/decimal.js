import Decimal from "decimal.js";
import { report, failure } from "../report.js";

export default report(async (print) => {
  Decimal.set({ precision: 50 });
  print([new Decimal("0.1").plus("0.2"), new Decimal(2).sqrt(), Decimal.acos(-1), new Decimal("1e-7").toFixed(10), new Decimal(22).div(7), Decimal.exp(1), Decimal.ln(10), new Decimal(2).pow("0.5"), new Decimal("0xff.8"), Decimal.sin(1), new Decimal(-0), new Decimal("1e400").log(10), Decimal.hypot(3, 4), new Decimal("123456789.123456789").toSD(5), new Decimal(7).mod(-3), new Decimal("1234.5678").toFraction(1000), Decimal.atan2(1, 2), new Decimal(10).cbrt()].map(String));
  print(new Decimal(255).toHexadecimal(), new Decimal("0.3").toBinary(), new Decimal("12345.678").toExponential(2), new Decimal("5e-324").toString(), new Decimal(1).cmp(2), new Decimal("2.5").round().toString(), new Decimal("-2.5").toDP(0, Decimal.ROUND_HALF_EVEN).toString());
  let f = new Decimal(1);
  for (let i = 1; i <= 200; i++) f = f.times(i);
  print(f.toString(), JSON.stringify({ d: new Decimal("1.10") }), await failure(() => new Decimal("x")), await failure(() => new Decimal(1).toDP(-1)));
});
