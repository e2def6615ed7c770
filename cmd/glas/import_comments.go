package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"glas/internal/records"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/votes"
	"glas/tenant"
)

func (j *importJob) comments(ctx context.Context, c *consultations.Consultation) ([]error, error) {
	refs, err := j.subjects(ctx)
	if err != nil {
		return nil, err
	}
	titles, err := j.titles(ctx, refs)
	if err != nil {
		return nil, err
	}
	var wrong []error
	rows, twice := make([]comments.Imported, 0, len(j.rows)), once{}
	for _, r := range j.rows {
		one, err := j.comment(r, c, refs)
		if err = errors.Join(err, twice.meet(r, one.ExternalID)); err != nil {
			wrong = append(wrong, err)
			continue
		}
		one.Title = titles[one.Ref.ID]
		rows = append(rows, one)
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	if err := j.tellLost(ctx, rows); err != nil {
		return nil, err
	}
	return nil, batches(ctx, j, inOrder(rows), func(ctx context.Context, tx *tenant.Tx, some []comments.Imported) error {
		if err := j.app.parts.comments.Import(ctx, tx, some); err != nil {
			return err
		}
		return j.carryComments(ctx, tx, some)
	})
}

// carryComments lets votes cast here count on from those that the comments came with.
func (j *importJob) carryComments(ctx context.Context, tx *tenant.Tx, some []comments.Imported) error {
	var external []string
	for _, r := range some {
		if r.Up+r.Down > 0 {
			external = append(external, r.ExternalID)
		}
	}
	refs, err := j.app.parts.comments.Refs(ctx, tx, external)
	if err != nil {
		return err
	}
	var totals []votes.Total
	for _, r := range some {
		if r.Up+r.Down > 0 {
			totals = append(totals, votes.Total{Ref: refs[r.ExternalID], Up: r.Up, Down: r.Down, Count: r.Up + r.Down, Sum: r.Up - r.Down})
		}
	}
	return votes.Carry(ctx, tx, totals)
}

// titles are those of the proposals that comments are about, for the search.
func (j *importJob) titles(ctx context.Context, refs map[string]subject.Ref) (map[string]string, error) {
	var ids []string
	for _, ref := range refs {
		ids = append(ids, ref.ID)
	}
	slices.Sort(ids)
	out := make(map[string]string, len(ids))
	err := j.app.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		for some := range slices.Chunk(ids, importBatch) {
			cards, err := j.app.parts.proposals.Cards(ctx, tx, some)
			if err != nil {
				return err
			}
			for one, card := range cards {
				out[one] = card.Title
			}
		}
		return nil
	})
	return out, err
}

// tellLost says which comments answer one that is nowhere. They come in all the same, below the nearest that is there.
func (j *importJob) tellLost(ctx context.Context, rows []comments.Imported) error {
	here := make(map[string]bool, len(rows))
	for _, r := range rows {
		here[r.ExternalID] = true
	}
	var away []string
	for _, r := range rows {
		if r.ParentExternalID != "" && !here[r.ParentExternalID] {
			away = append(away, r.ParentExternalID)
		}
	}
	if len(away) == 0 {
		return nil
	}
	var known map[string]subject.Ref
	err := j.app.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		known, err = j.app.parts.comments.Refs(ctx, tx, away)
		return err
	})
	if err != nil {
		return err
	}
	own := func(external string) string { return strings.TrimPrefix(external, j.external("c")) }
	for _, r := range rows {
		if _, ok := known[r.ParentExternalID]; r.ParentExternalID != "" && !here[r.ParentExternalID] && !ok {
			fmt.Fprintf(j.out, "comment %s answers %s, which is nowhere: it stands below the nearest comment above\n", own(r.ExternalID), own(r.ParentExternalID))
		}
	}
	return nil
}

// subjects finds the proposals that comments are about, by external id.
func (j *importJob) subjects(ctx context.Context) (map[string]subject.Ref, error) {
	var external []string
	seen := map[string]bool{}
	for _, r := range j.rows {
		e := j.external(r.First("proposal", "proposal_id", "commentable_id"))
		if !seen[e] {
			seen[e] = true
			external = append(external, e)
		}
	}
	var refs map[string]subject.Ref
	err := j.app.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		refs, err = j.app.parts.proposals.Refs(ctx, tx, external)
		return err
	})
	return refs, err
}

func (j *importJob) comment(r records.Row, c *consultations.Consultation, refs map[string]subject.Ref) (comments.Imported, error) {
	raw := r.First("id", "external_id")
	if raw == "" {
		return comments.Imported{}, r.Wrong("an id is needed")
	}
	about := r.First("proposal", "proposal_id", "commentable_id")
	out := comments.Imported{
		ExternalID: j.external("c" + raw), ConsultationID: c.ID, Byline: byline(r), Lang: r.First("lang", "locale"),
		Body: text.SafeText(r.First("body", "text")), Stance: stanceOf(r.First("stance", "alignment")),
	}
	out.ParentExternalID, out.Ancestors = j.above(r)
	ref, ok := refs[j.external(about)]
	if !ok {
		return out, r.Wrong("proposal %q is not here; bring the proposals in first", about)
	}
	out.Ref = ref
	if out.Body == "" {
		out.State = comments.Deleted
	}
	var err, e error
	if out.Up, e = r.Number("up", "total_likes"); e != nil {
		err = errors.Join(err, e)
	}
	if out.Down, e = r.Number("down", "total_dislikes"); e != nil {
		err = errors.Join(err, e)
	}
	if out.CreatedAt, e = created(r); e != nil {
		err = errors.Join(err, e)
	}
	return out, err
}

// above are the external ids of the comment that a row answers and of everything above it, the top first.
func (j *importJob) above(r records.Row) (parent string, ancestors []string) {
	for one := range strings.SplitSeq(r.First("ancestry"), "/") {
		if one = strings.TrimSpace(one); one != "" {
			ancestors = append(ancestors, j.external("c"+one))
		}
	}
	if own := r.First("parent", "parent_id"); own != "" {
		return j.external("c" + own), ancestors
	}
	if n := len(ancestors); n > 0 {
		return ancestors[n-1], ancestors
	}
	return "", nil
}

func stanceOf(s string) comments.Stance {
	switch s {
	case "1", "for":
		return comments.For
	case "-1", "against":
		return comments.Against
	case "0", "neutral":
		return comments.Neutral
	}
	return ""
}

// inOrder puts all comments on one thing together, so that its counters move once, and each after what it answers, so that no
// batch asks for a comment of a later one. Otherwise they are in order of time.
func inOrder(rows []comments.Imported) []comments.Imported {
	at, began := make(map[string]int, len(rows)), make(map[subject.Ref]time.Time, len(rows))
	for i, r := range rows {
		at[r.ExternalID] = i
		if first, met := began[r.Ref]; !met || r.CreatedAt.Before(first) {
			began[r.Ref] = r.CreatedAt
		}
	}
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := rows[a], rows[b]
		return cmp.Or(began[x.Ref].Compare(began[y.Ref]), cmp.Compare(x.Ref.ID, y.Ref.ID), x.CreatedAt.Compare(y.CreatedAt))
	})
	placed := make([]bool, len(rows))
	out := make([]comments.Imported, 0, len(rows))
	for _, i := range order {
		var chain []int
		for n, more := i, true; more && !placed[n]; {
			placed[n] = true
			chain = append(chain, n)
			n, more = nearest(rows[n], at)
		}
		for _, n := range slices.Backward(chain) {
			out = append(out, rows[n])
		}
	}
	return out
}

// nearest is the row of the file that a comment answers, or else the nearest above that.
func nearest(r comments.Imported, at map[string]int) (int, bool) {
	if n, ok := at[r.ParentExternalID]; ok || r.ParentExternalID == "" {
		return n, ok
	}
	for _, above := range slices.Backward(r.Ancestors) {
		if n, ok := at[above]; ok {
			return n, true
		}
	}
	return 0, false
}
