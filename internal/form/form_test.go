package form_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/locales"
)

func of(pairs ...string) *form.Form {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return form.New(values, nil)
}

func TestTextIsCountedInLetters(t *testing.T) {
	for _, c := range []struct {
		value string
		limit form.Limit
		want  string // message id
	}{
		{"", form.Limit{}, ""}, {"", form.Limit{Min: 1}, "val.required"}, {" \n ", form.Limit{Min: 1}, "val.required"},
		{"abc", form.Limit{Min: 4}, "val.min_chars"}, {"čšžđ", form.Limit{Min: 4, Max: 4}, ""},
		{"👨‍👩‍👧‍👦👨‍👩‍👧‍👦", form.Limit{Max: 2}, ""}, {"Здравей", form.Limit{Max: 6}, "val.max_chars"},
		{strings.Repeat("x", 1<<20+1), form.Limit{}, "val.too_long"},
	} {
		f := of("t", c.value)
		f.Text("t", c.limit)
		if got := f.Error("t").ID; got != c.want {
			t.Errorf("%.20q %v: got %q, want %q", c.value, c.limit, got, c.want)
		}
	}
	f := of("t", " a\r\nb\x00c \u202e")
	if got := f.Text("t", form.Limit{}); got != "a\nbc" {
		t.Errorf("got %q", got)
	}
	if got := f.Line("t", form.Limit{}); got != "a bc" {
		t.Errorf("got %q", got)
	}
}

func TestEmail(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Ana.Novak@Velenje.SI": "Ana.Novak@velenje.si", "a+b@x.co": "a+b@x.co", "a@b": "!", "a b@c.si": "!",
		"Ana <a@b.si>": "!", "@b.si": "!", "a@.si.": "!", "a@b..si": "!", "a@b.si\nBcc: x@y.si": "!", "a,b@c.si": "!",
		strings.Repeat("a", 65) + "@b.si": "!",
	} {
		f := of("e", in)
		got := f.Email("e")
		if failed := !f.Valid(); failed != (want == "!") || !failed && got != want {
			t.Errorf("%q: got %q, %v", in, got, f.Complaints())
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int
		id   string
	}{{"5", 5, ""}, {"1 234", 1234, ""}, {"-3", -3, "val.range"}, {"x", 0, "val.number"}, {"", 0, "val.required"},
		{"99999999999999999999", 0, "val.number"}, {"5.5", 0, "val.number"}} {
		f := of("n", c.in)
		if got := f.Int("n", 0, 5000); got != c.want || f.Error("n").ID != c.id {
			t.Errorf("%q: got %d %v", c.in, got, f.Error("n"))
		}
	}
	for _, c := range []struct {
		in   string
		want float64
		id   string
	}{{"5,5", 5.5, ""}, {"5.5", 5.5, ""}, {"NaN", 0, "val.number"}, {"1e309", 0, "val.number"}, {"-1", -1, "val.range"}, {"1,2,3", 0, "val.number"}} {
		f := of("n", c.in)
		if got := f.Float("n", 0, 100); got != c.want || f.Error("n").ID != c.id {
			t.Errorf("%q: got %v %v", c.in, got, f.Error("n"))
		}
	}
	if f := of(); f.OptionalInt("n", 1, 2, 7) != 7 || !f.Valid() {
		t.Error("OptionalInt")
	}
}

func TestTimes(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Ljubljana")
	if err != nil {
		t.Fatal(err)
	}
	f := of("d", "2026-06-05", "dt", "2026-11-30T23:59", "t", "08:30", "bad", "5. 6. 2026", "early", "0001-01-01")
	if got := f.Date("d", zone); !got.Equal(time.Date(2026, 6, 4, 22, 0, 0, 0, time.UTC)) {
		t.Error(got)
	}
	if got := f.DateTime("dt", zone); !got.Equal(time.Date(2026, 11, 30, 22, 59, 0, 0, time.UTC)) {
		t.Error(got)
	}
	if got := f.Time("t"); got != 8*time.Hour+30*time.Minute {
		t.Error(got)
	}
	if got := f.Date("none", nil); !got.IsZero() || !f.Valid() {
		t.Error(got, f.Complaints())
	}
	f.Date("bad", zone)
	f.DateTime("bad", zone)
	f.Date("early", zone)
	f.Time("d")
	if got := f.Complaints(); len(got) != 3 || got["bad"].ID != "val.date" || got["early"].ID != "val.date" || got["d"].ID != "val.time" {
		t.Errorf("got %v", got)
	}
}

func TestChoices(t *testing.T) {
	f := of("one", "b", "many", "c", "many", "a", "many", "a", "many", "", "odd", "z", "on", "on", "lines", "a\n\n b \r\nc")
	if f.OneOf("one", "a", "b") != "b" || !slices.Equal(f.Many("many", "a", "b", "c"), []string{"a", "c"}) || !f.Bool("on") || f.Bool("one") {
		t.Error("choices")
	}
	if got := f.Lines("lines"); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("lines %v", got)
	}
	if f.OneOf("none", "", "a") != "" || !f.Valid() {
		t.Error("an optional choice")
	}
	if f.OneOf("odd", "a") != "" || f.Many("odd", "a") != nil || f.Error("odd").ID != "val.choose" || len(f.Complaints()) != 1 {
		t.Errorf("odd %v", f.Complaints())
	}
}

func TestTexts(t *testing.T) {
	langs := []string{"sl", "en"}
	f := of("title.sl", "Cesta", "title.bg", "Път")
	if got := f.Texts("title", langs, form.Limit{Min: 3, Max: 9}); len(got) != 1 || got["sl"] != "Cesta" || !f.Valid() {
		t.Errorf("got %v %v", got, f.Complaints())
	}
	f = of("title.en", "Ro")
	f.Texts("title", langs, form.Limit{Min: 3})
	if f.Error("title.sl").ID != "val.required" || f.Error("title.en").ID != "val.min_chars" {
		t.Errorf("got %v", f.Complaints())
	}
}

func TestFiles(t *testing.T) {
	files := map[string][]form.File{"f": {
		{Name: `C:\fake\slika č.jpg`, ContentType: "image/jpeg; x=1", Size: 10}, {Name: "../../etc/passwd", Size: 1},
		{Name: "", Size: 0}, {Name: strings.Repeat("a", 300) + ".pdf", ContentType: ";;", Size: 5}, {Name: "big.bin", Size: 3 << 20},
	}}
	f := form.New(nil, files)
	got := f.Files("f", 5, 2<<20)
	if len(got) != 3 || got[0].Name != "slika č.jpg" || got[0].ContentType != "image/jpeg" || got[1].Name != "passwd" ||
		!strings.HasSuffix(got[2].Name, "a.pdf") || len(got[2].Name) > 120 || got[2].ContentType != "application/octet-stream" {
		t.Errorf("got %+v", got)
	}
	if m := f.Error("f"); m.ID != "val.file_too_big" {
		t.Errorf("got %v", m)
	}
	f = form.New(nil, files)
	if got := f.Files("f", 1, 9<<20); len(got) != 1 || f.Error("f").ID != "val.too_many_files" {
		t.Errorf("got %v %v", got, f.Complaints())
	}
}

func TestErrAndEncode(t *testing.T) {
	f := of("title", "x", "body", "č & ć", "_csrf", "t", "password", "secret")
	if f.Err() != nil || !f.Has("body") || f.Has("nothing") {
		t.Error("a form without complaints")
	}
	f.Text("title", form.Limit{Min: 5})
	f.Check("title", false, "other.message")
	f.Check("", true, "never")
	if f.Take(fault.NotFound("x")) || !f.Take(fault.Invalid(fault.Fields{"z": fault.Msg("zz"), "title": fault.Msg("tt")})) {
		t.Error("Take")
	}
	e, ok := fault.As(f.Err())
	if !ok || e.Kind != fault.KindInvalid || len(e.Fields) != 2 || e.Fields["title"].ID != "val.min_chars" {
		t.Errorf("got %v", f.Err())
	}
	if got := f.Encode(); got != "body=%C4%8D+%26+%C4%87&title=x" {
		t.Errorf("got %q", got)
	}
	f.Set("title", "new")
	if f.Value("title") != "new" {
		t.Error("Set")
	}
}

// TestEveryComplaintHasItsWords keeps the ids used here and the message files together.
func TestEveryComplaintHasItsWords(t *testing.T) {
	cat, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"required", "min_chars", "max_chars", "too_long", "email", "number", "range", "date", "date_time",
		"time", "choose", "file_too_big", "too_many_files"} {
		if !cat.Has("val." + id) {
			t.Errorf("val.%s has no words", id)
		}
	}
	ctx := i18n.With(t.Context(), cat.Localizer("sl", time.UTC, ""))
	f := form.New(nil, map[string][]form.File{"f": {{Name: "a.pdf", Size: 3 << 20}}})
	f.Files("f", 2, 5<<19)
	if got := i18n.Message(ctx, f.Error("f")); got != "a.pdf: datoteka je prevelika. Največja dovoljena velikost je 2,5 MB." {
		t.Errorf("got %q", got)
	}
	f = of("t", "ab")
	f.Text("t", form.Limit{Min: 4})
	if got := i18n.Message(ctx, f.Error("t")); got != "Vnesite najmanj 4 znake." {
		t.Errorf("got %q", got)
	}
}

func FuzzForm(f *testing.F) {
	f.Add("title", "Čiščenje", "2026-06-05")
	f.Add("\xff", "\x00\xfe", "99999-01-01T00:00")
	f.Fuzz(func(t *testing.T, name, a, b string) {
		x := form.New(url.Values{name: {a, b}, "n": {b}}, map[string][]form.File{name: {{Name: a, ContentType: b, Size: int64(len(b))}}})
		for _, s := range []string{x.Text(name, form.Limit{Min: 2, Max: 9}), x.Line(name, form.Limit{}), x.Value(name), x.Email(name)} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Fatalf("%q came through", s)
			}
		}
		x.Int("n", 0, 9)
		x.Float("n", 0, 9)
		x.Date("n", time.UTC)
		x.DateTime("n", nil)
		x.Time("n")
		x.OneOf(name, a)
		x.Many(name, a, b)
		x.Lines(name)
		x.Texts(name, []string{"sl", ""}, form.Limit{Min: 1})
		for _, file := range x.Files(name, 0, 100) {
			if strings.ContainsAny(file.Name, "/\x00") || file.Name == ".." {
				t.Fatalf("the name %q", file.Name)
			}
		}
		kept, err := url.ParseQuery(x.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if again := form.New(kept, nil).Encode(); again != x.Encode() {
			t.Fatalf("kept %q, then %q", x.Encode(), again)
		}
		_ = x.Err()
	})
}

func TestMoment(t *testing.T) {
	f := of("at", "1795252259", "zero", "0", "before", "-5", "odd", "1e9", "huge", "99999999999999999999")
	if got := f.Moment("at"); got.Unix() != 1795252259 {
		t.Error(got)
	}
	for _, name := range []string{"zero", "before", "odd", "huge", "none"} {
		if got := f.Moment(name); !got.IsZero() || !f.Valid() {
			t.Errorf("%s: %v", name, got)
		}
	}
}
