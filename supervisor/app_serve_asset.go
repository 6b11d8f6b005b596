package supervisor

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"stockade.dev/stockade/store"
	"stockade.dev/stockade/supervisor/assets"
)

// serveAsset answers a request from the app's files. false means that the
// Worker is to answer.
func (s *Supervisor) serveAsset(w http.ResponseWriter, r *http.Request, a *app, target *url.URL) bool {
	if a.config.Assets == nil {
		return false
	}
	navigates := r.Header.Get("Sec-Fetch-Mode") == "navigate"
	found := a.findAsset(target, navigates, a.hasCode())
	if found.status == 0 {
		return false
	}
	a.answerAsset(w, r, found, target, &blobReader{store: s.store, asset: found.asset})
	return true
}

// answerAsset writes what was found.
func (a *app) answerAsset(w http.ResponseWriter, r *http.Request, found assetAnswer, target *url.URL, content *blobReader) {
	h := w.Header()
	apply := func() { a.rules.Apply(h, target.Hostname(), assets.Encode(target.EscapedPath())) }
	switch {
	case found.location != "":
		h.Set("Location", found.location)
		apply()
		w.WriteHeader(found.status)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		apply()
		w.WriteHeader(http.StatusMethodNotAllowed)
	case found.redirect != "":
		place := url.URL{Path: found.redirect, RawQuery: target.RawQuery}
		h.Set("Location", place.String())
		apply()
		w.WriteHeader(found.status)
	case found.path == "":
		apply()
		w.WriteHeader(found.status)
	default:
		describeAsset(h, r, found)
		apply()
		sendAsset(w, r, found, content)
	}
}

// filePath is the path to look for among the files. One that is not in its
// shortest form is left as it is: no file has it.
func filePath(p string) string {
	if p == "" {
		return "/"
	}
	return p
}

// describeAsset sets the headers that a file has by itself.
func describeAsset(h http.Header, r *http.Request, found assetAnswer) {
	h.Set("Content-Type", contentType(found.path))
	h.Set("Etag", `"`+found.asset.Hash[:32]+`"`)
	if r.Header.Get("Authorization") == "" && r.Header.Get("Range") == "" {
		h.Set("Cache-Control", "public, max-age=0, must-revalidate")
	}
}

// sendAsset streams a file. net/http does ranges and conditions.
func sendAsset(w http.ResponseWriter, r *http.Request, found assetAnswer, content *blobReader) {
	h := w.Header()
	if h.Get("Content-Type") == "" {
		h["Content-Type"] = nil // nobody is to guess it
	}
	if found.status == http.StatusOK {
		http.ServeContent(w, r, "", time.Time{}, content)
		return
	}
	h.Set("Content-Length", strconv.FormatInt(found.asset.Size, 10))
	w.WriteHeader(found.status)
	if r.Method == http.MethodHead {
		return
	}
	if _, err := io.Copy(w, content); err != nil && err != errHeadOnly {
		panic(http.ErrAbortHandler) // the client must not take it for whole
	}
}

// blobReader reads a file from the store, piece by piece: a slow client holds
// neither the file nor a transaction.
type blobReader struct {
	store  *store.Store
	asset  store.Asset
	offset int64
}

// Read implements io.Reader.
func (b *blobReader) Read(p []byte) (int, error) {
	if b.offset >= b.asset.Size {
		return 0, io.EOF
	}
	n, err := b.store.ReadBlob(b.asset.Hash, p, b.offset)
	b.offset += int64(n)
	if n == 0 && err == nil && len(p) > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Seek implements io.Seeker.
func (b *blobReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += b.offset
	case io.SeekEnd:
		offset += b.asset.Size
	}
	if offset < 0 {
		return 0, errors.New("cannot read before the beginning")
	}
	b.offset = offset
	return offset, nil
}

// contentTypes are those of common files, whatever this host knows.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".htm": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8", ".json": "application/json", ".map": "application/json",
	".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8", ".xml": "application/xml", ".csv": "text/csv; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".avif": "image/avif", ".ico": "image/x-icon", ".bmp": "image/bmp", ".wasm": "application/wasm", ".pdf": "application/pdf",
	".zip": "application/zip", ".gz": "application/gzip", ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf",
	".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".wav": "audio/wav", ".mp4": "video/mp4", ".webm": "video/webm", ".webmanifest": "application/manifest+json",
	".rss": "application/rss+xml", ".atom": "application/atom+xml", ".ics": "text/calendar; charset=utf-8",
}

func contentType(name string) string {
	if t := contentTypes[strings.ToLower(path.Ext(name))]; t != "" {
		return t
	}
	return "application/octet-stream"
}
