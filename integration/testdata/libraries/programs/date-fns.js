import * as d from "date-fns";
import { de, ja, enUS, ar } from "date-fns/locale";
import { report, failure } from "../report.js";

export default report(async (print) => {
  const t = new Date(Date.UTC(2024, 1, 29, 13, 4, 5, 678));
  for (const f of ["yyyy-MM-dd'T'HH:mm:ss.SSSxxx", "PPPPpppp", "EEEE do MMMM y G", "QQQ w I R B b", "h:mm a..aaaaa", "t T x X O zzzz", "''yy'' LLL ccc"]) {
    print(f, d.format(t, f), d.format(t, f, { locale: de }), d.format(t, f, { locale: ja }));
  }
  print(d.formatISO(t), d.formatRFC3339(t), d.formatRFC7231(t), d.formatISODuration({ years: 1, months: 2, days: 3 }), d.lightFormat(t, "yyyy/MM/dd"), d.formatISO9075(t));
  print(d.parse("29.02.2024 14:05", "dd.MM.yyyy HH:mm", new Date(0)), d.parse("Feb 3rd, 2021 5pm", "MMM do, yyyy ha", new Date(0)), d.parse("31.02.2024", "dd.MM.yyyy", new Date(0)), d.parse("3. März 2020", "d. MMMM yyyy", new Date(0), { locale: de }));
  print(d.parseISO("2024-W09-4"), d.parseISO("2024-060"), d.parseISO("2024-02-29T13:04:05+05:30"), d.isValid(d.parseISO("x")), d.parseJSON("2000-03-15T05:20:10.123Z"), d.fromUnixTime(1e9));
  print(d.addMonths(t, 12), d.addBusinessDays(t, 10), d.subQuarters(t, 3), d.add(t, { years: 1, months: -2, weeks: 1, days: 3, hours: 5 }), d.startOfISOWeek(t), d.endOfMonth(t), d.lastDayOfQuarter(t), d.nextFriday(t), d.setISOWeek(t, 1), d.roundToNearestMinutes(t, { nearestTo: 15 }));
  print(d.differenceInCalendarDays(t, new Date(0)), d.differenceInMonths(t, new Date(0)), d.differenceInBusinessDays(t, d.addDays(t, -30)), d.intervalToDuration({ start: new Date(0), end: t }), d.formatDuration(d.intervalToDuration({ start: new Date(0), end: t }), { locale: de }));
  print(d.formatDistance(new Date(0), t), d.formatDistance(t, d.addMinutes(t, 3), { addSuffix: true, includeSeconds: true }), d.formatDistanceStrict(new Date(0), t, { unit: "day" }), d.formatDistance(new Date(0), t, { locale: ja, addSuffix: true }), d.formatRelative(d.subDays(t, 3), t), d.formatRelative(d.subDays(t, 3), t, { locale: de }), d.formatDistance(t, d.addDays(t, 11), { locale: ar }));
  print(d.eachDayOfInterval({ start: t, end: d.addDays(t, 2) }), d.eachWeekendOfMonth(t).length, d.areIntervalsOverlapping({ start: 0, end: 10 }, { start: 5, end: 20 }), d.closestTo(t, [new Date(0), new Date(2e12)]), d.max([new Date(0), t]), d.isWithinInterval(t, { start: 0, end: 2e12 }));
  print(d.getISOWeek(t), d.getWeek(t, { weekStartsOn: 3, firstWeekContainsDate: 4 }), d.getWeekOfMonth(t), d.getDecade(t), d.isLeapYear(t), d.getDayOfYear(t), d.isSameISOWeekYear(t, d.addDays(t, 300)), d.compareAsc(t, new Date(0)), d.milliseconds({ hours: 1, minutes: 2 }));
  print(await failure(() => d.format(new Date(NaN), "yyyy")), await failure(() => d.format(t, "YYYY-DD")), await failure(() => d.format(t, "n")));
  print(d.enUS?.code ?? enUS.code, de.localize.month(2), ja.match.month("3月").value);
});
