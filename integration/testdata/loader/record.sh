#!/usr/bin/env bash
# Writes details.txt and variations.txt: what workerd (WORKERD=path) answers to details.js and variations.js.
set -euo pipefail
cd "$(dirname "$0")"
ask() {
  "$WORKERD" serve --experimental "$1.capnp" 2>/dev/null & pid=$!
  until curl -sf "127.0.0.1:$2" >"$1.txt"; do :; done
  kill $pid
}
ask details 18301
ask variations 18302
sed -i -E 's/reference = [a-z0-9]+/reference = …/' details.txt
