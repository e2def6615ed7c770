package cases

import (
	"context"
	"fmt"

	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// What bringing in a history needs by name: the demo and imports do the same acts as people do.
type (
	// Key names a case and the version that was read, Draft is a final answer, Opinion what a citizen says of it, Incoming a reply.
	Key      = acts.Key
	Draft    = acts.Draft
	Opinion  = acts.Opinion
	Incoming = acts.Incoming
	// State is that of a case.
	State = stored.State
	// The rows by which a municipality sorts its cases.
	Topic    = stored.CaseTopic
	KindRow  = stored.CaseKind
	Body     = stored.ExternalBody
	Rule     = stored.CaseRule
	Match    = stored.Match
	Template = stored.CaseTemplate
	Filter   = stored.CaseFilter
	Setting  = stored.CaseSetting
	// Visibility and PublishMode say who may see a case, and when.
	Visibility  = stored.Visibility
	PublishMode = stored.PublishMode
)

// SettingsID is the id of the one row of settings.
const SettingsID = stored.SettingsID

// Acts are what people do with cases: who may is asked, and row, event, message, letter and clock are written together.
func (m *Module) Acts() *acts.Acts { return m.acts }

// Add stores rows by which cases are sorted: topics, kinds, authorities, rules, templates, filters, settings.
func Add(ctx context.Context, tx *tenant.Tx, rows ...any) error {
	for _, row := range rows {
		if err := stored.Add(ctx, tx, row); err != nil {
			return fmt.Errorf("%T: %w", row, err)
		}
	}
	return nil
}
