package formats

import (
	"context"
	"fmt"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/paper"
	"glas/modules/reports/internal/record"
)

// remarks are all remarks as published, in the order of the text that they are about; each part says where it is.
func (w *writer) remarks() [][]paper.Block {
	if len(w.r.Remarks) == 0 {
		return nil
	}
	var parts [][]paper.Block
	var now []paper.Block
	n, place, names := 0, "", w.places()
	now = append(now, h1(w.t("reports.doc.all_remarks"), "remarks"))
	for _, i := range Order(w.r) {
		m := &w.r.Remarks[i]
		if n == PerPart {
			parts, now, n = append(parts, now), nil, 0
			if w.place(names, m) == place {
				now = append(now, paper.Heading{Level: 2, Text: w.t("reports.doc.continued", "Label", place), Anchor: fmt.Sprintf("%s%d", continued, len(parts)+1)})
			}
		}
		if label := w.place(names, m); label != place {
			place = label
			now = append(now, paper.Heading{Level: 2, Text: label})
		}
		now = append(now, w.remark(m)...)
		n++
	}
	return append(parts, now)
}

// places are the names of the plan sheets and zones in the language of the report: remarks keep the name in that of who sent them.
func (w *writer) places() map[[2]string]string {
	out := map[[2]string]string{}
	for _, a := range w.r.Articles {
		switch a.Kind {
		case record.KindZone:
			out[[2]string{a.TextID, a.Block}] = w.sheetName(a) + ": " + w.articleName(a)
		case record.KindSheet:
			out[[2]string{a.TextID, ""}] = w.sheetName(a)
		}
	}
	return out
}

func (w *writer) sheetName(a record.Article) string { return a.TextTitle.In(w.ctx) }

// place is what a remark is about.
func (w *writer) place(names map[[2]string]string, m *record.Remark) string {
	if s, ok := names[[2]string{m.TextID, m.Block}]; ok {
		return s
	}
	if m.Label == "" {
		return w.t("reports.doc.on_whole")
	}
	return m.Label
}

// Order lists the remarks by the place of what they are about: first those on the whole, then by article, each by number.
func Order(r *record.Report) []int {
	first := map[[2]string]int{}
	for _, a := range r.Articles {
		for _, block := range a.Parts() {
			first[[2]string{a.TextID, block}] = len(first) + 1
		}
	}
	buckets := make([][]int, len(first)+2)
	for i := range r.Remarks {
		m := &r.Remarks[i]
		at, ok := first[[2]string{m.TextID, m.Block}]
		if !ok && m.Block != "" {
			at = len(buckets) - 1 // on what is in no article: a block that vanished
		}
		buckets[at] = append(buckets[at], i)
	}
	out := make([]int, 0, len(r.Remarks))
	for _, b := range buckets {
		out = append(out, b...)
	}
	return out
}

func (w *writer) remark(m *record.Remark) []paper.Block {
	blocks := []paper.Block{paper.Heading{Level: 3, Text: w.t("reports.doc.remark_no", "No", m.No), Anchor: remarkID(m.No)}}
	by := []string{w.author(m.Author, m.AuthorKind), i18n.DateShort(w.ctx, m.ReceivedAt), Channel(w.ctx, m.Channel)}
	switch m.Stance {
	case "for", "against", "neutral":
		by = append(by, w.t("remarks.stance."+m.Stance)) //i18n: remarks.stance.*
	}
	blocks = append(blocks, paper.Paragraph{Small: true, Spans: []paper.Span{{Text: strings.Join(by, " · "), Link: w.link(m.Path)}}})
	if m.Quote != "" {
		blocks = append(blocks, paper.Paragraph{Spans: []paper.Span{{Text: "„" + m.Quote + "“", Italic: true}}})
	}
	blocks = append(blocks, paper.Paragraphs(m.Body)...)
	var p pairs
	p.add(w.t("reports.doc.proposed"), m.Proposed)
	p.add(w.t("reports.doc.effects"), m.Effects)
	if m.Point != nil {
		p.add(w.t("reports.doc.point"), w.point(m))
	}
	p.files(w, m.Files)
	p.list = append(p.list, paper.Pair{Key: w.t("reports.doc.decision"), Value: paper.Bold(Disposition(w.ctx, m.Disposition))})
	p.add(w.t("reports.doc.reason"), m.Reason.In(w.ctx))
	p.add(w.t("reports.doc.department"), m.Department.In(w.ctx))
	p.add(w.t("reports.doc.changed"), m.Change)
	return append(blocks, p.list)
}

func (w *writer) author(name, kind string) string {
	switch {
	case kind == "deleted" || name == "":
		return w.t("reports.doc.no_name")
	case kind == "association":
		return name + " (" + w.t("reports.doc.association") + ")"
	}
	return name
}

// positions are what associations adopted, each as its own voice, counted apart.
func (w *writer) positions() []paper.Block {
	if len(w.r.Positions) == 0 {
		return nil
	}
	blocks := []paper.Block{h1(w.t("positions.menu"), "positions")}
	for _, p := range w.r.Positions {
		blocks = append(blocks, paper.Heading{Level: 2, Text: p.Association + ": " + p.Title})
		var facts []string
		switch p.Stance {
		case "for", "neutral", "against":
			facts = append(facts, w.t("positions.stance."+p.Stance)) //i18n: positions.stance.*
		}
		day, err := time.Parse(time.DateOnly, p.AdoptedOn)
		switch p.AdoptedBy {
		case "assembly", "board", "members", "head":
			if err == nil {
				facts = append(facts, w.t("positions.adopted."+p.AdoptedBy, "Date", i18n.Date(w.ctx, day.Add(12*time.Hour)))) //i18n: positions.adopted.*
			}
		}
		facts = append(facts, p.Signatories...)
		blocks = append(blocks, paper.Paragraph{Small: true, Spans: []paper.Span{{Text: strings.Join(facts, " · "), Link: w.link(p.Path)}}})
		blocks = append(blocks, paper.Paragraphs(p.Text)...)
		var files pairs
		if files.files(w, p.Files); len(files.list) > 0 {
			blocks = append(blocks, files.list)
		}
	}
	return blocks
}

// point is a place on a plan in words.
func (w *writer) point(m *record.Remark) string {
	return w.t("reports.doc.point_at", "X", i18n.Percent(w.ctx, m.Point[0]/100), "Y", i18n.Percent(w.ctx, m.Point[1]/100))
}

// files adds the attachments of a remark or a position, each with its address.
func (p *pairs) files(w *writer, list []record.File) {
	var spans []paper.Span
	for i, f := range list {
		if i > 0 {
			spans = append(spans, paper.Span{Text: "\n"})
		}
		spans = append(spans, paper.Span{Text: f.Name, Link: w.file(f.Path)})
		if f.Alt != "" {
			spans = append(spans, paper.Span{Text: " – " + f.Alt})
		}
	}
	if len(spans) > 0 {
		p.list = append(p.list, paper.Pair{Key: w.t("reports.doc.attachments"), Value: spans})
	}
}

func (w *writer) proposals() []paper.Block {
	if len(w.r.Proposals) == 0 {
		return nil
	}
	t := paper.Table{Caption: w.t("reports.doc.proposals_caption"), Widths: []float64{0.6, 3, 1.6, 3.4},
		Head: []string{w.t("reports.doc.no"), w.t("reports.doc.proposal"), w.t("reports.doc.author"), w.t("reports.doc.answer")}}
	for _, p := range w.r.Proposals {
		answer := []paper.Span{{Text: p.AnswerName, Bold: true}}
		if p.AnswerName == "" {
			answer = paper.Text(w.t("remarks.disposition.none"))
		}
		if s := p.Reason.In(w.ctx); s != "" {
			answer = append(answer, paper.Span{Text: "\n" + s})
		}
		t.Rows = append(t.Rows, [][]paper.Span{paper.Text(fmt.Sprint(p.No)), {{Text: p.Title, Link: w.link(p.Path)}}, paper.Text(w.author(p.Author, p.AuthorKind)), answer})
	}
	return []paper.Block{h1(w.t("reports.doc.proposals"), "proposals"), t}
}

func (w *writer) changes() []paper.Block {
	blocks := []paper.Block{h1(w.t("reports.doc.changes"), "changes")}
	if len(w.r.Changes) == 0 {
		return append(blocks, paper.P(w.t("reports.doc.no_changes")))
	}
	t := paper.Table{Caption: w.t("reports.doc.changes_caption"), Widths: []float64{1.2, 3, 3, 1.2},
		Head: []string{w.t("reports.doc.article"), w.t("reports.doc.before"), w.t("reports.doc.after"), w.t("reports.doc.because")}}
	for _, c := range w.r.Changes {
		t.Rows = append(t.Rows, row(c.Label, c.Before, c.After, strings.Join(c.Because, ", ")))
	}
	return append(blocks, t)
}

func (w *writer) end() []paper.Block {
	r := w.r
	var blocks []paper.Block
	if text := w.staff(r.Conclusions); len(text) > 0 {
		blocks = append(append(blocks, h1(w.t("reports.doc.conclusions"), "conclusions")), text...)
	}
	blocks = append(blocks, h1(w.t("reports.doc.next"), "next"))
	next := w.staff(r.NextStep)
	if len(next) == 0 && r.DecisionURL == "" {
		next = []paper.Block{paper.P(w.t("reports.doc.no_next"))}
	}
	blocks = append(blocks, next...)
	if r.DecisionURL != "" {
		title := r.Decision.In(w.ctx)
		if title == "" {
			title = r.DecisionURL
		}
		blocks = append(blocks, paper.Paragraph{Spans: []paper.Span{{Text: w.t("reports.doc.decision_link") + " "}, {Text: title, Link: r.DecisionURL}}})
	}
	return append(blocks, h1(w.t("reports.doc.checking"), "check"), paper.P(w.t("reports.doc.checking_text", "Address", w.link("/verify"))))
}

// EvaluationBlocks compares who took part with who lives there, and says what was missing.
func EvaluationBlocks(ctx context.Context, r *record.Report) []paper.Block {
	w, e := newWriter(ctx, r), r.Evaluation
	if e == nil {
		return nil
	}
	var blocks []paper.Block
	if e.CensusYear > 0 {
		blocks = append(blocks, paper.P(w.t("reports.doc.census", "Year", fmt.Sprint(e.CensusYear))))
	} else {
		blocks = append(blocks, paper.P(w.t("reports.doc.no_census")))
	}
	blocks = append(blocks, w.shares(w.t("reports.doc.compared")+": "+w.t("reports.doc.by_area"), e.Areas, w.areaName)...)
	blocks = append(blocks, w.shares(w.t("reports.doc.compared")+": "+w.t("reports.doc.by_age"), e.Ages, w.bandName)...)
	var p pairs
	var names []string
	for _, l := range e.Languages {
		names = append(names, i18n.LangName(l))
	}
	p.add(w.t("reports.doc.languages_missing"), strings.Join(names, ", "))
	if e.Documents == 0 {
		p.add(w.t("reports.doc.documents"), w.t("reports.doc.no_documents"))
	}
	p.add(w.t("reports.doc.groups_missing"), e.Groups.In(ctx))
	if len(p.list) > 0 {
		blocks = append(blocks, p.list)
	}
	return blocks
}
