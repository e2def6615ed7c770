package letter

import (
	"strings"
	"testing"

	"glas/internal/theme"
)

func TestALetterSaysTheSameInBothForms(t *testing.T) {
	m, err := Letter{Lang: "sl", Site: "Velenje", Subject: "Odgovor\r\nBcc: x@example.si", Greeting: "Pozdravljeni, Ana!",
		Paragraphs: []string{"<b>Prva</b>"}, Lines: []Line{{Text: "Nova pripomba", Excerpt: "a\nb", Open: "Odpri", Href: "https://v.si/1"}},
		Sections: []Section{{"Pripomba 1", "https://v.si/4", []Fact{{"Zapisali ste", "Več miz"}, {Text: "Šutna 10"}}}},
		Button:   "Preberi", Href: "https://v.si/2", Notes: []Note{{Text: "Zakaj"}, {"Odjava", "https://v.si/3"}}}.Message("ana@example.si", "test.letter")
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "Odgovor Bcc: x@example.si" {
		t.Errorf("subject %q", m.Subject)
	}
	for _, want := range []string{"Pozdravljeni, Ana!", "Nova pripomba", "https://v.si/1", "Preberi", "https://v.si/2", "Zakaj", "https://v.si/3", "Pripomba 1", "https://v.si/4", "Zapisali ste", "Več miz", "Šutna 10", "Velenje"} {
		if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
			t.Errorf("%q is not in both forms", want)
		}
	}
	if !strings.Contains(m.Text, "— Pripomba 1\nhttps://v.si/4\n\nZapisali ste:\nVeč miz\n\nŠutna 10\n\nPreberi") {
		t.Errorf("a section reads\n%s", m.Text)
	}
	if strings.Contains(m.HTML, "<b>Prva") {
		t.Error("what was typed became HTML")
	}
	if !strings.Contains(m.Text, "    a\n    b") || strings.Contains(m.HTML, "javascript") {
		t.Error("the excerpt does not stand apart")
	}
}

// Letters of every municipality looked the same, black on grey.
func TestLetterShowsTheColourOfWhoWrites(t *testing.T) {
	m, err := Letter{Lang: "sl", Site: "Mestna občina Velenje", Subject: "Novo", Button: "Odprite", Href: "http://velenje.example/x", Theme: theme.Input{Brand: "#ffd500"}}.Message("ana@person.example", "test")
	if err != nil {
		t.Fatal(err)
	}
	ground, ink := theme.Input{Brand: "#ffd500"}.Action()
	if !strings.Contains(m.HTML, "border-top:6px solid "+ground) || !strings.Contains(m.HTML, "background:"+ground+";color:"+ink) {
		t.Errorf("%s on %s: %s", ink, ground, m.HTML)
	}
}
