package i18n_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/locales"
)

func file(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

// small is a catalogue of its own, so that these tests do not hang on the product's words.
func small(t testing.TB) *i18n.Catalogue {
	t.Helper()
	cat, err := i18n.Load(fstest.MapFS{
		"a.en.toml": file("[a.page]\ntitle = \"Title\"\nhello = \"Hello {{.Name}}, {{ .Count }} waiting\"\n" +
			"[a.days]\none = \"{{.N}} day\"\nother = \"{{.N}} days\"\n[time]\nnow = \"just now\""),
		"a.sl.toml": file("\"a.page.title\" = \"Naslov\"\n\"a.page.hello\" = \"{{.Count}} čaka, {{.Name}}\"\n" +
			"[a.days]\none = \"{{.N}} dan\"\ntwo = \"{{.N}} dneva\"\nfew = \"{{.N}} dnevi\"\nother = \"{{.N}} dni\"\n[time]\nnow = \"pravkar\""),
	})
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// speak is a context in the language, with the product's own words.
func speak(t testing.TB, lang, zone string) context.Context {
	t.Helper()
	cat, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return i18n.With(t.Context(), cat.Localizer(lang, loc, ""))
}

func TestMessages(t *testing.T) {
	cat := small(t)
	en := i18n.With(t.Context(), cat.Localizer("en", nil, "/en"))
	sl := i18n.With(t.Context(), cat.Localizer("sl", nil, ""))
	cases := []struct{ got, want string }{
		{i18n.T(en, "a.page.title"), "Title"},
		{i18n.T(sl, "a.page.title"), "Naslov"},
		{i18n.T(en, "a.page.hello", "Name", "Ana", "Count", 12345), "Hello Ana, 12,345 waiting"},
		{i18n.T(sl, "a.page.hello", "Name", "Ana", "Count", 12345), "12.345 čaka, Ana"},
		{i18n.T(sl, "a.page.hello", "Count", 1), "1 čaka, ⟦Name⟧"},
		{i18n.T(sl, "a.days", "N", 2), "2 dneva"},
		{i18n.T(sl, "a.days", "N", 1.5), "1,5 dnevi"},
		{i18n.N(sl, "a.days", int64(101)), "101 dan"},
		{i18n.Message(sl, fault.Msg("a.days", "N", 3)), "3 dnevi"},
		{i18n.Message(sl, fault.Message{}), ""},
		{i18n.T(en, "a.page.hello", "Name", fault.Msg("a.page.title"), "Count", i18n.Text{"sl": "več"}), "Hello Title, več waiting"},
		{i18n.Lang(en), "en"}, {i18n.Lang(context.Background()), "en"},
		{i18n.T(context.Background(), "a.b"), "⟦a.b⟧"},
		{i18n.Href(en, "/proposals?x=1"), "/en/proposals?x=1"}, {i18n.Href(en, "/"), "/en"}, {i18n.Href(sl, "/x"), "/x"},
		{i18n.Href(en, "https://x.si/"), "https://x.si/"}, {i18n.Href(en, "#a"), "#a"}, {i18n.Href(en, "//x.si"), "//x.si"},
		{i18n.LangName("el"), "Ελληνικά"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if m := cat.Missing(); len(m) != 0 {
		t.Errorf("missing %v", m)
	}
	if got := i18n.T(sl, "a.unknown", "N", 1); got != "⟦a.unknown⟧" || strings.Join(cat.Missing(), ",") != "a.unknown" {
		t.Errorf("got %q, missing %v", got, cat.Missing())
	}
	if got := cat.Localizer("xx", nil, "").Lang(); got != "en" {
		t.Errorf("a language without messages speaks %q", got)
	}
}

// TestPluralsOfFiveLanguages holds CLDR's examples, among them the Slovenian dual and counts beyond the table.
func TestPluralsOfFiveLanguages(t *testing.T) {
	cases := map[string]map[int]string{
		"sl": {0: "0 komentarjev", 1: "1 komentar", 2: "2 komentarja", 3: "3 komentarji", 4: "4 komentarji", 5: "5 komentarjev",
			11: "11 komentarjev", 21: "21 komentarjev", 101: "101 komentar", 102: "102 komentarja", 199: "199 komentarjev",
			201: "201 komentar", 1002: "1002 komentarja", 20004: "20.004 komentarji"},
		"bg": {0: "0 коментара", 1: "1 коментар", 2: "2 коментара", 21: "21 коментара", 1234: "1234 коментара"},
		"el": {1: "1 σχόλιο", 2: "2 σχόλια", 1001: "1.001 σχόλια"},
		"tr": {1: "1 yorum", 2: "2 yorum"},
		"en": {0: "0 comments", 1: "1 comment", 2: "2 comments", 1000: "1,000 comments"},
	}
	for lang, counts := range cases {
		ctx := speak(t, lang, "UTC")
		for n, want := range counts {
			if got := i18n.N(ctx, "n.comment", n); got != want {
				t.Errorf("%s %d: got %q, want %q", lang, n, got, want)
			}
		}
	}
}

func TestDatesAndNumbers(t *testing.T) {
	at := time.Date(2026, 6, 5, 5, 30, 0, 0, time.UTC)
	old := time.Date(2021, 6, 29, 6, 30, 0, 0, time.UTC)
	november := time.Date(2026, 11, 30, 23, 30, 0, 0, time.UTC) // already December in all four zones
	cases := []struct {
		lang, zone                                            string
		date, short, dateTime, clock, atClock, dayMonth, list string
		number, percent, money, month                         string
	}{
		{"sl", "Europe/Ljubljana", "29. junija 2021", "5. 6. 2026", "29. junija 2021 ob 8.30", "07:30", "ob 7.30",
			"1. decembra", "a, b in c", "1.234.567,5", "50\u00a0%", "1234,56\u00a0€", "junij 2026"},
		{"bg", "Europe/Sofia", "29 юни 2021 г.", "5.06.2026 г.", "29 юни 2021 г. в 09:30 ч.", "08:30 ч.",
			"в 08:30 ч.", "1 декември", "a, b и c", "1\u00a0234\u00a0567,5", "50%", "1234,56\u00a0€", "юни 2026 г."},
		{"el", "Europe/Athens", "29 Ιουνίου 2021", "5/6/2026", "29 Ιουνίου 2021 στις 09:30", "08:30", "στις 08:30",
			"1 Δεκεμβρίου", "a, b και c", "1.234.567,5", "50%", "1.234,56\u00a0€", "Ιούνιος 2026"},
		{"tr", "Europe/Istanbul", "29 Haziran 2021", "05.06.2026", "29 Haziran 2021 09:30", "08:30", "saat 08:30",
			"1 Aralık", "a, b ve c", "1.234.567,5", "%50", "1.234,56\u00a0€", "Haziran 2026"},
		{"en", "UTC", "29 June 2021", "5 Jun 2026", "29 June 2021 at 06:30", "05:30", "at 05:30",
			"30 November", "a, b and c", "1,234,567.5", "50%", "€1,234.56", "June 2026"},
	}
	for _, c := range cases {
		ctx := speak(t, c.lang, c.zone)
		for _, p := range [][2]string{
			{i18n.Date(ctx, old), c.date}, {i18n.DateShort(ctx, at), c.short}, {i18n.DateTime(ctx, old), c.dateTime},
			{i18n.Clock(ctx, at), c.clock}, {i18n.AtClock(ctx, at), c.atClock}, {i18n.DayMonth(ctx, november), c.dayMonth},
			{i18n.List(ctx, []string{"a", "b", "c"}), c.list}, {i18n.Number(ctx, 1234567.5), c.number},
			{i18n.Percent(ctx, 0.496), c.percent}, {i18n.Money(ctx, 123456, "EUR"), c.money}, {i18n.MonthYear(ctx, at), c.month},
			{i18n.Date(ctx, time.Time{}), ""},
		} {
			if p[0] != p[1] {
				t.Errorf("%s: got %q, want %q", c.lang, p[0], p[1])
			}
		}
	}
	tr, sl, el := speak(t, "tr", "UTC"), speak(t, "sl", "UTC"), speak(t, "el", "UTC")
	for _, p := range [][2]string{
		{i18n.Money(tr, 123456, "TRY"), "₺1.234,56"}, {i18n.Money(sl, -5, "EUR"), "−0,05\u00a0€"}, {i18n.Number(sl, -12345), "−12.345"},
		{i18n.Number(sl, 1234), "1234"}, {i18n.Number(el, uint8(7)), "7"}, {i18n.Number(sl, -0.0001), "0"},
		{i18n.DateTime(el, time.Date(2026, 5, 7, 1, 5, 0, 0, time.UTC)), "7 Μαΐου 2026 στη 01:05"},
		{i18n.Weekday(sl, at), "petek"}, {i18n.List(sl, []string{"a"}), "a"}, {i18n.List(sl, nil), ""}, {i18n.Days(sl, 2), "2 dneva"},
		{i18n.ISO(at), "2026-06-05T05:30:00Z"}, {i18n.T(sl, "time.until_inclusive", "Date", old), "do vključno 29. junija 2021"},
	} {
		if p[0] != p[1] {
			t.Errorf("got %q, want %q", p[0], p[1])
		}
	}
}

func TestRunOfDaysSaysTheMonthOnce(t *testing.T) {
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 12, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		lang, month, months string
	}{
		{"sl", "3.–17.\u00a0septembra", "18.\u00a0septembra\u00a0– 2.\u00a0novembra"},
		{"bg", "3–17\u00a0септември", "18\u00a0септември\u00a0– 2\u00a0ноември"},
		{"el", "3–17\u00a0Σεπτεμβρίου", "18\u00a0Σεπτεμβρίου\u00a0– 2\u00a0Νοεμβρίου"},
		{"tr", "3–17\u00a0Eylül", "18\u00a0Eylül\u00a0– 2\u00a0Kasım"},
		{"en", "3–17\u00a0September", "18\u00a0September\u00a0– 2\u00a0November"},
	} {
		ctx := speak(t, c.lang, "UTC")
		for _, p := range [][2]string{
			{i18n.DayRange(ctx, day(9, 3), day(9, 17)), c.month}, {i18n.DayRange(ctx, day(9, 18), day(11, 2)), c.months},
			{i18n.DayRange(ctx, day(9, 3), day(9, 3)), i18n.DayMonth(ctx, day(9, 3))}, {i18n.DayRange(ctx, time.Time{}, day(9, 3)), i18n.DayMonth(ctx, day(9, 3))},
			{i18n.DayRange(ctx, day(9, 3), day(9, 17).AddDate(1, 0, 0)), i18n.DayRange(ctx, day(9, 3), day(9, 17).AddDate(2, 0, 0))},
		} {
			if p[0] != p[1] {
				t.Errorf("%s: got %q, want %q", c.lang, p[0], p[1])
			}
		}
		if i18n.DayRange(ctx, day(9, 3), day(9, 17).AddDate(1, 0, 0)) == c.month {
			t.Errorf("%s: a year looks like two weeks", c.lang)
		}
	}
}

func TestAgo(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	sl := speak(t, "sl", "Europe/Ljubljana")
	day := 24 * time.Hour
	for d, want := range map[time.Duration]string{
		30 * time.Second: "pravkar", -30 * time.Second: "pravkar", time.Minute: "pred 1 minuto", 119 * time.Minute: "pred 1 uro",
		2 * time.Hour: "pred 2 urama", 3 * day: "pred 3 dnevi", 13 * day: "pred 13 dnevi", 14 * day: "pred 2 tednoma",
		59 * day: "pred 8 tedni", 60 * day: "pred 2 mesecema", 364 * day: "pred 11 meseci", 366 * day: "pred 1 letom",
		-2 * day: "čez 2 dneva", -40 * day: "čez 40 dni", -3 * time.Hour: "čez 3 ure",
	} {
		if got := i18n.Ago(sl, now, now.Add(-d)); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

// TestLoadRefuses plants every fault that would otherwise reach a reader, and demands that one error names them all.
func TestLoadRefuses(t *testing.T) {
	_, err := i18n.Load(fstest.MapFS{
		"a.en.toml": file("a = \"x {{.Name}}\"\nb = \"x\"\nd = \"{{if .X}}y{{end}}\"\nempty = \" \"\n[p]\none = \"1\"\nother = \"{{.N}}\""),
		"a.sl.toml": file("a = \"x {{.Nme}}\"\nc = \"x\"\nd = \"y\"\nempty = \"x\"\n[p]\none = \"1\"\nother = \"{{.N}}\""),
		"b.en.toml": file("b = \"again\""),
	})
	if err == nil {
		t.Fatal("accepted")
	}
	if err != nil && !strings.Contains(err.Error(), "written twice") {
		t.Errorf("not named: written twice in %v", err)
	}
	_, err = i18n.Load(fstest.MapFS{
		"a.en.toml": file("a = \"x {{.Name}}\"\nb = \"x\"\nd = \"{{if .X}}y{{end}}\"\nempty = \" \"\n[p]\none = \"1\"\nother = \"{{.N}}\""),
		"a.sl.toml": file("a = \"x {{.Nme}}\"\nc = \"x\"\nd = \"y\"\nempty = \"x\"\n[p]\none = \"1\"\nother = \"{{.N}}\""),
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{`"a": en has text [Name], sl has text [Nme]`, `sl: "b" is missing`, `en: "c" is missing`,
		`write {{.Name}}`, `"empty": the text is empty`, `sl: "p": plural forms are [one other], need [few one other two]`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not named: %s in\n%v", want, err)
		}
	}
	for name, fsys := range map[string]fstest.MapFS{
		"nothing": {}, "bad name": {"en.toml": file("a=\"x\"")}, "bad toml": {"a.en.toml": file("a=")},
		"number": {"a.en.toml": file("a = 1")}, "unknown language": {"a.fr.toml": file("a = \"x\"")},
	} {
		if _, err := i18n.Load(fsys); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestText(t *testing.T) {
	x := i18n.Text{"sl": "Cesta", "el": " ", "tr": "Yol"}
	cat := small(t)
	for _, c := range []struct{ lang, fallback, text, in string }{
		{"sl", "tr", "Cesta", "sl"}, {"el", "tr", "Yol", "tr"}, {"en", "bg", "Cesta", "sl"},
	} {
		if text, in := x.Pick(c.lang, c.fallback); text != c.text || in != c.in {
			t.Errorf("%v: %q %q", c, text, in)
		}
	}
	if got := x.In(i18n.With(t.Context(), cat.Localizer("en", nil, "/en").Fallback("tr"))); got != "Yol" {
		t.Errorf("In gives %q", got)
	}
	for lang, want := range map[string]string{"en": "sl", "sl": ""} {
		if got := x.Other(i18n.With(t.Context(), cat.Localizer(lang, nil, "").Fallback("el"))); got != want {
			t.Errorf("a reader of %s is told that the text is in %q, want %q", lang, got, want)
		}
	}
	if got := (i18n.Text{}).Other(i18n.With(t.Context(), cat.Localizer("en", nil, ""))); got != "" {
		t.Errorf("nothing is written in %q", got)
	}
	if !(i18n.Text{"sl": " "}).Empty() || x.Empty() {
		t.Error("Empty")
	}
}

func TestPlainMessagesDoNotAllocate(t *testing.T) {
	ctx := i18n.With(t.Context(), small(t).Localizer("sl", nil, ""))
	if n := testing.AllocsPerRun(100, func() { _ = i18n.T(ctx, "a.page.title") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkT(b *testing.B) {
	ctx := i18n.With(b.Context(), small(b).Localizer("sl", nil, ""))
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = i18n.T(ctx, "a.page.title")
		}
	})
	b.Run("placeholders", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = i18n.T(ctx, "a.page.hello", "Name", "Ana", "Count", 5)
		}
	})
	b.Run("plural", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = i18n.N(ctx, "a.days", 42)
		}
	})
}
