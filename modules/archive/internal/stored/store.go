// Package stored is what is kept of archives, and the few things that are asked of the rows of others.
package stored

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/votes"
	"glas/tenant"
)

// State is where an archive stands.
type State string

// The states.
const (
	Making State = "making"
	Done   State = "done"
	Failed State = "failed"
)

// Archive is one file with everything of a consultation.
type Archive struct {
	tenant.Key
	ConsultationID string
	State          State
	// Progress is how much of it is made, in percent; Failure why the last attempt ended.
	Progress int
	Failure  string
	Licence  string
	// Public lets everybody fetch it. Outdated ones hold something that was taken out since.
	Public    bool
	Outdated  bool
	Size      int64
	FileCount int
	SHA256    string    `bun:"sha256"`
	TakenAt   time.Time `bun:",nullzero"`
	CreatedBy string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Ref is how others point at it.
func (a *Archive) Ref() subject.Ref { return subject.Ref{Kind: "archive", ID: a.ID} }

// BlobKey is where its file lies.
func (a *Archive) BlobKey() string { return a.TenantID + "/archives/" + a.ID + ".zip" }

// Ready reports whether it can be fetched.
func (a *Archive) Ready() bool { return a.State == Done && !a.Outdated }

// Insert adds an archive that has to be made.
func Insert(ctx context.Context, tx *tenant.Tx, a *Archive) error {
	a.ID, a.State, a.CreatedAt, a.UpdatedAt = id.New(), Making, tx.Now(), tx.Now()
	if _, err := tx.Insert(a).Exec(ctx); err != nil {
		return fmt.Errorf("insert archive: %w", err)
	}
	return nil
}

// Save stores some columns of an archive; the others stay what somebody else may have made them meanwhile.
func Save(ctx context.Context, tx *tenant.Tx, a *Archive, columns ...string) error {
	a.UpdatedAt = tx.Now()
	if _, err := tx.Update(a).Column(append(columns, "updated_at")...).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save archive: %w", err)
	}
	return nil
}

// Progress notes how far the making is.
func Progress(ctx context.Context, tx *tenant.Tx, archiveID string, percent int) error {
	_, err := tx.Update((*Archive)(nil)).Set("progress = ?", percent).Set("updated_at = ?", tx.Now()).Where("id = ?", archiveID).Where("state = ?", Making).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note progress of an archive: %w", err)
	}
	return nil
}

// Find is an archive by its id.
func Find(ctx context.Context, tx *tenant.Tx, archiveID string) (*Archive, error) {
	a := new(Archive)
	err := tx.Select(a).Where("archive.id = ?", archiveID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("archive.error.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("find archive: %w", err)
	}
	return a, nil
}

// Of lists the archives of a consultation, the newest first.
func Of(ctx context.Context, tx *tenant.Tx, consultationID string) ([]*Archive, error) {
	return list(ctx, tx.Select((*Archive)(nil)).Where("archive.consultation_id = ?", consultationID).OrderExpr("archive.created_at desc, archive.id desc").Limit(100))
}

// OfMany gives the archives of many consultations, each the newest first.
func OfMany(ctx context.Context, tx *tenant.Tx, consultationIDs []string) (map[string][]*Archive, error) {
	out := map[string][]*Archive{}
	if len(consultationIDs) == 0 {
		return out, nil
	}
	rows, err := list(ctx, tx.Select((*Archive)(nil)).Where("archive.consultation_id in (?)", bun.List(consultationIDs)).OrderExpr("archive.created_at desc, archive.id desc"))
	for _, a := range rows {
		out[a.ConsultationID] = append(out[a.ConsultationID], a)
	}
	return out, err
}

// Public is the newest archive of a consultation that everybody may fetch; nil when there is none.
func Public(ctx context.Context, tx *tenant.Tx, consultationID string) (*Archive, error) {
	rows, err := list(ctx, tx.Select((*Archive)(nil)).Where("archive.consultation_id = ?", consultationID).Where("archive.state = ?", Done).
		Where("archive.public = ?", true).Where("archive.outdated = ?", false).OrderExpr("archive.created_at desc, archive.id desc").Limit(1))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// Current lists the archives that can be fetched, by staff or by everybody.
func Current(ctx context.Context, tx *tenant.Tx) ([]*Archive, error) {
	return list(ctx, tx.Select((*Archive)(nil)).Where("archive.state = ?", Done).Where("archive.outdated = ?", false).OrderExpr("archive.created_at desc, archive.id desc"))
}

func list(ctx context.Context, q *bun.SelectQuery) ([]*Archive, error) {
	var rows []*Archive
	if err := q.Model(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	return rows, nil
}

// Gone reports whether something of a consultation that could be read at a moment was taken out since: hidden, withdrawn or removed.
func Gone(ctx context.Context, tx *tenant.Tx, consultationID string, since time.Time) (bool, error) {
	var n int
	err := tx.Raw(`select
		(select count(*) from remarks where tenant_id = ? and consultation_id = ? and state in ('hidden', 'refused', 'withdrawn', 'removed') and updated_at >= ?)
		+ (select count(*) from comments where tenant_id = ? and consultation_id = ? and state in ('hidden', 'refused', 'deleted', 'removed') and removed_at >= ?)
		+ (select count(*) from proposals where tenant_id = ? and consultation_id = ? and state in ('hidden', 'withdrawn', 'merged') and updated_at >= ?)
		+ (select count(*) from positions where tenant_id = ? and consultation_id = ? and state in ('hidden', 'withdrawn') and updated_at >= ?)`,
		tx.ID(), consultationID, since, tx.ID(), consultationID, since, tx.ID(), consultationID, since, tx.ID(), consultationID, since).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("look for what was taken out: %w", err)
	}
	return n > 0, nil
}

// Results are the frozen results of votes on a consultation itself and in its phases.
func Results(ctx context.Context, tx *tenant.Tx, consultationID string, phases []string) ([]*votes.VoteSnapshot, error) {
	ids := []string{subject.Ref{Kind: "consultation", ID: consultationID}.String()}
	for _, p := range phases {
		ids = append(ids, votes.ScopeRef(p).String())
	}
	var rows []*votes.VoteSnapshot
	if err := tx.Select(&rows).Where("id in (?)", bun.List(ids)).Where("frozen_at is not null").OrderExpr("frozen_at, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	return rows, nil
}
