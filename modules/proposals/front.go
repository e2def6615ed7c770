package proposals

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/proposals/internal/stored"
	"glas/tenant"
)

// List is a page of what the public may see: nothing where proposals are switched off. next is the cursor of the page after it.
func List(ctx context.Context, tx *tenant.Tx, f Filter) (rows []*Proposal, next string, err error) {
	if off(tx) {
		return nil, "", nil
	}
	return stored.List(ctx, tx, f)
}

// Outcomes are the n proposals that were answered last, as a list shows them.
func (m *Module) Outcomes(ctx context.Context, tx *tenant.Tx, n int) ([]ui.ListRowData, error) {
	list, err := stored.NewestAnswered(ctx, tx, n)
	if off(tx) || err != nil || len(list) == 0 {
		return nil, err
	}
	rows, err := m.rowsOf(ctx, tx, nil, list)
	if err != nil {
		return nil, err
	}
	words, err := m.names.Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := make([]ui.ListRowData, 0, len(rows))
	for _, r := range rows {
		out = append(out, listRow(ctx, r, words, true))
	}
	return out, nil
}

// Refs finds imported proposals by their external ids; those that never came in are left out.
func (m *Module) Refs(ctx context.Context, tx *tenant.Tx, externalIDs []string) (map[string]subject.Ref, error) {
	out := make(map[string]subject.Ref, len(externalIDs))
	for ids := range slices.Chunk(externalIDs, stored.ImportChunk) {
		found, err := stored.ByExternal(ctx, tx, ids)
		if err != nil {
			return nil, err
		}
		for external, p := range found {
			out[external] = p.Ref()
		}
	}
	return out, nil
}

// TitleOf is the title of a public proposal by the last part of its address, empty when there is none.
func (m *Module) TitleOf(ctx context.Context, tx *tenant.Tx, slug string) (string, error) {
	digits, _, _ := strings.Cut(slug, "-")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return "", nil //nolint:nilerr // not an address of ours
	}
	p, err := stored.FindNumber(ctx, tx, n)
	if err != nil {
		return "", err
	}
	if !p.State.Public() {
		return "", nil
	}
	return p.Title, nil
}

// Import brings proposals into a consultation, all of them or none, numbered in order of time. Nobody is told. A row without an
// external id or a title is an error that names it.
func (m *Module) Import(ctx context.Context, tx *tenant.Tx, consultationID string, rows []Imported) error {
	return stored.ImportAll(ctx, tx, consultationID, rows)
}

// Imported finds what was imported into a consultation, by external id.
func (m *Module) Imported(ctx context.Context, tx *tenant.Tx, consultationID string) (map[string]subject.Ref, error) {
	ids, err := stored.Externals(ctx, tx, consultationID)
	if err != nil {
		return nil, err
	}
	out := make(map[string]subject.Ref, len(ids))
	for external, one := range ids {
		out[external] = subject.Ref{Kind: Kind, ID: one}
	}
	return out, nil
}
