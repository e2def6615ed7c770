// Package browsertest drives a real Chromium through the pages as people see them: it clicks what can be seen, types where a
// keyboard would, reads the text on the screen, and asks axe-core whether everybody can use it.
//
//	b := browsertest.Start(t)
//	p := b.Page(t)
//	p.Goto("http://velenje.localhost:8080/")
//	p.Click("Prijava")
//	p.Fill("E-pošta", "ana@example.org")
//	p.WaitText("Dobrodošli")
//	p.Axe()
//
// Every method waits until what it needs is there, up to a deadline, and fails the test with what the page showed instead. There
// are no pauses. An error on the console of the page, a broken Content-Security-Policy among them, fails the test as well.
//
// The axe-core library beside this file (Mozilla Public License 2.0, see axe.LICENSE) is used by tests only and never served.
package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

const (
	// patience is how long a condition may take; generous because a race-detecting run on two cores is slow.
	patience = time.Minute
	// every is the time between two looks at a condition.
	every = 25 * time.Millisecond
)

// Browser is a running Chromium.
type Browser struct {
	ctx context.Context
}

// Start starts a Chromium that lives until the test ends. It reaches nothing but this machine: "*.localhost" is 127.0.0.1 and
// every other name is unknown. The test is skipped when there is no Chromium, unless GLAS_TEST_BROWSER is "required".
// GLAS_TEST_BROWSER may also hold the path of the program.
func Start(t testing.TB) *Browser {
	t.Helper()
	path, err := find()
	if err != nil {
		if os.Getenv("GLAS_TEST_BROWSER") == "required" {
			t.Fatalf("browsertest: %v", err)
		}
		t.Skipf("browsertest: %v", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(path),
		chromedp.NoSandbox,
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("host-resolver-rules", "MAP *.localhost 127.0.0.1, MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	t.Cleanup(func() { stop(); stopAllocator() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("browsertest: start %s: %v", path, err)
	}
	return &Browser{ctx: ctx}
}

// find looks for a Chromium.
func find() (string, error) {
	if path := os.Getenv("GLAS_TEST_BROWSER"); strings.Contains(path, "/") {
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no chromium: install the package, or run through internal/testenv/up")
}

// Page is one window with cookies of its own. Its methods end the test when they fail.
type Page struct {
	t   testing.TB
	ctx context.Context

	noJS bool

	mu      sync.Mutex
	console []string
	allowed []string
}

// Page opens an empty window as wide as a desk's screen (1280), in the light scheme, that shares no cookie with any other.
func (b *Browser) Page(t testing.TB) *Page {
	t.Helper()
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	p := &Page{t: t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil {
		stop()
		t.Fatalf("browsertest: open a page: %v", err)
	}
	listening := make(chan struct{})
	messages := chromedp.Console(ctx)
	go func() {
		defer close(listening)
		for m, err := range messages {
			if err != nil {
				return
			}
			p.hear(m)
		}
	}()
	t.Cleanup(func() {
		p.end()
		stop()
		<-listening
	})
	p.Viewport(1280)
	p.Scheme("light")
	return p
}

// end reports what the page had to complain about, and where a failed test stood.
func (p *Page) end() {
	p.mu.Lock()
	console := p.console
	p.mu.Unlock()
	for _, line := range console {
		p.t.Errorf("browsertest: console: %s", line)
	}
	if p.t.Failed() {
		p.t.Logf("browsertest: the page at the end:\n%s", p.scene())
	}
}

// hear keeps a console message that is a fault of the page. An answer of the 400 class is not: the page shows it.
func (p *Page) hear(m chromedp.ConsoleMessage) {
	if m.Type != chromedp.ConsoleError && m.Type != chromedp.ConsoleException {
		return
	}
	if m.Source == "network" {
		for _, status := range []string{"400", "401", "403", "409", "410", "413", "422", "429"} {
			if strings.Contains(m.Text, "status of "+status) {
				return
			}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, part := range p.allowed {
		if strings.Contains(m.Text, part) || (m.URL != "" && strings.Contains(m.URL, part)) {
			return
		}
	}
	p.console = append(p.console, fmt.Sprintf("%s (%s:%d)", m, m.URL, m.Line+1))
}

// AllowConsole accepts console errors whose text or address contains part, for a story in which something has to go wrong.
func (p *Page) AllowConsole(part string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = append(p.allowed, part)
}

// Console gives the console errors so far and forgets them.
func (p *Page) Console() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := p.console
	p.console = nil
	return lines
}

// Viewport sets the width in CSS pixels. Up to 500 the window is a phone: it has a touch screen and obeys the viewport tag.
func (p *Page) Viewport(width int) {
	p.t.Helper()
	if width <= 500 {
		p.do(chromedp.EmulateViewport(int64(width), 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
		return
	}
	p.do(chromedp.EmulateViewport(int64(width), 900))
}

// Scheme sets the preferred colour scheme, "light" or "dark". Motion is always reduced, so that pictures stand still.
func (p *Page) Scheme(scheme string) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	}))
}

// NoJS switches the page's own scripts off, as for the people for whom they do not load. The page must be loaded afterwards.
func (p *Page) NoJS() {
	p.t.Helper()
	p.noJS = true
	p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// Offline takes the connection away or gives it back, for the page as for its service worker; the page is told as by a real device.
func (p *Page) Offline(off bool) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			EmulateOfflineServiceWorker: &off,
			MatchedNetworkConditions:    []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1, Offline: off}},
		}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	}))
}

// do runs steps that must work within the deadline.
func (p *Page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("browsertest: %v\n%s", err, p.scene())
	}
}

// until looks again and again whether look is satisfied; what it last said is the reason shown when the deadline passes.
func (p *Page) until(what string, look func(ctx context.Context) (bool, string, error)) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	tick := time.NewTicker(every)
	defer tick.Stop()
	last := ""
	for {
		ok, why, err := look(ctx)
		if ok && err == nil {
			return
		}
		if err == nil {
			last = why
		} else if ctx.Err() == nil {
			last = err.Error() // the page may just be loading: look again
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("browsertest: %s: not within %s: %s\n%s", what, patience, last, p.scene())
		case <-tick.C:
		}
	}
}

// scene says where the page stands, for the reader of a failure.
func (p *Page) scene() string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`location.href + "\n" + document.title + "\n" + (document.body ? document.body.innerText.replace(/\n+/g, "\n").slice(0, 1500) : "")`))
	if err != nil {
		return "(the page does not answer)"
	}
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}
