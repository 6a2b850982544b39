package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"latchkey/internal/throttle"
)

// proven is what a login that was checked comes down to.
type proven struct {
	actor   AccountID
	version uint32  // the actor's version at the time of the check
	grant   GrantID // zero when no impersonation key was given
}

// proofMemory remembers for a few minutes which credentials were found right, so that an integration that sends its
// password with every call pays for the hash once (design §6). It keeps no password: only a digest under a key that
// this process drew at random and keeps to itself. What it remembers proves nothing by itself: every hit is compared
// with what is current.
type proofMemory struct {
	hashers sync.Pool
	seen    *otter.Cache[Digest, proven]
}

// proofMemorySize bounds how many proofs are remembered.
const proofMemorySize = 100_000

// newProofMemory makes a memory; with a life of zero it remembers nothing.
func newProofMemory(life time.Duration) *proofMemory {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails; a process that cannot draw random bytes ends here
	p := &proofMemory{}
	p.hashers.New = func() any { return hmac.New(sha256.New, key) }
	if life > 0 {
		p.seen = otter.Must(&otter.Options[Digest, proven]{
			MaximumSize:      proofMemorySize,
			ExpiryCalculator: otter.ExpiryWriting[Digest, proven](life),
		})
	}
	return p
}

// fingerprint digests where credentials come in and from which address, and them. Without the address, what one client
// proved would answer the guesses of all others, past the throttle. Every part goes in with its length, so that no two sets
// of credentials can be mistaken for each other.
func (p *proofMemory) fingerprint(e Entry, c Credentials) Digest {
	mac := p.hashers.Get().(hash.Hash)
	defer p.hashers.Put(mac)
	mac.Reset()
	from := throttle.Network(e.Peer).As16()
	mac.Write([]byte{byte(e.Dialect)})
	mac.Write(from[:])
	for _, part := range [...]string{string(e.Door), Fold(c.Tenant), Fold(c.Name), c.Password.Reveal(), c.GrantKey.Reveal()} {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		mac.Write(size[:])
		mac.Write([]byte(part))
	}
	var sum Digest
	mac.Sum(sum[:0])
	return sum
}

// recall says what credentials were found to be.
func (p *proofMemory) recall(fingerprint Digest) (proven, bool) {
	if p.seen == nil {
		return proven{}, false
	}
	return p.seen.GetIfPresent(fingerprint)
}

// remember keeps what credentials were found to be.
func (p *proofMemory) remember(fingerprint Digest, who proven) {
	if p.seen != nil {
		p.seen.Set(fingerprint, who)
	}
}

// forget drops what was remembered of credentials that no longer hold.
func (p *proofMemory) forget(fingerprint Digest) {
	if p.seen != nil {
		p.seen.Invalidate(fingerprint)
	}
}
