package show

import (
	"context"

	"github.com/a-h/templ"
)

// langOf marks words that are in another language than the page.
func langOf(ctx context.Context, lang string) templ.Attributes {
	if lang = Other(ctx, lang); lang == "" {
		return nil
	}
	return templ.Attributes{"lang": lang}
}
