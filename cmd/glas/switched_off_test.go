package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"glas/internal/clock"
)

// TestSwitchedOffProposalsWereStillLinked looks at every way to a proposal before and after the municipality does without them.
func TestSwitchedOffProposalsWereStillLinked(t *testing.T) {
	demoEach(t, func(t *testing.T, a *app) {
		visitor := a.visitor(t, "levski")
		const yards = "/consultations/mezhdublokovi-prostranstva"
		ways := []string{"/", yards, yards + "/feed.atom", "/feed.atom", "/sitemap.xml", "/search?q=%D0%BF%D0%B5%D0%B9%D0%BA%D0%B8", "/api/v1/search?q=%D0%BF%D0%B5%D0%B9%D0%BA%D0%B8"}
		for _, path := range ways {
			if r := visitor.Get(path); r.Status != 200 || !strings.Contains(r.Body, "/proposals") {
				t.Fatalf("%s shows no proposal before (%d)", path, r.Status)
			}
		}
		var one struct{ Path, Proposal string }
		doc := visitor.Get(yards + "/proposals").Doc(t)
		one.Path = doc.Find(`a[href^="/proposals/"]`).First().AttrOr("href", "")
		one.Proposal = visitor.Get(one.Path).Doc(t).Find(`form[action^="/comments/proposal/"], a[href^="/report/proposal/"]`).First().AttrOr("href", "")
		town := a.town(t, "levski")
		changed := *town
		changed.Off = []string{"proposals"}
		if err := a.directory.Save(context.Background(), &changed, town.UpdatedAt); err != nil {
			t.Fatal(err)
		}
		a.person(t, "levski", "vid") // something is written, as the page of settings does: remembered pages are made again
		if fixed, ok := a.clock.(*clock.Fixed); ok {
			fixed.Add(2 * time.Second)
		}
		for _, path := range ways {
			r := visitor.Get(path)
			if r.Status != 200 {
				t.Errorf("%s answers %d", path, r.Status)
			}
			if i := strings.Index(r.Body, "/proposals"); i >= 0 {
				t.Errorf("%s still leads to proposals: %.200s", path, r.Body[max(0, i-100):])
			}
		}
		for _, path := range []string{one.Path, yards + "/proposals", "/proposals", "/api/v1/proposals", "/comments/proposal/" + strings.TrimPrefix(one.Proposal, "/report/proposal/")} {
			if r := visitor.Get(path); r.Status != 404 {
				t.Errorf("%s answers %d", path, r.Status)
			}
		}
	})
}
