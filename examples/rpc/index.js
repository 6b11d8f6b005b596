// Entrypoints: the default one, and a class with methods that can be called without a request.
import { WorkerEntrypoint } from "cloudflare:workers";

export default class extends WorkerEntrypoint {
  fetch(request) {
    return new Response(`${request.method} ${request.url} for ${this.ctx.props.user ?? "nobody"}\n`);
  }
}

export class Calculator extends WorkerEntrypoint {
  add(...numbers) {
    return numbers.reduce((sum, n) => sum + n, 0);
  }

  async divide(a, b) {
    if (b === 0) throw new RangeError("cannot divide by zero");
    return { quotient: Math.floor(a / b), rest: a % b, by: this.ctx.props.user };
  }
}
