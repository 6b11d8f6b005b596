// Package ops has the primitives of the Web platform that the runtime's
// JavaScript is written over: what is hot, or what Go's standard library
// does better. An op is a pure function of its arguments (random bytes
// aside), keeps nothing, and is bounded by their size; the codecs alone keep
// something, an invocation long. One facility a file:
//
//	args.go    reading arguments
//	bytes.go   concatenation and comparison
//	text.go    UTF-8 and the legacy encodings
//	base64.go  atob and btoa
//	url.go     the WHATWG URL parser; form.go, multipart.go what forms send
//	digest.go  hash functions; hmac.go keyed ones
//	aes.go     AES in its modes; kdf.go derives keys from secrets
//	ec.go      ECDSA and ECDH; okp.go Ed25519 and X25519; rsa.go RSA
//	codec.go   compression and decompression, in steps
//	html.go    HTMLRewriter, in steps; html_token.go what its handlers do
//	json_error.go  what is wrong with JSON, in V8's words
//	random.go  the system's random numbers
//	radix.go   numbers in other bases than ten, as V8 writes them
//	node_*.go  what the modules of Node.js need: buffers, hashes, ciphers, keys, numbers and
//	           points (node_dh.go), certificates (node_x509.go), passphrases (node_pem.go), zlib
//	           with its compressors (node_zlib_encoder.go)
//	packed.go  a Worker's code, compressed until something asks for it
//	intl/      languages, regions, numbers, dates: what Intl is made of
package ops

import (
	"maps"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/ops/intl"
)

// All returns a new map with every op of this package.
func All() map[string]engine.Op {
	all := make(map[string]engine.Op, 32)
	for _, facility := range []map[string]engine.Op{
		bytesOps, textOps, base64Ops, urlOps, formOps, digestOps, hmacOps, randomOps, multipartOps,
		aesOps, kdfOps, ecOps, okpOps, rsaOps, newCodecOps(), newHTMLOps(), jsonOps,
		nodeBufferOps, nodeHashOps, nodeCipherOps, nodeKDFOps, nodeKeyOps, nodeDHOps, nodeX509Ops, nodePEMOps, nodeZlibOps,
		intl.Ops(), radixOps,
	} {
		maps.Copy(all, facility)
	}
	return all
}
