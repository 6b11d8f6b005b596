// Package act is what a program in a jail with a network tries with its sockets.
package act

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
)

const gateway = "192.168.127.1"

// Try does something with sockets and says what came of it.
func Try(act, argument string) (string, error) {
	switch act {
	case "dns":
		addr, err := lookUp(argument)
		return addr, err
	case "http":
		return get(argument)
	case "https": // trusts the jail's CA
		resp, err := client.Get("http://" + gateway + "/ca.pem")
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			return "", err
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(b)
		client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: roots}
		return get(argument)
	case "post":
		return post(argument)
	case "large":
		return large(argument)
	case "tcp":
		conn, err := dial(argument)
		if err != nil {
			return "", err
		}
		defer conn.Close()
		io.WriteString(conn, "hello")
		conn.(*net.TCPConn).CloseWrite()
		b, err := io.ReadAll(conn)
		return string(b), err
	case "udp":
		conn, err := net.DialTimeout("udp", argument, time.Second)
		if err != nil {
			return "", err
		}
		conn.Write([]byte("x"))
		conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		n, err := conn.Read(make([]byte, 10))
		return strconv.Itoa(n), err
	case "socket":
		var family, kind int
		fmt.Sscanf(argument, "%d,%d", &family, &kind)
		fd, err := unix.Socket(family, kind, 0)
		if err == nil {
			unix.Close(fd)
		}
		return "made", err
	case "interfaces":
		fd, err := unix.Open("/proc/net/dev", unix.O_RDONLY, 0)
		return strconv.Itoa(fd), err
	}
	return "", syscall.EINVAL
}

// lookUp asks the gateway. The standard library would open a file for it.
func lookUp(name string) (string, error) {
	conn, err := net.Dial("udp", gateway+":53")
	if err != nil {
		return "", err
	}
	defer conn.Close()
	q := dnsmessage.Message{Header: dnsmessage.Header{ID: 7, RecursionDesired: true}, Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name + "."),
		Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}}}
	b, err := q.Pack()
	if err != nil {
		return "", err
	}
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	conn.Write(b)
	buf := make([]byte, 1500)
	n, err := conn.Read(buf)
	if err != nil {
		return "", err
	}
	var m dnsmessage.Message
	if err := m.Unpack(buf[:n]); err != nil {
		return "", err
	}
	for _, r := range m.Answers {
		if a, ok := r.Body.(*dnsmessage.AResource); ok {
			return net.IP(a.A[:]).String(), nil
		}
	}
	return "", fmt.Errorf("no address: %v", m.RCode)
}

func dial(address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if net.ParseIP(host) == nil {
		if host, err = lookUp(host); err != nil {
			return nil, err
		}
	}
	return net.DialTimeout("tcp", net.JoinHostPort(host, port), 10*time.Second)
}

var client = &http.Client{Transport: &http.Transport{DialContext: func(_ context.Context, _, address string) (net.Conn, error) { return dial(address) }},
	Timeout: 60 * time.Second}

func get(url string) (string, error) {
	resp, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return fmt.Sprintf("%d %s", resp.StatusCode, b), err
}

func post(url string) (string, error) {
	resp, err := client.Post(url, "text/plain", strings.NewReader(strings.Repeat("x", 1<<20)))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return fmt.Sprintf("%d %s", resp.StatusCode, b), err
}

// large says how fast it reads a body, in MB/s.
func large(url string) (string, error) {
	began := time.Now()
	resp, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	return fmt.Sprintf("%d bytes, %.0f MB/s", n, float64(n)/1e6/time.Since(began).Seconds()), err
}
