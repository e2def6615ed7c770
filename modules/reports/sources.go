package reports

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/remarks"
	"glas/modules/reports/internal/gather"
	"glas/modules/reports/internal/record"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// remarkBatch is how many remarks are read before their files are.
const remarkBatch = 200

// PublicRemarks gives the remarks of a consultation as everybody may read them, with their public files, for Deps.Remarks. What was
// hidden, refused, withdrawn or removed is not among them.
func PublicRemarks(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(Remark) error) error {
	var list []*remarks.Remark
	give := func() error {
		files, err := filesOf(ctx, tx, list)
		if err != nil {
			return err
		}
		for _, m := range list {
			if err := fn(asPublished(m, files[m.Ref()])); err != nil {
				return err
			}
		}
		list = list[:0]
		return nil
	}
	err := remarks.Walk(ctx, tx, consultationID, func(m *remarks.Remark) error {
		if m.State != remarks.Shown {
			return nil
		}
		if list = append(list, m); len(list) == remarkBatch {
			return give()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return give()
}

// filesOf are the files of remarks that everybody can read.
func filesOf(ctx context.Context, tx *tenant.Tx, list []*remarks.Remark) (map[subject.Ref][]attachments.Attachment, error) {
	var refs []subject.Ref
	for _, m := range list {
		if m.FileCount > 0 {
			refs = append(refs, m.Ref())
		}
	}
	if len(refs) == 0 {
		return nil, nil
	}
	return attachments.Of(ctx, tx, refs)
}

func asPublished(m *remarks.Remark, files []attachments.Attachment) Remark {
	one := Remark{No: m.Name(), ReceivedAt: m.ReceivedAt.UTC(), Channel: string(m.Channel), TextID: m.HostID, Block: m.Block, Label: m.Label, Quote: m.Quote,
		Author: m.AuthorName, AuthorKind: m.AuthorKind, Stance: string(m.Stance), Lang: m.Lang, Body: m.Body, Proposed: m.Wording, Effects: m.Effects, Path: m.Path(),
		Files: gather.Files(files), AuthorID: m.OrganisationID}
	if one.Label == "" {
		one.Label = m.Zone
	}
	if m.X > 0 || m.Y > 0 {
		one.Point = &[2]float64{math.Round(m.X*1000) / 10, math.Round(m.Y*1000) / 10}
	}
	if a := m.PublicAnswer; a != nil {
		one.Disposition, one.Reason, one.DepartmentID, one.Change = string(a.Disposition), a.Reason, a.DepartmentID, strings.TrimSpace(a.ChangeLabel)
		if !a.DecidedAt.IsZero() {
			one.DecidedAt = a.DecidedAt.UTC()
		}
	}
	return one
}

// RemarksOf gives the remarks of some accounts with their published answers, for Deps.Mine.
func RemarksOf(ctx context.Context, tx *tenant.Tx, consultationID string, accountIDs []string) (map[string][]Remark, error) {
	rows, err := stored.MineOf(ctx, tx, consultationID, accountIDs)
	out := map[string][]Remark{}
	for _, r := range rows {
		no := fmt.Sprintf("%d/%d", r.Year, r.Number)
		one := Remark{No: no, Body: r.Body, Disposition: r.PublicDisposition, Path: "/remarks/" + no}
		if r.PublicAnswer != nil {
			one.Reason = r.PublicAnswer.Reason
		}
		out[r.AuthorID] = append(out[r.AuthorID], one)
	}
	return out, err
}

// ActsOf gives the articles of the acts of a consultation and the zones of its plans, and how the acts were changed since their first
// version, for Deps.Texts.
func ActsOf(ctx context.Context, tx *tenant.Tx, consultationID string) ([]Article, []Change, error) {
	acts, err := stored.Acts(ctx, tx, consultationID)
	if err != nil {
		return nil, nil, err
	}
	var articles []Article
	var changes []Change
	for _, a := range acts {
		title := i18n.Text{a.Lang: a.Title}
		articles = append(articles, articlesOf(a, title)...)
		changes = append(changes, changesOf(a, title)...)
	}
	plans, err := stored.Plans(ctx, tx, consultationID)
	for _, p := range plans {
		articles = append(articles, zonesOf(p)...)
	}
	return articles, changes, err
}

// zonesOf lists a plan sheet as a whole and then each of its zones.
func zonesOf(p stored.Plan) []Article {
	title, path := i18n.Text{p.Lang: p.Title}, "/sheets/"+p.ID
	out := []Article{{Kind: record.KindSheet, TextID: p.ID, TextTitle: title, Label: p.Title, Path: path}}
	for _, z := range p.Zones {
		out = append(out, Article{Kind: record.KindZone, TextID: p.ID, TextTitle: title, Block: z.Key, Label: z.Number, Title: z.Label, Path: path + "/zones/" + z.Key})
	}
	return out
}

// articlesOf lists articles; paragraphs and points belong to the article before them, and what stands outside of articles (chapters,
// notes such as signatures and annexes, paragraphs of acts without articles) for itself.
func articlesOf(a *stored.Act, title i18n.Text) []Article {
	var out []Article
	inArticle := false
	for _, b := range a.Blocks {
		switch b.Kind {
		case "article":
			inArticle = true
		case "chapter", "note":
			inArticle = false
		default:
			if inArticle {
				last := &out[len(out)-1]
				last.Blocks = append(last.Blocks, b.Key)
				continue
			}
		}
		one := Article{TextID: a.ID, TextTitle: title, Block: b.Key, Label: b.Label, Title: b.Heading, Path: "/texts/" + a.ID + "/blocks/" + b.Key, Blocks: []string{b.Key}}
		switch b.Kind {
		case "chapter":
			one.Level, one.Kind = 1, record.KindChapter
		case "note":
			one.Kind = record.KindNote
		}
		out = append(out, one)
	}
	return out
}

func changesOf(a *stored.Act, title i18n.Text) []Change {
	if len(a.First) == 0 {
		return nil
	}
	var out []Change
	there := map[string]bool{}
	for _, b := range a.Blocks {
		there[b.Key] = true
		before, was := a.First[b.Key]
		if was && before.Words() == b.Words() {
			continue
		}
		out = append(out, Change{TextTitle: title, Label: b.Label, Before: before.Words(), After: b.Words(), Because: a.Because[b.Key], Version: fmt.Sprint(a.Number)})
	}
	for _, key := range slices.Sorted(maps.Keys(a.First)) {
		if b := a.First[key]; !there[key] {
			out = append(out, Change{TextTitle: title, Label: b.Label, Before: b.Words(), Because: a.Because[key], Version: fmt.Sprint(a.Number)})
		}
	}
	return out
}
