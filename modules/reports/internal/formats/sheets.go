package formats

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"glas/internal/i18n"
	"glas/internal/sheet"
	"glas/modules/reports/internal/record"
)

// Book is the report as sheets: the remarks first, then the numbers.
func Book(ctx context.Context, r *record.Report) sheet.Book {
	w := newWriter(ctx, r)
	b := sheet.Book{Title: Title(ctx, r), Author: r.Municipality.Name.In(ctx), Lang: i18n.Lang(ctx), Created: r.FrozenAt}
	b.Sheets = []sheet.Sheet{w.remarkSheet(), w.numberSheet(), w.articleSheet(), w.zoneSheet(), w.peopleSheet(), w.positionSheet(), w.proposalSheet(), w.voteSheet(), w.documentSheet()}
	return b
}

// Remarks is the table of remarks alone, for CSV.
func Remarks(ctx context.Context, r *record.Report) sheet.Book {
	w := newWriter(ctx, r)
	return sheet.Book{Title: Title(ctx, r), Lang: i18n.Lang(ctx), Created: r.FrozenAt, Sheets: []sheet.Sheet{w.remarkSheet()}}
}

func (w *writer) local(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(w.zone)
}

func (w *writer) heads(ids ...string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = w.t(id) //i18n: reports.doc.*
	}
	return out
}

func (w *writer) remarkSheet() sheet.Sheet {
	head := w.heads("reports.doc.no", "reports.doc.received", "reports.doc.channel", "reports.doc.article", "reports.doc.quote", "reports.doc.author", "reports.doc.author_kind",
		"reports.doc.stance", "reports.doc.remark", "reports.doc.proposed", "reports.doc.effects", "reports.doc.decision", "reports.doc.reason", "reports.doc.department",
		"reports.doc.changed", "reports.doc.attachments", "reports.doc.address")
	s := sheet.Sheet{Name: w.t("reports.doc.remarks"), Header: head, Widths: []float64{10, 17, 12, 14, 25, 22, 14, 10, 60, 40, 30, 18, 50, 22, 30, 40, 40}}
	order, names := Order(w.r), w.places()
	s.Rows = func(yield func([]any, error) bool) {
		for _, i := range order {
			m := &w.r.Remarks[i]
			kind := w.t("reports.doc.citizen")
			if m.Association() {
				kind = capital(w.t("reports.doc.association"))
			}
			stance := ""
			switch m.Stance {
			case "for", "against", "neutral":
				stance = w.t("remarks.stance." + m.Stance) //i18n: remarks.stance.*
			}
			name := m.Author
			if m.AuthorKind == "deleted" || name == "" {
				name = w.t("reports.doc.no_name")
			}
			if !yield([]any{m.No, w.local(m.ReceivedAt), Channel(w.ctx, m.Channel), w.whereabouts(names, m), m.Quote, name, kind, stance, m.Body, m.Proposed, m.Effects,
				Disposition(w.ctx, m.Disposition), m.Reason.In(w.ctx), m.Department.In(w.ctx), m.Change, w.fileList(m.Files), w.link(m.Path)}, nil) {
				return
			}
		}
	}
	return s
}

// whereabouts is what a remark is about in a cell, empty for the whole.
func (w *writer) whereabouts(names map[[2]string]string, m *record.Remark) string {
	s, ok := names[[2]string{m.TextID, m.Block}]
	if !ok {
		s = m.Label
	}
	if m.Point != nil {
		s = strings.TrimPrefix(s+", "+w.point(m), ", ")
	}
	return s
}

// fileList is the attachments in a cell, one in a line, with their addresses.
func (w *writer) fileList(list []record.File) string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.Name + " " + w.file(f.Path)
	}
	return strings.Join(out, "\n")
}

// capital begins a word that stands alone in a cell like those beside it.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func (w *writer) numberSheet() sheet.Sheet {
	c := w.r.Counts
	rows := [][]any{
		{w.t("reports.doc.what"), w.r.Subject.Title.In(w.ctx)}, {w.t("reports.doc.version_short"), w.r.Version}, {w.t("reports.doc.reported"), w.local(w.r.FrozenAt)},
		{w.t("reports.doc.began"), w.local(w.r.Dates.StartsAt)}, {w.t("reports.doc.ended"), w.local(w.r.Dates.EndsAt)}, {w.t("reports.doc.zone"), w.r.Municipality.Zone},
		{w.t("reports.doc.participants"), c.Participants}, {w.t("reports.doc.participants_outside"), c.ParticipantsOutside}, {w.t("reports.doc.remarks"), c.Remarks}, {w.t("reports.doc.remarks_citizens"), c.RemarksCitizens},
		{w.t("reports.doc.remarks_associations"), c.RemarksAssociations}, {w.t("reports.doc.remark_files"), c.RemarkFiles}, {w.t("reports.doc.associations"), c.Associations}, {w.t("reports.doc.proposals"), c.Proposals},
		{w.t("reports.doc.positions"), c.Positions}, {w.t("reports.doc.comments"), c.Comments}, {w.t("reports.doc.votes"), c.Votes},
	}
	for _, one := range []struct {
		key string
		n   int64
	}{{record.Accepted, c.Accepted}, {record.Partly, c.Partly}, {record.Rejected, c.Rejected}, {record.Noted, c.Noted}, {record.OutOfScope, c.OutOfScope}, {"", c.Undecided}} {
		rows = append(rows, []any{Disposition(w.ctx, one.key), one.n})
	}
	rows = append(rows, []any{w.t("reports.doc.participants_rule"), nil})
	for _, ch := range w.r.Channels {
		rows = append(rows, []any{w.t("reports.doc.channel") + ": " + Channel(w.ctx, ch.Channel), ch.Remarks})
	}
	return sheet.Sheet{Name: w.t("reports.doc.numbers"), Header: w.heads("reports.doc.number_of", "reports.doc.count"), Rows: sheet.Rows(rows), Widths: []float64{45, 30}}
}

func (w *writer) articleSheet() sheet.Sheet {
	articles, _ := w.parts()
	rows := make([][]any, 0, len(articles))
	for _, a := range articles {
		rows = append(rows, []any{w.articleName(a), a.Remarks, a.Citizens, a.Associations, a.Accepted, a.Files})
	}
	return sheet.Sheet{Name: w.t("reports.doc.by_article"), Rows: sheet.Rows(rows), Widths: []float64{45}, Header: w.heads("reports.doc.article", "reports.doc.remarks",
		"reports.doc.citizens", "reports.doc.associations_short", "reports.doc.accepted_share", "reports.doc.attachments")}
}

func (w *writer) zoneSheet() sheet.Sheet {
	_, zones := w.parts()
	rows := make([][]any, 0, len(zones))
	for _, a := range zones {
		rows = append(rows, []any{w.sheetName(a), w.articleName(a), a.Remarks, a.Citizens, a.Associations, a.Accepted, a.Files})
	}
	return sheet.Sheet{Name: w.t("reports.doc.by_zone"), Rows: sheet.Rows(rows), Widths: []float64{40, 45}, Header: w.heads("reports.doc.plan", "reports.doc.zone_head", "reports.doc.remarks",
		"reports.doc.citizens", "reports.doc.associations_short", "reports.doc.accepted_share", "reports.doc.attachments")}
}

func (w *writer) peopleSheet() sheet.Sheet {
	var rows [][]any
	add := func(table string, cells []record.Cell, name func(record.Cell) string) {
		for _, c := range cells {
			n := any("*")
			if c.N != nil {
				n = *c.N
			}
			rows = append(rows, []any{table, name(c), n})
		}
	}
	add(w.t("reports.doc.by_area"), w.r.Areas, w.areaName)
	add(w.t("reports.doc.by_age"), w.r.Ages, w.bandName)
	rows = append(rows, []any{"*", w.t("reports.doc.withheld", "N", record.Small)})
	return sheet.Sheet{Name: w.t("reports.doc.participants"), Rows: sheet.Rows(rows), Widths: []float64{30, 50},
		Header: w.heads("reports.doc.table", "reports.doc.group", "reports.doc.participants")}
}

func (w *writer) proposalSheet() sheet.Sheet {
	rows := make([][]any, 0, len(w.r.Proposals))
	for _, p := range w.r.Proposals {
		rows = append(rows, []any{p.No, p.Title, w.author(p.Author, p.AuthorKind), p.AnswerName, p.Reason.In(w.ctx), w.link(p.Path)})
	}
	return sheet.Sheet{Name: w.t("reports.doc.proposals"), Rows: sheet.Rows(rows), Widths: []float64{10, 45, 25, 20, 60, 40},
		Header: w.heads("reports.doc.no", "reports.doc.proposal", "reports.doc.author", "reports.doc.answer", "reports.doc.reason", "reports.doc.address")}
}

func (w *writer) positionSheet() sheet.Sheet {
	rows := make([][]any, 0, len(w.r.Positions))
	for _, p := range w.r.Positions {
		rows = append(rows, []any{p.Association, p.Title, p.Text, w.t("positions.stance." + p.Stance), p.AdoptedOn, strings.Join(p.Signatories, "; "), w.fileList(p.Files), w.link(p.Path)}) //i18n: positions.stance.*
	}
	return sheet.Sheet{Name: w.t("positions.menu"), Rows: sheet.Rows(rows), Widths: []float64{30, 40, 60, 12, 14, 40, 40, 40},
		Header: append(w.heads("reports.doc.association", "reports.doc.what", "reports.doc.remark", "reports.doc.stance"), w.t("positions.field.adopted_on"), w.t("reports.doc.signatories"), w.t("reports.doc.attachments"), w.t("reports.doc.address"))}
}

func (w *writer) voteSheet() sheet.Sheet {
	rows := make([][]any, 0, len(w.r.Votes))
	for _, v := range w.r.Votes {
		rows = append(rows, []any{v.Title, v.Votes, w.values(v), v.ByVoter["association"], w.rule(v), w.local(v.FrozenAt), v.Hash})
	}
	return sheet.Sheet{Name: w.t("reports.doc.results"), Rows: sheet.Rows(rows), Widths: []float64{45, 10, 40, 14, 50, 20, 66},
		Header: append(w.heads("reports.doc.voted_on", "reports.doc.votes_short", "reports.doc.answers", "reports.doc.associations_short", "reports.doc.rule", "reports.doc.when"), "SHA-256")}
}

func (w *writer) documentSheet() sheet.Sheet {
	rows := make([][]any, 0, len(w.r.Documents))
	for _, d := range w.r.Documents {
		rows = append(rows, []any{d.Title.In(w.ctx), d.KindName.In(w.ctx), d.Version, d.FileName, w.local(d.AddedAt), d.SHA256, w.file(d.Path)})
	}
	return sheet.Sheet{Name: w.t("reports.doc.documents"), Rows: sheet.Rows(rows), Widths: []float64{45, 20, 10, 30, 20, 66, 50},
		Header: append(w.heads("reports.doc.document", "reports.doc.kind", "reports.doc.version_short", "reports.doc.file", "reports.doc.added"), "SHA-256", w.t("reports.doc.address"))}
}

// FileName is what a file of a report is called.
func FileName(slug string, version int, lang, ending string) string {
	if lang == "" {
		return fmt.Sprintf("report-%s-v%d.%s", slug, version, ending)
	}
	return fmt.Sprintf("report-%s-v%d-%s.%s", slug, version, lang, ending)
}
