package integration

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// developing is a `stockade dev` of a script.
type developing struct {
	cmd   *exec.Cmd
	out   *syncBuffer
	ended chan error
}

var devURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

func scriptDev(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) >= 1, "dev DIR|-c FILE… [ARGUMENT…]")
	d := &developing{out: new(syncBuffer), ended: make(chan error, 1)}
	d.cmd = exec.Command(program("stockade"), append([]string{"dev", "--port", "0"}, args...)...)
	d.cmd.Dir = ts.MkAbs(".")
	d.cmd.Env = append(os.Environ(), "STOCKADE_SOCKET="+ts.Getenv("STOCKADE_SOCKET"), "TMPDIR="+ts.Getenv("TMPDIR"))
	d.cmd.Stdout, d.cmd.Stderr = d.out, d.out
	ts.Check(d.cmd.Start())
	go func() { d.ended <- d.cmd.Wait() }()
	s := of(ts)
	s.dev = d
	ts.Defer(func() { d.end(ts) })
	if !d.await(devURL) {
		ts.Fatalf("stockade dev is not ready:\n%s", d.out)
	}
	s.web = devURL.FindString(d.out.String())
}

// await waits until the output matches.
func (d *developing) await(re *regexp.Regexp) bool {
	for range 6000 {
		if re.MatchString(d.out.String()) {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

func (d *developing) end(ts *testscript.TestScript) {
	if d.cmd == nil {
		return
	}
	d.cmd.Process.Signal(syscall.SIGINT)
	select {
	case err := <-d.ended:
		if err != nil {
			ts.Logf("stockade dev ended with %v:\n%s", err, d.out)
			ts.Fatalf("stockade dev ended with %v", err)
		}
	case <-time.After(2 * time.Minute):
		d.cmd.Process.Kill()
		ts.Fatalf("stockade dev did not end within 2 minutes:\n%s", d.out)
	}
	d.cmd = nil
}

func scriptSeen(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, false, len(args) == 1, "seen REGEXP")
	d := of(ts).dev
	re := regexp.MustCompile("(?sm)" + args[0])
	if neg && re.MatchString(d.out.String()) || !neg && !d.await(re) {
		ts.Fatalf("seen of stockade dev:\n%s", d.out)
	}
}

func scriptEndDev(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 0, "enddev")
	of(ts).dev.end(ts)
}

// scriptPort finds a free port, and puts it into PORT.
func scriptPort(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 0, "port")
	address, err := takeAddress("127.0.0.1")
	ts.Check(err)
	of(ts).web = "http://" + address
	_, port, err := net.SplitHostPort(address)
	ts.Check(err)
	ts.Setenv("PORT", port)
}

var webClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}

func scriptWeb(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) >= 3, "web STATUS METHOD PATH [HEADER:VALUE…]")
	s := of(ts)
	s.again = nil
	req, err := http.NewRequest(args[1], s.web+args[2], nil)
	ts.Check(err)
	for _, arg := range args[3:] {
		name, value, _ := strings.Cut(arg, ":")
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	res, err := webClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	var head strings.Builder
	ts.Check(res.Header.Write(&head))
	s.answer = strings.ReplaceAll(head.String(), "\r", "") + "\n" + string(body)
	if fmt.Sprint(res.StatusCode) != args[0] {
		ts.Fatalf("%s %s: %d, want %s\n%.3000s", args[1], args[2], res.StatusCode, args[0], s.answer)
	}
}
