package rows

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"glas/tenant"
)

// NewToken is 260 random bits as text, and their hash as it is stored.
func NewToken() (token, hash string) {
	token = rand.Text() + rand.Text()
	return token, HashToken(token)
}

// HashToken is how a token is stored.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Language is the person's own when the municipality speaks it, otherwise that of the municipality.
func Language(t *tenant.Tenant, lang string) string {
	for _, l := range t.Languages {
		if l == lang {
			return l
		}
	}
	return t.Default()
}
