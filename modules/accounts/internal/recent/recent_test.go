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
	put := func(tenantID, hash string, a authz.Actor) {
		s := c.Begin(tenantID, hash, now)
		c.End(s, map[string]authz.Actor{hash: a}, now)
	}
	put("a", "h1", authz.Actor{ID: "ana"})
	c.asking["a"] = true // somebody is looking again already
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
		put("a", string(rune(i)), authz.Actor{})
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

func TestCrowdOfSessionsAskedOneByOne(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	c := NewActors()
	for _, hash := range []string{"h1", "h2", "h3"} {
		c.End(c.Begin("a", hash, now), map[string]authz.Actor{hash: {ID: hash}}, now)
	}
	c.End(c.Begin("b", "h9", now), map[string]authz.Actor{"h9": {ID: "h9"}}, now)
	later := now.Add(1500 * time.Millisecond)
	if _, ok := c.Get("a", "h1", later); ok {
		t.Fatal("nobody looks again before the memory is over")
	}
	first := c.Begin("a", "h1", later)
	slices.Sort(first.Hashes[1:])
	if !slices.Equal(first.Hashes, []string{"h1", "h2", "h3"}) {
		t.Errorf("looked for %v", first.Hashes)
	}
	if a, ok := c.Get("a", "h2", later); !ok || a.ID != "h2" {
		t.Error("the others wait while one looks")
	}
	if alone := c.Begin("a", "h4", later); !slices.Equal(alone.Hashes, []string{"h4"}) {
		t.Errorf("two look for the same: %v", alone.Hashes)
	} else {
		c.End(alone, nil, later)
	}
	c.End(first, map[string]authz.Actor{"h1": {ID: "h1"}, "h2": {ID: "h2"}}, later)
	if _, ok := c.Get("a", "h3", later); ok {
		t.Error("a session that ended is still remembered")
	}
	if _, ok := c.Get("a", "h2", later.Add(time.Second)); !ok {
		t.Error("what was found together is not remembered")
	}
}

func TestSignOutDuringALookWasForgotten(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	c := NewActors()
	s := c.Begin("a", "h1", now)
	c.Drop("a", "ana") // she signs out after the row was read
	c.End(s, map[string]authz.Actor{"h1": {ID: "ana"}}, now)
	if _, ok := c.Get("a", "h1", now); ok {
		t.Error("a session that was read before the sign-out is remembered after it")
	}
}
