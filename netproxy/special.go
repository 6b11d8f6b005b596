package netproxy

import "net/netip"

// block is a range of addresses that are not the Internet.
type block struct {
	prefix netip.Prefix
	what   string
}

// blocks are the special ranges, a more specific one before the one that it is in. From the IANA's registries of special
// purpose addresses, and the clouds' documentation of their metadata services.
var blocks = []block{
	{netip.MustParsePrefix("169.254.169.254/32"), "a cloud metadata address"}, // AWS, Azure, Google and others
	{netip.MustParsePrefix("169.254.170.2/32"), "a cloud metadata address"},   // AWS ECS
	{netip.MustParsePrefix("169.254.170.23/32"), "a cloud metadata address"},  // AWS EKS
	{netip.MustParsePrefix("100.100.100.200/32"), "a cloud metadata address"}, // Alibaba
	{netip.MustParsePrefix("168.63.129.16/32"), "a cloud metadata address"},   // Azure
	{netip.MustParsePrefix("192.0.0.192/32"), "a cloud metadata address"},     // Oracle
	{netip.MustParsePrefix("fd00:ec2::254/128"), "a cloud metadata address"},  // AWS
	{netip.MustParsePrefix("fd00:ec2::23/128"), "a cloud metadata address"},   // AWS EKS
	{netip.MustParsePrefix("fd20:ce::254/128"), "a cloud metadata address"},   // Google
	{netip.MustParsePrefix("0.0.0.0/8"), "an address of this network"},
	{netip.MustParsePrefix("10.0.0.0/8"), "a private address"},
	{netip.MustParsePrefix("100.64.0.0/10"), "a shared address (CGNAT)"},
	{netip.MustParsePrefix("127.0.0.0/8"), "a loopback address"},
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local address"},
	{netip.MustParsePrefix("172.16.0.0/12"), "a private address"},
	{netip.MustParsePrefix("192.0.0.0/24"), "an address of protocol assignments"},
	{netip.MustParsePrefix("192.0.2.0/24"), "a documentation address"},
	{netip.MustParsePrefix("192.88.99.0/24"), "a 6to4 relay address"},
	{netip.MustParsePrefix("192.168.0.0/16"), "a private address"},
	{netip.MustParsePrefix("198.18.0.0/15"), "a benchmarking address"},
	{netip.MustParsePrefix("198.51.100.0/24"), "a documentation address"},
	{netip.MustParsePrefix("203.0.113.0/24"), "a documentation address"},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast address"},
	{netip.MustParsePrefix("255.255.255.255/32"), "the broadcast address"},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved address"},
	{netip.MustParsePrefix("::/128"), "the unspecified address"},
	{netip.MustParsePrefix("::1/128"), "a loopback address"},
	{netip.MustParsePrefix("::/96"), "an IPv4-compatible address"},
	{netip.MustParsePrefix("::ffff:0:0:0/96"), "an IPv4-translated address"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "a local NAT64 address"},
	{netip.MustParsePrefix("100::/64"), "a discard-only address"},
	{netip.MustParsePrefix("2001::/32"), "a Teredo address"},
	{netip.MustParsePrefix("2001:db8::/32"), "a documentation address"},
	{netip.MustParsePrefix("2001::/23"), "an address of protocol assignments"},
	{netip.MustParsePrefix("2620:4f:8000::/48"), "an AS112 address"},
	{netip.MustParsePrefix("3fff::/20"), "a documentation address"},
	{netip.MustParsePrefix("5f00::/16"), "a segment routing address"},
	{netip.MustParsePrefix("fc00::/7"), "a private address"},
	{netip.MustParsePrefix("fe80::/10"), "a link-local address"},
	{netip.MustParsePrefix("fec0::/10"), "a site-local address"},
	{netip.MustParsePrefix("ff00::/8"), "a multicast address"},
}

// carriers are ranges of IPv6 in which an IPv4 address stands: what reaches them ends up there.
var carriers = []struct {
	prefix netip.Prefix
	at     int // the byte at which the IPv4 address begins
	what   string
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12, "NAT64 for "},
	{netip.MustParsePrefix("2002::/16"), 2, "6to4 for "},
}

var globalUnicast = netip.MustParsePrefix("2000::/3")

// special returns the range that an address is in, and what to call it, unless the address is of the public Internet.
// addr is not an IPv4-mapped one: canonical has seen to that.
func special(addr netip.Addr) (block, bool) {
	for _, b := range blocks {
		if b.prefix.Contains(addr) {
			return b, true
		}
	}
	for _, c := range carriers {
		if !c.prefix.Contains(addr) {
			continue
		}
		bytes := addr.As16()
		inner, bad := special(netip.AddrFrom4([4]byte(bytes[c.at : c.at+4])))
		return block{c.prefix, c.what + inner.what}, bad
	}
	if addr.Is6() && !globalUnicast.Contains(addr) {
		return block{netip.PrefixFrom(addr, 128), "an address outside of the global range"}, true
	}
	return block{}, false
}

// canonical is an address as it is dialled and compared: IPv4 in IPv6 is IPv4, and a zone is none of the Internet.
func canonical(addr netip.Addr) (netip.Addr, bool) {
	if !addr.IsValid() || addr.Zone() != "" {
		return netip.Addr{}, false
	}
	return addr.Unmap(), true
}
