package mail

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"glas/internal/clock"
	"glas/internal/id"
	"glas/internal/text"
)

const (
	// maxAttempts is how often a letter is tried: with the waiting times between,
	// for about a day, so that a mail server may be down over night.
	maxAttempts = 16
	// holding is how long a letter belongs to the worker that took it.
	holding = 10 * time.Minute
	// batch is how many letters are taken at once; one connection carries them.
	batch = 50
)

// row is a letter as it is stored.
type row struct {
	bun.BaseModel `bun:"table:mails,alias:mail"`

	ID        string `bun:",pk"`
	TenantID  string
	ToAddr    string
	FromName  string
	ReplyTo   string
	Subject   string
	Text      string
	HTML      string            `bun:"html"`
	Headers   map[string]string `bun:"type:jsonb"`
	Kind      string
	CreatedAt time.Time
	SentAt    time.Time `bun:",nullzero"`
	Attempts  int
	NextAt    time.Time `bun:",nullzero"`
	LastError string
}

const listUnsubscribe = "List-Unsubscribe"

func (r *row) letter() Letter {
	return Letter{ID: r.ID, TenantID: r.TenantID, CreatedAt: r.CreatedAt.UTC(), Message: Message{
		To: r.ToAddr, FromName: r.FromName, ReplyTo: r.ReplyTo, Subject: r.Subject, Text: r.Text, HTML: r.HTML,
		Kind: r.Kind, ListUnsubscribe: r.Headers[listUnsubscribe],
	}}
}

// Put writes a letter into the outbox through idb, usually the transaction that makes
// it necessary. tenantID is empty for letters of the deployment itself. The error is
// ErrAddress, ErrHeader or ErrEmpty, wrapped, when the letter cannot be sent as it is.
func Put(ctx context.Context, idb bun.IDB, tenantID string, now time.Time, m Message) error {
	m, err := m.check()
	if err != nil {
		return fmt.Errorf("put mail: %w", err)
	}
	r := row{
		ID: id.New(), TenantID: tenantID, ToAddr: m.To, FromName: m.FromName, ReplyTo: m.ReplyTo,
		Subject: m.Subject, Text: m.Text, HTML: m.HTML, Headers: map[string]string{}, Kind: m.Kind,
		CreatedAt: now.UTC(), NextAt: now.UTC(),
	}
	if id.Valid(m.ID) {
		r.ID = m.ID
	}
	if m.ListUnsubscribe != "" {
		r.Headers[listUnsubscribe] = m.ListUnsubscribe
	}
	if _, err := idb.NewInsert().Model(&r).Exec(ctx); err != nil {
		return fmt.Errorf("put mail: %w", err)
	}
	return nil
}

// Deliver sends the letters that are due and returns how many were taken by the
// server. One that could not be sent is tried again later, for about a day; one
// that was refused for good is kept with the reason. The text of a letter
// that was sent is deleted: it may hold a sign-in link. err is about the connection
// or the database. Without a sender (nil) nothing happens.
//
// Several instances may deliver at the same time; a letter goes out twice only when
// an instance dies between handing it over and noting that.
func Deliver(ctx context.Context, db *bun.DB, sender Sender, c clock.Clock) (n int, err error) {
	if sender == nil {
		return 0, nil
	}
	var conn Conn
	defer func() { err = errors.Join(err, closed(conn)) }()
	for ctx.Err() == nil {
		rows, err := take(ctx, db, c.Now())
		if err != nil {
			return n, err
		}
		if len(rows) == 0 {
			return n, nil
		}
		for i := range rows {
			if conn == nil {
				if conn, err = sender.Connect(ctx); err != nil {
					conn = nil
					// No letter's fault. All of them wait a little and the next call
					// tries again.
					return n, errors.Join(fmt.Errorf("connect to mail server: %w", err), release(ctx, db, c.Now(), rows[i:], err))
				}
			}
			failure := conn.Send(ctx, rows[i].letter())
			if failure == nil {
				n++
			} else {
				_ = conn.Close() // its state is unknown; the failure is what matters
				conn = nil
			}
			if err := note(ctx, db, c.Now(), &rows[i], failure); err != nil {
				return n, err
			}
		}
	}
	return n, ctx.Err()
}

func closed(conn Conn) error {
	if conn == nil {
		return nil
	}
	if err := conn.Close(); err != nil {
		return fmt.Errorf("close connection to mail server: %w", err)
	}
	return nil
}

// take reserves the next letters that are due by moving their next attempt into the
// future.
func take(ctx context.Context, db *bun.DB, now time.Time) ([]row, error) {
	const set = `update mails set next_at = ?, attempts = attempts + 1 `
	const pick = `select id from mails where next_at is not null and next_at <= ? order by next_at, id limit ?`
	query, args := set+`where id in (`+pick+`) returning *`, []any{now.Add(holding), now, batch}
	if db.Dialect().Name() == dialect.PG {
		query = `with picked as materialized (` + pick + ` for update skip locked) ` + set + `from picked where mails.id = picked.id returning mails.*`
		args = []any{now, batch, now.Add(holding)}
	}
	var rows []row
	if err := db.NewRaw(query, args...).Scan(ctx, &rows); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("take mails: %w", err)
	}
	return rows, nil
}

// release gives letters back that were not tried.
func release(ctx context.Context, db *bun.DB, now time.Time, rows []row, reason error) error {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	_, err := db.NewUpdate().Model((*row)(nil)).Set("next_at = ?", now.Add(firstDelay)).Set("attempts = attempts - 1").
		Set("last_error = ?", text.Head(reason.Error(), maxError)).Where("id in (?)", bun.List(ids)).Exec(context.WithoutCancel(ctx))
	if err != nil {
		return fmt.Errorf("give mails back: %w", err)
	}
	return nil
}

// note stores the outcome of one attempt, even when ctx ended meanwhile: a letter
// that is out must not go out again.
func note(ctx context.Context, db *bun.DB, now time.Time, r *row, failure error) error {
	q := db.NewUpdate().Model((*row)(nil)).Where("id = ?", r.ID)
	var refused *RefusedError
	switch {
	case failure == nil:
		q = q.Set("sent_at = ?", now).Set("next_at = null").Set("last_error = ''").Set("text = ''").Set("html = ''")
	case errors.As(failure, &refused) || r.Attempts >= maxAttempts:
		q = q.Set("next_at = null").Set("last_error = ?", text.Head(failure.Error(), maxError))
	default:
		q = q.Set("next_at = ?", now.Add(delay(r.Attempts))).Set("last_error = ?", text.Head(failure.Error(), maxError))
	}
	if _, err := q.Exec(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("note outcome of mail %s: %w", r.ID, err)
	}
	return nil
}

// Stored is a letter in the outbox with what became of it.
type Stored struct {
	Letter
	// SentAt is zero until the server took the letter; its Text and HTML are empty
	// from then on.
	SentAt time.Time
	// NextAt is the next attempt; zero when there is none, because the letter was
	// sent or was given up for LastError.
	NextAt    time.Time
	Attempts  int
	LastError string
}

// Recent lists the newest letters of a tenant first, at most limit; tenantID "" means
// those of the deployment itself.
func Recent(ctx context.Context, idb bun.IDB, tenantID string, limit int) ([]Stored, error) {
	var rows []row
	err := idb.NewSelect().Model(&rows).Where("tenant_id = ?", tenantID).Order("created_at desc", "id desc").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list mails: %w", err)
	}
	stored := make([]Stored, len(rows))
	for i := range rows {
		r := &rows[i]
		stored[i] = Stored{Letter: r.letter(), SentAt: r.SentAt, NextAt: r.NextAt, Attempts: r.Attempts, LastError: r.LastError}
	}
	return stored, nil
}

// Stats is how the outbox stands, over all tenants.
type Stats struct {
	// Waiting counts letters to be sent, Failed those given up.
	Waiting, Failed int
}

// ReadStats counts the letters of all tenants.
func ReadStats(ctx context.Context, idb bun.IDB) (Stats, error) {
	var s Stats
	err := idb.NewRaw(`select
		coalesce(sum(case when next_at is not null then 1 else 0 end), 0) as waiting,
		coalesce(sum(case when next_at is null then 1 else 0 end), 0) as failed from mails where sent_at is null`).Scan(ctx, &s)
	if err != nil {
		return Stats{}, fmt.Errorf("count mails: %w", err)
	}
	return s, nil
}

// Purge deletes letters that were sent or given up and are older than before, and returns
// how many.
func Purge(ctx context.Context, idb bun.IDB, before time.Time) (int, error) {
	res, err := idb.NewDelete().Model((*row)(nil)).Where("next_at is null").Where("created_at < ?", before).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("purge mails: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("purge mails: %w", err)
	}
	return int(n), nil
}

const (
	firstDelay = time.Minute
	maxDelay   = 3 * time.Hour
)

// delay is how long to wait after the given number of attempts: doubling from a minute
// to three hours.
func delay(attempts int) time.Duration {
	if attempts > 8 {
		return maxDelay
	}
	return min(maxDelay, firstDelay<<max(attempts-1, 0))
}
