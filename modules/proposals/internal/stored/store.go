package stored

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/modules/consultations"
	"glas/tenant"
)

const (
	authorTable   = "proposal_authors AS author"
	revisionTable = "proposal_revisions AS revision"
)

// ErrUnknown is what every address of a proposal that cannot be seen answers: that it exists is not told.
func ErrUnknown() error { return fault.NotFound("proposals.error.unknown") }

func Find(ctx context.Context, tx *tenant.Tx, id string) (*Proposal, error) {
	return one(tx.Select((*Proposal)(nil)).Where("proposal.id = ?", id), ctx)
}

func FindNumber(ctx context.Context, tx *tenant.Tx, number int64) (*Proposal, error) {
	return one(tx.Select((*Proposal)(nil)).Where("proposal.number = ?", number), ctx)
}

// FindDraft is the draft of an author in a consultation; nil when there is none.
func FindDraft(ctx context.Context, tx *tenant.Tx, consultationID, authorID string) (*Proposal, error) {
	p, err := one(tx.Select((*Proposal)(nil)).Where("proposal.consultation_id = ?", consultationID).
		Where("proposal.author_id = ?", authorID).Where("proposal.state = ?", Draft), ctx)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return p, err
}

func one(q *bun.SelectQuery, ctx context.Context) (*Proposal, error) {
	p := new(Proposal)
	err := q.Model(p).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrUnknown()
	}
	if err != nil {
		return nil, fmt.Errorf("find proposal: %w", err)
	}
	return p, nil
}

// FindMany finds proposals by their ids, in the order of the ids.
func FindMany(ctx context.Context, tx *tenant.Tx, ids []string) ([]*Proposal, error) {
	var rows []*Proposal
	if len(ids) == 0 {
		return nil, nil
	}
	if err := tx.Select(&rows).Where("proposal.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find proposals: %w", err)
	}
	byID := make(map[string]*Proposal, len(rows))
	for _, p := range rows {
		byID[p.ID] = p
	}
	out := rows[:0]
	for _, one := range ids {
		if p := byID[one]; p != nil {
			out = append(out, p)
		}
	}
	return out, nil
}

func Insert(ctx context.Context, tx *tenant.Tx, p *Proposal) error {
	p.RowVersion, p.Shuffle = 1, shuffleOf(p.ID)
	if p.CreatedAt.IsZero() {
		p.CreatedAt = tx.Now()
	}
	p.UpdatedAt = tx.Now()
	if _, err := tx.Insert(p).Exec(ctx); err != nil {
		if db.IsDuplicate(err) {
			return fault.Conflict("proposals.error.stale").With(err)
		}
		return fmt.Errorf("insert proposal: %w", err)
	}
	return rank(ctx, tx, p.ID)
}

// counters are changed by Tallied and Commented only, so that saving a text never undoes a count.
func counters() []string {
	return []string{"support_count", "against_count", "abstain_count", "rating_count", "rating_sum", "association_count", "comment_count",
		"popular", "trend", "shuffle", "created_at"}
}

// Save stores a changed proposal unless somebody else saved it since it was loaded.
func Save(ctx context.Context, tx *tenant.Tx, p *Proposal) error {
	old := p.RowVersion
	p.RowVersion, p.UpdatedAt = old+1, tx.Now()
	res, err := tx.Update(p).ExcludeColumn(counters()...).WherePK().Where("proposal.row_version = ?", old).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save proposal: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("save proposal: %w", err)
	}
	if n == 0 {
		return fault.Conflict("proposals.error.stale")
	}
	return rank(ctx, tx, p.ID)
}

// TakeNumbers gives the first of n numbers that nobody else has.
func TakeNumbers(ctx context.Context, tx *tenant.Tx, n int) (int64, error) {
	var last int64
	err := tx.Raw(`insert into proposal_numbers (tenant_id, id, last) values (?, 'proposal', ?)
		on conflict (tenant_id, id) do update set last = proposal_numbers.last + ? returning last`, tx.ID(), n, n).Scan(ctx, &last)
	if err != nil {
		return 0, fmt.Errorf("give a number: %w", err)
	}
	return last - int64(n) + 1, nil
}

func InsertRevision(ctx context.Context, tx *tenant.Tx, p *Proposal) error {
	at := p.EditedAt
	if at.IsZero() {
		at = p.PublishedAt
	}
	if at.IsZero() {
		at = p.CreatedAt
	}
	r := &Revision{ProposalID: p.ID, Revision: p.Revision, Title: p.Title, Body: p.Body, CreatedAt: at}
	r.ID = id.New()
	if _, err := tx.Insert(r).ModelTableExpr("proposal_revisions").Exec(ctx); err != nil {
		return fmt.Errorf("keep the version before: %w", err)
	}
	return nil
}

func Revisions(ctx context.Context, tx *tenant.Tx, proposalID string) ([]Revision, error) {
	var rows []Revision
	err := tx.Select(&rows).ModelTableExpr(revisionTable).Where("revision.proposal_id = ?", proposalID).OrderExpr("revision.revision").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list versions: %w", err)
	}
	return rows, nil
}

func Authors(ctx context.Context, tx *tenant.Tx, proposalID string) ([]Author, error) {
	var rows []Author
	err := tx.Select(&rows).ModelTableExpr(authorTable).Where("author.proposal_id = ?", proposalID).OrderExpr("author.created_at, author.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list authors: %w", err)
	}
	return rows, nil
}

func InsertAuthor(ctx context.Context, tx *tenant.Tx, a *Author) error {
	a.ID, a.CreatedAt = id.New(), tx.Now()
	if _, err := tx.Insert(a).ModelTableExpr("proposal_authors").Exec(ctx); err != nil {
		return fmt.Errorf("add author: %w", err)
	}
	return nil
}

// MoveAuthors hands the authors of one proposal to another.
func MoveAuthors(ctx context.Context, tx *tenant.Tx, from, to string) error {
	_, err := tx.Update((*Author)(nil)).ModelTableExpr(authorTable).Set("proposal_id = ?", to).Where("author.proposal_id = ?", from).Exec(ctx)
	if err != nil {
		return fmt.Errorf("move authors: %w", err)
	}
	return nil
}

// Joined lists what was joined with a proposal.
func Joined(ctx context.Context, tx *tenant.Tx, proposalID string) ([]*Proposal, error) {
	var rows []*Proposal
	err := tx.Select(&rows).Column("tenant_id", "id", "number", "slug", "title", "closed_at").Where("proposal.merged_into = ?", proposalID).
		OrderExpr("proposal.closed_at, proposal.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list joined proposals: %w", err)
	}
	return rows, nil
}

// CountOf counts what an author has in a consultation against his quota: everything but drafts, withdrawn and hidden ones.
func CountOf(ctx context.Context, tx *tenant.Tx, consultationID, authorID string) (int64, error) {
	n, err := tx.Select((*Proposal)(nil)).Where("proposal.consultation_id = ?", consultationID).Where("proposal.author_id = ?", authorID).
		Where("proposal.state IN (?)", bun.List([]State{Waiting, Published, Merged})).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count proposals of an author: %w", err)
	}
	return int64(n), nil
}

// FindRepeat is what the author sent with the same text since then; nil when nothing.
func FindRepeat(ctx context.Context, tx *tenant.Tx, p *Proposal) (*Proposal, error) {
	found, err := one(tx.Select((*Proposal)(nil)).Where("proposal.author_id = ?", p.AuthorID).Where("proposal.consultation_id = ?", p.ConsultationID).
		Where("proposal.dedupe = ?", p.Fingerprint()).Where("proposal.updated_at > ?", tx.Now().Add(-repeatWindow)).
		Where("proposal.state <> ?", Draft).Limit(1), ctx)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return found, err
}

func Remove(ctx context.Context, tx *tenant.Tx, p *Proposal) error {
	if _, err := tx.Delete(p).WherePK().Where("proposal.state = ?", Draft).Exec(ctx); err != nil {
		return fmt.Errorf("delete draft: %w", err)
	}
	return nil
}

// Forget takes the name of a deleted account off everything it wrote, and removes its drafts.
func Forget(ctx context.Context, tx *tenant.Tx, accountID string) error {
	if _, err := tx.Delete((*Proposal)(nil)).Where("proposal.author_id = ?", accountID).Where("proposal.state = ?", Draft).Exec(ctx); err != nil {
		return fmt.Errorf("delete drafts: %w", err)
	}
	_, err := tx.Update((*Proposal)(nil)).Set("author_kind = 'deleted'").Set("author_name = ''").Where("proposal.author_id = ?", accountID).
		Where("proposal.organisation_id is null").Exec(ctx)
	if err != nil {
		return fmt.Errorf("take off a name: %w", err)
	}
	_, err = tx.Update((*Author)(nil)).ModelTableExpr(authorTable).Set("author_kind = 'deleted'").Set("author_name = ''").
		Where("author.author_id = ?", accountID).Where("author.organisation_id is null").Exec(ctx)
	if err != nil {
		return fmt.Errorf("take off a name: %w", err)
	}
	return nil
}

// RedirectMerged lets everything that was joined with one proposal lead to another.
func RedirectMerged(ctx context.Context, tx *tenant.Tx, from, to string) error {
	_, err := tx.Update((*Proposal)(nil)).Set("merged_into = ?", to).Where("proposal.merged_into = ?", from).Exec(ctx)
	if err != nil {
		return fmt.Errorf("redirect joined proposals: %w", err)
	}
	return nil
}

func RemoveRevisions(ctx context.Context, tx *tenant.Tx, proposalID string) error {
	_, err := tx.Delete((*Revision)(nil)).ModelTableExpr(revisionTable).Where("revision.proposal_id = ?", proposalID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("remove versions: %w", err)
	}
	return nil
}

// ConsultationIDs are those of all consultations, the newest first.
func ConsultationIDs(ctx context.Context, tx *tenant.Tx) ([]string, error) {
	var ids []string
	err := tx.Select((*consultations.Consultation)(nil)).Column("id").OrderExpr("consultation.created_at DESC, consultation.id").Limit(500).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list consultations: %w", err)
	}
	return ids, nil
}
