package subject_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"glas/internal/subject"
)

func TestParseReadsWhatStringWrote(t *testing.T) {
	for _, want := range []subject.Ref{
		{Kind: "proposal", ID: "0198c2f4-7a3c-7d10-8a3b-1f2e3d4c5b6a"},
		{Kind: "survey_answer", ID: "OLD_12.b"},
	} {
		got, err := subject.Parse(want.String())
		if err != nil {
			t.Fatalf("Parse(%q): %v", want, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", want, diff)
		}
	}
}

func TestParseRefusesWhatIsNotARef(t *testing.T) {
	for _, bad := range []string{"", ":", "proposal", "proposal:", ":1", "Proposal:1", "a b:1", "a:b:c", "a:../b", "a:b c", "предложение:1", "a:\x00"} {
		if got, err := subject.Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", bad, got)
		}
	}
}

func TestZeroRefNamesNothing(t *testing.T) {
	var r subject.Ref
	if !r.IsZero() || r.String() != "" {
		t.Errorf("zero Ref: IsZero %v, String %q", r.IsZero(), r.String())
	}
	if (subject.Ref{Kind: "proposal"}).IsZero() {
		t.Error("a Ref with a kind is not zero")
	}
}
