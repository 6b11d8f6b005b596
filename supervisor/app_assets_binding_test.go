package supervisor

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzRequestOf reads what a jail says that a request for a file is.
func FuzzRequestOf(f *testing.F) {
	f.Add(`[[["Q",{"m":"GET","u":"http://x/a?b","h":["range","bytes=0-1"],"r":"follow","b":null}]]]`)
	f.Add(`[[["Q",{"m":"GET","u":"http://x/%zz","h":[]}]]]`)
	f.Add(`[[["Q",{"h":["a"]}]]]`)
	f.Add(`[[]]`)
	f.Fuzz(func(t *testing.T, text string) {
		r, _, err := requestOf(appendPiece(nil, []byte(text)))
		if (r == nil) == (err == nil) {
			t.Fatalf("%v, %v", r, err)
		}
		if r != nil && (r.URL == nil || r.Header == nil || strings.Contains(r.Header.Get("Range"), ",")) {
			t.Fatalf("%+v", r)
		}
		if r != nil {
			a := &app{config: appConfig{Assets: &assetOptions{NotFoundHandling: "404-page"}}}
			w := &assetResponse{header: map[string][]string{}}
			a.answerAsset(w, r, a.findAsset(r.URL, false, false), r.URL, &blobReader{})
			if _, err := url.Parse(w.header.Get("Location")); err != nil || w.status == 0 {
				t.Fatalf("%d %v", w.status, err)
			}
		}
	})
}
