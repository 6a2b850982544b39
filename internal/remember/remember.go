// Package remember is a part of the product's middle: it remembers for a few minutes what secrets have proved, without
// keeping any of them.
//
// An integration that sends its password with every call pays for the hash once (design §6). What is kept is a digest under
// a key that this process drew at random and keeps to itself, and behind it what was proved, which by itself proves
// nothing: whoever asks compares it with what is current. Start reading at Memory.
package remember

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
)

// Fingerprint stands for secrets in a Memory. It is worth nothing in another.
type Fingerprint [sha256.Size]byte

// Memory remembers values of one kind by fingerprints of secrets. New makes one; it is safe for several callers.
type Memory[V any] struct {
	hashers sync.Pool
	seen    *otter.Cache[Fingerprint, V]
}

// most bounds how much is remembered.
const most = 100_000

// New makes a memory whose entries live so long; with a life of zero it remembers nothing.
func New[V any](life time.Duration) *Memory[V] {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails; a process that cannot draw random bytes ends here
	m := &Memory[V]{}
	m.hashers.New = func() any { return hmac.New(sha256.New, key) }
	if life > 0 {
		m.seen = otter.Must(&otter.Options[Fingerprint, V]{
			MaximumSize: most, ExpiryCalculator: otter.ExpiryWriting[Fingerprint, V](life),
		})
	}
	return m
}

// Fingerprint digests the parts of a proof. Every part goes in with its length, so that no two proofs can be mistaken for
// each other.
func (m *Memory[V]) Fingerprint(parts ...string) Fingerprint {
	mac := m.hashers.Get().(hash.Hash)
	defer m.hashers.Put(mac)
	mac.Reset()
	for _, part := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		mac.Write(size[:])
		mac.Write([]byte(part))
	}
	var sum Fingerprint
	mac.Sum(sum[:0])
	return sum
}

// Recall gives what a proof was found to be.
func (m *Memory[V]) Recall(f Fingerprint) (found V, known bool) {
	if m.seen == nil {
		return found, false
	}
	return m.seen.GetIfPresent(f)
}

// Keep remembers what a proof was found to be.
func (m *Memory[V]) Keep(f Fingerprint, found V) {
	if m.seen != nil {
		m.seen.Set(f, found)
	}
}

// Forget drops what was remembered of a proof that no longer holds.
func (m *Memory[V]) Forget(f Fingerprint) {
	if m.seen != nil {
		m.seen.Invalidate(f)
	}
}
