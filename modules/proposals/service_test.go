package proposals

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/search"
	"glas/modules/accounts"
	"glas/modules/answers"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/moderation"
	"glas/modules/proposals/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

func TestLifeOfAProposal(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, err := w.m.Publish(w.Visitor(w.A), w.c.ID, input("Klopi in senca na Cankarjevi ulici"))
		wantKind(t, err, fault.KindSignIn)
		p := w.propose(w.ana, "Klopi in senca na Cankarjevi ulici")
		if p.Number != 1 || p.State != Published || p.Path() != "/proposals/1-klopi-in-senca-na-cankarjevi-ulici" {
			t.Errorf("published %+v", p)
		}
		if again := w.propose(w.ana, "klopi in senca na Cankarjevi ulici"); again.ID != p.ID {
			t.Error("the same form sent twice is two proposals")
		}
		if c := w.cons(); c.ProposalCount != 1 || c.ParticipantCount != 1 {
			t.Errorf("counted %d proposals of %d people", c.ProposalCount, c.ParticipantCount)
		}
		in := input("Klopi, pitnik in senca na Cankarjevi")
		in.Version = p.RowVersion
		_, err = w.m.Edit(w.bor, p.Number, in)
		wantKind(t, err, fault.KindForbidden)
		if p, err = w.m.Edit(w.ana, p.Number, in); err != nil || p.Revision != 1 {
			t.Fatalf("edit: %v", err)
		}
		_, err = w.m.Edit(w.ana, p.Number, in)
		wantKind(t, err, fault.KindConflict) // an older form
		w.vote(w.bor, p, votes.ValueSupport)
		w.Clock.Add(time.Hour)
		in.Version = w.load(p.ID).RowVersion
		_, err = w.m.Edit(w.ana, p.Number, in)
		wantKind(t, err, fault.KindForbidden)
		_, err = w.m.Withdraw(w.ana, p.Number, "kratko")
		wantKind(t, err, fault.KindInvalid)
		if p, err = w.m.Withdraw(w.ana, p.Number, "Občina je to že naredila."); err != nil || p.State != Withdrawn {
			t.Fatalf("withdraw: %v", err)
		}
		if c := w.cons(); c.ProposalCount != 0 {
			t.Errorf("%d proposals after the withdrawal", c.ProposalCount)
		}
		_, err = w.votes.Cast(w.citizen(7), votes.Command{Ref: p.Ref(), Value: votes.ValueSupport})
		if err == nil {
			t.Error("a withdrawn proposal takes votes")
		}
	})
}

func TestDraftIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		d, err := w.m.SaveDraft(w.ana, w.c.ID, Input{Title: "Klo"})
		if err != nil {
			t.Fatal(err)
		}
		d2, err := w.m.SaveDraft(w.ana, w.c.ID, input("Klopi in senca v parku"))
		if err != nil || d2.ID != d.ID {
			t.Fatalf("a second draft: %v", err)
		}
		p := w.propose(w.ana, "Klopi in senca v parku")
		if p.ID != d.ID || p.Number != 1 {
			t.Error("the draft did not become the proposal")
		}
		late, err := w.m.SaveDraft(w.ana, w.c.ID, input("Klopi in senca v parku"))
		if err != nil || late.ID != p.ID {
			t.Error("a draft that is saved late makes a second one")
		}
	})
}

func TestQuota(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.rules(func(s *consultations.Switches) { s.ProposalQuota = 2 })
		first := w.propose(w.ana, "Prvi predlog za središče")
		w.propose(w.ana, "Drugi predlog za središče")
		_, err := w.m.Publish(w.ana, w.c.ID, input("Tretji predlog za središče"))
		wantKind(t, err, fault.KindForbidden)
		w.propose(w.bor, "Predlog nekoga drugega")
		if _, err := w.m.Withdraw(w.ana, first.Number, "Premislila sem si."); err != nil {
			t.Fatal(err)
		}
		w.propose(w.ana, "Tretji predlog za središče")
		in := input("Ukrep občine za središče")
		in.Official = true
		for i := range 3 {
			in.Title = fmt.Sprintf("Ukrep občine številka %d", i)
			p, err := w.m.Publish(w.eva, w.c.ID, in)
			if err != nil || !p.Official || p.AuthorKind != accounts.AuthorStaff {
				t.Fatalf("official: %v", err)
			}
		}
		_, err = w.m.Publish(w.ana, w.c.ID, in)
		wantKind(t, err, fault.KindForbidden)
	})
}

func TestClosedPhase(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.Clock.Add(22 * 24 * time.Hour)
		_, err := w.m.Publish(w.ana, w.c.ID, input("Prepozen predlog za mesto"))
		wantKind(t, err, fault.KindForbidden)
		w.Clock.Add(-22 * 24 * time.Hour)
		_, err = w.m.Publish(w.Citizen(w.B, w.anaID, "Ana"), w.c.ID, input("Predlog v drugi občini"))
		wantKind(t, err, fault.KindNotFound)
	})
}

func TestCountersAndTrend(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		a, b := w.propose(w.ana, "Prvi predlog za središče"), w.propose(w.bor, "Drugi predlog za središče")
		for i := range 3 {
			w.vote(w.citizen(i), a, votes.ValueSupport)
		}
		w.vote(w.citizen(1), b, votes.ValueSupport)
		a, b = w.load(a.ID), w.load(b.ID)
		if a.SupportCount != 3 || a.Popular != 3 || !(a.Trend > b.Trend) {
			t.Errorf("three supports: %d, trend %v beside %v", a.SupportCount, a.Trend, b.Trend)
		}
		if want := stored.TrendAdd(stored.TrendAt(a.PublishedAt, 1), stored.TrendAt(a.PublishedAt, 3)); a.Trend-want > 1e-6 || want-a.Trend > 1e-6 {
			t.Errorf("the database makes %v, Go %v", a.Trend, want)
		}
		w.Clock.Add(14 * 24 * time.Hour)
		if _, err := w.comments.Post(w.bor, b.Ref(), comments.Draft{Body: "Dobro."}); err != nil {
			t.Fatal(err)
		}
		w.vote(w.citizen(5), b, votes.ValueSupport)
		if b = w.load(b.ID); b.CommentCount != 1 || !(b.Trend > a.Trend) {
			t.Errorf("new interest does not show: %v beside %v", b.Trend, a.Trend)
		}
		before := b.Trend
		w.vote(w.citizen(5), b, votes.Withdraw)
		if b = w.load(b.ID); b.SupportCount != 1 || !(b.Trend < before) {
			t.Error("a vote that was taken back still counts")
		}
		if c := w.cons(); c.VoteCount != 4 || c.CommentCount != 1 {
			t.Errorf("the consultation counts %d votes and %d comments", c.VoteCount, c.CommentCount)
		}
	})
}

func TestMergeCountsEverybodyOnce(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		a, b, c := w.propose(w.ana, "Klopi na Cankarjevi ulici"), w.propose(w.bor, "Več klopi na Cankarjevi"), w.propose(w.bor, "Pitnik na glavnem trgu")
		for i := range 3 {
			w.vote(w.citizen(i), a, votes.ValueSupport)
		}
		for i := 2; i < 6; i++ {
			w.vote(w.citizen(i), b, votes.ValueSupport)
		}
		if _, err := w.comments.Post(w.ana, b.Ref(), comments.Draft{Body: "Tudi jaz."}); err != nil {
			t.Fatal(err)
		}
		_, err := w.m.Merge(w.ana, a.ID, []string{b.ID})
		wantKind(t, err, fault.KindForbidden)
		if _, err := w.m.Merge(w.eva, a.ID, []string{a.ID, b.ID}); err != nil {
			t.Fatal(err)
		}
		a, b = w.load(a.ID), w.load(b.ID)
		if a.SupportCount != 6 || a.CommentCount != 1 || b.State != Merged || b.MergedInto != a.ID || b.SupportCount != 0 || b.CommentCount != 0 {
			t.Errorf("joined: %d supports, %d comments, %s, left %d and %d", a.SupportCount, a.CommentCount, b.State, b.SupportCount, b.CommentCount)
		}
		if _, err := w.m.Merge(w.eva, c.ID, []string{a.ID}); err != nil {
			t.Fatal(err)
		}
		if w.load(b.ID).MergedInto != c.ID {
			t.Error("an old address leads to one that is no more")
		}
		w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			list, err := stored.Authors(ctx, tx, c.ID)
			if len(list) != 2 {
				t.Errorf("%d more authors, want 2", len(list))
			}
			return err
		})
		_, err = w.m.Merge(w.eva, c.ID, []string{b.ID})
		wantKind(t, err, fault.KindConflict)
		if got := w.cons(); got.ProposalCount != 1 || got.VoteCount != 6 || got.CommentCount != 1 {
			t.Errorf("the consultation counts %d proposals, %d votes, %d comments", got.ProposalCount, got.VoteCount, got.CommentCount)
		}
	})
}

func TestModeration(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.rules(func(s *consultations.Switches) { s.Moderation = "all" })
		p := w.propose(w.ana, "Prvi predlog za središče")
		if p.State != Waiting || w.cons().ProposalCount != 0 {
			t.Fatalf("state %s", p.State)
		}
		decide := func(v moderation.Verdict) error {
			return w.DB.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
				return w.m.Decide(ctx, tx, p.ID, moderation.Ruling{Verdict: v, Reason: "Ni o prometu.", Rule: "topic"})
			})
		}
		for _, step := range []struct {
			v     moderation.Verdict
			state State
			count int64
			found int
		}{{moderation.Approve, Published, 1, 1}, {moderation.Approve, Published, 1, 1}, {moderation.Hide, Hidden, 0, 0}, {moderation.Restore, Published, 1, 1}, {moderation.Remove, Hidden, 0, 0}} {
			if err := decide(step.v); err != nil {
				t.Fatalf("%s: %v", step.v, err)
			}
			if got := w.load(p.ID); got.State != step.state || w.cons().ProposalCount != step.count {
				t.Errorf("%s: %s, %d counted", step.v, got.State, w.cons().ProposalCount)
			}
			if n := w.search("središče"); n != step.found {
				t.Errorf("%s: the search finds %d", step.v, n)
			}
		}
		if got := w.load(p.ID); got.Body != "" || got.Title != "#1" {
			t.Errorf("personal data stayed: %q %q", got.Title, got.Body)
		}
		wantKind(t, decide(moderation.Restore), fault.KindConflict)
	})
}

func (t *town) search(words string) (n int) {
	t.T.Helper()
	t.View(t.eva, func(ctx context.Context, tx *tenant.Tx) error {
		hits, _, err := tx.Search(ctx, search.Query{Text: words, Kinds: []string{Kind}})
		n = len(hits)
		return err
	})
	return n
}

func TestPagesUnderTies(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		const n = 95
		w.bulk(n)
		for _, sort := range stored.Sorts() {
			for _, seed := range []int{1, 50, 97} {
				f := Filter{ConsultationID: w.c.ID, Sort: sort, Seed: seed}
				seen, last := map[string]bool{}, []*Proposal(nil)
				for page := 0; page < 5; page++ {
					w.View(w.ana, func(ctx context.Context, tx *tenant.Tx) error {
						rows, next, err := stored.List(ctx, tx, f)
						for _, p := range rows {
							if seen[p.ID] {
								t.Errorf("%s: %s twice", sort, p.Title)
							}
							seen[p.ID] = true
						}
						last, f.After = append(last, rows...), next
						return err
					})
					if f.After == "" {
						break
					}
				}
				if len(seen) != n {
					t.Errorf("%s seed %d: %d of %d", sort, seed, len(seen), n)
				}
				if sort == SortSupported && !slices.IsSortedFunc(last, func(a, b *Proposal) int { return int(b.Popular - a.Popular) }) {
					t.Error("not in the order of supports")
				}
			}
		}
	})
}

func TestImportTwice(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.bulk(30)
		w.bulk(30)
		if c := w.cons(); c.ProposalCount != 30 || c.VoteCount != 30 {
			t.Errorf("%d proposals, %d votes", c.ProposalCount, c.VoteCount)
		}
		rows := []Imported{{ExternalID: "x3", Title: "Nov naslov tega predloga", Body: "<p>Novo <b>besedilo</b><script>alert(1)</script></p>", Lang: "sl"}}
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error { return w.m.Import(ctx, tx, w.c.ID, rows) })
		var p *Proposal
		w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			refs, err := w.m.Imported(ctx, tx, w.c.ID)
			if err != nil {
				return err
			}
			p, err = stored.Find(ctx, tx, refs["x3"].ID)
			return err
		})
		if p.Title != "Nov naslov tega predloga" || p.Body != "Novo **besedilo**" || p.SupportCount != 0 {
			t.Errorf("%q %q", p.Title, p.Body)
		}
		err := w.DB.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return w.m.Import(ctx, tx, w.c.ID, []Imported{{ExternalID: "y", Title: " "}})
		})
		if err == nil {
			t.Error("a row without a title comes in")
		}
	})
}

func TestAnswersAndQueue(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.bulk(3)
		p := w.propose(w.ana, "Prvi predlog za središče")
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return w.m.Answered(ctx, tx, p.ID, &answers.Answer{State: answers.Partly, Text: i18n.Text{"sl": "Da, **delno**."}, PublishedAt: tx.Now()})
		})
		w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			var got []string
			q := answers.Query{Limit: 2}
			for range 5 {
				queue, err := w.m.Waiting(ctx, tx, q)
				if err != nil {
					return err
				}
				if queue.Total != 4 || queue.Answered != 1 {
					t.Errorf("%d of %d answered", queue.Answered, queue.Total)
				}
				for _, it := range queue.Items {
					got = append(got, it.Title)
				}
				if q.After = queue.Next; q.After == "" {
					break
				}
			}
			if len(got) != 3 {
				t.Errorf("waiting: %v", got)
			}
			rows, _, err := stored.List(ctx, tx, Filter{Status: "partly"})
			if len(rows) != 1 || rows[0].Answer == nil || rows[0].Answer.Text["sl"] != "Da, delno." {
				t.Errorf("answered: %+v", rows)
			}
			return err
		})
	})
}

func TestForgottenAuthor(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		p := w.propose(w.ana, "Prvi predlog za središče")
		if _, err := w.m.SaveDraft(w.ana, w.c.ID, input("Osnutek, ki ga nihče ne vidi")); err != nil {
			t.Fatal(err)
		}
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Enqueue(ctx, job.Spec{Kind: forgetJob, Payload: accounts.Deleted{AccountID: w.anaID}})
		})
		w.Jobs(w.m.Jobs())
		if got := w.load(p.ID); got.AuthorKind != accounts.AuthorDeleted || got.AuthorName != "" {
			t.Errorf("signed %q", got.AuthorName)
		}
		w.View(w.ana, func(ctx context.Context, tx *tenant.Tx) error {
			d, err := stored.FindDraft(ctx, tx, w.c.ID, w.anaID)
			if d != nil {
				t.Error("the draft is still there")
			}
			return err
		})
	})
}

// TestOnlyWhatEverybodySeesIsFresh: what was hidden or withdrawn meanwhile, or stands in a consultation that is not public, is told to nobody.
func TestOnlyWhatEverybodySeesIsFresh(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		at := func(title string, lat float64) *Proposal {
			t.Helper()
			in, lng := input(title), 14.6121
			in.Lat, in.Lng = &lat, &lng
			p, err := w.m.Publish(w.bor, w.c.ID, in)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		began := w.Clock.Now()
		at("Že prej objavljen predlog", 46.2259)
		w.Clock.Add(time.Hour)
		seen := at("Klopi ob reki za vse", 46.2259)
		at("Drugje je tudi lepo mesto", 46.4)
		hidden, withdrawn := at("Žaljiv predlog za mesto", 46.2259), at("Premislil sem si glede tega", 46.2259)
		w.propose(w.bor, "Brez kraja, a vseeno predlog")
		if _, err := w.m.SaveDraft(w.ana, w.c.ID, func() Input {
			in, lat, lng := input("Osnutek, ki ga ni videti"), 46.2259, 14.6121
			in.Lat, in.Lng = &lat, &lng
			return in
		}()); err != nil {
			t.Fatal(err)
		}
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return w.m.Decide(ctx, tx, hidden.ID, moderation.Ruling{Verdict: moderation.Hide, Reason: "Žalitev mimoidočih.", Rule: "respect"})
		})
		if _, err := w.m.Withdraw(w.bor, withdrawn.Number, "Premislil sem si."); err != nil {
			t.Fatal(err)
		}
		near := Near{Box: Box{West: 14.60, South: 46.22, East: 14.62, North: 46.23}, After: began, Until: w.Clock.Now(), Limit: 10}
		fresh := func(n Near) (ids []string) {
			w.View(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
				list, err := Fresh(ctx, tx, n)
				for _, p := range list {
					ids = append(ids, p.ID)
				}
				return err
			})
			return ids
		}
		if got := fresh(near); !slices.Equal(got, []string{seen.ID}) {
			t.Errorf("fresh: %v, want only %s", got, seen.ID)
		}
		other := near
		other.Topics = []string{id.New()}
		if got := fresh(other); len(got) != 0 {
			t.Errorf("of another topic: %v", got)
		}
		w.c.State = consultations.Draft
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Update(w.c).Column("state").WherePK().Exec(ctx)
			return err
		})
		if got := fresh(near); len(got) != 0 {
			t.Errorf("of a consultation that is not public: %v", got)
		}
	})
}
