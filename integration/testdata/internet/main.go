// Internet is a network of the test's own, in which the daemon runs: `internet DIR PROGRAM…` stands in a network namespace that has
// the addresses of the world, with servers of HTTP, TLS, TCP and DNS at all of them, and starts PROGRAM in a second namespace
// whose only way leads here. Every TCP SYN that arrives is counted by its destination, whether somebody listens there or not.
//
// It is started in a network namespace that it may configure. DIR/control.sock tells and resets the counts; DIR/ca.pem is who
// vouches for its servers.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("internet: ")
	if os.Args[1] == "host" {
		log.Fatal(host(os.Args[2:]))
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		log.Fatal(err)
	}
}

// host waits for its end of the wire, configures it and becomes the program.
func host(args []string) error {
	if _, err := os.Stdin.Read(make([]byte, 1)); err != nil {
		return err
	}
	if err := configure("wire1", hostAddresses, false); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return err
	}
	return syscall.Exec(args[0], args, os.Environ())
}

func run(dir string, program []string) error {
	if err := makeWire(); err != nil {
		return err
	}
	wake, ready, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := exec.Command("/proc/self/exe", append([]string{"host"}, program...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = wake, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.AmbientCaps = []uintptr{unix.CAP_NET_ADMIN, unix.CAP_NET_RAW, unix.CAP_NET_BIND_SERVICE}
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := moveWire(cmd.Process.Pid); err != nil {
		return err
	}
	if err := configure("wire0", worldAddresses, true); err != nil {
		return err
	}
	if err := serve(dir); err != nil {
		return err
	}
	if _, err := ready.Write([]byte{1}); err != nil {
		return err
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		for s := range signals {
			cmd.Process.Signal(s)
		}
	}()
	return cmd.Wait()
}

// serve listens everywhere.
func serve(dir string) error {
	certificate, err := makeCertificate(filepath.Join(dir, "ca.pem"))
	if err != nil {
		return err
	}
	syns, err := watch("wire0")
	if err != nil {
		return fmt.Errorf("cannot watch the wire: %w", err)
	}
	names := &names{asked: make(map[string]int)}
	for _, s := range []struct {
		network, address string
		serve            func(net.Listener)
	}{
		{"tcp", ":80", func(l net.Listener) { http.Serve(l, http.HandlerFunc(answer)) }},
		{"tcp", ":443", func(l net.Listener) {
			server := &http.Server{Handler: http.HandlerFunc(answer), TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}, ErrorLog: log.New(io.Discard, "", 0)}
			server.ServeTLS(l, "", "")
		}},
		{"tcp", ":22", echo},
		{"unix", filepath.Join(dir, "control.sock"), func(l net.Listener) { http.Serve(l, control(syns, names)) }},
	} {
		l, err := net.Listen(s.network, s.address)
		if err != nil {
			return err
		}
		go s.serve(l)
	}
	if err := os.Chmod(filepath.Join(dir, "control.sock"), 0o777); err != nil {
		return err
	}
	return names.serve()
}

func answer(w http.ResponseWriter, r *http.Request) {
	if to := r.URL.Query().Get("to"); to != "" {
		http.Redirect(w, r, to, http.StatusFound)
		return
	}
	at := r.Context().Value(http.LocalAddrContextKey).(net.Addr).(*net.TCPAddr)
	n, _ := io.Copy(io.Discard, r.Body)
	fmt.Fprintf(w, "%s %s%s at %s", r.Method, r.Host, r.URL, at)
	if n > 0 {
		fmt.Fprintf(w, " with %d bytes", n)
	}
}

func echo(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			b, _ := io.ReadAll(io.LimitReader(c, 1<<16))
			fmt.Fprintf(c, "[%s] at %s", b, c.LocalAddr())
		}()
	}
}

func makeCertificate(file string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "internet"}, DNSNames: []string{"*.test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	err = os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
