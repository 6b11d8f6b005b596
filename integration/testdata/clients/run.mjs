// What a program prints under Node.js: `node run.mjs programs/NAME.js ENV`, where every name has the address of env.ADDRESS.
import dns from "node:dns";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [program, text] = process.argv.slice(2);
const env = JSON.parse(text);
dns.lookup = (host, options, done = options) => (options?.all ? done(null, [{ address: env.ADDRESS, family: 4 }]) : done(null, env.ADDRESS, 4));
const { fetch } = (await import(pathToFileURL(resolve(program)))).default;
const response = await fetch(new Request("http://localhost/"), env, { waitUntil() {} });
process.stdout.write(await response.text(), () => process.exit());
