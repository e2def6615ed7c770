package remarks

import (
	"cmp"
	"context"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/attachments"
	"glas/modules/departments"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/show"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// Form is the form for a remark at a place, to stand in a host's page. f is what was typed (web.FormFor(c, remarks.Action)); nil for a
// fresh form. Of who may not send one, it says why.
func (m *Module) Form(ctx context.Context, tx *tenant.Tx, a Anchor, f *form.Form) (templ.Component, error) {
	d, err := m.formData(ctx, tx, a, f)
	if err != nil {
		return nil, err
	}
	d.inline = true
	return writeForm(d), nil
}

func (m *Module) formData(ctx context.Context, tx *tenant.Tx, a Anchor, f *form.Form) (*formData, error) {
	place, err := m.PlaceOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	if f == nil {
		f = form.New(nil, nil)
	}
	d := &formData{Place: place, anchor: a, form: f, action: Action, actor: authz.From(ctx), opened: tx.Now().Unix()}
	if f.Has("body") {
		d.opened = 1 // it comes back with its text, long after it was opened
	} else {
		f.Set("wording", place.Block.Text)
	}
	if d.anchor.Version == "" {
		d.anchor.Version = place.Block.VersionID
	}
	return d, nil
}

// Query asks for the remarks beside a text.
type Query struct {
	Ref subject.Ref
	// Block is the block whose remarks are asked for; empty is the whole thing with all its blocks, stored.TheWhole ("-") those on the whole.
	Block string
	// After is the cursor of the page before.
	After int64
	Limit int
	// Level is that of the headings of cards; nothing is 4, as they stand within an act below the title of an article.
	Level int
}

// Beside shows the remarks on a block or a whole thing, a page of them with the way to the next one: two statements.
func (m *Module) Beside(ctx context.Context, tx *tenant.Tx, q Query) (templ.Component, error) {
	list, next, err := stored.List(ctx, tx, stored.Filter{Host: q.Ref, Block: q.Block, Eye: readerOf(ctx), After: q.After, Limit: q.Limit})
	if err != nil {
		return nil, err
	}
	names, err := departmentNames(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	more := ""
	if next > 0 {
		v := url.Values{"about": {q.Ref.String()}, "after": {strconv.FormatInt(next, 10)}}
		if q.Block != "" {
			v.Set("block", q.Block)
		}
		more = besidePath + "?" + v.Encode()
	}
	return beside(m.cards(ctx, list, names, cmp.Or(q.Level, 4)), more), nil
}

// readerOf is the eye of a reader of public pages: staff reads them as everybody does, and finds the rest at the office's own table.
func readerOf(ctx context.Context) stored.Eye { return stored.Eye{AccountID: authz.From(ctx).ID} }

// departmentNames are needed only where something was answered.
func departmentNames(ctx context.Context, tx *tenant.Tx, list []*Remark) (map[string]i18n.Text, error) {
	for _, r := range list {
		if r.PublicAnswer != nil && r.PublicAnswer.DepartmentID != "" {
			return allDepartments(ctx, tx)
		}
	}
	return nil, nil
}

func allDepartments(ctx context.Context, tx *tenant.Tx) (map[string]i18n.Text, error) {
	all, err := departments.All(ctx, tx)
	out := make(map[string]i18n.Text, len(all))
	for _, d := range all {
		out[d.ID] = d.Name
	}
	return out, err
}

func (m *Module) cards(ctx context.Context, list []*Remark, names map[string]i18n.Text, level int) []show.Card {
	out := make([]show.Card, len(list))
	for i, r := range list {
		out[i] = show.Card{Remark: r, Departments: names, Level: level, Actions: m.actions(ctx, r)}
	}
	return out
}

// actions are what a reader can do with a remark in a list.
func (m *Module) actions(ctx context.Context, r *Remark) []ui.Action {
	return append([]ui.Action{{Label: i18n.T(ctx, "remarks.card.open"), Href: r.Path()}}, m.reporting(ctx, r)...)
}

// reporting is how a reader tells the moderators about a remark of somebody else.
func (m *Module) reporting(ctx context.Context, r *Remark) (out []ui.Action) {
	if m.ReportPath != nil && r.State == Shown && r.AuthorID != authz.From(ctx).ID {
		out = append(out, ui.Action{Label: i18n.T(ctx, "remarks.card.report"), Href: m.ReportPath(r.Ref())})
	}
	return out
}

// onePage is a remark on its own page.
type onePage struct {
	show.Card
	target Target
	old    []stored.RemarkRevision
	// mayEdit and mayWithdraw are what its author still can do.
	mayEdit, mayWithdraw bool
	minutes              int
}

// one loads what the page of a remark shows: six statements at most.
func (m *Module) one(ctx context.Context, tx *tenant.Tx, year int, number int64) (*onePage, error) {
	r, err := stored.FindNumber(ctx, tx, year, number)
	if err != nil {
		return nil, err
	}
	place, err := m.PlaceOf(ctx, tx, Anchor{Ref: r.Host()})
	if err != nil {
		return nil, err
	}
	d := &onePage{target: place.Target, minutes: place.Rules.EditMinutes}
	if r.AuthorID != "" && r.AuthorID == authz.From(ctx).ID {
		until := core.EditableUntil(r, place.Rules)
		d.mayEdit = !tx.Now().After(until) && place.Decision.Allowed
		d.mayWithdraw = (r.State == Shown || r.State == Waiting) && r.PublicAnswer == nil
	}
	sight := r.For(stored.EyeOf(ctx))
	if sight == nil {
		return nil, stored.ErrUnknown()
	}
	d.Card = show.Card{Remark: sight, Level: 2}
	return d, m.fillOne(ctx, tx, d)
}

func (m *Module) fillOne(ctx context.Context, tx *tenant.Tx, d *onePage) (err error) {
	r := d.Remark
	d.Actions = m.reporting(ctx, r)
	if r.Carried == Changed {
		if d.Block, err = m.BlockOf(ctx, tx, r.Host(), r.Block); err != nil {
			return err
		}
	}
	if r.FileCount > 0 {
		files, err := attachments.Of(ctx, tx, []subject.Ref{r.Ref()})
		if err != nil {
			return err
		}
		d.Files = files[r.Ref()]
	}
	if r.Revision > 0 && r.Body+r.Wording != "" {
		if d.old, err = stored.Revisions(ctx, tx, r.ID); err != nil {
			return err
		}
	}
	d.Departments, err = departmentNames(ctx, tx, []*Remark{r})
	return err
}
