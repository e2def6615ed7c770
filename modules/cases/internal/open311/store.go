package open311

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/db"
	"glas/internal/georeport"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/clocks"
	"glas/tenant"
)

// apiUpdate is an update that a program sent; the same one twice is refused.
type apiUpdate struct {
	bun.BaseModel `bun:"table:case_api_updates,alias:case_api_update"`
	tenant.Key
	ClientID  string
	UpdateID  string
	CaseID    string
	Status    string
	At        time.Time
	CreatedAt time.Time
}

// apiToken is a request that waits for its number.
type apiToken struct {
	bun.BaseModel `bun:"table:case_api_tokens,alias:case_api_token"`
	tenant.Key
	ClientID  string
	Payload   parked `bun:"type:jsonb"`
	CaseID    string `bun:",nullzero"`
	Problem   string
	CreatedAt time.Time
}

// parked is a request that waits, with the files that came with it: they are kept for a day under a token.
type parked struct {
	georeport.Post
	Pass  string   `json:"pass,omitempty"`
	Files []string `json:"files,omitempty"`
}

// batch are the files for the case that it becomes.
func (p parked) batch() attachments.Batch {
	b := attachments.Batch{Pass: p.Pass}
	for _, one := range p.Files {
		b.Staged = append(b.Staged, attachments.Attachment{Key: tenant.Key{ID: one}})
	}
	return b
}

func orNone(err error, what string) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// clientBy is the program with a key, nil when there is none or it was revoked.
func clientBy(ctx context.Context, tx *tenant.Tx, hash string) (*stored.CaseClient, error) {
	var rows []stored.CaseClient
	err := tx.Select(&rows).Where("case_client.key_hash = ?", hash).Where("case_client.active = ?", true).Limit(1).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, orNone(err, "find client")
	}
	return &rows[0], nil
}

// clients are all programs, the newest first.
func clients(ctx context.Context, tx *tenant.Tx) ([]stored.CaseClient, error) {
	var rows []stored.CaseClient
	err := tx.Select(&rows).OrderExpr("case_client.created_at DESC, case_client.id").Limit(500).Scan(ctx)
	return rows, orNone(err, "list clients")
}

// used notes that a key was used, once an hour at most.
func used(ctx context.Context, tx *tenant.Tx, c *stored.CaseClient) error {
	if tx.Now().Sub(c.UsedAt) < time.Hour {
		return nil
	}
	_, err := tx.Update((*stored.CaseClient)(nil)).Set("used_at = ?", tx.Now()).Where("case_client.id = ?", c.ID).Exec(ctx)
	return orNone(err, "note use of key")
}

// setActive revokes a key or lets it work again.
func setActive(ctx context.Context, tx *tenant.Tx, clientID string, active bool) (bool, error) {
	res, err := tx.Update((*stored.CaseClient)(nil)).Set("active = ?", active).Where("case_client.id = ?", clientID).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("revoke key: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// list are the cases that everybody may see and that a query asks for: one statement.
func list(ctx context.Context, tx *tenant.Tx, n *listed.Names, q georeport.Query) ([]*stored.Case, error) {
	var rows []*stored.Case
	s := tx.Select(&rows).Where("c.shown = ?", true)
	if len(q.IDs) > 0 {
		s = s.Where("c.number IN (?)", bun.List(q.IDs)).Limit(georeport.MaxRows)
	} else {
		s = s.Where("c.registered_at >= ? AND c.registered_at <= ?", q.Start.UTC(), q.End.UTC())
		if len(q.Services) > 0 {
			topics := []string{""}
			for _, code := range q.Services {
				if t := topicOf(n, code); t != nil {
					topics = append(topics, t.ID)
				}
			}
			s = s.Where("c.topic_id IN (?)", bun.List(topics))
		}
		switch q.Status {
		case "closed":
			s = s.Where("c.grp = ?", stored.GroupClosed)
		case "open":
			s = s.Where("c.grp <> ?", stored.GroupClosed)
		}
		limit, offset := bounded(q)
		s = s.Limit(limit).Offset(offset)
	}
	err := s.OrderExpr("c.registered_at DESC, c.id DESC").Scan(ctx)
	return rows, orNone(err, "list requests")
}

// load reads what belongs to requests: at most three statements for all of them.
func (a *around) load(ctx context.Context, tx *tenant.Tx, rows []*stored.Case, extensions bool) error {
	refs, ids := make([]subject.Ref, 0, len(rows)), make([]string, 0, len(rows))
	for _, c := range rows {
		refs, ids = append(refs, c.Ref()), append(ids, c.ID)
	}
	if len(refs) == 0 {
		return nil
	}
	var err error
	if a.files, err = attachments.Of(ctx, tx, refs); err != nil {
		return err
	}
	if a.clocks, err = clocks.Of(ctx, tx, refs); err != nil || !extensions {
		return err
	}
	var events []stored.CaseEvent
	if err := tx.Select(&events).Where("case_event.case_id IN (?)", bun.List(ids)).Where("case_event.public = ?", true).OrderExpr("case_event.seq").Scan(ctx); err != nil {
		return fmt.Errorf("list events of requests: %w", err)
	}
	a.events = map[string][]stored.CaseEvent{}
	for _, e := range events {
		a.events[e.CaseID] = append(a.events[e.CaseID], e)
	}
	return nil
}

// news are the public events of cases that everybody may see, within a span, the oldest first, with their cases and public answers.
func news(ctx context.Context, tx *tenant.Tx, q georeport.Query) (events []stored.CaseEvent, byID map[string]*stored.Case, answers []stored.CaseAnswer, err error) {
	limit, offset := bounded(q)
	s := tx.Select(&events).Join("JOIN cases AS c ON c.tenant_id = case_event.tenant_id AND c.id = case_event.case_id").Where("c.shown = ?", true).Where("case_event.public = ?", true).
		Where("case_event.at >= ? AND case_event.at <= ?", q.Start.UTC(), q.End.UTC())
	if len(q.IDs) > 0 {
		s = s.Where("c.number IN (?)", bun.List(q.IDs))
	}
	if err = orNone(s.OrderExpr("case_event.at, case_event.id").Limit(limit).Offset(offset).Scan(ctx), "list updates"); err != nil || len(events) == 0 {
		return nil, nil, nil, err
	}
	var ids []string
	for _, e := range events {
		ids = append(ids, e.CaseID)
	}
	rows, err := stored.FindMany(ctx, tx, ids)
	if err != nil {
		return nil, nil, nil, err
	}
	byID = map[string]*stored.Case{}
	for _, c := range rows {
		byID[c.ID] = c
	}
	err = tx.Select(&answers).Where("case_answer.case_id IN (?)", bun.List(ids)).Where("case_answer.state = ?", stored.AnswerPublished).Where("case_answer.public = ?", true).Scan(ctx)
	return events, byID, answers, orNone(err, "list answers")
}

// add stores a row; false when there is one like it already.
func add(ctx context.Context, tx *tenant.Tx, row any) (bool, error) {
	if _, err := tx.Insert(row).Exec(ctx); err != nil {
		if db.IsDuplicate(err) {
			return false, nil
		}
		return false, fmt.Errorf("store for programs: %w", err)
	}
	return true, nil
}

// put stores a changed row.
func put(ctx context.Context, tx *tenant.Tx, row any) error {
	_, err := tx.Update(row).WherePK().Exec(ctx)
	return orNone(err, "store for programs")
}

// sentBefore reports whether a program sent that update already.
func sentBefore(ctx context.Context, tx *tenant.Tx, clientID, updateID string) (bool, error) {
	n, err := tx.Select((*apiUpdate)(nil)).Where("case_api_update.client_id = ?", clientID).Where("case_api_update.update_id = ?", updateID).Count(ctx)
	return n > 0, orNone(err, "find update")
}

// tokenBy is a waiting or finished request by its token, nil when there is none.
func tokenBy(ctx context.Context, tx *tenant.Tx, token string) (*apiToken, error) {
	var rows []apiToken
	err := tx.Select(&rows).Where("case_api_token.id = ?", token).Limit(1).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, orNone(err, "find token")
	}
	return &rows[0], nil
}
