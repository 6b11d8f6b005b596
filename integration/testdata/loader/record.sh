#!/usr/bin/env bash
# Writes details.txt: what workerd (WORKERD=path) answers to details.js.
set -euo pipefail
cd "$(dirname "$0")"
"$WORKERD" serve --experimental details.capnp 2>/dev/null & pid=$!
trap 'kill $pid' EXIT
until curl -sf 127.0.0.1:18301 >details.txt; do :; done
sed -i -E 's/reference = [a-z0-9]+/reference = …/' details.txt
