package assets

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// What _redirects may have.
const (
	maxStatic  = 2000 // rules without splat and placeholder before the first that has one
	maxDynamic = 100
)

type redirect struct {
	source *pattern
	to     string
	status int
}

// Redirect is where a path leads.
type Redirect struct {
	Location string // to be told to the client; "" if Status is 200
	Path     string // what to serve instead, decoded, if Status is 200
	Status   int
}

// parseRedirects reads _redirects.
func (r *Rules) parseRedirects(text string) (problems []Problem) {
	seen := make(map[string]bool)
	statics, dynamics := 0, 0
	lines(text, func(number int, line string) {
		bad := func(why string) { problems = append(problems, Problem{number, short(line), why}) }
		source, to, status, why := splitRedirect(line)
		if why != "" {
			bad(why)
			return
		}
		if seen[source] {
			bad("there is a rule for this path above, which is used")
			return
		}
		if dynamics == 0 && !isDynamic(source) {
			if statics++; statics > maxStatic {
				bad("there may be " + strconv.Itoa(maxStatic) + " rules for single paths")
				return
			}
		} else if dynamics++; dynamics > maxDynamic {
			bad("there may be " + strconv.Itoa(maxDynamic) + " rules with * or placeholders, and what stands below them")
			return
		}
		p, err := compile(source)
		if err != nil {
			bad(err.Error())
			return
		}
		seen[source] = true
		rule := &redirect{source: p, to: to, status: status}
		if dynamics == 0 {
			r.statics[Encode(source)] = rule
		} else {
			r.dynamics = append(r.dynamics, rule)
		}
	})
	return problems
}

var statuses = []int{200, 301, 302, 303, 307, 308}

func splitRedirect(line string) (source, to string, status int, why string) {
	parts := strings.Fields(line)
	if len(line) > maxLine {
		return "", "", 0, "it has more than " + strconv.Itoa(maxLine) + " characters"
	}
	if len(parts) != 2 && len(parts) != 3 {
		return "", "", 0, "it needs a path, where that leads, and perhaps a status"
	}
	source, to, status = parts[0], parts[1], 302
	if len(parts) == 3 {
		n, err := strconv.Atoi(parts[2])
		if err != nil || !slices.Contains(statuses, n) {
			return "", "", 0, "the status is one of 200, 301, 302 (if there is none), 303, 307 and 308"
		}
		status = n
	}
	source, _, _ = strings.Cut(source, "#")
	if !strings.HasPrefix(source, "/") && !strings.Contains(source, "://") {
		source = "/" + source
	}
	absolute := strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "http://")
	switch {
	case !strings.HasPrefix(source, "/"):
		return "", "", 0, "what leads elsewhere is a path, which begins with /"
	case !strings.HasPrefix(to, "/") && !absolute:
		return "", "", 0, `where it leads begins with / or "https://"`
	case status == 200 && absolute:
		return "", "", 0, "with status 200 it leads to a path"
	}
	return source, to, status, ""
}

// Redirect finds the rule for a path, which is encoded; query is the request's.
func (r *Rules) Redirect(host, path, query string) (Redirect, bool) {
	if r == nil {
		return Redirect{}, false
	}
	if rule := r.statics[path]; rule != nil {
		return rule.apply(nil, query)
	}
	for _, rule := range r.dynamics {
		if found, is := rule.source.match(host, path); is {
			return rule.apply(found, query)
		}
	}
	return Redirect{}, false
}

func (d *redirect) apply(found map[string]string, query string) (Redirect, bool) {
	to := fill(d.to, found)
	to, fragment, hasFragment := strings.Cut(to, "#")
	place, own, hasQuery := strings.Cut(to, "?")
	if !hasQuery {
		own = query
	}
	if strings.HasPrefix(place, "/") { // not //host, which would be another host
		place = "/" + strings.TrimLeft(Encode(place), "/")
	} else {
		place = Encode(place)
	}
	if d.status == 200 {
		path, err := url.PathUnescape(place)
		return Redirect{Path: path, Status: 200}, err == nil
	}
	if own != "" {
		place += "?" + Encode(own)
	}
	if hasFragment {
		place += "#" + Encode(fragment)
	}
	return Redirect{Location: place, Status: d.status}, true
}
