package workerproc

import "testing"

func TestExports(t *testing.T) { onEachEngine(t, testExports) }

// testExports reads exports where the main module has not run yet, and later
// what it got there.
func testExports(t *testing.T) {
	s := startWith(t, real)
	main := `import { WorkerEntrypoint, exports } from "cloudflare:workers"; const early = exports;
		export class Own extends WorkerEntrypoint {}
		export default { fetch(request, env, ctx) {
			return new Response([Object.keys(early).sort(), early === exports, typeof early.Own({ props: { a: 1 } }), early === ctx.exports].join());
		} }`
	if err := s.load(worker("main.js", main)); err != nil {
		t.Fatal(err, err.Stack)
	}
	if got := s.invoke(get()).String(); got != "200 Own,default,true,object,true\nok" {
		t.Error(got)
	}
}
