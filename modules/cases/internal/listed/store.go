// Package listed reads cases as lists, maps and queues show them, and the names by which they are sorted: stored columns and indexes only, so
// that the list of a hundred thousand costs what the list of ten does.
package listed

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/geo"
	"glas/internal/id"
	"glas/internal/search"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// PageSize is how many cases a page of a list has.
const PageSize = 40

// The orders of the public list.
const (
	SortNewest    = "newest"
	SortAnswered  = "answered"
	SortSupported = "supported"
)

// Sorts lists them.
func Sorts() []string { return []string{SortNewest, SortAnswered, SortSupported} }

// Filter narrows a list. The zero Filter is the newest of everything that everybody may see.
type Filter struct {
	Kind, TopicID, AreaID string
	// TopicIDs are the topic and those below it, filled by who knows the tree.
	TopicIDs []string
	Group    stored.Group
	// Mine are the cases of that account, shown or not, instead of everybody's.
	Mine  string
	Box   *geo.Box
	Sort  string
	After string
	Limit int
}

// Narrowed counts the filters that are set.
func (f Filter) Narrowed() int {
	n := 0
	for _, s := range []string{f.Kind, f.TopicID, f.AreaID, string(f.Group), f.Mine} {
		if s != "" {
			n++
		}
	}
	if f.Box != nil {
		n++
	}
	return n
}

// order is the column that a list is sorted by, from the greatest, and by id where that ties.
func (f Filter) order() string {
	switch {
	case f.Mine != "":
		return "created_at"
	case f.Sort == SortAnswered:
		return "answered_at"
	case f.Sort == SortSupported:
		return "supports"
	}
	return "published_at"
}

func cursor(column string, c *stored.Case) string {
	value := ""
	at := func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
	switch column {
	case "created_at":
		value = at(c.CreatedAt)
	case "answered_at":
		value = at(c.AnsweredAt)
	case "supports":
		value = strconv.FormatInt(c.Supports, 10)
	case "due_at":
		if !c.DueAt.IsZero() {
			value = at(c.DueAt)
		}
	case "updated_at":
		value = at(c.UpdatedAt)
	case "worked_at":
		value = at(c.WorkedAt)
	default:
		value = at(c.PublishedAt)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(column + "|" + value + "|" + c.ID))
}

// place reads a cursor of that column. One that is not is as if there were none.
func place(column, s string) (key any, caseID string, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	parts := strings.Split(string(b), "|")
	if err != nil || s == "" || len(parts) != 3 || parts[0] != column || !id.Valid(parts[2]) {
		return nil, "", false
	}
	if column == "supports" {
		n, err := strconv.ParseInt(parts[1], 10, 64)
		return n, parts[2], err == nil
	}
	if parts[1] == "" {
		return nil, parts[2], true
	}
	t, err := time.Parse(time.RFC3339Nano, parts[1])
	return t, parts[2], err == nil && t.Year() > 0 && t.Year() < 10000
}

// columns are those that a list shows; texts stay in the database, but for their beginning.
func columns(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Column("tenant_id", "id", "number", "token", "kind", "topic_id", "channel", "lang", "title", "public_title", "public_lang", "visibility", "publish_mode", "published", "shown",
		"published_at", "state", "grp", "state_since", "lat", "lng", "address", "area_id", "location", "public_lat", "public_lng", "reporter_id", "reporter_name", "name_public", "registered_at",
		"department_id", "assignee_id", "responsibility", "priority", "merged_into", "body_id", "reason", "promise_at", "planned_at", "answer_state", "answer", "answered_at", "closed_at", "cycle", "supports",
		"followers", "messages", "open_tasks", "satisfaction", "due_at", "created_at", "updated_at", "worked_at", "row_version").
		ColumnExpr("substr(c.body, 1, 400) AS body, substr(c.public_body, 1, 400) AS public_body")
}

func narrow(q *bun.SelectQuery, f Filter) *bun.SelectQuery {
	if f.Mine != "" {
		q = q.Where("c.reporter_id = ?", f.Mine).Where("c.visibility <> ?", stored.Internal)
	} else {
		q = q.Where("c.shown = ?", true)
	}
	if f.Kind != "" {
		q = q.Where("c.kind = ?", f.Kind)
	}
	switch {
	case len(f.TopicIDs) > 1:
		q = q.Where("c.topic_id IN (?)", bun.List(f.TopicIDs))
	case f.TopicID != "":
		q = q.Where("c.topic_id = ?", f.TopicID)
	}
	if f.AreaID != "" {
		q = q.Where("c.area_id = ?", f.AreaID)
	}
	if f.Group != "" {
		q = q.Where("c.grp = ?", f.Group)
	}
	if f.Box != nil {
		q = q.Where("c.public_lat BETWEEN ? AND ?", f.Box.South, f.Box.North).Where("c.public_lng BETWEEN ? AND ?", f.Box.West, f.Box.East)
	}
	return q
}

// within reads only the cells that cover the box of a filter. Each stretch of cells is asked for by itself, so that the index of places is
// used whatever else is asked for.
func within(q *bun.SelectQuery, tx *tenant.Tx, f Filter, columns string) *bun.SelectQuery {
	if f.Box == nil {
		return q
	}
	return stretches(q, tx, geo.Spans(*f.Box), columns)
}

// stretches reads only those stretches of cells.
func stretches(q *bun.SelectQuery, tx *tenant.Tx, spans []geo.Span, columns string) *bun.SelectQuery {
	var parts []string
	var args []any
	for _, s := range spans {
		parts = append(parts, "SELECT "+columns+" FROM cases WHERE tenant_id = ? AND shown = ? AND cell IS NOT NULL AND cell BETWEEN ? AND ?")
		args = append(args, tx.ID(), true, s.From, s.To)
	}
	return q.ModelTableExpr("("+strings.Join(parts, " UNION ALL ")+") AS c", args...)
}

// List is a page of cases and the cursor of the page after it, empty at the end: one statement.
func List(ctx context.Context, tx *tenant.Tx, f Filter) (rows []*stored.Case, next string, err error) {
	if f.Limit == 0 {
		f.Limit = PageSize
	}
	column := f.order()
	q := within(narrow(columns(tx.Select(&rows)), f), tx, f, "*")
	if column == "answered_at" {
		q = q.Where("c.answered_at IS NOT NULL")
	}
	if key, caseID, ok := place(column, f.After); ok {
		q = q.Where("(?, c.id) < (?, ?)", bun.Ident("c."+column), key, caseID)
	}
	if err := q.OrderExpr("? DESC, c.id DESC", bun.Ident("c."+column)).Limit(int64(f.Limit + 1)).Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("list cases: %w", err)
	}
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		next = cursor(column, rows[f.Limit-1])
	}
	return rows, next, nil
}

// Nearby is a case near a place, and how far away it is in metres.
type Nearby struct {
	*stored.Case
	Metres float64
}

// Near are cases that everybody may see and that are not older than since or still open, around a place; the nearest first.
func Near(ctx context.Context, tx *tenant.Tx, lat, lng, metres float64, since time.Time, limit int) ([]Nearby, error) {
	box := geo.Around(lat, lng, metres)
	var rows []*stored.Case
	f := Filter{Box: &box}
	q := within(narrow(columns(tx.Select(&rows)), f), tx, f, "*").WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("c.grp IN (?)", bun.List([]stored.Group{stored.GroupOpen, stored.GroupPaused})).WhereOr("c.registered_at > ?", since)
	}).Where("c.state <> ?", stored.Merged)
	if err := q.Limit(400).Scan(ctx); err != nil {
		return nil, fmt.Errorf("look around: %w", err)
	}
	return nearest(rows, lat, lng, metres, limit), nil
}

// Twins are cases of the same topic, shown or not, around a place: what an editor compares with.
func Twins(ctx context.Context, tx *tenant.Tx, c *stored.Case, metres float64, since time.Time, limit int) ([]Nearby, error) {
	if !c.Located() {
		return nil, nil
	}
	box := geo.Around(*c.Lat, *c.Lng, metres)
	var rows []*stored.Case
	q := columns(tx.Select(&rows)).Where("c.lat BETWEEN ? AND ?", box.South, box.North).Where("c.lng BETWEEN ? AND ?", box.West, box.East).Where("c.id <> ?", c.ID).
		Where("c.created_at > ?", since).Where("c.state NOT IN (?)", bun.List([]stored.State{stored.Unconfirmed, stored.Spam, stored.Merged, stored.Withdrawn}))
	if err := q.OrderExpr("c.created_at DESC").Limit(200).Scan(ctx); err != nil {
		return nil, fmt.Errorf("look for twins: %w", err)
	}
	return nearest(rows, *c.Lat, *c.Lng, metres, limit), nil
}

func nearest(rows []*stored.Case, lat, lng, metres float64, limit int) []Nearby {
	out := make([]Nearby, 0, len(rows))
	for _, c := range rows {
		at, on := c.PublicLat, c.PublicLng
		if at == nil {
			at, on = c.Lat, c.Lng
		}
		if at == nil || on == nil {
			continue
		}
		if d := geo.Distance(lat, lng, *at, *on); d <= metres {
			out = append(out, Nearby{c, d})
		}
	}
	for i := range out { // a handful: the plainest sort will do
		for j := i; j > 0 && out[j].Metres < out[j-1].Metres; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out[:min(len(out), limit)]
}

// Queue is what staff look at, all of it by key: the most urgent first, then what has no date.
type Queue struct {
	States       []stored.State
	Group        stored.Group
	DepartmentID string
	AssigneeID   string
	// WatcherID keeps an eye on them.
	WatcherID string
	// Responsibility is one of Pending, Accepted and Declined.
	Responsibility string
	Kind, TopicID  string
	AreaID         string
	Channel        string
	// TopicIDs are the topic and those below it.
	TopicIDs []string
	// Text is looked for in number, title and text, folded.
	Text string
	// DueBefore shows what is due before a moment; the zero one asks nothing.
	DueBefore time.Time
	// Running leaves out what is done, hidden or merged.
	Running bool
	// Overdue shows only what is past its date.
	Overdue bool
	// Open leaves out private cases: for those who may not read them.
	Open bool
	// Fresh sorts by the last change instead of the due date.
	Fresh bool
	// Idle shows only open cases about which nobody of the municipality did anything since a moment, the longest untouched first; one that
	// is planned for a day to come is not forgotten. The zero moment asks nothing.
	Idle  time.Time
	After string
	Limit int
}

// Waits counts what a queue holds, up to a bound: a count for a menu costs no more than a page.
func Waits(ctx context.Context, tx *tenant.Tx, f Queue, bound int) (int, error) {
	n, err := tx.Select((*stored.Case)(nil)).ModelTableExpr("(?) AS c", inQueue(tx.Select((*stored.Case)(nil)).Column("tenant_id"), tx, f).Limit(int64(bound))).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count queue: %w", err)
	}
	return int(n), nil
}

func inQueue(q *bun.SelectQuery, tx *tenant.Tx, f Queue) *bun.SelectQuery {
	equal := func(column, value string) {
		if value != "" {
			q = q.Where("? = ?", bun.Ident("c."+column), value)
		}
	}
	switch len(f.States) {
	case 0:
	case 1:
		equal("state", string(f.States[0]))
	default:
		q = q.Where("c.state IN (?)", bun.List(f.States))
	}
	equal("grp", string(f.Group))
	equal("department_id", f.DepartmentID)
	equal("assignee_id", f.AssigneeID)
	equal("responsibility", f.Responsibility)
	if f.WatcherID != "" {
		q = q.Where("c.id IN (SELECT w.case_id FROM case_watchers AS w WHERE w.tenant_id = ? AND w.account_id = ?)", tx.ID(), f.WatcherID)
	}
	equal("kind", f.Kind)
	if len(f.TopicIDs) > 1 {
		q = q.Where("c.topic_id IN (?)", bun.List(f.TopicIDs))
	} else {
		equal("topic_id", f.TopicID)
	}
	equal("area_id", f.AreaID)
	equal("channel", f.Channel)
	q = worded(q, f.Text)
	if !f.DueBefore.IsZero() {
		q = q.Where("c.due_at < ?", f.DueBefore)
	}
	if f.Running {
		q = running(q, tx, f)
	}
	if f.Overdue {
		q = q.Where("c.due_at < ?", tx.Now())
	}
	if !f.Idle.IsZero() { // word for word what the index of these holds
		q = q.Where("c.grp = 'open'").Where("c.worked_at < ?", f.Idle).Where("(c.planned_at IS NULL OR c.planned_at < ? OR c.state <> ?)", tx.Now(), stored.Scheduled)
	}
	if f.Open {
		q = q.Where("c.visibility IN (?)", bun.List([]stored.Visibility{stored.Public, stored.Nameless}))
	}
	return q
}

// running leaves what is not done. In the order of the due dates the two groups are asked for one by one: each lies in that order in the
// index, so that the first page is read instead of all of them to be sorted. PostgreSQL has to be told that this order is worth keeping.
// What somebody watches is few, and found by who watches.
func running(q *bun.SelectQuery, tx *tenant.Tx, f Queue) *bun.SelectQuery {
	if f.column() != "due_at" || f.WatcherID != "" {
		return q.Where("c.grp IN (?)", bun.List([]stored.Group{stored.GroupOpen, stored.GroupPaused}))
	}
	group := "SELECT * FROM cases WHERE tenant_id = ? AND grp = ?"
	if tx.PG() {
		group = "(" + group + " ORDER BY due_at, id)"
	}
	return q.ModelTableExpr("("+group+" UNION ALL "+group+") AS c", tx.ID(), stored.GroupOpen, tx.ID(), stored.GroupPaused)
}

// wordsOf are the words that are looked for; none when it is a number.
func wordsOf(text string) []string {
	if stored.NumberValid(strings.ToUpper(strings.TrimSpace(text))) {
		return nil
	}
	words := strings.Fields(search.Fold(text))
	return words[:min(len(words), 5)]
}

// worded asks for a text: a number exactly, or each word at the beginning of one in the folded title and text.
func worded(q *bun.SelectQuery, text string) *bun.SelectQuery {
	if upper := strings.ToUpper(strings.TrimSpace(text)); stored.NumberValid(upper) {
		return q.Where("c.number = ?", upper)
	}
	for _, w := range wordsOf(text) {
		q = q.Where(`' ' || c.folded LIKE ? ESCAPE '\'`, "% "+strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(w)+"%")
	}
	return q
}
