package comments

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/modules/comments/internal/stored"
	"glas/tenant"
)

// node is one comment at the top with the answers that are shown below it.
type node struct {
	*row
	Replies []*row
	// More is how many answers are not shown, After the path from which they go on.
	More  int64
	After string
	// Focus is set when the reader came for this one, or for an answer below it, whose path is open.
	Focus bool
	open  string
}

// list is one order of comments at the top: the whole thread, or one of its columns.
type list struct {
	Lane  Stance
	Nodes []*node
	// Next is the cursor of the next page, empty at the end.
	Next string
}

// threadPage is everything that a page shows of a thread.
type threadPage struct {
	Totals
	Pinned []*node
	Lists  []list
	// Own are comments of the reader that others do not see: they wait, or were refused.
	Own []*row
	// Focus is the comment at the top that leads to what the reader came for; nil when he came for the thread.
	Focus *node
	// Mine is how the reader voted, by comment.
	Mine map[string]int
}

// read loads a page of a thread in three statements, however long the thread is.
func (m *Module) read(ctx context.Context, tx *tenant.Tx, t Thread, q Query) (*threadPage, error) {
	p := &threadPage{}
	o := stored.OrderOf(q.Sort)
	first := t.picks(ctx, tx, q, o)
	rows, err := first.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	if len(rows) > 0 {
		p.Totals = rows[0].Totals
	}
	p.fill(rows, t, q, o)
	if err := p.answers(ctx, tx, q); err != nil {
		return nil, err
	}
	if m.Ballots != nil && authz.From(ctx).SignedIn() {
		if p.Mine, err = m.Ballots.Mine(ctx, tx, p.ids()); err != nil {
			return nil, fmt.Errorf("read own votes on comments: %w", err)
		}
	}
	return p, nil
}

// lanes are the lists of a thread: one, or one for each stance.
func (t Thread) lanes(q Query) []Stance {
	switch {
	case !t.Columns || !t.Stance:
		return []Stance{""}
	case q.Lane != "":
		return []Stance{q.Lane}
	default:
		return []Stance{For, Against, Neutral}
	}
}

// picks says which comments of the top a page needs.
func (t Thread) picks(ctx context.Context, tx *tenant.Tx, q Query, o order) *picks {
	p := &picks{Subject: t.Ref.String()}
	const at = "subject_kind = ? and subject_id = ? and "
	here := []any{tx.ID(), t.Ref.Kind, t.Ref.ID}
	if q.Root != "" {
		p.Add(stored.PartRoot, at+"id = ? and depth = 0 and listed = 1", append(here, q.Root)...)
		return p
	}
	for _, lane := range t.lanes(q) {
		where, args := at+"depth = 0 and listed = 1 and pinned = 0", slices.Clone(here)
		if lane != "" {
			where, args = where+" and lane = ?", append(args, lane.Number())
		}
		comparison, direction := " > ", " asc"
		if o.Desc {
			comparison, direction = " < ", " desc"
		}
		if key, id, ok := o.Place(q.After); ok {
			where, args = where+" and ("+o.Column+", id)"+comparison+"(?, ?)", append(args, key, id)
		}
		p.Add(stored.PartList+string(lane), fmt.Sprintf("%s order by %s%s, id%s limit %d", where, o.Column, direction, direction, stored.PageSize+1), args...)
	}
	if q.After != "" {
		return p
	}
	p.Add(stored.PartPinned, fmt.Sprintf(at+"depth = 0 and listed = 1 and pinned = 1 order by created_at desc, id desc limit %d", stored.MaxPinned), here...)
	if a := authz.From(ctx); a.SignedIn() {
		p.Add(stored.PartOwn, fmt.Sprintf(at+"listed = 0 and author_id = ? and state in ('waiting', 'refused') order by created_at desc limit %d", stored.OwnShown), append(slices.Clone(here), a.ID)...)
	}
	if q.Open != "" {
		p.Add(stored.PartOpen, at+"id = ? and listed = 1", append(slices.Clone(here), q.Open)...)
		p.Add(stored.PartRoot, at+"id = (select root_id from comments where tenant_id = ? and id = ?) and listed = 1", append(slices.Clone(here), tx.ID(), q.Open)...)
	}
	return p
}

// fill sorts what was loaded into the parts of the page.
func (p *threadPage) fill(rows []*row, t Thread, q Query, o order) {
	parts := map[string][]*row{}
	for _, r := range rows {
		parts[r.Part] = append(parts[r.Part], r)
	}
	newest := stored.OrderOf(SortNewest)
	p.Pinned, p.Own = nodes(parts[stored.PartPinned], newest), parts[stored.PartOwn]
	sort.Slice(p.Own, func(i, j int) bool { return newest.Before(&p.Own[i].Comment, &p.Own[j].Comment) })
	if roots := parts[stored.PartRoot]; len(roots) > 0 {
		p.Focus = &node{row: roots[0], Focus: true}
	}
	if q.Root != "" {
		return
	}
	for _, lane := range t.lanes(q) {
		l := list{Lane: lane, Nodes: nodes(parts[stored.PartList+string(lane)], o)}
		if len(l.Nodes) > stored.PageSize {
			l.Nodes = l.Nodes[:stored.PageSize]
			l.Next = o.Cursor(&l.Nodes[stored.PageSize-1].Comment)
		}
		l.Nodes = without(l.Nodes, p.Focus)
		p.Lists = append(p.Lists, l)
	}
	p.Pinned = without(p.Pinned, p.Focus)
	if open := parts[stored.PartOpen]; len(open) > 0 && p.Focus != nil {
		p.Focus.open = open[0].Path
	}
}

func nodes(rows []*row, o order) []*node {
	out := make([]*node, len(rows))
	for i, r := range rows {
		out[i] = &node{row: r}
	}
	sort.Slice(out, func(i, j int) bool { return o.Before(&out[i].Comment, &out[j].Comment) })
	return out
}

// without leaves out the comment that stands at the top of the page already.
func without(list []*node, focus *node) []*node {
	if focus == nil {
		return list
	}
	return slices.DeleteFunc(list, func(n *node) bool { return n.ID == focus.ID })
}

// all are the comments of the top in the order of the page.
func (p *threadPage) all() []*node {
	var out []*node
	if p.Focus != nil {
		out = append(out, p.Focus)
	}
	out = append(out, p.Pinned...)
	for _, l := range p.Lists {
		out = append(out, l.Nodes...)
	}
	return out
}

// ids are all shown comments of the page.
func (p *threadPage) ids() []string {
	var out []string
	for _, n := range p.all() {
		out = append(out, n.ID)
		for _, r := range n.Replies {
			out = append(out, r.ID)
		}
	}
	return out
}

// answers loads the answers of all comments of the top in one statement.
func (p *threadPage) answers(ctx context.Context, tx *tenant.Tx, q Query) error {
	pick := &picks{}
	const under = "root_id = ? and listed = 1 and depth > 0"
	var others []string
	for _, n := range p.all() {
		if n.ReplySeq == 0 {
			continue
		}
		switch {
		case n.Focus && q.Root != "":
			pick.Add(stored.PartReply, fmt.Sprintf(under+" and path > ? order by path limit %d", stored.PageSize+1), tx.ID(), n.ID, stored.PathCursor(q.After))
		case n.open != "":
			for _, path := range append(stored.Ancestors(n.open), n.open) {
				pick.Add(stored.PartReply, under+" and path = ?", tx.ID(), n.ID, path)
			}
			pick.Add(stored.PartReply, fmt.Sprintf(under+" and path > ? order by path limit %d", stored.PageSize), tx.ID(), n.ID, n.open)
		default:
			others = append(others, n.ID)
		}
	}
	pick.FirstReplies(tx, others)
	rows, err := pick.Load(ctx, tx)
	if err != nil {
		return err
	}
	byRoot := map[string][]*row{}
	for _, r := range rows {
		byRoot[r.RootID] = append(byRoot[r.RootID], r)
	}
	for _, n := range p.all() {
		n.take(byRoot[n.ID], q)
	}
	return nil
}

// take puts the answers below the comment and says how many there are beyond.
func (n *node) take(rows []*row, q Query) {
	sort.Slice(rows, func(i, j int) bool { return rows[i].Path < rows[j].Path })
	n.Replies = rows
	switch {
	case n.Focus && q.Root != "":
		if len(rows) > stored.PageSize {
			n.Replies = rows[:stored.PageSize]
			n.After = n.Replies[stored.PageSize-1].Path
			n.More = -1 // how many is not known here, and not worth a statement
		}
	case n.open != "":
		// Only the way to one answer is shown: the rest is the thread from its beginning.
		n.More = n.ReplySeq - int64(len(rows))
	case len(rows) > 0 && n.ReplySeq > int64(len(rows)):
		n.More, n.After = n.ReplySeq-int64(len(rows)), rows[len(rows)-1].Path
	}
}

// Counts tells how much is said about subjects; those nobody spoke about are left out.
func (m *Module) Counts(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]Totals, error) {
	return stored.TotalsOf(ctx, tx, refs)
}
