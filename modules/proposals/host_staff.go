package proposals

import (
	"context"
	"strconv"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/modules/answers"
	"glas/modules/attachments"
	"glas/modules/moderation"
	"glas/modules/proposals/internal/stored"
	"glas/tenant"
)

const (
	answerLetters = 280 // of an answer that a list shows
)

// AnswerCard describes a proposal to those who answer it (answers.Host).
func (m *Module) AnswerCard(ctx context.Context, tx *tenant.Tx, proposalID string) (answers.Item, error) {
	p, c, err := stored.Seen(ctx, tx, proposalID)
	if err != nil {
		return answers.Item{}, err
	}
	it := stored.Item(ctx, tx, c, p)
	it.Excerpt = text.Plain(p.Body)
	return it, nil
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

// Waiting lists proposals without a published answer (answers.Host).
func (m *Module) Waiting(ctx context.Context, tx *tenant.Tx, q answers.Query) (answers.Queue, error) {
	return stored.QueueOf(ctx, tx, q)
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
		AuthorName: p.AuthorName, State: string(p.State), CreatedAt: p.CreatedAt, ConsultationID: p.ConsultationID}
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
