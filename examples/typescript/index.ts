// TypeScript works as it is: types are taken off, not checked.
import { summarize, type Order } from "./order.ts";

interface Env {
  CURRENCY: string;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const order = (await request.json()) as Order;
    return Response.json({ ...summarize(order), currency: env.CURRENCY });
  },
};
