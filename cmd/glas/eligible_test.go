package main

import (
	"strings"
	"testing"

	"glas/internal/clock"
)

// TestWhoMayVoteLaterIsSaidNow reads, before anybody signs in, that a phase to come asks for more than the one that runs.
func TestWhoMayVoteLaterIsSaidNow(t *testing.T) {
	a := demo(t, clock.NewFixed(now()))
	for path, wants := range map[string][]string{
		"/consultations/zelene-povrsine":    {"Glasovanje, od 21. decembra: Glasovanje", "S potrjenim prebivališčem v občini"},
		"/en/consultations/zelene-povrsine": {"Vote, from 21 December: Votes", "With confirmed residence in the municipality"},
	} {
		side := strings.Join(strings.Fields(a.visitor(t, "velenje").Get(path).Doc(t).Find("main").Text()), " ")
		for _, want := range wants {
			if !strings.Contains(side, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
}
