package attachments

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"glas/internal/form"
	"glas/internal/subject"
	"glas/tenant"
)

// The kinds of attachment.
const (
	Photo    = "photo"
	Document = "document"
)

// The variants of a file that can be fetched.
const (
	Thumb = "thumb" // a photo, at most 400 px on its longer side
	Full  = "full"  // a photo, at most 1600 px
	File  = "file"  // a document as it was sent
)

const (
	thumbSide = 400
	fullSide  = 1600
	// MaxBytes is the largest single file.
	MaxBytes = 20 << 20
	// maxAlt is the longest description of a photo, in letters.
	maxAlt = 300
)

// Limits is how much one form takes. The zero Limits takes nothing.
type Limits struct {
	Photos    int
	Documents int
	// AltRequired asks for a description of every photo, as for what the municipality itself publishes.
	AltRequired bool
	// Visitors may send files too; they are kept for a day under a token that the form carries (Batch.Pass).
	Visitors bool
}

func (l Limits) total() int { return l.Photos + l.Documents }

// Attachment is a file that belongs to a thing.
type Attachment struct {
	tenant.Key
	SubjectKind string `json:"-"`
	SubjectID   string `json:"-"`
	Kind        string `json:"kind"`
	// Name is that of the file as it was sent, safe to show.
	Name string `json:"name"`
	// Alt says in words what a photo shows.
	Alt         string `json:"alt,omitempty"`
	ContentType string `json:"content_type"`
	// Size in bytes; of a photo that of the larger copy.
	Size   int64  `json:"size"`
	Sha256 string `bun:"sha256" json:"sha256"`
	// Width and Height of the larger copy of a photo, in pixels.
	Width  int `json:"width,omitempty"`
	Height int `json:"height,omitempty"`
	// RenderedAt is when the copies of a photo were made; until then there is nothing to see.
	RenderedAt time.Time `bun:",nullzero" json:"-"`
	// Broken photos turned out to be unreadable.
	Broken bool `json:"-"`
	// Scan marks a PDF that seems to hold pictures only, which no screen reader can read.
	Scan bool `json:"scan,omitempty"`
	// Public files are shown to everybody, others to their owner and to staff.
	Public    bool      `json:"-"`
	OwnerID   string    `json:"-"`
	Position  int       `json:"-"`
	CreatedAt time.Time `json:"created_at"`
	DeletedAt time.Time `bun:",nullzero" json:"-"`
	// Pass is the token that goes into its addresses, for somebody who has no account.
	Pass string `bun:"-" json:"-"`
}

// Ref is the thing that the file belongs to, zero while it belongs to none.
func (a *Attachment) Ref() subject.Ref { return subject.Ref{Kind: a.SubjectKind, ID: a.SubjectID} }

// Ready reports whether there is something to fetch.
func (a *Attachment) Ready() bool { return a.Kind == Document || !a.RenderedAt.IsZero() && !a.Broken }

// Path is the address of a variant, without a language prefix: files are the same in every language.
func (a *Attachment) Path(variant string) string {
	path := "/files/" + a.ID + "/" + variant
	if a.Pass != "" {
		path += "?k=" + url.QueryEscape(a.Pass)
	}
	return path
}

// Main is the address of the file itself: the larger copy of a photo, or the document.
func (a *Attachment) Main() string {
	if a.Kind == Photo {
		return a.Path(Full)
	}
	return a.Path(File)
}

// Photos are those of a list that are photos.
func Photos(list []Attachment) []Attachment { return only(list, Photo) }

// Files are those of a list that are documents.
func Files(list []Attachment) []Attachment { return only(list, Document) }

func only(list []Attachment, kind string) []Attachment {
	var out []Attachment
	for _, a := range list {
		if a.Kind == kind {
			out = append(out, a)
		}
	}
	return out
}

// Item is an attachment in the public interface.
type Item struct {
	Attachment
	// URL is the address of the file, below that of the site.
	URL string `json:"url"`
	// ThumbURL is the address of a small copy of a photo.
	ThumbURL string `json:"thumb_url,omitempty"`
}

// Items are the public attachments of a list, as the public interface gives them.
func Items(list []Attachment) []Item {
	out := []Item{}
	for _, a := range list {
		if !a.Public || !a.Ready() {
			continue
		}
		item := Item{Attachment: a, URL: a.Main()}
		if a.Kind == Photo {
			item.ThumbURL = a.Path(Thumb)
		}
		out = append(out, item)
	}
	return out
}

// key is where a variant lies in the file store.
func (a *Attachment) key(variant string) string {
	switch {
	case a.Kind == Document || variant == original:
		return a.TenantID + "/att/" + a.ID + "/" + original
	default:
		return a.TenantID + "/att/" + a.ID + "/" + variant + ".jpg"
	}
}

const original = "original"

// Batch is what one form adds to a thing and changes about what is there.
type Batch struct {
	// Files are stored by Add itself; forms of people go through Receive instead, which stores them first.
	Files []form.File
	// Alts describe the photos among Files, by their place there.
	Alts []string
	// Staged are files that Receive stored for who acts.
	Staged []Attachment
	// AltOf are descriptions by the id of an attachment, staged or there already.
	AltOf map[string]string
	// Gone are the ids of attachments to be removed.
	Gone []string
	// Public shows the new files to everybody at once.
	Public bool
	// Limits bound how many the thing may have in the end; the zero Limits sets no bound.
	Limits Limits
	// Pass is the token under which files of somebody without an account are kept until they are put to a thing.
	Pass string
	// Lat and Lng are where the first photo that says so was taken, when Placed: to be offered, never stored unasked.
	Lat, Lng float64
	Placed   bool
}

// Existing joins what a thing has with what a refused form has already stored, for showing the form again. Nothing has to
// be chosen twice.
func (b Batch) Existing(has []Attachment) []Attachment {
	var out []Attachment
	for _, a := range slices.Concat(has, b.Staged) {
		if alt, ok := b.AltOf[a.ID]; ok {
			a.Alt = alt
		}
		if a.SubjectKind == "" {
			a.Pass = a.passOf()
		}
		out = append(out, a)
	}
	return out
}

// disposition offers a file for saving under its own name: in ASCII for old programs, and in full as RFC 5987 asks.
func disposition(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/%;`, r) {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
