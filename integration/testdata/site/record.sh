#!/usr/bin/env bash
# Writes wrangler.txt: what `wrangler dev` (WRANGLER=path) answers to questions.txt.
set -euo pipefail
cd "$(dirname "$0")"
CI=1 WRANGLER_SEND_METRICS=false "$WRANGLER" dev --port 18303 --ip 127.0.0.1 >/dev/null 2>&1 & pid=$!
trap 'kill $pid' EXIT
until curl -sf -o /dev/null 127.0.0.1:18303/; do sleep 0.2; done
etag=$(curl -s -D - -o /dev/null 127.0.0.1:18303/style.css | tr -d '\r' | awk 'tolower($1)=="etag:"{print $2}')
while read -r method path header; do
  args=(-s -D - -o /tmp/body -X "$method" "http://127.0.0.1:18303$path")
  [ "$method" = HEAD ] && args=(-I "${args[@]:0:1}" -o /dev/null -D - "http://127.0.0.1:18303$path") && : >/tmp/body
  [ -n "$header" ] && args+=(-H "${header//ETAG/$etag}")
  echo "$method $path${header:+ $header}"
  : >/tmp/body
  curl --path-as-is "${args[@]}" | tr -d '\r' | sed -E '/^$/d; 1s/^HTTP[^ ]* ([0-9]+).*/status: \1/; s/^([A-Za-z-]+):/\L\1:/; s/^etag: .*/etag: …/' |
    grep -vE '^(date|connection|keep-alive|transfer-encoding|vary|cf-cache-status|content-length|accept-ranges|allow):' | sort | sed 's/^/  /'
  echo "  body: $(head -c 60 /tmp/body | tr '\n' '~')"
done <questions.txt >wrangler.txt
