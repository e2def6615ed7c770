package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/id"
)

// row is a job as it is stored.
type row struct {
	bun.BaseModel `bun:"table:jobs,alias:job"`

	ID          string `bun:",pk"`
	TenantID    string
	Kind        string
	Payload     string
	RunAt       time.Time
	Attempts    int
	MaxAttempts int
	LeaseUntil  time.Time `bun:",nullzero"`
	LeaseOwner  string
	UniqueKey   string `bun:",nullzero"`
	UniqueName  string `bun:",nullzero"`
	LastError   string
	FailedAt    time.Time `bun:",nullzero"`
	CreatedAt   time.Time
}

func (r *row) job() Job {
	return Job{
		ID: r.ID, Kind: r.Kind, TenantID: r.TenantID, Payload: []byte(r.Payload),
		Attempt: r.Attempts, MaxAttempts: r.MaxAttempts, RunAt: r.RunAt.UTC(), CreatedAt: r.CreatedAt.UTC(),
	}
}

// Enqueue stores jobs through idb, usually the transaction that makes them
// necessary. Wake the Runner after the commit to have them done without waiting for
// its next look.
func Enqueue(ctx context.Context, idb bun.IDB, now time.Time, specs ...Spec) error {
	if len(specs) == 0 {
		return nil
	}
	rows := make([]row, len(specs))
	for i, spec := range specs {
		if spec.Kind == "" {
			return errors.New("enqueue job: no kind")
		}
		payload, err := json.Marshal(spec.Payload)
		if err != nil {
			return fmt.Errorf("enqueue job %s: %w", spec.Kind, err)
		}
		rows[i] = row{
			ID: id.New(), TenantID: spec.TenantID, Kind: spec.Kind, Payload: string(payload),
			RunAt: spec.RunAt.UTC(), MaxAttempts: spec.MaxAttempts,
			UniqueKey: spec.Unique, UniqueName: spec.Unique, CreatedAt: now.UTC(),
		}
		if spec.RunAt.IsZero() {
			rows[i].RunAt = now.UTC()
		}
		if spec.MaxAttempts <= 0 {
			rows[i].MaxAttempts = DefaultMaxAttempts
		}
	}
	_, err := idb.NewInsert().Model(&rows).On("conflict (tenant_id, kind, unique_key) do nothing").Returning("null").Exec(ctx)
	if err != nil {
		return fmt.Errorf("enqueue job %s: %w", specs[0].Kind, err)
	}
	return nil
}

// due is a condition on jobs under the name "due": its time has come, nobody works on it,
// and no other of the same unique name is being worked on. Arguments: now, kinds, now, now.
const due = `due.failed_at is null and due.run_at <= ? and due.kind in (?)
	and (due.lease_until is null or due.lease_until <= ?)
	and not exists (select 1 from jobs as other where other.tenant_id = due.tenant_id and other.kind = due.kind
		and other.unique_name = due.unique_name and other.lease_until > ? and other.id <> due.id)`

// claim leases up to n jobs that are due and of one of the kinds to owner.
func claim(ctx context.Context, db *bun.DB, pg bool, now time.Time, lease time.Duration, owner string, kinds []string, n int) ([]row, error) {
	const set = `update jobs set lease_until = ?, lease_owner = ?, attempts = attempts + 1, unique_key = null `
	const pick = `select due.id from jobs as due where ` + due + ` order by due.run_at, due.id limit ?`
	query := set + `where id in (` + pick + `) returning *`
	if pg {
		// A materialized list, since a subquery with a limit may be planned to be
		// evaluated more than once, which would lock more than n rows.
		query = `with picked as materialized (` + pick + ` for update of due skip locked) ` +
			set + `from picked where jobs.id = picked.id returning jobs.*`
	}
	claimed, picked := []any{now.Add(lease), owner}, []any{now, bun.List(kinds), now, now, n}
	args := append(claimed, picked...)
	if pg {
		args = append(picked, claimed...)
	}
	var rows []row
	if err := db.NewRaw(query, args...).Scan(ctx, &rows); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	return rows, nil
}

// held confines a query to a job that is still leased to the worker that claimed it.
func held(q bun.QueryBuilder, r *row) bun.QueryBuilder {
	return q.Where("id = ?", r.ID).Where("lease_owner = ?", r.LeaseOwner).Where("attempts = ?", r.Attempts)
}

// remove deletes a finished job.
func remove(ctx context.Context, idb bun.IDB, r *row) error {
	q := idb.NewDelete().Model((*row)(nil)).ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder { return held(q, r) })
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("remove finished job %s: %w", r.ID, err)
	}
	return nil
}

// retry gives a job back to be tried at a later moment. When meanwhile another
// of the same unique name waits, that one does the work and this one is dropped.
func retry(ctx context.Context, db *bun.DB, r *row, at time.Time, attempts int, reason string) error {
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if r.UniqueName != "" {
			taken, err := tx.NewSelect().Model((*row)(nil)).Where("tenant_id = ?", r.TenantID).Where("kind = ?", r.Kind).
				Where("unique_key = ?", r.UniqueName).Where("id <> ?", r.ID).Exists(ctx)
			if err != nil {
				return fmt.Errorf("retry job %s: %w", r.ID, err)
			}
			if taken {
				return remove(ctx, tx, r)
			}
		}
		q := tx.NewUpdate().Model((*row)(nil)).Set("lease_until = null").Set("lease_owner = ''").Set("run_at = ?", at).
			Set("attempts = ?", attempts).Set("unique_key = unique_name").Set("last_error = ?", reason)
		q = q.ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder { return held(q, r) })
		if _, err := q.Exec(ctx); err != nil {
			return fmt.Errorf("retry job %s: %w", r.ID, err)
		}
		return nil
	})
}

// fail keeps a job that will not be tried any more.
func fail(ctx context.Context, idb bun.IDB, r *row, at time.Time, reason string) error {
	q := idb.NewUpdate().Model((*row)(nil)).Set("lease_until = null").Set("lease_owner = ''").
		Set("failed_at = ?", at).Set("last_error = ?", reason)
	q = q.ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder { return held(q, r) })
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("keep failed job %s: %w", r.ID, err)
	}
	return nil
}

// planOnce stores the waiting job of a periodic kind, unless it waits, runs or is to be
// tried again already.
func planOnce(ctx context.Context, db *bun.DB, now time.Time, kind string) error {
	there, err := db.NewSelect().Model((*row)(nil)).Where("tenant_id = ''").Where("kind = ?", kind).
		Where("unique_name = ?", everyName).Where("failed_at is null").Exists(ctx)
	if err != nil {
		return fmt.Errorf("plan job %s: %w", kind, err)
	}
	if there {
		return nil
	}
	return Enqueue(ctx, db, now, Spec{Kind: kind, Unique: everyName})
}

// failPeriodic keeps a periodic job that failed for good, in place of earlier ones of
// its kind: the last failure tells enough.
func failPeriodic(ctx context.Context, tx bun.Tx, r *row, at time.Time, reason string) error {
	_, err := tx.NewDelete().Model((*row)(nil)).Where("tenant_id = ''").Where("kind = ?", r.Kind).
		Where("unique_name = ?", everyName).Where("failed_at is not null").Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget earlier failures of job %s: %w", r.Kind, err)
	}
	return fail(ctx, tx, r, at, reason)
}

// Stats is how the queue stands.
type Stats struct {
	// Waiting counts jobs whose time has not come or that nobody has taken yet.
	Waiting int
	// Running counts jobs that are leased.
	Running int
	// Failed counts jobs that failed for good and are kept.
	Failed int
	// Oldest is how long the job that is due for longest has been waiting; zero
	// when nothing is due.
	Oldest time.Duration
}

// ReadStats counts the jobs of all tenants.
func ReadStats(ctx context.Context, idb bun.IDB, now time.Time) (Stats, error) {
	var counts struct{ Waiting, Running, Failed int }
	err := idb.NewRaw(`select
		coalesce(sum(case when failed_at is null and (lease_until is null or lease_until <= ?) then 1 else 0 end), 0) as waiting,
		coalesce(sum(case when failed_at is null and lease_until > ? then 1 else 0 end), 0) as running,
		coalesce(sum(case when failed_at is not null then 1 else 0 end), 0) as failed from jobs`, now, now).Scan(ctx, &counts)
	if err != nil {
		return Stats{}, fmt.Errorf("count jobs: %w", err)
	}
	stats := Stats{Waiting: counts.Waiting, Running: counts.Running, Failed: counts.Failed}
	var first row
	err = idb.NewSelect().Model(&first).Where("failed_at is null").Where("run_at <= ?", now).
		WhereGroup(" and ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("lease_until is null").WhereOr("lease_until <= ?", now)
		}).Order("run_at").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return stats, nil
	}
	if err != nil {
		return Stats{}, fmt.Errorf("find oldest job: %w", err)
	}
	stats.Oldest = now.Sub(first.RunAt)
	return stats, nil
}

// Failure is a job that failed for good.
type Failure struct {
	Job
	LastError string
	FailedAt  time.Time
}

// Failures lists the jobs that failed for good, newest first.
func Failures(ctx context.Context, idb bun.IDB, limit int) ([]Failure, error) {
	var rows []row
	if err := idb.NewSelect().Model(&rows).Where("failed_at is not null").Order("failed_at desc", "id").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list failed jobs: %w", err)
	}
	failures := make([]Failure, len(rows))
	for i := range rows {
		failures[i] = Failure{Job: rows[i].job(), LastError: rows[i].LastError, FailedAt: rows[i].FailedAt.UTC()}
	}
	return failures, nil
}

// Retry has a job that failed for good tried again from the start; it reports
// whether there was such a job.
func Retry(ctx context.Context, idb bun.IDB, now time.Time, jobID string) (bool, error) {
	res, err := idb.NewUpdate().Model((*row)(nil)).Set("failed_at = null").Set("attempts = 0").Set("run_at = ?", now).
		Where("id = ?", jobID).Where("failed_at is not null").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("retry failed job: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("retry failed job: %w", err)
	}
	return n > 0, nil
}
