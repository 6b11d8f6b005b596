package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// confinement are the layers that a policy can switch off, each with the lines that do it.
var confinement = []struct{ name, policy string }{
	{"all layers", ""},
	{"without user_namespace", "    confinement: {user_namespace: off}\n"},
	{"without mount_namespace", "    confinement: {mount_namespace: off}\n"},
	{"without pid_namespace", "    confinement: {pid_namespace: off}\n"},
	{"without network_namespace", "    confinement: {network_namespace: off}\n"},
	{"without ipc_namespace", "    confinement: {ipc_namespace: off}\n"},
	{"without uts_namespace", "    confinement: {uts_namespace: off}\n"},
	{"without cgroup", "    confinement: {cgroup: off}\n"},
	{"without landlock", "    confinement: {landlock: off}\n"},
	{"without seccomp", "    confinement: {seccomp: off}\n"},
	{"start: exec instead of fork", "    start: exec\n"},
}

// layersGroup is what each layer of the jail costs a cold start and a warm request: the same, with that layer off.
func (r *report) layersGroup(ctx context.Context, s *subject) error {
	if s.daemon == nil || !s.first {
		return nil
	}
	for _, l := range confinement {
		dir, err := os.MkdirTemp("", "stockade-layers-")
		if err != nil {
			return err
		}
		err = r.layer(ctx, s, dir, l.name, l.policy)
		os.RemoveAll(dir)
		if err != nil {
			r.note(l.name, "not measured: "+err.Error())
		}
	}
	return nil
}

func (r *report) layer(ctx context.Context, s *subject, dir, name, policy string) error {
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	d, err := startDaemonWith(ctx, filepath.Join(dir, "d"), r.bin, s.name, 32, policy)
	if d != nil {
		defer d.stop()
	}
	if err != nil {
		return err
	}
	if err := once(d.target, putWorker("warm")); err != nil {
		return err
	}
	for _, clients := range []int{1, 8} {
		pause(ctx)
		r.add(s.name, load(fmt.Sprintf("run hello once, %d client%s, %s", clients, plural(clients), name), d.target, clients, r.seconds, coldRun(0)))
	}
	pause(ctx)
	r.add(s.name, load("warm fetch, 1 client, "+name, d.target, 1, r.seconds, func(int) []byte { return get("/v1/workers/warm/fetch/") }))
	return nil
}

// overLimit are Workers that go over a limit, and how long they may take to get there.
var overLimit = []struct {
	name, source, limits, error string
	limit                       time.Duration
}{
	{"cpuMs 50, a loop", `export default { fetch() { for (;;); } }`, `{"cpuMs":50}`, "exceeded CPU", 50 * time.Millisecond},
	{"cpuMs 50, a built-in that can't be interrupted", `export default { fetch(r) {
		const n = BigInt(r.url.length); // quickjs takes long for the first, and goja for the second, which quickjs refuses
		return new Response(String(n ** 250000n).length + String(n ** 40000000n).length)
	} }`, `{"cpuMs":50}`, "exceeded CPU", 50 * time.Millisecond},
	{"memory", `export default { fetch() { const all = []; for (;;) all.push(new Array(1e4).fill(1.5)); } }`, `{}`, "memory", 0},
}

// limitsGroup is the time from the moment when a limit is reached to the error at the caller.
func (r *report) limitsGroup(ctx context.Context, s *subject) error {
	if s.daemon == nil {
		return nil
	}
	for _, o := range overLimit {
		request := post("POST", "/v1/run", fmt.Sprintf(`{"code":%s,"limits":%s}`, codeJSON(o.source), o.limits))
		var took []time.Duration
		for range 40 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			d, err := untilError(s.daemon.target, request, o.error)
			if err != nil {
				return fmt.Errorf("%s: %w", o.name, err)
			}
			took = append(took, d-o.limit)
		}
		slices.Sort(took)
		r.value(s.name, "over "+o.name+": p50 to the error", "ms", took[len(took)/2].Seconds()*1000)
		r.value(s.name, "over "+o.name+": p99 to the error", "ms", took[len(took)*99/100].Seconds()*1000)
	}
	return nil
}

func untilError(t target, request []byte, want string) (time.Duration, error) {
	c, err := net.Dial(t.network, t.address)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	began := time.Now()
	text, err := exchangeBody(c, bufio.NewReader(c), request)
	took := time.Since(began)
	if answer := string(text); !strings.Contains(answer, want) {
		return 0, fmt.Errorf("%.300s, %v", answer, err)
	}
	return took, nil
}
