package stored

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/tenant"
)

// ErrTwin is returned when another request has just stored the same words of the same author.
var ErrTwin = errors.New("the same remark was just stored")

// Find loads a remark in any state.
func Find(ctx context.Context, tx *tenant.Tx, remarkID string) (*Remark, error) {
	if !id.Valid(remarkID) {
		return nil, ErrUnknown()
	}
	return one(ctx, tx.Select((*Remark)(nil)).Where("remark.id = ?", remarkID))
}

// FindNumber loads a remark in any state by its number.
func FindNumber(ctx context.Context, tx *tenant.Tx, year int, number int64) (*Remark, error) {
	return one(ctx, tx.Select((*Remark)(nil)).Where("remark.seq = ?", SeqOf(year, number)))
}

// FindMany loads remarks in any state in the order of their numbers.
func FindMany(ctx context.Context, tx *tenant.Tx, ids []string) ([]*Remark, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []*Remark
	if err := tx.Select(&rows).Where("remark.id IN (?)", bun.List(ids)).OrderExpr("remark.seq").Scan(ctx); err != nil {
		return nil, fmt.Errorf("find remarks: %w", err)
	}
	return rows, nil
}

// FindExternal loads a remark of a consultation that was brought in from elsewhere; nil when there is none.
func FindExternal(ctx context.Context, tx *tenant.Tx, consultationID string, refs []string) (map[string]*Remark, error) {
	out := map[string]*Remark{}
	if len(refs) == 0 {
		return out, nil
	}
	var rows []*Remark
	err := tx.Select(&rows).Where("remark.consultation_id = ?", consultationID).Where("remark.external_id IN (?)", bun.List(refs)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find imported remarks: %w", err)
	}
	for _, r := range rows {
		out[r.ExternalID] = r
	}
	return out, nil
}

// Twin finds a remark by its key of sameness; nil when there is none.
func Twin(ctx context.Context, tx *tenant.Tx, dedupe string) (*Remark, error) {
	r, err := one(ctx, tx.Select((*Remark)(nil)).Where("remark.dedupe = ?", dedupe))
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return r, err
}

// FreeKey takes the key of sameness off an older remark, so that the same may be said again.
func FreeKey(ctx context.Context, tx *tenant.Tx, remarkID string) error {
	_, err := tx.Update((*Remark)(nil)).Set("dedupe = null").Where("remark.id = ?", remarkID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("free key: %w", err)
	}
	return nil
}

func one(ctx context.Context, q *bun.SelectQuery) (*Remark, error) {
	r := new(Remark)
	err := q.Model(r).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrUnknown()
	}
	if err != nil {
		return nil, fmt.Errorf("find remark: %w", err)
	}
	return r, nil
}

// Insert stores new remarks and gives them their numbers, in the order of the list. The counter is a row that the transaction holds
// until it ends: a remark that is not stored leaves no gap, and two at once get two numbers.
func Insert(ctx context.Context, tx *tenant.Tx, list ...*Remark) error {
	if len(list) == 0 {
		return nil
	}
	year := tx.Now().In(tx.Tenant().Zone()).Year()
	first, err := takeNumbers(ctx, tx, year, len(list))
	if err != nil {
		return err
	}
	for i, r := range list {
		r.ID, r.Year, r.Number, r.Seq = id.New(), year, first+int64(i), SeqOf(year, first+int64(i))
		r.RowVersion, r.CreatedAt, r.UpdatedAt = 1, tx.Now(), tx.Now()
	}
	if _, err := tx.Insert(&list).Exec(ctx); err != nil {
		if db.IsDuplicate(err) {
			return fmt.Errorf("%w: %w", ErrTwin, err)
		}
		return fmt.Errorf("insert remarks: %w", err)
	}
	return nil
}

func takeNumbers(ctx context.Context, tx *tenant.Tx, year, n int) (int64, error) {
	var last int64
	err := tx.Raw(`insert into remark_numbers (tenant_id, id, last) values (?, ?, ?)
		on conflict (tenant_id, id) do update set last = remark_numbers.last + ? returning last`, tx.ID(), strconv.Itoa(year), n, n).Scan(ctx, &last)
	if err != nil {
		return 0, fmt.Errorf("give a number: %w", err)
	}
	return last - int64(n) + 1, nil
}

// Save stores a changed remark unless somebody else saved it since it was loaded (fault.Conflict).
func Save(ctx context.Context, tx *tenant.Tx, r *Remark) error {
	old := r.RowVersion
	r.RowVersion, r.UpdatedAt = old+1, tx.Now()
	res, err := tx.Update(r).ExcludeColumn("seq", "year", "number", "token", "consultation_id", "created_at").WherePK().Where("remark.row_version = ?", old).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save remark: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("save remark: %w", err)
	}
	if n == 0 {
		return fault.Conflict("remarks.error.changed", "Name", r.DecidedByName)
	}
	return nil
}

// KeepRevision keeps what a remark says before it is changed.
func KeepRevision(ctx context.Context, tx *tenant.Tx, r *Remark) error {
	at := r.CreatedAt
	if !r.EditedAt.IsZero() {
		at = r.EditedAt
	}
	old := &RemarkRevision{Key: tenant.Key{ID: id.New()}, RemarkID: r.ID, Revision: r.Revision, Stance: r.Stance, Body: r.Body, Wording: r.Wording,
		Effects: r.Effects, CreatedAt: at}
	if _, err := tx.Insert(old).Exec(ctx); err != nil {
		return fmt.Errorf("keep the text before: %w", err)
	}
	return nil
}

// Revisions are the earlier texts of a remark, the first one first.
func Revisions(ctx context.Context, tx *tenant.Tx, remarkID string) ([]RemarkRevision, error) {
	var rows []RemarkRevision
	err := tx.Select(&rows).Where("remark_revision.remark_id = ?", remarkID).OrderExpr("remark_revision.revision").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list earlier texts: %w", err)
	}
	return rows, nil
}

// ForgetRevisions takes the earlier texts of a remark out for good.
func ForgetRevisions(ctx context.Context, tx *tenant.Tx, remarkID string) error {
	if _, err := tx.Delete((*RemarkRevision)(nil)).Where("remark_revision.remark_id = ?", remarkID).Exec(ctx); err != nil {
		return fmt.Errorf("forget earlier texts: %w", err)
	}
	return nil
}

// Forget takes the name of a deleted account off its remarks, and what the office knows about the person. Those of associations stay
// theirs.
func Forget(ctx context.Context, tx *tenant.Tx, accountID string) error {
	_, err := tx.Update((*Remark)(nil)).Set("author_kind = 'deleted'").Set("author_name = ''").Set("person_name = ''").Set("person_email = ''").
		Set("person_address = ''").Where("remark.author_id = ?", accountID).Where("remark.organisation_id is null").Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget author: %w", err)
	}
	return nil
}

// OfAuthor are the remarks of an account, for what a person downloads about himself.
func OfAuthor(ctx context.Context, tx *tenant.Tx, accountID string) ([]*Remark, error) {
	var rows []*Remark
	if err := tx.Select(&rows).Where("remark.author_id = ?", accountID).OrderExpr("remark.seq").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read own remarks: %w", err)
	}
	return rows, nil
}
