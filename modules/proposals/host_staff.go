package proposals

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/modules/answers"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/moderation"
	"glas/modules/proposals/internal/stored"
	"glas/tenant"
)

const (
	answerLetters = 280 // of an answer that a list shows
	queueLetters  = 300 // of a proposal in the queue of answers
	queueSize     = 40
)

// AnswerCard describes a proposal to those who answer it (answers.Host).
func (m *Module) AnswerCard(ctx context.Context, tx *tenant.Tx, proposalID string) (answers.Item, error) {
	p, c, err := seen(ctx, tx, proposalID)
	if err != nil {
		return answers.Item{}, err
	}
	it := item(ctx, tx, c, p)
	it.Excerpt = text.Plain(p.Body)
	return it, nil
}

func item(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Proposal) answers.Item {
	return answers.Item{Card: card(ctx, tx, c, p), Excerpt: text.Truncate(p.Excerpt, queueLetters), ConsultationID: p.ConsultationID, Supports: p.Popular,
		Comments: p.CommentCount, DepartmentID: c.DepartmentID, DueAt: c.AnswerBy, SubmittedAt: p.PublishedAt}
}

// Answered keeps a published answer in short on the proposal's own row, for lists and filters (answers.Host).
func (m *Module) Answered(ctx context.Context, tx *tenant.Tx, proposalID string, a *answers.Answer) error {
	p, err := stored.Find(ctx, tx, proposalID)
	if err != nil {
		return err
	}
	line := &AnswerLine{State: a.State, Text: i18n.Text{}, DepartmentID: a.DepartmentID, At: a.PublishedAt}
	for lang, s := range a.Text {
		line.Text[lang] = text.Excerpt(s, answerLetters)
	}
	p.Answer, p.AnswerState, p.AnsweredAt = line, string(a.State), a.PublishedAt
	return stored.Save(ctx, tx, p)
}

// Waiting lists proposals without a published answer: those whose consultation promised one first, then the most supported
// (answers.Host).
func (m *Module) Waiting(ctx context.Context, tx *tenant.Tx, q answers.Query) (answers.Queue, error) {
	if len(q.IDs) > 0 {
		return m.asked(ctx, tx, q.IDs)
	}
	groups, err := stored.Unanswered(ctx, tx)
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
	groups = slices.DeleteFunc(groups, func(g stored.Group) bool { return !asksFor(q, found[g.ConsultationID], tx.Now()) })
	slices.SortFunc(groups, func(a, b stored.Group) int {
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
func fillQueue(ctx context.Context, tx *tenant.Tx, out *answers.Queue, q answers.Query, groups []stored.Group, found map[string]*consultations.Consultation) error {
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
		f := Filter{ConsultationID: g.ConsultationID, Status: stored.StatusUnanswered, Sort: SortSupported, Limit: limit - len(out.Items)}
		if g.ConsultationID == from {
			f.After = after
		}
		rows, next, err := stored.List(ctx, tx, f)
		if err != nil {
			return err
		}
		for _, p := range rows {
			out.Items = append(out.Items, item(ctx, tx, found[g.ConsultationID], p))
		}
		if next != "" {
			out.Next = g.ConsultationID + "/" + next
			return nil
		}
		if len(out.Items) == limit {
			last := rows[len(rows)-1]
			out.Next = g.ConsultationID + "/" + stored.OrderOf(SortSupported).Cursor(last)
			return nil
		}
	}
	return nil
}

func (m *Module) asked(ctx context.Context, tx *tenant.Tx, ids []string) (answers.Queue, error) {
	list, err := stored.FindMany(ctx, tx, ids)
	if err != nil {
		return answers.Queue{}, err
	}
	found, err := consultationsOf(ctx, tx, list)
	if err != nil {
		return answers.Queue{}, err
	}
	out := answers.Queue{Total: int64(len(list))}
	for _, p := range list {
		if c := found[p.ConsultationID]; c != nil && p.State.Public() {
			out.Items = append(out.Items, item(ctx, tx, c, p))
		}
		if p.AnswerState != "" {
			out.Answered++
		}
	}
	return out, nil
}

// Held gives a proposal in any state to a moderator (moderation.Host).
func (m *Module) Held(ctx context.Context, tx *tenant.Tx, proposalID string) (moderation.Item, error) {
	p, err := stored.Find(ctx, tx, proposalID)
	if err != nil {
		return moderation.Item{}, err
	}
	return held(p), nil
}

// HeldMany gives many at once (moderation.Batcher).
func (m *Module) HeldMany(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]moderation.Item, error) {
	list, err := stored.FindMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]moderation.Item, len(list))
	for _, p := range list {
		out[p.ID] = held(p)
	}
	return out, nil
}

func held(p *Proposal) moderation.Item {
	return moderation.Item{Ref: p.Ref(), Title: p.Title, Path: p.Path(), Text: text.Plain(p.Body), Lang: p.Lang, AuthorID: p.AuthorID,
		AuthorName: p.AuthorName, State: string(p.State), CreatedAt: p.CreatedAt}
}

// Decide carries a moderator's ruling out (moderation.Host).
func (m *Module) Decide(ctx context.Context, tx *tenant.Tx, proposalID string, r moderation.Ruling) error {
	p, err := stored.Find(ctx, tx, proposalID)
	if err != nil {
		return err
	}
	switch r.Verdict {
	case moderation.Hide, moderation.Refuse:
		if p.State == Hidden {
			return nil
		}
		return m.hide(ctx, tx, p, r)
	case moderation.Restore, moderation.Approve:
		if p.State == Published {
			return nil
		}
		return m.show(ctx, tx, p)
	case moderation.Remove:
		return m.erase(ctx, tx, p, r)
	}
	return fault.Conflict("proposals.error.state")
}

// hide takes a proposal out of sight for a reason and a rule, both told to its author; the search forgets it.
func (m *Module) hide(ctx context.Context, tx *tenant.Tx, p *Proposal, r moderation.Ruling) error {
	was := p.State
	if !was.Can(Hidden) {
		return fault.Conflict("proposals.error.state")
	}
	p.State, p.Reason, p.Rule = Hidden, r.Reason, r.Rule
	return m.leave(ctx, tx, p, was)
}

// erase hides a proposal and removes its words, its earlier versions and its files for good.
func (m *Module) erase(ctx context.Context, tx *tenant.Tx, p *Proposal, r moderation.Ruling) error {
	if p.State == Draft || p.State == Merged {
		return fault.Conflict("proposals.error.state")
	}
	if err := stored.RemoveRevisions(ctx, tx, p.ID); err != nil {
		return err
	}
	if err := attachments.Remove(ctx, tx, p.Ref()); err != nil {
		return err
	}
	was := p.State
	Input{Title: "#" + strconv.FormatInt(p.Number, 10), TopicID: p.TopicID, AreaID: p.AreaID}.Apply(p, tx.Tenant().Default())
	p.State, p.Reason, p.Rule, p.Hints = Hidden, r.Reason, r.Rule, ""
	return m.leave(ctx, tx, p, was)
}
