package terms

import (
	_ "embed"
	"fmt"

	"github.com/BurntSushi/toml"

	"glas/internal/calendar"
	"glas/internal/i18n"
	"glas/tenant"
)

//go:embed presets.toml
var presetFile string

// preset is a rule set as the file writes it.
type preset struct {
	Country      string    `toml:"country"`
	Act          string    `toml:"act"`
	Normal       Amount    `toml:"normal"`
	Minimum      Amount    `toml:"minimum"`
	Report       Amount    `toml:"report"`
	Answer       Amount    `toml:"answer"`
	ReasonBelow  int       `toml:"reason_below"`
	ReasonNeeded bool      `toml:"reason_needed"`
	NoticeDays   int       `toml:"notice_days"`
	Documents    []string  `toml:"documents"`
	Hearing      bool      `toml:"hearing"`
	Restart      bool      `toml:"restart"`
	Reminders    []int     `toml:"reminders"`
	Firm         bool      `toml:"firm"`
	LegalBasis   i18n.Text `toml:"legal_basis"`
}

// Presets are the rules that a municipality follows as long as it has none of its own: those of its country, and general ones made
// of its settings. Their ids are the kinds of act.
func Presets(t *tenant.Tenant) ([]RuleSet, error) {
	var file struct {
		Set []preset `toml:"set"`
	}
	if _, err := toml.Decode(presetFile, &file); err != nil {
		return nil, fmt.Errorf("read presets of terms: %w", err)
	}
	out := []RuleSet{general(t)}
	for _, p := range file.Set {
		if p.Country != t.Country {
			continue
		}
		s := RuleSet{Act: p.Act, Normal: p.Normal, Minimum: p.Minimum, Report: p.Report, Answer: p.Answer, ReasonBelow: p.ReasonBelow,
			ReasonNeeded: p.ReasonNeeded, NoticeDays: p.NoticeDays, Documents: p.Documents, Hearing: p.Hearing, Restart: p.Restart,
			Reminders: p.Reminders, NextWorking: true, Firm: p.Firm, LegalBasis: p.LegalBasis, Shipped: true}
		s.ID = p.Act
		out = append(out, s)
	}
	return out, nil
}

// general are the rules of the municipality's settings, for whatever has none of its own. The end stands where staff puts it.
func general(t *tenant.Tenant) RuleSet {
	in := func(n int) Amount {
		if n <= 0 {
			return Amount{}
		}
		return Amount{n, calendar.CalendarDays}
	}
	s := RuleSet{Act: General, Normal: in(t.Rules.ConsultationDays), Minimum: in(t.Rules.ConsultationMinimum), Answer: in(t.Rules.AnswerDays),
		ReasonBelow: t.Rules.ConsultationDays, ReasonNeeded: t.Rules.ShortReason, Shipped: true}
	s.ID = General
	return s
}
