package positions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"glas/internal/fault"
	"glas/tenant"
)

func find(ctx context.Context, tx *tenant.Tx, id string) (*Position, error) {
	p := new(Position)
	err := tx.Select(p).Where("position.id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("positions.error.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("find position: %w", err)
	}
	return p, nil
}

// current is the shown position of an association, nil when it has none.
func current(ctx context.Context, tx *tenant.Tx, consultationID, organisationID string) (*Position, error) {
	p := new(Position)
	err := tx.Select(p).Where("position.consultation_id = ?", consultationID).Where("position.organisation_id = ?", organisationID).
		Where("position.state IN ('shown', 'hidden')").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the position of an association: %w", err)
	}
	return p, nil
}

func insert(ctx context.Context, tx *tenant.Tx, p *Position) error {
	if _, err := tx.Insert(p).Exec(ctx); err != nil {
		return fmt.Errorf("store position: %w", err)
	}
	return nil
}

// setState changes a position that is still as it was read.
func setState(ctx context.Context, tx *tenant.Tx, p *Position, state State, reason string) error {
	res, err := tx.Update(p).Set("state = ?", state).Set("reason = ?", reason).Set("updated_at = ?", tx.Now()).Set("row_version = row_version + 1").
		Where("id = ?", p.ID).Where("row_version = ?", p.RowVersion).Exec(ctx)
	if err != nil {
		return fmt.Errorf("change position: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(fault.Conflict("positions.error.stale"), err)
	}
	p.State, p.Reason = state, reason
	return nil
}

// listOf is bounded by the number of verified associations of a municipality.
func listOf(ctx context.Context, tx *tenant.Tx, consultationID string) ([]*Position, error) {
	var rows []*Position
	err := tx.Select(&rows).Where("position.consultation_id = ?", consultationID).Where("position.state = ?", Shown).
		OrderExpr("position.created_at DESC, position.id DESC").Limit(500).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list positions: %w", err)
	}
	return rows, nil
}

func tally(ctx context.Context, tx *tenant.Tx, consultationID string) (Tally, error) {
	var rows []struct {
		Stance Stance
		N      int64
	}
	err := tx.Select((*Position)(nil)).ColumnExpr("position.stance, count(*) AS n").Where("position.consultation_id = ?", consultationID).
		Where("position.state = ?", Shown).GroupExpr("position.stance").Scan(ctx, &rows)
	if err != nil {
		return Tally{}, fmt.Errorf("count positions: %w", err)
	}
	var t Tally
	for _, r := range rows {
		switch r.Stance {
		case For:
			t.For = r.N
		case Against:
			t.Against = r.N
		default:
			t.Neutral = r.N
		}
	}
	return t, nil
}

// earlier are the wordings that a position replaced, the newest first.
func earlier(ctx context.Context, tx *tenant.Tx, p *Position) ([]*Position, error) {
	var rows []*Position
	err := tx.Select(&rows).Where("position.consultation_id = ?", p.ConsultationID).Where("position.organisation_id = ?", p.OrganisationID).
		Where("position.state = ?", Replaced).Where("position.created_at < ?", p.CreatedAt).OrderExpr("position.created_at DESC").Limit(50).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list earlier wordings: %w", err)
	}
	return rows, nil
}

func ofAuthor(ctx context.Context, tx *tenant.Tx, accountID string) ([]*Position, error) {
	var rows []*Position
	if err := tx.Select(&rows).Where("position.author_id = ?", accountID).OrderExpr("position.created_at").Scan(ctx); err != nil {
		return nil, fmt.Errorf("positions of a person: %w", err)
	}
	return rows, nil
}
