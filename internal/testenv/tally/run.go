package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
)

// event is one line of "go test -json"; see "go doc test2json".
type event struct {
	Action     string  `json:"Action"`
	Package    string  `json:"Package,omitempty"`
	ImportPath string  `json:"ImportPath,omitempty"`
	Test       string  `json:"Test,omitempty"`
	Elapsed    float64 `json:"Elapsed,omitempty"`
	Output     string  `json:"Output,omitempty"`
}

type timed struct {
	name    string
	seconds float64
}

// run gathers what happened.
type run struct {
	out                     io.Writer
	passed, failed, skipped int
	packages                []timed
	tests                   []timed
	skips                   []string
	failures                []string
	output                  map[string]*bytes.Buffer // by package and test, dropped as soon as it passed
	failedIn                map[string]int           // failed tests by package
	groups                  map[string]int           // by package and test: how many tests in it failed; a group is not counted itself
	running                 map[string]bool          // packages that have begun and not ended
}

func newRun(out io.Writer) *run {
	return &run{out: out, output: map[string]*bytes.Buffer{}, failedIn: map[string]int{}, groups: map[string]int{}, running: map[string]bool{}}
}

// read takes all events. A line that is no event (a linker's word, a crash of the go command) is shown as it is.
func (r *run) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil || e.Action == "" {
				fmt.Fprintf(r.out, "%s", line)
			} else {
				r.take(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *run) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		r.buffer("build " + e.ImportPath).WriteString(e.Output)
	case "build-fail":
		r.fail("build "+e.ImportPath, e.ImportPath, "does not build")
	case "start":
		r.running[e.Package] = true
	case "output":
		r.buffer(key).WriteString(e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(e, key)
		} else {
			r.endTest(e, key)
		}
	}
}

func (r *run) buffer(key string) *bytes.Buffer {
	b, ok := r.output[key]
	if !ok {
		b = &bytes.Buffer{}
		r.output[key] = b
	}
	return b
}

func (r *run) endTest(e event, key string) {
	r.tests = append(r.tests, timed{e.Package + " " + e.Test, e.Elapsed})
	failedWithin, group := r.groups[key]
	if at := strings.LastIndex(key, "/"); at > len(e.Package) {
		r.groups[key[:at]] += failedWithin
		if e.Action == "fail" {
			r.groups[key[:at]]++
		}
	}
	switch {
	case group && (e.Action == "pass" || failedWithin > 0):
		r.counted(e, key)
	case e.Action == "pass":
		r.passed++
	case e.Action == "skip":
		r.skipped++
		r.skips = append(r.skips, e.Package+" "+e.Test+reason(r.buffer(key).String()))
	default:
		r.failedIn[e.Package]++
		r.fail(key, e.Package, e.Test)
	}
	delete(r.output, key)
}

// counted is the end of a test whose parts were counted already. What it said itself is still shown when it failed.
func (r *run) counted(e event, key string) {
	if e.Action == "fail" {
		r.show(key)
	}
}

// endPackage counts a package that failed although none of its tests did: it did not build, panicked, or ran out of time.
func (r *run) endPackage(e event, key string) {
	r.packages = append(r.packages, timed{e.Package, e.Elapsed})
	delete(r.running, e.Package)
	if e.Action == "fail" && r.failedIn[e.Package] == 0 && !r.built(e.Package) {
		for unfinished, text := range r.output {
			if strings.HasPrefix(unfinished, key) && unfinished != key {
				fmt.Fprintf(r.buffer(key), "\nunfinished:%s\n%s", strings.TrimPrefix(unfinished, key), text)
			}
		}
		r.fail(key, e.Package, "the package failed")
	}
	delete(r.output, key)
}

// built reports whether a failed build was already counted for the package.
func (r *run) built(pkg string) bool {
	return slices.ContainsFunc(r.failures, func(f string) bool {
		return strings.HasPrefix(f, pkg+": does not build") || strings.HasPrefix(f, pkg+" [")
	})
}

// fail counts a failure and shows its output at once, so that a long run can be stopped early.
func (r *run) fail(key, pkg, what string) {
	r.failed++
	r.failures = append(r.failures, pkg+": "+what+beginning(r.buffer(key).String()))
	fmt.Fprintf(r.out, "\n--- FAIL %s: %s\n", pkg, what)
	r.show(key)
}

// show prints what was said, without the words of the test tool itself.
func (r *run) show(key string) {
	for line := range words(r.buffer(key).String()) {
		fmt.Fprintln(r.out, "    "+line)
	}
}

// words are the lines of a test's output that it said itself.
func words(output string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(output) {
			word := strings.TrimSpace(line)
			if word != "" && !strings.HasPrefix(word, "=== ") && !strings.HasPrefix(word, "--- ") && !yield(strings.TrimRight(line, "\n")) {
				return
			}
		}
	}
}

// beginning repeats the first words of a failure for the summary, because of a long run often only the end is kept.
func beginning(output string) string {
	const lines, runes = 4, 400
	var b strings.Builder
	n := 0
	for line := range words(output) {
		if n++; n > lines {
			break
		}
		r := []rune(strings.TrimSpace(line))
		b.WriteString("\n      " + string(r[:min(len(r), runes)]))
	}
	return b.String()
}

// reason is the last word of a skipped test on why.
func reason(output string) string {
	why := ""
	for line := range words(output) {
		why = " (" + strings.TrimSpace(line) + ")"
	}
	return why
}

// report prints the summary and reports whether all is well.
func (r *run) report() bool {
	for _, pkg := range slices.Sorted(maps.Keys(r.running)) {
		r.fail(pkg+" ", pkg, "was stopped before it ended")
	}
	r.slowest("slowest packages", r.packages, 8)
	r.slowest("slowest tests", r.tests, 5)
	list(r.out, "skipped", r.skips)
	list(r.out, "failed", r.failures)
	if len(r.packages) == 0 && r.failed == 0 {
		fmt.Fprintln(r.out, "\nno test ran: the go command itself failed")
		r.failed++
	}
	fmt.Fprintf(r.out, "\n%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
	return r.failed == 0
}

func (r *run) slowest(title string, all []timed, n int) {
	slices.SortStableFunc(all, func(a, b timed) int { return cmp.Compare(b.seconds, a.seconds) })
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(r.out, "\n%s:\n", title)
	for _, t := range all[:min(n, len(all))] {
		fmt.Fprintf(r.out, "  %7.1f s  %s\n", t.seconds, t.name)
	}
}

func list(out io.Writer, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s:\n", title)
	for _, l := range lines {
		fmt.Fprintln(out, "  "+l)
	}
}
