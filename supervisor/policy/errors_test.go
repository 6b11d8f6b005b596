package policy

import (
	"strings"
	"testing"
)

// Each case is a file, and every line that its administrator reads.
var mistakes = []struct {
	name, file string
	want       []string
}{
	{"empty file", "", []string{
		"p.yaml:1:1: version: cannot do without this key: it says what format the file has; write version: 1",
	}},
	{"not YAML", `
version: 1
socket: [1
`, []string{
		"p.yaml:2:9: cannot read the YAML: sequence end token ']' not found; correct the syntax here",
	}},
	{"tab", "version: 1\nsocket:\n\tpath: /s\n", []string{
		`p.yaml:3:1: cannot read the YAML: found character '\t' that cannot start any token; correct the syntax here`,
	}},
	{"not UTF-8", "version: 1\nstate_dir: /\xff\n", []string{
		"p.yaml:1:1: cannot read the file: it is not UTF-8; save it as UTF-8",
	}},
	{"two documents", `
version: 1
---
version: 1
`, []string{
		"p.yaml:3:1: cannot use a second YAML document: a policy is one document; remove the line ---",
	}},
	{"a directive", `
%YAML 1.1
---
version: 1
`, []string{
		"p.yaml:1:1: cannot use a YAML directive: a policy needs none; remove the line",
	}},
	{"nested too deep", "roles: " + strings.Repeat("[", 40), []string{
		"p.yaml:1:40: cannot read the YAML: it is nested deeper than 32 levels; correct the syntax here",
	}},
	{"a list, not a mapping", "- version: 1\n", []string{
		"p.yaml:1:1: cannot use a list: a policy is a mapping; begin with version: 1",
	}},
	{"text, not a mapping", "version 1\n", []string{
		`p.yaml:1:1: cannot use "version 1": a policy is a mapping; begin with version: 1`,
	}},
	{"other version", "version: 2\n", []string{
		"p.yaml:1:10: version: cannot use 2: this program reads version 1 only; write version: 1",
	}},
	{"version as text", "version: \"1\"\n", []string{
		`p.yaml:1:10: version: cannot use "1": it is text; take off the quotes`,
	}},
	{"unknown key", `
version: 1
profiles:
  default:
    pool: {sise: 4}
`, []string{
		`p.yaml:4:12: profiles.default.pool.sise: cannot use the key "sise": there is no such key here; did you mean "size"?`,
	}},
	{"unknown key like no other", `
version: 1
log:
  colour: true
`, []string{
		`p.yaml:3:3: log.colour: cannot use the key "colour": there is no such key here; write one of level, format, output`,
	}},
	{"key in camel case", `
version: 1
profiles:
  default:
    pool:
      maxWorkers: 4
`, []string{
		`p.yaml:5:7: profiles.default.pool.maxWorkers: cannot use the key "maxWorkers": there is no such key here; did you mean "max_workers"?`,
	}},
	{"duplicate key", `
version: 1
log:
  level: info
  format: text
  level: debug
`, []string{
		`p.yaml:5:3: log.level: cannot use the key "level" twice: line 3 has it already; remove one of them`,
	}},
	{"duplicate profile", `
version: 1
profiles:
  default: {}
  default: {}
`, []string{
		`p.yaml:4:3: profiles.default: cannot use the key "default" twice: line 3 has it already; remove one of them`,
	}},
	{"merge key and anchor", `
version: 1
log: &log
  level: info
metrics:
  <<: *log
`, []string{
		"p.yaml:2:1: log: cannot use a YAML anchor or alias: a mapping is needed; write keys and values under it, or remove the key",
		`p.yaml:5:3: metrics["<<"]: cannot use the key "<<": there is no such key here; write one of enabled, on_socket, listen`,
	}},
	{"tag", "version: !!int 1\n", []string{
		"p.yaml:1:1: version: cannot use a YAML tag: a single value is needed; write one, or remove the key",
	}},
	{"key that is not a plain word", `
version: 1
"state\ndir": /x
`, []string{
		`p.yaml:2:1: ["state\ndir"]: cannot use the key "state\ndir": there is no such key here; did you mean "state_dir"?`,
	}},
	{"nothing under a key", `
version: 1
socket:
  path:
log:
`, []string{
		"p.yaml:3:3: socket.path: cannot use an empty value: a single value is needed; write one, or remove the key",
		"p.yaml:4:1: log: cannot use an empty value: a mapping is needed; write keys and values under it, or remove the key",
	}},
	{"number for a mapping", `
version: 1
socket: 5
`, []string{
		"p.yaml:2:9: socket: cannot use 5: a mapping is needed; write keys and values under it, or remove the key",
	}},
	{"mapping for a value", `
version: 1
state_dir: {path: /x}
`, []string{
		"p.yaml:2:1: state_dir: cannot use a mapping: a single value is needed; write one, or remove the key",
	}},
	{"block of text", `
version: 1
state_dir: |
  /x
`, []string{
		"p.yaml:2:1: state_dir: cannot use a block of text: a single value is needed; write one, or remove the key",
	}},
	{"value for a list", `
version: 1
roles:
  - name: a
    match: {uids: 5}
`, []string{
		"p.yaml:4:19: roles[0].match.uids: cannot use 5: a list is needed; write [a, b], or one line with a dash for each",
	}},
	{"wrong types", `
version: 1
socket: {path: 5, mode: rw, user: [1]}
metrics: {enabled: yes}
profiles:
  default:
    pool: {size: many, max_workers: 1.5, idle_ttl: 60, refill_parallelism: 010}
    limits:
      default: {cpu_ms: 30s, sub_requests: "5", memory: 64MB, log_bytes: lots, env_bytes: 9000000000GiB}
`, []string{
		"p.yaml:2:16: socket.path: cannot use 5: it is not text; put it in quotes",
		`p.yaml:2:25: socket.mode: cannot use "rw": it is not an octal mode; write four digits, such as "0660"`,
		"p.yaml:2:29: socket.user: cannot use a list: a single value is needed; write one, or remove the key",
		`p.yaml:3:20: metrics.enabled: cannot use "yes": it is neither true nor false; write one of them`,
		`p.yaml:6:18: profiles.default.pool.size: cannot use "many": it is not a whole number; write decimal digits only, such as 8`,
		"p.yaml:6:37: profiles.default.pool.max_workers: cannot use 1.5: it is not a whole number; write decimal digits only, such as 8",
		"p.yaml:6:52: profiles.default.pool.idle_ttl: cannot use 60: it is not a time with its unit; write one such as 500ms, 60s or 10m",
		"p.yaml:6:76: profiles.default.pool.refill_parallelism: cannot use 010: it is not a whole number; write decimal digits only, such as 8",
		`p.yaml:8:25: profiles.default.limits.default.cpu_ms: cannot use "30s": the key counts milliseconds; write 30000`,
		`p.yaml:8:44: profiles.default.limits.default.sub_requests: cannot use "5": it is text; take off the quotes`,
		`p.yaml:8:57: profiles.default.limits.default.memory: cannot use "64MB": it has no unit that is known here; did you mean "64MiB"?`,
		`p.yaml:8:74: profiles.default.limits.default.log_bytes: cannot use "lots": it is not a size; write a number of bytes, or one with KiB, MiB or GiB, such as 64MiB`,
		`p.yaml:8:91: profiles.default.limits.default.env_bytes: cannot use "9000000000GiB": it is larger than any size; write a smaller one`,
	}},
	{"numbers out of range", `
version: 1
profiles:
  default:
    pool: {size: -1, max_workers: 0, idle_ttl: 1ms, queue: {length: 1000001, timeout: 0s}}
    limits:
      max: {cpu_ms: 0, memory: 1MiB, request_body: 0, log_lines: unlimited, code_bytes: 65MiB, env_bytes: 1025KiB}
`, []string{
		"p.yaml:4:18: profiles.default.pool.size: cannot use -1: it is too low; write a value from 0 to 4096",
		"p.yaml:4:35: profiles.default.pool.max_workers: cannot use 0: it is too low; write a value from 1 to 65536",
		"p.yaml:4:48: profiles.default.pool.idle_ttl: cannot use 1ms: it is too low; write a value from 1s to 24h",
		"p.yaml:4:69: profiles.default.pool.queue.length: cannot use 1000001: it is too high; write a value from 0 to 1000000",
		"p.yaml:4:87: profiles.default.pool.queue.timeout: cannot use 0s: it is too low; write a value from 1ms to 10m",
		"p.yaml:6:21: profiles.default.limits.max.cpu_ms: cannot use 0: it is too low; write a value from 1 to 86400000",
		"p.yaml:6:32: profiles.default.limits.max.memory: cannot use 1MiB: it is too low; write a value from 16MiB to 64GiB",
		`p.yaml:6:52: profiles.default.limits.max.request_body: cannot use 0: it is too low; write a value from 1 to 1024GiB, or "unlimited"`,
		"p.yaml:6:66: profiles.default.limits.max.log_lines: cannot use unlimited: it is too high; write a value from 0 to 1000000",
		"p.yaml:6:89: profiles.default.limits.max.code_bytes: cannot use 65MiB: it is too high; write a value from 1 to 64MiB",
		"p.yaml:6:107: profiles.default.limits.max.env_bytes: cannot use 1025KiB: it is too high; write a value from 0 to 1MiB",
	}},
	{"size above max_workers", `
version: 1
profiles:
  default:
    pool: {size: 5, max_workers: 4}
`, []string{
		"p.yaml:4:18: profiles.default.pool.size: cannot use 5: max_workers is 4, and prewarmed processes count; lower this one or raise that one",
	}},
	{"default above max", `
version: 1
profiles:
  default:
    limits:
      default: {cpu_ms: 600000}
      max: {wall_ms: 5}
`, []string{
		"p.yaml:5:25: profiles.default.limits.default.cpu_ms: cannot use 600000: max.cpu_ms is 300000, and no default is above it; lower this one or raise that one",
	}},
	{"unlimited default above max", `
version: 1
profiles:
  default:
    limits: {default: {wall_ms: unlimited}}
`, []string{
		"p.yaml:4:33: profiles.default.limits.default.wall_ms: cannot use unlimited: max.wall_ms is 900000, and no default is above it; lower this one or raise that one",
	}},
	{"engine that nobody knows", `
version: 1
profiles: {default: {engine: gojja}}
`, []string{
		`p.yaml:2:30: profiles.default.engine: cannot use "gojja": it is not a word that this key takes; did you mean "goja"?`,
	}},
	{"engine like no other", `
version: 1
profiles: {default: {engine: v8}}
`, []string{
		`p.yaml:2:30: profiles.default.engine: cannot use "v8": it is not a word that this key takes; write one of goja, quickjs`,
	}},
	{"need that is none", `
version: 1
profiles: {default: {confinement: {seccomp: required, cgroup: false}}}
`, []string{
		`p.yaml:2:45: profiles.default.confinement.seccomp: cannot use "required": it is not a word that this key takes; did you mean "require"?`,
		`p.yaml:2:63: profiles.default.confinement.cgroup: cannot use "false": it is not a word that this key takes; write one of require, prefer, off`,
	}},
	{"egress rules", `
version: 1
profiles:
  default:
    egress:
      default: partner
      outbounds: [none, public]
      rules:
        - hosts: [EXAMPLE.com, "*.a b", münchen.de, 127.1, "*."]
        - {action: permit, schemes: [ftp], ports: [0, 70000, x, 9-8], cidrs: [10.1.2.3/8, x, "::ffff:10.0.0.0/104"]}
        - {action: deny, methods: [get], paths: [v1, "/a*", /a/../b]}
        - {action: allow, schemes: [tcp], paths: [/x]}
egress:
  dns: dns.example
  connections: 0
  log: some
  outbounds:
    partners:
      rules: []
      inject: [{header: "a b", prefix: "x\n", from: {file: x, env: "1"}}, {hosts: [a.example], header: x, from: {credential: ../x}}, {hosts: [b.example], header: x}]
      ca: certs.pem
      proxy: {address: proxy, authorization: {env: X, file: /x}}
      caps: {connections: 0, idle_timeout: 0s, request_bytes: 2000GiB}
    none: {}
`, []string{
		`p.yaml:5:16: profiles.default.egress.default: cannot find the outbound "partner": egress.outbounds has none of that name; did you mean "partners"?`,
		`p.yaml:6:19: profiles.default.egress.outbounds[0]: cannot find the outbound "none": egress.outbounds has none of that name; write one of public, partners`,
		`p.yaml:8:11: profiles.default.egress.rules[0]: cannot do without an action: a rule allows or denies; write action: allow, or action: deny`,
		`p.yaml:8:19: profiles.default.egress.rules[0].hosts[0]: cannot use "EXAMPLE.com": it would never match; write example.com`,
		`p.yaml:8:32: profiles.default.egress.rules[0].hosts[1]: cannot use "*.a b": it is no host; write a name, *.name for all below it, *, or an address`,
		`p.yaml:8:41: profiles.default.egress.rules[0].hosts[2]: cannot use "münchen.de": a name has to be in the form that DNS has; write it with xn--`,
		`p.yaml:8:53: profiles.default.egress.rules[0].hosts[3]: cannot use 127.1: it is not text; put it in quotes`,
		`p.yaml:8:60: profiles.default.egress.rules[0].hosts[4]: cannot use "*.": it is no host; write a name, *.name for all below it, *, or an address`,
		`p.yaml:9:20: profiles.default.egress.rules[1].action: cannot use "permit": it is not a word that this key takes; write one of allow, deny`,
		`p.yaml:9:38: profiles.default.egress.rules[1].schemes[0]: cannot use "ftp": it is not a word that this key takes; write one of http, https, tcp, tls`,
		`p.yaml:9:52: profiles.default.egress.rules[1].ports[0]: cannot use 0: it has a port that there isn't, or ends before it begins; write one such as 443 or "8000-8999"`,
		`p.yaml:9:55: profiles.default.egress.rules[1].ports[1]: cannot use 70000: it has a port that there isn't, or ends before it begins; write one such as 443 or "8000-8999"`,
		`p.yaml:9:62: profiles.default.egress.rules[1].ports[2]: cannot use "x": it is neither a port nor a range of them; write one such as 443 or "8000-8999"`,
		`p.yaml:9:65: profiles.default.egress.rules[1].ports[3]: cannot use "9-8": it has a port that there isn't, or ends before it begins; write one such as 443 or "8000-8999"`,
		`p.yaml:9:79: profiles.default.egress.rules[1].cidrs[0]: cannot use "10.1.2.3/8": it has bits beyond its length; write 10.0.0.0/8`,
		`p.yaml:9:91: profiles.default.egress.rules[1].cidrs[1]: cannot use "x": it is no range of addresses; write one such as 10.1.0.0/16`,
		`p.yaml:9:94: profiles.default.egress.rules[1].cidrs[2]: cannot use "::ffff:10.0.0.0/104": it is IPv4 in IPv6, which is taken for IPv4; write that`,
		`p.yaml:10:36: profiles.default.egress.rules[2].methods[0]: cannot use "get": it is no method; write one such as GET, in capitals`,
		`p.yaml:10:50: profiles.default.egress.rules[2].paths[0]: cannot use "v1": it is no plain prefix of a path; write one such as /v1`,
		`p.yaml:10:54: profiles.default.egress.rules[2].paths[1]: cannot use "/a*": it is no plain prefix of a path; write one such as /v1`,
		`p.yaml:10:61: profiles.default.egress.rules[2].paths[2]: cannot use "/a/../b": it is no plain prefix of a path; write one such as /v1`,
		`p.yaml:11:11: profiles.default.egress.rules[3]: cannot use methods or paths with the schemes tcp and tls: raw connections have none; write two rules`,
		`p.yaml:13:8: egress.dns: cannot use "dns.example": it is not an address and a port; write one such as 127.0.0.1:53`,
		`p.yaml:14:16: egress.connections: cannot use 0: it is too low; write a value from 1 to 1000000`,
		`p.yaml:15:8: egress.log: cannot use "some": it is not a word that this key takes; did you mean "none"?`,
		`p.yaml:19:16: egress.outbounds.partners.inject[0].hosts: cannot do without hosts: the secret would go nowhere; write those that may have it`,
		`p.yaml:19:25: egress.outbounds.partners.inject[0].header: cannot use "a b": it is no name of a header; write one such as authorization`,
		`p.yaml:19:40: egress.outbounds.partners.inject[0].prefix: cannot use "x\n": it has characters that no header may have; write printable characters only`,
		`p.yaml:19:47: egress.outbounds.partners.inject[0].from: cannot use more than one place for a secret; write one of file, env and credential`,
		`p.yaml:19:60: egress.outbounds.partners.inject[0].from.file: cannot use "x": it is not an absolute path; write one that begins with /`,
		`p.yaml:19:68: egress.outbounds.partners.inject[0].from.env: cannot use "1": it is no name of an environment variable; write one such as API_TOKEN`,
		`p.yaml:19:126: egress.outbounds.partners.inject[1].from.credential: cannot use "../x": it is no name of a credential; write the one that LoadCredential= has`,
		`p.yaml:19:134: egress.outbounds.partners.inject[2].from: cannot do without a place that the secret is in; write one of file, env and credential`,
		`p.yaml:20:11: egress.outbounds.partners.ca: cannot use "certs.pem": it is not an absolute path; write one that begins with /`,
		`p.yaml:21:24: egress.outbounds.partners.proxy.address: cannot use "proxy": it is not a host and a port; write one such as proxy.example:3128`,
		`p.yaml:21:31: egress.outbounds.partners.proxy.authorization: cannot use more than one place for a secret; write one of file, env and credential`,
		`p.yaml:22:27: egress.outbounds.partners.caps.connections: cannot use 0: it is too low; write a value from 1 to 65536`,
		`p.yaml:22:44: egress.outbounds.partners.caps.idle_timeout: cannot use 0s: it is too low; write a value from 1ms to 1h`,
		`p.yaml:22:63: egress.outbounds.partners.caps.request_bytes: cannot use 2000GiB: it is too high; write a value from 0 to 1024GiB, or "unlimited"`,
		`p.yaml:23:5: egress.outbounds.none: cannot use the name "none": it stands for no way out; write another`,
	}},
	{"egress", `
version: 1
profiles: {default: {egress: {default: all}}}
`, []string{
		`p.yaml:2:40: profiles.default.egress.default: cannot find the outbound "all": egress.outbounds has none of that name; write one of none, public`,
	}},
	{"no profiles", `
version: 1
profiles: {}
`, []string{
		"p.yaml:2:1: profiles: cannot use an empty mapping: no Worker could run; write a profile, or remove the key and have the default one",
	}},
	{"built-in role without its profile", `
version: 1
profiles: {small: {}}
`, []string{
		`p.yaml:2:1: profiles: cannot find the profile "default": the file has no roles, and the built-in one uses it; add it, or write roles`,
	}},
	{"name of a profile", `
version: 1
profiles: {default: {}, ../x: {}}
`, []string{
		`p.yaml:2:25: profiles["../x"]: cannot use "../x" as a name: one has 1 to 32 of a-z, 0-9, - and _, and no sign first; write such a name`,
	}},
	{"profile that is not there", `
version: 1
profiles: {small: {}, large: {}}
roles:
  - name: a
    match: {uids: [0]}
    profile: smal
    profiles: [large, huge]
`, []string{
		`p.yaml:6:14: roles[0].profile: cannot find the profile "smal": profiles has none of that name; did you mean "small"?`,
		`p.yaml:7:23: roles[0].profiles[1]: cannot find the profile "huge": profiles has none of that name; write one of small, large`,
	}},
	{"default profile that is not there", `
version: 1
profiles: {small: {}}
roles:
  - name: a
    match: {uids: [0]}
`, []string{
		`p.yaml:4:5: roles[0].profile: cannot find the profile "default": profiles has none of that name; write small`,
	}},
	{"no roles", `
version: 1
roles: []
`, []string{
		"p.yaml:2:1: roles: cannot use an empty list: it lets nobody in; write a role, or remove the key and let in root and the daemon's user",
	}},
	{"role that is not a mapping", `
version: 1
roles: [operators]
`, []string{
		`p.yaml:2:9: roles[0]: cannot use "operators": a mapping is needed; write keys and values under it, or remove the key`,
	}},
	{"role without name and match", `
version: 1
roles:
  - allow: [run]
`, []string{
		"p.yaml:3:5: roles[0].name: cannot do without a name: logs and errors need one; write name: and a short word",
		"p.yaml:3:5: roles[0].match: cannot do without uids or gids: the role would match nobody; write at least one",
	}},
	{"role that matches nobody", `
version: 1
roles:
  - name: a
    match: {uids: []}
`, []string{
		"p.yaml:4:5: roles[0].match: cannot do without uids or gids: the role would match nobody; write at least one",
	}},
	{"roles of the same name", `
version: 1
roles:
  - {name: a, match: {uids: [0]}}
  - {name: a, match: {uids: [1]}}
`, []string{
		`p.yaml:4:12: roles[1].name: cannot use "a": roles[0] has that name already; write another`,
	}},
	{"words of a role", `
version: 1
roles:
  - {name: "a b", match: {uids: [0]}, allow: [run, runn, everything], workers: mine}
`, []string{
		`p.yaml:3:12: roles[0].name: cannot use "a b" as a name: one has 1 to 32 of a-z, 0-9, - and _, and no sign first; write such a name`,
		`p.yaml:3:52: roles[0].allow[1]: cannot use "runn": it is not a word that this key takes; did you mean "run"?`,
		`p.yaml:3:58: roles[0].allow[2]: cannot use "everything": it is not a word that this key takes; write one of run, load, deploy, invoke, read, logs, delete, metrics, egress, admin`,
		`p.yaml:3:80: roles[0].workers: cannot use "mine": it is not a word that this key takes; write one of own, all`,
	}},
	{"ceilings of a role", `
version: 1
roles:
  - {name: a, match: {uids: [0]}, limits: {cpu_ms: -1, memory: unlimited}}
`, []string{
		"p.yaml:3:52: roles[0].limits.cpu_ms: cannot use -1: it is too low; write a value from 1 to 86400000",
		"p.yaml:3:64: roles[0].limits.memory: cannot use unlimited: it is too high; write a value from 16MiB to 64GiB",
	}},
	{"accounts", `
version: 1
socket: {user: bob, group: -1}
roles:
  - name: a
    match:
      uids: [bob, -1, 4294967295, "9-5", "1-99999999999", "", true, odd]
      gids: [alice]
`, []string{
		`p.yaml:2:16: socket.user: cannot find the user "bob": this host has none of that name; create it, or write a uid`,
		"p.yaml:2:28: socket.group: cannot use -1: it is no gid; write a number from 0 to 4294967294",
		`p.yaml:6:14: roles[0].match.uids[0]: cannot find the user "bob": this host has none of that name; create it, or write a uid`,
		"p.yaml:6:19: roles[0].match.uids[1]: cannot use -1: it is no uid; write a number from 0 to 4294967294",
		"p.yaml:6:23: roles[0].match.uids[2]: cannot use 4294967295: it is no uid; write a number from 0 to 4294967294",
		`p.yaml:6:35: roles[0].match.uids[3]: cannot use "9-5": the range ends before it begins; write the lower uid first`,
		"p.yaml:6:42: roles[0].match.uids[4]: cannot use 99999999999: it is no uid; write a number from 0 to 4294967294",
		`p.yaml:6:59: roles[0].match.uids[5]: cannot use "": it is neither a name, a number nor a range; write one, such as 1000 or "1000-1999"`,
		`p.yaml:6:63: roles[0].match.uids[6]: cannot use true: it is neither a name, a number nor a range; write one, such as 1000 or "1000-1999"`,
		"p.yaml:6:69: roles[0].match.uids[7]: cannot use -5: it is no uid; write a number from 0 to 4294967294",
		`p.yaml:7:14: roles[0].match.gids[0]: cannot find the group "alice": this host has none of that name; create it, or write a gid`,
	}},
	{"paths", `
version: 1
socket: {path: run/s.sock}
state_dir: /
run_dir: /run//stockade/
`, []string{
		`p.yaml:2:16: socket.path: cannot use "run/s.sock": it is not an absolute path; write one that begins with /`,
		`p.yaml:3:12: state_dir: cannot use "/": the directory is for Stockade alone; write one of its own`,
		`p.yaml:4:10: run_dir: cannot use "/run//stockade/": it is not the shortest form of the path; write /run/stockade`,
	}},
	{"path with a zero byte", `
version: 1
state_dir: "/a\0"
`, []string{
		`p.yaml:2:12: state_dir: cannot use "/a\x00": no path has a zero byte; remove it`,
	}},
	{"socket path too long", "version: 1\nsocket:\n  path: /" + strings.Repeat("x", 107), []string{
		`p.yaml:3:9: socket.path: cannot use "/` + strings.Repeat("x", 107) + `": it has 108 bytes and the kernel takes 107; write a shorter path`,
	}},
	{"words of log", `
version: 1
log: {level: warning, format: xml, output: stdout}
`, []string{
		`p.yaml:2:14: log.level: cannot use "warning": it is not a word that this key takes; did you mean "warn"?`,
		`p.yaml:2:31: log.format: cannot use "xml": it is not a word that this key takes; write one of text, json, journal`,
		`p.yaml:2:44: log.output: cannot use "stdout": it is not a word that this key takes; write one of stderr, journal`,
	}},
	{"journal to stderr", `
version: 1
log: {format: journal, output: stderr}
`, []string{
		`p.yaml:2:15: log.format: cannot use "journal" with output "stderr": the journal takes its own format, and nothing else does; write journal for both or for neither`,
	}},
	{"text to the journal", `
version: 1
log: {format: text, output: journal}
`, []string{
		`p.yaml:2:15: log.format: cannot use "text" with output "journal": the journal takes its own format, and nothing else does; write journal for both or for neither`,
	}},
	{"metrics for everybody", `
version: 1
metrics: {listen: "0.0.0.0:9464"}
`, []string{
		`p.yaml:2:19: metrics.listen: cannot use "0.0.0.0:9464": metrics have no access control, and it is not a loopback address; write one such as 127.0.0.1:9464`,
	}},
	{"metrics without a port", `
version: 1
metrics: {listen: localhost}
`, []string{
		`p.yaml:2:19: metrics.listen: cannot use "localhost": it is not an address and a port; write one such as 127.0.0.1:9464`,
	}},
	{"everything at once", `
version: 1
sockt: {}
state_dir: x
roles:
  - name: a
    match: {uids: [bob]}
    profile: b
log: {level: 5}
`, []string{
		`p.yaml:2:1: sockt: cannot use the key "sockt": there is no such key here; did you mean "socket"?`,
		`p.yaml:3:12: state_dir: cannot use "x": it is not an absolute path; write one that begins with /`,
		`p.yaml:6:20: roles[0].match.uids[0]: cannot find the user "bob": this host has none of that name; create it, or write a uid`,
		`p.yaml:7:14: roles[0].profile: cannot find the profile "b": profiles has none of that name; write default`,
		"p.yaml:8:14: log.level: cannot use 5: it is not text; put it in quotes",
	}},
}

func TestMistakes(t *testing.T) {
	for _, c := range mistakes {
		t.Run(c.name, func(t *testing.T) {
			_, err := parse(newProblems("p.yaml"), []byte(strings.TrimPrefix(c.file, "\n")), testHost())
			if err == nil {
				t.Fatal("it was accepted")
			}
			if got, want := err.Error(), strings.Join(c.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
