package comments

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"glas/internal/i18n"
	"glas/internal/web/ui"
)

// formID is the id of a form on its page.
func (d formData) formID() string {
	if d.Inline {
		return "comment-form-" + d.Parent
	}
	return "comment-form"
}

// label says what the text is for.
func (d formData) label(ctx context.Context) string {
	if d.Parent != "" {
		return i18n.T(ctx, "comments.form.your_reply")
	}
	return i18n.T(ctx, "comments.form.your_comment")
}

func (d formData) submit(ctx context.Context) string {
	if d.Parent != "" {
		return i18n.T(ctx, "comments.form.submit_reply")
	}
	return i18n.T(ctx, "comments.form.submit")
}

// columns are the two sides of a thread; who is neutral stands below them.
func (s *section) columns(ctx context.Context) []ui.ColumnData {
	var out []ui.ColumnData
	for _, l := range s.Lists {
		if l.Lane == Neutral {
			continue
		}
		out = append(out, ui.ColumnData{Kind: string(l.Lane), Title: stanceWord(ctx, l.Lane), Count: s.laneCount(l.Lane), Body: cards(nodeList{s, l})})
	}
	return out
}

// moreAnswers lets further answers appear in place. The way to one answer is left by a page, because its beginning is not shown.
func (s *section) moreAnswers(ctx context.Context, n *node) templ.Attributes {
	if n.After == "" {
		return nil
	}
	return templ.Attributes{"hx-get": s.fragment(ctx, paramRoot, n.ID, paramAfter, n.After), "hx-target": "#more-" + n.ID, "hx-swap": "outerHTML"}
}

// plainCard is a comment above the form that answers it.
func plainCard(ctx context.Context, s *section, r *row) ui.CommentData {
	d := s.card(ctx, r, 2)
	d.Actions, d.Reply = nil, false
	return d
}

func current(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}

func emptyText(ctx context.Context, s *section) string {
	if s.mayReply() {
		return i18n.T(ctx, "comments.empty.text")
	}
	return ""
}

func sortWord(ctx context.Context, name string) string {
	switch name {
	case SortOldest:
		return i18n.T(ctx, "comments.sort.oldest")
	case SortBest:
		return i18n.T(ctx, "comments.sort.best")
	case SortDiscussed:
		return i18n.T(ctx, "comments.sort.discussed")
	default:
		return i18n.T(ctx, "comments.sort.newest")
	}
}

func stanceOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, s := range []Stance{For, Neutral, Against} {
		out = append(out, ui.Option{Value: string(s), Label: stanceWord(ctx, s)})
	}
	return out
}

// voteAction is where a vote on a comment is sent.
func voteAction(ctx context.Context, v voteState) string {
	return i18n.Href(ctx, "/votes/"+Kind+"/"+v.ID)
}

// press is what a button sends: its value, or that the vote is taken back.
func press(pressed bool, value string) string {
	if pressed {
		return "withdraw"
	}
	return value
}

// spoken says a count aloud, and whether the reader is part of it.
func spoken(ctx context.Context, id string, n int64, mine bool) string {
	s := i18n.N(ctx, id, n)
	if mine {
		s += ", " + i18n.T(ctx, "comments.vote.you_too")
	}
	return s
}

func stateWord(ctx context.Context, s State) string {
	switch s {
	case Waiting:
		return i18n.T(ctx, "comments.state.waiting")
	case Refused:
		return i18n.T(ctx, "comments.state.refused")
	case Hidden:
		return i18n.T(ctx, "comments.state.hidden")
	case Deleted:
		return i18n.T(ctx, "comments.state.deleted")
	case Removed:
		return i18n.T(ctx, "comments.state.removed")
	default:
		return i18n.T(ctx, "comments.state.shown")
	}
}

// statePill is the shape that goes with the word.
func statePill(s State) string {
	switch s {
	case Shown:
		return "open"
	case Waiting:
		return "waiting"
	default:
		return "closed"
	}
}

func verdictOptions(ctx context.Context, list []Verdict) []ui.Option {
	var out []ui.Option
	for _, v := range list {
		out = append(out, ui.Option{Value: string(v), Label: verdictWord(ctx, v), Help: verdictHelp(ctx, v)})
	}
	return out
}

func verdictWord(ctx context.Context, v Verdict) string {
	switch v {
	case Hide:
		return i18n.T(ctx, "comments.verdict.hide")
	case Restore:
		return i18n.T(ctx, "comments.verdict.restore")
	case Approve:
		return i18n.T(ctx, "comments.verdict.approve")
	case Refuse:
		return i18n.T(ctx, "comments.verdict.refuse")
	default:
		return i18n.T(ctx, "comments.verdict.remove")
	}
}

func verdictHelp(ctx context.Context, v Verdict) string {
	if v == Remove {
		return i18n.T(ctx, "comments.verdict.remove_help")
	}
	return ""
}

func joined(words []string) string { return strings.Join(words, ", ") }
