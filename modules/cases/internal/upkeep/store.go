package upkeep

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/words"
	"glas/tenant"
)

func refs(c *stored.Case) []subject.Ref { return []subject.Ref{c.Ref()} }

// cases are those that a condition names, in an order, at most as many as one sweep takes.
func cases(ctx context.Context, tx *tenant.Tx, where, order string, args ...any) ([]*stored.Case, error) {
	var rows []*stored.Case
	if err := tx.Select(&rows).Where(where, args...).OrderExpr(order).Limit(most).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list cases to keep up: %w", err)
	}
	return rows, nil
}

// closedBefore are cases closed before a moment whose people are still known.
func closedBefore(ctx context.Context, tx *tenant.Tx, topics string, ids []string, before time.Time) ([]*stored.Case, error) {
	var rows []*stored.Case
	err := tx.Select(&rows).Where("c.grp = ?", stored.GroupClosed).Where("c.closed_at < ?", before).Where("c.anonymised_at IS NULL").Where(topics, bun.List(ids)).
		OrderExpr("c.closed_at").Limit(most).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list cases to forget people of: %w", err)
	}
	return rows, nil
}

// addAnswer keeps the standard text as the final answer of its cycle.
func addAnswer(ctx context.Context, tx *tenant.Tx, c *stored.Case, body i18n.Text) error {
	row := &stored.CaseAnswer{CaseID: c.ID, Cycle: c.Cycle, DepartmentID: c.DepartmentID, Version: 1, Body: body, Public: c.Visibility.Open(), State: stored.AnswerPublished, Outcome: stored.Answered,
		Final: true, PublishedAt: tx.Now(), CreatedAt: tx.Now(), UpdatedAt: tx.Now(), RowVersion: 1}
	row.ID = id.New()
	return stored.Add(ctx, tx, row)
}

// hanging are the tables whose rows belong to one case.
func hanging() []string {
	return []string{"case_parties", "case_messages", "case_files", "case_events", "case_followers", "case_assignments", "case_answers", "case_supports", "case_surveys", "case_tasks", "case_referrals",
		"case_mails", "case_field_posts", "case_watchers", "case_calls"}
}

// remove deletes a case that never was received, with everything that hangs on it.
func remove(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
	for _, table := range hanging() {
		if _, err := tx.Raw("delete from "+table+" where tenant_id = ? and case_id = ?", tx.ID(), c.ID).Exec(ctx); err != nil {
			return fmt.Errorf("remove from %s: %w", table, err)
		}
	}
	if _, err := tx.Raw("update case_mails set hint_id = null where tenant_id = ? and hint_id = ?", tx.ID(), c.ID).Exec(ctx); err != nil {
		return fmt.Errorf("remove hints: %w", err)
	}
	if err := words.Change(ctx, tx, c.ID, c.Folded, ""); err != nil {
		return err
	}
	if _, err := tx.Delete((*stored.Case)(nil)).Where("c.id = ?", c.ID).Exec(ctx); err != nil {
		return fmt.Errorf("remove case: %w", err)
	}
	return nil
}

// erasePeople removes the parties of a case, the messages but for those to everybody, letters, and who follows it by an address.
func erasePeople(ctx context.Context, tx *tenant.Tx, caseID string) error {
	for _, s := range []string{
		"delete from case_parties where tenant_id = ? and case_id = ?",
		"delete from case_messages where tenant_id = ? and case_id = ? and audience <> 'public'",
		"update case_messages set author_name = '', author_id = null, recipient = '', message_id = null, in_reply_to = '' where tenant_id = ? and case_id = ?",
		"delete from case_mails where tenant_id = ? and case_id = ?",
		"delete from case_field_posts where tenant_id = ? and case_id = ?",
		"delete from case_calls where tenant_id = ? and case_id = ?",
		"delete from case_followers where tenant_id = ? and case_id = ?",
		"update case_surveys set body = '' where tenant_id = ? and case_id = ?",
		"update case_referrals set notice = '', reason = '' where tenant_id = ? and case_id = ?",
		"update cases set followers = 0 where tenant_id = ? and id = ?",
	} {
		if _, err := tx.Raw(s, tx.ID(), caseID).Exec(ctx); err != nil {
			return fmt.Errorf("remove people of case: %w", err)
		}
	}
	return nil
}

// eraseHistory leaves of the history what happened and when, without words and without citizens.
func eraseHistory(ctx context.Context, tx *tenant.Tx, caseID string) error {
	_, err := tx.Raw("update case_events set data = '{}', actor_name = case when actor_kind = 'citizen' then '' else actor_name end, actor_id = case when actor_kind = 'citizen' then null else actor_id end where tenant_id = ? and case_id = ?",
		tx.ID(), caseID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("empty history of case: %w", err)
	}
	return nil
}

// forgetAccount takes an account off everything about cases. Names go, what was written stays.
func forgetAccount(ctx context.Context, tx *tenant.Tx, accountID string) error {
	for _, s := range []string{
		"update cases set reporter_id = null, reporter_name = '', name_public = ? where tenant_id = ? and reporter_id = ?",
		"update case_parties set name = '', email = '', phone = '', phone_key = '', address = '', company = '', register = '', register_number = '', account_id = null, hidden = ? where tenant_id = ? and account_id = ?",
	} {
		if _, err := tx.Raw(s, false, tx.ID(), accountID).Exec(ctx); err != nil {
			return fmt.Errorf("forget account: %w", err)
		}
	}
	for _, s := range []string{
		"update case_messages set author_id = null, author_name = '' where tenant_id = ? and author_id = ?",
		"update case_events set actor_id = null, actor_name = '' where tenant_id = ? and actor_id = ?",
		"delete from case_followers where tenant_id = ? and account_id = ?",
		"delete from case_alerts where tenant_id = ? and account_id = ?",
		"delete from case_watchers where tenant_id = ? and account_id = ?",
		"delete from case_filters where tenant_id = ? and owner_id = ?",
	} {
		if _, err := tx.Raw(s, tx.ID(), accountID).Exec(ctx); err != nil {
			return fmt.Errorf("forget account: %w", err)
		}
	}
	return nil
}
