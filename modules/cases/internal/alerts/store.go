package alerts

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/geo"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// CaseAlert is who wants to hear of new cases and proposals around a place. Without topics of one of the two it is of all of them.
type CaseAlert struct {
	tenant.Key
	Email    string
	Lang     string
	Token    string
	Lat, Lng *float64
	Metres   int64
	Address  string
	// Kind is what it is of: OfCases, OfProposals or OfAll.
	Kind        string
	Topics      []string  `bun:"type:jsonb"`
	ConfirmedAt time.Time `bun:",nullzero"`
	LastAt      time.Time `bun:",nullzero"`
	CreatedAt   time.Time
}

func add(ctx context.Context, tx *tenant.Tx, a *CaseAlert) error {
	if a.Topics == nil {
		a.Topics = []string{}
	}
	if _, err := tx.Insert(a).Exec(ctx); err != nil {
		return fmt.Errorf("insert alert: %w", err)
	}
	return nil
}

func put(ctx context.Context, tx *tenant.Tx, a *CaseAlert) error {
	if _, err := tx.Update(a).Column("confirmed_at", "last_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save alert: %w", err)
	}
	return nil
}

func drop(ctx context.Context, tx *tenant.Tx, a *CaseAlert) error {
	if _, err := tx.Delete(a).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("remove alert: %w", err)
	}
	return nil
}

// byToken is the alert that a letter leads to.
func byToken(ctx context.Context, tx *tenant.Tx, token string) (*CaseAlert, error) {
	if !stored.TokenValid(token) {
		return nil, stored.ErrUnknown()
	}
	a := new(CaseAlert)
	err := tx.Select(a).Where("case_alert.token = ?", token).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (a.Lat == nil || a.Lng == nil) {
		return nil, stored.ErrUnknown()
	}
	if err != nil {
		return nil, fmt.Errorf("find alert: %w", err)
	}
	return a, nil
}

func countOf(ctx context.Context, tx *tenant.Tx, email string) (int64, error) {
	n, err := tx.Select((*CaseAlert)(nil)).Where("case_alert.email = ?", email).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count alerts: %w", err)
	}
	return int64(n), nil
}

// due are confirmed alerts that were last told of before a moment.
func due(ctx context.Context, tx *tenant.Tx, before time.Time, limit int) ([]CaseAlert, error) {
	var rows []CaseAlert
	err := tx.Select(&rows).Where("case_alert.confirmed_at is not null").Where("case_alert.last_at <= ?", before).Where("case_alert.lat is not null").
		OrderExpr("case_alert.last_at").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list alerts: %w", err)
	}
	return rows, nil
}

// near are the cases that were published around an alert since it was last told, the newest first.
func near(ctx context.Context, tx *tenant.Tx, a *CaseAlert, topics []string) ([]*stored.Case, error) {
	var rows []*stored.Case
	b := geo.Around(*a.Lat, *a.Lng, float64(a.Metres))
	q := tx.Select(&rows).Where("c.shown = ?", true).Where("c.published_at > ?", a.LastAt).Where("c.published_at <= ?", tx.Now()).
		Where("c.public_lat between ? and ?", b.South, b.North).Where("c.public_lng between ? and ?", b.West, b.East).OrderExpr("c.published_at desc, c.id desc").Limit(10 * casesMax)
	if len(topics) > 0 {
		q = q.Where("c.topic_id in (?)", bun.List(topics))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list cases near: %w", err)
	}
	rows = seen(a, rows)
	return rows[:min(len(rows), casesMax)], nil
}

func purge(ctx context.Context, tx *tenant.Tx, before time.Time) error {
	if _, err := tx.Delete((*CaseAlert)(nil)).Where("case_alert.confirmed_at is null").Where("case_alert.created_at < ?", before).Exec(ctx); err != nil {
		return fmt.Errorf("remove unconfirmed alerts: %w", err)
	}
	return nil
}
