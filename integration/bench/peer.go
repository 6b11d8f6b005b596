package main

import (
	"context"
	_ "embed"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed peer/loader.js
var peerLoader string

//go:embed peer/config.capnp
var peerConfig string

// peer is the open-source Workers runtime, workerd, on loopback.
type peer struct {
	target
	cmd *exec.Cmd
}

// startPeer starts workerd, which it gets from npm the first time.
func startPeer(ctx context.Context, dir string) (*peer, error) {
	program, err := findWorkerd(ctx)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	config := strings.Replace(peerConfig, "PORT", strconv.Itoa(port), 1)
	for name, text := range map[string]string{"loader.js": peerLoader, "config.capnp": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	cmd := exec.CommandContext(ctx, program, "serve", "--experimental", filepath.Join(dir, "config.capnp"))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start workerd: %w", err)
	}
	p := &peer{target: target{"tcp", fmt.Sprintf("127.0.0.1:%d", port)}, cmd: cmd}
	return p, await(p.target, "/plain")
}

func (p *peer) stop() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

func findWorkerd(ctx context.Context) (string, error) {
	if path := os.Getenv("WORKERD"); path != "" {
		return path, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "stockade-peer")
	program := filepath.Join(cache, "node_modules/@cloudflare/workerd-linux-64/bin/workerd")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	npm := exec.CommandContext(ctx, "npm", "install", "--silent", "--prefix", cache, "workerd")
	npm.Stderr = os.Stderr
	if err := npm.Run(); err != nil {
		return "", fmt.Errorf("cannot install workerd with npm (set WORKERD to its path to use one you have): %w", err)
	}
	return program, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// await waits until the server answers path.
func await(t target, path string) error {
	var last string
	for range 200 {
		f := load("", t, 1, time.Millisecond, func(int) []byte { return get(path) })
		if f.Requests > 0 {
			return nil
		}
		last = f.Error
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("no answer from %s within 10 s: %s", t.address, last)
}
