package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
)

// proxy forwards what the browser asks to the app.
func (d *devSession) proxy() http.Handler {
	forward := &httputil.ReverseProxy{
		Transport:      d.client.http.Transport,
		FlushInterval:  -1, // streams go through as they come
		Rewrite:        d.rewrite,
		ModifyResponse: d.explain,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, "cannot reach the supervisor: "+err.Error(), http.StatusBadGateway)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select { // the first build may be under way
		case <-d.tried:
		case <-r.Context().Done():
			return
		}
		select {
		case <-d.deployed:
			forward.ServeHTTP(w, r)
		default:
			_, err := d.current()
			http.Error(w, page(err, nil), http.StatusServiceUnavailable)
		}
	})
}

// rewrite sends a request to the app's place in the API. The headers that choose entrypoints are not for browsers.
func (d *devSession) rewrite(r *httputil.ProxyRequest) {
	const prefix = "/fetch"
	at := *r.In.URL
	at.Scheme, at.Host = "http", "localhost"
	at.RawPath = appPath(d.name, prefix, "") + r.In.URL.EscapedPath()
	at.Path = appPath(d.name, prefix, "") + r.In.URL.Path
	r.Out.URL, r.Out.Host = &at, r.In.Host
	for name := range r.Out.Header {
		if strings.HasPrefix(name, "Stockade-") {
			r.Out.Header.Del(name)
		}
	}
}

const maxErrorPage = 1 << 20

// explain turns an error of the API into a page for the one who works on the app.
func (d *devSession) explain(res *http.Response) error {
	if res.Header.Get("Stockade-Error") == "" {
		return nil
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxErrorPage))
	if err != nil {
		return err
	}
	res.Body.Close()
	var body struct {
		Error *apiError `json:"error"`
	}
	text := string(answer)
	if json.Unmarshal(answer, &body) == nil && body.Error != nil {
		sources, _ := d.current()
		text = page(body.Error, sources)
	}
	res.Header.Set("Content-Type", "text/plain; charset=utf-8")
	res.Header.Set("Content-Length", strconv.Itoa(len(text)))
	res.Header.Del("Stockade-Error")
	res.ContentLength, res.Body = int64(len(text)), io.NopCloser(bytes.NewBufferString(text))
	return nil
}
