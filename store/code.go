package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"go.etcd.io/bbolt"
)

// HashCode is the address of a blob: its sha256 in hexadecimal.
func HashCode(code []byte) string {
	sum := sha256.Sum256(code)
	return hex.EncodeToString(sum[:])
}

// acquireCode stores a blob, or counts one more record that has it.
func acquireCode(tx *bbolt.Tx, hash string, code []byte) error {
	key := []byte(hash)
	n := references(tx, key)
	if n == 0 {
		if err := tx.Bucket(codeBucket).Put(key, code); err != nil {
			return err
		}
	}
	return tx.Bucket(refsBucket).Put(key, binary.BigEndian.AppendUint64(nil, n+1))
}

// releaseCode counts one record less, and removes the blob with the last.
func releaseCode(tx *bbolt.Tx, hash string) error {
	key := []byte(hash)
	n := references(tx, key)
	if n > 1 {
		return tx.Bucket(refsBucket).Put(key, binary.BigEndian.AppendUint64(nil, n-1))
	}
	if err := tx.Bucket(refsBucket).Delete(key); err != nil {
		return err
	}
	return tx.Bucket(codeBucket).Delete(key)
}

func references(tx *bbolt.Tx, key []byte) uint64 {
	b := tx.Bucket(refsBucket).Get(key)
	if len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

func readCode(tx *bbolt.Tx, hash string) ([]byte, error) {
	b := tx.Bucket(codeBucket).Get([]byte(hash))
	if b == nil {
		return nil, fmt.Errorf("cannot find code %s: the store is damaged, see `stockade store check`", hash)
	}
	return bytes.Clone(b), nil
}
