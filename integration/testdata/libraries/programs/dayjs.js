import dayjs from "dayjs";
import utc from "dayjs/plugin/utc.js";
import timezone from "dayjs/plugin/timezone.js";
import relativeTime from "dayjs/plugin/relativeTime.js";
import customParseFormat from "dayjs/plugin/customParseFormat.js";
import duration from "dayjs/plugin/duration.js";
import weekOfYear from "dayjs/plugin/weekOfYear.js";
import isoWeek from "dayjs/plugin/isoWeek.js";
import advancedFormat from "dayjs/plugin/advancedFormat.js";
import "dayjs/locale/de.js";
import { report } from "../report.js";

export default report(async (print) => {
  for (const p of [utc, timezone, relativeTime, customParseFormat, duration, isoWeek, weekOfYear, advancedFormat]) dayjs.extend(p);
  const t = dayjs.utc("2024-02-29T13:04:05.678Z");
  print(t.format(), t.format("dddd, MMMM D YYYY h:mm:ss.SSS A [at] Z Q Do w k X"), t.locale("de").format("dddd D. MMMM"), t.add(1, "month").toISOString(), t.endOf("isoWeek").format(), t.isoWeek(), t.diff(dayjs.utc(0), "month", true), t.from(t.add(3, "hour")), t.locale("de").to(t.add(2, "year")), t.isBefore(dayjs()), t.daysInMonth(), t.toArray?.() ?? null);
  print(dayjs.utc("29/02/2024 14h", "DD/MM/YYYY H[h]").format(), dayjs("x").isValid(), dayjs.utc("31/02/2024", "DD/MM/YYYY", true).isValid(), dayjs.duration({ hours: 26, minutes: 3 }).humanize(), dayjs.duration(1e7).format("HH:mm:ss"), dayjs.duration("P1DT2H").asHours());
  print(t.tz("America/New_York").format(), dayjs.tz("2024-07-01 12:00", "Europe/Berlin").toISOString(), t.tz("Asia/Tokyo").format("z"), JSON.stringify(t));
});
