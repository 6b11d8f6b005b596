package integration

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const clientsProfile = `  %[1]s:
    engine: %[1]s
    pool: {size: 1, max_workers: 8}
    limits: {default: {memory: 256MiB, startup_cpu_ms: 30000, startup_wall_ms: 60000, cpu_ms: 30000}}
    egress: {default: servers}
`

const clientsOutbound = `egress:
  dns: %s
  outbounds:
    servers:
      ca: %s
      rules: [{action: allow, hosts: [api.example.com], cidrs: [127.0.0.0/8], schemes: [tcp, tls]}]
`

// TestClients has clients of PostgreSQL, MySQL, Redis and mail in Workers talk to real servers by the policy's outbound, with TLS from
// the beginning, with TLS later and without: what they print is what they print in Node.js (testdata/clients).
func TestClients(t *testing.T) {
	libraries := npmDir(t, "testdata/clients")
	dir := testDir(t)
	certificate := certificateOf(t, dir, "api.example.com")
	env := map[string]any{"HOST": "api.example.com", "ADDRESS": upstreamAddress}
	servers := &clientServers{dir: dir, certificate: certificate}
	servers.start(t, env)
	policy := fmt.Sprintf(librariesPolicy, os.Getuid())
	for _, engine := range engines {
		policy += fmt.Sprintf(clientsProfile, engine)
	}
	d := serve(t, dir, policy+fmt.Sprintf(clientsOutbound, serveNames(t), filepath.Join(dir, "ca.pem")))
	for _, name := range []string{"pg", "mysql2", "ioredis", "nodemailer"} {
		if *record {
			recordClient(t, libraries, dir, name, env)
		}
		code := bundleLibrary(t, libraries, "programs/"+name+".js", true)
		code["env"] = env
		for _, engine := range engines {
			t.Run(name+"/"+engine, func(t *testing.T) { runProgram(t, d, "testdata/clients", name, engine, code) })
		}
	}
	servers.check(t)
}

func recordClient(t *testing.T, libraries, dir, name string, env map[string]any) {
	t.Helper()
	b, err := json.Marshal(env)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "run.mjs", "programs/"+name+".js", string(b))
	node.Dir, node.Stderr, node.Env = libraries, os.Stderr, append(os.Environ(), "NODE_EXTRA_CA_CERTS="+filepath.Join(dir, "ca.pem"), "TZ=UTC")
	out, err := node.Output()
	if err != nil {
		t.Fatalf("cannot run it in Node.js: %v", err)
	}
	write(t, "testdata/clients/want/"+name+".txt", string(out))
}

// clientServers are what the clients talk to.
type clientServers struct {
	dir         string
	certificate tls.Certificate

	mu   sync.Mutex // guards mail
	mail []string   // what the mail server has been given, and whether by TLS
}

func (s *clientServers) start(t *testing.T, env map[string]any) {
	cert, key := filepath.Join(s.dir, "server.pem"), filepath.Join(s.dir, "server.key")
	der, err := x509.MarshalPKCS8PrivateKey(s.certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	write(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	write(t, cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.certificate.Certificate[0]})))
	var started sync.WaitGroup
	var redis, secure, mysql int
	started.Go(func() { redis, secure = startRedis(t, cert, key) })
	started.Go(func() { mysql = startMySQL(t, s.dir, cert, key) })
	env["POSTGRES"] = startPostgres(t, s.dir, cert, key)
	started.Wait()
	env["REDIS"], env["REDIS_TLS"], env["MYSQL"] = redis, secure, mysql
	env["SMTP"] = s.startMail(t)
}

// freePort is a port of the upstream's address that nobody has now.
func freePort(t *testing.T) int {
	t.Helper()
	address, err := takeAddress(upstreamAddress)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(address, ":")
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func startRedis(t *testing.T, cert, key string) (plain, secure int) {
	plain, secure = freePort(t), freePort(t)
	redis := exec.Command(serverProgram(t, "redis-server"), "--bind", upstreamAddress, "--port", strconv.Itoa(plain), "--tls-port", strconv.Itoa(secure), "--save", "", "--appendonly", "no",
		"--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no", "--dir", t.TempDir())
	startServer(t, redis, plain)
	return plain, secure
}

// startPostgres makes a database and serves it, by another user than root.
func startPostgres(t *testing.T, dir, cert, key string) int {
	data, password := filepath.Join(dir, "pg"), filepath.Join(dir, "pg-password")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, password, "s3cret\n")
	serverKey := filepath.Join(dir, "pg.key")
	write(t, serverKey, read(t, key))
	if err := os.Chmod(serverKey, 0o600); err != nil {
		t.Fatal(err)
	}
	as := unprivileged(t, dir, data, password, serverKey)
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(serverProgram(t, name), args...)
		cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "TZ=UTC"}, as
		return cmd
	}
	if out, err := run("initdb", "-D", data, "-U", "app", "--pwfile", password, "-A", "scram-sha-256", "-N", "-E", "UTF8").CombinedOutput(); err != nil {
		t.Fatalf("cannot make a database: %v\n%s", err, out)
	}
	port := freePort(t)
	startServer(t, run("postgres", "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses="+upstreamAddress, "-c", "unix_socket_directories=", "-c", "fsync=off",
		"-c", "ssl=on", "-c", "ssl_cert_file="+cert, "-c", "ssl_key_file="+serverKey, "-c", "max_connections=20", "-c", "shared_buffers=16MB", "-c", "log_min_messages=fatal"), port)
	return port
}

// unprivileged gives the files to somebody who is not root, as whom the server runs. nil: we aren't root.
func unprivileged(t *testing.T, dir string, files ...string) *syscall.SysProcAttr {
	if os.Getuid() != 0 {
		return nil
	}
	const nobody = 65534
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if err := os.Chown(file, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}

// serverProgram is where a server's program is; Debian has those of PostgreSQL in a directory of their version.
func serverProgram(t *testing.T, name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	sbin, _ := filepath.Glob("/usr/sbin/" + name) // which isn't where everybody looks
	found = append(found, sbin...)
	if len(found) == 0 {
		t.Fatalf("there is no %s here: packaging/dependencies test installs it", name)
	}
	return found[len(found)-1]
}

// startServer returns when it takes connections; it is ended with the test.
func startServer(t *testing.T, server *exec.Cmd, port int) {
	var out strings.Builder
	server.Stdout, server.Stderr = &out, &out
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { server.Wait(); close(ended) }()
	stop := syscall.SIGINT
	if filepath.Base(server.Path) == "mariadbd" {
		stop = syscall.SIGTERM // it is deaf to the other; PostgreSQL would wait for its clients
	}
	t.Cleanup(func() { server.Process.Signal(stop); <-ended })
	address := net.JoinHostPort(upstreamAddress, strconv.Itoa(port))
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("%s has ended:\n%s", server.Path, &out)
		default:
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("%s does not answer", server.Path)
		}
	}
}

// startMail serves SMTP with STARTTLS and passwords (RFC 5321, 3207, 4954).
func (s *clientServers) startMail(t *testing.T) int {
	l, err := net.Listen("tcp", upstreamAddress+":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serveMail(conn)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

func (s *clientServers) serveMail(conn net.Conn) {
	defer func() { conn.Close() }()
	in, secured := bufio.NewReader(conn), false
	say := func(lines ...string) { io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n") }
	say("220 mail.test ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
		case "EHLO":
			say("250-mail.test", "250-STARTTLS", "250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go ahead")
			conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{s.certificate}})
			in, secured = bufio.NewReader(conn), true
		case "AUTH":
			if strings.TrimSpace(line) == "AUTH PLAIN AGFwcABzM2NyZXQ=" { // \0app\0s3cret
				say("235 welcome")
			} else {
				say("535 who are you?")
			}
		case "DATA":
			say("354 end with a dot")
			text := readMail(in)
			s.mu.Lock()
			s.mail = append(s.mail, fmt.Sprint("secured=", secured, "\n", text))
			s.mu.Unlock()
			say("250 queued")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func readMail(in *bufio.Reader) string {
	var text strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return text.String()
		}
		text.WriteString(line)
	}
}

// check looks at what the mail server has got from each engine.
func (s *clientServers) check(t *testing.T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.mail) < len(engines) {
		t.Fatalf("%d messages", len(s.mail))
	}
	for _, mail := range s.mail {
		for _, part := range []string{"secured=true\n", "Subject: =?UTF-8?", "\r\nhello\r\n..\r\nworld\r\n", "filename=a.txt", strings.Repeat("eHh4", 18)} {
			if !strings.Contains(mail, part) {
				t.Errorf("there is no %q in\n%.1000s", part, mail)
			}
		}
	}
}
