package integration

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestASiteAnswersAsUnderWrangler deploys a site with _redirects and _headers, and compares what it answers with what
// `wrangler dev` did (testdata/site/wrangler.txt; record.sh there makes it). What differs is listed with the reason.
func TestASiteAnswersAsUnderWrangler(t *testing.T) {
	want, different := siteAnswers(t, "wrangler.txt"), siteAnswers(t, "differences.txt")
	for _, engine := range []string{"goja", "quickjs"} {
		t.Run(engine, func(t *testing.T) {
			address := freeAddress(t)
			d := serve(t, testDir(t), "listeners: [{address: '"+address+"', apps: {/: site}}]\nprofiles:\n  default: {engine: "+engine+", pool: {size: 1, max_workers: 4}}\n")
			d.deploy(t, "testdata/site", "site")
			etag := d.askSite(t, address, "GET /style.css", "").Header.Get("Etag")
			for question, answer := range want {
				got := shownSite(t, d.askSite(t, address, question, etag))
				if other, is := different[question]; is {
					re := regexp.MustCompile(other)
					if got == answer {
						t.Errorf("%s is as under wrangler now: take it off the list of differences", question)
					}
					if !re.MatchString(got) {
						t.Errorf("%s:\n%s\nwant:\n%s", question, got, re)
					}
				} else if got != answer {
					t.Errorf("%s:\n%s\nwrangler:\n%s", question, got, answer)
				}
			}
		})
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	address, err := takeAddress("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// addresses are those that takeAddress has given.
var addresses sync.Map

// takeAddress finds a port of the host that is free now, and that nobody else gets: none of those that the kernel gives to
// clients, and none twice, for whoever is to serve it may not have begun yet.
func takeAddress(host string) (string, error) {
	err := errors.New("no attempt")
	for n := 0; n < 100; n++ {
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(10_000+rand.IntN(20_000)))); err != nil {
			continue
		}
		address := l.Addr().String()
		if _, again := addresses.LoadOrStore(address, true); l.Close() == nil && !again {
			return address, nil
		}
	}
	return "", fmt.Errorf("no port is free: %w", err)
}

// askSite sends a request: METHOD PATH, and perhaps a header.
func (d *daemon) askSite(t *testing.T, address, question, etag string) *http.Response {
	t.Helper()
	parts := strings.SplitN(question, " ", 3)
	r, err := http.NewRequestWithContext(t.Context(), parts[0], "http://"+address+parts[1], nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) == 3 {
		name, value, _ := strings.Cut(parts[2], ": ")
		r.Header.Set(name, strings.ReplaceAll(value, "ETAG", etag))
		if name == "Host" {
			r.Host = value
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
	res, err := client.Do(r)
	if err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	body, err := io.ReadAll(res.Body)
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res
}

// howSent are headers about how an answer is sent, which record.sh leaves out, too.
var howSent = []string{"date", "connection", "vary", "content-length", "accept-ranges", "allow"}

func shownSite(t *testing.T, res *http.Response) string {
	t.Helper()
	lines := []string{fmt.Sprintf("  status: %d", res.StatusCode)}
	for name, values := range res.Header {
		if name = strings.ToLower(name); slices.Contains(howSent, name) {
			continue
		}
		for _, value := range values {
			if name == "etag" {
				value = "…"
			}
			lines = append(lines, "  "+name+": "+value)
		}
	}
	slices.Sort(lines)
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(append(lines, "  body: "+strings.ReplaceAll(string(body[:min(len(body), 60)]), "\n", "~")), "\n")
}

// siteAnswers are indented lines below each question.
func siteAnswers(t *testing.T, name string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "site", name))
	if err != nil {
		t.Fatal(err)
	}
	answers, question := make(map[string]string), ""
	for line := range strings.SplitSeq(strings.TrimSuffix(string(b), "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, "  "):
			question = line
		case answers[question] == "":
			answers[question] = line
		default:
			answers[question] += "\n" + line
		}
	}
	return answers
}
