import { DateTime, Duration, Info, Interval, Settings } from "luxon";
import { report } from "../report.js";

export default report(async (print) => {
  Settings.defaultZone = "utc";
  const t = DateTime.fromISO("2024-02-29T13:04:05.678Z");
  print(t.toISO(), t.toHTTP(), t.toSQL(), t.toRFC2822(), t.toMillis(), t.weekNumber, t.ordinal, t.daysInMonth, t.isInLeapYear, t.toFormat("yyyy LLL dd HH:mm:ss.SSS EEEE"), t.plus({ months: 1, days: 3 }).toISODate(), t.endOf("quarter").toISO(), t.set({ hour: 5 }).toISOTime());
  const ny = t.setZone("America/New_York");
  print(ny.toISO(), ny.offset, ny.isInDST, ny.zoneName, ny.plus({ days: 20 }).toISO(), ny.setZone("Asia/Kolkata").toISO(), ny.offsetNameShort, DateTime.fromObject({ year: 2024, month: 3, day: 10, hour: 2, minute: 30 }, { zone: "America/New_York" }).toISO());
  print(DateTime.fromFormat("29 Feb 2024 3:05 PM", "d MMM yyyy h:mm a").toISO(), DateTime.fromSQL("2024-02-29 10:00:00").toISO(), DateTime.fromISO("2024-W09-4").toISODate(), DateTime.fromISO("bad").invalidReason, DateTime.fromFormat("x", "yyyy").invalidExplanation);
  print(t.diff(DateTime.fromMillis(0), ["years", "months", "days", "hours"]).toObject(), Duration.fromISO("P1Y2M3DT4H").toHuman(), Duration.fromMillis(3723004).toFormat("hh:mm:ss.SSS"), Duration.fromObject({ hours: 30 }).shiftTo("days", "hours").toISO(), Interval.fromDateTimes(t, t.plus({ days: 3 })).splitBy({ days: 1 }).length, t.toRelative({ base: t.plus({ days: 2 }) }), t.toRelativeCalendar({ base: t.plus({ days: 1 }) }));
  print(t.toLocaleString(DateTime.DATETIME_MED, { locale: "en-US" }).replace("\u202f", " "), t.setLocale("de").toLocaleString(DateTime.DATE_FULL), t.setLocale("fr").toFormat("cccc d LLLL"), Info.months("short", { locale: "en" }), Info.isValidIANAZone("Nope/Zone"), Info.weekdays("long", { locale: "de" }));
});
