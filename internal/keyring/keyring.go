// Package keyring holds the server keys: the secrets outside the database under which everything is digested that is kept
// of a secret. It reads and makes key files, says which keys a store was written under, and gives one derived key per
// purpose. What is digested, and in which form it travels, its users know. Start reading at Ring.
package keyring

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync"
	"time"

	"latchkey/internal/problem"
)

// keyLinePrefix begins every line of a key file and says how the rest is to be read.
const keyLinePrefix = "latchkey-key-1 "

// serverKeyBytes is the size of a server key.
const serverKeyBytes = 32

// Ring holds the server keys, which live outside the database (design §9). The first one makes new digests; all of
// them recognise old ones, which is what makes rotation possible. The zero Ring holds none and is not usable.
type Ring struct {
	keys []*Key
}

// Key is one server key with what is derived from it: a separate secret for each purpose, so that no kind of secret
// can ever stand in for another (features X-b). It is safe for many callers at once.
type Key struct {
	id, fingerprint string
	grantKey        []byte // digests of impersonation keys
	loginKey        []byte // digests of login tokens
	demo            []byte // passwords of demo accounts
	evidence        []byte // seals of evidence
	callback        []byte // addresses that only providers of texts are told
	// Digests of session keys, and what masks and proves what a session key says of itself.
	sessionDigests, sessionMasks, sessionProofs hashers
}

// ServerKey is what the store keeps of a server key: enough to know it again, nothing to rebuild it from.
type ServerKey struct {
	ID          string
	Fingerprint string
	FirstUsedAt time.Time
}

// Records is what is asked of a store's transaction: the keys that it was written under.
type Records interface {
	// ServerKeys lists the keys the store has been written under, oldest first.
	ServerKeys(ctx context.Context) ([]ServerKey, error)
	// InsertServerKey records a key; one that is recorded already stays as it was.
	InsertServerKey(ctx context.Context, k ServerKey) error
}

// New makes a key and gives it as a line for the key file: a secret, for that file alone.
func New(random io.Reader) (line []byte, err error) {
	key := make([]byte, serverKeyBytes)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, fmt.Errorf("make a server key: %w", err)
	}
	return []byte(keyLinePrefix + base64.StdEncoding.EncodeToString(key) + "\n"), nil
}

// Parse reads the text of a key file: one key a line, the writing one first. Empty lines and lines that begin
// with # are passed over. Errors name the line and never repeat it.
func Parse(text []byte) (Ring, error) {
	var ring Ring
	for number, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		encoded, known := strings.CutPrefix(line, keyLinePrefix)
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
		if !known || err != nil || len(raw) != serverKeyBytes {
			return Ring{}, fmt.Errorf("line %d of the key file is no server key", number+1)
		}
		key, err := deriveServerKey(raw)
		if err != nil {
			return Ring{}, err
		}
		ring.keys = append(ring.keys, key)
	}
	if len(ring.keys) == 0 {
		return Ring{}, errors.New("the key file holds no server key")
	}
	return ring, nil
}

func deriveServerKey(raw []byte) (*Key, error) {
	var err error
	derive := func(purpose string, size int) []byte {
		out, derr := hkdf.Key(sha256.New, raw, nil, "latchkey "+purpose, size)
		err = errors.Join(err, derr)
		return out
	}
	digest, mask, proof := derive("session digest", 32), derive("session mask", 32), derive("session proof", 32)
	key := &Key{
		fingerprint: hex.EncodeToString(derive("fingerprint", 16)),
		grantKey:    derive("grant digest", 32),
		loginKey:    derive("login token digest", 32),
		demo:        derive("demo passwords", 32),
		evidence:    derive("evidence", 32),
		callback:    derive("sms callbacks", 32),
	}
	if err != nil {
		return nil, fmt.Errorf("derive from a server key: %w", err)
	}
	key.sessionDigests.New = func() any { return &hasher{mac: hmac.New(sha256.New, digest)} }
	key.sessionMasks.New = func() any { return &hasher{mac: hmac.New(sha512.New, mask)} }
	key.sessionProofs.New = func() any { return &hasher{mac: hmac.New(sha256.New, proof)} }
	key.id = key.fingerprint[:8]
	return key, nil
}

// Fingerprints lists the keys by what the store may know of them, the writing one first. FirstUsedAt is zero.
func (r Ring) Fingerprints() []ServerKey {
	out := make([]ServerKey, len(r.keys))
	for i, key := range r.keys {
		out[i] = ServerKey{ID: key.id, Fingerprint: key.fingerprint}
	}
	return out
}

// Writing gives the key under which new digests are made.
func (r Ring) Writing() *Key { return r.keys[0] }

// Keys gives all keys, the writing one first; not to be changed.
func (r Ring) Keys() []*Key { return r.keys }

// DemoPassword gives the password of a demo account: the same at every start, another on every installation.
func (r Ring) DemoPassword(account string) string {
	sum := keyed(r.Writing().demo, []byte(account))
	return "demo-" + hex.EncodeToString(sum[:10])
}

// SealEvidence seals a record of evidence under the writing key, which it names.
func (r Ring) SealEvidence(record []byte) (keyID string, seal [sha256.Size]byte) {
	return r.Writing().id, keyed(r.Writing().evidence, record)
}

// CheckEvidence reports whether a record has the seal that it had when it was made; false, too, when its key isn't loaded.
func (r Ring) CheckEvidence(keyID string, record []byte, seal [sha256.Size]byte) bool {
	for _, key := range r.keys {
		if key.id == keyID {
			want := keyed(key.evidence, record)
			return hmac.Equal(want[:], seal[:])
		}
	}
	return false
}

// CallbackKeys gives what makes the addresses unguessable at which providers of texts call: that of the writing key first.
func (r Ring) CallbackKeys() [][]byte {
	keys := make([][]byte, len(r.keys))
	for i, key := range r.keys {
		keys[i] = bytes.Clone(key.callback)
	}
	return keys
}

// keyed is HMAC-SHA-256.
func keyed(key, message []byte) [sha256.Size]byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	var sum [sha256.Size]byte
	mac.Sum(sum[:0])
	return sum
}

// Register makes sure, in a transaction of the store, that it and this process agree on keys, before anything is served.
// A new store takes this process's writing key. NotConfigured: a store that has been written under a key that is not
// loaded here, with the reason; so is a writing key the store has never seen, unless another loaded key vouches for it
// (rotation).
func (r Ring) Register(ctx context.Context, store Records, now time.Time) error {
	known, err := store.ServerKeys(ctx)
	if err != nil {
		return err
	}
	if err := r.vouches(known); err != nil {
		return err
	}
	own := r.Fingerprints()[0]
	own.FirstUsedAt = now
	return store.InsertServerKey(ctx, own)
}

// vouches says whether the keys that a store knows can be served with this ring.
func (r Ring) vouches(known []ServerKey) error {
	if len(known) == 0 {
		return nil
	}
	newest := known[len(known)-1]
	for _, key := range r.keys {
		if key.fingerprint == newest.Fingerprint {
			return nil
		}
	}
	if r.knows(known) {
		return problem.New(problem.NotConfigured,
			"the store is written under server key %s, which is not in this key file; add its line to the file", newest.ID)
	}
	return problem.New(problem.NotConfigured,
		"none of the keys in the key file is known to this store, which is written under server key %s; "+
			"with another key every session and grant in it would be dead; give the right secret_key_file", newest.ID)
}

// knows reports whether any loaded key is among those given.
func (r Ring) knows(keys []ServerKey) bool {
	for _, own := range r.keys {
		for _, key := range keys {
			if own.fingerprint == key.Fingerprint {
				return true
			}
		}
	}
	return false
}

// Missing lists those of the keys that this ring doesn't hold: what was digested under them is dead here.
func (r Ring) Missing(keys []ServerKey) []ServerKey {
	var missing []ServerKey
	for _, key := range keys {
		if !r.knows([]ServerKey{key}) {
			missing = append(missing, key)
		}
	}
	return missing
}

// ID names the key in the store, next to what was digested under it.
func (k *Key) ID() string { return k.id }

// GrantDigest digests an impersonation key, in any letter case.
func (k *Key) GrantDigest(secret []byte) [sha256.Size]byte {
	return keyed(k.grantKey, bytes.ToLower(secret))
}

// LoginTokenDigest digests the random part of a login token.
func (k *Key) LoginTokenDigest(raw []byte) [sha256.Size]byte { return keyed(k.loginKey, raw) }

// MostSessionBytes bounds the bytes of a session key.
const MostSessionBytes = 88

// SessionDigest digests the bytes of a session key, at most MostSessionBytes.
func (k *Key) SessionDigest(raw []byte) [sha256.Size]byte {
	sum := k.sessionDigests.sum(raw)
	return [sha256.Size]byte(sum[:])
}

// SessionProof proves that a session key was made here, by at most MostSessionBytes of it.
func (k *Key) SessionProof(raw []byte) [sha256.Size]byte {
	sum := k.sessionProofs.sum(raw)
	return [sha256.Size]byte(sum[:])
}

// MaskSession hides at most 64 bytes of claims in place under a stream drawn from the nonce, which has at most
// MostSessionBytes; doing it twice undoes it.
func (k *Key) MaskSession(nonce, claims []byte) {
	stream := k.sessionMasks.sum(nonce)
	subtle.XORBytes(claims, claims, stream[:len(claims)])
}

// hashers are HMACs under one key, kept for the next call: making one costs as much as using it, and there are up to three
// in every call that carries a password or a session key (decision 53).
type hashers struct{ sync.Pool }

// hasher is an HMAC with room for what goes in and comes out, which would otherwise be allocated anew on every call.
type hasher struct {
	mac hash.Hash
	raw [MostSessionBytes]byte
	sum [sha512.Size]byte
}

// sum digests at most MostSessionBytes.
func (p *hashers) sum(raw []byte) [sha512.Size]byte {
	h := p.Get().(*hasher)
	defer p.Put(h)
	h.mac.Reset()
	n := copy(h.raw[:], raw)
	h.mac.Write(h.raw[:n])
	h.mac.Sum(h.sum[:0])
	return h.sum
}
