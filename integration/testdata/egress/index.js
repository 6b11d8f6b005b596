// The documentation's examples of egress control, against a server that is api.example.com for the test:
// https://developers.cloudflare.com/dynamic-workers/usage/egress-control/
import intercept from "./intercept.js";
import inject from "./inject.js";
import tails from "./tails.js";
export { PlainGateway } from "./intercept.js";
export { HttpGateway } from "./inject.js";
export { LogTailer } from "./tails.js";

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    return (pathname === "/intercept" ? intercept : pathname === "/tails" ? tails : inject).fetch(request, env, ctx);
  },
};
