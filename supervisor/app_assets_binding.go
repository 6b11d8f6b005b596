package supervisor

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
)

// assetsCap is the binding of an app's files: env.ASSETS.fetch(request) gets what a request from outside would get of them,
// before the Worker was asked.
type assetsCap struct {
	s *Supervisor
	a *app
}

func (*assetsCap) retain()  {}
func (*assetsCap) release() {}

func (b *assetsCap) call(c *hostCall) {
	b.s.hostCalls.Go(func() {
		defer c.args.drop()
		if c.operation != "" || c.get || !slices.Equal(c.path, []string{"fetch"}) {
			name := strings.Join(c.path, ".")
			c.fail(&rpc.Error{Kind: rpc.NotFound, Name: "TypeError", Message: fmt.Sprintf("The RPC receiver does not implement the method %.100q.", name)})
			return
		}
		r, follow, err := requestOf(c.args.data)
		if err != nil {
			c.fail(err)
			return
		}
		a, err := b.withFiles()
		if err != nil {
			c.fail(err)
			return
		}
		c.answer(b.s.fetchAsset(a, r, follow))
	})
}

// withFiles is the app with its files. An isolate that was loaded to try a deployment is older than they are.
func (b *assetsCap) withFiles() (*app, error) {
	if b.a.assets != nil {
		return b.a, nil
	}
	now, err := b.s.apps.get(b.a.key)
	if errors.Is(err, store.ErrNotFound) || err == nil && now.config.Assets == nil {
		_, name, _ := strings.Cut(b.a.key, "/")
		return nil, errNoApp(name)
	}
	return now, err
}

// maxAssetRequest bounds the part of a coded request that is read here.
const maxAssetRequest = 1 << 20

var errAssetRequest = &rpc.Error{Kind: rpc.BadRequest, Name: "TypeError", Message: "The argument of fetch() on assets is a URL or a Request whose line, headers and body have 1 MiB at most."}

// codedRequest is a Request as parts/rpc encodes it, as far as files are concerned.
type codedRequest struct {
	Method   string   `json:"m"`
	URL      string   `json:"u"`
	Headers  []string `json:"h"`
	Redirect string   `json:"r"`
}

// requestOf reads the arguments of a fetch(): [[["Q", {…}]]]. They come out of a jail. follow: redirects are to be followed.
func requestOf(data []byte) (r *http.Request, follow bool, err error) {
	text, _, ok := firstPiece(data)
	if !ok || len(text) > maxAssetRequest {
		return nil, false, errAssetRequest
	}
	var args [][][2]jsontext.Value
	if json.Unmarshal(text, &args) != nil || len(args) != 1 || len(args[0]) != 1 || string(args[0][0][0]) != `"Q"` {
		return nil, false, errAssetRequest
	}
	var coded codedRequest
	if json.Unmarshal(args[0][0][1], &coded) != nil || len(coded.Headers)%2 != 0 {
		return nil, false, errAssetRequest
	}
	u, err := url.Parse(coded.URL)
	if err != nil || !u.IsAbs() {
		return nil, false, errAssetRequest
	}
	r = &http.Request{Method: coded.Method, URL: u, Header: make(http.Header)}
	for i := 0; i < len(coded.Headers); i += 2 {
		r.Header.Add(coded.Headers[i], coded.Headers[i+1])
	}
	if strings.Contains(r.Header.Get("Range"), ",") {
		r.Header.Del("Range") // several ranges: the whole file is an answer, too
	}
	return r, coded.Redirect == "follow", nil
}

// fetchAsset answers a request from the files.
func (s *Supervisor) fetchAsset(a *app, r *http.Request, follow bool) parcel {
	w := &assetResponse{header: make(http.Header)}
	for hops := 0; ; hops++ {
		found := a.findAsset(r.URL, r.Header.Get("Sec-Fetch-Mode") == "navigate", false)
		if follow && hops < 5 && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			if next := found.leads(r.URL); next != nil {
				r.URL = next
				continue
			}
		}
		w.redirected = hops > 0
		w.content = &blobReader{store: s.store, asset: found.asset}
		a.answerAsset(w, r, found, r.URL, w.content)
		return w.coded(r.URL.String())
	}
}

// leads is where the answer leads; nil for no redirect.
func (found assetAnswer) leads(from *url.URL) *url.URL {
	if found.redirect != "" {
		return from.ResolveReference(&url.URL{Path: found.redirect, RawQuery: from.RawQuery})
	}
	if found.location == "" {
		return nil
	}
	to, err := from.Parse(found.location)
	if err != nil {
		return nil
	}
	return to
}

// assetResponse takes the head of an answer. The body is what its writer was about to write of content.
type assetResponse struct {
	status     int
	header     http.Header
	content    *blobReader
	redirected bool
	size       int64 // of the body
}

// Header implements http.ResponseWriter.
func (w *assetResponse) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *assetResponse) WriteHeader(status int) { w.status = status }

var errHeadOnly = errors.New("the body is read later")

// Write ends the writing: content stands where the body begins, but for what has been read of it.
func (w *assetResponse) Write(p []byte) (int, error) {
	if w.content.offset < int64(len(p)) {
		return len(p), nil // the text of an error: it is left out
	}
	w.content.offset -= int64(len(p))
	if _, err := fmt.Sscan(w.header.Get("Content-Length"), &w.size); err != nil {
		w.size = w.content.asset.Size - w.content.offset
	}
	return 0, errHeadOnly
}

// inlineAsset is the size of files that come with the answer; larger ones are read as they are wanted.
const inlineAsset = 64 << 10

// coded is the answer as parts/rpc decodes it.
func (w *assetResponse) coded(url string) parcel {
	form := map[string]any{"s": w.status, "t": http.StatusText(w.status), "h": w.flat(), "u": url, "y": "default", "d": w.redirected, "b": nil}
	p := parcel{}
	var body []byte
	switch {
	case w.size > inlineAsset:
		form["b"] = []any{"R", 0, true}
		f := &fileCap{left: w.size, content: w.content}
		f.retain()
		p.caps = []capability{f}
	case w.size > 0:
		body = make([]byte, w.size)
		if _, err := io.ReadFull(w.content, body); err != nil {
			return missingAsset(url)
		}
		form["b"] = []any{"b", 0}
	}
	text, err := json.Marshal([]any{"P", form}, json.Deterministic(true))
	if err != nil {
		return missingAsset(url)
	}
	p.data = appendPiece(nil, text)
	if body != nil {
		p.data = appendPiece(p.data, body)
	}
	return p
}

func missingAsset(url string) parcel {
	return (&assetResponse{status: http.StatusNotFound, header: make(http.Header)}).coded(url)
}

// flat is the header as the runtime has it: name, value, name, value, ….
func (w *assetResponse) flat() []string {
	list := []string{}
	for _, name := range slices.Sorted(maps.Keys(w.header)) {
		for _, value := range w.header[name] {
			list = append(list, strings.ToLower(name), value)
		}
	}
	return list
}

// fileCap is a file that an isolate reads piece by piece: a ReadableStream's source (parts/rpc).
type fileCap struct {
	holders atomic.Int64
	mu      sync.Mutex // guards what follows
	content *blobReader
	left    int64
}

func (f *fileCap) retain()  { f.holders.Add(1) }
func (f *fileCap) release() { f.holders.Add(-1) }

// The coded values that a stream's source answers with: undefined, and [bytes].
const (
	codedUndefined = `["u"]`
	codedChunk     = `[[["t","Uint8Array",0]]]`
)

func (f *fileCap) call(c *hostCall) {
	c.args.drop()
	switch {
	case slices.Equal(c.path, []string{"read"}) && !c.get:
		f.retain()
		c.from.identity.s.hostCalls.Go(func() {
			defer f.release()
			f.read(c)
		})
	case slices.Equal(c.path, []string{"cancel"}) && !c.get:
		f.mu.Lock()
		f.left = 0
		f.mu.Unlock()
		c.answer(parcel{data: appendPiece(nil, []byte(codedUndefined))})
	default:
		c.fail(rpc.Errorf(rpc.BadRequest, "A stream of a file has no method %.20q.", strings.Join(c.path, ".")))
	}
}

func (f *fileCap) read(c *hostCall) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == 0 {
		c.answer(parcel{data: appendPiece(nil, []byte(codedUndefined))})
		return
	}
	chunk := make([]byte, min(f.left, inlineAsset))
	n, err := io.ReadFull(f.content, chunk)
	if err != nil {
		c.fail(&rpc.Error{Kind: rpc.Thrown, Name: "Error", Message: "The file can't be read any more: the app was deployed anew, or deleted."})
		return
	}
	f.left -= int64(n)
	c.answer(parcel{data: appendPiece(appendPiece(nil, []byte(codedChunk)), chunk)})
}
