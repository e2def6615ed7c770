package rows

import (
	"crypto/rand"

	"glas/internal/id"
	"glas/tenant"
)

// NewToken is 260 random bits as text, and their hash as it is stored.
func NewToken() (token, hash string) {
	token = rand.Text() + rand.Text()
	return token, id.Hash(token)
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
