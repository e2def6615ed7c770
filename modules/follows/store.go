package follows

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/subject"
	"glas/tenant"
)

// whereRefs narrows to rows of any of the things, of which there must be one.
func whereRefs(q bun.QueryBuilder, refs []subject.Ref) bun.QueryBuilder {
	return q.Where("(subject_kind, subject_id) IN (VALUES ?)", bun.In(subject.Pairs(refs)))
}

// put stores what somebody says about a thing. Without force an earlier word stands.
func put(ctx context.Context, tx *tenant.Tx, f *Follows, force bool) error {
	q := tx.Insert(f).On("conflict (tenant_id, account_id, subject_kind, subject_id) do nothing")
	if force {
		q = tx.Insert(f).On("conflict (tenant_id, account_id, subject_kind, subject_id) do update").
			Set("active = excluded.active").Set("own = excluded.own").Set("created_at = excluded.created_at")
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("store what is followed: %w", err)
	}
	return nil
}

// said reads what accounts said about things.
func said(ctx context.Context, tx *tenant.Tx, accounts []string, refs []subject.Ref) (map[string]choice, error) {
	out := map[string]choice{}
	if len(accounts) == 0 || len(refs) == 0 {
		return out, nil
	}
	var rows []Follows
	q := tx.Select(&rows).Where("account_id IN (?)", bun.In(accounts)).ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder { return whereRefs(q, refs) })
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read what is followed: %w", err)
	}
	for i := range rows {
		f := &rows[i]
		if out[f.AccountID] == nil {
			out[f.AccountID] = choice{}
		}
		out[f.AccountID][f.Ref()] = f.Active
	}
	return out, nil
}

// allOf lists what an account follows, newest first.
func allOf(ctx context.Context, tx *tenant.Tx, accountID string, limit int) ([]Follows, error) {
	var rows []Follows
	err := tx.Select(&rows).Where("account_id = ?", accountID).Where("active").OrderExpr("created_at DESC, id DESC").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list what is followed: %w", err)
	}
	return rows, nil
}

// followersAfter lists accounts that follow any of the things, in order of their ids.
func followersAfter(ctx context.Context, tx *tenant.Tx, refs []subject.Ref, after string, limit int) ([]string, error) {
	var ids []string
	if len(refs) == 0 {
		return nil, nil
	}
	err := tx.Select((*Follows)(nil)).ColumnExpr("DISTINCT account_id").Where("active").Where("account_id > ?", after).
		ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder { return whereRefs(q, refs) }).
		OrderExpr("account_id").Limit(int64(limit)).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list followers: %w", err)
	}
	return ids, nil
}

// settingsOf reads how people want to be told; everybody who is asked for is in the answer.
func settingsOf(ctx context.Context, tx *tenant.Tx, accounts []string) (map[string]FollowSetting, error) {
	out := make(map[string]FollowSetting, len(accounts))
	for _, id := range accounts {
		out[id] = usual(id)
	}
	if len(accounts) == 0 {
		return out, nil
	}
	var rows []FollowSetting
	if err := tx.Select(&rows).Where("id IN (?)", bun.In(accounts)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read how people want to be told: %w", err)
	}
	for _, s := range rows {
		out[s.ID] = s
	}
	return out, nil
}

func saveSetting(ctx context.Context, tx *tenant.Tx, s *FollowSetting) error {
	s.UpdatedAt = tx.Now()
	_, err := tx.Insert(s).On("conflict (tenant_id, id) do update").Set("frequency = excluded.frequency").Set("own = excluded.own").
		Set("updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("store how a person wants to be told: %w", err)
	}
	return nil
}

// addNews stores news; false says that the occasion was told before.
func addNews(ctx context.Context, tx *tenant.Tx, n *FollowNews) (bool, error) {
	res, err := tx.Insert(n).On("conflict (tenant_id, unique_key) do nothing").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("store news: %w", err)
	}
	rows, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("store news: %w", err)
	}
	return rows > 0, nil
}

// newsByID reads one piece of news; nil when it is gone.
func newsByID(ctx context.Context, tx *tenant.Tx, newsID string) (*FollowNews, error) {
	n := new(FollowNews)
	err := tx.Select(n).Where("id = ?", newsID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read news: %w", err)
	}
	return n, nil
}

// addNotice stores what a person is told; false says that he was told before.
func addNotice(ctx context.Context, tx *tenant.Tx, n *FollowNotice) (bool, error) {
	res, err := tx.Insert(n).On("conflict (tenant_id, news_id, account_id) do nothing").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("store notice: %w", err)
	}
	rows, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("store notice: %w", err)
	}
	return rows > 0, nil
}

// mailedSince counts the letters that people got through the things since a moment.
func mailedSince(ctx context.Context, tx *tenant.Tx, accounts []string, since time.Time) (map[string]map[subject.Ref]int64, error) {
	out := map[string]map[subject.Ref]int64{}
	if len(accounts) == 0 {
		return out, nil
	}
	var rows []struct {
		AccountID, ViaKind, ViaID string
		N                         int64
	}
	err := tx.Select((*FollowNotice)(nil)).ColumnExpr("account_id, via_kind, via_id, count(*) AS n").Where("account_id IN (?)", bun.In(accounts)).
		Where("created_at > ?", since).Where("mailed_at IS NOT NULL").GroupExpr("account_id, via_kind, via_id").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count letters: %w", err)
	}
	for _, r := range rows {
		if out[r.AccountID] == nil {
			out[r.AccountID] = map[subject.Ref]int64{}
		}
		out[r.AccountID][subject.Ref{Kind: r.ViaKind, ID: r.ViaID}] = r.N
	}
	return out, nil
}

// forgetAccount removes everything that is kept about how a person is told.
func forgetAccount(ctx context.Context, tx *tenant.Tx, accountID string) error {
	for _, q := range []*bun.DeleteQuery{
		tx.Delete((*Follows)(nil)).Where("account_id = ?", accountID),
		tx.Delete((*FollowNotice)(nil)).Where("account_id = ?", accountID),
		tx.Delete((*FollowSetting)(nil)).Where("id = ?", accountID),
	} {
		if _, err := q.Exec(ctx); err != nil {
			return fmt.Errorf("forget what was followed: %w", err)
		}
	}
	if _, err := tx.Update((*FollowNews)(nil)).Set("actor_id = '', actor_name = ''").Where("actor_id = ?", accountID).Exec(ctx); err != nil {
		return fmt.Errorf("forget who made news: %w", err)
	}
	return nil
}

// idsOf lists the ids of what an account follows of a kind, newest first.
func idsOf(ctx context.Context, tx *tenant.Tx, accountID, kind string, limit int) ([]string, error) {
	var ids []string
	err := tx.Select((*Follows)(nil)).Column("subject_id").Where("account_id = ?", accountID).Where("subject_kind = ?", kind).Where("active").
		OrderExpr("created_at DESC, id DESC").Limit(int64(limit)).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list what is followed: %w", err)
	}
	return ids, nil
}
