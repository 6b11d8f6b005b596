package supervisor

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/activation"

	"stockade.dev/stockade/rpc"
	"stockade.dev/stockade/supervisor/policy"
)

// listen returns the sockets to serve: systemd's, or the policy's own.
func (s *Supervisor) listen(p *policy.Policy) ([]net.Listener, error) {
	handed, err := activation.Listeners()
	if err != nil {
		return nil, fmt.Errorf("cannot use the sockets that systemd hands over: %w", err)
	}
	if len(handed) > 0 {
		return handed, nil
	}
	l, err := listenUnix(p.Socket)
	if err != nil {
		return nil, err
	}
	return []net.Listener{l}, nil
}

// quietly accepts connections that don't wake the Go runtime's monitor with each request.
type quietly struct{ net.Listener }

// Accept implements net.Listener.
func (l quietly) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return rpc.Quiet(conn), nil
}

// listenUnix makes the policy's socket, with its mode and group from the
// first moment on.
func listenUnix(socket policy.Socket) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(socket.Path), 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the socket's directory: %w", err)
	}
	if err := removeStale(socket.Path); err != nil {
		return nil, err
	}
	old := syscall.Umask(0o777)
	l, err := net.Listen("unix", socket.Path)
	syscall.Umask(old)
	if err != nil {
		return nil, fmt.Errorf("cannot listen: %w", err)
	}
	if err := open(socket); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func open(socket policy.Socket) error {
	if err := os.Chown(socket.Path, socket.User.ID, socket.Group.ID); err != nil {
		return fmt.Errorf("cannot give the socket its owner: %w", err)
	}
	if err := os.Chmod(socket.Path, fs.FileMode(socket.Mode)); err != nil {
		return fmt.Errorf("cannot give the socket its mode: %w", err)
	}
	return nil
}

// removeStale removes a socket that nobody serves. One that answers belongs
// to another daemon.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot look at the socket: %w", err)
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("cannot listen: %s is there and is not a socket", path)
	}
	c, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		c.Close()
		return fmt.Errorf("cannot listen: another daemon serves %s", path)
	}
	return os.Remove(path)
}
