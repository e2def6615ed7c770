package stored

import (
	"slices"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/tenant"
)

// Item is one thing that staff sees before publishing.
type Item struct {
	Message fault.Message
	Done    bool
	// Required items block publishing while they are not done; the others only advise.
	Required bool
	// Part is the screen where it is mended: "basics", "documents" or "phases".
	Part string
	// Field is the field on that screen.
	Field string
}

// Checklist says what is missing before a consultation can be published under the rules of its municipality.
func Checklist(c *Consultation, t *tenant.Tenant) []Item {
	items := texts(c, t)
	items = append(items,
		Item{fault.Msg("consultations.check.department"), c.DepartmentID != "", true, "basics", "department"},
		Item{fault.Msg("consultations.check.contact"), c.ContactEmail != "" || c.ContactPhone != "", true, "basics", "contact_email"},
		Item{fault.Msg("consultations.check.dates"), !c.StartsAt.IsZero() && (c.EndsAt.IsZero() || c.EndsAt.After(c.StartsAt)), true, "basics", "starts"},
		Item{fault.Msg("consultations.check.phases"), len(c.Phases) > 0 && len(CheckPhases(c)) == 0, true, "phases", ""},
		Item{fault.Msg("consultations.check.open"), slices.ContainsFunc(c.Phases, func(p *Phase) bool { return p.Switches.Any() }), true, "phases", ""},
		Item{fault.Msg("consultations.check.answer_by"), !c.AnswerBy.IsZero(), false, "basics", "answer_by"},
		Item{fault.Msg("consultations.check.topics"), len(c.TopicIDs) > 0, false, "basics", "topics"},
	)
	if c.CoverID != "" {
		items = append(items, Item{fault.Msg("consultations.check.cover_alt"), c.CoverAlt[t.Default()] != "", true, "documents", "cover_alt." + t.Default()})
	}
	return append(items, term(c, t)...)
}

// texts asks for each text in each language: the municipality's own is required, the others are advised.
func texts(c *Consultation, t *tenant.Tenant) []Item {
	var items []Item
	for _, part := range []struct {
		name string
		text i18n.Text
		need bool
	}{{"title", c.Title, true}, {"summary", c.Summary, true}, {"body", c.Body, false}, {"decides", c.Decides, true}, {"input_use", c.InputUse, true}} {
		for i, lang := range t.Languages {
			msg := fault.Msg("consultations.check."+part.name, "Language", i18n.LangName(lang)) //i18n: consultations.check.*
			items = append(items, Item{msg, part.text[lang] != "", part.need && i == 0, "basics", part.name + "." + lang})
		}
	}
	return items
}

// term compares how long the consultation lasts with the rules.
func term(c *Consultation, t *tenant.Tenant) []Item {
	days := c.TermDays(t.Zone())
	if days == 0 {
		return nil
	}
	items := []Item{{fault.Msg("consultations.check.minimum", "N", t.Rules.ConsultationMinimum), days >= t.Rules.ConsultationMinimum, true, "basics", "ends"}}
	if days < t.Rules.ConsultationDays {
		items = append(items, Item{fault.Msg("consultations.check.short_reason", "N", t.Rules.ConsultationDays), c.ShortReason[t.Default()] != "",
			t.Rules.ShortReason, "basics", "short_reason." + t.Default()})
	}
	return items
}

// Publishable reports whether nothing required is missing.
func Publishable(items []Item) bool {
	return !slices.ContainsFunc(items, func(i Item) bool { return i.Required && !i.Done })
}
