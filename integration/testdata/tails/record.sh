#!/usr/bin/env bash
# Writes workerd.txt: what workerd (WORKERD=path) answers to probe.js.
set -euo pipefail
cd "$(dirname "$0")"
"$WORKERD" serve --experimental config.capnp >/dev/null 2>&1 & pid=$!
trap 'kill $pid' EXIT
until curl -sf -o /dev/null "127.0.0.1:18302/?nothing"; do :; done
curl -sf "127.0.0.1:18302/" >workerd.txt
