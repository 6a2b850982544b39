package access

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// A session token of Intelliview has the shape of a GUID with all of its 128 bits random (rules C-1, N-1). Unlike the
// keys of session_key.go it says nothing of itself, so its session is always stored.
const tokenBytes = 16

// makeToken makes a session token under the writing key. With version4 it carries the marks of a version 4 GUID, which
// costs six of its random bits, for clients that look for them.
func (r Keyring) makeToken(random io.Reader, version4 bool) (madeKey, error) {
	raw := make([]byte, tokenBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return madeKey{}, fmt.Errorf("make a session token: %w", err)
	}
	if version4 {
		raw[6], raw[8] = raw[6]&0x0f|0x40, raw[8]&0x3f|0x80
	}
	h := hex.EncodeToString(raw)
	key := r.writing()
	return madeKey{
		secret: Secret(strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")),
		digest: key.sessionDigest(raw),
		keyID:  key.id,
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
