package main

import (
	"strings"
	"testing"
)

func TestTallyCountsAndShowsWhatFailed(t *testing.T) {
	cases := map[string]struct {
		events string
		last   string
		shows  string
		ok     bool
	}{
		"all kinds of results": {
			events: `{"Action":"output","Package":"p","Test":"A","Output":"    a.go:1: seven is not eight\n"}
{"Action":"fail","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"B"}
{"Action":"output","Package":"p","Test":"C","Output":"    c.go:1: no server\n"}
{"Action":"skip","Package":"p","Test":"C"}
{"Action":"fail","Package":"p"}`,
			last: "1 passed, 1 failed, 1 skipped", shows: "seven is not eight",
		},
		"the summary says why": {
			events: `{"Action":"output","Package":"p","Test":"A","Output":"=== RUN   A\n    a.go:1: seven is not eight\n"}
{"Action":"fail","Package":"p","Test":"A"}`,
			last: "0 passed, 1 failed, 0 skipped", shows: "failed:\n  p: A\n      a.go:1: seven is not eight\n",
		},
		"a package that does not build counts once": {
			events: `{"Action":"build-output","ImportPath":"p","Output":"undefined: x\n"}
{"Action":"build-fail","ImportPath":"p"}
{"Action":"fail","Package":"p","FailedBuild":"p"}`,
			last: "0 passed, 1 failed, 0 skipped", shows: "undefined: x",
		},
		"a panic outside of tests": {
			events: `{"Action":"output","Package":"p","Output":"panic: too late\n"}
{"Action":"fail","Package":"p"}`,
			last: "0 passed, 1 failed, 0 skipped", shows: "panic: too late",
		},
		"a test of parts is not counted beside them": {
			events: `{"Action":"fail","Package":"p","Test":"A/x/1"}
{"Action":"fail","Package":"p","Test":"A/x"}
{"Action":"pass","Package":"p","Test":"A/y"}
{"Action":"fail","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"B/y"}
{"Action":"output","Package":"p","Test":"B","Output":"    b.go:1: own fault\n"}
{"Action":"fail","Package":"p","Test":"B"}
{"Action":"fail","Package":"p"}`,
			last: "2 passed, 2 failed, 0 skipped", shows: "own fault",
		},
		"a run that was stopped": {
			events: `{"Action":"start","Package":"p"}` + "\n" + `{"Action":"pass","Package":"p","Test":"B"}`,
			last:   "1 passed, 1 failed, 0 skipped", shows: "stopped before it ended",
		},
		"good":    {events: `{"Action":"pass","Package":"p","Test":"B"}` + "\n" + `{"Action":"pass","Package":"p"}`, last: "1 passed, 0 failed, 0 skipped", ok: true},
		"nothing": {events: "go: no such module\n", last: "0 passed, 1 failed, 0 skipped", shows: "go: no such module"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			r := newRun(&out)
			if err := r.read(strings.NewReader(c.events)); err != nil {
				t.Fatal(err)
			}
			if ok := r.report(); ok != c.ok {
				t.Errorf("report says %v", ok)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if got := lines[len(lines)-1]; got != c.last {
				t.Errorf("last line %q, want %q", got, c.last)
			}
			if !strings.Contains(out.String(), c.shows) {
				t.Errorf("output lacks %q:\n%s", c.shows, out.String())
			}
		})
	}
}

func TestStepTurnsACommandIntoATest(t *testing.T) {
	var out strings.Builder
	for name, command := range map[string][]string{"good": {"true"}, "bad": {"sh", "-c", "echo not formatted; exit 1"}} {
		if err := step(&out, name, command); err != nil {
			t.Fatal(err)
		}
	}
	var shown strings.Builder
	r := newRun(&shown)
	if err := r.read(strings.NewReader(out.String())); err != nil {
		t.Fatal(err)
	}
	if r.report(); r.passed != 1 || r.failed != 1 || !strings.Contains(shown.String(), "not formatted") {
		t.Errorf("%d passed, %d failed:\n%s", r.passed, r.failed, shown.String())
	}
}
