package stored

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/BurntSushi/toml"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/tenant"
)

//go:embed blueprints.toml
var blueprintFile string

// Blueprint is a ready-made consultation: which phases with which switches.
type Blueprint struct {
	Key  string    `toml:"key"`
	Name i18n.Text `toml:"name"`
	Text i18n.Text `toml:"text"`
	// Answer prefills the promise to answer from the municipality's rules.
	Answer bool             `toml:"answer"`
	Phases []BlueprintPhase `toml:"phase"`
}

// BlueprintPhase takes a share of the term.
type BlueprintPhase struct {
	Title i18n.Text `toml:"title"`
	// From and To are percents of the days of the term.
	From int `toml:"from"`
	To   int `toml:"to"`
	// VoteAge asks voters for the municipality's voting age.
	VoteAge bool `toml:"vote_age"`
	// Methods are the keys of plugged methods that it opens, as far as the municipality has them.
	Methods  []string `toml:"methods"`
	Switches Switches `toml:"switches"`
}

// Blueprints reads those that come with the product.
func Blueprints() ([]Blueprint, error) {
	var file struct {
		Blueprint []Blueprint `toml:"blueprint"`
	}
	if _, err := toml.Decode(blueprintFile, &file); err != nil {
		return nil, fmt.Errorf("read blueprints: %w", err)
	}
	return file.Blueprint, nil
}

// FindBlueprint is the blueprint with a key.
func FindBlueprint(key string) (Blueprint, error) {
	list, err := Blueprints()
	if err != nil {
		return Blueprint{}, err
	}
	for _, b := range list {
		if b.Key == key {
			return b, nil
		}
	}
	return Blueprint{}, fault.InvalidField("blueprint", "val.choose")
}

// Build makes a draft that lasts from the day of start to the day of end inclusive, with the phases of the blueprint. A term of
// fewer days than phases is refused.
func (b Blueprint) Build(title i18n.Text, start, end time.Time, t *tenant.Tenant) (*Consultation, error) {
	zone := t.Zone()
	c := &Consultation{Title: title, State: Draft, Blueprint: b.Key, RowVersion: 1, StartsAt: StartOfDay(start, zone), EndsAt: EndOfDay(end, zone)}
	c.ID = id.New()
	c.In(zone)
	term := c.TermDays(zone)
	if term < len(b.Phases) {
		return nil, fault.InvalidField("ends", "consultations.error.term", "Days", len(b.Phases))
	}
	if b.Answer && t.Rules.AnswerDays > 0 {
		c.AnswerBy = AddDays(c.EndsAt, t.Rules.AnswerDays, zone)
	}
	first := 0
	for i, part := range b.Phases {
		last := min(max(term*part.To/100, first+1), term-(len(b.Phases)-1-i)) // a day at least for it and each that follows
		p := &Phase{ID: id.New(), Title: part.Title, Switches: part.Switches,
			StartsAt: AddDays(c.StartsAt, first, zone), EndsAt: EndOfDay(AddDays(c.StartsAt, last-1, zone), zone)}
		if len(part.Methods) > 0 {
			p.Switches.Methods = map[string]json.RawMessage{}
		}
		for _, key := range part.Methods {
			p.Switches.Methods[key] = json.RawMessage("{}")
		}
		if part.VoteAge && t.Rules.VoteAge > 0 {
			p.Switches.Eligible = map[string]authz.Policy{ActVote: {MinAge: t.Rules.VoteAge}}
		}
		c.Phases = append(c.Phases, p)
		first = last
	}
	return c, nil
}

// Shifted is a copy of c as a new draft that begins on the day of start: every date moves by the same number of days. Counters,
// results and votes stay behind.
func (c *Consultation) Shifted(start time.Time, zone *time.Location) *Consultation {
	days := DaysBetween(c.StartsAt, start, zone)
	n := &Consultation{Title: c.Title, Summary: c.Summary, Body: c.Body, Decides: c.Decides, InputUse: c.InputUse, Audience: c.Audience,
		DepartmentID: c.DepartmentID, ContactName: c.ContactName, ContactEmail: c.ContactEmail, ContactPhone: c.ContactPhone,
		AreaID: c.AreaID, Pattern: c.Pattern, TopicIDs: c.TopicIDs, LinkedIDs: c.LinkedIDs, ShortReason: c.ShortReason,
		Blueprint: c.Blueprint, State: Draft, RowVersion: 1, Alternatives: c.Alternatives, Plain: c.Plain,
		Law:      Law{Act: c.Act, RuleSetID: c.RuleSetID, LegalBasis: c.LegalBasis},
		StartsAt: AddDays(c.StartsAt, days, zone), EndsAt: AddDays(c.EndsAt, days, zone), AnswerBy: AddDays(c.AnswerBy, days, zone)}
	n.ID = id.New()
	n.In(zone)
	for _, m := range c.Milestones {
		m.At = AddDays(m.At, days, zone)
		n.Milestones = append(n.Milestones, m)
	}
	for _, p := range c.Phases {
		q := *p
		q.ID = id.New()
		q.StartsAt, q.EndsAt = AddDays(p.StartsAt, days, zone), AddDays(p.EndsAt, days, zone)
		n.Phases = append(n.Phases, &q)
	}
	return n
}
