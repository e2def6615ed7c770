package documents

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/tenant"
)

// Kind is the subject kind of a document, for the search.
const Kind = "document"

// The usual kinds of documents; a municipality may name more.
const (
	Draft    = "draft"
	Reasons  = "reasons"
	Impact   = "impact"
	Opinion  = "opinion"
	Plan     = "plan"
	Protocol = "protocol"
	Report   = "report"
	Decision = "decision"
	Other    = "other"
)

// Usual lists the usual kinds in the order in which they are shown.
func Usual() []string {
	return []string{Draft, Reasons, Impact, Opinion, Plan, Protocol, Report, Decision, Other}
}

// MaxBytes is the largest file.
const MaxBytes = 20 << 20

// Document is one version of a document that belongs to a thing.
type Document struct {
	tenant.Key
	SubjectKind string
	SubjectID   string
	// Kind is one of Usual, or the id of a kind that the municipality named.
	Kind string
	// Lang is the language it is written in, empty when none is said.
	Lang  string
	Title i18n.Text `bun:"type:jsonb"`
	// Version counts from 1; Series is the id of the first version.
	Version  int
	Series   string
	FileName string
	Mime     string
	// Size in bytes.
	Size int64
	// SHA256 of the file as it is given out, in hexadecimal digits.
	SHA256       string `bun:"sha256"`
	BlobKey      string
	ReplacesID   string
	ReplacedByID string
	ReplacedAt   time.Time `bun:",nullzero"`
	// ReplaceReason is why this version took the place of the one before.
	ReplaceReason i18n.Text `bun:"type:jsonb"`
	// ReadAt is when its text was taken out; until then TextLayer, ImagesWithoutAlt and Pages are not known.
	ReadAt           time.Time `bun:",nullzero"`
	TextLayer        bool
	ImagesWithoutAlt int
	Pages            int
	// Alt says in words what a picture shows.
	Alt    string
	Public bool
	// Path is the page on which it stands, ConsultationID what it belongs to there.
	Path           string
	ConsultationID string
	AddedBy        string
	AddedAt        time.Time
}

// Ref is how the search points at it.
func (d *Document) Ref() subject.Ref { return subject.Ref{Kind: Kind, ID: d.ID} }

// Subject is the thing it belongs to.
func (d *Document) Subject() subject.Ref { return subject.Ref{Kind: d.SubjectKind, ID: d.SubjectID} }

// Href is the address of the file, without a language prefix: files are the same in every language.
func (d *Document) Href() string { return "/documents/" + d.ID + "/" + url.PathEscape(d.FileName) }

// Current reports whether no other version took its place.
func (d *Document) Current() bool { return d.ReplacedByID == "" }

// Picture reports whether it is a picture and not a text.
func (d *Document) Picture() bool { return picture(d.Mime) }

func (w *WaitingDocument) picture() bool { return picture(w.Mime) }

func picture(mime string) bool { return strings.HasPrefix(mime, "image/") }

// Format is how its name ends: "PDF".
func (d *Document) Format() string {
	return strings.ToUpper(strings.TrimPrefix(path.Ext(d.FileName), "."))
}

// Warnings say what keeps people from reading it, in the reader's language, for staff.
func (d *Document) Warnings(ctx context.Context) []string {
	var out []string
	if !d.ReadAt.IsZero() && !d.TextLayer {
		out = append(out, i18n.T(ctx, "documents.warn.scan"))
	}
	if d.ImagesWithoutAlt > 0 {
		out = append(out, i18n.N(ctx, "documents.warn.images", d.ImagesWithoutAlt))
	}
	return out
}

// CurrentOf are the documents of a list that nothing took the place of.
func CurrentOf(list []Document) []Document {
	return slices.DeleteFunc(slices.Clone(list), func(d Document) bool { return !d.Current() })
}

// KindsOf are the kinds of the current documents of a list.
func KindsOf(list []Document) []string {
	var out []string
	for _, d := range CurrentOf(list) {
		out = append(out, d.Kind)
	}
	return out
}

// earlier are the versions before a document, the newest first.
func earlier(list []Document, d Document) []Document {
	var out []Document
	for _, e := range slices.Backward(list) {
		if e.Series == d.Series && e.ID != d.ID {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Document) int { return b.Version - a.Version })
	return out
}

// File is a file that was looked into.
type File struct {
	Name string
	Mime string
	Data []byte
	// Picture tells a picture from a text; Scan marks a PDF that seems to hold pictures only.
	Picture, Scan bool
}

// Place is where a document belongs.
type Place struct {
	Ref subject.Ref
	// Path is the page on which it stands, without a language prefix.
	Path           string
	ConsultationID string
	// Public shows it to everybody at once.
	Public bool
}

// Sent is a document that a form carried and that is stored, but belongs to nothing yet.
type Sent struct {
	id, key   string
	Kind      string
	Lang      string
	Title     i18n.Text
	Alt       string
	Reason    i18n.Text
	FileName  string
	Mime      string
	Size      int64
	SHA256    string
	textLayer bool
	// waits says that it came with a form, and is one of the files that wait until it is used.
	waits bool
}

// Look tells by its content what a file is; what is not taken is fault.Invalid.
type Look func(f form.File) (File, error)
