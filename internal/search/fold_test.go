package search_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"glas/internal/search"
)

// slow is the definition of folding that Fold must agree with.
func slow(s string) string {
	rep := strings.NewReplacer("ı", "i", "İ", "i", "ς", "σ", "đ", "d", "Đ", "d", "ß", "ss")
	s = rep.Replace(strings.ToLower(rep.Replace(s)))
	t := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		if unicode.Is(unicode.Cyrillic, r) {
			b.WriteRune(r)
			continue
		}
		o, _, _ := transform.String(t, string(r))
		b.WriteString(o)
	}
	return b.String()
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Čiščenje": "ciscenje", "ΔΡΟΜΟΣ": "δρομοσ", "Δρόμος": "δρομοσ", "προϋπολογισμός": "προυπολογισμοσ", "IŞIK": "isik",
		"ışık": "isik", "Район": "район", "Đuro": "duro", "Straße": "strasse", "İzmir": "izmir", "ѝ": "ѝ", "Μαΐου": "μαιου",
		"c\u030c": "c", "и\u0306": "й", "": "", "PLAIN 1": "plain 1", "ἄνθρωπος": "ανθρωποσ",
	} {
		if got := search.Fold(in); got != want || got != slow(in) {
			t.Errorf("%q: got %q, want %q, defined %q", in, got, want, slow(in))
		}
	}
	for r := rune(1); r < 0x2000; r++ {
		if !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Common) || r == 'ẞ' {
			continue // ẞ is folded like ß, beyond the definition
		}
		if s := "a" + string(r) + "b"; search.Fold(s) != slow(s) {
			t.Errorf("%U: got %q, defined %q", r, search.Fold(s), slow(s))
		}
	}
}

func TestTerms(t *testing.T) {
	for in, want := range map[string][]string{
		"": nil, "  !? ": nil, "Ceste, CESTE in": {"ceste", "in"}, "a b": {"a", "b"}, "a cesta": {"cesta"},
		"1 2 3 4 5 6 7 8 9 10": {"10"}, "x-y_z": {"x", "y", "z"}, "\xff\xfe": nil, "o'connor": {"connor"},
		"aa bb cc dd ee ff gg hh ii": {"aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh"},
	} {
		if got := search.Terms(in); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", in, got, want)
		}
	}
	if got := search.Terms(strings.Repeat("č", 100_000)); len(got) != 1 || len(got[0]) > 40 {
		t.Errorf("a huge word gives %d terms", len(got))
	}
}

func TestSimilarity(t *testing.T) {
	same := search.Similarity("Čiščenje reke Pake", "ciscenje REKE pake")
	near := search.Similarity("Čiščenje reke Pake", "Čiščenje bregov reke Pake")
	far := search.Similarity("Čiščenje reke Pake", "Parkirišča pri bazenu")
	if same != 1 || near < 0.5 || near >= 1 || far > 0.2 || search.Similarity("", "x") != 0 {
		t.Errorf("same %v, near %v, far %v", same, near, far)
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Čiščenje ΔΡΟΜΟΣ IŞIK Район")
	f.Fuzz(func(t *testing.T, s string) {
		once := search.Fold(strings.ToValidUTF8(s, ""))
		for _, term := range search.Terms(s) {
			for _, r := range term {
				if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
					t.Fatalf("%q: the term %q would need quoting", s, term)
				}
			}
		}
		if search.Similarity(once, s) > 1 {
			t.Fatal("more than equal")
		}
	})
}

func BenchmarkFold(b *testing.B) {
	text := strings.Repeat("Čiščenje reke Pake; Διαβούλευση για τον προϋπολογισμό. Обществена консултация, ışık. ", 10)
	b.SetBytes(int64(len(text)))
	b.Run("fast", func(b *testing.B) {
		for b.Loop() {
			search.Fold(text)
		}
	})
	b.Run("defined", func(b *testing.B) {
		for b.Loop() {
			slow(text)
		}
	})
}
