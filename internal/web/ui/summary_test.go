package ui

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/locales"
)

func TestErrorsStoodInTheOrderOfTheAlphabetWithoutTheirFields(t *testing.T) {
	catalogue, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.With(context.Background(), catalogue.Localizer("sl", nil, ""))
	required := fault.Msg("val.required")
	errors := fault.Fields{"about": required, "zone": required, "kind": required, "sure": required, "": fault.Msg("val.date_order")}
	var page bytes.Buffer
	for _, draw := range []func() error{
		func() error { return FormErrors(errors).Render(ctx, &page) },
		func() error {
			return Field(FieldData{Name: "zone", Label: "Naselje <i>", Error: required}).Render(ctx, &page)
		},
		func() error {
			return Radios(ChoiceData{Name: "kind", Label: "Vrsta", Error: required, Options: []Option{{Value: "a", Label: "A"}}}).Render(ctx, &page)
		},
		func() error {
			return Checkbox(CheckData{Name: "sure", Label: "Da", Error: required}).Render(ctx, &page)
		},
		func() error {
			return TextArea(FieldData{Name: "about", Label: "Opis", Error: required}).Render(ctx, &page)
		},
	} {
		if err := draw(); err != nil {
			t.Fatal(err)
		}
	}
	out := string(ArrangeErrors(page.Bytes()))
	list := out[strings.Index(out, "<ul>"):strings.Index(out, "</ul>")]
	at := -1
	for _, want := range []string{`href="#f-"`, "Naselje &lt;i&gt;: ", "Vrsta: ", `href="#f-sure"`, "Opis: "} {
		i := strings.Index(list, want)
		if i <= at {
			t.Errorf("%q stands at %d after %d in %s", want, i, at, list)
		}
		at = i
	}
	if strings.Count(list, "<li>") != 5 || strings.Contains(list, "<i>") {
		t.Error(list)
	}
	if plain := []byte("<p>no form</p>"); !bytes.Equal(ArrangeErrors(plain), plain) {
		t.Error("a page without errors was changed")
	}
}

// A row whose title is in another language than the page said that its facts and the answer were in it too.
func TestLanguageOfATitleIsNotThatOfTheWholeRow(t *testing.T) {
	catalogue, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.With(context.Background(), catalogue.Localizer("en", nil, ""))
	var b strings.Builder
	row := ListRowData{Href: "/p/1", Title: "Παγκάκια στο πάρκο", Text: "Δύο παγκάκια.", Lang: "el", Meta: []MetaItem{{Text: "2 comments"}}, Answer: &AnswerData{State: "Accepted", Text: "In spring."}}
	if err := ListRow(row).Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), `lang="el"`); n != 2 || strings.Contains(b.String(), `<div class="g-row__body" lang`) {
		t.Errorf("%d parts are said to be Greek: %s", n, b.String())
	}
}
