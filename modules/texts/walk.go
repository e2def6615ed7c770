package texts

import (
	"context"
	"slices"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/modules/texts/internal/act"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// Wording is a published version of an act, for archives.
type Wording struct {
	TextID, Title, Lang string
	Number              int
	Note                i18n.Text
	PublishedAt         time.Time
	// Markdown is the whole act to be read, Blocks the same piece by piece.
	Markdown string
	Blocks   []WordingBlock
}

// WordingBlock is a piece of an act.
type WordingBlock struct {
	Key     string `json:"key"`
	Kind    string `json:"kind"`
	Depth   int    `json:"depth,omitempty"`
	Number  string `json:"number,omitempty"`
	Heading string `json:"heading,omitempty"`
	Text    string `json:"text,omitempty"`
	Label   string `json:"label"`
	Change  string `json:"change,omitempty"`
	Because string `json:"because,omitempty"`
}

// Plans are the public plan sheets of a consultation with their zones.
func Plans(ctx context.Context, tx *tenant.Tx, consultationID string) ([]*Sheet, error) {
	all, err := stored.SheetsOf(ctx, tx, consultationID)
	return slices.DeleteFunc(all, func(s *Sheet) bool { return s.State != stored.Published }), err
}

// Wordings gives the published versions of the acts of a consultation to fn, in the order of the acts and each from its first on.
func Wordings(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(w Wording) error) error {
	all, err := stored.Of(ctx, tx, consultationID)
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.VersionID == "" {
			continue
		}
		versions, err := stored.Versions(ctx, tx, t.ID, false)
		if err != nil {
			return err
		}
		for _, v := range slices.Backward(versions) {
			blocks, err := stored.Blocks(ctx, tx, v.ID)
			if err != nil {
				return err
			}
			if err := fn(wording(t, v, blocks)); err != nil {
				return err
			}
		}
	}
	return nil
}

func wording(t *stored.Text, v *stored.TextVersion, blocks []*stored.TextBlock) Wording {
	w := Wording{TextID: t.ID, Title: v.Title, Lang: t.Lang, Number: v.Number, Note: v.Note, PublishedAt: v.PublishedAt, Blocks: []WordingBlock{}}
	if w.Title == "" {
		w.Title = t.Title
	}
	var md strings.Builder
	md.WriteString("# " + w.Title + "\n")
	for _, b := range blocks {
		w.Blocks = append(w.Blocks, WordingBlock{Key: b.Name, Kind: string(b.Kind), Depth: b.Depth, Number: b.Number, Heading: b.Heading, Text: b.Body, Label: b.Label,
			Change: string(b.Change), Because: b.Because})
		md.WriteString("\n" + markdownOf(b) + "\n")
	}
	w.Markdown = md.String()
	return w
}

// markdownOf is a block as Markdown: chapters and articles are headings, what they say stands below.
func markdownOf(b *stored.TextBlock) string {
	head := strings.TrimSpace(b.Number + " " + b.Heading)
	switch b.Kind {
	case act.Chapter:
		head = "## " + head
	case act.Article:
		head = "### " + head
	default:
		return strings.TrimSpace(strings.TrimSpace(head + " " + b.Body))
	}
	if b.Body == "" {
		return head
	}
	return head + "\n\n" + b.Body
}
