package remarks

import (
	"context"

	"github.com/a-h/templ"

	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/modules/consultations"
	"glas/modules/remarks/internal/show"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// Key is the name of the method in consultations and of its switch in a phase.
func (m *Module) Key() string { return "remark" }

// Switch opens remarks in a phase (consultations.Switcher).
func (m *Module) Switch() consultations.Switch {
	return consultations.Switch{Key: m.Key(), Label: "remarks.switch.label", Hint: "remarks.switch.hint", Action: stored.ActSend}
}

// Tab is the list of remarks in a consultation where they are, were or will be asked for (consultations.Method).
func (m *Module) Tab(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) (consultations.Tab, bool, error) {
	if !c.Opens(stored.ActSend) {
		return consultations.Tab{}, false, nil
	}
	return consultations.Tab{Label: i18n.T(ctx, "remarks.menu"), Href: ListPath(c), Count: -1, Decision: c.May(ctx, stored.ActSend, tx.Now()),
		Action: ui.Action{Label: i18n.T(ctx, "remarks.action.new"), Href: NewPath(Anchor{Ref: c.Ref()})}}, true, nil
}

// Panel is nothing: the first page of a consultation shows its text (consultations.Method).
func (m *Module) Panel(context.Context, *tenant.Tx, *consultations.Consultation) (templ.Component, error) {
	return nil, nil
}

// Entries are the newest public remarks of a consultation for its feed (consultations.Feed).
func (m *Module) Entries(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, n int) ([]consultations.Entry, error) {
	list, _, err := stored.List(ctx, tx, stored.Filter{ConsultationID: c.ID, Eye: stored.Public(), Newest: true, Limit: n})
	if err != nil {
		return nil, err
	}
	out := make([]consultations.Entry, len(list))
	for i, r := range list {
		words := text.Plain(r.Body)
		if words == "" {
			words = r.Wording
		}
		out[i] = consultations.Entry{ID: r.ID, Title: r.Name() + " · " + show.Where(ctx, r), Path: r.Path(), Text: words, Author: show.Author(ctx, r), At: r.CreatedAt}
	}
	return out, nil
}

// ListPath is the address of the remarks of a consultation.
func ListPath(c *consultations.Consultation) string { return c.Path() + "/remarks" }
