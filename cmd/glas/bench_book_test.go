package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/extract"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/consultations"
	"glas/modules/remarks"
	"glas/modules/texts"
	"glas/tenant"
)

const (
	bookArticles = 300
	bookRemarks  = 5000
)

// book measures what a large act costs: its page, the table of its remarks, and its report.
func (l *limits) book(b *testing.B, w *benchWorld) {
	name := databaseName(w.db.PG)
	large, small := w.newBook(b, "zakonik", bookArticles), w.newBook(b, "listek", 5)
	start := time.Now()
	w.remark(b, large, bookRemarks)
	l.lines = append(l.lines, measured{fmt.Sprintf("%d remarks on %d articles brought in, %s", bookRemarks, bookArticles, name), fmt.Sprintf("%.2g s", time.Since(start).Seconds()), "none", true})
	staff := w.officeOf(b)
	ours := listenOn(b, w.fiber(), w.town.Host)
	l.most(fmt.Sprintf("page of the act with %d articles and %d remarks, %s, rendered", bookArticles, bookRemarks, name), " ms", ours.slow(b, large.text.Path(), nobody), 150)
	more := statements(b, w.app, w.town.Host, large.text.Path(), nobody) - statements(b, w.app, w.town.Host, small.text.Path(), nobody)
	l.most("statements of that page more than of one with 5 articles and no remark, "+name, "", float64(more), 0)
	at := "/admin/remarks?consultation=" + large.ID
	type filter struct {
		query string
		took  float64
	}
	var filters []filter
	for _, q := range []string{"", "&q=stevilka+4711", "&kind=association", "&work=open", "&channel=letter", "&department=-", "&block=" + large.places[40].Block, "&after=202600004000"} {
		filters = append(filters, filter{q, ours.slow(b, at+q, staff)})
	}
	slowest := slices.MaxFunc(filters, func(x, y filter) int { return cmp.Compare(x.took, y.took) })
	l.most(fmt.Sprintf("table of %d remarks with the slowest of %d filters, %s (%s)", bookRemarks, len(filters), name, cmp.Or(slowest.query, "none")), " ms", slowest.took, 100)
	few, all := statements(b, w.app, w.town.Host, "/admin/remarks?consultation="+small.ID, staff), statements(b, w.app, w.town.Host, at, staff)
	l.most("statements of the table of 5,000 remarks more than of an empty one, "+name, "", float64(all-few), 0)
	start = time.Now()
	ours.get(b, ask{path: "/admin/remarks/groups?consultation=" + large.ID, cookie: staff})
	l.most(fmt.Sprintf("similar remarks found among %d, %s", bookRemarks, name), " s", time.Since(start).Seconds(), 5)
	l.report(b, w, large)
}

// slow is how long a page takes that is asked for one after the other: the median in milliseconds, with the first not counted.
func (t *target) slow(b *testing.B, path, cookie string) float64 {
	b.Helper()
	var took []float64
	for range 12 {
		start := time.Now()
		t.get(b, ask{path: path, cookie: cookie})
		took = append(took, float64(time.Since(start).Microseconds())/1000)
	}
	return median(took[1:])
}

// report answers all remarks, publishes the report and waits for the job that makes it, as the page of the report does.
func (l *limits) report(b *testing.B, w *benchWorld, book *book) {
	ctx := w.office(b)
	err := w.rows.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		book.EndsAt = tx.Now().AddDate(0, 0, -1)
		_, err := tx.Update(book.Consultation).Column("ends_at").WherePK().Exec(ctx)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	reason := i18n.Text{w.town.Default(): strings.Repeat("Predlog je bil obravnavan in je delno upoštevan v besedilu. ", 5)}
	everything := remarks.Filter{ConsultationID: book.ID, Eye: remarks.Eye{Staff: true}}
	n, err := w.parts.remarks.AnswerMany(ctx, remarks.Choice{Filter: &everything}, remarks.Work{Disposition: remarks.Partly, Reason: reason, Publish: true})
	if err != nil || n != bookRemarks {
		b.Fatalf("%d answers: %v", n, err)
	}
	start := time.Now()
	if err := w.parts.reports.Publish(ctx, book.ID, false); err != nil {
		b.Fatal(err)
	}
	state, failure, files, seen := "", "", 0, map[int]bool{}
	for again := time.NewTicker(50 * time.Millisecond); state != "published"; <-again.C {
		progress := 0
		err := w.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Raw(`select state, progress, failure, (select count(*) from report_files where tenant_id = ? and report_id = reports.id) from reports
				where tenant_id = ? and consultation_id = ?`, tx.ID(), tx.ID(), book.ID).Scan(ctx, &state, &progress, &failure, &files)
		})
		if err != nil || failure != "" || time.Since(start) > 2*time.Minute {
			b.Fatalf("report: %s after %s, %v", failure, time.Since(start), err)
		}
		seen[progress] = true
	}
	took := time.Since(start).Seconds()
	l.most(fmt.Sprintf("report of %d remarks, %d files in %d languages, %s", bookRemarks, files, len(w.town.Languages), databaseName(w.db.PG)), " s", took, 20)
	l.lines = append(l.lines, measured{"different states of progress seen while it is made, " + databaseName(w.db.PG), fmt.Sprint(len(seen)), "at least 5", len(seen) >= 5})
}

// book is a consultation on an act with its places.
type book struct {
	*consultations.Consultation
	text   *texts.Text
	places []remarks.Anchor
}

// office is the context of somebody who may do everything in the municipality.
func (w *benchWorld) office(b *testing.B) context.Context {
	b.Helper()
	ctx := w.as(context.Background(), w.town, w.town.Default())
	table, err := w.table(ctx)
	if err != nil {
		b.Fatal(err)
	}
	return authz.With(ctx, authz.Actor{ID: id.New(), Name: "Eva Vidmar", Kind: authz.Staff, Level: authz.LevelIdentity, Roles: []string{"administrator"}}, table)
}

// officeOf is the session of an administrator.
func (w *benchWorld) officeOf(b *testing.B) string {
	b.Helper()
	return w.signIn(b, "chief@person.example", "Chief", "10.0.9.9", "administrator")
}

// newBook publishes an act of n articles with three paragraphs each, in a consultation that is open.
func (w *benchWorld) newBook(b *testing.B, slug string, n int) *book {
	b.Helper()
	now, text := time.Now(), i18n.Text{"sl": "Odlok " + slug, "en": "Act " + slug}
	k := &book{Consultation: &consultations.Consultation{Key: tenant.Key{ID: id.New()}, Slug: slug, Title: text, Summary: text, State: consultations.Published,
		StartsAt: now.AddDate(0, 0, -10), EndsAt: now.AddDate(0, 0, 20), PublishedAt: now.AddDate(0, 0, -12),
		Phases: []*consultations.Phase{{ID: id.New(), Title: text, StartsAt: now.AddDate(0, 0, -10), EndsAt: now.AddDate(0, 0, 20),
			Switches: consultations.Switches{Methods: map[string]json.RawMessage{"text": json.RawMessage("{}"), "remark": json.RawMessage("{}")}}}}}}
	ctx := w.office(b)
	err := w.rows.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return consultations.Add(ctx, tx, k.Consultation) })
	if err != nil {
		b.Fatal(err)
	}
	doc, err := extract.Paragraphs("odlok.txt", []byte(longAct(n)))
	if err != nil {
		b.Fatal(err)
	}
	textID, err := w.parts.texts.Import(ctx, k.ID, texts.Source{Title: text["sl"], Lang: "sl", Name: "odlok.txt", Doc: doc})
	if err != nil {
		b.Fatal(err)
	}
	if err := w.parts.texts.Publish(ctx, textID, 0, nil, nil); err != nil {
		b.Fatal(err)
	}
	err = w.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		k.text = new(texts.Text)
		if err := tx.Select(k.text).Where("?TableAlias.id = ?", textID).Scan(ctx); err != nil {
			return err
		}
		list, err := texts.Places(ctx, tx, k.ID)
		for _, p := range list {
			if p.Anchor.Block != "" {
				k.places = append(k.places, p.Anchor)
			}
		}
		return err
	})
	if err != nil || k.text.ArticleCount != n || len(k.places) < n {
		b.Fatalf("%d articles, %d places: %v", k.text.ArticleCount, len(k.places), err)
	}
	return k
}

// longAct is an act of n articles with three paragraphs each.
func longAct(n int) string {
	var s strings.Builder
	s.WriteString("ODLOK\no vsem\n\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&s, "%d. člen\n(naslov številka %d)\n\n", i, i)
		for k := 1; k <= 3; k++ {
			fmt.Fprintf(&s, "(%d) Občina v zadevi %d na kraju %d ravna tako, da je red, kot ga določa predpis številka %d, in o tem obvesti javnost na krajevno običajen način.\n\n", k, i, k, i*31+k)
		}
	}
	return s.String()
}

// remark enters n remarks all over the act; every tenth place gets none, and every tenth remark is that of an association.
func (w *benchWorld) remark(b *testing.B, k *book, n int) {
	b.Helper()
	ways, list := remarks.Channels()[1:], make([]remarks.Entry, n)
	body := strings.Repeat("Predlagam, da se v tem členu doda zaščita starih dreves, ker brez sence poleti ni mogoče hoditi. ", 3)
	for i := range list {
		at := k.places[i*7%(len(k.places)-len(k.places)/10)]
		list[i] = remarks.Entry{Anchor: at, Channel: ways[i%len(ways)], Source: fmt.Sprintf("dopis 351-%d/2026", i), ReceivedAt: time.Now().Add(-time.Hour), ExternalID: fmt.Sprint("x", i),
			PublicName: fmt.Sprintf("Oseba %d", i), Association: i%10 == 0, Lang: "sl",
			Words: remarks.Words{Stance: remarks.Stances()[i%len(remarks.Stances())], Body: fmt.Sprintf("Pripomba številka %d. %s", i, body), Effects: "Manj vročine v mestu."}}
	}
	if got, err := w.parts.remarks.EnterMany(w.office(b), k.ID, list); err != nil || got != n {
		b.Fatalf("%d remarks came in: %v", got, err)
	}
}
