package stored

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"glas/internal/i18n"
)

// whole is a remark with something in every field.
func whole(s State) *Remark {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	r := &Remark{Seq: SeqOf(2026, 7), Year: 2026, Number: 7, Token: "token", ConsultationID: "c", HostKind: "text", HostID: "t", Block: "b", Label: "label", BlockText: "old wording",
		Quote: "quoted", Channel: Letter, Source: "source", ReceivedAt: now, Stance: Against, Body: "body", Wording: "wording", Effects: "effects", Excerpt: "excerpt", Folded: "folded", Lang: "sl",
		PersonName: "person name", PersonEmail: "nobody@x", PersonAddress: "address", State: s, StateReason: "state reason", Hints: "hints", Disposition: Partly, AnswerReason: i18n.Text{"sl": "working reason"},
		DepartmentID: "department", AssigneeID: "assignee", DueAt: now, DecidedBy: "officer", DecidedByName: "officer name", DecidedAt: now,
		PublicAnswer: &Answer{Disposition: Accepted, Reason: i18n.Text{"sl": "public reason"}}, PublicDisposition: Accepted, PublishedAt: now, GroupID: "group", ExternalID: "external", Dedupe: "dedupe"}
	r.AuthorID, r.AuthorName, r.AuthorKind = "ana", "author name", "citizen"
	return r
}

// What anybody sees of a remark: this table is the rule.
func TestSight(t *testing.T) {
	eyes := map[string]Eye{"public": Public(), "other": {AccountID: "bor"}, "author": {AccountID: "ana"}, "bearer": {Bearer: true}, "staff": {AccountID: "eva", Staff: true}}
	want := map[State]map[string]Sight{
		Shown:     {"public": Open, "other": Open, "author": Open, "bearer": Open, "staff": Whole},
		Waiting:   {"public": Nothing, "other": Nothing, "author": Open, "bearer": Open, "staff": Whole},
		Hidden:    {"public": Mark, "other": Mark, "author": Open, "bearer": Open, "staff": Whole},
		Refused:   {"public": Nothing, "other": Nothing, "author": Open, "bearer": Open, "staff": Whole},
		Withdrawn: {"public": Mark, "other": Mark, "author": Open, "bearer": Open, "staff": Whole},
		Removed:   {"public": Mark, "other": Mark, "author": Mark, "bearer": Mark, "staff": Whole},
	}
	for _, s := range States() {
		for who, eye := range eyes {
			r := whole(s)
			if got := r.Sight(eye); got != want[s][who] {
				t.Errorf("%s for %s: %d, want %d", s, who, got, want[s][who])
			}
			shown := fmt.Sprintf("%+v", r.For(eye))
			for words, sight := range leaks(s) {
				if strings.Contains(shown, words) && r.Sight(eye) < sight {
					t.Errorf("%s shows %q to %s", s, words, who)
				}
			}
		}
	}
	if r := whole(Shown).For(Public()); r.Body != "body" || r.PublicAnswer == nil || r.AuthorName != "author name" {
		t.Errorf("what is public is lost: %+v", r)
	}
	if unclaimed := (&Remark{State: Waiting}).Sight(Public()); unclaimed != Nothing {
		t.Errorf("a remark without an account shows itself to those without one: %d", unclaimed)
	}
}

// leaks are words of whole with the sight that they need; a published answer needs one that is shown.
func leaks(s State) map[string]Sight {
	out := map[string]Sight{"body": Open, "old wording": Open, "effects": Open, "author name": Open, "quoted": Open, "label": Open, "state reason": Open}
	for _, w := range []string{"token", "person name", "nobody@x", "address", "source", "folded", "hints", "working reason", "department", "assignee", "officer", "group", "external", "dedupe"} {
		out[w] = Whole
	}
	if s != Shown {
		out["public reason"] = Whole
	}
	return out
}

// A field that is added later is public only when somebody says so here.
func TestEveryFieldIsThoughtOf(t *testing.T) {
	const known = 70
	if n := reflect.TypeOf(Remark{}).NumField(); n != known {
		t.Errorf("a remark has %d fields, not %d: decide in Remark.open who sees the new ones, then change the number here", n, known)
	}
}

func TestSimilar(t *testing.T) {
	list := []Sketch{
		{ID: "1", Seq: 1, Folded: "parkirnina naj bo nizja za stanovalce ulice"},
		{ID: "2", Seq: 2, Folded: "parkirnina naj bo nizja za stanovalce nase ulice prosim"},
		{ID: "3", Seq: 3, Folded: "zelenice naj ostanejo nedotaknjene ker so hladen prostor"},
		{ID: "4", Seq: 4, Folded: "zelenice morajo ostati nedotaknjene ker so hladen prostor"},
		{ID: "5", Seq: 5, Folded: "da"},
	}
	if got := Similar(list[0].Folded, "1", list, 10); len(got) != 1 || got[0].ID != "2" {
		t.Errorf("%+v", got)
	}
	if got := Clusters(list); len(got) != 2 || len(got[0]) != 2 || got[0][0].ID != "1" || got[1][0].ID != "3" {
		t.Errorf("%+v", got)
	}
}

func TestNumbersAreSearched(t *testing.T) {
	for s, want := range map[string]int64{"14": 14, "2026/14": 14, " 7 ": 7, "člen 14": 0, "2026/": 0, "-3": 0, "a/4": 0, "": 0} {
		if _, n := (Filter{Text: s}).number(); n != want {
			t.Errorf("%q is number %d, want %d", s, n, want)
		}
	}
}
