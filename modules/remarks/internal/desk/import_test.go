package desk

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/form"
	"glas/internal/subject"
	"glas/modules/remarks/internal/stored"
)

// Tables as they come in four countries.
func TestImportingTables(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	for name, rows := range map[string][][]string{
		"sl": {{"Sklic", "Datum", "Kanal", "Vir", "Člen", "Pripomba", "Stališče"}, {"351-1", "20. 11. 2026", "pošta", "Dopis", "7. člen (2)", "Dovolite izjeme.", "proti"}},
		"bg": {{"Номер", "Дата", "Канал", "Източник", "Член", "Бележка", "Позиция"}, {"351-1", "20.11.2026", "писмо", "Писмо", "7. член (2)", "Допуснете изключения.", "против"}},
		"el": {{"Αριθμ. πρωτ.", "Ημερομηνία", "Κανάλι", "Πηγή", "Άρθρο", "Παρατήρηση", "Θέση"}, {"351-1", "20/11/2026", "επιστολή", "Επιστολή", "Άρθρο 7(2)", "Επιτρέψτε εξαιρέσεις.", "κατά"}},
		"tr": {{"Sayı", "Tarih", "Kanal", "Kaynak", "Madde", "Görüş", "Tutum"}, {"351-1", "20.11.2026", "mektup", "Dilekçe", "MADDE 7 (2)", "İstisnalara izin verin.", "aleyhte"}},
		"en": {{"Reference", "Date", "Channel", "Source", "Article", "Remark", "Stance"}, {"351-1", "2026-11-20", "letter", "Letter", "Art. 7(2)", "Allow exceptions.", "against"}},
	} {
		labels := map[string]string{"sl": "7. člen(2)", "bg": "7. член (2)", "el": "Άρθρο 7 (2)", "tr": "Madde 7(2)", "en": "Art. 7(2)"}
		at := stored.Anchor{Ref: subject.Ref{Kind: "text", ID: "t"}, Block: "a7-2"}
		im := importer{columns: guess(rows[0]), consultationID: "c", places: []PlaceOption{{at, labels[name]}}, channel: stored.Import, zone: time.UTC, now: now}
		entries, problems := im.read(rows[1:])
		if len(problems) > 0 || len(entries) != 1 {
			t.Errorf("%s: %+v, columns %v", name, problems, im.columns)
			continue
		}
		if e := entries[0]; e.ExternalID != "351-1" || e.Channel != stored.Letter || e.Block != "a7-2" || e.Stance != stored.Against || e.Source == "" || e.ReceivedAt.Day() != 20 || e.Body == "" {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// The places of a consultation carry the title of their text, so no article that a table cites was ever found.
func TestAnArticleIsFoundByItsCitationAlone(t *testing.T) {
	place := func(text, block, label string) PlaceOption {
		return PlaceOption{stored.Anchor{Ref: subject.Ref{Kind: "text", ID: text}, Block: block, Label: label}, "Odlok " + text + ": " + label}
	}
	im := importer{places: []PlaceOption{place("A", "a1", "1. člen"), place("A", "a2", "2. člen"), place("B", "b1", "1. člen")}}
	for cited, want := range map[string]string{"2. člen": "a2", "2.člen": "a2", "Odlok B: 1. člen": "b1", "b1": "b1", "1. člen": "a1 b1", "3. člen": ""} {
		var got []string
		for _, p := range im.place(cited) {
			got = append(got, p.Anchor.Block)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: found %v, want %s", cited, got, want)
		}
	}
}

func TestFaultyRows(t *testing.T) {
	header := []string{"Reference", "Date", "Channel", "Source", "Article", "Remark"}
	rows := [][]string{
		{"1", "2026-11-20", "letter", "Letter 1", "", "A good remark."},
		{"1", "2026-11-20", "letter", "Letter 1", "", "The same reference."},
		{"2", "32.13.2026", "letter", "Letter 2", "", "No such day."},
		{"3", "2026-12-20", "letter", "Letter 3", "", "A day to come."},
		{"4", "2026-11-20", "pigeon", "Letter 4", "", "No such channel."},
		{"5", "2026-11-20", "letter", "", "", "No source."},
		{"6", "2026-11-20", "letter", "Letter 6", "Art. 99", "No such article."},
		{"7", "2026-11-20", "letter", "Letter 7"},
	}
	im := importer{columns: guess(header), consultationID: "c", channel: stored.Import, zone: time.UTC, now: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	entries, problems := im.read(rows)
	if len(entries) != 1 || len(problems) != 7 {
		t.Fatalf("%d entries, %+v", len(entries), problems)
	}
	for i, field := range []string{"reference", "received", "received", "channel", "source", "block", "body"} {
		if problems[i].Row != i+3 || problems[i].Field != field {
			t.Errorf("%d: %+v, want %s", i, problems[i], field)
		}
	}
}

// TestALargeTableWasLostBetweenTheSteps: what travels in the form was cut after a megabyte, and the second step asked for the file again.
func TestALargeTableWasLostBetweenTheSteps(t *testing.T) {
	rows := [][]string{{"Reference", "Remark"}}
	for range 3000 {
		rows = append(rows, []string{"351-1", strings.Repeat("Dovolite izjeme. ", 60)})
	}
	table, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	im := importData{}
	if err := im.take(form.New(url.Values{"table": {string(table)}}, nil)); err != nil || len(im.rows) != 3000 {
		t.Errorf("of %d bytes: %d rows, %v", len(table), len(im.rows), err)
	}
}
