package workerproc

import (
	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/workerproc/engine"
)

// rehearsal is a Worker that takes the ways that most do, so that the code
// and the caches behind them are in memory when a tenant's comes. The module
// with an async generator is there for esbuild.
var rehearsal = rpc.Load{
	Main: "main.js",
	Modules: []rpc.Module{
		{Name: "main.js", Kind: rpc.ModuleJS, Data: []byte(`import { WorkerEntrypoint } from "cloudflare:workers";
import { text } from "./text.js";
export default { async fetch(request, env, ctx) { return new Response(text) } };
export class Named extends WorkerEntrypoint { hello() { return text } }`)},
		{Name: "text.js", Kind: rpc.ModuleJS, Data: []byte(`export const text = "hello"; export async function* numbers() { yield 1 }`)},
	},
}

// rehearse runs the rehearsal in an isolate of its own, which is then dropped.
func rehearse(newEngine func() (engine.Engine, error), p platform) error {
	i, err := newIsolate(newEngine, p)
	if err != nil {
		return err
	}
	load := rehearsal
	load.Modules = append([]rpc.Module{}, rehearsal.Modules...)
	if err := i.receiveLoad(&load); err != nil {
		return err
	}
	if i.loadFailure != nil {
		return i.loadFailure
	}
	for id, m := range []*rpc.Invoke{{Method: "GET", URL: "http://worker/"}, {Entrypoint: "Named", RPCMethod: "hello"}} {
		if err := i.invoke(uint32(id+1), m); err != nil {
			return err
		}
		i.endTurn()
	}
	i.watchdog.stop()
	return i.fault
}
