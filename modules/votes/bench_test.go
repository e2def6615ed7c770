package votes_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"glas/internal/db"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/testenv"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

const clients = 32

// bareVote is the row of the bare loop: what a program without tenants, rights, quotas and totals would write.
type bareVote struct {
	ID        string `bun:",pk"`
	SubjectID string
	VoterID   string
	Value     string
	CastAt    time.Time
}

// BenchmarkVotes32 compares votes through the module with one bare insert for each commit on the same database, both by 32 clients.
// The limit of 0.4 is that of the whole program over HTTP, where the next batch is made while one is being written; here nothing is
// done between two votes, so the ratio on PostgreSQL is lower than there.
func BenchmarkVotes32(b *testing.B) {
	for _, pg := range []bool{false, true} {
		name := map[bool]string{false: "sqlite", true: "postgres"}[pg]
		b.Run(name, func(b *testing.B) {
			if pg && !testenv.HasPostgres() {
				b.Skip("GLAS_TEST_DATABASE_URL is not set")
			}
			w := tenanttest.New(b)
			if pg {
				onPostgres(b, w)
			}
			var bare, ours float64
			b.Run("bare", func(b *testing.B) { bare = benchBare(b, w) })
			b.Run("votes", func(b *testing.B) { ours = benchVotes(b, w, &host{}) })
			b.Run("votes-alone", func(b *testing.B) { benchVotes(b, w, &host{alone: true}) })
			b.Logf("%s: bare %.0f/s, votes %.0f/s, ratio %.2f", name, bare, ours, ours/bare)
		})
	}
}

// onPostgres moves a world to PostgreSQL.
func onPostgres(b *testing.B, w *tenanttest.World) {
	b.Helper()
	ctx := context.Background()
	w.Raw = testenv.Open(b, testenv.Postgres(b))
	dir, err := tenant.NewDirectory(ctx, w.Raw, w.Cache, w.Clock, "localhost")
	if err != nil {
		b.Fatal(err)
	}
	generations, stop, err := tenant.NewGenerations(ctx, w.Cache)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(stop)
	w.Dir, w.DB = dir, tenant.NewDB(tenant.Deps{DB: w.Raw, Clock: w.Clock, Generations: generations})
	w.A, err = dir.Add(ctx, tenant.New{Slug: "kranj", Country: "si", Name: i18n.Text{"sl": "Kranj"}, Brand: "#1B6B50"})
	if err != nil {
		b.Fatal(err)
	}
}

// parallel does b.N pieces of work by 32 clients and returns how many a second.
func parallel(b *testing.B, work func(n int64) error) float64 {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for range clients {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := work(n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	rate := float64(b.N) / time.Since(start).Seconds()
	b.ReportMetric(rate, "votes/s")
	return rate
}

func benchBare(b *testing.B, w *tenanttest.World) float64 {
	ctx := db.System(context.Background(), "benchmark")
	_, err := w.Raw.Write.ExecContext(ctx, `create table if not exists bare_votes (id text primary key, subject_id text not null, voter_id text not null,
		value text not null, cast_at timestamp not null)`)
	if err != nil {
		b.Fatal(err)
	}
	return parallel(b, func(n int64) error {
		row := &bareVote{ID: id.New(), SubjectID: fmt.Sprintf("s%d", n%20), VoterID: fmt.Sprintf("voter%d", n), Value: "support", CastAt: w.Clock.Now()}
		_, err := w.Raw.Write.NewInsert().Model(row).Exec(ctx)
		return err
	})
}

func benchVotes(b *testing.B, w *tenanttest.World, h *host) float64 {
	m := module(b, w, h)
	run := id.New()
	var things []*VoteThing
	for i := range 20 {
		things = append(things, thing(fmt.Sprintf("%s-%d", run, i), votes.Support))
	}
	add(w, w.A, things...)
	ctxs := make([]context.Context, 1000)
	for i := range ctxs {
		ctxs[i] = citizen(w, w.A, i)
	}
	rate := parallel(b, func(n int64) error {
		ctx := ctxs[n%int64(len(ctxs))]
		if n >= int64(len(ctxs)) {
			ctx = w.Citizen(w.A, fmt.Sprintf("voter%d", n), "Ana")
		}
		_, err := m.Cast(ctx, votes.Command{Ref: ref(things[n%20].ID), Value: "support"})
		return err
	})
	w.View(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
		var sum int64
		for _, th := range things {
			if err := tx.Select(th).WherePK().Scan(ctx); err != nil {
				return err
			}
			sum += th.Count
		}
		if sum != int64(b.N) {
			b.Errorf("%d votes, counted %d", b.N, sum)
		}
		return nil
	})
	return rate
}
