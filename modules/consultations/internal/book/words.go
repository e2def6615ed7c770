package book

import (
	"context"
	"net/url"

	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/documents"
)

// webAddress reports whether s is the address of a page on the web.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// protocolOptions are the documents that can be the protocol of a meeting.
func protocolOptions(ctx context.Context, list []documents.Document) []ui.Option {
	out := []ui.Option{{Value: "", Label: i18n.T(ctx, "common.none")}}
	for _, d := range documents.CurrentOf(list) {
		out = append(out, ui.Option{Value: d.ID, Label: d.Title.In(ctx)})
	}
	return out
}

// willRestart reports whether replacing the document on the screen would begin the term anew.
func willRestart(s screen) bool {
	return s.rules.Set.Restart && restarts(s.document.Kind) && s.c.Visible(s.now) && s.c.IsOpen(s.now) && !s.c.EndsAt.IsZero()
}

// restartEnd is the end that replacing the document now would give.
func restartEnd(s screen) any {
	end, days := s.c.TermAt(s.now)
	return s.rules.Set.RestartEnd(s.now, end, days, s.rules.Cal)
}
