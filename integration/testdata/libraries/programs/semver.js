import semver from "semver";
import qs from "qs";
import { report, failure } from "../report.js";

export default report(async (print) => {
  print(semver.valid("1.2.3"), semver.valid("a.b.c"), semver.clean("  =v1.2.3   "), semver.satisfies("1.2.3", "1.x || >=2.5.0 || 5.0.0 - 7.2.3"), semver.gt("1.2.3", "9.8.7"), semver.minVersion(">=1.0.0"), semver.coerce("42.6.7.9.3-alpha")?.version);
  print(semver.inc("1.2.3", "prerelease", "beta"), semver.diff("1.2.3", "1.3.0"), semver.sort(["1.10.0", "1.2.0", "1.2.0-rc.1"]), semver.maxSatisfying(["1.2.3", "1.2.8", "2.0.0"], "^1.2"), new semver.Range("^1.2 <1.8 || ~3").range, semver.subset("^1.2", "^1"), semver.intersects("^1", ">=1.5"));
  print(await failure(() => new semver.SemVer("nope")), semver.parse("1.2.3-a.1+b").prerelease, semver.rcompare("1.0.0", "2.0.0"));
  print(qs.parse("a[b][c]=d&e[]=1&e[]=2&f=%20x"), qs.stringify({ a: { b: [1, 2] }, c: null, d: new Date(0) }), qs.parse("?a=1;b=2", { ignoreQueryPrefix: true, delimiter: ";" }), qs.stringify({ a: ["b", "c"] }, { arrayFormat: "brackets", encode: false }));
});
