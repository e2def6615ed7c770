package clock_test

import (
	"testing"
	"time"

	"glas/internal/clock"
)

func TestFixedStandsStillUntilMoved(t *testing.T) {
	sofia := time.FixedZone("EET", 2*60*60)
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, sofia)
	c := clock.NewFixed(start)

	if got := c.Now(); !got.Equal(start) || got.Location() != time.UTC {
		t.Fatalf("Now() = %v, want %v in UTC", got, start)
	}
	if got := c.Add(time.Hour); !got.Equal(start.Add(time.Hour)) {
		t.Errorf("Add returned %v", got)
	}
	if got := c.Now(); !got.Equal(start.Add(time.Hour)) {
		t.Errorf("after Add, Now() = %v", got)
	}
	c.Set(start.Add(-time.Hour))
	if got := c.Now(); !got.Equal(start.Add(-time.Hour)) {
		t.Errorf("after Set, Now() = %v", got)
	}
}

func TestSystemIsUTCAndKeepsWhatADatabaseKeeps(t *testing.T) {
	now := clock.System.Now()
	if now.Location() != time.UTC {
		t.Errorf("location = %v, want UTC", now.Location())
	}
	if now.Nanosecond()%1000 != 0 {
		t.Errorf("nanoseconds = %d, want whole microseconds", now.Nanosecond())
	}
}
