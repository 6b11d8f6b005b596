package policy

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"stockade.dev/stockade/netproxy"
)

func checkEgress(p *problems, path string, egress Egress, policy *Policy) {
	checkOutboundName(p, path+".default", egress.Default, policy, EgressNone)
	for i, name := range egress.Outbounds {
		checkOutboundName(p, fmt.Sprintf("%s.outbounds[%d]", path, i), name, policy)
	}
	checkEgressRules(p, path+".rules", egress.Rules)
}

func checkNetworkOf(p *problems, path string, profile Profile) {
	oneOf(p, path+".network", profile.Network, []string{NetworkNone, NetworkProxied})
	switch {
	case profile.Network == NetworkProxied && profile.Start != StartExec:
		p.add(path+".network", "cannot use %q with start %q: a copy of a process has its network; write start: %s", NetworkProxied, profile.Start, StartExec)
	case profile.InterceptTLS && profile.Network != NetworkProxied:
		p.add(path+".intercept_tls", "cannot intercept TLS without network: %s: there is none; write that, or remove the key", NetworkProxied)
	}
}

// checkOutboundName takes the name of an outbound, or one of the words in also.
func checkOutboundName(p *problems, path, name string, policy *Policy, also ...string) {
	if _, ok := policy.Outbound(name); ok && name != EgressNone || slices.Contains(also, name) || p.failed(path) || p.failed("egress.outbounds") {
		return
	}
	names := slices.Concat(also, []string{EgressPublic})
	for _, o := range policy.Egress.Outbounds {
		if o.Name != EgressNone {
			names = append(names, o.Name)
		}
	}
	p.add(path, "cannot find the outbound %q: egress.outbounds has none of that name; %s", name, suggest(name, names[:min(len(names), maxNamedInList)]))
}

func checkNetwork(p *problems, network Network) {
	if network.DNS != "" && !p.failed("egress.dns") {
		if address, err := netip.ParseAddrPort(network.DNS); err != nil || address.Port() == 0 {
			p.add("egress.dns", "cannot use %q: it is not an address and a port; write one such as 127.0.0.1:53", network.DNS)
		}
	}
	within(p, "egress.connections", network.Connections, 1, 1_000_000)
	oneOf(p, "egress.log", network.Log, []string{EgressLogAll, EgressLogDenied, EgressLogNone})
	for _, o := range network.Outbounds {
		path := join("egress.outbounds", o.Name)
		checkName(p, path, o.Name)
		if o.Name == EgressNone {
			p.add(path, "cannot use the name %q: it stands for no way out; write another", o.Name)
		}
		checkEgressRules(p, path+".rules", o.Rules)
		for i, inject := range o.Inject {
			checkInject(p, fmt.Sprintf("%s.inject[%d]", path, i), inject)
		}
		if o.CA != "" {
			checkPath(p, path+".ca", o.CA)
		}
		checkEgressProxy(p, path+".proxy", o.Proxy)
		checkCaps(p, path+".caps", o.Caps)
	}
}

func checkEgressRules(p *problems, path string, rules []EgressRule) {
	for i, r := range rules {
		at := fmt.Sprintf("%s[%d]", path, i)
		if p.failed(at) {
			continue
		}
		if !p.given(at + ".action") {
			p.add(at, "cannot do without an action: a rule allows or denies; write action: allow, or action: deny")
		} else {
			oneOf(p, at+".action", r.Action, []string{"allow", "deny"})
		}
		checkSchemes(p, at+".schemes", r.Schemes, netproxy.Schemes)
		checkHosts(p, at+".hosts", r.Hosts)
		for n, method := range r.Methods {
			if at := fmt.Sprintf("%s.methods[%d]", at, n); !methodText.MatchString(method) && !p.failed(at) {
				p.add(at, "cannot use %q: it is no method; write one such as GET, in capitals", method)
			}
		}
		for n, prefix := range r.Paths {
			checkPrefix(p, fmt.Sprintf("%s.paths[%d]", at, n), prefix)
		}
		raw := func(s string) bool { return s == netproxy.TCP || s == netproxy.TLS }
		if len(r.Methods)+len(r.Paths) > 0 && slices.ContainsFunc(r.Schemes, raw) {
			p.add(at, "cannot use methods or paths with the schemes %s and %s: raw connections have none; write two rules", netproxy.TCP, netproxy.TLS)
		}
	}
}

var (
	methodText = regexp.MustCompile(`^[A-Z][A-Z0-9_-]*$`)
	headerText = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	envText    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	credText   = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
)

func checkSchemes(p *problems, path string, schemes, allowed []string) {
	for i, scheme := range schemes {
		oneOf(p, fmt.Sprintf("%s[%d]", path, i), scheme, allowed)
	}
}

func checkHosts(p *problems, path string, hosts []string) {
	for i, host := range hosts {
		at := fmt.Sprintf("%s[%d]", path, i)
		name := strings.TrimPrefix(host, "*.")
		canon, err := netproxy.CanonicalHost(name)
		switch {
		case host == "*" || p.failed(at):
		case strings.ContainsFunc(host, func(r rune) bool { return r > 0x7e }):
			p.add(at, "cannot use %q: a name has to be in the form that DNS has; write it with xn--", host)
		case err != nil:
			p.add(at, "cannot use %q: it is no host; write a name, *.name for all below it, *, or an address", host)
		case canon != name:
			p.add(at, "cannot use %q: it would never match; write %s", host, strings.TrimSuffix(host, name)+canon)
		}
	}
}

func checkPrefix(p *problems, path, prefix string) {
	if p.failed(path) {
		return
	}
	if !strings.HasPrefix(prefix, "/") || strings.ContainsAny(prefix, "?#%*\\ ") || strings.Contains(prefix, "//") || strings.Contains(prefix+"/", "/./") || strings.Contains(prefix+"/", "/../") {
		p.add(path, "cannot use %q: it is no plain prefix of a path; write one such as /v1", prefix)
	}
}

func checkInject(p *problems, path string, inject EgressInject) {
	if p.failed(path) {
		return
	}
	if len(inject.Hosts) == 0 && !p.failed(path+".hosts") {
		p.add(path+".hosts", "cannot do without hosts: the secret would go nowhere; write those that may have it")
	}
	checkHosts(p, path+".hosts", inject.Hosts)
	checkSchemes(p, path+".schemes", inject.Schemes, []string{netproxy.HTTP, netproxy.HTTPS})
	if !headerText.MatchString(inject.Header) && !p.failed(path+".header") {
		p.add(path+".header", "cannot use %q: it is no name of a header; write one such as authorization", inject.Header)
	}
	if err := netproxy.CheckHeader("x", inject.Prefix); err != nil {
		p.add(path+".prefix", "cannot use %q: %v; write printable characters only", inject.Prefix, err)
	}
	if inject.From.places() == 0 && !p.failed(path+".from") {
		p.add(path+".from", "cannot do without a place that the secret is in; write one of file, env and credential")
	}
	checkSecret(p, path+".from", inject.From)
}

func checkSecret(p *problems, path string, s Secret) {
	if s.places() > 1 {
		p.add(path, "cannot use more than one place for a secret; write one of file, env and credential")
	}
	if s.File != "" {
		checkPath(p, path+".file", s.File)
	}
	if s.Env != "" && !envText.MatchString(s.Env) && !p.failed(path+".env") {
		p.add(path+".env", "cannot use %q: it is no name of an environment variable; write one such as API_TOKEN", s.Env)
	}
	if s.Credential != "" && (!credText.MatchString(s.Credential) || strings.HasPrefix(s.Credential, ".")) && !p.failed(path+".credential") {
		p.add(path+".credential", "cannot use %q: it is no name of a credential; write the one that LoadCredential= has", s.Credential)
	}
}

func checkEgressProxy(p *problems, path string, proxy EgressProxy) {
	checkSecret(p, path+".authorization", proxy.Authorization)
	if proxy.Address == "" || p.failed(path+".address") {
		return
	}
	if host, port, err := net.SplitHostPort(proxy.Address); err != nil || host == "" || port == "" {
		p.add(path+".address", "cannot use %q: it is not a host and a port; write one such as proxy.example:3128", proxy.Address)
	}
}

func checkCaps(p *problems, path string, c EgressCaps) {
	for name, n := range map[string]Bytes{"request_bytes": c.RequestBytes, "response_bytes": c.ResponseBytes} {
		if at := path + "." + name; n < 0 || n > 1024*gib && n != Unlimited {
			p.add(at, `cannot use %s: it is %s; write a value from 0 to 1024GiB, or "unlimited"`, n, outside(int64(n), 0))
		}
	}
	within(p, path+".connections", c.Connections, 1, 65_536)
	within(p, path+".connect_timeout", c.ConnectTimeout, time.Millisecond, 10*time.Minute)
	within(p, path+".header_timeout", c.HeaderTimeout, time.Millisecond, time.Hour)
	within(p, path+".idle_timeout", c.IdleTimeout, time.Millisecond, time.Hour)
	within(p, path+".total_timeout", c.TotalTimeout, time.Millisecond, 24*time.Hour)
}

// egressWarnings has the rules that reach what is not the Internet, or everything.
func egressWarnings(policy *Policy) []string {
	var warnings []string
	look := func(what string, rules []EgressRule) {
		for _, r := range rules {
			for _, c := range r.CIDRs {
				if r.Action == "allow" && (c.Addr().IsLoopback() || c.Addr().IsLinkLocalUnicast()) {
					warnings = append(warnings, fmt.Sprintf("%s: the rule in line %d lets Workers reach this host itself (%s).", what, r.Line, c))
				}
			}
		}
	}
	for _, role := range policy.Roles {
		look("role "+role.Name, role.Egress.Rules)
	}
	for _, profile := range policy.Profiles {
		look("profile "+profile.Name, profile.Egress.Rules)
	}
	for _, profile := range policy.Profiles {
		if profile.Network == NetworkProxied {
			warnings = append(warnings, fmt.Sprintf("profile %s: network is proxied: its Workers may make system calls for sockets.", profile.Name))
		}
	}
	for _, o := range policy.Egress.Outbounds {
		look("outbound "+o.Name, o.Rules)
	}
	return warnings
}
