// Package show puts remarks into words and cards, the same for the public pages and for the office.
package show

import (
	"context"
	"strconv"

	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/modules/accounts"
	"glas/modules/attachments"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// Card is a remark as lists show it.
type Card struct {
	*stored.Remark
	// Title is that of what it is about, empty where the page says so; Path leads to it.
	Title, Path string
	// Departments are the names of the departments by their ids.
	Departments map[string]i18n.Text
	Files       []attachments.Attachment
	Level       int
	// Actions are what the reader can do with it; nil for the link alone.
	Actions []ui.Action
	// Block is how its block reads now, on the page of one remark.
	Block stored.BlockInfo
}

// Author is how the author of a remark is called in public. Whoever wrote on paper may stay unnamed.
func Author(ctx context.Context, r *stored.Remark) string {
	if r.AuthorName == "" && r.Channel != stored.Web && r.AuthorKind != accounts.AuthorDeleted {
		return i18n.T(ctx, "remarks.author.unnamed")
	}
	return accounts.BylineName(ctx, r.Byline)
}

// StanceLabel is where an author stands, in words; empty when he does not say.
func StanceLabel(ctx context.Context, s stored.Stance) string {
	if s == "" {
		return ""
	}
	return i18n.T(ctx, "remarks.stance."+string(s)) //i18n: remarks.stance.*
}

// Disposition is a disposition in words.
func Disposition(ctx context.Context, d stored.Disposition) string {
	if d == "" {
		return i18n.T(ctx, "remarks.disposition.none")
	}
	return i18n.T(ctx, "remarks.disposition."+string(d)) //i18n: remarks.disposition.*
}

// Channel is a channel in words.
func Channel(ctx context.Context, c stored.Channel) string {
	return i18n.T(ctx, "remarks.channel."+string(c)) //i18n: remarks.channel.*
}

// StateLabel is a state in words.
func StateLabel(ctx context.Context, s stored.State) string {
	return i18n.T(ctx, "remarks.state."+string(s)) //i18n: remarks.state.*
}

// Colour is the kind of answer block of a disposition.
func Colour(d stored.Disposition) string {
	switch d {
	case stored.Accepted:
		return "accepted"
	case stored.Partly:
		return "partly"
	case stored.NotAccepted:
		return "rejected"
	}
	return "explained"
}

// Pill is what became of a remark in word and shape.
func Pill(ctx context.Context, d stored.Disposition) ui.PillData {
	kind := map[stored.Disposition]string{"": "waiting", stored.Accepted: "answered", stored.Partly: "info", stored.NotAccepted: "danger"}[d]
	if kind == "" {
		kind = "closed"
	}
	return ui.PillData{Kind: kind, Text: Disposition(ctx, d)}
}

// StatePill is the state of a remark that is not simply public; nil for one that is.
func StatePill(ctx context.Context, s stored.State) *ui.PillData {
	kind := map[stored.State]string{stored.Waiting: "waiting", stored.Withdrawn: "closed", stored.Hidden: "danger", stored.Refused: "danger", stored.Removed: "danger"}[s]
	if kind == "" {
		return nil
	}
	return &ui.PillData{Kind: kind, Text: StateLabel(ctx, s)}
}

// Where is what a remark is about in words: the block as it was called, a zone or a point of a plan, or the whole.
func Where(ctx context.Context, r *stored.Remark) string {
	switch {
	case r.Label != "":
		return r.Label
	case r.Zone != "":
		return i18n.T(ctx, "remarks.zone", "Zone", r.Zone)
	case r.X != 0 || r.Y != 0:
		return i18n.T(ctx, "remarks.point")
	}
	return i18n.T(ctx, "remarks.whole")
}

// AnswerOf is the published answer of a remark for the shared block; nil when there is none.
func AnswerOf(ctx context.Context, r *stored.Remark, departments map[string]i18n.Text) *ui.AnswerData {
	a := r.PublicAnswer
	if a == nil {
		return nil
	}
	words, lang := a.ReasonIn(ctx)
	d := &ui.AnswerData{Kind: Colour(a.Disposition), State: Disposition(ctx, a.Disposition), Department: departments[a.DepartmentID].In(ctx),
		Date: i18n.Date(ctx, r.PublishedAt)}
	if words != "" {
		d.HTML, d.Lang = text.Markdown(words), i18n.Other(ctx, lang)
	}
	if a.ChangeLabel != "" {
		d.HrefLabel = i18n.T(ctx, "remarks.answer.changed", "Label", a.ChangeLabel)
		if a.ChangePath != "" && tenant.From(ctx).Reaches(a.ChangePath) {
			d.Href = i18n.Href(ctx, a.ChangePath)
		}
	}
	return d
}

func comment(ctx context.Context, c Card) ui.CommentData {
	r := c.Remark
	d := ui.CommentData{ID: "r-" + strconv.Itoa(r.Year) + "-" + strconv.FormatInt(r.Number, 10), Author: Author(ctx, r), When: i18n.Date(ctx, r.ReceivedAt), At: r.ReceivedAt, Badges: badges(ctx, r),
		Stance: string(r.Stance), StanceLabel: StanceLabel(ctx, r.Stance), Edited: !r.EditedAt.IsZero(), HTML: text.Markdown(r.Body), Lang: i18n.Other(ctx, r.Lang),
		Level: c.Level, Context: i18n.T(ctx, "remarks.card.context", "Number", r.Name(), "Where", Where(ctx, r)), ContextHref: i18n.Href(ctx, r.Path()), Extra: extra(c), Actions: actions(c)}
	switch r.State {
	case stored.Waiting:
		d.State, d.Tombstone = "waiting", i18n.T(ctx, "remarks.sent.waiting")
	case stored.Withdrawn, stored.Hidden, stored.Refused, stored.Removed:
		if r.Body == "" && r.Wording == "" {
			d.State, d.Tombstone = "deleted", r.Name()+": "+StateLabel(ctx, r.State)
		}
	}
	return d
}

// badges say for whom an author speaks. Only an association with an account is known to be one.
func badges(ctx context.Context, r *stored.Remark) []ui.BadgeData {
	if r.Association() && r.OrganisationID == "" {
		return []ui.BadgeData{{Kind: "neutral", Text: i18n.T(ctx, "remarks.kind.association")}}
	}
	return accounts.Badges(ctx, r.Byline)
}

// Received is when a remark came: of one from elsewhere only the day is known.
func Received(ctx context.Context, r *stored.Remark) string {
	if r.Channel == stored.Web {
		return i18n.DateTime(ctx, r.ReceivedAt)
	}
	return i18n.Date(ctx, r.ReceivedAt)
}

// carriedWords say what became of the block since; empty when it is as it was.
func carriedWords(ctx context.Context, r *stored.Remark) string {
	if r.Carried == "" || r.Carried == stored.Kept {
		return ""
	}
	return i18n.T(ctx, "remarks.carried."+string(r.Carried)) //i18n: remarks.carried.*
}

// PlaceOptions are the blocks that a list can be narrowed to.
func PlaceOptions(ctx context.Context, list []stored.Place) []ui.Option {
	out := []ui.Option{{Value: stored.TheWhole, Label: i18n.T(ctx, "remarks.whole")}}
	for _, p := range list {
		label := p.Label
		if label == "" {
			label = p.Block
		}
		out = append(out, ui.Option{Value: p.Block, Label: label + " (" + i18n.Number(ctx, p.N) + ")"})
	}
	return out
}

// DispositionOptions are the dispositions to choose from.
func DispositionOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, d := range stored.Dispositions() {
		out = append(out, ui.Option{Value: string(d), Label: Disposition(ctx, d)})
	}
	return out
}

// ChannelOptions are the channels to choose from.
func ChannelOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, c := range stored.Channels() {
		out = append(out, ui.Option{Value: string(c), Label: Channel(ctx, c)})
	}
	return out
}

// KindOptions are those who can speak.
func KindOptions(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: accounts.AuthorCitizen, Label: i18n.T(ctx, "remarks.kind.citizen")}, {Value: accounts.AuthorAssociation, Label: i18n.T(ctx, "remarks.kind.association")}}
}
