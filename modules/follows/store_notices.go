package follows

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/subject"
	"glas/tenant"
)

// blocked lists those of the accounts that may not take part at present. Addresses gives theirs too, because decisions about them are
// told to them, but news is for those who can do something with it.
func blocked(ctx context.Context, tx *tenant.Tx, people []string) ([]string, error) {
	if len(people) == 0 {
		return nil, nil
	}
	var ids []string
	err := tx.Raw("SELECT id FROM accounts WHERE tenant_id = ? AND blocked_at IS NOT NULL AND id IN (?)", tx.ID(), bun.In(people)).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("find blocked accounts: %w", err)
	}
	return ids, nil
}

// dueDigest is somebody whose digest is to be written, with what happened before Before.
type dueDigest struct {
	AccountID string
	Frequency Frequency
	Before    time.Time `bun:"-"`
}

// dueDigests finds people with notices that waited long enough: those of weekly digests until monday, all others until today.
func dueDigests(ctx context.Context, tx *tenant.Tx, today, monday time.Time, limit int) ([]dueDigest, error) {
	var rows []dueDigest
	err := tx.Raw(`SELECT DISTINCT n.account_id, coalesce(s.frequency, ?) AS frequency
		FROM follow_notices AS n LEFT JOIN follow_settings AS s ON s.tenant_id = n.tenant_id AND s.id = n.account_id
		WHERE n.tenant_id = ? AND n.pending
		AND (s.frequency = ? AND n.created_at < ? OR coalesce(s.frequency, '') <> ? AND n.created_at < ?)
		ORDER BY n.account_id LIMIT ?`, AtOnce, tx.ID(), Weekly, monday.UTC(), Weekly, today.UTC(), limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("find digests: %w", err)
	}
	for i := range rows {
		rows[i].Before = today
		if rows[i].Frequency == Weekly {
			rows[i].Before = monday
		}
	}
	return rows, nil
}

// pendingOf reads the waiting notices of people by account, oldest first, and their news by id.
func pendingOf(ctx context.Context, tx *tenant.Tx, people []dueDigest) (map[string][]FollowNotice, map[string]*FollowNews, error) {
	before, ids := map[string]time.Time{}, make([]string, len(people))
	for i, p := range people {
		ids[i], before[p.AccountID] = p.AccountID, p.Before
	}
	var rows []FollowNotice
	err := tx.Select(&rows).Where("account_id IN (?)", bun.In(ids)).Where("pending").OrderExpr("created_at, id").Scan(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read waiting notices: %w", err)
	}
	out, wanted := map[string][]FollowNotice{}, []string{}
	for _, n := range rows {
		if n.CreatedAt.Before(before[n.AccountID]) {
			out[n.AccountID] = append(out[n.AccountID], n)
			wanted = append(wanted, n.NewsID)
		}
	}
	news, err := newsOf(ctx, tx, wanted)
	return out, news, err
}

// newsOf reads news by ids.
func newsOf(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]*FollowNews, error) {
	out := map[string]*FollowNews{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []*FollowNews
	if err := tx.Select(&rows).Where("id IN (?)", bun.In(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read news: %w", err)
	}
	for _, n := range rows {
		out[n.ID] = n
	}
	return out, nil
}

// latest reads the newest notices of an account.
func latest(ctx context.Context, tx *tenant.Tx, accountID string, limit int) ([]FollowNotice, error) {
	var rows []FollowNotice
	err := tx.Select(&rows).Where("account_id = ?", accountID).OrderExpr("created_at DESC, id DESC").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	return rows, nil
}

// toldSince reports whether an event about a thing was told since a moment.
func toldSince(ctx context.Context, tx *tenant.Tx, ref subject.Ref, event string, since time.Time) (bool, error) {
	found, err := tx.Select((*FollowNews)(nil)).Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID).
		Where("event = ?", event).Where("created_at > ?", since).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for earlier news: %w", err)
	}
	return found, nil
}

// anythingBefore reports whether there is news from before a moment.
func anythingBefore(ctx context.Context, tx *tenant.Tx, before time.Time) (bool, error) {
	found, err := tx.Select((*FollowNews)(nil)).Where("created_at < ?", before).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for old news: %w", err)
	}
	return found, nil
}

// prune removes notices and news from before a moment.
func prune(ctx context.Context, tx *tenant.Tx, before time.Time) error {
	if _, err := tx.Delete((*FollowNotice)(nil)).Where("created_at < ?", before).Exec(ctx); err != nil {
		return fmt.Errorf("remove old notices: %w", err)
	}
	_, err := tx.Raw(`DELETE FROM follow_news WHERE tenant_id = ? AND created_at < ? AND NOT EXISTS
		(SELECT 1 FROM follow_notices AS n WHERE n.tenant_id = follow_news.tenant_id AND n.news_id = follow_news.id)`, tx.ID(), before).Exec(ctx)
	if err != nil {
		return fmt.Errorf("remove old news: %w", err)
	}
	return nil
}

// settle marks notices as done with, all in one statement.
func settle(ctx context.Context, tx *tenant.Tx, ids []string, mailed bool) error {
	if len(ids) == 0 {
		return nil
	}
	q := tx.Update((*FollowNotice)(nil)).Set("pending = ?", false).Where("id IN (?)", bun.In(ids))
	if mailed {
		q = q.Set("mailed_at = ?", tx.Now())
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("settle notices: %w", err)
	}
	return nil
}
