// The documentation's examples of egress control, against a server that is api.example.com for the test:
// https://developers.cloudflare.com/dynamic-workers/usage/egress-control/
import intercept from "./intercept.js";
import inject from "./inject.js";
export { PlainGateway } from "./intercept.js";
export { HttpGateway } from "./inject.js";

export default {
  fetch(request, env, ctx) {
    return new URL(request.url).pathname === "/intercept" ? intercept.fetch(request, env, ctx) : inject.fetch(request, env, ctx);
  },
};
