package netproxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/containers/gvisor-tap-vsock/pkg/tap"
	"github.com/containers/gvisor-tap-vsock/pkg/types"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
	"gvisor.dev/gvisor/pkg/waiter"
)

// The network of a jail that brings sockets of its own. Whatever it sends arrives here: DNS is answered (tap_dns.go), each
// TCP connection is decided, and nothing else leads anywhere.
const (
	TapAddress = "192.168.127.2/24" // of the jail's end
	TapGateway = "192.168.127.1"    // where everything goes, DNS as well
	TapMTU     = 65520              // no wire is between the two ends
	tapMAC     = "5a:94:ef:e4:0c:dd"
)

// Forwarder takes what leaves a jail: a Client, or a gateway of its owner.
type Forwarder interface {
	Do(ctx context.Context, r *Request) (*Response, error)
	// Dial makes a raw connection. scheme is TCP or TLS: what it is expected to be.
	Dial(ctx context.Context, scheme, host string, port uint16) (io.ReadWriteCloser, error)
}

// Dial makes a raw connection that carries TLS of the other side's, if scheme is TLS.
func (c *Client) Dial(ctx context.Context, scheme, host string, port uint16) (io.ReadWriteCloser, error) {
	a := c.begin("connect")
	conn, err := c.connectAs(ctx, a, Dest{Scheme: scheme, Port: port}, host, false)
	if err != nil {
		a.end(err)
		return nil, err
	}
	return conn, nil
}

// Tap is the other end of a jail's network.
type Tap struct {
	forward func() Forwarder // whose jail it is by now; nil: nobody's
	ca      *authority       // nil: TLS is left alone
	stack   *stack.Stack
	names   fakeNames
	ctx     context.Context
	cancel  context.CancelFunc
	link    io.Closer
	running sync.WaitGroup
	slots   chan struct{}
}

// maxTapConns bounds the connections of one jail.
const maxTapConns = 256

// NewTap serves the network behind link: each read and write is one frame of Ethernet. The caller calls Close.
// interceptTLS has connections to port 443 end here, by a CA of the jail's own that it gets at http://192.168.127.1/ca.pem.
func NewTap(link io.ReadWriteCloser, forward func() Forwarder, interceptTLS bool) (*Tap, error) {
	endpoint, err := tap.NewLinkEndpoint(false, TapMTU, tapMAC, TapGateway, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot make a network: %w", err)
	}
	network := tap.NewSwitch(false)
	endpoint.Connect(network)
	network.Connect(endpoint)
	t := &Tap{forward: forward, link: link, slots: make(chan struct{}, maxTapConns)}
	if interceptTLS {
		if t.ca, err = newAuthority(); err != nil {
			return nil, fmt.Errorf("cannot make a CA: %w", err)
		}
	}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	if err := t.makeStack(endpoint); err != nil {
		return nil, fmt.Errorf("cannot make a network: %w", err)
	}
	t.running.Go(func() { network.Accept(t.ctx, ethernet{link, t}, types.VfkitProtocol) })
	return t, nil
}

// Close ends the network and all connections.
func (t *Tap) Close() {
	t.cancel()
	t.link.Close()
	t.running.Wait()
	t.stack.Close()
	t.stack.Wait()
}

// ethernet is a link as the switch wants it.
type ethernet struct {
	io.ReadWriteCloser
	t *Tap
}

// Read returns a frame. At the end of the link it is one for nobody, after which the switch sees that its time is over: it
// would log an error.
func (e ethernet) Read(p []byte) (int, error) {
	n, err := e.ReadWriteCloser.Read(p)
	if err != nil || n < header.EthernetMinimumSize {
		if err != nil {
			e.t.cancel()
		}
		clear(p[:header.EthernetMinimumSize])
		return header.EthernetMinimumSize, nil
	}
	return n, nil
}

// Write sends a frame. There is nobody to tell when the link has ended.
func (e ethernet) Write(p []byte) (int, error) {
	if n, err := e.ReadWriteCloser.Write(p); err == nil {
		return n, nil
	}
	return len(p), nil
}

func (ethernet) LocalAddr() net.Addr                { return &net.UnixAddr{Name: "tap"} }
func (ethernet) RemoteAddr() net.Addr               { return &net.UnixAddr{Name: "tap"} }
func (ethernet) SetDeadline(time.Time) error        { return os.ErrNoDeadline }
func (ethernet) SetReadDeadline(t time.Time) error  { return os.ErrNoDeadline }
func (ethernet) SetWriteDeadline(t time.Time) error { return os.ErrNoDeadline }

const nic = 1

func (t *Tap) makeStack(endpoint stack.LinkEndpoint) error {
	t.stack = stack.New(stack.Options{NetworkProtocols: []stack.NetworkProtocolFactory{ipv4.NewProtocol, arp.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol, udp.NewProtocol}})
	if err := t.stack.CreateNIC(nic, endpoint); err != nil {
		return errors.New(err.String())
	}
	gateway := tcpip.AddrFromSlice(netip.MustParseAddr(TapGateway).AsSlice())
	if err := t.stack.AddProtocolAddress(nic, tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber, AddressWithPrefix: gateway.WithPrefix()}, stack.AddressProperties{}); err != nil {
		return errors.New(err.String())
	}
	t.stack.SetSpoofing(nic, true) // it answers for every address
	t.stack.SetPromiscuousMode(nic, true)
	t.stack.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nic}})
	t.stack.SetTransportProtocolHandler(tcp.ProtocolNumber, tcp.NewForwarder(t.stack, 1<<20, maxTapConns, t.accept).HandlePacket)
	return t.serveDNS(gateway)
}

// accept decides about a connection before it is one: what is denied is refused with a reset.
func (t *Tap) accept(r *tcp.ForwarderRequest) {
	id := r.ID()
	addr, _ := netip.AddrFromSlice(id.LocalAddress.AsSlice())
	host := addr.String()
	if name, ok := t.names.of(addr); ok {
		host = name
	}
	f := t.forward()
	if f == nil || t.ctx.Err() != nil {
		r.Complete(true)
		return
	}
	switch {
	case id.LocalPort == 80 && host == TapGateway:
		t.open(r, t.serveCA)
		return
	case id.LocalPort == 80:
		t.open(r, func(conn net.Conn) { t.serveHTTP(conn, f, HTTP, host) })
		return
	case id.LocalPort == 443 && t.ca != nil:
		t.open(r, func(conn net.Conn) {
			if secured, err := t.ca.serve(conn, host); err == nil {
				t.serveHTTP(secured, f, HTTPS, host)
			}
		})
		return
	}
	t.run(func() {
		scheme := TCP
		if id.LocalPort == 443 {
			scheme = TLS
		}
		far, err := f.Dial(t.ctx, scheme, host, id.LocalPort)
		if err != nil {
			r.Complete(true)
			return
		}
		t.open(r, func(conn net.Conn) { splice(conn, far) })
	}, func() { r.Complete(true) })
}

// run runs f if the jail has not too many connections, else refuse.
func (t *Tap) run(f, refuse func()) {
	select {
	case t.slots <- struct{}{}:
		t.running.Go(func() { defer func() { <-t.slots }(); f() })
	default:
		refuse()
	}
}

// open completes the connection and serves it.
func (t *Tap) open(r *tcp.ForwarderRequest, serve func(net.Conn)) {
	var queue waiter.Queue
	endpoint, err := r.CreateEndpoint(&queue)
	r.Complete(false)
	if err != nil {
		return
	}
	conn := gonet.NewTCPConn(&queue, endpoint)
	t.run(func() {
		defer conn.Close()
		stop := context.AfterFunc(t.ctx, func() { conn.Close() })
		defer stop()
		serve(conn)
	}, func() { conn.Close() })
}

// splice copies both ways until both have ended.
func splice(near net.Conn, far io.ReadWriteCloser) {
	defer far.Close()
	var up sync.WaitGroup
	up.Go(func() {
		io.Copy(far, near)
		if half, ok := far.(interface{ CloseWrite() error }); !ok || half.CloseWrite() != nil {
			far.Close()
		}
	})
	io.Copy(near, far)
	if half, ok := near.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	near.SetReadDeadline(time.Now().Add(time.Minute)) // it may still send what nobody reads
	up.Wait()
}
