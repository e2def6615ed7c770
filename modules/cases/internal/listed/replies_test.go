package listed

import (
	"context"
	"testing"
	"time"

	"glas/internal/i18n"
	"glas/locales"
	"glas/modules/cases/internal/stored"
)

// TestOnlyOpenRepliesAreForEverybody: answers to questions that are not marked as public, or that the topic no longer asks, are in no list
// for everybody; days are said as days and choices by their names.
func TestOnlyOpenRepliesAreForEverybody(t *testing.T) {
	topic := &stored.CaseTopic{Questions: []stored.Question{
		{Code: "kind", Datatype: "multivaluelist", Public: true, Options: []stored.Option{{Key: "a", Name: i18n.Text{"sl": "Prva"}}, {Key: "b", Name: i18n.Text{"sl": "Druga"}}}},
		{Code: "since", Datatype: "datetime", Public: true}, {Code: "who", Datatype: "string"}}}
	n := &Names{topics: map[string]*stored.CaseTopic{"t": topic}}
	c := &stored.Case{TopicID: "t", Answers: []stored.Reply{{Code: "kind", Values: []string{"a", "b"}}, {Code: "since", Values: []string{"2026-11-18"}}, {Code: "who", Values: []string{"sosed"}}, {Code: "gone", Values: []string{"x"}}}}
	open := n.OpenReplies(c)
	if len(open) != 2 || open[0].Code != "kind" || open[1].Code != "since" {
		t.Fatalf("open %+v", open)
	}
	all, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.With(context.Background(), all.Localizer("sl", time.UTC, ""))
	for i, want := range map[int]string{0: "Prva, Druga", 1: "18. novembra 2026", 2: "sosed", 3: "x"} {
		if got := n.ReplyWords(ctx, "t", c.Answers[i]); got != want {
			t.Errorf("%s: %q, want %q", c.Answers[i].Code, got, want)
		}
	}
	if got := n.ReplyWord(ctx, "t", "since", "2026-11-18T10:30:00Z"); got == "2026-11-18T10:30:00Z" {
		t.Errorf("a moment is said as %q", got)
	}
}
