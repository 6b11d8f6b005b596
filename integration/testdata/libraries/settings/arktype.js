// arktype takes strings that become code while a Worker starts for a sign that they always do. What it is asked to check in a
// request fails then, here as in the Workers runtime, unless it is told not to.
import { configure } from "arktype/config";

configure({ jitless: true });
