package assets_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"glas/internal/web/browsertest"
)

const listPage = `<!doctype html><html lang="en"><head><title>List</title><link rel="icon" href="data:,"><script src="/app.js" defer></script></head><body><main><h1>List</h1>
<form id="cases-bulk" method="post" action="/" data-bulk><p role="status" data-bulk-count data-text="Chosen: {n}">Nothing chosen</p><button name="action" value="accept">Accept</button></form>
<label><input type="checkbox" name="id" value="1" form="cases-bulk"> First</label> <label><input type="checkbox" name="id" value="2" form="cases-bulk"> Second</label>
</main></body></html>`

const draftPage = `<!doctype html><html lang="en"><head><title>Entry</title><link rel="icon" href="data:,"><script src="/app.js" defer></script></head><body><main><h1>Entry</h1>
<form method="post" action="/entry/found" data-draft="entry"><p data-draft-note hidden>Restored</p><label>Who <input name="who" autocomplete="off"></label>
<label>Title <input name="title"></label> <label>Channel <select name="channel"><option value="phone">Phone</option><option value="desk">Desk</option></select></label><button>Find</button></form>
</main></body></html>`

func site(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile("js/app.js")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	page := func(kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			fmt.Fprint(w, body)
		}
	}
	mux.HandleFunc("/", page("text/html; charset=utf-8", listPage))
	mux.HandleFunc("/entry", page("text/html; charset=utf-8", draftPage))
	mux.HandleFunc("/entry/found", page("text/html; charset=utf-8", draftPage))
	mux.HandleFunc("/app.js", page("text/javascript; charset=utf-8", string(script)))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "velenje.localhost", 1)
}

// TestChosenRowsAreCounted: the boxes of a list are called id, which hid the id of the form, and the list said "nothing chosen" for ever.
func TestChosenRowsAreCounted(t *testing.T) {
	p := browsertest.Start(t).Page(t)
	p.Goto(site(t) + "/")
	p.Click("[value='1']")
	p.WaitText("Chosen: 1")
	p.Click("[value='2']")
	p.WaitText("Chosen: 2")
	p.WaitFor("form[data-selected]")
}

// TestADraftThatChangesNothingIsNotAnnounced: after each look for a person the page said that what was typed earlier is back.
func TestADraftThatChangesNothingIsNotAnnounced(t *testing.T) {
	p, at := browsertest.Start(t).Page(t), site(t)
	p.Goto(at + "/entry")
	p.Fill("[name=who]", "0232")
	p.Click("Find")
	p.WaitPath("/entry/found")
	p.WaitFor("[name=who]")
	if p.Has("Restored") {
		t.Error("nothing was restored, but the page says so")
	}
	p.Goto(at + "/entry")
	p.Fill("[name=title]", "A lamp")
	p.Click("Find")
	p.WaitPath("/entry/found")
	p.WaitText("Restored")
}
