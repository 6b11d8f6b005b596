package workerproc

import (
	"encoding/binary"
	"testing"

	"stockade.dev/stockade/rpc"
)

// FuzzCodedValue gives both engines arguments that another isolate has forged: whatever they are, the invocation ends, and
// the isolate goes on. The method looks at all of them.
func FuzzCodedValue(f *testing.F) {
	for _, text := range []string{`[[1,"a",["u"],["f","-0"],["n","5"],null,{"a":[[]]}]]`, `[[["m",["@",0],1],["s",1],["d",5],["r","a","g"],["o","s"]]]`,
		`[[["e","TypeError","m","s","",{"cause":1}]]]`, `[[["t","Uint8Array",["b",0],1,1],["t","DataView",0]]]`, `[[["c",0,"stub"],["R",0,true],["W",0],["a",0]]]`,
		`[[["Q",{"m":"GET","u":"http://a/","h":[],"r":"follow","b":null}],["P",{"s":200,"t":"","h":["a","b"],"b":["s","x"]}]]]`, `[[["H",["a","b"]],["h"]],{"x":1}]`, `[`, `[[["@",99]]]`,
		`[[["B",0,"text/x"],["B",9,5],["B",0]]]`, `[["\ud800\ufdd0dfff",{"\ud800":"\\ud800"}]]`} {
		f.Add([]byte(text), []byte("blob"), uint8(1))
	}
	var targets []*benchIsolate
	for _, name := range engineNames {
		p, err := prepare(name, real)
		if err != nil {
			f.Fatal(err)
		}
		i := &benchIsolate{isolate: p.isolate}
		i.out.send = func(frames ...rpc.Frame) error { i.sent = append(i.sent, frames...); return nil }
		if err := i.receiveLoad(worker("main.js", `import { WorkerEntrypoint } from "cloudflare:workers";
			export class Api extends WorkerEntrypoint { look(...values) { return values.map((v) => typeof v + Object.prototype.toString.call(v)).join() } }
			export default { fetch() {} }`)); err != nil || i.loadFailure != nil {
			f.Fatal(err, i.loadFailure)
		}
		targets = append(targets, i)
	}
	id := uint32(0)
	f.Fuzz(func(t *testing.T, text, blob []byte, grants uint8) {
		data := append(binary.AppendUvarint(nil, uint64(len(text))), text...)
		data = append(binary.AppendUvarint(data, uint64(len(blob))), blob...)
		held := make([]uint32, grants)
		for _, given := range []rpc.Given{{Data: data, Grants: held}, {Data: text}, {Data: data[:len(data)-len(blob)-1]}} {
			for _, i := range targets {
				id++
				i.turn(t, rpc.Frame{ID: id, Message: &rpc.Invoke{Entrypoint: "Api", Coded: true, RPCMethod: "look", Path: []string{"look"}, Args: given,
					Limits: rpc.InvokeLimits{CPU: 1e9}}})
				i.endHung()
				i.turn(t)
				i.calls()
				if len(i.invocations) > 8 {
					t.Fatalf("%q: %d invocations are left", text, len(i.invocations))
				}
				i.taken = i.taken[:0]
			}
		}
	})
}
