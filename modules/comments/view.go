package comments

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/accounts"
	"glas/modules/comments/internal/stored"
	"glas/tenant"
)

// section is what the templates show.
type section struct {
	m *Module
	Thread
	Query
	*threadPage
	Now      time.Time
	Me       authz.Actor
	Moderate bool
	Minutes  int
}

// Section is the whole discussion for the page of a host: three statements, however much was said.
func (m *Module) Section(ctx context.Context, tx *tenant.Tx, t Thread, q Query) (templ.Component, error) {
	s, err := m.section(ctx, tx, t, q)
	if err != nil {
		return nil, err
	}
	return discussion(s), nil
}

func (m *Module) section(ctx context.Context, tx *tenant.Tx, t Thread, q Query) (*section, error) {
	if q.Sort == "" {
		q.Sort = t.Sort
	}
	if q.Sort == "" {
		q.Sort = SortNewest
	}
	page, err := m.read(ctx, tx, t, q)
	if err != nil {
		return nil, err
	}
	return m.frame(ctx, tx, t, q, page), nil
}

func (m *Module) frame(ctx context.Context, tx *tenant.Tx, t Thread, q Query, page *threadPage) *section {
	return &section{m: m, Thread: t, Query: q, threadPage: page, Now: tx.Now(), Me: authz.From(ctx),
		Moderate: authz.Can(ctx, "comment.moderate", authz.Resource{}).Allowed, Minutes: tx.Tenant().Rules.EditMinutes}
}

// formData is a comment form.
type formData struct {
	Thread
	// Parent is the comment that is answered, Target its author's name; both empty at the top.
	Parent, Target string
	Values         ui.Values
	Errors         fault.Fields
	// Inline forms appear below a comment and must not repeat ids of the page.
	Inline bool
	Opened int64
}

// form is the form above the list. After signing in it holds what was typed before, also the comment that it answers.
func (s *section) form() formData {
	d := formData{Thread: s.Thread, Values: s.Query.Form, Opened: openedAt(s.Now, s.Query.Form)}
	if d.Values != nil {
		d.Parent = stored.Ident(d.Values.Value("parent"))
	}
	return d
}

// openedAt is what a form says about when it was shown. One that comes back with its text was written long before.
func openedAt(now time.Time, typed ui.Values) int64 {
	if typed != nil {
		now = now.Add(-time.Hour)
	}
	return now.Unix()
}

// fieldID keeps ids apart when a page holds two forms.
func (d formData) fieldID(name string) string {
	if d.Inline {
		return name + "-" + d.Parent
	}
	return ""
}

func (d formData) trap() string {
	if d.Inline {
		return inlineTrapName
	}
	return trapName
}

// draft is the name that the browser keeps an unfinished text under.
func (d formData) draft() string { return "comment:" + d.Ref.String() + ":" + d.Parent }

// card is a comment for the shared component.
func (s *section) card(ctx context.Context, r *row, level int) ui.CommentData {
	d := ui.CommentData{ID: r.Anchor(), Level: level, Reply: r.Depth > 0, State: string(r.State), Tombstone: tombstone(ctx, &r.Comment)}
	if r.State == Removed || r.State == Refused {
		d.State = string(Hidden)
	}
	if r.State.Tombstone() || r.State == Refused {
		return d
	}
	d.Author, d.Badges = accounts.BylineName(ctx, r.Byline), badges(ctx, &r.Comment)
	d.When, d.At, d.HTML, d.Official, d.Edited = i18n.Ago(ctx, s.Now, r.CreatedAt), r.CreatedAt, r.HTML, r.Official, r.Revision > 0
	d.Lang = i18n.Other(ctx, r.Lang)
	if r.Stance != "" {
		d.Stance, d.StanceLabel = string(r.Stance), stanceWord(ctx, r.Stance)
	}
	if r.TargetState != "" {
		d.Context, d.ContextHref = replyingTo(ctx, r), "#c-"+r.ReplyToID
	}
	d.Actions = actions(s, r)
	return d
}

// replyingTo says whom a comment answers that could not be placed right below.
func replyingTo(ctx context.Context, r *row) string {
	if r.TargetState != Shown {
		return i18n.T(ctx, "comments.replying_to_gone")
	}
	return i18n.T(ctx, "comments.replying_to", "Name", accounts.BylineName(ctx, accounts.Byline{AuthorName: r.TargetName, AuthorKind: r.TargetKind}))
}

// badges say for whom an author speaks. An official word stays one when its author has left.
func badges(ctx context.Context, c *Comment) []ui.BadgeData {
	list := accounts.Badges(ctx, c.Byline)
	if c.Official && c.AuthorKind != accounts.AuthorStaff {
		list = append(list, ui.BadgeData{Kind: "municipality", Text: i18n.T(ctx, "comments.official")})
	}
	return list
}

// tombstone is what stands where a text cannot be read.
func tombstone(ctx context.Context, c *Comment) string {
	switch c.State {
	case Deleted:
		return i18n.T(ctx, "comments.tombstone.deleted")
	case Removed:
		return i18n.T(ctx, "comments.tombstone.removed")
	case Hidden:
		if c.Reason == "" {
			return i18n.T(ctx, "comments.tombstone.hidden")
		}
		return i18n.T(ctx, "comments.tombstone.hidden_why", "Reason", c.Reason)
	case Refused:
		if c.Reason == "" {
			return i18n.T(ctx, "comments.tombstone.refused")
		}
		return i18n.T(ctx, "comments.tombstone.refused_why", "Reason", c.Reason)
	case Waiting:
		return i18n.T(ctx, "comments.waiting")
	default:
		return ""
	}
}

func stanceWord(ctx context.Context, s Stance) string {
	switch s {
	case For:
		return i18n.T(ctx, "comments.stance.for")
	case Against:
		return i18n.T(ctx, "comments.stance.against")
	default:
		return i18n.T(ctx, "comments.stance.neutral")
	}
}

// own reports whether the reader wrote it.
func (s *section) own(r *row) bool { return s.Me.SignedIn() && r.AuthorID == s.Me.ID }

// mayEdit reports whether the button for changing is worth showing; the service decides.
func (s *section) mayEdit(r *row) bool {
	return s.own(r) && r.Editable(s.Now, s.Minutes) && s.Post.Allowed && (r.State == Waiting || s.Moderation != "all" || r.Official)
}

// mayReply reports whether the link is shown; visitors see it too and are asked to sign in when they send.
func (s *section) mayReply() bool { return s.Post.Allowed || s.Post.SignIn }

// votes is the state of the helpful votes on a comment.
func (s *section) votes(ctx context.Context, r *row) voteState {
	d := s.Thread.voteOn(ctx, &r.Comment)
	return voteState{ID: r.ID, Up: r.Up, Down: r.Down, Mine: s.Mine[r.ID], Open: d.Allowed || d.SignIn, SignIn: d.SignIn}
}

// voteState is how a comment was voted on.
type voteState struct {
	ID       string
	Up, Down int64
	Mine     int
	Open     bool
	SignIn   bool
}

// href is the host's page with another part of the thread.
func (s *section) href(ctx context.Context, anchor string, pairs ...string) string {
	return i18n.Href(ctx, s.Path+"?"+s.params(pairs...)) + "#" + anchor
}

// fragment is the same part alone, for a page that is already there.
func (s *section) fragment(ctx context.Context, pairs ...string) string {
	return i18n.Href(ctx, Action(s.Ref)+"?"+s.params(pairs...))
}

func (s *section) params(pairs ...string) string {
	v := url.Values{}
	if s.Query.Sort != "" && s.Query.Sort != s.Thread.Sort {
		v.Set(paramSort, s.Query.Sort)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			v.Del(pairs[i])
		} else {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return v.Encode()
}

// empty reports whether nothing was said yet.
func (s *section) empty() bool {
	return len(s.all()) == 0 && len(s.Own) == 0 && s.After == ""
}

// sideBySide reports whether for and against stand beside each other.
func (s *section) sideBySide() bool { return s.Columns && s.Stance && len(s.Lists) > 1 }

// laneCount is how many comments of the top stand in a column.
func (s *section) laneCount(lane Stance) int {
	switch lane {
	case For:
		return int(s.ForCount)
	case Against:
		return int(s.AgainstCount)
	default:
		return int(s.Roots - s.ForCount - s.AgainstCount)
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// nodeList is comments of the top with what leads to more of them.
type nodeList struct {
	*section
	list
}

// moreID is the id of the link that leads to more comments.
func (l nodeList) moreID() string { return "more-comments-" + string(l.Lane) }
