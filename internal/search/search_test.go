package search_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"glas/internal/db"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/testenv"
)

const tenantID, otherID = "0197-velenje", "0197-levski"

// library is what the 25 queries look through: one thing per language and trap.
var library = []search.Document{
	doc("proposal", "p1", "sl", "Čiščenje reke Pake", "Predlagam spomladansko čiščenje bregov. Odpadki se nabirajo pri mostu."),
	doc("proposal", "p2", "sl", "Kolesarska steza do Šoštanja", "Kolesarji vozijo po cesti, steza bi bila varnejša."),
	doc("proposal", "p3", "sl", "Več dreves na Titovem trgu", "Senca poleti. Drevesa čistijo zrak."),
	doc("consultation", "c1", "sl", "Odlok o javnem redu", "Javna razprava o odloku. Kolesarska steza je omenjena v 12. členu."),
	doc("comment", "k1", "sl", "", "Đuro Žnidaršič podpira komentar o cestah in pločnikih."),
	doc("proposal", "b1", "bg", "Обществена консултация за бюджета", "Общината представя проекта за бюджет 2027 на район Младост."),
	doc("proposal", "b2", "bg", "Ремонт на пътя към Левски", "Дупките по пътната настилка са опасни. Йордан пише за пейките."),
	doc("consultation", "b3", "bg", "Градоустройство", "Публично обсъждане в читалището."),
	doc("proposal", "e1", "el", "Διαβούλευση για τον προϋπολογισμό", "Οι πολίτες προτείνουν δρόμους και πλατείες."),
	doc("proposal", "e2", "el", "ΔΡΟΜΟΣ ΠΡΟΣ ΤΗ ΝΕΑ ΣΜΥΡΝΗ", "Λακκούβες στο οδόστρωμα της λεωφόρου."),
	doc("consultation", "e3", "el", "Πλατεία Αγίας Φωτεινής", "Ανάπλαση της πλατείας με φύτευση δέντρων."),
	doc("proposal", "t1", "tr", "IŞIKLANDIRMA talebi", "Sokak ışıkları yanmıyor, İzmir Bornova'da karanlık."),
	doc("proposal", "t2", "tr", "Iğdır Caddesi düzenlemesi", "Kaldırımlar geniş olsun; çocuk parkı istiyoruz."),
	doc("consultation", "t3", "tr", "Stratejik plan istişaresi", "Görüşlerinizi bekliyoruz."),
	doc("proposal", "n1", "en", "Safer street crossing", "The crossing near the school is dangerous. A crossing needs lights."),
	doc("proposal", "n2", "en", "Library opening hours", "The library near the street should open at 8:00 on Saturdays, e-books too."),
}

func doc(kind, id, lang, title, body string) search.Document {
	d := search.Document{
		Ref: subject.Ref{Kind: kind, ID: id}, Lang: lang, Title: title, Body: body, Path: "/" + kind + "s/" + id,
		Context: "ctx", Updated: time.UnixMilli(1_790_000_000_000 + int64(len(id+title))*1000).UTC(),
	}
	if kind == "consultation" {
		d.ConsultationID, d.Area, d.Topic = id, "centre", "roads"
	}
	return d
}

// queries are folded away from how the texts are written: without accents, in capitals, inflected, by their beginning.
var queries = []struct{ text, want string }{
	{"ciscenje", "p1"}, {"ČIŠČENJE", "p1"}, {"steza", "p2 c1"}, {"kolesarske steze", "p2 c1"}, {"drevesa", "p3"},
	{"sostanj", "p2"}, {"zni", "k1"}, {"djuro", ""}, {"duro", "k1"}, {"odloku javni", "c1"},
	{"БЮДЖЕТ", "b1"}, {"бюджетът", "b1"}, {"консултацията", "b1"}, {"район", "b1"}, {"раион", ""}, {"пейка", "b2"},
	{"διαβουλευση", "e1"}, {"δρομος", "e2 e1"}, {"ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ", "e1"}, {"πλατειας", "e3 e1"}, {"δέντρα", "e3"},
	{"ışık", "t1"}, {"isiklandirma", "t1"}, {"IĞDIR", "t2"}, {"izmir bornova", "t1"}, {"crossing", "n1"}, {"street", "n1 n2"},
	{"near library", "n2"}, {"8", "n2"}, {"nothing at all", ""}, {"!?", ""}, {`" OR 1`, ""}, {"tenant : x*", ""},
}

func setup(t *testing.T, d *db.DB) {
	t.Helper()
	ctx := db.System(t.Context(), "test")
	idb := d.Write
	for _, id := range []string{tenantID, otherID} {
		_, err := idb.NewRaw(`insert into tenants (id, slug, state, country, settings, created_at, updated_at)
			values (?, ?, 'active', 'si', '{}', ?, ?)`, id, id, time.Now(), time.Now()).Exec(ctx)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// in runs fn confined to the tenant, as the product does.
func in(t *testing.T, d *db.DB, id string, fn func(context.Context, bun.IDB)) {
	t.Helper()
	must(t, d.Change(t.Context(), id, func(ctx context.Context, idb bun.IDB) error {
		fn(ctx, idb)
		return nil
	}))
}

func ids(hits []search.Hit) string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Ref.ID)
	}
	return strings.Join(out, " ")
}

func TestSearch(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		setup(t, d)
		in(t, d, tenantID, func(ctx context.Context, idb bun.IDB) {
			must(t, search.Put(ctx, idb, d.PG, tenantID, library...))
			for _, q := range queries {
				hits, _, err := search.Find(ctx, idb, d.PG, tenantID, search.Query{Text: q.text})
				must(t, err)
				if got := ids(hits); got != q.want {
					t.Errorf("%q: got %q, want %q", q.text, got, q.want)
				}
			}
			t.Run("filters", func(t *testing.T) { filters(t, ctx, idb, d.PG) })
			t.Run("pages", func(t *testing.T) { pages(t, ctx, idb, d.PG) })
			t.Run("languages", func(t *testing.T) { languages(t, ctx, idb, d.PG) })
			t.Run("changes", func(t *testing.T) { changes(t, ctx, idb, d.PG) })
		})
		in(t, d, otherID, func(ctx context.Context, idb bun.IDB) {
			must(t, search.Put(ctx, idb, d.PG, otherID, doc("proposal", "p1", "sl", "Steza", "x")))
			hits, _, err := search.Find(ctx, idb, d.PG, otherID, search.Query{Text: "steza"})
			must(t, err)
			if ids(hits) != "p1" || hits[0].Title != "Steza" {
				t.Errorf("another municipality sees %v", hits)
			}
		})
	})
}

func filters(t *testing.T, ctx context.Context, idb bun.IDB, pg bool) {
	for _, c := range []struct {
		q    search.Query
		want string
	}{
		{search.Query{Text: "steza", Kinds: []string{"proposal", "comment"}}, "p2"},
		{search.Query{Text: "steza", Area: "centre"}, "c1"},
		{search.Query{Text: "steza", Topic: "parks"}, ""},
		{search.Query{Text: "steza", ConsultationID: "c1", Lang: "sl"}, "c1"},
		{search.Query{Text: "steza", Lang: "en"}, ""},
		{search.Query{Lang: "en"}, ""},
	} {
		hits, _, err := search.Find(ctx, idb, pg, tenantID, c.q)
		must(t, err)
		if got := ids(hits); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.q, got, c.want)
		}
	}
	hits, _, err := search.Find(ctx, idb, pg, tenantID, search.Query{Text: "cistenje pake"})
	must(t, err)
	if len(hits) != 0 {
		t.Errorf("a mistyped word finds %v", ids(hits))
	}
	hits, _, err = search.Find(ctx, idb, pg, tenantID, search.Query{Text: "ODPADKI pake"})
	must(t, err)
	want := []search.Segment{{Text: "Predlagam spomladansko čiščenje bregov. "}, {Text: "Odpadki", Mark: true}, {Text: " se nabirajo pri mostu."}}
	if len(hits) != 1 || !cmp.Equal(hits[0].Snippet, want) {
		t.Errorf("snippet %+v", hits)
	}
	if parts := hits[0].TitleParts; len(parts) != 2 || !parts[1].Mark || parts[1].Text != "Pake" {
		t.Errorf("title %+v", parts)
	}
	if d := library[0]; !cmp.Equal(hits[0].Document, d) {
		t.Error(cmp.Diff(d, hits[0].Document))
	}
}

// A hit was shown in the language that came first, whatever the reader's.
func languages(t *testing.T, ctx context.Context, idb bun.IDB, pg bool) {
	d := doc("consultation", "both", "sl", "Razsvetljava", "Obnova svetilk.\nRenewal of lamps.")
	d.Versions = map[string]search.Version{"sl": {Title: "Razsvetljava", Body: "Obnova svetilk."}, "en": {Title: "Street lighting", Body: "Renewal of lamps."}}
	must(t, search.Put(ctx, idb, pg, tenantID, d))
	for _, c := range []struct{ text, reader, title, lang, body string }{
		{"razsvetljava", "sl", "Razsvetljava", "sl", "Obnova svetilk."},
		{"razsvetljava", "en", "Street lighting", "en", "Renewal of lamps."},
		{"lighting", "en", "Street lighting", "en", "Renewal of lamps."},
		{"lamps", "el", "Razsvetljava", "sl", "Obnova svetilk."},
	} {
		hits, _, err := search.Find(ctx, idb, pg, tenantID, search.Query{Text: c.text, Reader: c.reader})
		must(t, err)
		if len(hits) != 1 || hits[0].Title != c.title || hits[0].Lang != c.lang || hits[0].Body != c.body {
			t.Errorf("%s for a reader of %s: %+v", c.text, c.reader, hits)
		}
	}
	must(t, search.Remove(ctx, idb, pg, tenantID, d.Ref))
}

func pages(t *testing.T, ctx context.Context, idb bun.IDB, pg bool) {
	var docs []search.Document
	for i := range 7 {
		docs = append(docs, doc("page", fmt.Sprint("x", i), "en", "Paging", "same"))
	}
	must(t, search.Put(ctx, idb, pg, tenantID, docs...))
	var seen []string
	after := ""
	for range 10 {
		hits, next, err := search.Find(ctx, idb, pg, tenantID, search.Query{Text: "paging", Limit: 3, After: after})
		must(t, err)
		for _, h := range hits {
			seen = append(seen, h.Ref.ID)
		}
		if after = next; next == "" {
			break
		}
	}
	if want := []string{"x0", "x1", "x2", "x3", "x4", "x5", "x6"}; !slices.Equal(seen, want) {
		t.Errorf("got %v, want %v", seen, want)
	}
	hits, _, err := search.Find(ctx, idb, pg, tenantID, search.Query{Text: "paging", After: "-9; drop"})
	must(t, err)
	if len(hits) != 7 {
		t.Errorf("a broken cursor gives %d hits", len(hits))
	}
}

func changes(t *testing.T, ctx context.Context, idb bun.IDB, pg bool) {
	find := func(q string) string {
		hits, _, err := search.Find(ctx, idb, pg, tenantID, search.Query{Text: q})
		must(t, err)
		return ids(hits)
	}
	must(t, search.Put(ctx, idb, pg, tenantID, doc("proposal", "p1", "sl", "Novo igrišče", "x\x00\xff'\"?")))
	if find("ciscenje") != "" || find("igrisce") != "p1" {
		t.Error("a replaced document keeps its old words")
	}
	ref := subject.Ref{Kind: "proposal", ID: "p1"}
	must(t, search.Remove(ctx, idb, pg, tenantID, ref))
	must(t, search.Remove(ctx, idb, pg, tenantID, ref))
	if find("igrisce") != "" {
		t.Error("a removed document is found")
	}
	if err := search.Put(ctx, idb, pg, tenantID, search.Document{Title: "x"}); err == nil {
		t.Error("a document without a reference is taken")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
