package supervisor

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/compat"
	"stockade.dev/stockade/supervisor/policy"
)

// workerCode is the specification's WorkerCode, in JSON.
type workerCode struct {
	MainModule         string            `json:"mainModule"`
	Modules            map[string]module `json:"modules"`
	CompatibilityDate  string            `json:"compatibilityDate,omitzero"`
	CompatibilityFlags []string          `json:"compatibilityFlags,omitzero"`
	AllowExperimental  bool              `json:"allowExperimental,omitzero"`
	Env                jsontext.Value    `json:"env,omitzero"`
	GlobalOutbound     jsontext.Value    `json:"globalOutbound,omitzero"`
	Limits             *requestedLimits  `json:"limits,omitzero"`
	Engine             string            `json:"engine,omitzero"` // "": the profile's
	Tails              jsontext.Value    `json:"tails,omitzero"`

	Bindings map[string]binding `json:"bindings,omitzero"`

	dynamic      bool // a Worker has brought it
	experimental bool // who brings it may use experimental flags
}

// binding is a member of env that is no value. Only those who bring code over the socket can give one.
type binding struct {
	Type string `json:"type"`        // "worker_loader"
	ID   string `json:"id,omitzero"` // of a loader: those with the same share their Workers. Default: the Worker's own
}

// requestedLimits are the limits that code or a call may set for itself.
type requestedLimits struct {
	CPUMs       *int64 `json:"cpuMs,omitzero"`
	SubRequests *int64 `json:"subRequests,omitzero"`
}

func (l *requestedLimits) requested() policy.RequestedLimits {
	if l == nil {
		return policy.RequestedLimits{}
	}
	return policy.RequestedLimits{CPU: (*policy.Millis)(l.CPUMs), SubRequests: (*policy.Count)(l.SubRequests)}
}

func (l *requestedLimits) check() error {
	if l == nil {
		return nil
	}
	if l.CPUMs != nil && *l.CPUMs <= 0 {
		return rpc.Errorf(rpc.BadRequest, "limits.cpuMs must be greater than 0, not %d.", *l.CPUMs)
	}
	if l.SubRequests != nil && *l.SubRequests < 0 {
		return rpc.Errorf(rpc.BadRequest, "limits.subRequests must not be negative, not %d.", *l.SubRequests)
	}
	return nil
}

// module is a module's content: a string, or an object whose only member
// names its type.
type module struct {
	kind rpc.ModuleKind // 0: by the name's extension
	data []byte
}

var moduleKinds = map[string]rpc.ModuleKind{"js": rpc.ModuleJS, "cjs": rpc.ModuleCJS, "text": rpc.ModuleText,
	"json": rpc.ModuleJSON, "data": rpc.ModuleData, "wasm": rpc.ModuleWasm, "py": rpc.ModulePython, "ts": rpc.ModuleTypeScript}

const moduleMembers = "'js', 'cjs', 'text', 'data', 'json', 'py', 'wasm', or 'ts'"

// UnmarshalJSONFrom reads a module from its JSON.
func (m *module) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	switch d.PeekKind() {
	case '"':
		return m.readString(d)
	case '{':
		return m.readObject(d)
	}
	return errors.New("a module is a string or an object with exactly one of " + moduleMembers)
}

func (m *module) readString(d *jsontext.Decoder) error {
	t, err := d.ReadToken()
	m.data = []byte(t.String())
	return err
}

func (m *module) readObject(d *jsontext.Decoder) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	count := 0
	for ; d.PeekKind() == '"'; count++ {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		if err := m.readMember(d, name.String()); err != nil {
			return err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	if count != 1 {
		return fmt.Errorf("each module must contain exactly one of %s: this one contained %d properties", moduleMembers, count)
	}
	return nil
}

func (m *module) readMember(d *jsontext.Decoder, name string) error {
	kind, ok := moduleKinds[name]
	if !ok {
		return json.ErrUnknownName
	}
	m.kind = kind
	switch kind {
	case rpc.ModuleJSON:
		v, err := d.ReadValue()
		m.data = bytes.Clone(v)
		return err
	case rpc.ModuleData, rpc.ModuleWasm:
		return json.UnmarshalDecode(d, &m.data)
	}
	var text string
	err := json.UnmarshalDecode(d, &text)
	m.data = []byte(text)
	return err
}

// MarshalJSONTo writes a module in the form that names its type.
func (m *module) MarshalJSONTo(e *jsontext.Encoder) error {
	name := kindNames[m.kind]
	switch m.kind {
	case rpc.ModuleJSON:
		return json.MarshalEncode(e, map[string]jsontext.Value{name: m.data})
	case rpc.ModuleData, rpc.ModuleWasm:
		return json.MarshalEncode(e, map[string][]byte{name: m.data})
	}
	return json.MarshalEncode(e, map[string]string{name: string(m.data)})
}

var kindNames = func() map[rpc.ModuleKind]string {
	names := make(map[rpc.ModuleKind]string)
	for name, kind := range moduleKinds {
		names[kind] = name
	}
	return names
}()

// check validates the code against the specification and the limits, and
// settles the kind of each module that leaves it open. The wording is the
// Workers runtime's.
func (c *workerCode) check(limits policy.Limits, now time.Time) error {
	for _, step := range []func() error{c.checkModules, c.checkLanguages, c.checkOutside, c.Limits.check,
		func() error { return c.checkCompatibility(now) }, func() error { return c.checkSize(limits) }} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (c *workerCode) checkModules() error {
	if len(c.Modules) == 0 {
		return codeErrorf("Dynamic Worker code must contain at least one module.")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Modules)) {
		m := c.Modules[name]
		if m.kind == 0 {
			kind, err := kindOf(name)
			if err != nil {
				return err
			}
			m.kind = kind
			c.Modules[name] = m
		}
	}
	if c.dynamic {
		return nil // what is missing is an error of the calls
	}
	if c.MainModule == "" {
		return codeErrorf("mainModule is missing: it must name one of the modules (%s).", c.names())
	}
	if _, ok := c.Modules[c.MainModule]; !ok {
		return codeErrorf("No such module %q: mainModule must name one of the modules (%s).", c.MainModule, c.names())
	}
	return nil
}

func (c *workerCode) names() string {
	names := slices.Sorted(maps.Keys(c.Modules))
	if len(names) > 10 {
		names = append(names[:10], "…")
	}
	return strings.Join(names, ", ")
}

func codeErrorf(format string, args ...any) *rpc.Error {
	e := rpc.Errorf(rpc.CodeError, format, args...)
	e.Name = "TypeError"
	return e
}

// kindOf is the kind of a module that came as a plain string.
func kindOf(name string) (rpc.ModuleKind, error) {
	switch {
	case strings.HasSuffix(name, ".js"):
		return rpc.ModuleJS, nil
	case strings.HasSuffix(name, ".py"):
		return rpc.ModulePython, nil
	case strings.HasSuffix(name, ".ts"), strings.HasSuffix(name, ".tsx"):
		return rpc.ModuleTypeScript, nil
	}
	return 0, codeErrorf("Module name must end with '.js' or '.py' (or the content must be an object indicating the type explicitly). Got: %s", name)
}

func (c *workerCode) checkLanguages() error {
	for _, step := range []func(name string, kind rpc.ModuleKind) error{c.checkMixture, checkEngine} {
		for _, name := range slices.Sorted(maps.Keys(c.Modules)) {
			if err := step(name, c.Modules[name].kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkMixture refuses JavaScript beside Python.
func (c *workerCode) checkMixture(name string, kind rpc.ModuleKind) error {
	python := c.Modules[c.MainModule].kind == rpc.ModulePython
	script := kind == rpc.ModuleJS || kind == rpc.ModuleCJS || kind == rpc.ModuleTypeScript
	switch {
	case python && script:
		return codeErrorf("Module %q is a JS module, but the main module is a Python module.", name)
	case !python && kind == rpc.ModulePython:
		return codeErrorf("Module %q is a Python module, but the main module isn't a Python module.", name)
	}
	return nil
}

// checkEngine refuses what no engine here runs.
func checkEngine(name string, kind rpc.ModuleKind) error {
	if kind == rpc.ModulePython {
		return codeErrorf("Module %q is a Python module: this version of Stockade runs JavaScript only.", name)
	}
	return nil
}

// checkOutside refuses what would reach out of the Worker and isn't there yet.
func (c *workerCode) checkOutside() error {
	if _, err := c.outboundOf(); err != nil {
		return err
	}
	if c.Tails != nil {
		return rpc.Errorf(rpc.BadRequest, "/code/tails: Tail Workers can't be attached over the socket.")
	}
	if c.Env != nil && c.Env.Kind() != '{' {
		return rpc.Errorf(rpc.BadRequest, "/code/env: expected an object.")
	}
	for name, b := range c.Bindings {
		if b.Type != "worker_loader" {
			return rpc.Errorf(rpc.BadRequest, "/code/bindings/%s/type: expected \"worker_loader\", found %q.", name, b.Type)
		}
	}
	if c.AllowExperimental && !c.experimental {
		return rpc.Errorf(rpc.CodeError, "'allowExperimental' is only allowed when the calling worker has the 'experimental' compat flag set.")
	}
	return nil
}

func (c *workerCode) isExperimental() bool {
	return slices.Contains(c.CompatibilityFlags, "experimental")
}

func (c *workerCode) checkCompatibility(now time.Time) error {
	_, err := compat.Resolve(c.date(now), c.CompatibilityFlags, c.AllowExperimental || c.experimental && !c.dynamic, now)
	if err != nil {
		return &rpc.Error{Kind: rpc.CodeError, Name: "Error", Message: err.Error()}
	}
	return nil
}

// date is the compatibility date; today for code that has none.
func (c *workerCode) date(now time.Time) string {
	if c.CompatibilityDate == "" {
		return now.UTC().Format(time.DateOnly)
	}
	return c.CompatibilityDate
}

// size is that of all modules.
func (c *workerCode) size() (size int64) {
	for _, m := range c.Modules {
		size += int64(len(m.data))
	}
	return size
}

func (c *workerCode) checkSize(limits policy.Limits) error {
	size := c.size()
	if limit := min(int64(limits.Code), rpc.MaxCode); size > limit {
		return limitError("codeBytes", fmt.Sprintf("Dynamic Worker code size (%d bytes) exceeds the maximum allowed size of %d bytes.", size, limit), limit, size)
	}
	env := int64(len(c.Env))
	if limit := min(int64(limits.Env), rpc.MaxEnv); env > limit {
		return limitError("envBytes", fmt.Sprintf("Dynamic Worker env size (%d bytes) exceeds the maximum allowed size of %d bytes.", env, limit), limit, env)
	}
	return nil
}

// canonical is the code in the one form that it is stored and compared in.
func (c *workerCode) canonical() ([]byte, error) {
	if c.Env != nil {
		if err := c.Env.Canonicalize(); err != nil {
			return nil, fmt.Errorf("cannot store env: %w", err)
		}
	}
	b, err := json.Marshal(c, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("cannot store code: %w", err)
	}
	return b, nil
}

// parseStored reads what canonical wrote.
func parseStored(b []byte) (*workerCode, error) {
	c := new(workerCode)
	if err := json.Unmarshal(b, c); err != nil {
		return nil, fmt.Errorf("cannot read stored code: %w", err)
	}
	return c, nil
}

// message is the code as the jail gets it. cached returns what an earlier
// process compiled of the same module, nil if nothing.
func (c *workerCode) message(worker string, p *policy.Profile, limits policy.Limits, cached func(module, string) []byte) *rpc.Load {
	load := &rpc.Load{Worker: worker, Main: c.MainModule, CompatDate: c.date(time.Now()),
		CompatFlag: c.CompatibilityFlags, Env: rpc.Given{Data: c.Env}, Limits: loadLimits(limits), Frozen: p.Clock == policy.ClockFrozen}
	room := rpc.MaxCompiled
	for _, name := range slices.Sorted(maps.Keys(c.Modules)) {
		m := c.Modules[name]
		compiled := cached(m, name)
		if len(compiled) > room {
			compiled = nil
		}
		room -= len(compiled)
		load.Modules = append(load.Modules, rpc.Module{Name: name, Kind: m.kind, Data: m.data, Compiled: compiled})
	}
	return load
}

// sum addresses what a Worker's module compiles to: its name is in stack
// traces, its kind decides the compiler.
func (m module) sum(worker, name string) [32]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %d %q\n", worker, m.kind, name)
	h.Write(m.data)
	return [32]byte(h.Sum(nil))
}

func loadLimits(l policy.Limits) rpc.LoadLimits {
	return rpc.LoadLimits{StartupCPU: l.StartupCPU.Duration(), StartupWall: l.StartupWall.Duration(),
		Memory: int64(l.Memory), LogBytes: int64(l.LogBytes), LogLines: int64(l.LogLines)}
}

func invokeLimits(l policy.Limits) rpc.InvokeLimits {
	return rpc.InvokeLimits{CPU: l.CPU.Duration(), Wall: l.Wall.Duration(), SubRequests: int64(l.SubRequests), Alone: l.SubRequests == 0}
}

// mostSubRequests is an invocation's limit as the supervisor counts.
func mostSubRequests(l policy.Limits) int64 {
	if l.SubRequests == 0 {
		return none
	}
	return int64(l.SubRequests)
}

// none is a limit of nothing at all, where 0 is no limit.
const none = -1

// fingerprint is the same for the same code: modules, and how they are run.
func (c *workerCode) fingerprint() string {
	h := sha256.New()
	if c.Engine != "" {
		fmt.Fprintf(h, "%q ", c.Engine)
	}
	fmt.Fprintf(h, "%q %q %q\n", c.MainModule, c.CompatibilityDate, c.CompatibilityFlags)
	for _, name := range slices.Sorted(maps.Keys(c.Modules)) {
		m := c.Modules[name]
		fmt.Fprintf(h, "%q %d %d\n", name, m.kind, len(m.data))
		h.Write(m.data)
	}
	return string(h.Sum(nil))
}
