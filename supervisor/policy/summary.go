package policy

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Summary returns what the policy comes to, for a person: stockade check prints it. It ends with the Warnings.
func (p *Policy) Summary() string {
	var text strings.Builder
	out := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	say := func(topic, format string, args ...any) { fmt.Fprintf(out, topic+"\t"+format+"\n", args...) }
	say("policy", "%s", orElse(p.File, "built in"))
	say("socket", "%s, mode %s, owner %s:%s", p.Socket.Path, p.Socket.Mode,
		orElse(p.Socket.User.Text, "(daemon's)"), orElse(p.Socket.Group.Text, "(daemon's)"))
	say("state", "%s, run-time files %s", p.StateDir, p.RunDir)
	for _, l := range p.Listeners {
		say("listener "+l.Address, "%v", l.Apps)
	}
	say("log", "%s and up, %s to %s", p.Log.Level, p.Log.Format, p.Log.Output)
	say("metrics", "%s", p.Metrics.summary())
	say("usage", "kept for %d days", p.Usage.KeepDays)
	say("storage", "%s, %s for each owner", p.Storage.Total, p.Storage.PerOwner)
	say("cache", "%s, %s for each owner", p.Cache.Total, p.Cache.PerOwner)
	for _, role := range p.Roles {
		role.summarize(say)
	}
	for _, profile := range p.Profiles {
		profile.summarize(say)
	}
	for _, o := range p.Egress.Outbounds {
		say("outbound "+o.Name, "%d rules, public addresses %s, CA %s, proxy %s, %d headers injected", len(o.Rules),
			map[bool]string{true: "too", false: "by rule only"}[o.Public], orElse(o.CA, "(system's)"), orElse(o.Proxy.Address, "none"), len(o.Inject))
	}
	for _, warning := range Warnings(p) {
		say("warning", "%s", warning)
	}
	out.Flush() //nolint:errcheck // a strings.Builder takes everything
	return text.String()
}

type sayFunc = func(topic, format string, args ...any)

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func (m Metrics) summary() string {
	if !m.Enabled {
		return "off"
	}
	var places []string
	if m.OnSocket {
		places = append(places, "on the socket")
	}
	if m.Listen != "" {
		places = append(places, "on "+m.Listen)
	}
	return orElse(strings.Join(places, " and "), "collected, served nowhere")
}

func (r Role) summarize(say sayFunc) {
	say("role "+r.Name, "uids %v, gids %v: may %v on %s Workers with profile %s",
		r.Match.UIDs, r.Match.GIDs, r.Allow, r.Workers, strings.Join(append([]string{r.Profile}, r.Profiles...), ", "))
	var lowered []string
	for _, key := range limitKeys {
		if limit := *key.of(&r.Limits); limit != Unlimited {
			lowered = append(lowered, key.name+" "+key.show(limit))
		}
	}
	if len(lowered) > 0 {
		say("", "ceilings lowered to %s", strings.Join(lowered, ", "))
	}
}

func (p Profile) summarize(say sayFunc) {
	say("profile "+p.Name, "engine %s, start by %s, clock %s, wasm by %s, egress %s", strings.Join(p.AllEngines(), " or "), p.Start, p.Clock, p.Wasm, p.Egress.Default)
	say("", "pool: %d prewarmed of at most %d, idle for %s; queue: %d for %s",
		p.Pool.Size, p.Pool.MaxWorkers, short(p.Pool.IdleTTL), p.Pool.Queue.Length, short(p.Pool.Queue.Timeout))
	for _, need := range []Need{Require, Prefer, Off} {
		var names []string
		for _, layer := range layers {
			if *layer.of(&p.Confinement) == need {
				names = append(names, layer.name)
			}
		}
		if len(names) > 0 {
			say("", "jail, %s: %s", need, strings.Join(names, ", "))
		}
	}
	for _, key := range limitKeys {
		say("", "%s: %s, at most %s", key.name, key.show(*key.of(&p.Limits.Default)), key.show(*key.of(&p.Limits.Max)))
	}
}
