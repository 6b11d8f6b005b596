package supervisor

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/store"
	"stockade.dev/stockade/supervisor/assets"
)

// assetOptions say how an app's files are served.
type assetOptions struct {
	RunWorkerFirst   runFirst `json:"runWorkerFirst,omitzero"`
	NotFoundHandling string   `json:"notFoundHandling,omitzero"` // none, 404-page, single-page-application
	HTMLHandling     string   `json:"htmlHandling,omitzero"`     // auto-trailing-slash, force-trailing-slash, drop-trailing-slash, none
	Redirects        string   `json:"_redirects,omitzero"`       // the file of that name: package assets
	Headers          string   `json:"_headers,omitzero"`
}

// runFirst is true, or patterns: those paths go to the Worker without a look
// at the files. A pattern that begins with ! takes paths back.
type runFirst struct {
	All      bool
	Patterns []string
}

// UnmarshalJSONFrom reads a boolean or an array of patterns.
func (f *runFirst) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '[' {
		return json.UnmarshalDecode(d, &f.Patterns)
	}
	return json.UnmarshalDecode(d, &f.All)
}

// MarshalJSONTo is the inverse of UnmarshalJSONFrom.
func (f *runFirst) MarshalJSONTo(e *jsontext.Encoder) error {
	if f.Patterns != nil {
		return json.MarshalEncode(e, f.Patterns)
	}
	return json.MarshalEncode(e, f.All)
}

// IsZero reports whether no path goes to the Worker first.
func (f runFirst) IsZero() bool { return !f.All && f.Patterns == nil }

// holds decides for a path. What a ! pattern matches is served from the files.
func (f runFirst) holds(path string) bool {
	found := f.All
	for _, p := range f.Patterns {
		not, negative := strings.CutPrefix(p, "!")
		if negative && globMatch(not, path) {
			return false
		}
		found = found || !negative && globMatch(p, path)
	}
	return found
}

// globMatch matches a pattern in which * stands for anything, / included. It
// takes time in proportion to the product of the lengths at most.
func globMatch(pattern, text string) bool {
	star, mark := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && pattern[p] == text[t]:
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

func (o *assetOptions) check() error {
	if o == nil {
		return nil
	}
	for _, word := range []struct {
		name, value string
		allowed     []string
	}{
		{"notFoundHandling", o.NotFoundHandling, []string{"", "none", "404-page", "single-page-application"}},
		{"htmlHandling", o.HTMLHandling, []string{"", "auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"}},
	} {
		if !slices.Contains(word.allowed, word.value) {
			return rpc.Errorf(rpc.BadRequest, "/assets/%s: %q is none of %q.", word.name, word.value, word.allowed[1:])
		}
	}
	for name, text := range map[string]string{"_redirects": o.Redirects, "_headers": o.Headers} {
		if len(text) > maxRulesFile {
			return limitError("assetRules", fmt.Sprintf("/assets/%s has %d bytes, and may have %d.", name, len(text), maxRulesFile), maxRulesFile, int64(len(text)))
		}
	}
	if len(o.RunWorkerFirst.Patterns) > 100 {
		return rpc.Errorf(rpc.BadRequest, "/assets/runWorkerFirst has %d patterns, and may have 100.", len(o.RunWorkerFirst.Patterns))
	}
	return nil
}

// What an app's files may be.
const (
	maxAssets    = 20_000
	maxAssetSize = 25 << 20
	maxAssetPath = 1024 // bytes
	maxRulesFile = 512 << 10
)

// checkAssets checks the files of a deployment: their paths are absolute and
// in their shortest form, so that a look-up can't be led astray.
func checkAssets(files map[string][]byte) error {
	if len(files) > maxAssets {
		return limitError("assets", fmt.Sprintf("An app may have %d files, not %d.", maxAssets, len(files)), maxAssets, int64(len(files)))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasPrefix(name, "/") || path.Clean(name) != name || name == "/" || len(name) > maxAssetPath || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
			return rpc.Errorf(rpc.BadRequest, "/assets/files: %.100q is no path of a file: one begins with / and has no empty part, no . and no .. in it.", name)
		}
		if size := int64(len(files[name])); size > maxAssetSize {
			return limitError("assetBytes", fmt.Sprintf("The file %.100q has %d bytes, and may have %d.", name, size, maxAssetSize), maxAssetSize, size)
		}
	}
	return nil
}

// assetAnswer is what an app's files have for a request.
type assetAnswer struct {
	asset    store.Asset
	path     string // of the file
	redirect string // path to go to instead, "" for none
	location string // the same, as _redirects has it: a path with query and fragment, or a URL
	status   int    // 0: nothing, the Worker is to answer
}

var severalSlashes = regexp.MustCompile(`//+`)

// findAsset decides what of the app's files answers a request. _redirects come before the files.
func (a *app) findAsset(target *url.URL, navigates, hasWorker bool) assetAnswer {
	path, o := filePath(target.Path), a.config.Assets
	if o.RunWorkerFirst.holds(path) && hasWorker {
		return assetAnswer{}
	}
	if to, is := a.rules.Redirect(target.Hostname(), assets.Encode(target.EscapedPath()), target.RawQuery); is {
		if to.Status != http.StatusOK {
			return assetAnswer{location: to.Location, status: to.Status}
		}
		path = to.Path
	}
	if single := severalSlashes.ReplaceAllString(path, "/"); single != path {
		if o.among(a.assets, single, navigates, hasWorker).status != 0 {
			return assetAnswer{redirect: single, status: http.StatusTemporaryRedirect}
		}
	}
	return o.among(a.assets, path, navigates, hasWorker)
}

// find decides what of the files answers a request for a path. It is a pure
// function of the manifest and the options.
func (o *assetOptions) find(files store.Manifest, path string, navigates, hasWorker bool) assetAnswer {
	if o.RunWorkerFirst.holds(path) && hasWorker {
		return assetAnswer{}
	}
	return o.among(files, path, navigates, hasWorker)
}

func (o *assetOptions) among(files store.Manifest, path string, navigates, hasWorker bool) assetAnswer {
	if s := o.direct(files, path); s.status != 0 {
		return s
	}
	// Where patterns say what goes to the Worker, everything else is the files'.
	navigates = navigates || o.RunWorkerFirst.Patterns != nil
	if hasWorker && (o.NotFoundHandling == "" || o.NotFoundHandling == "none" || !navigates) {
		return assetAnswer{}
	}
	return o.missing(files, path)
}

// direct finds a file, or where it is to be asked for.
func (o *assetOptions) direct(files store.Manifest, path string) assetAnswer {
	switch o.HTMLHandling {
	case "none":
		return exact(files, path)
	case "force-trailing-slash", "drop-trailing-slash":
		return o.slashed(files, path)
	}
	to := func(place, file string) (assetAnswer, bool) {
		if s, ok := o.page(files, place); ok && s.path == file {
			return assetAnswer{redirect: place, status: 307}, true
		}
		return assetAnswer{}, false
	}
	if s, ok := o.page(files, path); ok {
		return s
	}
	base, isHTML := strings.CutSuffix(path, ".html")
	folder := strings.TrimSuffix(path, "/")
	stem := strings.TrimSuffix(base, "index")
	candidates := [][2]string{{folder + "/", folder + "/index.html"}}
	if folder != path {
		candidates = [][2]string{{folder, folder + ".html"}}
	}
	if strings.HasSuffix(stem, "/") && stem != base {
		candidates = append([][2]string{{stem, stem + "index.html"}, {strings.TrimSuffix(stem, "/"), strings.TrimSuffix(stem, "/") + ".html"}}, candidates...)
	}
	if isHTML {
		candidates = append([][2]string{{base, path}, {base + "/", base + "/index.html"}}, candidates...)
	}
	for _, c := range candidates {
		if s, ok := to(c[0], c[1]); ok {
			return s
		}
	}
	return exact(files, path) // an .html file that no nicer path leads to
}

// slashed finds a file where all pages have a slash at the end, or none has.
func (o *assetOptions) slashed(files store.Manifest, path string) assetAnswer {
	if a := exact(files, path); a.status != 0 && !strings.HasSuffix(path, ".html") {
		return a
	}
	base := strings.TrimSuffix(path, "/")
	page := strings.TrimSuffix(base, ".html")
	for _, stem := range []string{base, page, strings.TrimSuffix(page, "/index")} {
		place, names := stem, []string{stem + ".html", stem + "/index.html"}
		if o.HTMLHandling == "force-trailing-slash" {
			place, names = stem+"/", []string{stem + "/index.html", stem + ".html"}
		}
		if stem == "" {
			place, names = "/", []string{"/index.html"}
		}
		for _, name := range names {
			if strings.HasSuffix(stem, "/index") && name == stem+".html" {
				continue // its place is the folder's
			}
			if a := exact(files, name); a.status != 0 && place == path {
				return a
			} else if a.status != 0 {
				return assetAnswer{redirect: place, status: http.StatusTemporaryRedirect}
			}
		}
	}
	return assetAnswer{}
}

func exact(files store.Manifest, path string) assetAnswer {
	if a, ok := files[path]; ok {
		return assetAnswer{asset: a, path: path, status: 200}
	}
	return assetAnswer{}
}

// page is the file that a path in its nice form stands for: a folder's
// index.html for /folder/, page.html for /page, and every file that isn't HTML
// for itself.
func (o *assetOptions) page(files store.Manifest, path string) (assetAnswer, bool) {
	name := path
	switch {
	case strings.HasSuffix(path, "/"):
		name = path + "index.html"
	case strings.HasSuffix(path, ".html"):
		return assetAnswer{}, false
	default:
		if _, ok := files[path]; !ok && !strings.HasSuffix(path, "/index") {
			name = path + ".html"
		}
	}
	a, ok := files[name]
	return assetAnswer{asset: a, path: name, status: 200}, ok
}

// missing is what the files have for a path that they don't have.
func (o *assetOptions) missing(files store.Manifest, path string) assetAnswer {
	switch o.NotFoundHandling {
	case "single-page-application":
		if a, ok := files["/index.html"]; ok {
			return assetAnswer{asset: a, path: "/index.html", status: 200}
		}
	case "404-page":
		for end := strings.LastIndexByte(path, '/'); end >= 0; end = strings.LastIndexByte(path[:end], '/') {
			folder := path[:end]
			if a, ok := files[folder+"/404.html"]; ok {
				return assetAnswer{asset: a, path: folder + "/404.html", status: 404}
			}
		}
	}
	return assetAnswer{status: 404}
}
