package id_test

import (
	"strings"
	"testing"

	"glas/internal/id"
)

func TestNewIsValidUniqueAndAscending(t *testing.T) {
	last := ""
	for range 5000 {
		next := id.New()
		if !id.Valid(next) {
			t.Fatalf("Valid(%q) = false", next)
		}
		if next <= last {
			t.Fatalf("%q does not sort after %q", next, last)
		}
		last = next
	}
	if last[14] != '7' {
		t.Errorf("version of %q is not 7", last)
	}
}

func TestValidRefusesOtherForms(t *testing.T) {
	good := "0198c2f4-7a3c-7d10-8a3b-1f2e3d4c5b6a"
	if !id.Valid(good) {
		t.Fatalf("Valid(%q) = false", good)
	}
	for _, bad := range []string{
		"", "1", strings.ToUpper(good), "{" + good + "}", "urn:uuid:" + good,
		strings.ReplaceAll(good, "-", ""), good[:35], good + "0",
		"0198c2f4-7a3c-7d10-8a3b-1f2e3d4c5b6g", "../../../../../../../../etc/passwd..",
	} {
		if id.Valid(bad) {
			t.Errorf("Valid(%q) = true", bad)
		}
	}
}

func TestTokensAreNotStored(t *testing.T) {
	a, b := id.Token(16), id.Token(16)
	if a == b || len(a) != 22 || len(id.Token(32)) != 43 {
		t.Errorf("tokens %q and %q", a, b)
	}
	if h := id.Hash("glas"); h != "e648d7f3141ade66cd3c8b87556ad873afed1af01de80cab9d799e32d96a2d92" || id.Hash(a) == id.Hash(b) {
		t.Errorf("hash %q", h)
	}
}

func TestAnIDOfANameIsTheSame(t *testing.T) {
	if a := id.Named("clock.rule"); a != id.Named("clock.rule") || !id.Valid(a) || a == id.Named("clock.rules") {
		t.Errorf("%q", a)
	}
}
