// Mail by nodemailer, with STARTTLS and a password.
import nodemailer from "nodemailer";
import { failure, report } from "../report.js";

export default report(async (print, env) => {
  const options = { host: env.HOST, port: env.SMTP, secure: false, name: "worker.test", auth: { user: "app", pass: "s3cret" }, dnsTimeout: 5000 };
  const mail = { from: "a@example.com", to: ["b@example.com", "c@example.com"], subject: "Grüße", text: "hello\n.\nworld", messageId: "<1@example.com>", date: new Date(0),
    attachments: [{ filename: "a.txt", content: "x".repeat(200000) }] };
  const transport = nodemailer.createTransport({ ...options, requireTLS: true });
  print(await transport.verify());
  const sent = await transport.sendMail(mail);
  print(sent.accepted, sent.rejected, sent.response, sent.envelope);
  transport.close();
  print(await failure(() => nodemailer.createTransport({ ...options, auth: { user: "app", pass: "wrong" } }).verify()));
  const { code, command } = await nodemailer.createTransport({ ...options, port: 1 }).verify().catch((e) => e);
  print(code, command);
});
