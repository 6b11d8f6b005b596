package policy

import (
	"fmt"
	"math"
	"os"
	"os/user"
	"regexp"
	"strconv"
)

// host is what a policy takes from the machine it is read on.
type host struct {
	euid    int
	userID  func(name string) (string, error) // fails for a name the host doesn't have
	groupID func(name string) (string, error)
}

func thisHost() host {
	return host{euid: os.Geteuid(), userID: lookUpUser, groupID: lookUpGroup}
}

func lookUpUser(name string) (string, error) {
	found, err := user.Lookup(name)
	if err != nil {
		return "", err
	}
	return found.Uid, nil
}

func lookUpGroup(name string) (string, error) {
	found, err := user.LookupGroup(name)
	if err != nil {
		return "", err
	}
	return found.Gid, nil
}

// resolve turns the names of users and groups into numbers, once: a later change of the host's accounts counts from the
// next reload on.
func resolve(p *problems, policy *Policy, host host) {
	users := directory{p, "user", "uid", host.userID}
	groups := directory{p, "group", "gid", host.groupID}
	users.account("socket.user", &policy.Socket.User)
	groups.account("socket.group", &policy.Socket.Group)
	for i := range policy.Listeners {
		resolveRoutes(users, max(0, host.euid), fmt.Sprintf("listeners[%d].apps", i), policy.Listeners[i].Apps)
	}
	for i := range policy.Roles {
		match := &policy.Roles[i].Match
		users.ranges(fmt.Sprintf("roles[%d].match.uids", i), match.UIDs)
		groups.ranges(fmt.Sprintf("roles[%d].match.gids", i), match.GIDs)
	}
}

// directory looks up users or groups.
type directory struct {
	p        *problems
	noun, id string
	lookUp   func(name string) (string, error)
}

func (d directory) account(path string, account *Account) {
	if account.Text == "" {
		return
	}
	if id, ok := d.one(path, account.Text); ok {
		account.ID = int(id)
	}
}

var idRange = regexp.MustCompile(`^([0-9]+)-([0-9]+)$`)

func (d directory) ranges(path string, ranges []IDRange) {
	for i := range ranges {
		path, r := fmt.Sprintf("%s[%d]", path, i), &ranges[i]
		if d.p.failed(path) {
			continue
		}
		ends := idRange.FindStringSubmatch(r.Text)
		if ends == nil {
			if id, ok := d.one(path, r.Text); ok {
				r.First, r.Last = id, id
			}
			continue
		}
		r.First, _ = d.number(path, ends[1])
		r.Last, _ = d.number(path, ends[2])
		if r.First > r.Last && !d.p.failed(path) {
			d.p.add(path, "cannot use %q: the range ends before it begins; write the lower %s first", r.Text, d.id)
		}
	}
}

var digits = regexp.MustCompile(`^-?[0-9]+$`)

func (d directory) one(path, text string) (uint32, bool) {
	if text == "" || digits.MatchString(text) {
		return d.number(path, text)
	}
	found, err := d.lookUp(text)
	if err != nil {
		d.p.add(path, "cannot find the %s %q: this host has none of that name; create it, or write a %s", d.noun, text, d.id)
		return 0, false
	}
	return d.number(path, found)
}

// number leaves out the highest number: to the kernel it means "none".
func (d directory) number(path, text string) (uint32, bool) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n == math.MaxUint32 {
		d.p.add(path, "cannot use %s: it is no %s; write a number from 0 to %d", text, d.id, uint32(math.MaxUint32-1))
		return 0, false
	}
	return uint32(n), true
}

func oneID(id uint32) IDRange {
	return IDRange{Text: strconv.FormatUint(uint64(id), 10), First: id, Last: id}
}
