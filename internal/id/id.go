// Package id makes the identifiers of everything that is stored. They are
// UUIDs of version 7 (RFC 9562) kept as text: they sort by the moment they were
// made, so that a new row always lands at the end of an index, and they can be
// made before the row is inserted.
package id

import "github.com/google/uuid"

// length is that of the only accepted form, 8-4-4-4-12 hexadecimal digits.
const length = 36

// New returns a new identifier, 36 lower-case characters. Identifiers made one
// after the other in one process are in ascending order.
func New() string {
	// uuid.NewV7 fails only when the random source of the operating system
	// fails, which crypto/rand itself treats as fatal.
	return uuid.Must(uuid.NewV7()).String()
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
