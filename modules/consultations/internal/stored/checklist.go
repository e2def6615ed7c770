package stored

import (
	"slices"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/modules/consultations/internal/quality"
	"glas/tenant"
)

// Item is one thing that staff sees before publishing.
type Item struct {
	Message fault.Message
	Done    bool
	// Required items block publishing while they are not done; the others only advise.
	Required bool
	// Part is the screen where it is mended: "basics", "documents", "law" or "phases".
	Part string
	// Field is the field on that screen.
	Field string
	// Rule is the rule of the term that the item stands for, empty for others.
	Rule string
	// Override reports whether the rule may be set aside with a reason, Aside that it was.
	Override, Aside bool
	// Quality marks advice on how it is written and offered.
	Quality bool
}

// Checklist says what is missing before a consultation can be published, apart from the rules of its term.
func Checklist(c *Consultation, t *tenant.Tenant) []Item {
	items := texts(c, t)
	add := func(id string, done, required bool, part, field string) {
		items = append(items, Item{Message: fault.Msg(id), Done: done, Required: required, Part: part, Field: field})
	}
	add("consultations.check.department", c.DepartmentID != "", true, "basics", "department")
	add("consultations.check.contact", c.ContactEmail != "" || c.ContactPhone != "", true, "basics", "contact_email")
	add("consultations.check.dates", !c.StartsAt.IsZero() && (c.EndsAt.IsZero() || c.EndsAt.After(c.StartsAt)), true, "basics", "starts")
	add("consultations.check.phases", len(c.Phases) > 0 && len(CheckPhases(c)) == 0, true, "phases", "")
	add("consultations.check.open", slices.ContainsFunc(c.Phases, func(p *Phase) bool { return p.Switches.Any() }), true, "phases", "")
	add("consultations.check.answer_by", !c.AnswerBy.IsZero(), false, "basics", "answer_by")
	add("consultations.check.topics", len(c.TopicIDs) > 0, false, "basics", "topics")
	if c.CoverID != "" {
		add("consultations.check.cover_alt", c.CoverAlt[t.Default()] != "", true, "documents", "cover_alt."+t.Default())
	}
	return append(items, advice(c, t)...)
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
			items = append(items, Item{Message: msg, Done: part.text[lang] != "", Required: part.need && i == 0, Part: "basics", Field: part.name + "." + lang})
		}
	}
	return items
}

// advice says what makes a consultation better: a question that does not push, alternatives, plain words, texts that many can read,
// documents to read. Nothing of it is required.
func advice(c *Consultation, t *tenant.Tenant) []Item {
	var items []Item
	add := func(msg fault.Message, done bool, part, field string) {
		items = append(items, Item{Message: msg, Done: done, Part: part, Field: field, Quality: true})
	}
	own := t.Default()
	add(fault.Msg("consultations.check.alternatives"), c.Alternatives[own] != "", "basics", "alternatives."+own)
	add(fault.Msg("consultations.check.plain"), c.Plain[own] != "", "basics", "plain."+own)
	add(fault.Msg("consultations.check.documents"), c.DocumentCount > 0, "documents", "")
	for _, lang := range t.Languages {
		if c.Title[lang] == "" {
			continue
		}
		msg := fault.Msg("consultations.check.neutral", "Language", i18n.LangName(lang))
		turn := quality.Loaded(lang, c.Title[lang]+" "+text.Plain(c.Decides[lang]))
		if turn != "" {
			msg = fault.Msg("consultations.check.pushes", "Language", i18n.LangName(lang), "Words", turn)
		}
		add(msg, turn == "", "basics", "decides."+lang)
		read := c.Summary[lang] + "\n\n" + text.Plain(c.Plain[lang]) + "\n\n" + text.Plain(c.Decides[lang]) + "\n\n" + text.Plain(c.InputUse[lang])
		if score, known := quality.Score(lang, read); known {
			add(fault.Msg("consultations.check.reading", "Language", i18n.LangName(lang), "Score", score, "Hard", quality.Hard), score <= quality.Hard, "basics", "summary."+lang)
		}
	}
	return items
}

// Publishable reports whether nothing required is missing.
func Publishable(items []Item) bool {
	return !slices.ContainsFunc(items, func(i Item) bool { return i.Required && !i.Done })
}
