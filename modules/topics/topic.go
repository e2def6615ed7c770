package topics

import (
	"glas/internal/i18n"
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
