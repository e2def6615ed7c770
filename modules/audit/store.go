package audit

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"glas/internal/authz"
	"glas/internal/id"
	"glas/tenant"
)

// Record adds an act of who acts in ctx to the record, in the transaction of the act itself.
func Record(ctx context.Context, tx *tenant.Tx, e Entry) error {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return fmt.Errorf("record %s: %w", e.Action, err)
	}
	if err := onlyOne(ctx, tx); err != nil {
		return fmt.Errorf("record %s: %w", e.Action, err)
	}
	last, err := newest(ctx, tx)
	if err != nil {
		return fmt.Errorf("record %s: %w", e.Action, err)
	}
	actor := authz.From(ctx)
	row := &AuditEntry{
		Key: tenant.Key{TenantID: tx.ID(), ID: id.New()}, Seq: last.Seq + 1, At: tx.Now(), ActorID: actor.ID, ActorName: nameOf(actor),
		Action: e.Action, SubjectKind: e.Ref.Kind, SubjectID: e.Ref.ID, Data: string(data), Public: e.Public, BeforeHash: last.Hash,
	}
	row.Hash = row.sum()
	if _, err := tx.Insert(row).Exec(ctx); err != nil {
		return fmt.Errorf("record %s: %w", e.Action, err)
	}
	return nil
}

// nameOf is the name that is kept for ever: that of who acts for the municipality. Others may have their account deleted, and what is
// chained here cannot be forgotten afterwards; their account is all that is noted.
func nameOf(a authz.Actor) string {
	if a.Kind == authz.Staff || a.Kind == authz.Operator {
		return a.Name
	}
	return ""
}

// onlyOne lets one transaction at a time add to the chain of a municipality; SQLite has one writer anyway.
func onlyOne(ctx context.Context, tx *tenant.Tx) error {
	if !tx.PG() {
		return nil
	}
	_, err := tx.Raw("select pg_advisory_xact_lock(hashtextextended('audit:' || ?, 0))", tx.ID()).Exec(ctx)
	return err
}

func newest(ctx context.Context, tx *tenant.Tx) (AuditEntry, error) {
	var last AuditEntry
	err := tx.Select(&last).OrderExpr("seq desc").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return AuditEntry{}, nil
	}
	return last, err
}

// List reads the record, newest first.
func List(ctx context.Context, tx *tenant.Tx, f Filter) ([]AuditEntry, error) {
	var rows []AuditEntry
	q := tx.Select(&rows).OrderExpr("seq desc").Limit(int64(f.Limit))
	if f.Actor != "" {
		q.Where("actor_id = ?", f.Actor)
	}
	if f.Action != "" {
		q.Where("action = ?", f.Action)
	}
	if !f.Ref.IsZero() {
		q.Where("subject_kind = ?", f.Ref.Kind).Where("subject_id = ?", f.Ref.ID)
	}
	if f.Before > 0 {
		q.Where("seq < ?", f.Before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	return rows, nil
}

// Check walks the whole chain and returns how many entries it has and the number of the first one that was changed, or after
// which one is missing; 0 when all is well.
func Check(ctx context.Context, tx *tenant.Tx) (entries, broken int64, err error) {
	const batch = 1000
	var before AuditEntry
	for {
		var rows []AuditEntry
		if err := tx.Select(&rows).Where("seq > ?", before.Seq).OrderExpr("seq").Limit(batch).Scan(ctx); err != nil {
			return entries, 0, fmt.Errorf("check record: %w", err)
		}
		for i := range rows {
			e := &rows[i]
			if e.Seq != before.Seq+1 || e.BeforeHash != before.Hash || e.Hash != e.sum() {
				return entries, before.Seq + 1, nil
			}
			before = *e
			entries++
		}
		if len(rows) < batch {
			return entries, 0, nil
		}
	}
}
