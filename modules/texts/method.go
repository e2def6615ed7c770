package texts

import (
	"context"

	"github.com/a-h/templ"

	"glas/internal/i18n"
	"glas/modules/consultations"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// Key is the name of the method in consultations and of its switch in a phase.
func (m *Module) Key() string { return "text" }

// Switch shows acts and plan sheets in a phase (consultations.Switcher).
func (m *Module) Switch() consultations.Switch {
	return consultations.Switch{Key: m.Key(), Label: "texts.switch.label", Hint: "texts.switch.hint"}
}

// Tab is the list of acts in a consultation whose phases have them (consultations.Method).
func (m *Module) Tab(ctx context.Context, _ *tenant.Tx, c *consultations.Consultation) (consultations.Tab, bool, error) {
	if !c.Opens(actRead) {
		return consultations.Tab{}, false, nil
	}
	return consultations.Tab{Label: i18n.T(ctx, "texts.tab"), Href: listPath(c), Count: -1}, true, nil
}

// Panel leads from the first page of a consultation to its acts (consultations.Method).
func (m *Module) Panel(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) (templ.Component, error) {
	if !c.Opens(actRead) {
		return nil, nil
	}
	l, err := m.published(ctx, tx, c)
	if err != nil || l.empty() {
		return nil, err
	}
	return panel(l), nil
}

// published are the acts and sheets of a consultation that everybody can read: two statements.
func (m *Module) published(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) (listData, error) {
	l := listData{c: c}
	all, err := stored.Of(ctx, tx, c.ID)
	if err != nil {
		return l, err
	}
	for _, t := range all {
		if t.VersionID != "" {
			l.texts = append(l.texts, t)
		}
	}
	plans, err := stored.SheetsOf(ctx, tx, c.ID)
	for _, s := range plans {
		if s.State == stored.Published {
			l.sheets = append(l.sheets, s)
		}
	}
	return l, err
}

func listPath(c *consultations.Consultation) string { return c.Path() + "/texts" }

// listData is what can be read in a consultation.
type listData struct {
	c      *consultations.Consultation
	texts  []*stored.Text
	sheets []*stored.Sheet
}

func (l listData) empty() bool { return len(l.texts)+len(l.sheets) == 0 }
