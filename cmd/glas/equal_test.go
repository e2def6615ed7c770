package main

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"glas/internal/clock"
	"glas/internal/text"
	"glas/internal/web/webtest"
)

// field is a text in a form that is sent and then looked at again where it is changed.
type field struct {
	name string
	line bool // one line, as titles are
	most int  // letters
}

// TestTextComesBackEqual types hostile and odd text into what people and staff write, and reads it again in the form that changes it:
// equal but for what text.Clean takes away.
func TestTextComesBackEqual(t *testing.T) {
	clk := clock.NewFixed(now())
	a := demo(t, clk)
	jan, vid := a.person(t, "velenje", "jan"), a.person(t, "velenje", "vid", "administrator")
	const act, ideas = "/consultations/odlok-o-cestnem-prometu", "/consultations/varno-pes-in-s-kolesom"
	about := jan.Get(act+"/remarks").Doc(t).Find(`a[href^="/remarks/new?about="]`).AttrOr("href", "")
	round := func(name string, c *webtest.Client, page, form string, edit func(location string) string, fields ...field) {
		t.Run(name, func(t *testing.T) {
			for _, chunk := range chunks(strings.Join(hostile(), "\n"), 1500) {
				clk.Add(20 * time.Minute)
				action, v := filled(t, c.Get(page).Doc(t), form, clk.Now())
				for _, f := range fields {
					typed := chunk
					if f.line || len(chunk) > f.most {
						typed = fit(chunk, f) // what is too long is refused, and told elsewhere
					}
					v.Set(f.name, typed)
				}
				r := c.Post(action, v)
				if r.Status != 303 {
					t.Errorf("%s answers %d to %.60q: %.300s", action, r.Status, chunk, r.Doc(t).Find(".ds-validation-message, [role=alert]").Text())
					continue
				}
				again := edit(r.Location)
				doc := c.Get(again).Doc(t)
				for _, f := range fields {
					in := doc.Find(`[name="` + f.name + `"]`).First()
					got := in.AttrOr("value", in.Text())
					if want := fit(chunk, f); got != want {
						t.Errorf("%s at %s: typed %q, came back %q", f.name, again, want, got)
					}
				}
			}
		})
	}
	round("remark", jan, about, `form[action="/remarks"]`, func(to string) string { return to[:strings.Index(to, "/receipt")] + "/edit" },
		field{"body", false, 4000}, field{"effects", false, 1500})
	round("proposal", jan, ideas+"/proposals/new", `form[action="`+ideas+`/proposals"]`, func(string) string { return ideas + "/proposals/new" },
		field{"title", true, 100}, field{"body", false, 4000})
	round("comment", jan, act+"/comments", `form[action^="/comments/consultation/"]`, func(to string) string { return strings.TrimSuffix(to, "/") + "/edit" }, field{"body", false, 4000})
	round("settings", vid, "/admin/settings", `form[action="/admin/settings"]`, func(string) string { return "/admin/settings" }, field{"tagline.sl", true, 100}, field{"text.sl", false, 300}, field{"address", true, 100})
	desk := vid.Get("/admin/consultations").Doc(t).Find(`main a[href^="/admin/consultations/0"]`).First().AttrOr("href", "") + "/basics"
	round("consultation", vid, desk, `form[action="`+desk+`"]`, func(string) string { return desk }, field{"title.sl", true, 100}, field{"summary.sl", false, 250}, field{"body.sl", false, 4000})
}

// filled is a form as a browser would send it untouched.
func filled(t *testing.T, doc *goquery.Document, selector string, at time.Time) (action string, v url.Values) {
	t.Helper()
	f := doc.Find(selector).First()
	if f.Length() == 0 {
		t.Fatalf("no %s", selector)
	}
	v = url.Values{}
	f.Find("input, textarea, select").Each(func(_ int, in *goquery.Selection) {
		name, kind := in.AttrOr("name", ""), in.AttrOr("type", "text")
		_, checked := in.Attr("checked")
		switch {
		case name == "" || kind == "submit" || kind == "file" || (kind == "checkbox" || kind == "radio") && !checked:
		case goquery.NodeName(in) == "textarea":
			v.Add(name, in.Text())
		case goquery.NodeName(in) == "select":
			in.Find("option[selected]").Each(func(_ int, o *goquery.Selection) { v.Add(name, o.AttrOr("value", "")) })
		default:
			v.Add(name, in.AttrOr("value", ""))
		}
	})
	if v.Has("_opened") {
		v.Set("_opened", strconv.FormatInt(at.Add(-time.Minute).Unix(), 10))
	}
	return f.AttrOr("action", ""), v
}

// fit is what of a chunk a field takes, as it is stored.
func fit(chunk string, f field) string {
	if f.line {
		return text.CleanLine(text.Truncate(text.CleanLine(chunk), f.most))
	}
	return text.Clean(text.Truncate(text.Clean(chunk), f.most))
}

// chunks cuts at line ends into pieces of about n bytes.
func chunks(s string, n int) []string {
	var out []string
	for s != "" {
		end := len(s)
		if end > n {
			end = n
			if i := strings.IndexByte(s[n:], '\n'); i >= 0 {
				end = n + i
			}
		}
		out = append(out, s[:end])
		s = strings.TrimLeft(s[end:], "\n")
	}
	return out
}

// hostile is webtest.Hostile without the texts that are too long for any field, and more odd letters.
func hostile() []string {
	out := []string{"Vrsta besedila, da ni prazno."}
	for _, s := range webtest.Hostile() {
		if len(s) < 1000 {
			out = append(out, s)
		}
	}
	return append(out, "ﷺ ﷽", "Ω≈ç√∫˜µ≤≥÷", "田中さんにあげて下さい", "(╯°□°）╯︵ ┻━┻)", "🏳0🌈️", "ثم نفس سقطت وبالتحديد", "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤", "&lt;b&gt; &amp;amp; <b>x</b> <!-- -->",
		"`code` *a* _b_ **c** # d > e ~~f~~ [g](h) ![i](j)", "\\ \" ' ; % $ { } | ^", "اللغة\u200c\u200d", "1\u00a0000\u2009€", "I\u0307stanbul ǅ ǆ ß ẞ")
}
