package workerproc

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"stockade.dev/stockade/rpc"
)

const watcherSource = `import { WorkerEntrypoint } from "cloudflare:workers";
import { AsyncLocalStorage } from "node:async_hooks";
const where = new AsyncLocalStorage();
export class Api extends WorkerEntrypoint {
	async once(stub, told) {
		let last = told;
		const dup = stub.dup(), kept = stub.dup(), again = (name) => where.run(name, () => kept.onRpcBroken((e) => console.log(where.getStore(), e.message)));
		again("a"), again("b");
		where.run("c", () => kept.onRpcBroken(() => { last = false; throw new Error(where.getStore() + " throws"); }));
		dup.onRpcBroken(() => console.log("disposed"));
		dup[Symbol.dispose]();
		do await scheduler.wait(1); while (last);
		return "answered";
	}
	async hangs(stub) { await new Promise((resolve) => stub.dup().onRpcBroken(resolve)); }
	left(stub) { this.ctx.waitUntil(new Promise((resolve) => stub.dup().onRpcBroken(resolve))); return "left"; }
	async aborts(stub) { stub.dup().onRpcBroken(() => console.log("not to be")); this.ctx.abort(new RangeError("enough")); await scheduler.wait(60000); }
}
export default { fetch() {} }`

// watch has the Worker called with a stub. gone is whether what it is on is gone.
func (s *supervisor) watch(method string, gone bool) (r *result, watches int) {
	s.answer = func(c *rpc.HostCall) *rpc.HostResult {
		if c.Operation != "broken" || c.Target.Kind != rpc.CapGrant || c.Target.ID != 7 {
			s.t.Errorf("%+v", c)
		}
		watches++
		if gone {
			return &rpc.HostResult{Error: rpc.Errorf(rpc.Thrown, "it is gone")}
		}
		return nil
	}
	text := fmt.Sprintf(`[[["c",0,"stub"],%t]]`, gone)
	r = s.invoke(&rpc.Invoke{Entrypoint: "Api", Coded: true, RPCMethod: method, Path: []string{method},
		Args: rpc.Given{Data: append(binary.AppendUvarint(nil, uint64(len(text))), text...), Grants: []uint32{7}}, Limits: rpc.InvokeLimits{SubRequests: 1}})
	return r, watches
}

func TestWatches(t *testing.T) { onEachEngine(t, testWatches) }

// testWatches has a Worker watch a stub: it is told of its end, and what it watches keeps no invocation open and hides none
// that has hung.
func testWatches(t *testing.T) {
	for _, c := range []struct {
		method string
		gone   bool
		want   string // in the result
		not    string
	}{
		{"once", true, "log [\"a\",\"it is gone\"]\nlog [\"b\",\"it is gone\"]\nError: c throws", "disposed"},
		{"once", false, "ok", "it is gone"},
		{"hangs", false, hung, "it is gone"},
		{"left", false, "ok", hung},
		{"aborts", false, "RangeError: enough", "not to be"},
	} {
		t.Run(c.method, func(t *testing.T) {
			s := startWith(t, real)
			load := worker("main.js", watcherSource)
			load.CompatFlag = []string{"nodejs_compat"}
			if err := s.load(load); err != nil {
				t.Fatal(err, err.Stack)
			}
			for range 2 { // the second finds nothing of the first
				r, watches := s.watch(c.method, c.gone)
				if got := r.String(); !strings.Contains(got, c.want) || strings.Contains(got, c.not) || watches != 1 || r.done.SubRequests != 0 {
					t.Errorf("%d watches, %d subrequests: %s", watches, r.done.SubRequests, got)
				}
			}
		})
	}
}
