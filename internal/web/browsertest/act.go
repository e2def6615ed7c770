package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed find.js
var findJS string

// script makes an expression that runs body with the found element as e; body gives a string, "" for "not yet".
func script(what, kind, body string) string {
	arg, err := json.Marshal([]string{what, kind})
	if err != nil { // two strings can always be written
		return `"` + err.Error() + `"`
	}
	return fmt.Sprintf("(() => { const e = (%s)(...%s); if (!e) return {}; %s })()", strings.TrimSpace(stripComment(findJS)), arg, body)
}

// stripComment drops the leading comment lines, which could not stand before an arrow function in an expression on one line.
func stripComment(js string) string {
	for strings.HasPrefix(js, "//") {
		_, js, _ = strings.Cut(js, "\n")
	}
	return js
}

// found is what a look at an element gives.
type found struct {
	Ready bool    `json:"ready"`
	Why   string  `json:"why"`
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	Kind  string  `json:"kind"`
	Text  string  `json:"text"`
}

// element looks for an element until body says that it is ready.
func (p *Page) element(what, kind, body string) found {
	p.t.Helper()
	var f found
	p.until(fmt.Sprintf("%s %q", kind, what), func(ctx context.Context) (bool, string, error) {
		var err error
		f, err = chromedp.Run(ctx, chromedp.Evaluate[found](script(what, kind, body)))
		if f.Why == "" {
			f.Why = "it is not on the page"
		}
		return f.Ready, f.Why, err
	})
	return f
}

// Goto opens an address and waits until it is loaded.
func (p *Page) Goto(address string) {
	p.t.Helper()
	p.do(chromedp.Navigate(address))
}

// Back goes back one step in the history and waits until that page is there. A page kept by the browser fires no load event,
// so the history itself is asked.
func (p *Page) Back() {
	p.t.Helper()
	wanted := p.history().CurrentIndex - 1
	if wanted < 0 {
		p.t.Fatal("browsertest: there is no page to go back to")
	}
	entry := p.history().Entries[wanted].ID
	p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: entry})
		return err
	}))
	p.until("the page before", func(ctx context.Context) (bool, string, error) {
		if p.history().CurrentIndex != wanted {
			return false, "the browser did not go back", nil
		}
		ready, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState === "complete"`))
		return ready, "it is loading", err
	})
}

func (p *Page) history() page.GetNavigationHistoryResult {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	h, err := chromedp.Run(ctx, chromedp.NavigationEntries())
	if err != nil {
		p.t.Fatalf("browsertest: history: %v", err)
	}
	return h
}

// Reload loads the page again.
func (p *Page) Reload() {
	p.t.Helper()
	p.do(chromedp.Reload())
}

const clickable = `
	if (e.disabled) return {why: "it is disabled"};
	e.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
	const box = [...e.getClientRects()].find((r) => r.width > 0 && r.height > 0) || e.getBoundingClientRect();
	const x = box.x + box.width / 2, y = box.y + box.height / 2;
	const top = document.elementFromPoint(x, y);
	const own = top && (e.contains(top) || top.contains(e) || (top.closest("label") && top.closest("label").control === e));
	if (!own) return {why: "it is covered by " + (top ? top.outerHTML.slice(0, 120) : "nothing: it is outside the window")};
	return {ready: true, x, y};`

// Click clicks a link, button, label or any selector with the mouse, where it can be seen. what is a CSS selector or the text that
// people see (the whole of it, its beginning or a part, in this order).
func (p *Page) Click(what string) {
	p.t.Helper()
	f := p.element(what, "click", clickable)
	p.do(chromedp.MouseClickXY(f.X, f.Y))
}

// Drag presses the mouse on an element at one place, moves it to another and lets go; places are parts of its width and height.
func (p *Page) Drag(selector string, x0, y0, x1, y1 float64) {
	p.t.Helper()
	f := p.element(selector, "drag on", `
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getBoundingClientRect();
		if (!r.width || !r.height || [...e.querySelectorAll("img")].some((i) => !i.complete)) return {why: "it is loading"};
		return {ready: true, x: r.x, y: r.y, text: r.width + " " + r.height};`)
	var w, h float64
	if _, err := fmt.Sscan(f.Text, &w, &h); err != nil {
		p.t.Fatalf("browsertest: %v", err)
	}
	p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, f.X+x0*w, f.Y+y0*h, chromedp.ButtonLeft, chromedp.ClickCount(1)),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, f.X+(x0+x1)/2*w, f.Y+(y0+y1)/2*h, chromedp.ButtonLeft),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, f.X+x1*w, f.Y+y1*h, chromedp.ButtonLeft),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, f.X+x1*w, f.Y+y1*h, chromedp.ButtonLeft, chromedp.ClickCount(1)))
}

// Fill puts a value into a field, found by its label, name or CSS selector, in place of what was there. In a select, value is an
// option's text or value; a date field takes YYYY-MM-DD; for a checkbox use Click.
func (p *Page) Fill(what, value string) {
	p.t.Helper()
	wanted, err := json.Marshal(value)
	if err != nil {
		p.t.Fatalf("browsertest: %v", err)
	}
	f := p.element(what, "field", `
		if (e.disabled || e.readOnly) return {why: "it cannot be changed"};
		const told = () => { e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); return {ready: true, kind: "set"}; };
		const wanted = `+string(wanted)+`;
		e.scrollIntoView({block: "center", behavior: "instant"});
		e.focus();
		if (e.tagName === "SELECT") {
			const o = [...e.options].find((o) => o.value === wanted || o.text.trim() === wanted);
			if (!o) return {why: "it has no option " + wanted};
			e.value = o.value;
			return told();
		}
		if (["date", "time", "datetime-local", "month", "color", "range"].includes(e.type)) { e.value = wanted; return told(); }
		if (e.select) e.select();
		return {ready: true, kind: "type"};`)
	if f.Kind == "set" {
		return
	}
	if value == "" {
		p.Press(kb.Delete)
		return
	}
	p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.InsertText, input.InsertTextParams{Text: value})
		return err
	}))
}

// Upload gives files to a file field, found by its label, name or CSS selector.
func (p *Page) Upload(selector string, files ...string) {
	p.t.Helper()
	p.do(chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// Press presses keys where the focus is: text, or names of the package kb (kb.Tab, kb.Enter, kb.Escape ...).
func (p *Page) Press(keys string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys))
}

// Text waits for an element and gives the text that is seen in it, white space made single.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return p.element(selector, "text of", `return {ready: true, text: e.innerText.replace(/\s+/g, " ").trim()};`).Text
}

// Value waits for a field, found by its label, name or CSS selector, and gives what stands in it.
func (p *Page) Value(what string) string {
	p.t.Helper()
	return p.element(what, "field", `return {ready: true, text: String(e.value)};`).Text
}

// Attribute waits for an element and gives one of its attributes, "" when it has none of that name.
func (p *Page) Attribute(selector, name string) string {
	p.t.Helper()
	return p.element(selector, "attribute of", fmt.Sprintf(`return {ready: true, text: e.getAttribute(%q) || ""};`, name)).Text
}

// WaitText waits until the page shows a text, letter case as on the screen and white space made single.
func (p *Page) WaitText(text string) {
	p.t.Helper()
	p.wait("text "+text, visibleText+".includes("+quote(single(text))+")")
}

// WaitNoText waits until the page does not show a text any more.
func (p *Page) WaitNoText(text string) {
	p.t.Helper()
	p.wait("no text "+text, "!"+visibleText+".includes("+quote(single(text))+")")
}

// WaitFor waits until an element is there and seen.
func (p *Page) WaitFor(selector string) {
	p.t.Helper()
	p.element(selector, "element", `return {ready: true};`)
}

// WaitGone waits until no element fits the selector.
func (p *Page) WaitGone(selector string) {
	p.t.Helper()
	p.wait("no "+selector, "!document.querySelector("+quote(selector)+")")
}

// WaitPath waits until the page's path (without host and query) is path.
func (p *Page) WaitPath(path string) {
	p.t.Helper()
	p.until("path "+path, func(ctx context.Context) (bool, string, error) {
		address, err := chromedp.Run(ctx, chromedp.Location())
		if err != nil {
			return false, "", err
		}
		u, err := url.Parse(address)
		if err != nil {
			return false, "", err
		}
		return u.Path == path, "it is at " + u.Path, nil
	})
}

// Has reports whether the page shows a text right now.
func (p *Page) Has(text string) bool {
	p.t.Helper()
	return Eval[bool](p, visibleText+".includes("+quote(single(text))+")")
}

// Count is the number of elements that fit a CSS selector right now.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	return Eval[int](p, "document.querySelectorAll("+quote(selector)+").length")
}

// URL is the page's address.
func (p *Page) URL() string {
	p.t.Helper()
	return Eval[string](p, "location.href")
}

// WaitUntil waits until a JavaScript expression is true.
func (p *Page) WaitUntil(expression string) {
	p.t.Helper()
	p.wait(expression, expression)
}

// Eval gives the value of a JavaScript expression in the page. A promise is awaited.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("browsertest: %.200s: %v", expression, err)
	}
	return v
}

const visibleText = `(document.body ? document.body.innerText : "").replace(/\s+/g, " ")`

func (p *Page) wait(what, expression string) {
	p.t.Helper()
	p.until(what, func(ctx context.Context) (bool, string, error) {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		return ok, "the page shows something else", err
	})
}

func single(s string) string { return strings.Join(strings.Fields(s), " ") }

// quote writes a string as a JavaScript literal.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil { // a string can always be written
		return `""`
	}
	return string(b)
}
