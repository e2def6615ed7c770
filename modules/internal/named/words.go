package named

import (
	"context"

	"glas/internal/i18n"
	"glas/internal/web/ui"
)

func tone(row Fields) string {
	if *row.Archived {
		return "muted"
	}
	return ""
}

// archiving is the button that archives a row, or puts it back.
func archiving(ctx context.Context, row Fields) ui.ButtonData {
	b := ui.ButtonData{Label: i18n.T(ctx, "common.archive"), Name: "archived", Value: "1", Variant: "tertiary", Size: "sm"}
	if *row.Archived {
		b.Label, b.Value = i18n.T(ctx, "common.restore"), "0"
	}
	return b
}
