package cases

import (
	"context"
	"time"

	"glas/internal/fault"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/desk"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/modules/cases/internal/told"
	"glas/modules/clocks"
	"glas/tenant"
)

// What others need to know of cases by name.
type (
	// Case is a case as it is stored.
	Case = stored.Case
	// Report is what somebody tells the municipality.
	Report = acts.Report
	// Clocks keep the times of cases.
	Clocks = timed.Clocks
	// Turn is what happened to a case as far as clocks are concerned.
	Turn = timed.Turn
)

// Kind is the subject kind of a case.
const Kind = stored.Kind

// Subjects implements clocks.Host: a case as those meet it who work with it. Its words are told only when everybody may read them.
func (m *Module) Subjects(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]clocks.Subject, error) {
	list, err := stored.FindMany(ctx, tx, ids)
	out := make(map[string]clocks.Subject, len(list))
	for _, c := range list {
		card := m.card(c)
		card.Title, card.Context = c.Number, card.Title
		out[c.ID] = clocks.Subject{Card: card, DepartmentID: c.DepartmentID, AssigneeID: c.AssigneeID}
	}
	return out, err
}

// Due implements clocks.Host: it keeps the nearest due dates on the rows of cases.
func (m *Module) Due(ctx context.Context, tx *tenant.Tx, due map[string]time.Time) error {
	return stored.SetDue(ctx, tx, due)
}

// Fetch implements attachments.Guard: who may fetch the photos of a case is what stored.See says, and nobody's right over files as such. pass
// is the token of the address that a reporter without an account came by.
func (m *Module) Fetch(ctx context.Context, tx *tenant.Tx, caseID, pass string) (attachments.Access, error) {
	c, err := stored.Find(ctx, tx, caseID)
	if fault.Is(err, fault.KindNotFound) {
		return attachments.Access{}, nil
	}
	if err != nil {
		return attachments.Access{}, err
	}
	s, err := acts.Sight(ctx, tx, c, pass)
	return attachments.Access{All: s.Photos, Public: s.PublicPhotos}, err
}

// Cards are cases for lists of others; what who acts in ctx may not see is not Visible and has no words.
func (m *Module) Cards(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]subject.Card, error) {
	list, err := stored.FindMany(ctx, tx, ids)
	out := make(map[string]subject.Card, len(list))
	for _, c := range list {
		out[c.ID] = m.card(c)
	}
	return out, err
}

// StaffKind is the subject kind under which people of the municipality are told of a case.
const StaffKind = told.StaffKind

// StaffCards describe cases to people of the municipality who are told of them by name: by the number, whatever is shown to everybody.
func (m *Module) StaffCards(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]subject.Card, error) {
	list, err := stored.FindMany(ctx, tx, ids)
	out := make(map[string]subject.Card, len(list))
	for _, c := range list {
		out[c.ID] = subject.Card{Ref: subject.Ref{Kind: StaffKind, ID: c.ID}, Path: desk.WorkPath(c), Title: c.Number, Visible: true}
	}
	return out, err
}

func (m *Module) card(c *stored.Case) subject.Card {
	s := stored.See(c, stored.Anybody)
	out := subject.Card{Ref: c.Ref(), Path: c.Path(), Context: c.Number, Visible: s.Page}
	if s.Page {
		out.Title = c.ShownTitle()
	}
	return out
}

// Take reports in a transaction of the caller: for the demo and for imports.
func (m *Module) Take(ctx context.Context, tx *tenant.Tx, r Report) (*Case, error) {
	return m.acts.ReportIn(ctx, tx, r)
}

// Personal is what cases keep about an account, for what a person downloads.
func Personal(ctx context.Context, tx *tenant.Tx, accountID string) (any, error) {
	list, _, err := listed.List(ctx, tx, listed.Filter{Mine: accountID, Limit: 1000})
	out := make([]map[string]any, 0, len(list))
	for _, c := range list {
		out = append(out, map[string]any{"number": c.Number, "kind": c.Kind, "title": c.Title, "state": c.State, "reported": c.CreatedAt})
	}
	return out, err
}
