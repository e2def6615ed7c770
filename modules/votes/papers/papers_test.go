package papers_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/modules/votes"
	"glas/modules/votes/papers"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// host has any question of the kind "thing"; those named "closed" are over, and the phase p closes in an hour.
type host struct {
	at    time.Time
	last  map[string]int64
	quota int
}

func (h *host) Ballots(_ context.Context, _ *tenant.Tx, ids []string) (map[string]votes.Ballot, error) {
	out := map[string]votes.Ballot{}
	for _, one := range ids {
		judge := func(ctx context.Context) authz.Decision {
			res := authz.Resource{Policy: &authz.Policy{MinLevel: authz.LevelIdentity}}
			if one == "closed" {
				res.Closed = fault.Msg("votes.error.closed")
			}
			return authz.Can(ctx, "vote.cast", res)
		}
		out[one] = votes.Ballot{Ref: ref(one), Kind: votes.Choice, Scope: "p", Quota: h.quota, ClosesAt: h.at, Title: "Vprašanje " + one, Path: "/" + one, Judge: judge}
	}
	return out, nil
}

func (h *host) Tallied(_ context.Context, _ *tenant.Tx, totals []votes.Total) error {
	for _, t := range totals {
		h.last[t.Ref.ID] = t.Count
	}
	return nil
}

func ref(one string) subject.Ref { return subject.Ref{Kind: "thing", ID: one} }

func paper(one, reference string) papers.Entry {
	return papers.Entry{Ref: ref(one), Channel: votes.ChannelPaper, Reference: reference, Value: votes.ValueFor}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("error is %v, want %s", err, kind)
	}
}

func TestOnePaperOneVote(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		h := &host{at: w.Clock.Now().Add(time.Hour), last: map[string]int64{}, quota: 2}
		m := votes.New(votes.Deps{DB: w.DB, Clock: w.Clock, Hosts: map[string]votes.Host{"thing": h}})
		p := papers.New(papers.Deps{DB: w.DB, Votes: m, Subject: func(context.Context, *tenant.Tx, string) (subject.Ref, error) { return subject.Ref{}, nil }})
		oto := w.Staff(w.A, id.New(), "Oto", "officer")
		enter := func(e papers.Entry) error { return p.Enter(oto, e) }
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(enter(paper("a", "G-12/3")))
		wantKind(t, enter(paper("a", "g 12 / 3")), fault.KindConflict)
		wantKind(t, p.Enter(w.Citizen(w.A, id.New(), "Ana"), paper("a", "9")), fault.KindForbidden)
		wantKind(t, enter(paper("closed", "1")), fault.KindForbidden)
		wantKind(t, enter(papers.Entry{Ref: ref("a"), Channel: votes.ChannelDesk, Reference: "7", Value: "5"}), fault.KindInvalid)
		// The quota holds for a paper as for a person.
		must(enter(paper("b", "G-12/3")))
		wantKind(t, enter(paper("c", "G-12/3")), fault.KindConflict)
		// Somebody with an account votes once, here or on the web.
		ana := id.New()
		w.Update(oto, func(ctx context.Context, tx *tenant.Tx) error {
			a := &accounts.Account{Key: tenant.Key{ID: ana}, Name: "Ana", Email: "ana@person.example", VerifiedAt: tx.Now(), Lang: "sl", PseudonymKey: "k", AreaIDs: []string{}, Groups: []string{},
				CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
			_, err := tx.Insert(a).Exec(ctx)
			return err
		})
		desk := papers.Entry{Ref: ref("a"), Channel: votes.ChannelDesk, Reference: "okence 1", Value: votes.ValueAgainst, Email: "ana@person.example"}
		must(enter(desk))
		desk.Reference = "okence 2"
		wantKind(t, enter(desk), fault.KindConflict)
		desk.Email = "nobody@person.example"
		wantKind(t, enter(desk), fault.KindInvalid)
		if h.last["a"] != 2 || h.last["b"] != 1 {
			t.Errorf("%v", h.last)
		}
		// What was entered by mistake is taken back, and can be entered again.
		first := ""
		w.View(oto, func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Raw(`select id from vote_papers where tenant_id = ? and reference = 'okence-1'`, tx.ID()).Scan(ctx, &first)
		})
		must(p.Remove(oto, first, "Napačna oseba."))
		wantKind(t, p.Remove(oto, first, "Dvakrat."), fault.KindNotFound)
		if h.last["a"] != 1 {
			t.Errorf("%v after one was taken back", h.last)
		}
		desk.Email, desk.Reference = "", "okence 1"
		must(enter(desk))
		site := w.Serve(tenanttest.People(map[string]context.Context{"oto": oto}), m, p)
		page := site.As("oto").Get("/admin/votes/papers?subject=thing:a")
		if page.Status != 200 || !strings.Contains(page.Body, "Vprašanje a") || !strings.Contains(page.Body, "G-12/3") || strings.Contains(page.Body, "⟦") {
			t.Errorf("%d %s", page.Status, page.Body)
		}
		form := url.Values{"subject": {"thing:a"}, "channel": {"paper"}, "reference": {"G-12/4"}, "value": {"for"}}
		if r := site.As("oto").Post("/admin/votes/papers", form); r.Status != 303 {
			t.Errorf("%d", r.Status)
		}
		if r := site.As("oto").Post("/admin/votes/papers", form); r.Status != 409 || !strings.Contains(r.Body, "G-12/4") {
			t.Errorf("the same paper twice: %d", r.Status)
		}
		// The result counts by channel, and then nothing is taken any more.
		w.Update(oto, func(ctx context.Context, tx *tenant.Tx) error {
			s, err := votes.Freeze(ctx, tx, votes.ScopeRef("p"))
			if err == nil && (!strings.Contains(s.Body, `"paper": 2`) || !strings.Contains(s.Body, `"desk": 1`)) {
				t.Errorf("the result: %s", s.Body)
			}
			return err
		})
		wantKind(t, enter(paper("a", "99")), fault.KindConflict)
		w.Clock.Add(2 * time.Hour)
		wantKind(t, enter(paper("d", "100")), fault.KindConflict)
	})
}
