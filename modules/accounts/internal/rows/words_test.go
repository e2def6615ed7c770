package rows

import (
	"strings"
	"testing"
)

func TestNormalAddress(t *testing.T) {
	for in, want := range map[string]string{"Ana.Novak@Example.SI": "ana.novak@example.si", "ana@čebela.si": "ana@xn--ebela-gya.si", "ana": "", "ána@example.si": ""} {
		got, err := NormalAddress(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("NormalAddress(%q) = %q, %v", in, got, err)
		}
	}
}

func TestPseudonymWordIsThatOfTheMunicipality(t *testing.T) {
	for _, lang := range []string{"sl", "bg", "el", "tr", "en"} {
		a, b := Pseudonym("key", "c1", lang), Pseudonym("key", "c1", lang)
		if a != b || !strings.HasPrefix(a, pseudonymWord(lang)+" ") {
			t.Errorf("pseudonyms %q, %q", a, b)
		}
	}
}
