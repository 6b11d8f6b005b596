# Stockade. Two commands from a clean clone on Debian 12, with nothing installed by hand:
#
#   make run     build, run examples/hello in a jail, show its answer, its logs and where the time went
#   make test    all tests
#
# Others: build, check, race, fuzz, soak, bench, install, clean. As root every layer of the jail is there; without it fewer are,
# and `bin/stockade check` says which.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: runtime-node run test race build check format vet staticcheck govulncheck rules bench fuzz soak clean install dependencies test-dependencies

export PATH := $(PATH):/usr/local/go/bin

BIN     ?= bin
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# Linters are pinned here, so that a check says the same tomorrow.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.1.4

# Both programs run in an empty root file system: static. stockade needs cgo, to enter namespaces before Go's threads start.
# TAGS=,failpoint is for a test (integration/failpoint_test.go).
STOCKADE := CGO_ENABLED=1 go build -buildvcs=false -trimpath -tags netgo,osusergo$(TAGS) \
	-ldflags '-s -w -linkmode external -extldflags -static -X main.release=$(VERSION)'
WORKER   := CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-s -w'

run: build
	$(BIN)/stockade run examples/hello --url '/?name=you' --embedded --include --timing

build: dependencies
	@mkdir -p $(BIN)
	$(STOCKADE) -o $(BIN)/stockade ./cmd/stockade
	$(WORKER) -o $(BIN)/stockade-worker ./cmd/stockade-worker

TESTFLAGS ?= -timeout 20m
test: test-dependencies
	go test $(TESTFLAGS) ./...

race: test-dependencies
	go test -race $(TESTFLAGS) ./...

check: dependencies format vet staticcheck govulncheck rules

format:
	@files=$$(git ls-files '*.go' | xargs -r gofmt -l); \
	if [ -n "$$files" ]; then echo "cannot accept the formatting of these files: run gofmt -w on them"; echo "$$files"; exit 1; fi

# The tests' own programs are in testdata, which ./... leaves out.
vet:
	go vet ./... $$(git ls-files '*/testdata/*.go' | xargs -n 1 dirname | sort -u | sed 's|^|./|')

staticcheck:
	go run $(STATICCHECK) ./...

# Its database comes from the network. Where that can't be reached nothing is known of vulnerabilities, which is no reason
# to fail, and none to be silent.
govulncheck:
	@status=0; go run $(GOVULNCHECK) ./... >$(BIN)-govulncheck.log 2>&1 || status=$$?; \
	if [ $$status -ne 0 ] && grep -qE 'fetching vulnerabilities|vuln\.go\.dev' $(BIN)-govulncheck.log; then \
	  echo; echo '*** NOT CHECKED for known vulnerabilities: the database (vuln.go.dev) cannot be reached.'; \
	  tail -n 3 $(BIN)-govulncheck.log; echo; status=0; \
	else cat $(BIN)-govulncheck.log; fi; rm -f $(BIN)-govulncheck.log; exit $$status

# Who may import whom, who owns which dependency, sizes of files, package comments.
rules:
	go test -count=1 -run '^TestArchitecture' ./integration

bench: build
	go run ./integration/bench -bin $(BIN) $(BENCHFLAGS)

# Ten minutes of 20 hostile Workers: what a Worker that behaves notices, and what it does to the supervisor's memory.
SIEGE ?= 10m
soak: build
	go run ./integration/bench -bin $(BIN) -only neighbours -skip-peer -siege $(SIEGE)

# Every fuzz target in turn.
FUZZTIME ?= 30s
fuzz: dependencies
	@grep -rn --include='*_test.go' -oE '^func Fuzz[A-Za-z0-9_]*' . | sed -E 's|^(.*)/[^/]*:[0-9]+:func (.*)|\1 \2|' | sort -u | \
	while read -r package target; do \
	  echo "$$package $$target"; go test "$$package" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME); \
	done

install: build
	install -D -m 755 $(BIN)/stockade $(DESTDIR)$(PREFIX)/bin/stockade
	install -D -m 755 $(BIN)/stockade-worker $(DESTDIR)$(PREFIX)/libexec/stockade/stockade-worker
	install -D -m 644 packaging/sysusers.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/stockade.conf
	install -D -m 644 packaging/tmpfiles.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/stockade.conf
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@PREFIX@|$(PREFIX)|g' packaging/stockade.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/stockade.service
	install -D -m 644 packaging/stockade.socket $(DESTDIR)$(PREFIX)/lib/systemd/system/stockade.socket
	@if [ ! -e $(DESTDIR)/etc/stockade/stockade.yaml ]; then \
	  install -D -m 644 packaging/stockade.yaml $(DESTDIR)/etc/stockade/stockade.yaml; fi
	install -D -m 644 examples/policy/stockade.yaml $(DESTDIR)$(PREFIX)/share/doc/stockade/stockade.yaml
	@echo 'Next: systemd-sysusers && systemd-tmpfiles --create && systemctl daemon-reload && systemctl enable --now stockade'

# The npm packages inside the modules of Node.js, as workerproc/runtime/node/vendor has them: needs npm, which a build doesn't.
runtime-node:
	cd workerproc/runtime/node/npm && npm ci --ignore-scripts --no-audit --no-fund
	cd workerproc/runtime && go run ./build vendor && go generate

clean:
	rm -rf $(BIN)

# Debian packages that are not there yet, and a Go that is new enough or can fetch one.
dependencies:
	@packaging/dependencies

# The tests also install npm packages.
test-dependencies:
	@packaging/dependencies test
