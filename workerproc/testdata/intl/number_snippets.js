const f = (locale, options, ...values) => () => { const n = new Intl.NumberFormat(locale, options); return values.map((v) => n.format(v)); };
const parts = (locale, options, value) => () => new Intl.NumberFormat(locale, options).formatToParts(value).map((p) => `${p.type}:${p.value}`).join("|");
const range = (locale, options, a, b) => () => { const n = new Intl.NumberFormat(locale, options); return [n.formatRange(a, b), n.formatRangeToParts(a, b).map((p) => `${p.source}:${p.type}:${p.value}`).join("|")]; };
const values = [0, -0, 1, -1, 12.345, 1234.5, -1234567.891, 1e21, 0.000123, NaN, Infinity, -Infinity, 123456789012345680000n];
const locales = ["en", "en-US", "en-GB", "en-IN", "de", "de-AT", "de-CH", "fr", "fr-CA", "es", "es-MX", "it", "pt-BR", "pt-PT", "ja", "zh-CN", "zh-TW", "ko", "nl", "pl", "sv", "da", "nb", "fi", "cs", "ru", "uk", "tr", "ar", "ar-EG", "he", "hi", "bn", "th", "vi", "fa", "mr"];
const out = {};
for (const l of locales) {
  out[`decimal ${l}`] = f(l, {}, ...values);
  out[`currency ${l}`] = f(l, { style: "currency", currency: "EUR" }, 1234.5, -0.126);
  out[`currencies ${l}`] = () => ["USD", "JPY", "GBP", "CHF", "INR", "BRL", "KWD", "XAF", "SEK"].map((currency) => new Intl.NumberFormat(l, { style: "currency", currency }).format(-98765.4321));
  out[`currency display ${l}`] = () => ["code", "narrowSymbol", "name"].map((currencyDisplay) => [1, 2.5, 1e6].map((v) => new Intl.NumberFormat(l, { style: "currency", currency: "CAD", currencyDisplay }).format(v)));
  out[`accounting ${l}`] = f(l, { style: "currency", currency: "USD", currencySign: "accounting", signDisplay: "exceptZero" }, -5, 5, 0);
  out[`percent ${l}`] = f(l, { style: "percent", maximumFractionDigits: 1 }, 0.256, -12.3456);
  out[`compact ${l}`] = f(l, { notation: "compact" }, 0, 5, 999, 999.5, 1234, -15600, 999999, 1.5e6, 2.1e9, 1e12, 1e16);
  out[`compact long ${l}`] = f(l, { notation: "compact", compactDisplay: "long" }, 1000, 1234, 1e6, 2.5e6, 5e9, 1e12);
  out[`compact currency ${l}`] = f(l, { notation: "compact", style: "currency", currency: "USD" }, 1234, -1.5e6);
  out[`units ${l}`] = () => ["kilometer", "celsius", "hour", "kilometer-per-hour", "megabyte", "liter", "day", "mile-per-gallon", "percent"].map((unit) => ["short", "long", "narrow"].map((unitDisplay) => [1, 2.5, 5].map((v) => new Intl.NumberFormat(l, { style: "unit", unit, unitDisplay }).format(v)).join(" / ")));
  out[`scientific ${l}`] = f(l, { notation: "scientific" }, 123456, -0.00012, 0);
  out[`parts ${l}`] = parts(l, { style: "currency", currency: "USD", signDisplay: "always" }, 1234567.891);
  out[`range ${l}`] = range(l, { style: "currency", currency: "EUR", maximumFractionDigits: 0 }, 3, 5);
}
const en = (name, options, ...values) => { out[name] = f("en", options, ...values); };
en("fraction digits", { minimumFractionDigits: 2, maximumFractionDigits: 4 }, 1, 1.23456, 1.005, 2.5, 1e-7);
en("significant digits", { maximumSignificantDigits: 3 }, 123456, 0.0012345, 1, 99.95, 0);
en("significant digits, minimum", { minimumSignificantDigits: 5 }, 1, 123.456, 1234567, 0);
en("integer digits", { minimumIntegerDigits: 3 }, 1, 1234.5);
for (const roundingMode of ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"]) en(`rounding ${roundingMode}`, { roundingMode, maximumFractionDigits: 0 }, 1.5, -1.5, 2.5, -2.5, 1.1, -1.1, 0.4, -0.4);
for (const roundingIncrement of [5, 25, 50]) en(`increment ${roundingIncrement}`, { roundingIncrement, minimumFractionDigits: 2, maximumFractionDigits: 2 }, 1.03, 1.13, 2.375, -7.62, 0.012);
for (const roundingPriority of ["auto", "morePrecision", "lessPrecision"]) en(`priority ${roundingPriority}`, { roundingPriority, maximumFractionDigits: 2, minimumFractionDigits: 1, maximumSignificantDigits: 3, minimumSignificantDigits: 2 }, 1.23456, 12345.678, 0.0012, 1, 100);
for (const signDisplay of ["auto", "never", "always", "exceptZero", "negative"]) en(`sign ${signDisplay}`, { signDisplay }, 1, -1, 0, -0, NaN, -0.0001, Infinity);
for (const useGrouping of ["min2", "auto", "always", true, false, "true"]) { en(`grouping ${useGrouping} ${typeof useGrouping}`, { useGrouping }, 1234, 12345); out[`grouping es ${useGrouping} ${typeof useGrouping}`] = f("es", { useGrouping }, 1234, 12345); }
en("strip zeros", { trailingZeroDisplay: "stripIfInteger", minimumFractionDigits: 2 }, 1, 1.5);
en("engineering", { notation: "engineering" }, 123456, 0.00012, 1, 999999);
en("scientific digits", { notation: "scientific", minimumFractionDigits: 2, maximumFractionDigits: 2 }, 123456, -1, 9.9999);
en("compact digits", { notation: "compact", maximumFractionDigits: 2 }, 1234567, 999999, 15);
en("compact significant", { notation: "compact", maximumSignificantDigits: 3 }, 1234567, 999999, 15);
en("compact unit", { notation: "compact", style: "unit", unit: "kilometer" }, 1234, 1e6);
en("compact name", { notation: "compact", style: "currency", currency: "USD", currencyDisplay: "name" }, 1, 1e6, 1.5e9);
en("compact long currency", { notation: "compact", compactDisplay: "long", style: "currency", currency: "USD" }, 1234, 1e6);
en("decimal strings", {}, "1234567890.123", "123456789012345678901234567890", "0x1F", " 12 ", "", "abc", "1e3", "-0", ".5", "5.");
en("odd values", {}, true, false, null, undefined, [5], {}, new Date(5));
en("huge", { maximumFractionDigits: 20 }, Number.MAX_VALUE, Number.MIN_VALUE, 1e-20, 123456789.123456789);
en("100 fraction digits", { minimumFractionDigits: 100 }, 1);
en("currency 3 digits", { style: "currency", currency: "kwd" }, 1.23456);
en("currency 0 digits", { style: "currency", currency: "jpy" }, 1234.5);
en("unit per", { style: "unit", unit: "meter-per-second", unitDisplay: "long" }, 1, 2);
en("unit per, not in the data", { style: "unit", unit: "gigabyte-per-second", unitDisplay: "long" }, 1, 2);
en("unit per, not in the data, short", { style: "unit", unit: "liter-per-day" }, 1, 2);
for (const nu of ["arab", "thai", "deva", "fullwide", "hanidec", "mathsans"]) { out[`numbering ${nu}`] = f("en", { numberingSystem: nu }, 1234567.891); out[`numbering tag ${nu}`] = () => [new Intl.NumberFormat(`de-u-nu-${nu}`).format(1234.5), new Intl.NumberFormat(`de-u-nu-${nu}`).resolvedOptions().locale]; }
for (const [name, options, value] of [["decimal", {}, -1234567.891], ["percent", { style: "percent" }, 0.5], ["compact", { notation: "compact" }, 1234], ["compact long", { notation: "compact", compactDisplay: "long" }, 1e6], ["scientific", { notation: "scientific" }, 0.00012], ["unit", { style: "unit", unit: "kilometer-per-hour" }, 50], ["name", { style: "currency", currency: "USD", currencyDisplay: "name" }, 2], ["code", { style: "currency", currency: "USD", currencyDisplay: "code" }, 2], ["nan", {}, NaN], ["infinity", {}, -Infinity], ["accounting", { style: "currency", currency: "USD", currencySign: "accounting" }, -2], ["percent unit", { style: "unit", unit: "percent" }, 5]]) { out[`parts of ${name}`] = parts("en", options, value); out[`parts of ${name} de`] = parts("de", options, value); }
for (const [name, options, a, b] of [["plain", {}, 1, 2], ["same", {}, 1, 1], ["rounded", { maximumFractionDigits: 0 }, 2.9, 3.1], ["usd", { style: "currency", currency: "USD" }, 3, 5], ["usd same", { style: "currency", currency: "USD", maximumFractionDigits: 0 }, 2.9, 3.1], ["unit", { style: "unit", unit: "meter" }, 3, 5], ["unit long", { style: "unit", unit: "meter", unitDisplay: "long" }, 1, 5], ["percent", { style: "percent" }, 0.1, 0.2], ["compact", { notation: "compact" }, 1000, 5e6], ["compact same", { notation: "compact" }, 1000, 5000], ["negative", {}, -5, 5], ["infinite", {}, -Infinity, Infinity], ["bigint", {}, 1n, 12345678901234567890n], ["string", {}, "1.5", "2.5"], ["code", { style: "currency", currency: "USD", currencyDisplay: "code" }, 1, 2], ["name", { style: "currency", currency: "USD", currencyDisplay: "name" }, 1, 2]]) { out[`range ${name}`] = range("en", options, a, b); out[`range ${name} de`] = range("de", options, a, b); }
const resolved = (name, ...args) => { out[`resolved ${name}`] = () => JSON.stringify(new Intl.NumberFormat(...args).resolvedOptions()); };
resolved("default"); resolved("currency", "de", { style: "currency", currency: "eur", notation: "compact" }); resolved("unit", "de", { style: "unit", unit: "hour", maximumSignificantDigits: 3 });
resolved("compact", "en", { notation: "compact", compactDisplay: "long", maximumFractionDigits: 1 }); resolved("percent", "en-u-nu-thai", { style: "percent" }); resolved("many locales", ["xx", "zz-ZZ", "de-XX-u-co-phonebk-nu-latn"], {});
resolved("unknown", "xx"); resolved("priority", "en", { roundingPriority: "lessPrecision", maximumFractionDigits: 1 }); resolved("no", "no"); resolved("zh-TW", "zh-TW"); resolved("sr", "sr-RS"); resolved("script", "zh-Hant-TW");
for (const l of ["en", "fr", "de", "es", "it", "pt", "pl", "ru", "cs", "ar", "he", "ja", "lt", "lv", "ro", "sl"].filter((l) => Intl.PluralRules.supportedLocalesOf(l).length)) {
  out[`plural ${l}`] = () => { const r = new Intl.PluralRules(l); return [0, 1, 2, 3, 5, 6, 11, 12, 14, 20, 21, 22, 25, 100, 101, 111, 1.5, 0.5, 1e6, 2e6, -1, Infinity, NaN].map((n) => r.select(n)).join(" "); };
  out[`ordinal ${l}`] = () => { const r = new Intl.PluralRules(l, { type: "ordinal" }); return [0, 1, 2, 3, 4, 8, 11, 12, 13, 21, 22, 23, 80, 101, 111].map((n) => r.select(n)).join(" "); };
  out[`plural range ${l}`] = () => { const r = new Intl.PluralRules(l); return [[0, 1], [1, 2], [2, 5], [0, 0], [5, 21]].map(([a, b]) => r.selectRange(a, b)); };
  out[`plural categories ${l}`] = () => [new Intl.PluralRules(l).resolvedOptions().pluralCategories.sort(), new Intl.PluralRules(l, { type: "ordinal" }).resolvedOptions().pluralCategories.sort()];
}
out["plural digits"] = () => [new Intl.PluralRules("en", { minimumFractionDigits: 1 }).select(1), new Intl.PluralRules("en", { maximumFractionDigits: 0 }).select(1.2), new Intl.PluralRules("en", { maximumSignificantDigits: 1 }).select(1.4)];
out["toLocaleString"] = () => [(1234.5).toLocaleString(), (1234.5).toLocaleString("de"), (1234.5).toLocaleString("en", { style: "currency", currency: "USD" }), 12345678901234567890n.toLocaleString("en"), 12345678901234567890n.toLocaleString("de"), NaN.toLocaleString(), (-0).toLocaleString(), [1234.5, [2, 3], null, undefined, new Date(0)].toLocaleString("de"), new Float64Array([1234.5, 2]).toLocaleString("de"), [0.5, 0.25].toLocaleString("en", { style: "percent" })];
out["bound format"] = () => { const n = new Intl.NumberFormat("en"); return [n.format === n.format, [1, 2000].map(n.format), n.format.name, n.format.length]; };
out["without new"] = () => [Intl.NumberFormat("de").format(1.5), Intl.NumberFormat("de") instanceof Intl.NumberFormat];
out["subclass"] = () => { class N extends Intl.NumberFormat { x() { return this.format(1234); } } return [new N("en").x(), new N() instanceof N, Object.prototype.toString.call(new N())]; };
export default out;
