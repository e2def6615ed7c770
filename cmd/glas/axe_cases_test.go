package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"glas/internal/id"
	"glas/internal/web/browsertest"
	"glas/tenant"
)

// TestEverybodyCanUseCases asks axe about every kind of page of the cases, of their times, streets and figures: those that people walk to,
// and those that only a link of a letter leads to. In the languages of the municipalities whose cases the demo holds half of them are
// looked at, the other half in the other, and in each other language a share.
func TestEverybodyCanUseCases(t *testing.T) {
	t.Parallel()
	s := play(t)
	for i, one := range []struct{ slug, lang string }{{"velenje", "sl"}, {"bornova", "tr"}, {"nea-smyrni", "el"}, {"levski", "bg"}, {"velenje", "en"}} {
		t.Run(one.lang, func(t *testing.T) {
			prefix := ""
			if one.lang != s.town(t, one.slug).Default() {
				prefix = "/" + one.lang
			}
			visitor, staff := s.browser.Page(t), s.enter(t, one.slug, "preizkus", "administrator", "editor")
			n := 0
			for j, p := range [2]*browsertest.Page{visitor, staff} {
				for _, path := range [][]string{s.casePages(t, one.slug, prefix), s.caseDesks(t, one.slug, prefix)}[j] {
					n++
					if n%[]int{2, 2, 6, 6, 6}[i] != i%2 {
						continue
					}
					w := ways()[(n+i)%4]
					w.open(p, s.at(one.slug, path))
					p.Axe(except(path)...)
					narrow(p)
				}
			}
			t.Logf("%d pages", n)
		})
	}
}

// found are the values of one column, at most three.
func (s *stage) found(t *testing.T, slug, query string) (out []string) {
	t.Helper()
	town := s.town(t, slug)
	err := s.rows.View(tenant.With(context.Background(), town), func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Raw(query+" and tenant_id = ? limit 3", town.ID).Scan(ctx, &out)
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return out
}

// casePages are the pages for everybody and for those who hold a link.
func (s *stage) casePages(t *testing.T, slug, prefix string) []string {
	t.Helper()
	paths := []string{"/cases", "/cases?view=map", "/cases?kind=praise&state=paused", "/report", "/report?kind=defect", "/alerts", "/stats", "/opendata", "/places?q=a"}
	for _, state := range []string{"resolved", "referred", "in_progress", "rejected", "scheduled"} {
		if list := s.found(t, slug, "select number from cases where shown = true and state = '"+state+"'"); len(list) > 0 {
			paths = append(paths, "/cases/"+list[0])
		}
	}
	for _, state := range []string{"waiting_reporter", "in_progress", "resolved"} {
		if list := s.found(t, slug, "select token from cases where state = '"+state+"'"); len(list) > 0 {
			paths = append(paths, "/c/"+list[0], "/c/"+list[0]+"/receipt")
		}
	}
	for _, token := range s.found(t, slug, "select token from case_surveys where submitted_at is null and expires_at > '"+time.Now().UTC().Format(time.DateTime)+"'") {
		paths = append(paths, "/feedback/"+token)
	}
	return speak(prefix, paths)
}

// mails puts three letters into the mailbox of a municipality, and gives the one that is not clear.
func (s *stage) mails(t *testing.T, slug string) string {
	t.Helper()
	key := ""
	err := s.rows.Update(tenant.With(context.Background(), s.town(t, slug)), func(ctx context.Context, tx *tenant.Tx) error {
		for _, outcome := range []string{"spam", "bounce", "held"} {
			key = id.New()
			_, err := tx.Raw("insert into case_mails (tenant_id, id, direction, sender, sender_name, recipient, subject, body, outcome, files, problem, created_at) values (?, ?, 'in', 'vida@person.example', 'Vida Kos', 'glas@town.example', 'Luknja na cesti', 'Pred hišo je luknja.\n\nLep pozdrav', ?, ?, 'cut', ?)",
				tx.ID(), key, outcome, `["slika.jpg"]`, tx.Now()).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// caseDesks are the pages of staff.
func (s *stage) caseDesks(t *testing.T, slug, prefix string) []string {
	t.Helper()
	paths := []string{"/field", "/admin/inbox/" + s.mails(t, slug), "/admin/inbox?show=unclear", "/admin/inbox?show=bounce", "/admin/desk?who=0", "/admin/cases/queue/overdue?state=in_progress"}
	for _, state := range []string{"received", "in_review", "waiting_reporter", "assigned", "in_progress", "scheduled", "answer_review", "reopen_requested", "referred", "merged", "resolved"} {
		if list := s.found(t, slug, "select number from cases where state = '"+state+"'"); len(list) > 0 {
			paths = append(paths, "/admin/cases/"+list[0])
		}
	}
	starts := speak(prefix, []string{"/admin/desk", "/admin/cases", "/admin/inbox", "/admin/open311", "/admin/clocks", "/admin/streets", "/admin/cases/figures", "/admin/cases/setup", "/admin/calendars"})
	ours := starts[:len(starts):len(starts)]
	for _, path := range kinds(s.person(t, slug, "preizkus", "administrator", "editor").Crawl(80, starts...).Pages, prefix, true) {
		for _, start := range starts {
			if path != start && strings.HasPrefix(path, start+"/") && !slices.Contains(ours, path) {
				ours = append(ours, path)
			}
		}
	}
	return append(speak(prefix, paths), ours...)
}

// speak puts the language before paths.
func speak(prefix string, paths []string) []string {
	out := make([]string, len(paths))
	for i, path := range paths {
		out[i] = prefix + path
	}
	return out
}
