package attachments

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"glas/internal/form"
	"glas/internal/i18n"
)

func itoa(n int) string { return strconv.Itoa(n) }

// typedAlt is what was typed about a new photo. Once the photos are stored, the words stand beside their pictures.
func typedAlt(d UploadData, n int) string {
	stored := slices.ContainsFunc(d.Existing, func(a Attachment) bool { return a.SubjectKind == "" })
	if d.Form == nil || stored {
		return ""
	}
	return d.Form.Value(altField(n))
}

// gone reports whether a form asks for a file to be removed.
func gone(f *form.Form, id string) bool {
	return f != nil && slices.Contains(f.Values("files.gone"), id)
}

// field names an existing file in a form: one that belongs to the thing, or one that only waits to.
func field(a Attachment) string {
	if a.SubjectKind == "" {
		return "files.staged"
	}
	return "files.known"
}

// label is the kind of a document as it ends: "PDF".
func label(a Attachment) string {
	if e := strings.TrimPrefix(path.Ext(a.Name), "."); e != "" {
		return strings.ToUpper(e)
	}
	return "TXT"
}

func waitingWords(ctx context.Context, a Attachment) string {
	if a.Broken {
		return i18n.T(ctx, "attachments.broken")
	}
	return i18n.T(ctx, "attachments.waiting")
}

// usualLabel names what can be chosen: who may send photos only is not asked for documents.
func usualLabel(ctx context.Context, l Limits) string {
	if l.Documents == 0 {
		return i18n.T(ctx, "attachments.upload.photos")
	}
	return i18n.T(ctx, "attachments.upload.label")
}

func usualHelp(ctx context.Context, l Limits) string {
	switch {
	case l.Documents == 0:
		return i18n.T(ctx, "attachments.upload.photos_help", "N", l.Photos)
	case l.Photos == 0:
		return i18n.T(ctx, "attachments.upload.documents_help", "N", l.Documents)
	default:
		return i18n.T(ctx, "attachments.upload.help", "Photos", l.Photos, "Documents", l.Documents)
	}
}
