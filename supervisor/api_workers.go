package supervisor

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
	"stockade.dev/stockade/supervisor/policy"
)

// workerMeta is what an invocation needs to know of its Worker.
type workerMeta struct {
	pool   *pool
	limits policy.RequestedLimits // the code's own
	hash   string
	root   string // of a dynamic Worker
}

// workerRequest is the body of POST /v1/workers and PUT /v1/workers/{id}.
type workerRequest struct {
	Code    workerCode `json:"code"`
	Profile string     `json:"profile,omitzero"`
}

// workerBody is a Worker as API clients see it.
type workerBody struct {
	ID        string    `json:"id"`
	Owner     uint32    `json:"owner"` // uid
	Profile   string    `json:"profile"`
	CodeHash  string    `json:"codeHash"` // sha256 of the canonical code
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	Warm      bool      `json:"warm"`
}

// A Worker's key in the store is its owner's uid, a slash and its id: each
// caller has names of their own.
func storeKey(uid uint32, id string) string { return strconv.FormatUint(uint64(uid), 10) + "/" + id }

const maxID = 256 // bytes

// workerKey is the key of the Worker that the path names: the caller's own,
// or with ?owner=UID another's, for those who see all.
func (s *Supervisor) workerKey(c caller, r *http.Request) (string, error) {
	id := r.PathValue("id")
	if id == "" || len(id) > maxID {
		return "", rpc.Errorf(rpc.BadRequest, "A Worker's id has 1 to %d bytes.", maxID)
	}
	owner, err := ownerFor(c, r)
	if err != nil {
		return "", err
	}
	if !c.role.Sees(c.uid, owner) {
		return "", errNoWorker(id)
	}
	return storeKey(owner, id), nil
}

// ownerFor is the owner that a request names, else the caller.
func ownerFor(c caller, r *http.Request) (uint32, error) {
	text := ownerOf(r)
	if text == "" {
		return c.uid, nil
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, rpc.Errorf(rpc.BadRequest, "owner must be a uid, not %q.", text)
	}
	return uint32(n), nil
}

// ownerOf is the owner that a request names: by ?owner=, or in a forwarded
// request, whose query is the Worker's, by the header Stockade-Owner.
func ownerOf(r *http.Request) string {
	if r.PathValue("path") != "" || strings.Contains(r.Pattern, "/fetch/") {
		return r.Header.Get(ours + "Owner")
	}
	return r.URL.Query().Get("owner")
}

func errNoWorker(id string) error {
	return rpc.Errorf(rpc.NotFound, "There is no Worker with the id %q.", id)
}

// handleLoad is load(): a fresh Worker under an id of our own.
func (s *Supervisor) handleLoad(w http.ResponseWriter, r *http.Request, c caller) error {
	var id [16]byte
	rand.Read(id[:])
	return s.putWorker(w, r, c, hex.EncodeToString(id[:]))
}

// handlePut is get(id, () => code).
func (s *Supervisor) handlePut(w http.ResponseWriter, r *http.Request, c caller) error {
	if _, err := s.workerKey(c, r); err != nil {
		return err
	}
	return s.putWorker(w, r, c, r.PathValue("id"))
}

// putWorker loads the code, so that its errors show now, and stores it.
func (s *Supervisor) putWorker(w http.ResponseWriter, r *http.Request, c caller, id string) error {
	var req workerRequest
	if err := decodeJSON(http.MaxBytesReader(w, r.Body, maxRequest), &req); err != nil {
		return err
	}
	p, err := s.poolFor(c, req.Profile, &req.Code)
	if err != nil {
		return err
	}
	blob, err := req.Code.canonical()
	if err != nil {
		return err
	}
	record := store.Worker{ID: storeKey(c.uid, id), Owner: c.role.Name, Profile: p.current().Name}
	replace := r.URL.Query().Get("replace") == "true"
	done, err := s.unchanged(record, blob, replace)
	if err != nil {
		return err
	}
	if !done {
		err = s.install(r.Context(), p, c, &req.Code, record, blob, replace)
	}
	if err != nil {
		return err
	}
	return s.answerPut(w, r, record.ID, id, done)
}

// unchanged reports whether the store already has the Worker with this code.
// Other code under the same id is a conflict, unless it is to be replaced.
func (s *Supervisor) unchanged(record store.Worker, blob []byte, replace bool) (bool, error) {
	old, err := s.store.GetWorker(record.ID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if old.CodeHash == store.HashCode(blob) && old.Profile == record.Profile {
		return true, nil
	}
	if !replace {
		return false, errConflict
	}
	return false, nil
}

var errConflict = rpc.Errorf(rpc.Conflict, "A Worker with this id and other code exists: use another id, since an id stands for one code, or ?replace=true.")

// install loads the code in a fresh slot, stores it, and keeps the isolate
// warm.
func (s *Supervisor) install(ctx context.Context, p *pool, c caller, code *workerCode, record store.Worker, blob []byte, replace bool) error {
	limits := policy.EffectiveLimits(*p.current(), c.role, code.Limits.requested(), policy.RequestedLimits{})
	slot, err := s.load(ctx, p, record.ID, code, limits, code.setUp(s.stored(p, c.role, record.ID, store.HashCode(blob))))
	if err != nil {
		return err
	}
	failpoint("put: loaded")
	if _, err := s.store.PutWorker(record, blob, replace); err != nil {
		slot.retire()
		if errors.Is(err, store.ErrConflict) {
			return errConflict
		}
		return fmt.Errorf("cannot store a Worker: %w", noRoom(err))
	}
	failpoint("put: stored")
	ready := make(chan struct{})
	close(ready)
	s.warm.adopt(&warm{key: record.ID, slot: slot, ready: ready,
		meta: workerMeta{pool: p, limits: code.Limits.requested(), hash: store.HashCode(blob)}})
	return nil
}

func (s *Supervisor) answerPut(w http.ResponseWriter, r *http.Request, key, id string, existed bool) error {
	record, err := s.store.GetWorker(key)
	if err != nil {
		return fmt.Errorf("cannot read back a Worker: %w", err)
	}
	status := http.StatusCreated
	if existed || !record.UpdatedAt.Equal(record.CreatedAt) {
		status = http.StatusOK
	}
	w.Header().Set("Location", "/v1/workers/"+id)
	writeJSON(w, status, s.workerBody(record))
	return nil
}

// load takes a slot and loads the code into it: into another one if that was dead (replaces).
func (s *Supervisor) load(ctx context.Context, p *pool, name string, code *workerCode, limits policy.Limits, setUp func(*isolate, *rpc.Load)) (*slot, error) {
	for attempt := 0; ; attempt++ {
		slot, err := s.loadOnce(ctx, p, name, code, limits, setUp)
		if !replaces(err, attempt) {
			return slot, err
		}
	}
}

func (s *Supervisor) loadOnce(ctx context.Context, p *pool, name string, code *workerCode, limits policy.Limits, setUp func(*isolate, *rpc.Load)) (*slot, error) {
	slot, _, err := p.take(ctx)
	if err != nil {
		return nil, err
	}
	message := code.message(name, p.current(), limits, s.cached(slot, name))
	slot.hold(limits)
	setUp(slot.isolate, message)
	slot.identity.experimental = code.isExperimental()
	failpoint("load: taken")
	ctx, cancel := slot.boundLoad(ctx, limits)
	defer cancel()
	stop := context.AfterFunc(ctx, slot.retire) // before anything is sent: a process that doesn't read would be waited for
	defer stop()
	if err := slot.sendLoad(message); err != nil {
		if late := context.Cause(ctx); late != nil {
			return nil, late
		}
		return nil, s.lost(slot, err)
	}
	if err := slot.awaitLoad(ctx); err != nil {
		slot.retire()
		return nil, err
	}
	failpoint("load: loaded")
	s.remember(slot, name, code)
	return slot, nil
}

// stored is the identity of a Worker of the store.
func (s *Supervisor) stored(p *pool, role policy.Role, key, hash string) identity {
	charged := accountOf(store.UsageWorker, key)
	charged.counted, charged.code = true, hash
	return identity{s: s, pool: p, role: role, name: key, root: "worker/" + key, self: storedWorker{s, key}, account: charged}
}

// setUp tells an isolate whose code it runs, and gives it what its code's bindings say.
func (c *workerCode) setUp(who identity) func(*isolate, *rpc.Load) {
	return func(at *isolate, load *rpc.Load) {
		at.identity = who
		c.bindOutbound(who, at)
		for _, name := range slices.Sorted(maps.Keys(c.Bindings)) {
			b := c.Bindings[name]
			scope := who.name + "/" + name
			if b.ID != "" {
				owner, _, _ := strings.Cut(who.name, "/")
				scope = owner + "//" + b.ID
			}
			grant := at.grants.give([]capability{&loaderCap{identity: who, scope: scope}}, 0)
			load.Bindings = append(load.Bindings, rpc.Binding{Name: name, Kind: b.Type, Grant: grant[0]})
		}
	}
}

// loader loads a stored Worker for the registry.
func (s *Supervisor) loader(key string) func(*warm) {
	return func(w *warm) { w.slot, w.meta, w.err = s.loadStored(key) }
}

func (s *Supervisor) loadStored(key string) (*slot, workerMeta, error) {
	record, blob, err := s.store.WorkerCode(key)
	if errors.Is(err, store.ErrNotFound) {
		_, id, _ := strings.Cut(key, "/")
		return nil, workerMeta{}, errNoWorker(id)
	}
	if err != nil {
		return nil, workerMeta{}, err
	}
	code, err := parseStored(blob)
	if err != nil {
		return nil, workerMeta{}, err
	}
	p := s.pools[record.Profile]
	if p == nil {
		return nil, workerMeta{}, rpc.Errorf(rpc.NotFound, "The Worker's profile %q is no longer in the policy.", record.Profile)
	}
	if p, err = s.onEngine(p, code.Engine); err != nil {
		return nil, workerMeta{}, err
	}
	requested := code.Limits.requested()
	limits := policy.EffectiveLimits(*p.current(), policy.Role{Limits: p.current().Limits.Max}, requested, policy.RequestedLimits{})
	role := policy.Role{Limits: p.current().Limits.Max}
	slot, err := s.load(s.ctx, p, key, code, limits, code.setUp(s.stored(p, role, key, record.CodeHash)))
	return slot, workerMeta{pool: p, limits: requested, hash: record.CodeHash}, err
}

// handleShow answers with one Worker.
func (s *Supervisor) handleShow(w http.ResponseWriter, r *http.Request, c caller) error {
	key, err := s.workerKey(c, r)
	if err != nil {
		return err
	}
	record, err := s.store.GetWorker(key)
	if errors.Is(err, store.ErrNotFound) {
		return errNoWorker(r.PathValue("id"))
	}
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, s.workerBody(record))
	return nil
}

func (s *Supervisor) workerBody(record store.Worker) workerBody {
	owner, id, _ := strings.Cut(record.ID, "/")
	uid, _ := strconv.ParseUint(owner, 10, 32)
	_, isWarm := s.warm.peek(record.ID)
	return workerBody{ID: id, Owner: uint32(uid), Profile: record.Profile, CodeHash: record.CodeHash,
		CreatedAt: record.CreatedAt, UpdatedAt: record.UpdatedAt, Warm: isWarm}
}

// handleList answers with a page of the Workers that the caller sees.
func (s *Supervisor) handleList(w http.ResponseWriter, r *http.Request, c caller) error {
	workers, next, err := pageOf(r, c, s.store.ListWorkers, s.workerBody)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Workers []workerBody `json:"workers"`
		Next    string       `json:"next,omitzero"` // give it as ?after= for the next page
	}{workers, next})
	return nil
}

// pageOf lists what the caller sees of the store's records: from ?after= on, ?limit= of them. next is where the next page begins.
func pageOf[R, B any](r *http.Request, c caller, list func(prefix, after string, limit int) ([]R, string, error), body func(R) B) (page []B, next string, err error) {
	limit, err := pageSize(r.URL.Query().Get("limit"))
	if err != nil {
		return nil, "", err
	}
	prefix := storeKey(c.uid, "")
	if c.role.Sees(c.uid, c.uid+1) {
		prefix = ""
	}
	records, next, err := list(prefix, r.URL.Query().Get("after"), limit)
	page = make([]B, 0, len(records))
	for _, record := range records {
		page = append(page, body(record))
	}
	return page, next, err
}

const maxPage = 1000

func pageSize(text string) (int, error) {
	if text == "" {
		return 100, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxPage {
		return 0, rpc.Errorf(rpc.BadRequest, "limit must be a number from 1 to %d, not %q.", maxPage, text)
	}
	return n, nil
}

// handleDelete removes a Worker. Requests that are under way in it go on.
func (s *Supervisor) handleDelete(w http.ResponseWriter, r *http.Request, c caller) error {
	key, err := s.workerKey(c, r)
	if err != nil {
		return err
	}
	failpoint("delete: before")
	if err := s.store.DeleteWorker(key); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return errNoWorker(r.PathValue("id"))
		}
		return err
	}
	failpoint("delete: stored")
	s.warm.dropKey(key)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
