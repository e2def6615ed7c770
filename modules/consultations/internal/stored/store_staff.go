package stored

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/text"
	"glas/tenant"
)

// counters are changed by Count and Tallied only, so that saving a form never undoes a count.
func counters() []string {
	return []string{"proposal_count", "comment_count", "vote_count", "participant_count", "own_up", "own_down", "own_abstain", "own_count",
		"own_sum", "own_associations", "first_vote_at", "told_opened_at", "told_closing_at", "document_count", "created_at", "created_by"}
}

// Insert stores a new consultation with its phases under a free name made of its title.
func Insert(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
	lang := tx.Tenant().Default()
	slug := text.Slug(c.Title[lang], lang)
	if slug == "" {
		slug = "consultation"
	}
	var taken []string
	err := tx.Select((*Consultation)(nil)).Column("slug").Where("consultation.slug LIKE ?", slug+"%").Scan(ctx, &taken)
	if err != nil {
		return fmt.Errorf("find a free name: %w", err)
	}
	c.Slug = slug
	for n := 2; slices.Contains(taken, c.Slug); n++ {
		c.Slug = slug + "-" + strconv.Itoa(n)
	}
	c.CreatedAt, c.UpdatedAt, c.TitleFold = tx.Now(), tx.Now(), folded(c.Title)
	if c.RowVersion == 0 {
		c.RowVersion = 1
	}
	if _, err := tx.Insert(c).Exec(ctx); err != nil {
		if db.IsDuplicate(err) {
			return fault.Conflict("consultations.error.stale").With(err)
		}
		return fmt.Errorf("insert consultation: %w", err)
	}
	return nil
}

// folded is the title in every language as it is searched for.
func folded(title i18n.Text) string {
	var all []string
	for _, lang := range slices.Sorted(maps.Keys(title)) {
		all = append(all, search.Fold(title[lang]))
	}
	return strings.Join(all, " ")
}

// Save stores a changed consultation unless somebody else saved it since it was loaded.
func Save(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
	old := c.RowVersion
	c.RowVersion, c.UpdatedAt, c.TitleFold = old+1, tx.Now(), folded(c.Title)
	res, err := tx.Update(c).ExcludeColumn(counters()...).WherePK().Where("consultation.row_version = ?", old).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save consultation: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("save consultation: %w", err)
	}
	if n == 0 {
		return fault.Conflict("consultations.error.stale")
	}
	return nil
}

// Filter narrows a list. The zero Filter is everything that the public may see.
type Filter struct {
	Text    string
	Status  Status
	State   State
	TopicID string
	AreaID  string
	// Staff lists what is not public too; Deleted lists only what was deleted.
	Staff, Deleted bool
	After          string
	Limit          int
}

// Active counts the filters that are set.
func (f Filter) Active() int {
	n := 0
	for _, s := range []string{string(f.Status), f.TopicID, f.AreaID, f.Text, string(f.State)} {
		if s != "" {
			n++
		}
	}
	return n
}

const (
	pageSize = 12
	farAway  = 9_999_999_999 // seconds; after every end that has a date
)

// List is a page of consultations: what is open now by the nearest end, then what begins soonest, then what ended last. next is
// the cursor of the page after it.
func List(ctx context.Context, tx *tenant.Tx, f Filter) (rows []*Consultation, next string, err error) {
	now := tx.Now()
	rank := bun.SafeQuery(`(case when consultation.starts_at is null or consultation.starts_at > ? then 1
		when consultation.ends_at is null or consultation.ends_at >= ? then 0 else 2 end)`, now, now)
	starts, ends := epoch(tx, "starts_at"), epoch(tx, "ends_at")
	order := bun.SafeQuery(`(case when consultation.starts_at is null or consultation.starts_at > ? then coalesce(`+starts+`, ?)
		when consultation.ends_at is null or consultation.ends_at >= ? then coalesce(`+ends+`, ?) else -`+ends+` end)`, now, farAway, now, farAway)
	if f.Limit == 0 {
		f.Limit = pageSize
	}
	q := narrow(selecting(tx, &rows), f, now)
	if r, o, id, ok := cut(f.After); ok {
		q = q.Where("(? > ? or ? = ? and (? > ? or ? = ? and consultation.id > ?))", rank, r, rank, r, order, o, order, o, id)
	}
	err = q.OrderExpr("?, ?, consultation.id", rank, order).Limit(int64(f.Limit + 1)).Scan(ctx)
	if err != nil {
		return nil, "", fmt.Errorf("list consultations: %w", err)
	}
	for _, c := range rows {
		c.as(tx.Tenant())
	}
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		next = cursor(rows[f.Limit-1], now)
	}
	return rows, next, nil
}

func narrow(q *bun.SelectQuery, f Filter, now time.Time) *bun.SelectQuery {
	if f.Deleted {
		q = q.Where("consultation.deleted_at is not null")
	} else {
		q = q.Where("consultation.deleted_at is null")
	}
	if !f.Staff {
		q = q.Where("(consultation.state in (?, ?) or consultation.state = ? and consultation.publish_at <= ?)", Published, Archived, Scheduled, now)
	}
	if f.State != "" {
		q = q.Where("consultation.state = ?", f.State)
	}
	if f.TopicID != "" {
		q = q.Where("cast(consultation.topic_ids as text) like ?", `%"`+f.TopicID+`"%`)
	}
	if f.AreaID != "" {
		q = q.Where("consultation.area_id = ?", f.AreaID)
	}
	if f.Text != "" {
		q = q.Where("consultation.title_fold like ?", "%"+search.Fold(f.Text)+"%")
	}
	return ofStatus(q, f.Status, now)
}

// ofStatus is StateAt as a condition.
func ofStatus(q *bun.SelectQuery, s Status, now time.Time) *bun.SelectQuery {
	over := func() *bun.SelectQuery { return q.Where("consultation.ends_at < ?", now) }
	switch s {
	case Upcoming:
		return q.Where("(consultation.starts_at is null or consultation.starts_at > ?)", now)
	case Open, ClosingToday:
		return q.Where("consultation.starts_at <= ? and (consultation.ends_at is null or consultation.ends_at >= ?)", now, now)
	case Answered:
		return over().Where("consultation.answered_at <= ?", now)
	case Waiting:
		return over().Where("consultation.answered_at is null and consultation.answer_by is not null")
	case Closed:
		return over()
	}
	return q
}

// epoch is a moment as seconds, in the words of the database at hand.
func epoch(tx *tenant.Tx, column string) string {
	if tx.PG() {
		return "cast(floor(extract(epoch from consultation." + column + ")) as bigint)"
	}
	return "cast(strftime('%s', consultation." + column + ") as integer)"
}

// cursor is where a page ends: the rank and order that List sorts by, and the id.
func cursor(c *Consultation, now time.Time) string {
	rank, order := 2, -c.EndsAt.Unix()
	switch {
	case c.StartsAt.IsZero():
		rank, order = 1, farAway
	case c.StartsAt.After(now):
		rank, order = 1, c.StartsAt.Unix()
	case c.EndsAt.IsZero():
		rank, order = 0, farAway
	case !c.EndsAt.Before(now):
		rank, order = 0, c.EndsAt.Unix()
	}
	return strconv.Itoa(rank) + "_" + strconv.FormatInt(order, 10) + "_" + c.ID
}

func cut(s string) (rank int, order int64, consultationID string, ok bool) {
	parts := strings.SplitN(s, "_", 3)
	if len(parts) != 3 || !id.Valid(parts[2]) {
		return 0, 0, "", false
	}
	rank, err1 := strconv.Atoi(parts[0])
	order, err2 := strconv.ParseInt(parts[1], 10, 64)
	return rank, order, parts[2], err1 == nil && err2 == nil
}

// ResultOf is the published outcome of a consultation, or nil.
func ResultOf(ctx context.Context, tx *tenant.Tx, consultationID string) (*Result, error) {
	r := new(Result)
	err := tx.Select(r).ModelTableExpr(resultTable).Where("result.consultation_id = ?", consultationID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find result: %w", err)
	}
	return r, nil
}

func PutResult(ctx context.Context, tx *tenant.Tx, r *Result) error {
	_, err := tx.Insert(r).ModelTableExpr("consultation_results").
		On("CONFLICT (tenant_id, consultation_id) DO UPDATE").Set("text = EXCLUDED.text").Set("updated_at = EXCLUDED.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("store result: %w", err)
	}
	return nil
}

func Changes(ctx context.Context, tx *tenant.Tx, consultationID string) ([]Change, error) {
	var rows []Change
	err := tx.Select(&rows).ModelTableExpr(changeTable).Where("change.consultation_id = ?", consultationID).OrderExpr("change.created_at, change.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list changes: %w", err)
	}
	return rows, nil
}

func InsertChange(ctx context.Context, tx *tenant.Tx, ch *Change) error {
	ch.ID, ch.CreatedAt = id.New(), tx.Now()
	if _, err := tx.Insert(ch).ModelTableExpr("consultation_changes").Exec(ctx); err != nil {
		return fmt.Errorf("note change: %w", err)
	}
	return nil
}

func Previews(ctx context.Context, tx *tenant.Tx, consultationID string) ([]Preview, error) {
	var rows []Preview
	err := tx.Select(&rows).ModelTableExpr(previewTable).Where("preview.consultation_id = ?", consultationID).OrderExpr("preview.created_at DESC, preview.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list previews: %w", err)
	}
	return rows, nil
}

func InsertPreview(ctx context.Context, tx *tenant.Tx, p *Preview) error {
	if _, err := tx.Insert(p).ModelTableExpr("consultation_previews").Exec(ctx); err != nil {
		return fmt.Errorf("insert preview: %w", err)
	}
	return nil
}

func DeletePreview(ctx context.Context, tx *tenant.Tx, consultationID, previewID string) error {
	_, err := tx.Delete((*Preview)(nil)).ModelTableExpr(previewTable).
		Where("preview.id = ?", previewID).Where("preview.consultation_id = ?", consultationID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("delete preview: %w", err)
	}
	return nil
}

// UsePreview finds the consultation behind a token that has not expired, and counts the use.
func UsePreview(ctx context.Context, tx *tenant.Tx, hash string) (consultationID string, err error) {
	p := new(Preview)
	err = tx.Select(p).ModelTableExpr(previewTable).Where("preview.token_hash = ?", hash).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fault.NotFound("consultations.error.preview")
	}
	if err != nil {
		return "", fmt.Errorf("find preview: %w", err)
	}
	if tx.Now().After(p.ExpiresAt) {
		return "", fault.Gone("consultations.error.preview_over")
	}
	_, err = tx.Update((*Preview)(nil)).ModelTableExpr(previewTable).Set("uses = uses + 1").Where("preview.id = ?", p.ID).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("count preview: %w", err)
	}
	return p.ConsultationID, nil
}

// Told marks a notice as sent and reports whether it was not before. column is told_opened_at or told_closing_at; at is what the
// notice is about, so that a moved date is told again.
func Told(ctx context.Context, tx *tenant.Tx, consultationID, column string, at time.Time) (bool, error) {
	res, err := tx.Update((*Consultation)(nil)).Set("? = ?", bun.Ident(column), at).Where("consultation.id = ?", consultationID).
		Where("(? is null or ? <> ?)", bun.Ident(column), bun.Ident(column), at).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("mark notice: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
