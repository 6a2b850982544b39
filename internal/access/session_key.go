package access

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"latchkey/internal/keyring"
)

// A session key is 88 bytes, in standard base64 120 characters, as seen on the original's wire (contract.yaml
// session_key): 32 random bytes, 36 bytes that say what the key is, masked so that they look as random, and 20
// bytes that prove the server made it. A key that proves itself needs no row in the store until it is first used
// (design §6); a key made elsewhere is refused without asking the store.
const (
	keyNonceBytes  = 32
	keyClaimsBytes = 36
	keyProofBytes  = 20
	keyBytes       = keyNonceBytes + keyClaimsBytes + keyProofBytes
)

// keyClaims is what a session key says of itself.
type keyClaims struct {
	stored         bool // its session was stored when the key was made
	dialect        Dialect
	actor          AccountID
	grant          GrantID
	issued         time.Time
	actorVersion   uint32
	subjectVersion uint32
}

// madeKey is a session key with what is kept of it.
type madeKey struct {
	secret Secret
	digest Digest
	keyID  string
}

func (c keyClaims) bytes() [keyClaimsBytes]byte {
	var b [keyClaimsBytes]byte
	if c.stored {
		b[0] = 1
	}
	b[1] = byte(c.dialect)
	binary.BigEndian.PutUint64(b[4:], uint64(c.actor))
	binary.BigEndian.PutUint64(b[12:], uint64(c.grant))
	binary.BigEndian.PutUint64(b[20:], uint64(c.issued.UnixMicro()))
	binary.BigEndian.PutUint32(b[28:], c.actorVersion)
	binary.BigEndian.PutUint32(b[32:], c.subjectVersion)
	return b
}

func parseClaims(b []byte) keyClaims {
	return keyClaims{
		stored:         b[0] == 1,
		dialect:        Dialect(b[1]),
		actor:          AccountID(binary.BigEndian.Uint64(b[4:])),
		grant:          GrantID(binary.BigEndian.Uint64(b[12:])),
		issued:         time.UnixMicro(int64(binary.BigEndian.Uint64(b[20:]))),
		actorVersion:   binary.BigEndian.Uint32(b[28:]),
		subjectVersion: binary.BigEndian.Uint32(b[32:]),
	}
}

// makeKey makes a session key under the writing key.
func makeKey(r keyring.Ring, random io.Reader, claims keyClaims) (madeKey, error) {
	raw := make([]byte, keyBytes)
	if _, err := io.ReadFull(random, raw[:keyNonceBytes]); err != nil {
		return madeKey{}, fmt.Errorf("make a session key: %w", err)
	}
	key, body := r.Writing(), claims.bytes()
	copy(raw[keyNonceBytes:], body[:])
	key.MaskSession(raw[:keyNonceBytes], raw[keyNonceBytes:keyNonceBytes+keyClaimsBytes])
	proof := key.SessionProof(raw[:keyNonceBytes+keyClaimsBytes])
	copy(raw[keyNonceBytes+keyClaimsBytes:], proof[:])
	return madeKey{
		secret: Secret(base64.StdEncoding.EncodeToString(raw)),
		digest: key.SessionDigest(raw),
		keyID:  key.ID(),
	}, nil
}

// readKey undoes the base64 of a session key; false when it cannot be one of ours by its form.
func readKey(secret Secret) (raw [keyBytes]byte, ok bool) {
	if len(secret) != base64.StdEncoding.EncodedLen(keyBytes) {
		return raw, false
	}
	var text [(keyBytes + 2) / 3 * 4]byte // on the stack, unlike a conversion of the string
	var buf [keyBytes + 2]byte            // Decode wants room for the padding too
	copy(text[:], secret)
	n, err := base64.StdEncoding.Decode(buf[:], text[:])
	if err != nil || n != keyBytes {
		return raw, false
	}
	copy(raw[:], buf[:])
	return raw, true
}

// openKey finds the server key that made a session key and reads its claims; false when none of them did.
func openKey(r keyring.Ring, raw []byte) (keyClaims, *keyring.Key, bool) {
	for _, key := range r.Keys() {
		proof := key.SessionProof(raw[:keyNonceBytes+keyClaimsBytes])
		if !hmac.Equal(proof[:keyProofBytes], raw[keyNonceBytes+keyClaimsBytes:]) {
			continue
		}
		open := make([]byte, keyBytes)
		copy(open, raw)
		key.MaskSession(open[:keyNonceBytes], open[keyNonceBytes:keyNonceBytes+keyClaimsBytes])
		return parseClaims(open[keyNonceBytes : keyNonceBytes+keyClaimsBytes]), key, true
	}
	return keyClaims{}, nil, false
}

// A session token of Intelliview has the shape of a GUID with all of its 128 bits random (rules C-1, N-1). Unlike the
// keys above it says nothing of itself, so its session is always stored.
const tokenBytes = 16

// makeToken makes a session token under the writing key. With version4 it carries the marks of a version 4 GUID, which
// costs six of its random bits, for clients that look for them.
func makeToken(r keyring.Ring, random io.Reader, version4 bool) (madeKey, error) {
	raw := make([]byte, tokenBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return madeKey{}, fmt.Errorf("make a session token: %w", err)
	}
	if version4 {
		raw[6], raw[8] = raw[6]&0x0f|0x40, raw[8]&0x3f|0x80
	}
	h := hex.EncodeToString(raw)
	key := r.Writing()
	return madeKey{
		secret: Secret(strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")),
		digest: key.SessionDigest(raw),
		keyID:  key.ID(),
	}, nil
}

// readToken undoes the text of a session token, in either case; false when it has another shape.
func readToken(secret Secret) (raw [tokenBytes]byte, ok bool) {
	text := secret.Reveal()
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return raw, false
	}
	n, err := hex.Decode(raw[:], []byte(text[:8]+text[9:13]+text[14:18]+text[19:23]+text[24:]))
	return raw, err == nil && n == tokenBytes
}
