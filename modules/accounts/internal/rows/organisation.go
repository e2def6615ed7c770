package rows

import (
	"time"

	"glas/tenant"
)

// Organisation is an association, or another body that takes part as itself. Its votes are counted apart from those of citizens.
type Organisation struct {
	tenant.Key
	Name string
	Kind string
	// Country is the two-letter code of the register, Register which of its registers the number is from.
	Country        string
	Register       string
	RegisterNumber string
	// Representative is who speaks for it, as entered in the register.
	Representative string
	State          string
	// Reason is why staff refused it.
	Reason    string
	AppliedBy string
	DecidedBy string    `bun:",nullzero"`
	DecidedAt time.Time `bun:",nullzero"`
	CreatedAt time.Time
}

// OrganisationMember is a person who may act for an organisation.
type OrganisationMember struct {
	tenant.Key
	OrganisationID string
	AccountID      string
	CreatedAt      time.Time
}

// The states of an organisation.
const (
	OrgApplied  = "applied"
	OrgVerified = "verified"
	OrgRefused  = "refused"
)

// OrganisationKinds are what an organisation can be.
func OrganisationKinds() []string {
	return []string{"association", "sports_club", "foundation", "cooperative", "chamber", "union", "institution", "company", "other"}
}
