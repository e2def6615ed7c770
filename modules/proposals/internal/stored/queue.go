package stored

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"glas/internal/text"
	"glas/modules/answers"
	"glas/modules/consultations"
	"glas/tenant"
)

const (
	queueLetters = 300 // of a proposal in the queue of answers
	queueSize    = 40
)

func Item(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Proposal) answers.Item {
	return answers.Item{Card: Card(ctx, tx, c, p), Excerpt: text.Truncate(p.Excerpt, queueLetters), ConsultationID: p.ConsultationID, Supports: p.Popular,
		Comments: p.CommentCount, DepartmentID: c.DepartmentID, DueAt: c.AnswerBy, SubmittedAt: p.PublishedAt}
}

// QueueOf lists proposals without a published answer: those whose consultation promised one first, then the most supported.
func QueueOf(ctx context.Context, tx *tenant.Tx, q answers.Query) (answers.Queue, error) {
	if len(q.IDs) > 0 {
		return asked(ctx, tx, q.IDs)
	}
	groups, err := Unanswered(ctx, tx)
	if err != nil {
		return answers.Queue{}, err
	}
	ids := make([]string, len(groups))
	for i, g := range groups {
		ids[i] = g.ConsultationID
	}
	found, err := consultations.LoadMany(ctx, tx, ids)
	if err != nil {
		return answers.Queue{}, err
	}
	groups = slices.DeleteFunc(groups, func(g Group) bool { return !asksFor(q, found[g.ConsultationID], tx.Now()) })
	slices.SortFunc(groups, func(a, b Group) int {
		x, y := found[a.ConsultationID].AnswerBy, found[b.ConsultationID].AnswerBy
		return cmp.Or(compareDue(x, y), cmp.Compare(a.ConsultationID, b.ConsultationID))
	})
	out := answers.Queue{}
	for _, g := range groups {
		out.Total, out.Answered = out.Total+g.Total, out.Answered+g.Answered
		if by := found[g.ConsultationID].AnswerBy; out.DueAt.IsZero() && g.Answered < g.Total {
			out.DueAt = by
		}
	}
	return out, fillQueue(ctx, tx, &out, q, groups, found)
}

// asksFor reports whether a consultation belongs to what a query narrows to.
func asksFor(q answers.Query, c *consultations.Consultation, now time.Time) bool {
	return c != nil && (q.ConsultationID == "" || c.ID == q.ConsultationID) && (q.DepartmentID == "" || c.DepartmentID == q.DepartmentID) &&
		(!q.Overdue || !c.AnswerBy.IsZero() && c.AnswerBy.Before(now))
}

// compareDue puts what is promised before what is not.
func compareDue(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	default:
		return a.Compare(b)
	}
}

// fillQueue takes the page after the cursor, consultation by consultation. The cursor is "consultation/place in its list".
func fillQueue(ctx context.Context, tx *tenant.Tx, out *answers.Queue, q answers.Query, groups []Group, found map[string]*consultations.Consultation) error {
	limit := q.Limit
	if limit <= 0 {
		limit = queueSize
	}
	from, after, _ := strings.Cut(q.After, "/")
	begun := from == ""
	for _, g := range groups {
		if begun = begun || g.ConsultationID == from; !begun || g.Answered == g.Total {
			continue
		}
		f := Filter{ConsultationID: g.ConsultationID, Status: StatusUnanswered, Sort: SortSupported, Limit: limit - len(out.Items)}
		if g.ConsultationID == from {
			f.After = after
		}
		rows, next, err := List(ctx, tx, f)
		if err != nil {
			return err
		}
		for _, p := range rows {
			out.Items = append(out.Items, Item(ctx, tx, found[g.ConsultationID], p))
		}
		if next != "" {
			out.Next = g.ConsultationID + "/" + next
			return nil
		}
		if len(out.Items) == limit {
			last := rows[len(rows)-1]
			out.Next = g.ConsultationID + "/" + OrderOf(SortSupported).Cursor(last)
			return nil
		}
	}
	return nil
}

func asked(ctx context.Context, tx *tenant.Tx, ids []string) (answers.Queue, error) {
	list, err := FindMany(ctx, tx, ids)
	if err != nil {
		return answers.Queue{}, err
	}
	found, err := ConsultationsOf(ctx, tx, list)
	if err != nil {
		return answers.Queue{}, err
	}
	out := answers.Queue{Total: int64(len(list))}
	for _, p := range list {
		if c := found[p.ConsultationID]; c != nil && p.State.Public() {
			out.Items = append(out.Items, Item(ctx, tx, c, p))
		}
		if p.AnswerState != "" {
			out.Answered++
		}
	}
	return out, nil
}
