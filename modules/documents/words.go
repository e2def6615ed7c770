package documents

import (
	"context"
	"strings"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web/ui"
)

func kindRef(kindID string) subject.Ref { return subject.Ref{Kind: "document_kind", ID: kindID} }

// facts are format, size, pages and date of a document.
func facts(ctx context.Context, d Document) string {
	parts := []string{d.Format(), ui.Bytes(ctx, d.Size)}
	if d.Pages > 0 {
		parts = append(parts, i18n.N(ctx, "documents.pages", d.Pages))
	}
	if other := i18n.Other(ctx, d.Lang); other != "" {
		parts = append(parts, i18n.LangName(other))
	}
	return strings.Join(append(parts, i18n.DateShort(ctx, d.AddedAt)), " · ")
}

func langOptions(ctx context.Context, languages []string) []ui.Option {
	out := []ui.Option{{Value: "", Label: i18n.T(ctx, "documents.no_lang")}}
	for _, l := range languages {
		out = append(out, ui.Option{Value: l, Label: i18n.LangName(l)})
	}
	return out
}

// has reports whether a kind is the municipality's own.
func (n Names) has(kind string) bool {
	for _, k := range n.own {
		if k.ID == kind {
			return true
		}
	}
	return false
}

// fileLabel is the label of the field for the file, which says so when one is there already.
func fileLabel(ctx context.Context, f *form.Form) string {
	if f.Value(waitingField) != "" {
		return i18n.T(ctx, "documents.other_file")
	}
	return i18n.T(ctx, "documents.file")
}
