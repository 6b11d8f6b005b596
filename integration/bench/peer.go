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

// The Workers under measurement: Stockade has them as apps, workerd as services.
var (
	//go:embed workers/loader.js
	loaderSource string
	//go:embed workers/kernels.js
	kernelsSource string
	//go:embed workers/config.capnp
	peerConfig string
)

// server is a runtime that serves both Workers.
type server struct {
	loader, kernels target
	pid             int
	stop            func()
}

// startPeer starts the open-source Workers runtime, workerd, on loopback. It
// gets it from npm the first time.
func startPeer(ctx context.Context, dir string) (*server, error) {
	program, err := findWorkerd(ctx)
	if err != nil {
		return nil, err
	}
	loader, kernels, err := twoPorts()
	if err != nil {
		return nil, err
	}
	disk := filepath.Join(dir, "disk")
	if err := os.MkdirAll(disk, 0o700); err != nil {
		return nil, err
	}
	config := strings.NewReplacer("@LOADER@", loader, "@KERNELS@", kernels, "@DISK@", disk).Replace(peerConfig)
	for name, text := range map[string]string{"loader.js": loaderSource, "kernels.js": kernelsSource, "config.capnp": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	cmd := exec.CommandContext(ctx, program, "serve", "--experimental", filepath.Join(dir, "config.capnp"))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start workerd: %w", err)
	}
	s := &server{loader: tcp(loader), kernels: tcp(kernels), pid: cmd.Process.Pid, stop: func() { cmd.Process.Kill(); cmd.Wait() }}
	return s, await(s.loader, "/plain")
}

func tcp(port string) target { return target{"tcp", "127.0.0.1:" + port} }

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

// twoPorts are free at the moment.
func twoPorts() (a, b string, err error) {
	var ports [2]string
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", err
		}
		defer l.Close()
		ports[i] = strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	}
	return ports[0], ports[1], nil
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
