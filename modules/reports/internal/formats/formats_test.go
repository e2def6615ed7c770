package formats_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"glas/internal/i18n"
	"glas/internal/paper"
	"glas/locales"
	"glas/modules/reports/internal/formats"
	"glas/modules/reports/internal/record"
)

func speak(t *testing.T, lang string) context.Context {
	t.Helper()
	c, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	return i18n.With(context.Background(), c.Localizer(lang, time.UTC, "/"+lang))
}

func large() *record.Report {
	r := &record.Report{Format: record.Format, Version: 1, FrozenAt: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Subject: record.Subject{Title: i18n.Text{"en": "Green"}, Path: "/consultations/x"},
		Articles: []record.Article{{TextID: "t", Block: "1", Label: "Art. 1", Blocks: []string{"1", "1a"}}, {TextID: "t", Block: "2", Label: "Art. 2"}}}
	for i := range 250 {
		block := []string{"2", "1a", "1", "gone"}[i%4]
		r.Remarks = append(r.Remarks, record.Remark{No: fmt.Sprint(i + 1), TextID: "t", Block: block, Label: "Art. " + block, Body: "x"})
	}
	r.Remarks = append(r.Remarks, record.Remark{No: "whole", Body: "x"})
	r.Count()
	return r
}

func TestPartsHoldEveryRemarkOnceInTheOrderOfTheText(t *testing.T) {
	ctx, r := speak(t, "en"), large()
	var labels, numbers []string
	p := formats.Split(ctx, r)
	if len(p.Remarks) != 3 {
		t.Fatalf("%d parts", len(p.Remarks))
	}
	again := 0
	for _, part := range p.Remarks {
		for _, b := range part {
			if h, ok := b.(paper.Heading); ok && h.Level == 2 {
				labels = append(labels, h.Text)
				if strings.Contains(h.Text, "continued") {
					again++
				}
			} else if ok && h.Level == 3 {
				numbers = append(numbers, h.Text)
			}
		}
	}
	if len(numbers) != 251 || again != 2 || numbers[0] != "Remark whole" {
		t.Errorf("%d remarks, %d times continued: %q", len(numbers), again, labels)
	}
	for _, b := range formats.Document(ctx, r).Blocks {
		if h, ok := b.(paper.Heading); ok && strings.Contains(h.Text, "continued") {
			t.Errorf("%q stands in the document", h.Text)
		}
	}
}

// Every message that a report needs is there in all languages, and no article's number is lost to formatting.
func TestEveryLanguage(t *testing.T) {
	r := large()
	n := int64(7)
	r.Introduction = i18n.Text{"en": "1. člen ostane."}
	r.Areas = []record.Cell{{Key: "a"}, {Key: record.Unknown, N: &n}}
	r.Evaluation = &record.Evaluation{CensusYear: 2025, Languages: []string{"tr"}, Areas: []record.Share{{Key: "a", Home: 4}}}
	r.Dates.Overrides = []record.Override{{Rule: "minimum"}, {Rule: "document.draft"}}
	r.Votes = []record.Vote{{Title: "v", Rule: "choice", Votes: 3, ByValue: map[string]int64{"for": 3}}}
	r.Positions = []record.Position{{Association: "Lipa", Title: "P", Stance: "for", AdoptedBy: "board", AdoptedOn: "2026-11-01"}}
	for _, lang := range []string{"en", "sl", "bg", "el", "tr"} {
		var out strings.Builder
		if err := paper.HTML(&out, formats.Document(speak(t, lang), r)); err != nil {
			t.Fatal(err)
		}
		page := out.String()
		for _, bad := range []string{"[reports.", "[remarks.", "[positions.", "[documents.", "[consultations.", "{{", "<no value>"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: %s is in the report", lang, bad)
			}
		}
		if lang == "en" && !strings.Contains(page, "1. člen ostane.") {
			t.Error("the number of an article is lost")
		}
		for _, s := range formats.Book(speak(t, lang), r).Sheets {
			for _, h := range append(s.Header, s.Name) {
				if h == "" || strings.HasPrefix(h, "[") {
					t.Errorf("%s: heading %q", lang, h)
				}
			}
		}
	}
}

// An evaluation without figures was a heading with nothing under it, groups too small to show were a page of stars, and the record of a
// hearing had the name of its file.
func TestNothingStandsEmpty(t *testing.T) {
	r := large()
	r.Areas = []record.Cell{{Key: "a", Label: i18n.Text{"en": "Hillside"}}, {Key: record.Unknown}}
	r.Evaluation = &record.Evaluation{Documents: 1}
	r.Meetings = []record.Meeting{{Title: i18n.Text{"en": "Hearing"}, Protocol: "protocol.pdf", ProtocolPath: "/documents/1/protocol.pdf", ProtocolTitle: i18n.Text{"en": "Record of the hearing"}}}
	var out strings.Builder
	if err := paper.HTML(&out, formats.Document(speak(t, "en"), r)); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	for _, want := range []string{"no population figures", "Record of the hearing</a>", "By area: ", "fewer than 5 people"} {
		if !strings.Contains(page, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	for _, not := range []string{"protocol.pdf</a>", "Hillside"} {
		if strings.Contains(page, not) {
			t.Errorf("the report says %q", not)
		}
	}
}
