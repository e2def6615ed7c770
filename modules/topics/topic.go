package topics

import (
	"context"
	"slices"

	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/tenant"
)

// Topic is what something is about: traffic, schools, culture.
type Topic struct {
	tenant.Key
	Name     i18n.Text `bun:"type:jsonb" json:"name"`
	Slug     string    `json:"slug"`
	Position int       `json:"position"`
	Archived bool      `json:"archived"`
	// Colour is a tone of the theme (Colours) or empty, Icon the name of a drawn sign or empty.
	Colour string `json:"colour,omitempty"`
	Icon   string `json:"icon,omitempty"`
}

// Choices are the options of a select for a list of topics.
func Choices(ctx context.Context, list []Topic, chosen ...string) []ui.Option {
	var out []ui.Option
	for _, t := range list {
		on := slices.Contains(chosen, t.ID)
		if !t.Archived || on {
			out = append(out, ui.Option{Value: t.ID, Label: t.Name.In(ctx), Selected: on})
		}
	}
	return out
}
