// Package id makes the identifiers of everything that is stored. They are
// UUIDs of version 7 (RFC 9562) kept as text: they sort by the moment they were
// made, so that a new row always lands at the end of an index, and they can be
// made before the row is inserted. And it makes the tokens by which somebody
// without an account is known.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"github.com/google/uuid"
)

// length is that of the only accepted form, 8-4-4-4-12 hexadecimal digits.
const length = 36

// New returns a new identifier, 36 lower-case characters. Identifiers made one
// after the other in one process are in ascending order.
func New() string {
	// uuid.NewV7 fails only when the random source of the operating system
	// fails, which crypto/rand itself treats as fatal.
	return uuid.Must(uuid.NewV7()).String()
}

// Named returns the identifier that belongs to a name: the same name always gives the same one (UUID of version 5), so that what must be
// made once can be looked for before it is made again.
func Named(name string) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)).String()
}

// Valid reports whether s has the form New gives: lower-case UUID text of any
// version (rows imported from elsewhere keep their own).
func Valid(s string) bool {
	if len(s) != length {
		return false
	}
	parsed, err := uuid.Parse(s)
	return err == nil && parsed.String() == s
}

// Token returns a secret of so many random bytes as text that can stand in an
// address: whoever holds it is let in.
func Token(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails: the program ends when the operating system gives no random numbers
	return base64.RawURLEncoding.EncodeToString(b)
}

// Hash is how a token is stored: who reads the database learns none.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
