package stored

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/search"
	"glas/modules/accounts"
	"glas/modules/consultations"
	"glas/tenant"
)

// listed are the columns that a list shows; the texts stay in the database.
func listed() []string {
	return []string{"tenant_id", "id", "number", "slug", "consultation_id", "state", "title", "excerpt", "lang", "topic_id", "area_id", "place", "lat", "lng",
		"author_id", "author_name", "author_kind", "organisation_id", "official", "answer", "answer_state", "support_count", "against_count",
		"abstain_count", "rating_count", "rating_sum", "association_count", "comment_count", "popular", "trend", "shuffle", "published_at",
		"created_at", "updated_at", "merged_into"}
}

// List is a page of proposals and the cursor of the page after it, empty at the end. It takes one statement; two where the random
// order passes its turning point.
func List(ctx context.Context, tx *tenant.Tx, f Filter) (rows []*Proposal, next string, err error) {
	if f.Limit == 0 {
		f.Limit = PageSize
	}
	if f.Of == OfFollowed && len(f.IDs) == 0 || f.Text != "" && len(search.Terms(f.Text)) == 0 {
		return nil, "", nil
	}
	o := OrderOf(f.Sort)
	if f.Sort == SortRandom {
		rows, err = shuffled(ctx, tx, f, o)
	} else {
		rows, err = segment(ctx, tx, f, o, nil)
	}
	if err != nil {
		return nil, "", err
	}
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		next = o.Cursor(rows[f.Limit-1])
	}
	return rows, next, nil
}

// segment is the part of an order after the cursor of f, one more than the page so that it is known whether there is a next one.
// narrower narrows it further.
func segment(ctx context.Context, tx *tenant.Tx, f Filter, o order, narrower func(q *bun.SelectQuery) *bun.SelectQuery) ([]*Proposal, error) {
	var rows []*Proposal
	columns := listed()
	if o.ranked {
		columns = slices.DeleteFunc(columns, func(c string) bool { return c == "popular" || c == "trend" })
	}
	q := narrow(tx, tx.Select(&rows).Column(columns...), f)
	column, id, direction, comparison := bun.Ident("proposal."+o.column), bun.Ident("proposal.id"), bun.Safe("asc"), bun.Safe(">")
	if o.ranked {
		column, id = bun.Ident("rank."+o.column), bun.Ident("rank.id")
		q = ranked(q, f)
		// The place and not the proposal's own counter is what the cursor tells: that may be hidden.
		q = q.ColumnExpr("rank.popular AS popular").ColumnExpr("rank.trend AS trend")
	}
	if o.desc {
		direction, comparison = bun.Safe("desc"), bun.Safe("<")
	}
	if key, after, ok := o.place(f.After); ok {
		q = q.Where("(?, ?) ? (?, ?)", column, id, comparison, key, after)
	}
	if narrower != nil {
		q = narrower(q)
	}
	err := q.OrderExpr("? ?, ? ?", column, direction, id, direction).Limit(int64(f.Limit + 1)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	return rows, nil
}

// ranked lets a list be read in an order that is kept beside the proposals.
func ranked(q *bun.SelectQuery, f Filter) *bun.SelectQuery {
	q = q.Join("JOIN proposal_ranks AS rank ON rank.tenant_id = proposal.tenant_id AND rank.id = proposal.id").
		Where("rank.tenant_id = proposal.tenant_id")
	if f.ConsultationID != "" {
		q = q.Where("rank.consultation_id = ?", f.ConsultationID)
	}
	if s := f.onlyState(); s != "" {
		q = q.Where("rank.state = ?", s)
	}
	return q
}

// onlyState is the one state that a filter is about, "" when there are several.
func (f Filter) onlyState() State {
	switch {
	case f.State != "":
		return f.State
	case f.Of == OfMine:
		return ""
	case f.Status == StatusWithdrawn:
		return Withdrawn
	default:
		return Published
	}
}

// shuffled is a page of the random order: the circle of all shuffle numbers, walked from where the seed says.
func shuffled(ctx context.Context, tx *tenant.Tx, f Filter, o order) ([]*Proposal, error) {
	start := f.start()
	key, _, begun := o.place(f.After)
	at, _ := key.(int64)
	var rows []*Proposal
	var err error
	if !begun || at >= start {
		rows, err = segment(ctx, tx, f, o, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("proposal.shuffle >= ?", start) })
		if err != nil || len(rows) > f.Limit {
			return rows, err
		}
		f.After, f.Limit = "", f.Limit-len(rows)
	}
	rest, err := segment(ctx, tx, f, o, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("proposal.shuffle < ?", start) })
	return append(rows, rest...), err
}

// narrow is everything of a filter but order and cursor.
func narrow(tx *tenant.Tx, q *bun.SelectQuery, f Filter) *bun.SelectQuery {
	if f.ConsultationID != "" {
		q = q.Where("proposal.consultation_id = ?", f.ConsultationID)
	} else if f.State == "" && f.Of != OfMine {
		q = ofPublic(tx, q)
	}
	if s := f.onlyState(); s != "" {
		q = q.Where("proposal.state = ?", s)
	} else {
		q = q.Where("proposal.state IN (?)", bun.List([]State{Published, Waiting, Withdrawn, Hidden}))
	}
	switch f.Status {
	case "", StatusWithdrawn:
	case StatusUnanswered:
		q = q.Where("proposal.answer_state = ''")
	default:
		q = q.Where("proposal.answer_state = ?", f.Status)
	}
	if f.TopicID != "" {
		q = q.Where("proposal.topic_id = ?", f.TopicID)
	}
	if f.AreaID != "" {
		q = q.Where("proposal.area_id = ?", f.AreaID)
	}
	switch f.Of {
	case OfMine:
		q = q.Where("proposal.author_id = ?", f.MineID)
	case OfFollowed:
		q = q.Where("proposal.id IN (?)", bun.List(f.IDs))
	case OfAssociations:
		q = q.Where("proposal.author_kind = ?", accounts.AuthorAssociation)
	case OfMunicipality:
		q = q.Where("proposal.official = ?", true)
	}
	if f.Box != nil {
		q = q.Where("proposal.lat BETWEEN ? AND ?", f.Box.South, f.Box.North).Where("proposal.lng BETWEEN ? AND ?", f.Box.West, f.Box.East)
	}
	for _, term := range search.Terms(f.Text) {
		q = q.Where("proposal.folded LIKE ?", "%"+trunk(term)+"%")
	}
	return q
}

// ofPublic leaves out proposals of consultations that are not public (any more); lists of one consultation are asked for only when it
// may be seen.
func ofPublic(tx *tenant.Tx, q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where(`EXISTS (SELECT 1 FROM consultations AS c WHERE c.tenant_id = proposal.tenant_id AND c.id = proposal.consultation_id AND c.deleted_at IS NULL
		AND (c.state IN (?) OR c.state = ? AND c.publish_at <= ?))`, bun.List([]consultations.State{consultations.Published, consultations.Archived}), consultations.Scheduled, tx.Now())
}

// Near is where and when proposals are looked for.
type Near struct {
	Box          Box
	Topics       []string // all when empty
	After, Until time.Time
	Limit        int
}

// Fresh are the published proposals with a place in a box that appeared after a moment and until another, the newest first, of
// consultations that everybody may see.
func Fresh(ctx context.Context, tx *tenant.Tx, n Near) ([]*Proposal, error) {
	var rows []*Proposal
	q := ofPublic(tx, tx.Select(&rows).Column(listed()...)).Where("proposal.state = ?", Published).Where("proposal.published_at > ?", n.After).Where("proposal.published_at <= ?", n.Until).
		Where("proposal.lat BETWEEN ? AND ?", n.Box.South, n.Box.North).Where("proposal.lng BETWEEN ? AND ?", n.Box.West, n.Box.East)
	if len(n.Topics) > 0 {
		q = q.Where("proposal.topic_id IN (?)", bun.List(n.Topics))
	}
	if err := q.OrderExpr("proposal.published_at DESC, proposal.id DESC").Limit(int64(n.Limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list fresh proposals: %w", err)
	}
	return rows, nil
}

// trunk is the part of a folded word that stays when its ending changes.
func trunk(word string) string {
	r := []rune(word)
	if len(r) > 5 {
		r = r[:len(r)-2]
	}
	return string(r)
}

// Spot is a place on the map: one proposal, or several that lie close together, which have a Box and no name.
type Spot struct {
	Number   int64
	Slug     string
	Title    string
	Lat, Lng float64
	N        int64
	Box      *Box `bun:"-"`
}

// MapMax is how many single places a map gets; of more it gets counts by cell.
const (
	MapMax   = 500
	gridSide = 16
)

// Spots are the places of a filter: single ones while there are at most MapMax, else counts of those that lie close together.
func Spots(ctx context.Context, tx *tenant.Tx, f Filter) ([]Spot, error) {
	located := func() *bun.SelectQuery {
		return narrow(tx, tx.Select((*Proposal)(nil)), f).Where("proposal.lat is not null")
	}
	var ids []string
	if err := located().Column("id").Limit(MapMax+1).Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("count places: %w", err)
	}
	if len(ids) <= MapMax {
		var rows []Spot
		err := located().Column("number", "slug", "title", "lat", "lng").ColumnExpr("1 AS n").OrderExpr("proposal.popular DESC, proposal.id").Limit(MapMax).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("list places: %w", err)
		}
		return rows, nil
	}
	box := f.Box
	if box == nil {
		var err error
		if box, err = around(ctx, located()); err != nil {
			return nil, err
		}
	}
	return grid(ctx, located(), box)
}

// around is the smallest box with everything in it.
func around(ctx context.Context, q *bun.SelectQuery) (*Box, error) {
	b := new(Box)
	err := q.ColumnExpr("min(proposal.lng), min(proposal.lat), max(proposal.lng), max(proposal.lat)").Scan(ctx, &b.West, &b.South, &b.East, &b.North)
	if err != nil {
		return nil, fmt.Errorf("measure places: %w", err)
	}
	return b, nil
}

// grid counts places in cells of the box.
func grid(ctx context.Context, q *bun.SelectQuery, b *Box) ([]Spot, error) {
	w, h := max((b.East-b.West)/gridSide, 1e-6), max((b.North-b.South)/gridSide, 1e-6)
	var cells []struct {
		X, Y, N  int64
		Lat, Lng float64
	}
	err := q.ColumnExpr("cast(floor((proposal.lng - ?) / ?) as integer) AS x", b.West, w).
		ColumnExpr("cast(floor((proposal.lat - ?) / ?) as integer) AS y", b.South, h).
		ColumnExpr("count(*) AS n, avg(proposal.lat) AS lat, avg(proposal.lng) AS lng").
		GroupExpr("1, 2").OrderExpr("1, 2").Scan(ctx, &cells)
	if err != nil {
		return nil, fmt.Errorf("count places: %w", err)
	}
	out := make([]Spot, 0, len(cells))
	for _, c := range cells {
		west, south := b.West+float64(c.X)*w, b.South+float64(c.Y)*h
		out = append(out, Spot{Lat: c.Lat, Lng: c.Lng, N: c.N, Box: &Box{West: west, South: south, East: west + w, North: south + h}})
	}
	return out, nil
}

// Likely are proposals of a consultation that may mean the same as a text or lie near a point, the most supported first.
func Likely(ctx context.Context, tx *tenant.Tx, w Wanted) ([]*Proposal, error) {
	var rows []*Proposal
	var from []string
	var args []any
	if words := w.words(); len(words) > 0 {
		sub, subArgs := search.Alike(tx.PG(), tx.ID(), Kind, w.ConsultationID, words, likelyMax)
		from, args = append(from, sub), append(args, subArgs...)
	}
	if w.located() {
		b := w.near()
		from = append(from, `select id from (select id from proposals where tenant_id = ? and state = ? and lat between ? and ? and lng between ? and ?
			order by id limit ?) near`)
		args = append(args, tx.ID(), Published, b.South, b.North, b.West, b.East, likelyMax)
	}
	if len(from) == 0 {
		return nil, nil
	}
	q := narrow(tx, tx.Select(&rows).Column(append(listed(), "folded")...), Filter{ConsultationID: w.ConsultationID}).
		Where("proposal.id in ("+strings.Join(from, " union ")+")", args...)
	if w.Except != "" {
		q = q.Where("proposal.id <> ?", w.Except)
	}
	if err := q.OrderExpr("proposal.popular DESC, proposal.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("look for similar proposals: %w", err)
	}
	return rows, nil
}

// Group counts the published proposals of a consultation, and those of them that are answered.
type Group struct {
	ConsultationID  string
	Total, Answered int64
}

func Unanswered(ctx context.Context, tx *tenant.Tx) ([]Group, error) {
	var rows []Group
	err := tx.Select((*Proposal)(nil)).Column("consultation_id").ColumnExpr("count(*) AS total").
		ColumnExpr("sum(case when answer_state <> '' then 1 else 0 end) AS answered").Where("proposal.state = ?", Published).
		GroupExpr("consultation_id").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count answers: %w", err)
	}
	return rows, nil
}
