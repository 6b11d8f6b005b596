package integration

import (
	"testing"
)

// nodeDiffers are the cases of testdata/egress/node.js in which the answer is another than workerd's, and why.
var nodeDiffers = map[string]string{
	"serveNobody": "failed", // the exception of the handler reaches who connects
}

// TestNodeSocketsAreTheWorkersRuntimes runs testdata/egress/node.js on both engines: node:net, node:tls and node:dns.
func TestNodeSocketsAreTheWorkersRuntimes(t *testing.T) {
	up := newUpstream(t)
	if *workerd != "" {
		recordAnswers(t, up, "testdata/egress/node.js", "2026-11-17", nodeAnswersFile)
	}
	want := readAnswers(t, nodeAnswersFile)
	d := egressDaemon(t)
	source := read(t, "testdata/egress/node.js")
	for _, profile := range []string{"default", "quick"} {
		d.putCode(t, "node-"+profile, profile, map[string]any{"compatibilityDate": "2026-11-17"}, source)
		for name, answer := range want {
			if ours, other := nodeDiffers[name]; other {
				answer = ours
			}
			if got := d.probeEgress(t, "node-"+profile, name, up); got != answer && got != "THROWS "+answer {
				t.Errorf("%s: %s\n got %s\nwant %s", profile, name, got, answer)
			}
		}
	}
}
