package recent

import (
	"slices"
	"testing"
	"time"

	"glas/internal/authz"
)

func TestActorsAreForgotten(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	c := NewActors()
	c.Put("a", "h1", authz.Actor{ID: "ana"}, now)
	tests := []struct {
		name, tenant, hash string
		at                 time.Time
		want               bool
	}{
		{"at once", "a", "h1", now, true},
		{"after two seconds", "a", "h1", now.Add(2 * time.Second), true},
		{"later", "a", "h1", now.Add(2*time.Second + 1), false},
		{"when the clock went back", "a", "h1", now.Add(-time.Second), false},
		{"another token", "a", "h2", now, false},
		{"another municipality", "b", "h1", now, false},
	}
	for _, tt := range tests {
		if _, got := c.Get(tt.tenant, tt.hash, tt.at); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	c.Drop("b", "ana")
	if _, ok := c.Get("a", "h1", now); !ok {
		t.Error("dropping in one municipality dropped in another")
	}
	c.Drop("a", "ana")
	if _, ok := c.Get("a", "h1", now); ok {
		t.Error("still remembered after a change")
	}
	for i := range 2 * actorsMax {
		c.Put("a", string(rune(i)), authz.Actor{}, now)
	}
	if len(c.m) > actorsMax {
		t.Errorf("%d remembered, the bound is %d", len(c.m), actorsMax)
	}
}

func TestUsedIsWrittenOnceAMinute(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	u := NewUsed()
	if got := u.Add("a", "s1", now); !slices.Equal(got, []string{"s1"}) {
		t.Errorf("first %v", got)
	}
	if got := append(u.Add("a", "s2", now.Add(time.Second)), u.Add("a", "s2", now.Add(2*time.Second))...); got != nil {
		t.Errorf("within a minute %v", got)
	}
	if got := u.Add("b", "s9", now.Add(3*time.Second)); !slices.Equal(got, []string{"s9"}) {
		t.Errorf("another municipality %v", got)
	}
	got := u.Add("a", "s3", now.Add(time.Minute))
	if slices.Sort(got); !slices.Equal(got, []string{"s2", "s3"}) {
		t.Errorf("after a minute %v", got)
	}
}
