package browsertest

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// axe.min.js is axe-core 4.14.1 as published, under MPL-2.0 (axe.LICENSE).
//
//go:embed axe.min.js
var axeJS string

// Violation is one broken rule of accessibility with the places where it is broken.
type Violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string   `json:"html"`
		Target  []string `json:"target"`
		Summary string   `json:"failureSummary"`
	} `json:"nodes"`
}

// String is a list that can be worked through: the rule, and for each place its selector, its HTML and what to do.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for i, n := range v.Nodes {
		if i == 5 {
			fmt.Fprintf(&b, "\n    and %d more places", len(v.Nodes)-i)
			break
		}
		fmt.Fprintf(&b, "\n    %s\n        %.200s\n        %s", strings.Join(n.Target, " "), n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n        "))
	}
	return b.String()
}

// Axe checks the page as it stands against WCAG 2.2 A and AA and axe's best practices, and fails the test with a list of what is
// wrong. except names rules that are not looked at, each of which wants a reason beside the call.
func (p *Page) Axe(except ...string) {
	p.t.Helper()
	for _, v := range p.Violations(except...) {
		p.t.Errorf("axe: %s\n    %s", p.URL(), v)
	}
}

// Violations is what Axe would complain about.
func (p *Page) Violations(except ...string) []Violation {
	p.t.Helper()
	if p.noJS {
		p.t.Fatal("browsertest: axe needs scripts: check the page before NoJS")
	}
	// Loaded through the debugger, so the page's Content-Security-Policy neither stops it nor has to be loosened.
	if !Eval[bool](p, "typeof axe === 'object'") {
		p.do(chromedp.Evaluate[chromedp.Void](axeJS + ";0"))
	}
	rules := make([]string, 0, len(except))
	for _, r := range except {
		rules = append(rules, quote(r)+": {enabled: false}")
	}
	return Eval[[]Violation](p, `axe.run(document, {
		resultTypes: ["violations"],
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
		rules: {`+strings.Join(rules, ", ")+`},
	}).then((r) => r.violations.map(({id, impact, help, nodes}) => ({id, impact: impact || "", help,
		nodes: nodes.map(({html, target, failureSummary}) => ({html, target: target.map(String), failureSummary: failureSummary || ""}))})))`)
}

// Screenshot gives a PNG of the whole page at a width and in a scheme ("light" or "dark"), which stay set. When
// GLAS_TEST_SCREENSHOTS names a folder, the picture is written there as NAME-WIDTH-SCHEME.png.
func (p *Page) Screenshot(name string, width int, scheme string) []byte {
	p.t.Helper()
	p.Viewport(width)
	p.Scheme(scheme)
	Eval[bool](p, `document.fonts.ready.then(() => Promise.all([...document.images].filter((i) => i.loading !== "lazy").map((i) => i.decode().catch(() => 0)))).then(() => true)`)
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatalf("browsertest: picture of %s: %v", name, err)
	}
	if dir := os.Getenv("GLAS_TEST_SCREENSHOTS"); dir != "" {
		file := filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, scheme))
		if err := os.WriteFile(file, png, 0o600); err != nil {
			p.t.Errorf("browsertest: %v", err)
		}
	}
	return png
}

// Fits checks that nothing sticks out of the page to the side, as a long word or a wide table does on a phone. What scrolls within
// a box of its own is fine.
func (p *Page) Fits() {
	p.t.Helper()
	for _, wide := range Eval[[]string](p, `(() => {
		const width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= width) return [];
		const scrolls = (e) => { for (let b = e.parentElement; b && b !== document.body; b = b.parentElement) { if (getComputedStyle(b).overflowX !== "visible") return true; } return false; };
		const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > width + 1 && !scrolls(e));
		return ["the page is " + document.documentElement.scrollWidth + " wide, the window " + width].concat(wide.slice(-3).map((e) => e.outerHTML.slice(0, 160)));
	})()`) {
		p.t.Errorf("browsertest: %s: %s", p.URL(), wide)
	}
}
