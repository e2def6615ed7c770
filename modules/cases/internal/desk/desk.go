// Package desk is the municipality's own side of cases: the queues, the page on which one case is worked on, and the desk at which what
// people tell by phone, letter or in person is entered.
//
// The decision bound here: a page offers what the state and the rights of who looks allow and says why the rest is not there; whether it
// may be done is decided again by acts, so that nothing here can allow what acts forbid.
package desk

import (
	"context"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/modules/clocks"
	"glas/tenant"
)

// Addresses of the pages.
const (
	Root  = "/admin/cases"
	Queue = Root + "/queue"
	Entry = "/admin/desk"
	Calls = Entry + "/calls"
)

// Options lists what a select offers.
type Options func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)

// Desk serves the pages.
type Desk struct {
	*acts.Acts
	// Clocks explain the times of a case; nil shows none.
	Clocks *clocks.Module
	// People can be given cases; nil for none.
	People Options
}

// Menu are the entries of the staff menu.
func Menu() []web.MenuItem {
	return []web.MenuItem{
		{Label: "casedesk.menu.desk", Path: Entry, Area: web.AreaStaff, Order: 11, Need: acts.PermEnter},
		{Label: "casedesk.menu.cases", Path: Root, Area: web.AreaStaff, Order: 12, Need: acts.PermWork},
	}
}

// WorkPath is the page on which a case is worked on.
func WorkPath(c *stored.Case) string { return Root + "/" + c.Number }

func can(ctx context.Context, permissions ...string) bool { return acts.CanAny(ctx, permissions...) }

// staffPage is the page around a part of the desk.
func staffPage(ctx context.Context, title string, crumbs ...ui.Crumb) web.Page {
	p := web.Page{Title: title, Staff: true, Current: Root}
	p.Admin.Crumbs = append([]ui.Crumb{{Label: i18n.T(ctx, "casedesk.menu.cases"), Href: i18n.Href(ctx, Root)}}, crumbs...)
	p.Admin.Crumbs = append(p.Admin.Crumbs, ui.Crumb{Label: title})
	return p
}

func (d *Desk) staff(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error) {
	if d.People == nil {
		return nil, nil
	}
	return d.People(ctx, tx)
}

func nameOf(list []ui.Option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Label
		}
	}
	return ""
}

// stateName is the state as staff read it: that an answer waits for a second person is said.
func stateName(ctx context.Context, s stored.State) string {
	if s == stored.AnswerReview {
		return i18n.T(ctx, "casedesk.state.answer_review")
	}
	return i18n.T(ctx, "cases.state."+string(s)) //i18n: cases.state.*
}

func statePill(ctx context.Context, s stored.State) ui.PillData {
	kind := "open"
	switch {
	case s == stored.Spam:
		kind = "danger"
	case s == stored.Resolved || s == stored.Answered:
		kind = "answered"
	case s.Group() == stored.GroupClosed:
		kind = "closed"
	case s.Group() == stored.GroupPaused:
		kind = "waiting"
	case s == stored.Scheduled:
		kind = "soon"
	case s == stored.Unconfirmed || s == stored.AnswerReview:
		kind = "draft"
	}
	return ui.PillData{Kind: kind, Text: stateName(ctx, s)}
}

// ChannelName is by which way a case came.
func ChannelName(ctx context.Context, channel string) string {
	if !slices.Contains(stored.Channels(), channel) {
		return channel
	}
	return i18n.T(ctx, "casedesk.channel."+channel) //i18n: casedesk.channel.*
}

// ChannelOptions are the ways by which cases come.
func ChannelOptions(ctx context.Context, channels ...string) []ui.Option {
	return options(channels, func(s string) string { return ChannelName(ctx, s) })
}

// PriorityName is the word for a priority.
func PriorityName(ctx context.Context, p int64) string {
	return i18n.T(ctx, "casedesk.priority."+timed.Priority(p)) //i18n: casedesk.priority.*
}

// KindOptions are all kinds of case, those too that the public form does not offer.
func KindOptions(ctx context.Context, n *listed.Names) []ui.Option {
	return options(stored.Kinds(), func(s string) string { return n.KindName(ctx, s) })
}

// PriorityOptions are the four priorities.
func PriorityOptions(ctx context.Context) []ui.Option {
	return options([]string{"0", "1", "2", "3"}, func(s string) string { return PriorityName(ctx, int64(s[0]-'0')) })
}

func options[T ~string](values []T, say func(T) string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, v := range values {
		out[i] = ui.Option{Value: string(v), Label: say(v)}
	}
	return out
}

// mayRead bounds a queue to what who acts in ctx may read: an officer sees what his department has, who sees all does not see private
// cases of others.
func mayRead(ctx context.Context, q listed.Queue) (listed.Queue, bool) {
	own := authz.From(ctx).DepartmentID
	switch {
	case can(ctx, acts.PermPrivate):
		return q, true
	case can(ctx, acts.PermAll):
		q.Open = own == "" || q.DepartmentID != own
		return q, true
	case own == "" && q.AssigneeID != "" && q.AssigneeID == authz.From(ctx).ID:
		return q, true // who was given a case has it, also before anybody put him into a department
	case own == "" || q.DepartmentID != "" && q.DepartmentID != own:
		return q, false
	}
	q.DepartmentID = own
	return q, true
}

func dayOf(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return i18n.DateShort(ctx, t)
}

// Jobs are the handlers of this part's jobs by kind.
func (d *Desk) Jobs() map[string]job.Handler {
	return map[string]job.Handler{acts.RedactJob: d.Blacken}
}

// Periodic says that nothing of this part is done again and again by itself.
func (d *Desk) Periodic() map[string]time.Duration { return nil }

// Menu are the entries of the staff menu.
func (d *Desk) Menu() []web.MenuItem { return Menu() }
