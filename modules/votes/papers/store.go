package papers

import (
	"context"
	"errors"
	"fmt"

	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/modules/votes"
	"glas/tenant"
)

// lastRows is how many papers the page lists.
const lastRows = 50

func find(ctx context.Context, tx *tenant.Tx, paperID string) (*VotePaper, error) {
	var rows []*VotePaper
	if err := tx.Select(&rows).Where("id = ?", paperID).Where("removed_at is null").Scan(ctx); err != nil {
		return nil, fmt.Errorf("find paper: %w", err)
	}
	if len(rows) == 0 {
		return nil, fault.NotFound("papers.error.unknown")
	}
	return rows[0], nil
}

// last are the papers that were entered last.
func last(ctx context.Context, tx *tenant.Tx) ([]*VotePaper, error) {
	var rows []*VotePaper
	if err := tx.Select(&rows).OrderExpr("entered_at desc, id desc").Limit(lastRows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list papers: %w", err)
	}
	return rows, nil
}

// keep notes a paper. A reference that was used on the same question is refused, unless that vote was taken back.
func keep(ctx context.Context, tx *tenant.Tx, p *VotePaper) error {
	_, err := tx.Delete((*VotePaper)(nil)).Where("subject_kind = ?", p.SubjectKind).Where("subject_id = ?", p.SubjectID).Where("channel = ?", p.Channel).
		Where("reference = ?", p.Reference).Where("removed_at is not null").Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep paper: %w", err)
	}
	res, err := tx.Insert(p).On("conflict (tenant_id, subject_kind, subject_id, channel, reference) do nothing").Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep paper: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fault.Conflict("papers.error.twice", "Reference", p.Shown))
	}
	return nil
}

// person is the id of the confirmed account with an e-mail address; empty when there is none.
func person(ctx context.Context, tx *tenant.Tx, email string) (string, error) {
	var ids []string
	err := tx.Select((*accounts.Account)(nil)).Column("id").Where("email = ?", email).Where("verified_at is not null").Where("deleted_at is null").Scan(ctx, &ids)
	if err != nil {
		return "", fmt.Errorf("find who votes: %w", err)
	}
	if len(ids) == 0 {
		return "", nil
	}
	return ids[0], nil
}

func takeBack(ctx context.Context, tx *tenant.Tx, p *VotePaper) error {
	if _, err := tx.Update(p).Column("removed_by", "removed_at", "reason").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("take paper back: %w", err)
	}
	return nil
}

// voted reports whether a voter voted on a subject, by whatever way.
func voted(ctx context.Context, tx *tenant.Tx, ref subject.Ref, voterID string) (bool, error) {
	n, err := tx.Select((*votes.Vote)(nil)).Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID).Where("voter_id = ?", voterID).Count(ctx)
	if err != nil {
		return false, fmt.Errorf("look for an earlier vote: %w", err)
	}
	return n > 0, nil
}

// isFrozen reports whether the result that a ballot counts for stands already.
func isFrozen(ctx context.Context, tx *tenant.Tx, b votes.Ballot) (bool, error) {
	n, err := tx.Select((*votes.VoteSnapshot)(nil)).Where("(id = ? or id = ?)", b.Ref.String(), votes.ScopeRef(b.Scope).String()).Where("frozen_at is not null").Count(ctx)
	if err != nil {
		return false, fmt.Errorf("look for a result: %w", err)
	}
	return n > 0, nil
}

// trail notes a step of a vote like those of the web.
func trail(ctx context.Context, tx *tenant.Tx, p *VotePaper, from, to string) error {
	c := &votes.VoteChange{Key: tenant.Key{ID: id.New()}, SubjectKind: p.SubjectKind, SubjectID: p.SubjectID, VoterID: p.VoterID, VoterKind: p.VoterKind, OldValue: from, NewValue: to,
		Channel: p.Channel, ChangedAt: tx.Now()}
	if _, err := tx.Insert(c).Exec(ctx); err != nil {
		return fmt.Errorf("note a step of a vote: %w", err)
	}
	return nil
}
