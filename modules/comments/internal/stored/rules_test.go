package stored

import (
	"math"
	"testing"
	"time"
)

func TestWilsonPrefersManyOverFew(t *testing.T) {
	for _, v := range []struct {
		up, down int64
		want     float64
	}{{0, 0, 0}, {1, 0, 0.2065}, {10, 0, 0.7225}, {100, 10, 0.8406}, {0, 5, 0}, {50, 50, 0.4038}} {
		if got := Wilson(v.up, v.down); math.Abs(got-v.want) > 0.0005 {
			t.Errorf("Wilson(%d, %d) = %.4f, want %.4f", v.up, v.down, got, v.want)
		}
	}
	if Wilson(1, 0) >= Wilson(40, 4) {
		t.Error("a single vote beats forty")
	}
}

func TestPlaceStopsAtMaxDepth(t *testing.T) {
	c := &Comment{RootID: "r"}
	c.ID = "r"
	for want := 1; want <= MaxDepth+3; want++ {
		root, parent, depth := Place(c)
		if root != "r" || depth != min(want, MaxDepth) {
			t.Fatalf("answer %d: root %s, depth %d", want, root, depth)
		}
		if want > MaxDepth && parent != c.ParentID {
			t.Fatalf("answer %d stands under %s, want beside %s", want, parent, c.ID)
		}
		c = &Comment{RootID: root, ParentID: parent, Depth: depth}
		c.ID = string(rune('a' + want))
	}
}

func TestPathsSortAsThreadsRead(t *testing.T) {
	first, second := segment(false, 1), segment(false, 36)
	if !(segment(true, 99) < first && first < first+segment(false, 2) && first+segment(false, 2) < second) {
		t.Error("official answers do not come first, or a branch is torn apart")
	}
	if a := Ancestors(first + second + first); len(a) != 2 || a[0] != first || a[1] != first+second {
		t.Errorf("ancestors %v", a)
	}
	if PathCursor(first) != first || PathCursor("x' or 1=1") != "" {
		t.Error("a path from an address is not checked")
	}
}

func TestCursorsComeBack(t *testing.T) {
	c := &Comment{CreatedAt: time.Date(2026, 11, 21, 8, 0, 0, 120000, time.UTC), Score: 1.0 / 3, ThreadCount: 12}
	c.ID = "0198c5a0-0000-7000-8000-000000000001"
	for _, name := range Sorts() {
		o := OrderOf(name)
		key, id, ok := o.Place(o.Cursor(c))
		if _, same := compare(key, o.key(c)); !ok || !same || id != c.ID {
			t.Errorf("%s: cursor gives %v %v %v", name, key, id, ok)
		}
		for _, bad := range []string{"", "x", "%%%", "Y3JlYXRlZF9hdHx4fHk"} {
			if _, _, ok := o.Place(bad); ok {
				t.Errorf("%s: takes %q", name, bad)
			}
		}
	}
}
