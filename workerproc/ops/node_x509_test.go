package ops

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

// certificate is one that a new key has signed for itself, and its key as SPKI and PKCS #8.
func certificate(t testing.TB) (der, spki, pkcs8 []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(7), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<31, 0), Subject: pkix.Name{CommonName: "a, b", Country: []string{"NL"}},
		DNSNames: []string{"example.com", "*.example.org"}, EmailAddresses: []string{"a@B.c"}, IPAddresses: []net.IP{net.IPv6loopback}, OCSPServer: []string{"http://o/"}}
	if der, err = x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key); err != nil {
		t.Fatal(err)
	}
	if spki, err = x509.MarshalPKIXPublicKey(&key.PublicKey); err != nil {
		t.Fatal(err)
	}
	if pkcs8, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		t.Fatal(err)
	}
	return der, spki, pkcs8
}

func TestNodeX509(t *testing.T) {
	der, spki, pkcs8 := certificate(t)
	v, _ := nodeX509([]any{der})
	fields := v.([]any)
	if fields[1] != "C=NL\nCN=a\\, b" || fields[2] != "DNS:example.com, DNS:*.example.org, email:a@B.c, IP Address:::1" || fields[4] != "OCSP - URI:http://o/\n" || fields[11] != "07" {
		t.Errorf("%q", fields[1:5])
	}
	for _, test := range [][3]string{{"host", "EXAMPLE.com", "example.com"}, {"host", "x.example.org", "*.example.org"}, {"host", "x.y.example.org", ""}, {"host", ".example.org", ""}, {"host", "a, b", ""},
		{"email", "a@b.C", "a@B.c"}, {"email", "A@B.c", ""}, {"ip", "::1", "::1"}, {"ip", "::2", ""}} {
		got, _ := nodeX509Host([]any{der, test[0], test[1], "default", true})
		if s, _ := got.(string); s != test[2] {
			t.Errorf("%s %s fits %v", test[0], test[1], got)
		}
	}
	if ok, _ := nodeX509Verify([]any{der, spki}); ok != true {
		t.Error("its key has not signed it")
	}
	_, other, _ := certificate(t)
	if ok, _ := nodeX509Verify([]any{der, other}); ok != false {
		t.Error("another key has signed it")
	}
	locked, err := nodeKeyEncrypt([]any{pkcs8, "aes-256-cbc", []byte("p"), ""})
	if err != nil {
		t.Fatal(err)
	}
	if clear, _ := nodeKeyDecrypt([]any{locked, []byte("p")}); string(clear.([]byte)) != string(pkcs8) {
		t.Error("a key behind a passphrase comes back as another")
	}
}

// FuzzNodeX509 reads what is no certificate, no signed challenge and no encrypted key.
func FuzzNodeX509(f *testing.F) {
	der, spki, pkcs8 := certificate(f)
	locked, err := nodeKeyEncrypt([]any{pkcs8, "aes-128-cbc", []byte("p"), ""})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der, "example.com")
	f.Add(locked.([]byte), "p")
	f.Add([]byte("MIIBXjCByDCBnzANBgkqhkiG9w0BAQEFAAOBjQAw"), "x")
	f.Add(spki, "")
	f.Fuzz(func(t *testing.T, input []byte, name string) {
		if len(input) > 1<<16 {
			return
		}
		if v, _ := nodeX509([]any{input}); v != nil && len(v.([]any)) != 16 {
			t.Fatalf("%d fields", len(v.([]any)))
		}
		for _, kind := range []string{"host", "email", "ip"} {
			_, _ = nodeX509Host([]any{input, kind, name, "always", true})
		}
		_, _ = nodeX509Issued([]any{input, der})
		_, _ = nodeX509Verify([]any{input, spki})
		_, _ = nodeSpkac([]any{input})
		_, _ = nodeKeyDecrypt([]any{input, []byte(name)})
		_, _ = nodeEcConvert([]any{"prime256v1", input, "hybrid"})
	})
}

// TestNodeNumbers asks for numbers that are too large, and for points off their curve.
func TestNodeNumbers(t *testing.T) {
	large := make([]byte, maxNodeNumber+1)
	if v, _ := nodeModExp([]any{large, large, large}); v != nil {
		t.Error("a number that is too large")
	}
	if _, err := nodeIsPrime([]any{large, 0.0}); err == nil {
		t.Error("a candidate that is too large")
	}
	if _, err := nodePrime([]any{1e6, false, nil, nil, 1.0}); err == nil {
		t.Error("a prime of a million bits")
	}
	if v, _ := nodeEcSecret([]any{"prime256v1", []byte{1}, append([]byte{4}, make([]byte, 64)...)}); v != nil {
		t.Error("a point off the curve")
	}
	for bits := 2.0; bits < 40; bits++ {
		v, err := nodePrime([]any{bits, false, nil, nil, 60000.0})
		if err != nil || v == nil || int(bits) != new(big.Int).SetBytes(v.([]byte)).BitLen() {
			t.Errorf("a prime of %v bits: %v, %v", bits, v, err)
		}
	}
}
