package main

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// The addresses of the host that the daemon is on, and those of the world.
var (
	hostAddresses  = []string{"192.0.2.1/24", "9.9.9.9/32", "2001:db8:ffff::1/64", "2620:fe::9/128"}
	worldAddresses = []string{
		"192.0.2.53/24", "8.8.4.4/32", "8.8.8.8/32", "203.0.113.10/32", "203.0.113.11/32", "10.0.0.5/32", "172.16.0.5/32", "192.168.0.5/32", "169.254.169.254/32", "169.254.1.1/32",
		"100.64.0.1/32", "100.100.100.200/32", "198.18.0.5/32", "192.0.0.192/32",
		"2001:db8:ffff::53/64", "2606:4700:4700::1111/128", "2001:db8::1/128", "fd00::1/128", "fd00:ec2::254/128", "64:ff9b::a9fe:a9fe/128", "64:ff9b::a00:5/128", "2002:a9fe:a9fe::1/128",
	}
)

// makeWire makes a wire; both ends are here at first.
func makeWire() error {
	return netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "wire0"}, PeerName: "wire1"})
}

func moveWire(pid int) error {
	peer, err := netlink.LinkByName("wire1")
	if err != nil {
		return err
	}
	return netlink.LinkSetNsPid(peer, pid)
}

// configure brings a device up, with its addresses, and sends everything over it. Which addresses are at the other end the
// kernel finds out.
func configure(device string, addresses []string, world bool) error {
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	if err := netlink.LinkSetUp(lo); err != nil {
		return err
	}
	link, err := netlink.LinkByName(device)
	if err != nil {
		return err
	}
	for _, text := range addresses {
		addr, err := netlink.ParseAddr(text)
		if err != nil {
			return err
		}
		addr.Flags = unix.IFA_F_NODAD
		if err := netlink.AddrAdd(link, addr); err != nil {
			return fmt.Errorf("cannot add %s: %w", text, err)
		}
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return err
	}
	routes := []string{"0.0.0.0/0", "::/0"}
	if world {
		routes = []string{"9.9.9.9/32", "2620:fe::9/128"}
	}
	for _, to := range routes {
		dst, err := netlink.ParseIPNet(to)
		if err != nil {
			return err
		}
		if err := netlink.RouteAdd(&netlink.Route{LinkIndex: link.Attrs().Index, Dst: dst, Scope: netlink.SCOPE_LINK}); err != nil {
			return fmt.Errorf("cannot add the route %s: %w", to, err)
		}
	}
	return nil
}

// syns counts what has arrived, by destination: first packets of TCP connections, and all of UDP but for DNS.
type syns struct {
	mu     sync.Mutex
	counts map[string]int // guarded by mu
}

// watch reads every packet on the device.
func watch(device string) (*syns, error) {
	link, err := netlink.LinkByName(device)
	if err != nil {
		return nil, err
	}
	all := int(htons(unix.ETH_P_ALL))
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, all)
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_ALL), Ifindex: link.Attrs().Index}); err != nil {
		return nil, err
	}
	s := &syns{counts: make(map[string]int)}
	go func() {
		b := make([]byte, 64<<10)
		for {
			n, from, err := unix.Recvfrom(fd, b, 0)
			if err != nil {
				continue
			}
			if l, ok := from.(*unix.SockaddrLinklayer); ok && l.Pkttype != unix.PACKET_OUTGOING {
				s.count(b[:n])
			}
		}
	}()
	return s, nil
}

func htons(n uint16) uint16 {
	return binary.BigEndian.Uint16(binary.NativeEndian.AppendUint16(nil, n))
}

func (s *syns) count(packet []byte) {
	to, protocol, payload, ok := parse(packet)
	if !ok || len(payload) < 14 && protocol == unix.IPPROTO_TCP || len(payload) < 4 {
		return
	}
	port := binary.BigEndian.Uint16(payload[2:])
	what := ""
	switch {
	case protocol == unix.IPPROTO_TCP && payload[13]&0x12 == 0x02: // SYN without ACK
	case protocol == unix.IPPROTO_UDP && port != 53:
		what = "udp "
	default:
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[what+netip.AddrPortFrom(to, port).String()]++
}

// parse finds the destination and the payload of an IP packet without extension headers.
func parse(p []byte) (to netip.Addr, protocol int, payload []byte, ok bool) {
	switch {
	case len(p) >= 20 && p[0]>>4 == 4 && len(p) >= int(p[0]&15)*4:
		return netip.AddrFrom4([4]byte(p[16:20])), int(p[9]), p[int(p[0]&15)*4:], true
	case len(p) >= 40 && p[0]>>4 == 6:
		return netip.AddrFrom16([16]byte(p[24:40])), int(p[6]), p[40:], true
	}
	return netip.Addr{}, 0, nil, false
}

func (s *syns) take() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := s.counts
	s.counts = make(map[string]int)
	return counts
}
