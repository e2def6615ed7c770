package proposals

import (
	"context"

	"github.com/a-h/templ"

	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/accounts"
	"glas/modules/consultations"
	"glas/modules/proposals/internal/stored"
	"glas/tenant"
)

// Key is the name of the method in consultations.
func (m *Module) Key() string { return "proposals" }

// Tab is the list's entry in a consultation where proposals are, were or will be asked for (consultations.Method).
func (m *Module) Tab(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) (consultations.Tab, bool, error) {
	if off(tx) || !c.Opens(stored.PermSubmit) && c.ProposalCount == 0 {
		return consultations.Tab{}, false, nil
	}
	t := consultations.Tab{Label: i18n.T(ctx, "proposals.menu"), Href: tabPath(c), Count: int(c.ProposalCount), Decision: c.May(ctx, stored.PermSubmit, tx.Now())}
	if c.Opens(stored.PermSubmit) {
		t.Action = ui.Action{Label: i18n.T(ctx, "proposals.action.new"), Href: tabPath(c) + "/new"}
	}
	return t, true, nil
}

// panelSize is how many proposals the first page of a consultation shows.
const panelSize = 3

// Panel shows the most supported proposals on the first page of a consultation (consultations.Method).
func (m *Module) Panel(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) (templ.Component, error) {
	if off(tx) || c.ProposalCount == 0 {
		return nil, nil
	}
	list, _, err := stored.List(ctx, tx, Filter{ConsultationID: c.ID, Sort: stored.SortsOf(c, tx.Now())[0], Limit: panelSize})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	n, err := m.names.Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := m.rowsOf(ctx, tx, c, list)
	return panel(c, rows, n), err
}

// Entries are the newest proposals of a consultation for its feed (consultations.Feed).
func (m *Module) Entries(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, n int) ([]consultations.Entry, error) {
	list, _, err := List(ctx, tx, Filter{ConsultationID: c.ID, Sort: SortNewest, Limit: n})
	if err != nil {
		return nil, err
	}
	out := make([]consultations.Entry, len(list))
	for i, p := range list {
		out[i] = consultations.Entry{ID: p.ID, Title: p.Title, Path: p.Path(), Text: p.Excerpt, Author: accounts.BylineName(ctx, p.Byline), At: p.PublishedAt}
	}
	return out, nil
}
