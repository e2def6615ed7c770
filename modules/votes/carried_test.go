package votes_test

import (
	"context"
	"encoding/json"
	"testing"

	"glas/internal/subject"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func TestJoiningLostCarriedCounts(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{})
		add(w, w.A, thing("a", votes.Support), thing("b", votes.Support))
		w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			return votes.Carry(ctx, tx, []votes.Total{{Ref: ref("a"), Up: 20, Count: 20, Sum: 20}, {Ref: ref("b"), Up: 7, Count: 7, Sum: 7}})
		})
		cast(t, m, citizen(w, w.A, 1), "a", "support")
		cast(t, m, citizen(w, w.A, 1), "b", "support")
		if r := cast(t, m, citizen(w, w.A, 2), "a", "support"); r.Total.Up != 22 {
			t.Fatalf("before: %+v", r.Total)
		}
		w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error { return m.Join(ctx, tx, ref("a"), ref("b")) })
		w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			all, err := votes.Totals(ctx, tx, []subject.Ref{ref("a"), ref("b")})
			if a, b := all[ref("a")], all[ref("b")]; a.Count != 0 || b.Up != 29 || b.Count != 29 || b.Sum != 29 {
				t.Errorf("27 came from elsewhere and 2 people voted here: %+v, %+v", a, b)
			}
			if err != nil {
				return err
			}
			s, err := votes.Freeze(ctx, tx, ref("b"))
			if err != nil {
				return err
			}
			var r struct {
				Subjects []struct {
					Votes     int64            `json:"votes"`
					ByValue   map[string]int64 `json:"by_value"`
					ByChannel map[string]int64 `json:"by_channel"`
				} `json:"subjects"`
			}
			if err := json.Unmarshal([]byte(s.Body), &r); err != nil {
				return err
			}
			if len(r.Subjects) != 1 || r.Subjects[0].Votes != 29 || r.Subjects[0].ByValue["support"] != 29 || r.Subjects[0].ByChannel["carried"] != 27 || r.Subjects[0].ByChannel["web"] != 2 {
				t.Errorf("the frozen result: %s", s.Body)
			}
			return nil
		})
	})
}
