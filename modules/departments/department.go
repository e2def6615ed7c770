package departments

import (
	"context"
	"slices"

	"glas/internal/i18n"
	"glas/internal/web/ui"
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

// Choices are the options of a select for a list of departments.
func Choices(ctx context.Context, list []Department, chosen ...string) []ui.Option {
	var out []ui.Option
	for _, d := range list {
		on := slices.Contains(chosen, d.ID)
		if !d.Archived || on {
			out = append(out, ui.Option{Value: d.ID, Label: d.Name.In(ctx), Selected: on})
		}
	}
	return out
}
