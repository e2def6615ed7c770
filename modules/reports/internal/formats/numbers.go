package formats

import (
	"math"
	"slices"
	"strings"

	"glas/internal/i18n"
	"glas/internal/paper"
	"glas/modules/reports/internal/record"
)

func (w *writer) counts() []paper.Block {
	r, c := w.r, w.r.Counts
	blocks := []paper.Block{h1(w.t("reports.doc.numbers"), "numbers")}
	if r.Nothing {
		return append(blocks, paper.Note{Title: w.t("reports.doc.nothing")})
	}
	t := paper.Table{Caption: w.t("reports.doc.whole"), Head: []string{w.t("reports.doc.number_of"), w.t("reports.doc.count")}, Widths: []float64{4, 1}, Numbers: []bool{false, true}}
	add := func(id string, n int64) { t.Rows = append(t.Rows, row(w.t(id), w.n(n))) }
	add("reports.doc.participants", c.Participants)
	add("reports.doc.participants_outside", c.ParticipantsOutside)
	add("reports.doc.remarks", c.Remarks)
	add("reports.doc.remarks_citizens", c.RemarksCitizens)
	add("reports.doc.remarks_associations", c.RemarksAssociations)
	if c.RemarkFiles > 0 {
		add("reports.doc.remark_files", c.RemarkFiles)
	}
	add("reports.doc.associations", c.Associations)
	add("reports.doc.proposals", c.Proposals)
	add("reports.doc.positions", c.Positions)
	add("reports.doc.comments", c.Comments)
	add("reports.doc.votes", c.Votes)
	blocks = append(blocks, t, paper.Paragraph{Spans: paper.Text(w.t("reports.doc.participants_rule")), Small: true})
	if c.Remarks > 0 {
		d := paper.Table{Caption: w.t("reports.doc.decisions"), Head: []string{w.t("reports.doc.decision"), w.t("reports.doc.remarks"), "%"}, Widths: []float64{4, 1, 1}, Numbers: []bool{false, true, true}}
		for _, one := range []struct {
			key string
			n   int64
		}{{record.Accepted, c.Accepted}, {record.Partly, c.Partly}, {record.Rejected, c.Rejected}, {record.Noted, c.Noted}, {record.OutOfScope, c.OutOfScope}, {"", c.Undecided}} {
			if one.key != "" || one.n > 0 {
				d.Rows = append(d.Rows, row(Disposition(w.ctx, one.key), w.n(one.n), i18n.Percent(w.ctx, float64(one.n)/float64(c.Remarks))))
			}
		}
		blocks = append(blocks, d)
	}
	blocks = append(blocks, w.articles()...)
	blocks = append(blocks, w.people(w.t("reports.doc.by_area"), r.Areas, w.areaName)...)
	return append(blocks, w.people(w.t("reports.doc.by_age"), r.Ages, w.bandName)...)
}

// parts are the parts of acts, and the plan sheets with their zones.
func (w *writer) parts() (articles, zones []record.Article) {
	for _, a := range w.r.Articles {
		if !a.OfPlan() {
			articles = append(articles, a)
		} else {
			zones = append(zones, a)
		}
	}
	return articles, zones
}

// articleName is how an article or a zone is called in the language of the report.
func (w *writer) articleName(a record.Article) string {
	switch {
	case a.Kind == record.KindSheet:
		return w.t("reports.doc.sheet_whole")
	case a.Kind == record.KindZone && a.Title == "":
		return w.t("texts.sheet.zone", "Number", a.Label)
	case a.Kind == record.KindZone:
		return w.t("texts.sheet.zone_called", "Number", a.Label, "Name", a.Title)
	}
	for _, other := range w.r.Articles {
		if other.TextID != a.TextID && !other.OfPlan() {
			return a.TextTitle.In(w.ctx) + ": " + a.Name() // there are several acts
		}
	}
	return a.Name()
}

// articles are the numbers of each article, of those without remarks too, and then those of each plan and its zones.
func (w *writer) articles() []paper.Block {
	articles, zones := w.parts()
	var blocks []paper.Block
	if len(articles) > 0 {
		t, without := w.tally(w.t("reports.doc.by_article"), w.t("reports.doc.article"), articles)
		all := 0
		for _, a := range articles {
			if a.Kind == "" {
				all++
			}
		}
		blocks = append(blocks, t, paper.P(w.t("reports.doc.without", "N", without, "All", all)))
	}
	for len(zones) > 0 {
		n := 1
		for n < len(zones) && zones[n].TextID == zones[0].TextID {
			n++
		}
		t, without := w.tally(w.t("reports.doc.by_zone")+": "+w.sheetName(zones[0]), w.t("reports.doc.zone_head"), zones[:n])
		blocks = append(blocks, t, paper.P(w.t("reports.doc.zones_without", "N", without, "All", n-1)))
		zones = zones[n:]
	}
	return blocks
}

// tally is the table of articles or zones, and how many of them have no remark. A sheet as a whole is no zone.
func (w *writer) tally(caption, head string, list []record.Article) (t paper.Table, without int) {
	t = paper.Table{Caption: caption, Widths: []float64{3.4, 1.4, 1.2, 1.3, 1.2}, Numbers: []bool{false, true, true, true, true},
		Head: []string{head, w.t("reports.doc.remarks"), w.t("reports.doc.citizens"), w.t("reports.doc.associations_short"), w.t("reports.doc.accepted_share")}}
	files := slices.ContainsFunc(list, func(a record.Article) bool { return a.Files > 0 })
	if files {
		t.Head, t.Widths, t.Numbers = append(t.Head, w.t("reports.doc.attachments")), append(t.Widths, 1.2), append(t.Numbers, true)
	}
	for _, a := range list {
		if a.Remarks == 0 && (a.Kind == "" || a.Kind == record.KindZone) {
			without++
		}
		cells := [][]paper.Span{{{Text: w.articleName(a), Link: w.link(a.Path)}}, paper.Text(w.n(a.Remarks)), paper.Text(w.n(a.Citizens)), paper.Text(w.n(a.Associations)), paper.Text(w.n(a.Accepted))}
		if files {
			cells = append(cells, paper.Text(w.n(a.Files)))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t, without
}

func (w *writer) areaName(c record.Cell) string {
	if c.Key == record.Unknown {
		return w.t("reports.doc.not_known")
	}
	return c.Label.In(w.ctx)
}

func (w *writer) bandName(c record.Cell) string {
	if c.Key == record.Unknown {
		return w.t("reports.doc.not_known")
	}
	return strings.ReplaceAll(c.Key, "-", "–")
}

func (w *writer) people(caption string, cells []record.Cell, name func(record.Cell) string) []paper.Block {
	if len(cells) == 0 {
		return nil
	}
	withheld := false
	t := paper.Table{Caption: caption, Head: []string{w.t("reports.doc.group"), w.t("reports.doc.participants")}, Widths: []float64{4, 1}, Numbers: []bool{false, true}}
	for _, c := range cells {
		n := "*"
		if c.N != nil {
			n = w.n(*c.N)
		} else {
			withheld = true
		}
		t.Rows = append(t.Rows, row(name(c), n))
	}
	if !slices.ContainsFunc(cells, func(c record.Cell) bool { return c.N != nil }) {
		return []paper.Block{paper.Paragraph{Spans: append(paper.Bold(caption+": "), paper.Text(w.t("reports.doc.withheld", "N", record.Small))...)}} // a table of nothing but stars
	}
	blocks := []paper.Block{t}
	if withheld {
		blocks = append(blocks, paper.Paragraph{Spans: paper.Text("* " + w.t("reports.doc.withheld", "N", record.Small)), Small: true})
	}
	return blocks
}

func (w *writer) votes() []paper.Block {
	if len(w.r.Votes) == 0 {
		return nil
	}
	blocks := []paper.Block{h1(w.t("reports.doc.results"), "results"), paper.P(w.t("reports.doc.frozen"))}
	c := w.r.Counts
	if c.Voters > 0 {
		turnout := w.t("reports.doc.voters", "N", c.Voters)
		if c.Population > 0 {
			turnout += " " + w.t("reports.doc.turnout", "Share", math.Round(float64(c.Voters)/float64(c.Population)*1000)/10)
		}
		blocks = append(blocks, paper.P(turnout))
	}
	rules := map[string]bool{}
	t := paper.Table{Caption: w.t("reports.doc.results_caption"), Widths: []float64{4, 1, 3, 1.4}, Numbers: []bool{false, true, false, true},
		Head: []string{w.t("reports.doc.voted_on"), w.t("reports.doc.votes_short"), w.t("reports.doc.answers"), w.t("reports.doc.associations_short")}}
	for _, v := range w.r.Votes {
		if rule := w.rule(v); !rules[rule] {
			rules[rule] = true
			blocks = append(blocks, paper.P(rule))
		}
		t.Rows = append(t.Rows, [][]paper.Span{{{Text: v.Title, Link: w.link(v.Path)}}, paper.Text(w.n(v.Votes)), paper.Text(w.values(v)), paper.Text(w.n(v.ByVoter["association"]))})
	}
	hashes := map[string]bool{}
	blocks = append(blocks, t)
	for _, v := range w.r.Votes {
		if !hashes[v.Hash] {
			hashes[v.Hash] = true
			blocks = append(blocks, paper.Paragraph{Small: true, Spans: paper.Text(w.t("reports.doc.result_hash", "Date", w.at(v.FrozenAt), "Hash", v.Hash))})
		}
	}
	return blocks
}

// rule says how votes were cast and who might.
func (w *writer) rule(v record.Vote) string {
	s := ""
	switch v.Rule {
	case "support", "choice", "rating":
		s = w.t("reports.rule." + v.Rule) //i18n: reports.rule.*
	}
	if v.Quota > 0 {
		s += " " + w.t("reports.rule.quota", "N", v.Quota)
	}
	if who := v.Who.In(w.ctx); who != "" {
		s += " " + w.t("reports.rule.who", "Who", who)
	}
	return strings.TrimSpace(s)
}

// values are the numbers of each answer.
func (w *writer) values(v record.Vote) string {
	var out []string
	for _, value := range []string{"support", "for", "against", "abstain"} {
		if n, ok := v.ByValue[value]; ok {
			out = append(out, w.t("reports.value."+value)+" "+w.n(n)) //i18n: reports.value.*
		}
	}
	for _, value := range []string{"1", "2", "3", "4", "5"} {
		if n, ok := v.ByValue[value]; ok {
			out = append(out, value+": "+w.n(n))
		}
	}
	return strings.Join(out, ", ")
}

func (w *writer) evaluation() []paper.Block {
	e := w.r.Evaluation
	if e == nil {
		return nil
	}
	return append([]paper.Block{h1(w.t("reports.doc.evaluation"), "evaluation")}, EvaluationBlocks(w.ctx, w.r)...)
}

func (w *writer) shares(caption string, list []record.Share, name func(record.Cell) string) []paper.Block {
	if len(list) == 0 {
		return nil
	}
	t := paper.Table{Caption: caption, Head: []string{w.t("reports.doc.group"), w.t("reports.doc.of_participants"), w.t("reports.doc.of_population")}, Widths: []float64{3, 1, 1}, Numbers: []bool{false, true, true}}
	withheld := false
	for _, s := range list {
		part := "*"
		if s.Part != nil {
			part = i18n.Percent(w.ctx, *s.Part/100)
		} else {
			withheld = true
		}
		t.Rows = append(t.Rows, row(name(record.Cell{Key: s.Key, Label: s.Label}), part, i18n.Percent(w.ctx, s.Home/100)))
	}
	if withheld {
		return []paper.Block{t, paper.Paragraph{Spans: paper.Text("* " + w.t("reports.doc.withheld", "N", record.Small)), Small: true}}
	}
	return []paper.Block{t}
}
