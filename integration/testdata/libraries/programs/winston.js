import winston from "winston";
import { Writable } from "node:stream";
import { report } from "../report.js";
export default report(async (print) => {
  const lines = [];
  const stream = new Writable({ write(c, e, d) { lines.push(String(c).trim()); d(); } });
  const log = winston.createLogger({ level: "debug", format: winston.format.combine(winston.format.errors({ stack: false }), winston.format.splat(), winston.format.json()), defaultMeta: { service: "s" }, transports: [new winston.transports.Stream({ stream })] });
  log.info("hello", { a: 1 }); log.debug("n %d %s", 5, "x"); log.child({ req: 1 }).warn("child"); log.error(new Error("boom")); log.silly("no");
  const cli = winston.createLogger({ format: winston.format.combine(winston.format.colorize(), winston.format.simple()), transports: [new winston.transports.Stream({ stream })] });
  cli.info("colour", { b: 2 });
  const pretty = winston.createLogger({ format: winston.format.printf(({ level, message }) => `${level}> ${message}`), transports: [new winston.transports.Stream({ stream })] });
  pretty.warn("printf");
  await new Promise((r) => { log.on("finish", r); log.end(); });
  for (const l of lines) print(l);
});
