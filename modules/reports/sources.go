package reports

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"glas/internal/i18n"
	"glas/modules/remarks"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// PublicRemarks gives the remarks of a consultation as everybody may read them, for Deps.Remarks. What was hidden, refused, withdrawn
// or removed is not among them.
func PublicRemarks(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(Remark) error) error {
	return remarks.Walk(ctx, tx, consultationID, func(m *remarks.Remark) error {
		if m.State != remarks.Shown {
			return nil
		}
		one := Remark{No: m.Name(), ReceivedAt: m.ReceivedAt.UTC(), Channel: string(m.Channel), TextID: m.HostID, Block: m.Block, Label: m.Label, Quote: m.Quote,
			Author: m.AuthorName, AuthorKind: m.AuthorKind, Stance: string(m.Stance), Lang: m.Lang, Body: m.Body, Proposed: m.Wording, Effects: m.Effects, Path: m.Path(),
			AuthorID: m.OrganisationID}
		if one.Label == "" {
			one.Label = m.Zone
		}
		if a := m.PublicAnswer; a != nil {
			one.Disposition, one.Reason, one.DepartmentID, one.Change = string(a.Disposition), a.Reason, a.DepartmentID, strings.TrimSpace(a.ChangeLabel)
			if !a.DecidedAt.IsZero() {
				one.DecidedAt = a.DecidedAt.UTC()
			}
		}
		return fn(one)
	})
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

// ActsOf gives the articles of the acts of a consultation and how they were changed since their first version, for Deps.Texts.
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
	return articles, changes, nil
}

// articlesOf lists articles; paragraphs and points belong to the article before them, and what stands outside of articles (chapters,
// notes, paragraphs of acts without articles) for itself.
func articlesOf(a *stored.Act, title i18n.Text) []Article {
	var out []Article
	inArticle := false
	for _, b := range a.Blocks {
		switch b.Kind {
		case "article":
			inArticle = true
		case "chapter":
			inArticle = false
		default:
			if inArticle {
				last := &out[len(out)-1]
				last.Blocks = append(last.Blocks, b.Key)
				continue
			}
		}
		one := Article{TextID: a.ID, TextTitle: title, Block: b.Key, Label: b.Label, Title: b.Heading, Path: "/texts/" + a.ID + "/blocks/" + b.Key, Blocks: []string{b.Key}}
		if b.Kind == "chapter" {
			one.Level = 1
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
