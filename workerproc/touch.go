package workerproc

// touched does what loading and running a small Worker does, and leaves
// nothing. A process that is a copy of another shares its memory until it
// writes; what every Worker writes to is copied here, before there is one.
const touched = `(() => {
	class Touched { #x = 1; static y = {}; get x() { return this.#x } async fetch(request, env) { await env; return new Response("touched" + request) } }
	const { a = 1, ...rest } = { b: 2, c: [3, ...[4]] };
	try { throw new Error(` + "`x${a}`" + `) } catch (e) { rest.e = e }
	new Touched().fetch(new Headers([["a", "b"]]), rest).then((r) => r, () => {});
})()`

// touch runs it.
func (p *Process) touch() error {
	_, err := p.isolate.engine.Script("stockade:touched", touched)
	return err
}
