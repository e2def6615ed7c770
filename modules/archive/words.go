package archive

import (
	"context"

	"github.com/a-h/templ"

	"glas/internal/i18n"
	"glas/modules/archive/internal/stored"
)

// asking has the list ask again every two seconds while something is being made.
func asking(ctx context.Context, d showData) templ.Attributes {
	if d.making() == nil {
		return nil
	}
	return templ.Attributes{"hx-get": i18n.Href(ctx, d.path()), "hx-trigger": "every 2s", "hx-swap": "outerHTML"}
}

func publicLabel(ctx context.Context, a *stored.Archive) string {
	if a.Public {
		return i18n.T(ctx, "archive.unpublish")
	}
	return i18n.T(ctx, "archive.publish")
}
