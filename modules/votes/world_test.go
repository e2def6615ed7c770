package votes_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/authz"
	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// VoteThing is a subject of the tests, with a counter of its own as real hosts have it.
type VoteThing struct {
	tenant.Key
	Kind       votes.Kind
	Scope      string
	Quota      int
	HideCounts string
	ClosesAt   time.Time `bun:",nullzero"`
	Count      int64
}

// host owns VoteThings. alone makes it decide for each voter apart.
type host struct {
	alone bool
	// broken makes it refuse to count votes on this subject.
	broken string
	// looks is how often it still answers before it cannot any more; nil sets no limit.
	looks *atomic.Int64
}

func (h *host) Ballots(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]votes.Ballot, error) {
	if h.looks != nil && h.looks.Add(-1) < 0 {
		return nil, errors.New("the shelf is gone")
	}
	var rows []*VoteThing
	if err := tx.Select(&rows).Where("id in (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	out := map[string]votes.Ballot{}
	for _, r := range rows {
		judge := func(ctx context.Context) authz.Decision {
			res := authz.Resource{Policy: &authz.Policy{MinLevel: authz.LevelEmail}}
			if strings.HasPrefix(r.ID, "closed") {
				res.Closed = fault.Msg("votes.error.closed")
			}
			return authz.Can(ctx, "vote.cast", res)
		}
		b := votes.Ballot{Ref: ref(r.ID), Kind: r.Kind, Scope: r.Scope, Quota: r.Quota, HideCounts: r.HideCounts, ClosesAt: r.ClosesAt, Title: r.ID, Path: "/" + r.ID}
		if h.alone {
			b.Decision = judge(ctx)
		} else {
			b.Judge = judge
		}
		out[r.ID] = b
	}
	return out, nil
}

func (h *host) Tallied(ctx context.Context, tx *tenant.Tx, totals []votes.Total) error {
	for _, t := range totals {
		if t.Ref.ID == h.broken {
			return fmt.Errorf("%s cannot be counted", t.Ref)
		}
		if _, err := tx.Raw("update vote_things set count = ? where tenant_id = ? and id = ?", t.Count, tx.ID(), t.Ref.ID).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

func ref(id string) subject.Ref { return subject.Ref{Kind: "thing", ID: id} }

// module makes a module over the things of the test; the table is made when it is not there yet.
func module(t testing.TB, w *tenanttest.World, h *host) *votes.Module {
	t.Helper()
	stamp := "timestamp"
	if w.Raw.PG {
		stamp = "timestamptz"
	}
	_, err := w.Raw.Write.ExecContext(db.System(context.Background(), "test"), `create table if not exists vote_things (tenant_id text not null, id text not null,
		kind text not null, scope text not null, quota integer not null, hide_counts text not null, closes_at `+stamp+`, count bigint not null, primary key (tenant_id, id))`)
	if err != nil {
		t.Fatal(err)
	}
	return votes.New(votes.Deps{DB: w.DB, Clock: w.Clock, Hosts: map[string]votes.Host{"thing": h}})
}

func add(w *tenanttest.World, t *tenant.Tenant, things ...*VoteThing) {
	w.T.Helper()
	w.Update(w.Visitor(t), func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Insert(&things).Exec(ctx)
		return err
	})
}

func thing(id string, kind votes.Kind) *VoteThing {
	return &VoteThing{Key: tenant.Key{ID: id}, Kind: kind}
}

// counting counts the statements under a context.
func counting(ctx context.Context) (context.Context, *db.Counter) { return db.Counting(ctx) }

func citizen(w *tenanttest.World, t *tenant.Tenant, n int) context.Context {
	return w.Citizen(t, fmt.Sprintf("voter%d", n), "Ana")
}

func association(w *tenanttest.World, t *tenant.Tenant, n int) context.Context {
	return w.Ctx(t, authz.Actor{ID: fmt.Sprintf("person%d", n), Kind: authz.Association, Level: authz.LevelEmail, OrganisationID: fmt.Sprintf("org%d", n)})
}

func cast(t testing.TB, m *votes.Module, ctx context.Context, id, value string) votes.Result {
	t.Helper()
	r, err := m.Cast(ctx, votes.Command{Ref: ref(id), Value: value})
	if err != nil {
		t.Fatalf("%s on %s: %v", value, id, err)
	}
	return r
}

// recounted is how the votes on all things stand when they are counted one by one, and whether everything stored agrees.
func recounted(t *testing.T, w *tenanttest.World, in *tenant.Tenant) map[string]votes.Total {
	t.Helper()
	all := map[string]votes.Total{}
	w.View(w.Visitor(in), func(ctx context.Context, tx *tenant.Tx) error {
		var rows []*votes.Vote
		if err := tx.Select(&rows).Scan(ctx); err != nil {
			return err
		}
		trail := map[string]string{}
		var changes []*votes.VoteChange
		if err := tx.Select(&changes).OrderExpr("changed_at, id").Scan(ctx); err != nil {
			return err
		}
		for _, c := range changes {
			key := c.SubjectID + "/" + c.VoterID
			if trail[key] != c.OldValue {
				t.Errorf("trail of %s: %q follows %q", key, c.OldValue, trail[key])
			}
			trail[key] = c.NewValue
		}
		for _, v := range rows {
			tot := all[v.SubjectID]
			tot.Ref = v.Ref()
			add1(&tot, v)
			all[v.SubjectID] = tot
			if key := v.SubjectID + "/" + v.VoterID; trail[key] != v.Value {
				t.Errorf("trail of %s ends with %q, the vote is %q", key, trail[key], v.Value)
			}
		}
		var things []*VoteThing
		if err := tx.Select(&things).Scan(ctx); err != nil {
			return err
		}
		for _, th := range things {
			stored, err := votes.Totals(ctx, tx, []subject.Ref{ref(th.ID)})
			if err != nil {
				return err
			}
			want := all[th.ID]
			want.Ref = ref(th.ID)
			if stored[ref(th.ID)] != want {
				t.Errorf("%s: stored %+v, counted %+v", th.ID, stored[ref(th.ID)], want)
			}
			if th.Count != want.Count {
				t.Errorf("%s: the host was told %d, counted %d", th.ID, th.Count, want.Count)
			}
		}
		return nil
	})
	return all
}

// add1 counts on its own, not by the code under test.
func add1(t *votes.Total, v *votes.Vote) {
	t.Count++
	if v.VoterKind == "association" {
		t.Associations++
	}
	switch v.Value {
	case "support", "for", "up":
		t.Up++
		t.Sum++
	case "against", "down":
		t.Down++
		t.Sum--
	case "abstain":
		t.Abstain++
	default:
		n := int(v.Value[0] - '0')
		t.Rated[n-1]++
		t.Sum += int64(n)
	}
}
