package positions

import (
	"context"

	"github.com/a-h/templ"

	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/consultations"
	"glas/tenant"
)

// Key is the name of the method in consultations and of its switch in a phase.
func (m *Module) Key() string { return "position" }

// Switch is its tick in the form of a phase.
func (m *Module) Switch() consultations.Switch {
	return consultations.Switch{Key: m.Key(), Label: "positions.switch", Hint: "positions.switch_hint", Action: Act}
}

// Tab is the list of positions in a consultation that asks for them (consultations.Method).
func (m *Module) Tab(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) (consultations.Tab, bool, error) {
	if !c.Opens(Act) {
		return consultations.Tab{}, false, nil
	}
	return consultations.Tab{Label: i18n.T(ctx, "positions.menu"), Href: listPath(c), Count: -1, Decision: may(ctx, tx, c),
		Action: ui.Action{Label: i18n.T(ctx, "positions.action.new"), Href: listPath(c) + "/new"}}, true, nil
}

// Panel is nothing: the tab leads to the positions (consultations.Method).
func (m *Module) Panel(context.Context, *tenant.Tx, *consultations.Consultation) (templ.Component, error) {
	return nil, nil
}

// Entries are the newest positions of a consultation for its feed (consultations.Feed).
func (m *Module) Entries(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, n int) ([]consultations.Entry, error) {
	list, err := listOf(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	var out []consultations.Entry
	for _, p := range list[:min(n, len(list))] {
		out = append(out, consultations.Entry{ID: p.ID, Title: p.Title, Path: p.Path(), Text: p.Text, Author: p.AuthorName, At: p.CreatedAt})
	}
	return out, nil
}

func listPath(c *consultations.Consultation) string { return c.Path() + "/positions" }
