package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The parameters every new hash is made with (rules N-17: 19 MiB, two passes,
// one lane). Changing one of them makes every older hash outdated, and each is
// replaced at its account's next login.
const (
	argonMemoryKiB = 19 * 1024
	argonPasses    = 2
	argonLanes     = 1
	argonSaltBytes = 16
	argonKeyBytes  = 32
)

// The bounds within which a stored Argon2id hash is computed at all. They admit
// RFC 9106's set for machines with little memory (64 MiB, t=3, p=4) and refuse
// its other one, which asks for 2 GiB.
const (
	argonMaxMemoryKiB = 256 * 1024
	argonMaxPasses    = 16
	argonMaxLanes     = 8
	argonMaxWorkKiB   = 1024 * 1024 // memory times passes
)

// Hasher makes and checks password hashes, with a bound on how many are
// computed at the same time: each takes 19 MiB and one processor. NewHasher
// makes one; the zero Hasher is not usable.
type Hasher struct {
	// Random gives the salts. NewHasher sets it to the system's generator.
	Random io.Reader

	slots chan struct{}
}

// NewHasher returns a Hasher that computes at most parallel hashes at once, and
// at least one.
func NewHasher(parallel int) *Hasher {
	return &Hasher{Random: rand.Reader, slots: make(chan struct{}, max(parallel, 1))}
}

// Hash returns a fresh Argon2id hash of password in the PHC text form. It asks
// nothing of the password: CheckNew does. It fails when ctx ends before
// its turn comes or when Random fails.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSaltBytes)
	if _, err := io.ReadFull(h.Random, salt); err != nil {
		return "", fmt.Errorf("salt for a password hash: %w", err)
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	fresh := currentArgon2id(salt)
	fresh.key = fresh.derive(password, argonKeyBytes)
	return fresh.String(), nil
}

// Verify tells whether password is the one hash was made from. It reads every
// form that CheckImportable accepts. outdated is true when hash is not Argon2id
// with the parameters in force, so that a caller who got ok stores a new one
// made by Hash. Whatever is not in force costs one Argon2id run on top of its
// own work: no wrong password is answered sooner than another (features X-e).
//
// The empty hash stands for an account without a password: it is never ok and
// takes as long as any other. An unreadable hash is an error, as is a ctx that
// ends before the turn comes.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (ok, outdated bool, err error) {
	if hash == "" {
		return false, false, h.VerifyNothing(ctx, password)
	}
	stored, err := readPasswordHash(hash)
	if err != nil {
		return false, false, fmt.Errorf("stored password hash: %w", err)
	}
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.leave()
	ok = stored.matches(password)
	if outdated = !stored.current(); outdated {
		spendOneHash(password)
	}
	return ok, outdated, nil
}

// VerifyNothing does the work of one Verify against a hash in force and throws
// the result away: the answer for an account that does not exist then takes the
// time of one that does (features X-e). It fails only when ctx ends first.
func (h *Hasher) VerifyNothing(ctx context.Context, password string) error {
	if err := h.enter(ctx); err != nil {
		return err
	}
	defer h.leave()
	spendOneHash(password)
	return nil
}

func (h *Hasher) enter(ctx context.Context) error {
	// With a free slot and an ended ctx, select would choose by chance.
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("waiting to hash a password: %w", err)
	}
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting to hash a password: %w", ctx.Err())
	}
}

func (h *Hasher) leave() { <-h.slots }

func spendOneHash(password string) {
	nothing := currentArgon2id(make([]byte, argonSaltBytes))
	nothing.key = make([]byte, argonKeyBytes)
	nothing.matches(password)
}

// passwordHash is a stored hash, read and found within bounds.
type passwordHash interface {
	// matches computes and compares, in constant time for equal parameters.
	matches(password string) bool
	// current tells whether a new hash would be made the same way.
	current() bool
}

type argon2idHash struct {
	memoryKiB, passes uint32
	lanes             uint8
	salt, key         []byte
}

func currentArgon2id(salt []byte) argon2idHash {
	return argon2idHash{memoryKiB: argonMemoryKiB, passes: argonPasses, lanes: argonLanes, salt: salt}
}

func (a argon2idHash) derive(password string, size int) []byte {
	return argon2.IDKey([]byte(password), a.salt, a.passes, a.memoryKiB, a.lanes, uint32(size))
}

func (a argon2idHash) matches(password string) bool {
	return subtle.ConstantTimeCompare(a.derive(password, len(a.key)), a.key) == 1
}

func (a argon2idHash) current() bool {
	return a.memoryKiB == argonMemoryKiB && a.passes == argonPasses && a.lanes == argonLanes &&
		len(a.salt) >= argonSaltBytes && len(a.key) == argonKeyBytes
}

// String gives the PHC text form, as the reference implementation writes it.
func (a argon2idHash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, a.memoryKiB, a.passes, a.lanes,
		base64.RawStdEncoding.EncodeToString(a.salt), base64.RawStdEncoding.EncodeToString(a.key))
}

func readArgon2id(text string) (passwordHash, error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 {
		return nil, errors.New("an Argon2id hash has five parts, each after a $: $argon2id$v=19$m=…,t=…,p=…$salt$key")
	}
	if want := "v=" + strconv.Itoa(argon2.Version); parts[2] != want {
		return nil, fmt.Errorf("Argon2id version must be %s", want)
	}
	a, err := readArgon2idCosts(parts[3])
	if err != nil {
		return nil, err
	}
	if a.salt, err = decodeSized(base64.RawStdEncoding, "Argon2id salt", parts[4], 8, 64); err != nil {
		return nil, err
	}
	if a.key, err = decodeSized(base64.RawStdEncoding, "Argon2id key", parts[5], 16, 64); err != nil {
		return nil, err
	}
	return a, nil
}

func readArgon2idCosts(text string) (argon2idHash, error) {
	costs := strings.Split(text, ",")
	if len(costs) != 3 {
		return argon2idHash{}, errors.New("Argon2id costs are written m=…,t=…,p=…")
	}
	memory, err := readCost("memory", costs[0], "m=", argonMaxMemoryKiB)
	if err != nil {
		return argon2idHash{}, err
	}
	passes, err := readCost("passes", costs[1], "t=", argonMaxPasses)
	if err != nil {
		return argon2idHash{}, err
	}
	lanes, err := readCost("lanes", costs[2], "p=", argonMaxLanes)
	if err != nil {
		return argon2idHash{}, err
	}
	if memory < 8*lanes {
		return argon2idHash{}, errors.New("Argon2id needs at least 8 KiB of memory for each lane")
	}
	if memory*passes > argonMaxWorkKiB {
		return argon2idHash{}, fmt.Errorf("Argon2id memory times passes is above the bound of %d KiB", argonMaxWorkKiB)
	}
	return argon2idHash{memoryKiB: memory, passes: passes, lanes: uint8(lanes)}, nil
}

func readCost(name, text, prefix string, highest uint32) (uint32, error) {
	digits, found := strings.CutPrefix(text, prefix)
	if !found {
		return 0, fmt.Errorf("Argon2id %s must be written %s…", name, prefix)
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || n < 1 || n > uint64(highest) {
		return 0, fmt.Errorf("Argon2id %s must be a number from 1 to %d", name, highest)
	}
	return uint32(n), nil
}

// decodeSized decodes strictly: two texts never stand for the same bytes.
func decodeSized(encoding *base64.Encoding, name, text string, least, most int) ([]byte, error) {
	if encoding.DecodedLen(len(text)) > most+2 {
		return nil, fmt.Errorf("%s must be %d to %d bytes", name, least, most)
	}
	decoded, err := encoding.Strict().DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%s is not base64", name)
	}
	if len(decoded) < least || len(decoded) > most {
		return nil, fmt.Errorf("%s must be %d to %d bytes and is %d", name, least, most, len(decoded))
	}
	return decoded, nil
}
