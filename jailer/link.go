package jailer

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The jail's end of its network (Spec.Network). The other end answers for every address.
var (
	LinkAddress = netip.MustParsePrefix("192.168.127.2/24")
	LinkGateway = netip.MustParseAddr("192.168.127.1")
)

// LinkMTU is large: no wire is between the two ends.
const LinkMTU = 65520

const linkName = "net0"

// makeLink makes the network of a jail whose process may be ending, and its pidfd's number another's.
func (j *Jail) makeLink() (*os.File, error) {
	pidfd, err := j.ownPidfd()
	if err != nil {
		return nil, err
	}
	defer unix.Close(pidfd)
	return makeLink(pidfd)
}

// ownPidfd returns a pidfd of the process that is the caller's.
func (j *Jail) ownPidfd() (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.pidfd < 0 {
		return -1, errors.New("its process has ended")
	}
	return unix.FcntlInt(uintptr(j.pidfd), unix.F_DUPFD_CLOEXEC, 0)
}

// makeLink puts a tap device into the network namespace of a process, configures it, and returns its other end. It works
// from a thread of its own, which ends if it can't come back.
func makeLink(pidfd int) (*os.File, error) {
	type result struct {
		link *os.File
		err  error
	}
	made := make(chan result, 1)
	go func() {
		runtime.LockOSThread()
		own, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			made <- result{err: err}
			return
		}
		defer unix.Close(own)
		if err := unix.Setns(pidfd, unix.CLONE_NEWNET); err != nil {
			runtime.UnlockOSThread()
			made <- result{err: fmt.Errorf("cannot enter its namespace: %w", err)}
			return
		}
		link, err := makeTap()
		if unix.Setns(own, unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
		made <- result{link, err}
	}()
	r := <-made
	return r.link, r.err
}

// makeTap makes the device in the namespace of this thread, with its address and the route to everywhere.
func makeTap() (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("cannot open /dev/net/tun: %w", err)
	}
	if err := configureTap(fd); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "tap"), nil
}

func configureTap(fd int) error {
	device, err := unix.NewIfreq(linkName)
	if err != nil {
		return err
	}
	device.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, device); err != nil {
		return fmt.Errorf("cannot make a tap device: %w", err)
	}
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(s)
	mask := netip.AddrFrom4([4]byte{255, 255, 255, 0})
	steps := []struct {
		what string
		call uint
		set  func(*unix.Ifreq) error
	}{
		{"size", unix.SIOCSIFMTU, func(r *unix.Ifreq) error { r.SetUint32(LinkMTU); return nil }},
		{"address", unix.SIOCSIFADDR, func(r *unix.Ifreq) error { return r.SetInet4Addr(LinkAddress.Addr().AsSlice()) }},
		{"mask", unix.SIOCSIFNETMASK, func(r *unix.Ifreq) error { return r.SetInet4Addr(mask.AsSlice()) }},
		{"state", unix.SIOCSIFFLAGS, func(r *unix.Ifreq) error { r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING); return nil }},
	}
	for _, step := range steps {
		r, err := unix.NewIfreq(linkName)
		if err == nil {
			err = step.set(r)
		}
		if err == nil {
			err = unix.IoctlIfreq(s, step.call, r)
		}
		if err != nil {
			return fmt.Errorf("cannot set the %s of the tap device: %w", step.what, err)
		}
	}
	return addRoute(s)
}

// addRoute sends everything to the gateway: route(7), struct rtentry.
func addRoute(s int) error {
	type rtentry struct {
		pad1                  uintptr
		dst, gateway, genmask unix.RawSockaddrInet4
		flags                 uint16
		pad2                  int16
		pad3                  uintptr
		tos, class            uint8
		pad4                  [3]int16
		metric                int16
		dev                   *byte
		mtu, window           uintptr
		irtt                  uint16
	}
	route := rtentry{flags: unix.RTF_UP | unix.RTF_GATEWAY}
	route.dst.Family, route.genmask.Family, route.gateway.Family = unix.AF_INET, unix.AF_INET, unix.AF_INET
	route.gateway.Addr = LinkGateway.As4()
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(s), unix.SIOCADDRT, uintptr(unsafe.Pointer(&route))); errno != 0 {
		return fmt.Errorf("cannot set the route of the tap device: %w", errno)
	}
	return nil
}
