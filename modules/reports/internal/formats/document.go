// Package formats writes a report for people and for programs: as a document of headings and tables, as sheets, and as pieces of a
// page. Every word comes in the language of the context; every number and every remark comes from the report alone.
package formats

import (
	"context"
	"fmt"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/paper"
	"glas/internal/text"
	"glas/modules/documents"
	"glas/modules/reports/internal/record"
)

// PerPart is how many remarks stand in one part of the page.
const PerPart = 100

// continued begins the anchors of headings that repeat where a part of the page is.
const continued = "remarks-part-"

// Parts is a report in pieces: what stands before the remarks, the remarks in parts, and what stands after.
type Parts struct {
	Before, After []paper.Block
	Remarks       [][]paper.Block
}

type writer struct {
	ctx context.Context
	r   *record.Report
	// zone of all dates.
	zone *time.Location
}

func newWriter(ctx context.Context, r *record.Report) *writer {
	return &writer{ctx, r, i18n.Zone(ctx)}
}

func (w *writer) t(id string, args ...any) string { return i18n.T(w.ctx, id, args...) }

// link is the address of a page in the language of the context.
func (w *writer) link(path string) string {
	if path == "" || strings.HasPrefix(path, "http") {
		return path
	}
	return w.r.Municipality.Address + i18n.Href(w.ctx, path)
}

// file is the address of a file, which is the same in all languages.
func (w *writer) file(path string) string {
	if path == "" {
		return ""
	}
	return w.r.Municipality.Address + path
}

func (w *writer) at(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return i18n.DateTime(w.ctx, t)
}

func (w *writer) n(n int64) string { return i18n.Number(w.ctx, n) }

// staff are paragraphs that staff wrote for the report. They are plain: "7. člen" begins no list.
func (w *writer) staff(t i18n.Text) []paper.Block { return paper.Paragraphs(t.In(w.ctx)) }

func h1(s, anchor string) paper.Block { return paper.Heading{Level: 1, Text: s, Anchor: anchor} }

// Title is what the report is called.
func Title(ctx context.Context, r *record.Report) string {
	return i18n.T(ctx, "reports.doc.title", "Title", r.Subject.Title.In(ctx))
}

// Document is the whole report as one document. The date of its properties is that of the freezing.
func Document(ctx context.Context, r *record.Report) *paper.Document {
	w := newWriter(ctx, r)
	p := Split(ctx, r)
	d := &paper.Document{
		Title: Title(ctx, r), Subtitle: r.Municipality.Name.In(ctx) + ", " + w.t("reports.doc.version", "N", r.Version, "Date", i18n.Date(ctx, r.FrozenAt)),
		Lang: i18n.Lang(ctx), Author: r.Municipality.Name.In(ctx), Subject: r.Subject.Title.In(ctx), Date: r.FrozenAt,
		Header: r.Municipality.Name.In(ctx) + ": " + r.Subject.Title.In(ctx),
		Footer: w.t("reports.doc.check", "Address", w.link("/verify")), Page: w.t("reports.doc.page", "Page", "{page}", "Pages", "{pages}"),
		Contents: w.t("reports.doc.contents"),
	}
	equal := paper.Paragraph{Small: true, Spans: []paper.Span{{Text: w.t("reports.doc.equal") + " "}, {Text: w.link(PagePath(r)), Link: w.link(PagePath(r))}}}
	d.Blocks = append(d.Blocks, equal)
	d.Blocks = append(d.Blocks, p.Before...)
	for _, part := range p.Remarks {
		// Parts are of the page on the web: here nothing is continued.
		if h, ok := part[0].(paper.Heading); ok && strings.HasPrefix(h.Anchor, continued) {
			part = part[1:]
		}
		d.Blocks = append(d.Blocks, part...)
	}
	d.Blocks = append(d.Blocks, p.After...)
	return d
}

// PagePath is the address of this version of the report.
func PagePath(r *record.Report) string {
	return fmt.Sprintf("%s/report/%d", r.Subject.Path, r.Version)
}

// Split gives the report in pieces.
func Split(ctx context.Context, r *record.Report) Parts {
	w := newWriter(ctx, r)
	var p Parts
	add := func(blocks ...paper.Block) { p.Before = append(p.Before, blocks...) }
	if r.Version > 1 && !r.Correction.Empty() {
		add(paper.Note{Title: w.t("reports.doc.corrected", "N", r.Version-1), Spans: paper.Text(r.Correction.In(ctx))})
	}
	add(w.subject()...)
	add(w.dates()...)
	add(w.documents()...)
	add(w.channels()...)
	add(w.counts()...)
	p.Remarks = w.remarks()
	p.After = append(p.After, w.positions()...)
	p.After = append(p.After, w.proposals()...)
	p.After = append(p.After, w.changes()...)
	p.After = append(p.After, w.votes()...)
	p.After = append(p.After, w.evaluation()...)
	p.After = append(p.After, w.end()...)
	return p
}

// pairs collects names with values that are there.
type pairs struct{ list paper.Pairs }

func (p *pairs) add(key, value string) {
	if strings.TrimSpace(value) != "" {
		p.list = append(p.list, paper.Pair{Key: key, Value: paper.Text(value)})
	}
}

func (w *writer) subject() []paper.Block {
	s := w.r.Subject
	var p pairs
	p.add(w.t("reports.doc.what"), s.Title.In(w.ctx))
	p.add(w.t("reports.doc.legal_basis"), s.LegalBasis.In(w.ctx))
	p.add(w.t("reports.doc.summary"), s.Summary.In(w.ctx))
	p.add(w.t("reports.doc.decides"), text.Plain(s.Decides.In(w.ctx)))
	p.add(w.t("reports.doc.input_use"), text.Plain(s.InputUse.In(w.ctx)))
	p.add(w.t("reports.doc.department"), s.Department.In(w.ctx))
	p.add(w.t("reports.doc.area"), s.Area.In(w.ctx))
	p.list = append(p.list, paper.Pair{Key: w.t("reports.doc.address"), Value: []paper.Span{{Text: w.link(s.Path), Link: w.link(s.Path)}}})
	blocks := []paper.Block{h1(w.t("reports.doc.subject"), "subject"), p.list}
	return append(blocks, w.staff(w.r.Introduction)...)
}

func (w *writer) dates() []paper.Block {
	d := w.r.Dates
	var p pairs
	p.add(w.t("reports.doc.published"), w.at(d.PublishedAt))
	p.add(w.t("reports.doc.began"), w.at(d.StartsAt))
	p.add(w.t("reports.doc.ended"), w.at(d.EndsAt))
	if d.Days > 0 {
		p.add(w.t("reports.doc.length"), i18n.Days(w.ctx, d.Days))
	}
	p.add(w.t("reports.doc.zone"), w.r.Municipality.Zone)
	p.add(w.t("reports.doc.short_reason"), d.ShortReason.In(w.ctx))
	if !d.AnswerBy.IsZero() {
		p.add(w.t("reports.doc.answer_by"), w.at(d.AnswerBy))
		p.add(w.t("reports.doc.answered"), w.at(d.AnsweredAt))
	}
	if !d.ReportBy.IsZero() {
		p.add(w.t("reports.doc.report_by"), w.at(d.ReportBy))
	}
	p.add(w.t("reports.doc.reported"), w.at(w.r.FrozenAt))
	blocks := []paper.Block{h1(w.t("reports.doc.time"), "time"), p.list}
	if len(d.Phases) > 1 {
		t := paper.Table{Caption: w.t("reports.doc.phases"), Head: []string{w.t("reports.doc.phase"), w.t("reports.doc.began"), w.t("reports.doc.ended")}, Widths: []float64{2, 1, 1}}
		for _, f := range d.Phases {
			t.Rows = append(t.Rows, row(f.Title.In(w.ctx), w.at(f.StartsAt), w.at(f.EndsAt)))
		}
		blocks = append(blocks, t)
	}
	if len(d.Changes) > 0 {
		t := paper.Table{Caption: w.t("reports.doc.extensions"), Widths: []float64{1, 1, 1, 2},
			Head: []string{w.t("reports.doc.when"), w.t("reports.doc.before"), w.t("reports.doc.after"), w.t("reports.doc.reason")}}
		for _, c := range d.Changes {
			t.Rows = append(t.Rows, row(w.at(c.At), w.at(c.Old), w.at(c.New), c.Reason.In(w.ctx)))
		}
		blocks = append(blocks, t)
	}
	if len(d.Overrides) > 0 {
		t := paper.Table{Caption: w.t("reports.doc.overrides"), Head: []string{w.t("reports.doc.rule"), w.t("reports.doc.reason")}, Widths: []float64{1, 2}}
		for _, o := range d.Overrides {
			t.Rows = append(t.Rows, row(w.ruleName(o.Rule), o.Reason.In(w.ctx)))
		}
		blocks = append(blocks, t)
	}
	return blocks
}

func row(cells ...string) [][]paper.Span {
	out := make([][]paper.Span, len(cells))
	for i, c := range cells {
		out[i] = paper.Text(c)
	}
	return out
}

// ruleName is the name of a rule that was set aside.
func (w *writer) ruleName(rule string) string {
	if kind, ok := strings.CutPrefix(rule, "document."); ok {
		for _, usual := range documents.Usual() {
			if kind == usual {
				return w.t("reports.doc.document") + ": " + w.t("documents.kind."+kind) //i18n: documents.kind.*
			}
		}
		return w.t("reports.doc.document")
	}
	switch rule {
	case "minimum", "notice":
		return w.t("consultations.rule." + rule) //i18n: consultations.rule.*
	}
	return rule
}

func (w *writer) documents() []paper.Block {
	blocks := []paper.Block{h1(w.t("reports.doc.documents"), "documents")}
	if len(w.r.Documents) == 0 {
		return append(blocks, paper.P(w.t("reports.doc.no_documents")))
	}
	t := paper.Table{Widths: []float64{2.8, 1.05, 2, 3.35}, Caption: w.t("reports.doc.documents_caption"),
		Head: []string{w.t("reports.doc.document"), w.t("reports.doc.version_short"), w.t("reports.doc.added"), "SHA-256"}}
	for _, d := range w.r.Documents {
		name := d.Title.In(w.ctx)
		if name == "" {
			name = d.FileName
		}
		if kind := d.KindName.In(w.ctx); kind != "" {
			name = kind + ": " + name
		}
		first := []paper.Span{{Text: name, Link: w.file(d.Path)}}
		if d.Replaced {
			first = append(first, paper.Span{Text: " (" + w.t("reports.doc.replaced") + ")"})
		}
		if s := d.ReplaceReason.In(w.ctx); s != "" {
			first = append(first, paper.Span{Text: "\n" + s, Italic: true})
		}
		t.Rows = append(t.Rows, [][]paper.Span{first, paper.Text(fmt.Sprint(d.Version)), paper.Text(w.at(d.AddedAt)), paper.Text(d.SHA256)})
	}
	return append(blocks, t)
}

func (w *writer) channels() []paper.Block {
	blocks := []paper.Block{h1(w.t("reports.doc.channels"), "channels")}
	t := paper.Table{Caption: w.t("reports.doc.channels_caption"), Head: []string{w.t("reports.doc.channel"), w.t("reports.doc.remarks")}, Widths: []float64{3, 1}, Numbers: []bool{false, true}}
	for _, c := range w.r.Channels {
		t.Rows = append(t.Rows, row(Channel(w.ctx, c.Channel), w.n(c.Remarks)))
	}
	if len(t.Rows) > 0 {
		blocks = append(blocks, t)
	}
	if len(w.r.Meetings) == 0 {
		return append(blocks, paper.P(w.t("reports.doc.no_meetings")))
	}
	m := paper.Table{Caption: w.t("reports.doc.meetings"), Widths: []float64{2, 2, 2, 2},
		Head: []string{w.t("reports.doc.meeting"), w.t("reports.doc.when"), w.t("reports.doc.place"), w.t("reports.doc.protocol")}}
	for _, one := range w.r.Meetings {
		name := one.ProtocolTitle.In(w.ctx)
		if name == "" {
			name = one.Protocol
		}
		protocol := []paper.Span{{Text: name, Link: w.file(one.ProtocolPath)}}
		m.Rows = append(m.Rows, [][]paper.Span{paper.Text(one.Title.In(w.ctx)), paper.Text(w.at(one.At)), paper.Text(one.Place.In(w.ctx)), protocol})
	}
	return append(blocks, m)
}

// Channel is a way by which remarks come, in words.
func Channel(ctx context.Context, channel string) string {
	switch channel {
	case "web", "letter", "email", "desk", "hearing", "import":
		return i18n.T(ctx, "remarks.channel."+channel) //i18n: remarks.channel.*
	}
	return channel
}

// Disposition is what was decided on a remark, in words.
func Disposition(ctx context.Context, disposition string) string {
	switch disposition {
	case record.Accepted, record.Partly, record.Rejected, record.Noted, record.OutOfScope:
		return i18n.T(ctx, "remarks.disposition."+disposition) //i18n: remarks.disposition.*
	}
	return i18n.T(ctx, "remarks.disposition.none")
}
