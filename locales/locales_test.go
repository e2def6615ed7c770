package locales_test

import (
	"testing"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/locales"
)

// TestEveryMessageFileHolds is what keeps the five languages complete: Load refuses a missing id, a missing plural form and
// a placeholder that one language lacks.
func TestEveryMessageFileHolds(t *testing.T) {
	cat, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(cat.Languages()); got != 5 {
		t.Errorf("%d languages, want 5: %v", got, cat.Languages())
	}
}

func TestEveryKindOfFaultHasItsPage(t *testing.T) {
	cat, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []fault.Kind{
		fault.KindInternal, fault.KindInvalid, fault.KindNotFound, fault.KindForbidden, fault.KindSignIn, fault.KindConflict,
		fault.KindTooMany, fault.KindTooLarge, fault.KindGone, fault.KindUnavailable,
	} {
		for _, part := range []string{".title", ".text"} {
			if id := "common.error." + string(kind) + part; !cat.Has(id) {
				t.Errorf("%s is missing", id)
			}
		}
	}
}
