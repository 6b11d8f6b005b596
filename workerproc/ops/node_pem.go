package ops

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"hash"

	"stockade.dev/stockade/workerproc/engine"
)

// nodePEMOps are private keys behind a passphrase: PKCS #8's (RFC 8018, PBES2) and the older form of PEM.
var nodePEMOps = map[string]engine.Op{
	"nodeKeyDecrypt": nodeKeyDecrypt,
	"nodeKeyEncrypt": nodeKeyEncrypt,
}

type encryptedKey struct {
	Algorithm struct {
		ID     asn1.ObjectIdentifier
		Params struct{ KDF, Cipher pkix.AlgorithmIdentifier }
	}
	Data []byte
}

type pbkdf2Params struct {
	Salt       []byte
	Iterations int
	Length     int                      `asn1:"optional"`
	PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
}

var (
	pbes2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	pbkdf2ID   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	hmacSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
)

var prfs = map[string]func() hash.Hash{
	"": sha1.New, "1.2.840.113549.2.7": sha1.New, "1.2.840.113549.2.9": sha256.New, "1.2.840.113549.2.10": sha512.New384, "1.2.840.113549.2.11": sha512.New,
}

// cbcs are AES ciphers by what keys say of them, with the bytes of a key.
var cbcs = map[string]int{"2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.22": 24, "2.16.840.1.101.3.4.1.42": 32}

var cbcIDs = map[string]asn1.ObjectIdentifier{
	"aes-128-cbc": {2, 16, 840, 1, 101, 3, 4, 1, 2}, "aes-192-cbc": {2, 16, 840, 1, 101, 3, 4, 1, 22}, "aes-256-cbc": {2, 16, 840, 1, 101, 3, 4, 1, 42},
}

var legacyCiphers = map[string]x509.PEMCipher{
	"aes-128-cbc": x509.PEMCipherAES128, "aes-192-cbc": x509.PEMCipherAES192, "aes-256-cbc": x509.PEMCipherAES256, "des-cbc": x509.PEMCipherDES, "des-ede3-cbc": x509.PEMCipher3DES,
}

const maxPEMIterations = 10_000_000 // a second; it can't be interrupted

// nodeKeyDecrypt(key, PEM or DER, passphrase) is its DER in the clear; undefined if it isn't encrypted, or otherwise.
func nodeKeyDecrypt(args []any) (any, error) {
	der, passphrase := data(args, 0), data(args, 1)
	if block, _ := pem.Decode(bytes.TrimSpace(der)); block != nil {
		if block.Headers["DEK-Info"] != "" {
			//lint:ignore SA1019 node:crypto has it
			if plain, err := x509.DecryptPEMBlock(block, passphrase); err == nil {
				return plain, nil
			}
			return nil, nil
		}
		der = block.Bytes
	}
	var key encryptedKey
	if _, err := asn1.Unmarshal(der, &key); err != nil || !key.Algorithm.ID.Equal(pbes2) {
		return nil, nil
	}
	return opened(&key, passphrase), nil
}

func opened(key *encryptedKey, passphrase []byte) any {
	var kdf pbkdf2Params
	var iv []byte
	params := key.Algorithm.Params
	if _, err := asn1.Unmarshal(params.KDF.Parameters.FullBytes, &kdf); err != nil || !params.KDF.Algorithm.Equal(pbkdf2ID) || kdf.Iterations > maxPEMIterations {
		return nil
	}
	if _, err := asn1.Unmarshal(params.Cipher.Parameters.FullBytes, &iv); err != nil || len(iv) != aes.BlockSize || len(key.Data)%aes.BlockSize != 0 || len(key.Data) == 0 {
		return nil
	}
	newHash, size := prfs[kdf.PRF.Algorithm.String()], cbcs[params.Cipher.Algorithm.String()]
	if newHash == nil || size == 0 {
		return nil
	}
	block, err := cbcBlock(newHash, passphrase, kdf, size)
	if err != nil {
		return nil
	}
	plain := make([]byte, len(key.Data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, key.Data)
	n := int(plain[len(plain)-1])
	if n < 1 || n > aes.BlockSize || !bytes.Equal(plain[len(plain)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil
	}
	return plain[:len(plain)-n]
}

func cbcBlock(newHash func() hash.Hash, passphrase []byte, kdf pbkdf2Params, size int) (cipher.Block, error) {
	secret, err := pbkdf2.Key(newHash, string(passphrase), kdf.Salt, kdf.Iterations, size)
	if err != nil {
		return nil, err
	}
	return aes.NewCipher(secret)
}

// nodeKeyEncrypt(DER, cipher, passphrase, label) is a PKCS #8 key behind a passphrase, or where there is a label the text of
// the older form of PEM; undefined for another cipher.
func nodeKeyEncrypt(args []any) (any, error) {
	der, name, passphrase := data(args, 0), text(args, 1), data(args, 2)
	if label := text(args, 3); label != "" {
		if legacyCiphers[name] == 0 {
			return nil, nil
		}
		//lint:ignore SA1019 node:crypto has it
		block, err := x509.EncryptPEMBlock(rand.Reader, label, der, passphrase, legacyCiphers[name])
		if err != nil {
			return nil, err
		}
		return pem.EncodeToMemory(block), nil
	}
	id := cbcIDs[name]
	if id == nil {
		return nil, nil
	}
	return closed(der, id, passphrase)
}

func closed(der []byte, id asn1.ObjectIdentifier, passphrase []byte) (any, error) {
	kdf := pbkdf2Params{Salt: make([]byte, 16), Iterations: 2048, PRF: pkix.AlgorithmIdentifier{Algorithm: hmacSHA256, Parameters: asn1.NullRawValue}}
	iv := make([]byte, aes.BlockSize)
	for _, b := range [][]byte{kdf.Salt, iv} {
		if _, err := rand.Read(b); err != nil {
			return nil, err
		}
	}
	block, err := cbcBlock(sha256.New, passphrase, kdf, cbcs[id.String()])
	if err != nil {
		return nil, err
	}
	n := aes.BlockSize - len(der)%aes.BlockSize
	sealed := append(append([]byte{}, der...), bytes.Repeat([]byte{byte(n)}, n)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(sealed, sealed)
	key := encryptedKey{Data: sealed}
	key.Algorithm.ID = pbes2
	key.Algorithm.Params.KDF.Algorithm = pbkdf2ID
	key.Algorithm.Params.Cipher.Algorithm = id
	if key.Algorithm.Params.KDF.Parameters.FullBytes, err = asn1.Marshal(kdf); err != nil {
		return nil, err
	}
	if key.Algorithm.Params.Cipher.Parameters.FullBytes, err = asn1.Marshal(iv); err != nil {
		return nil, err
	}
	return asn1.Marshal(key)
}
