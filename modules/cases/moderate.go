package cases

import (
	"context"

	"github.com/a-h/templ"

	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/modules/audit"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/moderation"
	"glas/tenant"
)

// Held implements moderation.Host: what everybody read of a case. One that never was public cannot be reported, and its reporter is named
// to moderators only when everybody reads his name.
func (m *Module) Held(ctx context.Context, tx *tenant.Tx, caseID string) (moderation.Item, error) {
	c, err := stored.Find(ctx, tx, caseID)
	if err != nil {
		return moderation.Item{}, err
	}
	if c.PublishedAt.IsZero() || !c.Visibility.Open() {
		return moderation.Item{}, stored.ErrUnknown()
	}
	s := stored.See(c, stored.Anybody)
	it := moderation.Item{Ref: c.Ref(), Title: c.ShownTitle(), Path: c.Path(), Text: text.Plain(c.ShownBody()), Lang: c.ShownLang(), State: "shown", Gone: !s.Page, CreatedAt: c.RegisteredAt}
	if it.Gone {
		it.State = "hidden"
	}
	if c.NamePublic && c.Visibility == stored.Public {
		it.AuthorID, it.AuthorName = c.ReporterID, c.ReporterName
	}
	return it, nil
}

// Decide implements moderation.Host: hiding takes a case out of everybody's sight, and its reporter is told why; it is worked on all the same.
func (m *Module) Decide(ctx context.Context, tx *tenant.Tx, caseID string, r moderation.Ruling) error {
	c, err := stored.Find(ctx, tx, caseID)
	if err != nil {
		return err
	}
	show := r.Verdict == moderation.Restore || r.Verdict == moderation.Approve
	if show == c.Published {
		return nil
	}
	o := acts.Own{Action: stored.Unpublish, In: stored.Input{Text: r.Reason, Data: map[string]any{"reason": r.Reason, "rule": r.Rule}}, Change: func(c *stored.Case) { c.Published = false },
		Letter: "unpublished", Words: []any{"Text", r.Reason}}
	if text.Letters(r.Reason) < stored.ReasonMin {
		o.In.Text = i18n.T(ctx, "cases.moderated")
	}
	if show {
		o = acts.Own{Action: stored.Publish, In: stored.Input{Answer: !c.AnsweredAt.IsZero()}, Change: func(c *stored.Case) { c.Published = true }}
	}
	if err := m.acts.Do(ctx, tx, c, o); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Action: "case." + string(o.Action), Ref: c.Ref(), Data: map[string]any{"number": c.Number, "reason": r.Reason}})
}

// Front is what the first page of a municipality shows of its cases.
type Front struct {
	// Rows are the newest that everybody may see; ReportPath is where something is told, empty where the municipality takes no cases.
	Rows       []ui.ListRowData
	ReportPath string
}

// Front gives the newest public cases. A municipality takes cases when it has topics for them, or has some.
func (m *Module) Front(ctx context.Context, tx *tenant.Tx, n int) (Front, error) {
	names, err := m.names.Of(ctx, tx)
	if err != nil {
		return Front{}, err
	}
	rows, _, err := listed.List(ctx, tx, listed.Filter{Limit: n})
	if err != nil {
		return Front{}, err
	}
	var f Front
	d := listData{names: names, now: tx.Now(), town: tx.Tenant()}
	for _, c := range rows {
		f.Rows = append(f.Rows, listRow(ctx, d, c))
	}
	if len(names.Topics) > 0 || len(rows) > 0 {
		f.ReportPath = reportPath
	}
	return f, nil
}

// Newest are the newest public cases, for maps of the site.
func Newest(ctx context.Context, tx *tenant.Tx, n int) ([]*Case, error) {
	rows, _, err := listed.List(ctx, tx, listed.Filter{Limit: n})
	return rows, err
}

// reportLink leads to the form with which a public case is reported to moderators; nothing for the reporter himself.
func (d *pageData) reportLink() templ.Component {
	if !d.sight.Listed || d.sight.Act {
		return templ.NopComponent
	}
	return moderation.ReportLink(d.Ref())
}
