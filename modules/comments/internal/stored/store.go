package stored

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/tenant"
)

const (
	// PageSize is how many comments of the top a page shows, and how many answers "show more" brings.
	PageSize = 20
	// firstReplies is how many answers stand below each comment of the top at first.
	firstReplies = 3
	// MaxPinned is how many official comments stand above the list; older ones are found in the list.
	MaxPinned = 10
	// OwnShown is how many of a person's own waiting comments he sees.
	OwnShown = 10
)

// Totals is how much is said about a subject. Only shown comments count.
type Totals struct {
	Total        int64
	Roots        int64
	ForCount     int64
	AgainstCount int64
	NeutralCount int64
}

// CommentThread is the stored totals of one subject; its ID is the subject as text.
type CommentThread struct {
	tenant.Key
	SubjectKind string
	SubjectID   string
	Totals
}

// CommentRevision is what a comment said before an edit.
type CommentRevision struct {
	tenant.Key
	CommentID string
	Revision  int
	Body      string
	CreatedAt time.Time
}

// row is a comment as pages load it: why it was picked, what its thread holds, whom it answers.
type Row struct {
	Comment
	Part        string
	TargetName  string
	TargetKind  string
	TargetState State
	Totals
}

// Find loads one comment.
func Find(ctx context.Context, tx *tenant.Tx, commentID string) (*Comment, error) {
	if Ident(commentID) == "" {
		return nil, fault.NotFound("comments.error.not_found")
	}
	c := new(Comment)
	err := tx.Select(c).Where("?TableAlias.id = ?", commentID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("comments.error.not_found")
	}
	if err != nil {
		return nil, fmt.Errorf("find comment: %w", err)
	}
	return c, nil
}

// FindMany loads comments in no order; those that are not there are left out.
func FindMany(ctx context.Context, tx *tenant.Tx, ids []string) ([]*Comment, error) {
	var list []*Comment
	if len(ids) == 0 {
		return nil, nil
	}
	if err := tx.Select(&list).Where("?TableAlias.id in (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find comments: %w", err)
	}
	return list, nil
}

// picks collects the subqueries of one statement. Each gives the ids of one part of a page in constant time, because it walks an
// index and stops at its limit; together they cost one way to the database.
type Picks struct {
	// Subject is what all of them are about, as text.
	Subject string
	sql     []string
	args    []any
}

func (p *Picks) Add(part, where string, args ...any) {
	p.sql = append(p.sql, "select id, ? as part from (select id from comments where tenant_id = ? and "+where+") as p"+strconv.Itoa(len(p.sql)))
	p.args = append(append(p.args, part), args...)
}

// firstReplies adds the first answers below each of the comments. One subquery for each is what SQLite does fastest; PostgreSQL would
// spend more on planning them than on running them, and gets one that it plans once.
func (p *Picks) FirstReplies(tx *tenant.Tx, rootIDs []string) {
	if len(rootIDs) == 0 {
		return
	}
	if !tx.PG() {
		for _, root := range rootIDs {
			p.Add(PartReply, fmt.Sprintf("root_id = ? and listed = 1 and depth > 0 order by path limit %d", firstReplies), tx.ID(), root)
		}
		return
	}
	p.sql = append(p.sql, fmt.Sprintf(`select x.id, ? as part from (values (?)`+strings.Repeat(", (?)", len(rootIDs)-1)+`) as root (id)
		cross join lateral (select id from comments where tenant_id = ? and root_id = root.id and listed = 1 and depth > 0 order by path limit %d) as x`, firstReplies))
	p.args = append(p.args, PartReply)
	for _, root := range rootIDs {
		p.args = append(p.args, root)
	}
	p.args = append(p.args, tx.ID())
}

// The parts of a page.
const (
	PartList   = "list"
	PartPinned = "pinned"
	PartOwn    = "own"
	PartRoot   = "root"
	PartOpen   = "open"
	PartReply  = "reply"
)

// query is the one statement of all subqueries.
func (p *Picks) query(tx *tenant.Tx) (string, []any) {
	query := `select c.*, p.part, coalesce(t.total, 0) as total, coalesce(t.roots, 0) as roots, coalesce(t.for_count, 0) as for_count,
		coalesce(t.against_count, 0) as against_count, coalesce(t.neutral_count, 0) as neutral_count,
		coalesce(r.author_name, '') as target_name, coalesce(r.author_kind, '') as target_kind, coalesce(r.state, '') as target_state
		from (` + strings.Join(p.sql, " union all ") + `) as p
		join comments c on c.tenant_id = ? and c.id = p.id
		left join comment_threads t on t.tenant_id = ? and t.id = ?
		left join comments r on r.tenant_id = ? and r.id = c.reply_to_id and r.id <> c.parent_id`
	args := append(p.args, tx.ID(), tx.ID(), p.Subject, tx.ID())
	return query, args
}

// load runs the subqueries. Nothing that the public may not read comes out of it, except for the part of the person's own.
func (p *Picks) Load(ctx context.Context, tx *tenant.Tx) ([]*Row, error) {
	if len(p.sql) == 0 {
		return nil, nil
	}
	query, args := p.query(tx)
	var rows []*Row
	if err := tx.Raw(query, args...).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("load comments: %w", err)
	}
	for _, r := range rows {
		if r.Part != PartOwn {
			r.Redact()
		}
	}
	return rows, nil
}

// redact takes out of a comment what the public may not read.
func (c *Comment) Redact() {
	if c.State == Shown {
		return
	}
	c.Body, c.HTML, c.Hints, c.AuthorName, c.AuthorKind, c.AuthorID, c.OrganisationID = "", "", "", "", "", "", ""
	c.Official, c.Stance = false, ""
	if c.State != Hidden {
		c.Reason, c.Rule = "", ""
	}
}

// TotalsOf loads the stored totals of subjects.
func TotalsOf(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]Totals, error) {
	out := make(map[subject.Ref]Totals, len(refs))
	for len(refs) > 0 {
		n := min(len(refs), chunk)
		ids := make([]string, n)
		for i, ref := range refs[:n] {
			ids[i] = ref.String()
		}
		refs = refs[n:]
		var list []CommentThread
		if err := tx.Select(&list).Where("?TableAlias.id in (?)", bun.List(ids)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("read totals of comments: %w", err)
		}
		for _, t := range list {
			out[subject.Ref{Kind: t.SubjectKind, ID: t.SubjectID}] = t.Totals
		}
	}
	return out, nil
}

// chunk is how many rows one statement handles at most.
const chunk = 200

// add counts shown comments into the totals of a subject.
func (t Totals) Add(ctx context.Context, tx *tenant.Tx, ref subject.Ref) error {
	_, err := tx.Raw(`insert into comment_threads (tenant_id, id, subject_kind, subject_id, total, roots, for_count, against_count, neutral_count, updated_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (tenant_id, id) do update set total = comment_threads.total + excluded.total, roots = comment_threads.roots + excluded.roots,
		for_count = comment_threads.for_count + excluded.for_count, against_count = comment_threads.against_count + excluded.against_count,
		neutral_count = comment_threads.neutral_count + excluded.neutral_count, updated_at = excluded.updated_at`,
		tx.ID(), ref.String(), ref.Kind, ref.ID, t.Total, t.Roots, t.ForCount, t.AgainstCount, t.NeutralCount, tx.Now()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count comments of %s: %w", ref, err)
	}
	return nil
}

// share is what one shown comment adds to the totals of its subject, times n. Stances are counted at the top only.
func (c *Comment) Share(n int64) Totals {
	t := Totals{Total: n}
	if c.Depth > 0 {
		return t
	}
	t.Roots = n
	switch c.Stance {
	case For:
		t.ForCount = n
	case Against:
		t.AgainstCount = n
	case Neutral:
		t.NeutralCount = n
	}
	return t
}

// Enlist gives an answer its place: the next number below its root, in the order in which answers are listed.
func Enlist(ctx context.Context, tx *tenant.Tx, c *Comment) error {
	c.Listed = 1
	if c.Depth == 0 {
		return nil
	}
	var seq int64
	err := tx.Raw("update comments set reply_seq = reply_seq + 1 where tenant_id = ? and id = ? returning reply_seq", tx.ID(), c.RootID).Scan(ctx, &seq)
	if err != nil {
		return fmt.Errorf("place an answer: %w", err)
	}
	var above string
	if c.ParentID != c.RootID {
		err := tx.Raw("select path from comments where tenant_id = ? and id = ?", tx.ID(), c.ParentID).Scan(ctx, &above)
		if err != nil {
			return fmt.Errorf("place an answer: %w", err)
		}
	}
	c.Path = above + segment(c.Official, seq)
	return nil
}

// CountReply adds n to the counters of what a shown answer stands under.
func CountReply(ctx context.Context, tx *tenant.Tx, c *Comment, n int64) error {
	if c.Depth == 0 {
		return nil
	}
	_, err := tx.Raw(`update comments set reply_count = reply_count + case when id = ? then ? else 0 end,
		thread_count = thread_count + case when id = ? then ? else 0 end where tenant_id = ? and id in (?, ?)`,
		c.ParentID, n, c.RootID, n, tx.ID(), c.ParentID, c.RootID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count answers: %w", err)
	}
	return nil
}

// Unpin puts the oldest official comments back into the list when too many stand above it.
func Unpin(ctx context.Context, tx *tenant.Tx, ref subject.Ref) error {
	_, err := tx.Raw(fmt.Sprintf(`update comments set pinned = 0 where tenant_id = ? and subject_kind = ? and subject_id = ? and pinned = 1 and id not in (
		select id from (select id from comments where tenant_id = ? and subject_kind = ? and subject_id = ? and depth = 0 and listed = 1 and pinned = 1
		order by created_at desc, id desc limit %d) as newest)`, MaxPinned),
		tx.ID(), ref.Kind, ref.ID, tx.ID(), ref.Kind, ref.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("pin official comments: %w", err)
	}
	return nil
}

// Twin finds the comment that has the same key against doubles; nil when there is none.
func Twin(ctx context.Context, tx *tenant.Tx, key string) (*Comment, error) {
	c := new(Comment)
	err := tx.Select(c).Where("?TableAlias.dedupe = ?", key).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for a double: %w", err)
	}
	return c, nil
}

// ErrTwin undoes a post that another instance made at the same moment.
var ErrTwin = errors.New("the same comment was posted at the same moment")

// Insert stores a new comment. One with a key against doubles that is taken at the same moment undoes the transaction.
func Insert(ctx context.Context, tx *tenant.Tx, c *Comment) error {
	res, err := tx.Insert(c).On("conflict (tenant_id, dedupe) do nothing").Exec(ctx)
	if err != nil {
		return fmt.Errorf("insert comment: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("insert comment: %w", err)
	}
	if n == 0 {
		return ErrTwin
	}
	return nil
}

// FreeKey lets the same words be said again.
func FreeKey(ctx context.Context, tx *tenant.Tx, id string) error {
	_, err := tx.Update((*Comment)(nil)).Set("dedupe = null").Where("?TableAlias.id = ?", id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("free the key of a comment: %w", err)
	}
	return nil
}

// SetVotes stores the votes on a comment.
func SetVotes(ctx context.Context, tx *tenant.Tx, id string, up, down int64) error {
	_, err := tx.Update((*Comment)(nil)).Set("up = ?", up).Set("down = ?", down).Set("score = ?", Wilson(up, down)).
		Where("?TableAlias.id = ?", id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count votes on a comment: %w", err)
	}
	return nil
}

// Store writes a comment whose state changed. Its counters are not touched: others may be counting at this moment.
func Store(ctx context.Context, tx *tenant.Tx, c *Comment) error {
	_, err := tx.Update(c).Column("state", "reason", "rule", "body", "html", "hints", "dedupe", "removed_at", "listed", "path").
		Where("?TableAlias.id = ?", c.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("store comment: %w", err)
	}
	return nil
}

// Rewrite stores an edited text, unless somebody was faster.
func Rewrite(ctx context.Context, tx *tenant.Tx, c *Comment, revision int) error {
	res, err := tx.Update(c).Column("body", "html", "hints", "revision", "edited_at").
		Where("?TableAlias.id = ?", c.ID).Where("?TableAlias.revision = ?", revision).Exec(ctx)
	if err != nil {
		return fmt.Errorf("store edited comment: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.Conflict("comments.error.stale")
}

// KeepRevision keeps the text that is about to change.
func KeepRevision(ctx context.Context, tx *tenant.Tx, c *Comment) error {
	at := c.CreatedAt
	if !c.EditedAt.IsZero() {
		at = c.EditedAt
	}
	r := &CommentRevision{Key: tenant.Key{ID: id.New()}, CommentID: c.ID, Revision: c.Revision, Body: c.Body, CreatedAt: at}
	if _, err := tx.Insert(r).On("conflict (tenant_id, comment_id, revision) do nothing").Exec(ctx); err != nil {
		return fmt.Errorf("keep a version of a comment: %w", err)
	}
	return nil
}

// Revisions are the earlier texts of a comment, the first one first.
func Revisions(ctx context.Context, tx *tenant.Tx, commentID string) ([]CommentRevision, error) {
	var list []CommentRevision
	err := tx.Select(&list).Where("?TableAlias.comment_id = ?", commentID).Order("comment_revision.revision").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read versions of a comment: %w", err)
	}
	return list, nil
}

// ForgetRevisions takes the earlier texts out for good.
func ForgetRevisions(ctx context.Context, tx *tenant.Tx, commentID string) error {
	if _, err := tx.Delete((*CommentRevision)(nil)).Where("?TableAlias.comment_id = ?", commentID).Exec(ctx); err != nil {
		return fmt.Errorf("forget versions of a comment: %w", err)
	}
	return nil
}

// ForgetAuthor takes a person's name off everything he wrote.
func ForgetAuthor(ctx context.Context, tx *tenant.Tx, accountID string) error {
	_, err := tx.Update((*Comment)(nil)).Set("author_id = ''").Set("author_name = ''").Set("author_kind = ?", accounts.AuthorDeleted).
		Set("organisation_id = null").Set("dedupe = null").Where("?TableAlias.author_id = ?", accountID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget the author of comments: %w", err)
	}
	return nil
}

// Flat lists what is part of a thread, the oldest first, after a place (none when after is empty).
func Flat(ctx context.Context, tx *tenant.Tx, ref subject.Ref, key any, after string, limit int) ([]*Comment, error) {
	var list []*Comment
	q := tx.Select(&list).Where("?TableAlias.subject_kind = ?", ref.Kind).Where("?TableAlias.subject_id = ?", ref.ID).Where("?TableAlias.listed = 1")
	if after != "" {
		q = q.Where("(?TableAlias.created_at, ?TableAlias.id) > (?, ?)", key, after)
	}
	if err := q.OrderExpr("?TableAlias.created_at, ?TableAlias.id").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list comments: %w", err)
	}
	return list, nil
}
