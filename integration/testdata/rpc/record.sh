#!/usr/bin/env bash
# Writes workerd.txt: what workerd (WORKERD=path) answers to probe.js.
set -euo pipefail
cd "$(dirname "$0")"
"$WORKERD" serve --experimental config.capnp 2>/dev/null & pid=$!
trap 'kill $pid' EXIT
until curl -sf -o /dev/null "127.0.0.1:18300/?which=shapes"; do :; done
for which in down up more-down more-up further-down further-up shapes; do curl -sf "127.0.0.1:18300/?which=$which"; done >workerd.txt
