package stored

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"glas/internal/subject"
	"glas/tenant"
)

// byExternalID finds comments that came in from elsewhere.
func byExternalID(ctx context.Context, tx *tenant.Tx, externalIDs []string) ([]*Comment, error) {
	var out []*Comment
	for ids := range slices.Chunk(externalIDs, chunk) {
		var list []*Comment
		if err := tx.Select(&list).Where("?TableAlias.external_id in (?)", bun.List(ids)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("find imported comments: %w", err)
		}
		out = append(out, list...)
	}
	return out, nil
}

// Refs finds comments that came in from elsewhere, by external id.
func Refs(ctx context.Context, tx *tenant.Tx, externalIDs []string) (map[string]subject.Ref, error) {
	out := make(map[string]subject.Ref, len(externalIDs))
	for ids := range slices.Chunk(externalIDs, chunk) {
		var list []Comment
		if err := tx.Select(&list).Column("id", "external_id").Where("?TableAlias.external_id in (?)", bun.List(ids)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("find imported comments: %w", err)
		}
		for _, c := range list {
			out[c.ExternalID] = c.Ref()
		}
	}
	return out, nil
}

// insertMany stores comments, parents before their answers.
func insertMany(ctx context.Context, tx *tenant.Tx, rows []*Comment) error {
	for part := range slices.Chunk(rows, chunk) {
		if _, err := tx.Insert(&part).Exec(ctx); err != nil {
			return fmt.Errorf("insert comments: %w", err)
		}
	}
	return nil
}

// grow adds to the counters of a comment that was there before.
func grow(ctx context.Context, tx *tenant.Tx, commentID string, replies, thread, seq int64) error {
	if replies == 0 && thread == 0 && seq == 0 {
		return nil
	}
	_, err := tx.Raw(`update comments set reply_count = reply_count + ?, thread_count = thread_count + ?, reply_seq = reply_seq + ?
		where tenant_id = ? and id = ?`, replies, thread, seq, tx.ID(), commentID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count answers: %w", err)
	}
	return nil
}

// Recount computes the counters of one subject.
func Recount(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (Totals, error) {
	_, err := tx.Raw(`update comments set
		reply_count = (select count(*) from comments r where r.tenant_id = ? and r.parent_id = comments.id and r.state = 'shown'),
		thread_count = case when depth > 0 then 0 else
			(select count(*) from comments r where r.tenant_id = ? and r.root_id = comments.id and r.depth > 0 and r.listed = 1 and r.state = 'shown') end
		where tenant_id = ? and subject_kind = ? and subject_id = ?`, tx.ID(), tx.ID(), tx.ID(), ref.Kind, ref.ID).Exec(ctx)
	if err != nil {
		return Totals{}, fmt.Errorf("recount answers of %s: %w", ref, err)
	}
	var t Totals
	err = tx.Raw(`select count(*) as total, coalesce(sum(case when depth = 0 then 1 else 0 end), 0) as roots,
		coalesce(sum(case when depth = 0 and stance = 'for' then 1 else 0 end), 0) as for_count,
		coalesce(sum(case when depth = 0 and stance = 'against' then 1 else 0 end), 0) as against_count,
		coalesce(sum(case when depth = 0 and stance = 'neutral' then 1 else 0 end), 0) as neutral_count
		from comments where tenant_id = ? and subject_kind = ? and subject_id = ? and listed = 1 and state = 'shown'`,
		tx.ID(), ref.Kind, ref.ID).Scan(ctx, &t.Total, &t.Roots, &t.ForCount, &t.AgainstCount, &t.NeutralCount)
	if err != nil {
		return Totals{}, fmt.Errorf("recount comments of %s: %w", ref, err)
	}
	_, err = tx.Raw("delete from comment_threads where tenant_id = ? and id = ?", tx.ID(), ref.String()).Exec(ctx)
	if err != nil {
		return Totals{}, fmt.Errorf("recount comments of %s: %w", ref, err)
	}
	return t, t.Add(ctx, tx, ref)
}
