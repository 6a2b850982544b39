package password

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strings"
	"unicode/utf16"

	"golang.org/x/crypto/bcrypt"

	"latchkey/internal/problem"
)

// The bounds within which an imported hash is computed at all.
const (
	bcryptMaxCost         = 14 // about one second
	identityMaxIterations = 1_500_000
)

// CheckImportable tells whether Verify would understand hash and be willing to
// compute it. What it does not, it refuses as problem.InvalidInput with the
// reason, and never with the hash itself. Understood are:
//
//   - Argon2id in PHC form, $argon2id$v=19$m=…,t=…,p=…$salt$key
//   - bcrypt, $2a$, $2b$ or $2y$, cost 4 to 14
//   - ASP.NET Identity version 2 and 3, the base64 text of its PasswordHash column
//   - classic ASP.NET Membership, membership$FORM$SALT$HASH, where FORM is sha1,
//     sha256 or hmacsha256 and SALT and HASH are the columns PasswordSalt and
//     Password in base64
func CheckImportable(hash string) error {
	if _, err := readPasswordHash(hash); err != nil {
		return problem.New(problem.InvalidInput, "password hash: %v", err)
	}
	return nil
}

func readPasswordHash(text string) (passwordHash, error) {
	switch {
	case text == "":
		return nil, errors.New("is empty")
	case strings.HasPrefix(text, "$argon2id$"):
		return readArgon2id(text)
	case strings.HasPrefix(text, "$2a$"), strings.HasPrefix(text, "$2b$"), strings.HasPrefix(text, "$2y$"):
		return readBcrypt(text)
	case strings.HasPrefix(text, "membership$"):
		return readMembership(text)
	case strings.HasPrefix(text, "$"):
		return nil, errors.New("unknown form: after the first $, argon2id, 2a, 2b and 2y are understood")
	default:
		return readIdentity(text)
	}
}

type bcryptHash []byte

// matches follows the format in reading the first 72 bytes of a password only.
// The whole password counts once the account's next login replaces the hash.
func (b bcryptHash) matches(password string) bool {
	return bcrypt.CompareHashAndPassword(b, []byte(password)) == nil
}

func (bcryptHash) current() bool { return false }

func readBcrypt(text string) (passwordHash, error) {
	const length, saltStart = 60, 7 // $2b$12$, then 22 characters of salt and 31 of hash
	if len(text) != length {
		return nil, fmt.Errorf("a bcrypt hash has %d characters, this one %d", length, len(text))
	}
	for _, c := range []byte(text[saltStart:]) {
		if !strings.ContainsRune("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", rune(c)) {
			return nil, errors.New("bcrypt salt and hash use letters, digits, dot and slash only")
		}
	}
	cost, err := bcrypt.Cost([]byte(text))
	if err != nil || text[saltStart-1] != '$' {
		return nil, errors.New("bcrypt cost is unreadable")
	}
	if cost > bcryptMaxCost {
		return nil, fmt.Errorf("bcrypt cost %d is above the bound of %d", cost, bcryptMaxCost)
	}
	return bcryptHash(text), nil
}

// identityHash is ASP.NET Identity's PasswordHash column, PBKDF2 in both versions.
type identityHash struct {
	digest     func() hash.Hash
	iterations int
	salt, key  []byte
}

func (i identityHash) matches(password string) bool {
	key, err := pbkdf2.Key(i.digest, password, i.salt, i.iterations, len(i.key))
	return err == nil && subtle.ConstantTimeCompare(key, i.key) == 1
}

func (identityHash) current() bool { return false }

func readIdentity(text string) (passwordHash, error) {
	const longest = 13 + 64 + 64
	blob, err := decodeSized(base64.StdEncoding, "ASP.NET Identity hash", text, 1, longest)
	if err != nil {
		return nil, fmt.Errorf("unknown form; read as ASP.NET Identity: %w", err)
	}
	switch blob[0] {
	case 0:
		return readIdentityV2(blob)
	case 1:
		return readIdentityV3(blob)
	}
	return nil, fmt.Errorf("unknown form; read as ASP.NET Identity its first byte would be 0 or 1, not %d", blob[0])
}

// readIdentityV2 reads 0, 16 bytes of salt, 32 of key: PBKDF2 with HMAC-SHA-1
// and 1,000 rounds, fixed.
func readIdentityV2(blob []byte) (passwordHash, error) {
	const size, saltEnd = 49, 17
	if len(blob) != size {
		return nil, fmt.Errorf("an ASP.NET Identity version 2 hash has %d bytes, this one %d", size, len(blob))
	}
	return identityHash{digest: sha1.New, iterations: 1000, salt: blob[1:saltEnd], key: blob[saltEnd:]}, nil
}

// readIdentityV3 reads 1, then as big-endian 32-bit numbers the digest, the
// rounds and the salt's length, then salt and key.
func readIdentityV3(blob []byte) (passwordHash, error) {
	const header, leastPart, mostPart = 13, 16, 64
	if len(blob) < header {
		return nil, errors.New("an ASP.NET Identity version 3 hash is cut off")
	}
	digest := identityDigest(binary.BigEndian.Uint32(blob[1:]))
	if digest == nil {
		return nil, errors.New("an ASP.NET Identity version 3 hash names its digest 0, 1 or 2 (SHA-1, SHA-256, SHA-512)")
	}
	iterations := binary.BigEndian.Uint32(blob[5:])
	if iterations < 1 || iterations > identityMaxIterations {
		return nil, fmt.Errorf("ASP.NET Identity rounds must be 1 to %d and are %d", identityMaxIterations, iterations)
	}
	saltSize := binary.BigEndian.Uint32(blob[9:])
	if saltSize < leastPart || saltSize > mostPart || len(blob) < header+int(saltSize)+leastPart {
		return nil, fmt.Errorf("ASP.NET Identity salt and key must be %d to %d bytes each", leastPart, mostPart)
	}
	salt, key := blob[header:header+saltSize], blob[header+saltSize:]
	if len(key) > mostPart {
		return nil, fmt.Errorf("ASP.NET Identity key must be %d to %d bytes and is %d", leastPart, mostPart, len(key))
	}
	return identityHash{digest: digest, iterations: int(iterations), salt: salt, key: key}, nil
}

func identityDigest(number uint32) func() hash.Hash {
	switch number {
	case 0:
		return sha1.New
	case 1:
		return sha256.New
	case 2:
		return sha512.New
	}
	return nil
}

// membershipHash is one round of a digest over the salt and the password in
// UTF-16, little end first, as the classic SqlMembershipProvider stores it.
type membershipHash struct {
	digest    func() hash.Hash
	keyed     bool
	salt, key []byte
}

func (m membershipHash) matches(password string) bool {
	var sum hash.Hash
	if m.keyed {
		sum = hmac.New(m.digest, membershipKey(m.salt))
	} else {
		sum = m.digest()
		sum.Write(m.salt)
	}
	sum.Write(utf16LittleEndian(password))
	return subtle.ConstantTimeCompare(sum.Sum(nil), m.key) == 1
}

func (membershipHash) current() bool { return false }

// membershipKey repeats the salt until it fills the 64 bytes that .NET gives a
// new HMAC key: that is what the provider does with a keyed digest.
func membershipKey(salt []byte) []byte {
	const size = 64
	key := make([]byte, 0, size+len(salt))
	for len(key) < size {
		key = append(key, salt...)
	}
	return key[:size]
}

func readMembership(text string) (passwordHash, error) {
	parts := strings.Split(text, "$")
	if len(parts) != 4 {
		return nil, errors.New("a Membership hash is written membership$sha1$SALT$HASH")
	}
	m := membershipHash{digest: sha256.New}
	switch parts[1] {
	case "sha1":
		m.digest = sha1.New
	case "sha256":
	case "hmacsha256":
		m.keyed = true
	default:
		return nil, errors.New("a Membership hash names sha1, sha256 or hmacsha256 in its second part")
	}
	var err error
	if m.salt, err = decodeSized(base64.StdEncoding, "Membership salt", parts[2], 8, 64); err != nil {
		return nil, err
	}
	size := m.digest().Size()
	if m.key, err = decodeSized(base64.StdEncoding, "Membership hash", parts[3], size, size); err != nil {
		return nil, err
	}
	return m, nil
}

func utf16LittleEndian(text string) []byte {
	var encoded []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		encoded = binary.LittleEndian.AppendUint16(encoded, unit)
	}
	return encoded
}
