package password

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"latchkey/internal/problem"
)

// The hashes of umlauts below come from other programs: PHP's password_hash for
// bcrypt and Argon2id, Python's hashlib for the rest.
const (
	umlauts          = "Grüße, Welt & 17 Käfer"
	argonInForce     = "$argon2id$v=19$m=19456,t=2,p=1$dzFqOTE0UXhiNVVnUE10Yg$bj/Do1oZactDETmeJP/em6aC4sp8pWzQQqGJ3loJ+pI"
	argonOther       = "$argon2id$v=19$m=8192,t=3,p=1$eTFoTlpOVS5NNldQeTFQcQ$tEUgd5MlCoPCgWRB98U1vRfnjEs1kXDrs+oUi2YFq+o"
	bcryptFive       = "$2y$05$rOxAYCaXpRIwsHSUQjynb.Za/2.JCtRBVzheX2zXSetuMUbKrqA0W"
	identityTwo      = "ABAREhMUFRYXGBkaGxwdHh9hmP7VhQZ/WBkLJBZsLH1x5DyxhV1H0fwoeXDztRSsVA=="
	identitySHA1     = "AQAAAAAAACcQAAAAEBAREhMUFRYXGBkaGxwdHh+X+KlKv5nlWuZTliAnSAZskWfUe8SSgvtQB0w3keszZQ=="
	identitySHA256   = "AQAAAAEAACcQAAAAEBAREhMUFRYXGBkaGxwdHh+kJ1K+GqB4Ryj4qCxXkCQdVD7x52Y1Y39beuD/WroGeg=="
	identitySHA512   = "AQAAAAIAAYagAAAAEBAREhMUFRYXGBkaGxwdHh/dGQTou+8K9FulgIwmFnzBevT9crfWyxfmLMES+A47Kg=="
	membershipSHA1   = "membership$sha1$EBESExQVFhcYGRobHB0eHw==$TLXc/7mLmFisRZT83K8lk4vrtmM="
	membershipSHA256 = "membership$sha256$EBESExQVFhcYGRobHB0eHw==$Rp2cSmBG5EehjOqPmeEvNqL6xYWBRySxy7HSiTrXkpM="
	membershipKeyed  = "membership$hmacsha256$EBESExQVFhcYGRobHB0eHw==$O/wM1lzUhSO79HsooB4XYQA7H3xTv5bN60MRJ8ZKVd8="
)

var hashesOfUmlauts = []struct {
	form, hash string
	outdated   bool
}{
	{"Argon2id with the parameters in force", argonInForce, false},
	{"Argon2id with other parameters", argonOther, true},
	{"bcrypt 2y", bcryptFive, true},
	{"bcrypt 2a", strings.Replace(bcryptFive, "$2y$", "$2a$", 1), true},
	{"bcrypt 2b", strings.Replace(bcryptFive, "$2y$", "$2b$", 1), true},
	{"Identity version 2", identityTwo, true},
	{"Identity version 3 with SHA-1", identitySHA1, true},
	{"Identity version 3 with SHA-256", identitySHA256, true},
	{"Identity version 3 with SHA-512", identitySHA512, true},
	{"Membership with SHA-1", membershipSHA1, true},
	{"Membership with SHA-256", membershipSHA256, true},
	{"Membership with HMAC-SHA-256", membershipKeyed, true},
}

func TestVerifyReadsEveryForm(t *testing.T) {
	hasher := NewHasher(2)
	for _, test := range hashesOfUmlauts {
		t.Run(test.form, func(t *testing.T) {
			if err := CheckImportable(test.hash); err != nil {
				t.Errorf("CheckImportable: %v", err)
			}
			ok, outdated, err := hasher.Verify(t.Context(), test.hash, umlauts)
			if !ok || outdated != test.outdated || err != nil {
				t.Errorf("right password: ok %v, outdated %v, error %v", ok, outdated, err)
			}
			for _, wrong := range []string{"", umlauts + " ", strings.ToLower(umlauts), umlauts[:len(umlauts)-1]} {
				if ok, _, err := hasher.Verify(t.Context(), test.hash, wrong); ok || err != nil {
					t.Errorf("wrong password %q: ok %v, error %v", wrong, ok, err)
				}
			}
		})
	}
}

func TestMembershipCountsSurrogatePairsAsDotNetDoes(t *testing.T) {
	hash := "membership$sha1$EBESExQVFhcYGRobHB0eHw==$G0inP2NS+GVBg/9uZIVK11n4Gx8="
	if ok, _, err := NewHasher(1).Verify(t.Context(), hash, "Zahl 𝟟"); !ok || err != nil {
		t.Errorf("ok %v, error %v", ok, err)
	}
}

func TestBcryptReadsSeventyTwoBytesAsPHPDoes(t *testing.T) {
	hash := "$2y$04$zn0Q/yHKPgeWWXnI8yATjuKWemEKOlxfeA.tzGR0kngZy/H9On9Gq"
	if ok, outdated, err := NewHasher(1).Verify(t.Context(), hash, strings.Repeat("longlong", 12)); !ok || !outdated || err != nil {
		t.Errorf("ok %v, outdated %v, error %v", ok, outdated, err)
	}
}

func TestN17HashIsArgon2idWithNineteenMebibytesAndTwoPasses(t *testing.T) {
	hasher := NewHasher(1)
	hasher.Random = bytes.NewReader([]byte("a salt of 16 b. and one of its own"))
	first, err := hasher.Hash(t.Context(), umlauts)
	if err != nil {
		t.Fatal(err)
	}
	salt := base64.RawStdEncoding.EncodeToString([]byte("a salt of 16 b. "))
	if want := "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$"; !strings.HasPrefix(first, want) {
		t.Errorf("hash %s does not begin with %s", first, want)
	}
	if ok, outdated, err := hasher.Verify(t.Context(), first, umlauts); !ok || outdated || err != nil {
		t.Errorf("ok %v, outdated %v, error %v", ok, outdated, err)
	}
	second, err := hasher.Hash(t.Context(), umlauts)
	if err != nil || second == first {
		t.Errorf("the second hash of one password is %s, error %v: want another salt", second, err)
	}
}

func TestHashFailsWithoutRandomness(t *testing.T) {
	hasher := NewHasher(1)
	broken := errors.New("no more entropy")
	hasher.Random = iotest.ErrReader(broken)
	if hash, err := hasher.Hash(t.Context(), umlauts); hash != "" || !errors.Is(err, broken) {
		t.Errorf("hash %q, error %v", hash, err)
	}
}

func TestVerifyRefusesAnUnreadableHash(t *testing.T) {
	if ok, outdated, err := NewHasher(1).Verify(t.Context(), "plain text", "plain text"); ok || outdated || err == nil {
		t.Errorf("ok %v, outdated %v, error %v", ok, outdated, err)
	}
}

func TestNoPasswordMatchesTheEmptyHash(t *testing.T) {
	for _, password := range []string{"", umlauts} {
		if ok, outdated, err := NewHasher(1).Verify(t.Context(), "", password); ok || outdated || err != nil {
			t.Errorf("ok %v, outdated %v, error %v", ok, outdated, err)
		}
	}
}

// No measure of time can prove equality. What these can show is that the cheap
// roads have the dear part in them: a thousandth of it would be missed.
func TestXeNoWrongLoginIsCheaperThanAnother(t *testing.T) {
	hasher := NewHasher(1)
	roads := map[string]func(){
		"an unknown account":         func() { _ = hasher.VerifyNothing(t.Context(), "wrong") },
		"an account without a hash":  func() { _, _, _ = hasher.Verify(t.Context(), "", "wrong") },
		"a Membership hash":          func() { _, _, _ = hasher.Verify(t.Context(), membershipSHA1, "wrong") },
		"an Identity version 2 hash": func() { _, _, _ = hasher.Verify(t.Context(), identityTwo, "wrong") },
		"a cheap bcrypt hash":        func() { _, _, _ = hasher.Verify(t.Context(), bcryptFive, "wrong") },
	}
	timed := func(run func()) time.Duration {
		start := time.Now()
		run()
		return time.Since(start)
	}
	for name, road := range roads {
		t.Run(name, func(t *testing.T) {
			// In turns, and the quickest of each: a busy machine slows some of them, a cheap road is quicker in all.
			inForce, took := time.Hour, time.Hour
			for round := range 60 {
				inForce = min(inForce, timed(func() { _, _, _ = hasher.Verify(t.Context(), argonInForce, "wrong") }))
				took = min(took, timed(road))
				if round >= 2 && took >= inForce/2 {
					return
				}
			}
			t.Errorf("took %v, where a hash in force takes %v", took, inForce)
		})
	}
}

func TestHasherBoundsWhatRunsAtOnce(t *testing.T) {
	hasher := NewHasher(0)
	if err := hasher.enter(t.Context()); err != nil {
		t.Fatalf("the first of at least one slot: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if _, err := hasher.Hash(ctx, umlauts); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Hash with every slot taken: %v", err)
	}
	if _, _, err := hasher.Verify(ctx, argonInForce, umlauts); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Verify with every slot taken: %v", err)
	}
	if err := hasher.VerifyNothing(ctx, umlauts); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("VerifyNothing with every slot taken: %v", err)
	}
	hasher.leave()
	if err := hasher.VerifyNothing(t.Context(), umlauts); err != nil {
		t.Errorf("after a slot came free: %v", err)
	}
	if err := hasher.VerifyNothing(ctx, umlauts); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an ended call with a free slot: %v", err)
	}
}

func TestCheckImportableRefuses(t *testing.T) {
	identity := func(edit func(blob []byte) []byte) string {
		blob, err := base64.StdEncoding.DecodeString(identitySHA256)
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(edit(blob))
	}
	argon := func(costs string) string { return strings.Replace(argonInForce, "m=19456,t=2,p=1", costs, 1) }
	tests := []struct{ name, hash, reason string }{
		{"nothing", "", "empty"},
		{"plain text", "secret", "unknown form"},
		{"the MD5 form of crypt", "$1$abcdefgh$0123456789", "unknown form"},
		{"Argon2i", strings.Replace(argonInForce, "argon2id", "argon2i", 1), "unknown form"},
		{"the older Argon2", strings.Replace(argonInForce, "v=19", "v=16", 1), "version"},
		{"an Argon2id hash without its key", strings.Join(strings.Split(argonInForce, "$")[:5], "$"), "five parts"},
		{"4 GiB of memory", argon("m=4194304,t=1,p=1"), "memory"},
		{"a thousand passes", argon("m=19456,t=1000,p=1"), "passes"},
		{"no pass", argon("m=19456,t=0,p=1"), "passes"},
		{"much memory many times", argon("m=262144,t=16,p=1"), "times"},
		{"a hundred lanes", argon("m=19456,t=2,p=100"), "lanes"},
		{"less memory than the lanes need", argon("m=8,t=2,p=2"), "8 KiB"},
		{"costs in another order", argon("t=2,m=19456,p=1"), "m=…"},
		{"costs that are no numbers", argon("m=19456,t=two,p=1"), "passes"},
		{"a cost left out", argon("m=19456,t=2"), "costs"},
		{"a salt that is not base64", strings.Replace(argonInForce, "$dzFqOTE0", "$!!!!OTE0", 1), "base64"},
		{"a key of two bytes", argonInForce[:strings.LastIndex(argonInForce, "$")] + "$AAA", "key"},
		{"a key of a thousand bytes", argonInForce + strings.Repeat("AAAA", 300), "key"},
		{"bcrypt 2x", strings.Replace(bcryptFive, "$2y$", "$2x$", 1), "unknown form"},
		{"bcrypt of cost 31", strings.Replace(bcryptFive, "$05$", "$31$", 1), "bound"},
		{"bcrypt of cost 3", strings.Replace(bcryptFive, "$05$", "$03$", 1), "cost"},
		{"bcrypt without a cost", strings.Replace(bcryptFive, "$05$", "$ab$", 1), "cost"},
		{"bcrypt cut short", bcryptFive[:59], "60 characters"},
		{"bcrypt with a foreign character", bcryptFive[:59] + "=", "letters"},
		{"Identity version 2 with a byte too many", base64.StdEncoding.EncodeToString(make([]byte, 50)), "49 bytes"},
		{"Identity of an unknown version", base64.StdEncoding.EncodeToString([]byte{7, 7, 7}), "first byte"},
		{"Identity cut short", identity(func(b []byte) []byte { return b[:12] }), "cut off"},
		{"Identity with a fourth digest", identity(func(b []byte) []byte { b[4] = 3; return b }), "digest"},
		{"Identity with 16 million rounds", identity(func(b []byte) []byte { b[5] = 1; return b }), "rounds"},
		{"Identity with no round", identity(func(b []byte) []byte { b[7], b[8] = 0, 0; return b }), "rounds"},
		{"Identity with a salt longer than itself", identity(func(b []byte) []byte { b[12] = 60; return b }), "salt"},
		{"Identity with a huge salt", identity(func(b []byte) []byte { b[9] = 255; return b }), "salt"},
		{"Identity with a short key", identity(func(b []byte) []byte { return b[:40] }), "key"},
		{"Identity with a long key", identity(func(b []byte) []byte { return append(b, make([]byte, 60)...) }), "key"},
		{"a very long text", strings.Repeat("AQAA", 100_000), "bytes"},
		{"Membership with MD5", strings.Replace(membershipSHA1, "sha1", "md5", 1), "sha1, sha256"},
		{"Membership without its hash", "membership$sha1$EBESExQVFhcYGRobHB0eHw==", "written"},
		{"Membership with the digest of another", strings.Replace(membershipSHA1, "sha1", "sha256", 1), "hash"},
		{"Membership with two bytes of salt", strings.Replace(membershipSHA1, "EBESExQVFhcYGRobHB0eHw==", "EBE=", 1), "salt"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := CheckImportable(test.hash)
			if !problem.Has(err, problem.InvalidInput) || !strings.Contains(err.Error(), test.reason) {
				t.Fatalf("error %v, want one that says %q", err, test.reason)
			}
			if len(test.hash) > 6 && strings.Contains(err.Error(), test.hash) {
				t.Errorf("the error repeats the hash: %v", err)
			}
		})
	}
}

func TestReadPasswordHashNeverPanicsAndKeepsItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.SampledFrom(hashesOfUmlauts).Draw(t, "hash").hash)
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
			text[at] = rapid.SampledFrom([]byte("$=,A/0129zmtp\x00")).Draw(t, "byte")
		}
		stored, err := readPasswordHash(string(text))
		if err != nil {
			return
		}
		switch h := stored.(type) {
		case argon2idHash:
			if uint64(h.memoryKiB)*uint64(h.passes) > argonMaxWorkKiB || h.lanes > argonMaxLanes {
				t.Fatalf("admitted %+v", h)
			}
		case identityHash:
			if h.iterations > identityMaxIterations || len(h.key) > 64 {
				t.Fatalf("admitted %+v", h)
			}
		}
	})
}
