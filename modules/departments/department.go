package departments

import (
	"glas/internal/i18n"
	"glas/tenant"
)

// Department is a part of the municipality's administration that answers for things.
type Department struct {
	tenant.Key
	Name     i18n.Text `bun:"type:jsonb" json:"name"`
	Slug     string    `json:"slug"`
	Position int       `json:"position"`
	Archived bool      `json:"archived"`
	Email    string    `json:"email,omitempty"`
	// HeadID is the account of the head, empty when nobody is named.
	HeadID string `json:"-"`
}
