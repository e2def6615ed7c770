package follows

import (
	"context"

	"glas/internal/i18n"
	"glas/internal/web/ui"
)

// ownMeta says that a follow came by itself.
func ownMeta(ctx context.Context, own bool) []ui.MetaItem {
	if !own {
		return nil
	}
	return []ui.MetaItem{{Text: i18n.T(ctx, "follows.following.own")}}
}

func leaveLead(ctx context.Context, d leaveData) string {
	switch {
	case d.All:
		return i18n.T(ctx, "follows.unsubscribe.ask_all")
	case d.Title != "":
		return i18n.T(ctx, "follows.unsubscribe.ask_title", "Title", d.Title)
	default:
		return i18n.T(ctx, "follows.unsubscribe.ask_one")
	}
}

func leftLead(ctx context.Context, d leaveData) string {
	if d.All {
		return i18n.T(ctx, "follows.unsubscribe.left_all")
	}
	return i18n.T(ctx, "follows.unsubscribe.left_one")
}

func allVariant(only bool) string {
	if only {
		return "primary"
	}
	return "secondary"
}
