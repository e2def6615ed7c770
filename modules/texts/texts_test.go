package texts

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/modules/remarks"
	"glas/modules/texts/internal/act"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

func TestImportCorrectPublish(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, err := w.m.Import(w.ana, w.c.ID, Source{Lang: "sl", Doc: document(t, small)})
		wantKind(t, err, fault.KindForbidden)
		textID, err := w.m.Import(w.eva, w.c.ID, Source{Lang: "sl", Doc: document(t, small)})
		if err != nil {
			t.Fatal(err)
		}
		draft := w.load(textID)
		if draft.Title != "ODLOK o zelenih površinah" || draft.State != stored.Draft {
			t.Errorf("%+v", draft)
		}
		b := w.labelled(draft.DraftID, "1. člen, 2. odstavek")
		work := Work{Kind: act.Paragraph, Number: "(2)", Body: "Občina skrbi za drevesa.\n\nIn za grmovje.", Label: b.Label, RowVersion: b.RowVersion}
		if _, err := w.m.Correct(w.eva, textID, b.Name, opSplit, work); err != nil {
			t.Fatal(err)
		}
		_, err = w.m.Correct(w.eva, textID, b.Name, opSave, work)
		wantKind(t, err, fault.KindConflict)
		blocks := w.blocks(draft.DraftID)
		if _, i := stored.Find(blocks, b.Name); blocks[i+1].Body != "In za grmovje." || blocks[i+1].Label != "1. člen, 3. odstavek" {
			t.Errorf("split gave %+v", blocks[i+1])
		} else if err := w.m.Merge(w.eva, textID, blocks[i+1].Name, 0); err != nil {
			t.Fatal(err)
		}
		if b = w.labelled(draft.DraftID, "1. člen, 2. odstavek"); b.Body != "Občina skrbi za drevesa.\nIn za grmovje." {
			t.Errorf("merged: %q", b.Body)
		}
		last := w.labelled(draft.DraftID, "3. člen")
		if _, err := w.m.Correct(w.eva, textID, last.Name, opInsert, Work{Kind: act.Article, Number: last.Number, Heading: last.Heading, Body: last.Body, Label: "tretji", RowVersion: last.RowVersion}); err != nil {
			t.Fatal(err)
		}
		if own := w.labelled(draft.DraftID, "tretji"); !own.OwnLabel {
			t.Error("an own label is made anew")
		}
		wantKind(t, w.m.Publish(w.eva, textID, 1, nil, nil), fault.KindConflict)
		if err := w.m.Publish(w.eva, textID, w.load(textID).RowVersion, i18n.Text{"sl": "Prvič"}, nil); err != nil {
			t.Fatal(err)
		}
		public := w.load(textID)
		if public.State != stored.Published || public.VersionNumber != 1 || public.DraftID != "" || public.ArticleCount != 3 {
			t.Errorf("%+v", public)
		}
		wantKind(t, w.m.Merge(w.eva, textID, b.Name, 0), fault.KindConflict)
	})
}

func TestNewVersionCarriesRemarks(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		text := w.publish(small)
		parks, trees, fines := w.labelled(text.VersionID, "2. člen"), w.labelled(text.VersionID, "1. člen, 2. odstavek"), w.labelled(text.VersionID, "3. člen")
		w.say(text.Ref(), parks.Name, "Hoja naj bo dovoljena tudi psom.")
		w.say(text.Ref(), parks.Name, "Strinjam se s hojo po travi.")
		w.say(text.Ref(), trees.Name, "Kaj pa cvetje v občini?")
		gone := w.say(text.Ref(), fines.Name, "Globa je previsoka za vse.")
		w.say(text.Ref(), "", "Odlok je v celoti dober.")
		if text = w.load(text.ID); text.RemarkCount != 5 || text.WholeCount != 1 || w.labelled(text.VersionID, "2. člen").RemarkCount != 2 {
			t.Errorf("counters %d, %d", text.RemarkCount, text.WholeCount)
		}
		// The parks become article 3, trees are reworded, the fines go, and something new stands before the parks.
		next := strings.Replace(small, "2. člen\n(parki)", "2. člen\n(igrišča)\n\nNa igriščih se ne kadi nikoli.\n\n3. člen\n(parki)", 1)
		next = strings.Replace(next, "drevesa in grmovje", "drevesa, grmovje in cvetje", 1)
		next = next[:strings.Index(next, "3. člen\n(kazni)")]
		if err := w.m.NewVersion(w.eva, text.ID, text.RowVersion, &Source{Lang: "sl", Doc: document(t, next)}); err != nil {
			t.Fatal(err)
		}
		wantKind(t, w.m.NewVersion(w.eva, text.ID, 0, nil), fault.KindConflict)
		text = w.load(text.ID)
		w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			pairs, err := comparison(ctx, tx, text, w.blocks(text.DraftID))
			if c := tally(pairs); c[act.Changed] != 1 || c[act.New] != 1 || c[act.Vanished] != 1 || c[act.Renumbered] != 1 {
				t.Errorf("comparison %v", c)
			}
			return err
		})
		if err := w.m.Publish(w.eva, text.ID, text.RowVersion, nil, map[string]string{fines.Name: "4"}); err != nil {
			t.Fatal(err)
		}
		text = w.load(text.ID)
		if b := w.labelled(text.VersionID, "3. člen"); b.Name != parks.Name || b.RemarkCount != 2 || b.Change != act.Renumbered {
			t.Errorf("parks: %+v", b)
		}
		if b := w.labelled(text.VersionID, "1. člen, 2. odstavek"); b.Name != trees.Name || b.RemarkCount != 1 || b.Change != act.Changed {
			t.Errorf("trees: %+v", b)
		}
		w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			v, err := stored.Version(ctx, tx, text.VersionID)
			if len(v.Gone) != 1 || v.Gone[0].Label != "3. člen" || v.Gone[0].Because != "2026/4" {
				t.Errorf("gone: %+v", v.Gone)
			}
			return err
		})
		carried := ""
		w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return remarks.Walk(ctx, tx, w.c.ID, func(r *remarks.Remark) error {
				if r.ID == gone.ID {
					carried = string(r.Carried)
				}
				return nil
			})
		})
		if carried != string(remarks.Vanished) {
			t.Errorf("the remark on what went is %q", carried)
		}
		w.say(text.Ref(), parks.Name, "Še ena o parkih v novi različici.")
		if b := w.labelled(text.VersionID, "3. člen"); b.RemarkCount != 3 {
			t.Errorf("parks have %d", b.RemarkCount)
		}
	})
}

func TestTiesByHand(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		text := w.publish(small)
		old := w.labelled(text.VersionID, "2. člen")
		w.say(text.Ref(), old.Name, "Hoja naj bo dovoljena tudi psom.")
		w.say(text.Ref(), old.Name, "Strinjam se s hojo po travi.")
		next := strings.Replace(small, "V parkih je dovoljena hoja po travi.", "Povsem drugače urejeno s posebnim pravilnikom župana.", 1)
		next = strings.Replace(next, "(parki)", "(nekaj)", 1)
		if err := w.m.NewVersion(w.eva, text.ID, 0, &Source{Lang: "sl", Doc: document(t, next)}); err != nil {
			t.Fatal(err)
		}
		text = w.load(text.ID)
		b := w.labelled(text.DraftID, "2. člen")
		if b.Name == old.Name {
			t.Fatal("what says something else is taken for the same")
		}
		work := Work{Kind: b.Kind, Number: b.Number, Heading: b.Heading, Body: b.Body, Label: b.Label, Was: old.Name, Because: "1, 2", RowVersion: b.RowVersion}
		if _, err := w.m.Correct(w.eva, text.ID, b.Name, opSave, work); err != nil {
			t.Fatal(err)
		}
		if b = w.labelled(text.DraftID, "2. člen"); b.Name != old.Name {
			t.Errorf("it is %s", b.Name)
		}
		other := w.labelled(text.DraftID, "3. člen")
		_, err := w.m.Correct(w.eva, text.ID, other.Name, opSave, Work{Kind: other.Kind, Body: other.Body, Label: other.Label, Was: old.Name, RowVersion: other.RowVersion})
		wantKind(t, err, fault.KindInvalid)
		if err := w.m.Discard(w.eva, text.ID, 0); err != nil {
			t.Fatal(err)
		}
		if err := w.m.NewVersion(w.eva, text.ID, 0, nil); err != nil {
			t.Fatal(err)
		}
		if text = w.load(text.ID); len(w.blocks(text.DraftID)) != len(w.blocks(text.VersionID)) {
			t.Error("a copy has other blocks")
		}
	})
}

func TestFoundByWords(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		text := w.publish(small)
		fines := w.labelled(text.VersionID, "3. člen")
		w.View(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			hits, _, err := tx.Search(ctx, search.Query{Text: "globo poskoduje"})
			if len(hits) != 1 || hits[0].Path != text.Path()+"#"+fines.Name {
				t.Errorf("%+v", hits)
			}
			return err
		})
	})
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		text := w.publish(small)
		parks := w.labelled(text.VersionID, "2. člen")
		w.say(text.Ref(), parks.Name, "Hoja naj bo dovoljena tudi psom.")
		browser := w.serve()
		for _, who := range []string{"", "ana", "eva"} {
			for _, path := range []string{"/consultations/" + w.slug, "/consultations/" + w.slug + "/texts", text.Path(), text.BlockPath(parks.Name), text.BlockPath(whole), "/api/v1/texts/" + text.ID} {
				if r := browser(who).Get(path); r.Status != 200 {
					t.Fatalf("%q %s: %d %s", who, path, r.Status, r.Body)
				}
			}
		}
		page := browser("").Get(text.Path()).Body
		for _, part := range []string{`id="` + parks.Name + `"`, `hx-get="` + text.BlockPath(parks.Name) + `"`, `data-heat="1"`, "Pripomba na:", "1 pripomba"} {
			if !strings.Contains(page, part) {
				t.Errorf("the page has no %s", part)
			}
		}
		own := browser("").Get(text.BlockPath(parks.Name)).Body
		if !strings.Contains(own, "Hoja naj bo dovoljena tudi psom.") || !strings.Contains(own, `action="/remarks"`) {
			t.Error("the page of a block lacks the remark or the form")
		}
		part := browser("").Get(text.BlockPath(parks.Name), "HX-Request", "true").Body
		if strings.Contains(part, "<html") || !strings.Contains(part, "tudi psom") {
			t.Error("the fragment is not one")
		}
		if r := browser("").Get(text.BlockPath("b999")); r.Status != 404 {
			t.Errorf("an unknown block: %d", r.Status)
		}
		if r := browser("").Get(text.Path() + "/changes/1"); r.Status != 404 {
			t.Errorf("changes of the first version: %d", r.Status)
		}
	})
}

// An act that takes no more remarks asked for one at every paragraph.
func TestClosedActAskedForRemarks(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		text := w.publish(small)
		parks := w.labelled(text.VersionID, "2. člen")
		w.say(text.Ref(), parks.Name, "Hoja naj bo dovoljena tudi psom.")
		w.Clock.Add(365 * 24 * time.Hour)
		page := w.serve()("").Get(text.Path())
		if page.Status != 200 || strings.Contains(page.Body, "Pripomba na:") || strings.Count(page.Body, `class="g-act__slot"`) != 1 || !strings.Contains(page.Body, "1 pripomba") {
			t.Errorf("%d %s", page.Status, page.Body)
		}
	})
}

// Words that were typed were quoted without anybody looking whether the block says them, and without what stands around them.
func TestTypedWordsAreQuotedOnlyWhenTheBlockSaysThem(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		text := w.publish(small)
		page := w.serve()("")
		at := text.BlockPath(w.labelled(text.VersionID, "2. člen").Name) + "?quote="
		if r := page.Get(at + url.QueryEscape("dovoljena  hoja")).Body; !strings.Contains(r, "<blockquote class=\"g-remark__quote\">dovoljena hoja</blockquote>") ||
			!strings.Contains(r, `name="prefix" value="parki V parkih je "`) || !strings.Contains(r, `name="suffix" value=" po travi."`) {
			t.Errorf("%s", r)
		}
		if r := page.Get(at + url.QueryEscape("prepovedana hoja")).Body; strings.Contains(r, "<blockquote") || !strings.Contains(r, "Teh besed") || !strings.Contains(r, `value="prepovedana hoja"`) {
			t.Error("words that the block does not say are quoted from it")
		}
	})
}

func TestStaffPages(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		eva := w.serve()("eva")
		home := root + "?consultation=" + w.c.ID
		if r := eva.Get(root); r.Status != 200 || !strings.Contains(r.Body, "Odlok o zelenju") {
			t.Fatalf("list of consultations: %d", r.Status)
		}
		if r := eva.Get(home); r.Status != 200 {
			t.Fatalf("list: %d %s", r.Status, r.Body)
		}
		r := eva.Upload(root, url.Values{"consultation": {w.c.ID}, "lang": {"sl"}}, map[string][2]string{"file": {"odlok.exe", "x"}})
		if r.Status != 422 {
			t.Errorf("a program as a document: %d", r.Status)
		}
		r = eva.Post(root, url.Values{"consultation": {w.c.ID}, "lang": {"sl"}, "pasted": {small}})
		if r.Status != 303 {
			t.Fatalf("paste: %d %s", r.Status, r.Body)
		}
		one := r.Header.Get("Location")
		textID := one[strings.LastIndex(one, "/")+1:]
		draft := w.load(textID)
		b := w.labelled(draft.DraftID, "1. člen, 2. odstavek")
		for _, path := range []string{one, one + "/blocks/" + b.Name} {
			if r := eva.Get(path); r.Status != 200 {
				t.Fatalf("%s: %d %s", path, r.Status, r.Body)
			}
		}
		fields := url.Values{"version": {"1"}, "kind": {"paragraph"}, "number": {"(2)"}, "body": {"Novo besedilo."}, "depth": {"0"}, "action": {"save"}}
		if r := eva.Post(one+"/blocks/"+b.Name, fields); r.Status != 303 || !strings.HasSuffix(r.Header.Get("Location"), "#"+b.Name) {
			t.Fatalf("save: %d %s", r.Status, r.Header.Get("Location"))
		}
		if r := eva.Post(one+"/blocks/"+b.Name, fields); r.Status != 409 || !strings.Contains(r.Body, "Novo besedilo.") {
			t.Errorf("save of an old form: %d", r.Status)
		}
		for _, step := range []struct {
			path   string
			fields url.Values
		}{
			{one + "/blocks", url.Values{"merge": {b.Name}}}, {one, url.Values{"title": {"Odlok o zelenju"}}}, {one + "/publish", url.Values{"note.sl": {"Prva"}}},
			{one + "/version", url.Values{"action": {"import"}, "lang": {"sl"}, "pasted": {strings.Replace(small, "hoja", "tek in hoja", 1)}}}, {one + "/publish", url.Values{}},
			{one + "/version", url.Values{"action": {"copy"}}}, {one + "/discard", url.Values{}},
		} {
			step.fields.Set("version", itoa64(w.load(textID).RowVersion))
			if r := eva.Post(step.path, step.fields); r.Status != 303 {
				t.Fatalf("%s: %d %s", step.path, r.Status, r.Body)
			}
			if r := eva.Get(one); r.Status != 200 {
				t.Fatalf("after %s: %d", step.path, r.Status)
			}
		}
		visitor := w.serve()("")
		for _, path := range []string{"/changes/2", "/versions/1"} {
			if r := visitor.Get("/texts/" + textID + path); r.Status != 200 {
				t.Errorf("%s: %d", path, r.Status)
			}
		}
		const old = "Berete prejšnjo različico"
		if first, second := visitor.Get("/texts/"+textID+"/versions/1").Body, visitor.Get("/texts/"+textID+"/versions/2").Body; !strings.Contains(first, old) || strings.Contains(second, old) {
			t.Error("the newest version is called an old one at its number, or the old one is not")
		}
		if r := visitor.Get("/texts/" + textID + "/changes/2"); !strings.Contains(r.Body, "<ins>") {
			t.Error("no difference is shown")
		}
	})
}

func TestSheets(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		eva := w.serve()("eva")
		form := url.Values{"consultation": {w.c.ID}, "sheet_title": {"Načrt trga"}, "sheet_lang": {"sl"}, "note": {""}, "zones": {"1; Fontana; 10,10 30,40\n2; Drevored; 50,50 90,50 70,90"}, "version": {"1"}}
		r := eva.Post(sheets, form)
		if r.Status != 303 {
			t.Fatalf("add: %d %s", r.Status, r.Body)
		}
		at := r.Header.Get("Location")
		sheetID := at[strings.LastIndex(at, "/")+1:]
		if r := eva.Get(at); r.Status != 200 {
			t.Fatalf("staff page: %d %s", r.Status, r.Body)
		}
		if r := w.serve()("").Get("/sheets/" + sheetID); r.Status != 404 {
			t.Errorf("a draft is public: %d", r.Status)
		}
		if err := w.m.PublishSheet(w.eva, sheetID, 1, true); err != nil {
			t.Fatal(err)
		}
		var s *stored.Sheet
		load := func() {
			w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
				s, err = stored.LoadSheet(ctx, tx, sheetID)
				return err
			})
		}
		load()
		w.say(s.Ref(), "2", "Lipe so lepše od javorjev.")
		if load(); s.Counts["2"] != 1 || s.RemarkCount != 1 {
			t.Errorf("counts %v", s.Counts)
		}
		for _, path := range []string{"/sheets/" + sheetID, "/sheets/" + sheetID + "?x=10&y=20", "/sheets/" + sheetID + "/zones/2"} {
			if r := w.serve()("").Get(path); r.Status != 200 {
				t.Errorf("%s: %d %s", path, r.Status, r.Body)
			}
		}
		public := w.serve()("")
		if text := public.Get("/sheets/" + sheetID).Doc(t).Find("main").Text(); strings.Contains(text, "Pripomb še ni") || !strings.Contains(text, "na njegovih območjih") {
			t.Error("the page says that there are no remarks while a zone has one")
		}
		pinned, err := w.remarks.Send(w.ana, remarks.Draft{Anchor: remarks.Anchor{Ref: s.Ref(), X: 0.25, Y: 0.5}, Words: remarks.Words{Body: "Tu naj bo klop."}})
		w.check(err)
		if doc := w.serve()("ana").Get("/sheets/" + sheetID).Doc(t); doc.Find(`.g-sheet__pins a[href="`+pinned.Path()+`"]`).Length() != 1 {
			t.Error("a pinned remark is not in the list")
		}
		if lead := public.Get(pinned.Path()).Doc(t).Find("main").Text(); !strings.Contains(lead, "Točka na načrtu") || strings.Contains(lead, "Na celoto") {
			t.Errorf("a remark on a point says that it is on the whole: %s", lead)
		}
		var api sheetJSON
		if err := json.Unmarshal([]byte(public.Get("/api/v1/sheets/"+sheetID).Body), &api); err != nil {
			t.Fatal(err)
		}
		if len(api.Zones) != 2 || api.Zones[1].RemarkCount != 1 || len(api.Zones[0].Outline) != 4 || len(api.Pins) != 1 || api.Pins[0].X != 25 || api.RemarkCount != 2 || api.WholeCount != 1 {
			t.Errorf("%+v", api)
		}
		var both textsJSON
		if err := json.Unmarshal([]byte(public.Get("/api/v1/consultations/"+w.c.Slug+"/texts").Body), &both); err != nil || len(both.Sheets) != 1 {
			t.Errorf("%+v %v", both, err)
		}
		load()
		form.Set("version", itoa64(s.RowVersion))
		form.Set("zones", "1; Fontana; 10,10 30,40")
		if r := eva.Post(at, form); r.Status != 422 {
			t.Errorf("a zone with remarks is removed: %d", r.Status)
		}
		form.Set("zones", "1; Fontana; 10,10 30,140")
		if r := eva.Post(at, form); r.Status != 422 {
			t.Errorf("a corner outside: %d", r.Status)
		}
		wantKind(t, w.m.PublishSheet(w.eva, sheetID, s.RowVersion, false), fault.KindConflict)
	})
}

// fill puts n shown remarks on the blocks of an act, more on some than on others.
func (t *town) fill(text *stored.Text, n int) {
	t.T.Helper()
	blocks := t.blocks(text.VersionID)
	counts := map[string]int{}
	t.Update(t.eva, func(ctx context.Context, tx *tenant.Tx) error {
		rows := make([]*remarks.Remark, 0, 200)
		for i := range n {
			b := blocks[(i*i+i/7)%len(blocks)]
			counts[b.Name]++
			rows = append(rows, &remarks.Remark{Key: tenant.Key{ID: id.New()}, Seq: int64(2026)*100000000 + int64(i+1), Year: 2026, Number: int64(i + 1), Token: id.New(),
				ConsultationID: t.c.ID, HostKind: Kind, HostID: text.ID, Block: b.Name, Label: b.Label, VersionID: text.VersionID, Channel: remarks.Web, ReceivedAt: tx.Now(),
				Body: "Ta odstavek je treba povedati drugače, da bo razumljiv vsem.", Excerpt: "Ta odstavek je treba povedati drugače.", State: remarks.Shown, CreatedAt: tx.Now(), UpdatedAt: tx.Now()})
			rows[len(rows)-1].AuthorKind = "citizen"
			if len(rows) == 200 || i == n-1 {
				if _, err := tx.Insert(&rows).Exec(ctx); err != nil {
					return err
				}
				rows = rows[:0]
			}
		}
		return stored.CountRemarks(ctx, tx, text, counts)
	})
}

// TestLongActTakesFewStatements holds the page of an act with many remarks to a number of statements that does not depend on its
// articles or on what was said about them. How long it takes is measured by the benchmarks.
func TestLongActTakesFewStatements(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		text := w.publish(long(60))
		if text.ArticleCount != 60 {
			t.Fatalf("%d articles", text.ArticleCount)
		}
		few := w.publish(small)
		w.fill(text, 600)
		if got := w.load(text.ID).RemarkCount; got != 600 {
			t.Fatalf("%d remarks are counted", got)
		}
		app := w.serve()("ana").App
		busy := w.blocks(text.VersionID)[1]
		for _, c := range []struct {
			path string
			most int
		}{{text.Path(), 5}, {few.Path(), 5}, {text.BlockPath(busy.Name), 16}} {
			ctx, count := db.Counting(context.Background())
			r := httptest.NewRequest("GET", "http://"+w.A.Host+c.path, nil)
			r.AddCookie(&http.Cookie{Name: "glas", Value: "ana"})
			counting.Store(&ctx)
			res, err := app.Test(r, -1)
			counting.Store(nil)
			if err != nil || res.StatusCode != 200 {
				t.Fatalf("%s: %v", c.path, err)
			}
			if count.N() > c.most {
				t.Errorf("%s takes %d statements", c.path, count.N())
			}
		}
	})
}

// Acts, and what was said about them, could be found by words after their consultation was no longer public.
func TestNothingOfAConsultationTakenBackIsFound(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		text := w.publish(small)
		w.wantFound("globo poskoduje", true)
		for _, act := range []struct {
			name       string
			away, back func() error
		}{
			{"deleted", func() error { return w.cons.Delete(w.eva, w.c.ID) }, func() error { return w.cons.Restore(w.eva, w.c.ID) }},
			{"draft", func() error { return w.cons.Withdraw(w.eva, w.c.ID) }, nil},
		} {
			w.check(act.away())
			w.wantFound("globo poskoduje", false)
			w.check(w.m.Rename(w.eva, text.ID, 0, "Odlok z drugim imenom")) // what staff do meanwhile brings nothing back
			w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
				return tx.Index(ctx, search.Document{Ref: subject.Ref{Kind: "remark", ID: "x"}, Title: "Skrivnost", Path: "/x", Lang: "sl", ConsultationID: w.c.ID})
			})
			w.wantFound("skrivnost", false)
			if act.back != nil {
				w.check(act.back())
				w.wantFound("globo poskoduje", true)
				w.say(text.Ref(), "", "Drevesa naj ostanejo, kakor so")
				w.wantFound("drevesa ostanejo", true)
				if fault.KindOf(w.cons.Withdraw(w.eva, w.c.ID)) != fault.KindConflict {
					t.Errorf("%s: a consultation with a remark was taken back", act.name)
				}
				w.forgetParticipants()
			}
		}
		w.wantFound("drevesa ostanejo", false)
	})
}

func (t *town) check(err error) {
	t.T.Helper()
	if err != nil {
		t.T.Fatal(err)
	}
}

// forgetParticipants makes the consultation one in which nobody took part.
func (t *town) forgetParticipants() {
	t.Update(t.eva, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Raw("update consultations set participant_count = 0 where tenant_id = ? and id = ?", tx.ID(), t.c.ID).Exec(ctx)
		return err
	})
}

func (t *town) wantFound(words string, want bool) {
	t.T.Helper()
	t.View(t.Visitor(t.A), func(ctx context.Context, tx *tenant.Tx) error {
		hits, _, err := tx.Search(ctx, search.Query{Text: words})
		if (len(hits) > 0) != want {
			t.T.Errorf("%q: found %d, want found %v", words, len(hits), want)
		}
		return err
	})
}

// "Changed because of remarks" was free text: it named remarks that did not exist, led nowhere, and the remark did not know of it.
func TestChangesAreTiedToTheRemarksThatCausedThem(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		text := w.publish(small)
		parks := w.labelled(text.VersionID, "2. člen")
		first, second := w.say(text.Ref(), parks.Name, "Hoja po travi naj bo prosta"), w.say(text.Ref(), "", "Odlok naj bo krajši in jasen")
		w.check(w.m.NewVersion(w.eva, text.ID, 0, nil))
		text = w.load(text.ID)
		b := w.labelled(text.DraftID, "2. člen")
		work := Work{Kind: b.Kind, Number: b.Number, Heading: b.Heading, Body: "V parkih je hoja po travi prosta.", Label: b.Label, Was: parks.Name, RowVersion: b.RowVersion}
		for _, wrong := range []string{"77", "1/1", "prva", "2025/1"} {
			work.Because = wrong
			_, err := w.m.Correct(w.eva, text.ID, b.Name, opSave, work)
			wantKind(t, err, fault.KindInvalid)
		}
		work.Because = "2; 1 2"
		_, err := w.m.Correct(w.eva, text.ID, b.Name, opSave, work)
		w.check(err)
		names := first.Name() + ", " + second.Name()
		if b = w.labelled(text.DraftID, "2. člen"); b.Because != names {
			t.Errorf("because is %q, want %q", b.Because, names)
		}
		w.check(w.m.Publish(w.eva, text.ID, 0, nil, nil))
		changes := text.ChangesPath(2)
		browser := w.serve()("")
		for path, want := range map[string]string{
			text.Path(): first.Path(), text.BlockPath(parks.Name): second.Path(), changes: first.Path(), first.Path(): changes + "#" + parks.Name, second.Path(): changes + "#" + parks.Name,
		} {
			if n := browser.Get(path).Doc(t).Find(`a[href="` + want + `"]`).Length(); n == 0 {
				t.Errorf("%s does not lead to %s", path, want)
			}
		}
	})
}
