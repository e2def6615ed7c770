package browsertest_test

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"glas/internal/web/browsertest"
)

const good = `<!doctype html><html lang="en"><head><title>Remarks</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"><script src="/script.js" defer></script></head>
<body><main><h1>Remarks</h1><p id="scheme">A page about remarks</p>
<form method="post" action="/save"><p><label for="name">Your name</label> <input id="name" name="name" autocomplete="name"></p>
<p><label for="when">Day</label> <input id="when" name="when" type="date"></p>
<p><label for="town">Town</label> <select id="town" name="town"><option value="v">Velenje</option><option value="l">Levski</option></select></p>
<button>Save the remark</button></form>
<p><button type="button" id="count">Count</button> <output id="n">0</output></p>
<p hidden><button>Nobody sees this</button></p></main></body></html>`

const bad = `<!doctype html><html><head><meta name="viewport" content="width=device-width, initial-scale=1"><title></title><script>inline = 1</script></head>
<body><img src="/none.png"><input><a href="/x"></a><p>` + "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsentwurfsvorlagenverzeichnis" + `</p></body></html>`

func server(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	page := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
			fmt.Fprint(w, body)
		}
	}
	mux.HandleFunc("/{$}", page(good))
	mux.HandleFunc("/bad", page(bad))
	mux.HandleFunc("/style.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		fmt.Fprint(w, `:root{color-scheme:light dark} button,input,select{min-height:44px}`)
	})
	mux.HandleFunc("/script.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, `document.getElementById("count").addEventListener("click", () => { document.getElementById("n").value++ })`)
	})
	mux.HandleFunc("POST /save", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "saved", Value: "yes", Path: "/"})
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Saved</title><link rel="icon" href="data:,"><main><h1>Saved for %s on %s in %s</h1></main>`,
			r.FormValue("name"), r.FormValue("when"), r.FormValue("town"))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "velenje.localhost", 1)
}

func TestBrowser(t *testing.T) {
	b, at := browsertest.Start(t), server(t)

	t.Run("a form is filled and sent as a person would", func(t *testing.T) {
		p := b.Page(t)
		p.Goto(at + "/")
		p.Fill("Your name", "Špela Μαρία Işık")
		p.Fill("Day", "2026-11-21")
		p.Fill("Town", "Levski")
		if got := p.Value("Your name"); got != "Špela Μαρία Işık" {
			t.Errorf("the field holds %q", got)
		}
		p.Click("Save the remark")
		p.WaitText("Saved for Špela Μαρία Işık on 2026-11-21 in l")
		p.WaitPath("/save")
		other := b.Page(t)
		other.Goto(at + "/")
		if got := browsertest.Eval[string](other, "document.cookie"); got != "" {
			t.Errorf("another page has the cookie %q", got)
		}
	})
	t.Run("keys go where the focus is", func(t *testing.T) {
		p := b.Page(t)
		p.Goto(at + "/")
		p.Fill("#name", "Ana")
		p.Press(kb.Enter)
		p.WaitText("Saved for Ana")
	})
	t.Run("scripts run, and NoJS stops them", func(t *testing.T) {
		p := b.Page(t)
		p.Goto(at + "/")
		p.Click("Count")
		p.WaitUntil(`document.getElementById("n").value === "1"`)
		p.NoJS()
		p.Reload()
		p.Click("#count")
		p.Click("Save")
		p.WaitText("Saved for")
		p.Back()
		if got := p.Text("#n"); got != "0" {
			t.Errorf("a script ran: %q", got)
		}
	})
	t.Run("a good page is good", func(t *testing.T) {
		p := b.Page(t)
		p.Goto(at + "/")
		p.Axe()
		p.Fits()
		p.Viewport(390)
		p.Scheme("dark")
		p.Axe()
		p.Fits()
	})
	t.Run("a bad page is found out", func(t *testing.T) {
		p := b.Page(t)
		p.Goto(at + "/bad")
		p.WaitUntil(`document.images[0].complete`)
		ids := map[string]bool{}
		for _, v := range p.Violations() {
			ids[v.ID] = true
		}
		for _, want := range []string{"html-has-lang", "image-alt", "label", "link-name"} {
			if !ids[want] {
				t.Errorf("axe did not find %s: %v", want, ids)
			}
		}
		console := strings.Join(p.Console(), "\n")
		for _, want := range []string{"Content Security Policy", "404"} {
			if !strings.Contains(console, want) {
				t.Errorf("the console errors lack %q: %s", want, console)
			}
		}
	})
	t.Run("pictures have the width and the scheme", func(t *testing.T) {
		p := b.Page(t)
		p.Goto(at + "/")
		pictures := map[string][]byte{}
		for _, scheme := range []string{"light", "dark"} {
			pictures[scheme] = p.Screenshot("self", 390, scheme)
			img, err := png.Decode(bytes.NewReader(pictures[scheme]))
			if err != nil || img.Bounds().Dx() != 390 {
				t.Fatalf("%s: %v, %v", scheme, err, img)
			}
		}
		if bytes.Equal(pictures["light"], pictures["dark"]) {
			t.Error("light and dark are the same")
		}
	})
}

// failing is a test that is allowed to fail: it keeps what was said.
type failing struct {
	testing.TB
	said []string
}

func (f *failing) Helper() {}
func (f *failing) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}

func TestBrowserAxeSaysWhereAndWhat(t *testing.T) {
	b, at := browsertest.Start(t), server(t)
	f := &failing{TB: t}
	p := b.Page(f)
	p.Goto(at + "/bad")
	p.WaitUntil(`document.images[0].complete`)
	p.Console()
	p.Axe("html-has-lang")
	p.Viewport(390)
	p.Fits()
	all := strings.Join(f.said, "\n")
	if !strings.Contains(all, "wide, the window 390") {
		t.Errorf("the long word was not found:\n%s", all)
	}
	if !strings.Contains(all, "image-alt") || !strings.Contains(all, "<img src") || strings.Contains(all, "html-has-lang") {
		t.Errorf("axe said:\n%s", all)
	}
}
