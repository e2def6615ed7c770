package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"glas/config"
	"glas/internal/authz"
	span "glas/internal/calendar"
	"glas/internal/clock"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/cases"
	"glas/modules/cases/casestest"
	"glas/modules/clocks"
	"glas/modules/clocks/clockstest"
	"glas/tenant"
)

const (
	benchCases  = 100_000
	fewCases    = 2000
	benchClocks = 10_000
	// lateClocks are those of them that are due at one moment.
	lateClocks = 300
)

// looks are pages of one kind, by what they show.
type looks struct {
	what  string
	who   string
	pages []string
}

// cases measures what people look at in a municipality with very many cases, each page rendered anew, and what the clocks of its open
// cases cost.
func (l *limits) cases(b *testing.B, pg bool) {
	dir := b.TempDir()
	a, err := openTest(config.Config{DataDir: dir, DatabaseURL: newDatabase(b, dir, pg), TrustedProxies: []string{"0.0.0.0"}}, clock.System)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.close() })
	start := time.Now()
	large, small := newCaseWorld(b, a, "gneca", benchCases), newCaseWorld(b, a, "mir", fewCases)
	l.lines = append(l.lines, measured{fmt.Sprintf("%d cases made for what follows, %s", benchCases, databaseName(pg)), fmt.Sprintf("%.2g s", time.Since(start).Seconds()), "none", true})
	ours, staff, others := listenOn(b, a.fiber(), large.town.Host), large.officeOf(b), small.officeOf(b)
	many := fmt.Sprintf(" of %d cases, %s, rendered, slowest of ", benchCases, databaseName(pg))
	for _, k := range large.looks(nobody, staff) {
		slowest, took := "", 0.0
		for _, p := range k.pages {
			if ms := ours.slow(b, p, k.who); ms >= took {
				slowest, took = p, ms
			}
		}
		l.most(fmt.Sprintf("%s%s%d (%s)", k.what, many, len(k.pages), slowest), " ms", took, 50)
	}
	more, where, far := 0, "none", small.looks(nobody, others)
	for i, k := range large.looks(nobody, staff) {
		for j, p := range k.pages {
			n, m := large.asked(b, p, k.who), small.asked(b, far[i].pages[j], far[i].who)
			if n-m > more {
				more, where = n-m, p
			}
		}
	}
	l.most(fmt.Sprintf("statements of any of these pages more than with %d cases, %s (%s)", fewCases, databaseName(pg), where), "", float64(more), 0)
	l.caseClocks(b, large)
}

// caseWorld is a municipality with cases.
type caseWorld struct {
	*benchWorld
	department, topic string
}

func newCaseWorld(b *testing.B, a *app, slug string, n int) *caseWorld {
	b.Helper()
	town, err := a.directory.Add(context.Background(), tenant.New{Slug: slug, Name: i18n.Text{"sl": "Občina " + slug}, Country: "si"})
	if err != nil {
		b.Fatal(err)
	}
	w := &caseWorld{benchWorld: &benchWorld{app: a, town: town}}
	w.department, w.topic = casestest.Fill(b, w.office(b), a.rows, time.Now(), n)
	return w
}

// looks are the pages: of everybody and of staff.
func (w *caseWorld) looks(visitor, staff string) []looks {
	list, queue := "/cases", "/admin/cases/queue/"
	return []looks{
		{"list", visitor, []string{list, list + "?kind=praise", list + "?state=open&topic=" + w.topic, list + "?sort=supported", list + "?bbox=14.52,46.22,14.53,46.23"}},
		{"part of the map", visitor, []string{list + "/map.json?zoom=16&bbox=14.52,46.22,14.53,46.23", list + "/map.json?zoom=12", list + "/map.json?zoom=12&kind=praise",
			list + "/map.json?zoom=11&state=open&topic=" + w.topic}},
		{"queue of staff", staff, []string{queue + "all", queue + "overdue", queue + "review", queue + "unaccepted", queue + "mine", queue + "watched", queue + "idle", queue + "all?department=" + w.department, queue + "all?due=3&kind=praise"}},
		{"search of staff", staff, []string{queue + "all?q=luknja+kolesarje", queue + "all?q=prijava+1123", queue + "all?q=vodomet", queue + "all?q=KAM-2026-001123"}},
	}
}

// asked is how many statements a page needs: the fewest of three looks, because the session is read again every two seconds.
func (w *caseWorld) asked(b *testing.B, path, cookie string) int {
	b.Helper()
	fewest := statements(b, w.app, w.town.Host, path, cookie)
	for range 2 {
		fewest = min(fewest, statements(b, w.app, w.town.Host, path, cookie))
	}
	return fewest
}

// caseClocks measures a run of the check: with a few of the clocks due, and with so many that one run does not take them all.
func (l *limits) caseClocks(b *testing.B, w *caseWorld) {
	ctx := w.office(b)
	policy := &clocks.ClockPolicy{Name: i18n.Text{"sl": "Vse"}}
	if err := w.parts.clocks.SavePolicy(ctx, policy); err != nil {
		b.Fatal(err)
	}
	target := &clocks.ClockTarget{PolicyID: policy.ID, Metric: clocks.FirstAnswer, Term: span.Target{Amount: 48, Unit: span.Hours},
		Rules: []clocks.ClockRule{{Point: clocks.FromStart, Amount: 24, Level: "head", Act: clocks.Notify}, {Point: clocks.AfterDue, Level: "head", Act: clocks.Notify}}}
	if err := w.parts.clocks.SaveTarget(ctx, target, false); err != nil {
		b.Fatal(err)
	}
	for _, late := range []int{lateClocks, benchClocks} {
		w.run(b, target, late)
		start := time.Now()
		if err := w.parts.clocks.Jobs()["clocks.check"](w.as(context.Background(), w.town, "sl"), job.Job{TenantID: w.town.ID}); err != nil {
			b.Fatal(err)
		}
		took := time.Since(start).Seconds()
		l.most(fmt.Sprintf("%d running clocks checked, %d of them due at once, %s", benchClocks, late, databaseName(w.db.PG)), " s", took, 2)
		if n, want := w.fired(b), min(late, 5_000); n != want {
			b.Fatalf("the ladder acted %d times, not %d", n, want)
		}
	}
}

// run has the first step of the ladder due on late of the clocks that run, all made anew.
func (w *caseWorld) run(b *testing.B, target *clocks.ClockTarget, late int) {
	b.Helper()
	err := w.rows.Update(w.office(b), func(ctx context.Context, tx *tenant.Tx) error {
		for _, old := range []any{(*clocks.ClockFiring)(nil), (*clocks.Clock)(nil)} {
			if _, err := tx.Delete(old).Where("1 = 1").Exec(ctx); err != nil {
				return err
			}
		}
		head := authz.From(ctx).ID
		_, err := tx.Raw(`INSERT INTO accounts (tenant_id, id, email, name, lang, area_ids, groups, verified_at, created_at, updated_at) VALUES (?, ?, ?, 'Vodja', 'sl', '[]', '[]', ?, ?, ?)`,
			tx.ID(), head, id.New()+"@person.example", tx.Now(), tx.Now(), tx.Now()).Exec(ctx)
		if err != nil {
			return err
		}
		if _, err := tx.Raw("UPDATE departments SET head_id = ? WHERE tenant_id = ? AND id = ?", head, tx.ID(), w.department).Exec(ctx); err != nil {
			return err
		}
		var open []string
		if err := tx.Raw("SELECT id FROM cases WHERE tenant_id = ? AND grp = 'open' ORDER BY id LIMIT ?", tx.ID(), benchClocks).Scan(ctx, &open); err != nil {
			return err
		}
		on := make([]subject.Ref, len(open))
		for i := range open {
			on[i] = subject.Ref{Kind: cases.Kind, ID: open[i]}
		}
		if len(on) != benchClocks {
			b.Fatalf("%d cases are open", len(on))
		}
		return clockstest.Run(ctx, tx, target, tx.Now(), on, late)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// fired is how often the ladder acted.
func (w *caseWorld) fired(b *testing.B) (n int) {
	b.Helper()
	err := w.rows.View(w.office(b), func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Raw("SELECT count(*) FROM clock_firings WHERE tenant_id = ?", tx.ID()).Scan(ctx, &n)
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}
