// Package stored is what a case is, which rules it keeps and how it is stored, listed and found: no pages, and nobody's rights.
//
// The decisions bound here: states.go is the only table of what may follow what, sight.go the only answer to who sees what, and a change
// of a case and its one event are written together, with the row's version as the event's place in the history.
package stored

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/text"
	"glas/modules/cases/internal/places"
	"glas/tenant"
)

// Kind is the subject kind of a case.
const Kind = "case"

// Bounds of what people write, in letters (grapheme clusters), and of files.
const (
	TitleMin, TitleMax   = 3, 150
	BodyMin, BodyMax     = 10, 5000
	AddressMax           = 200
	NameMax              = 100
	ReasonMin, ReasonMax = 5, 2000
	MessageMax           = 5000
	AnswerMax            = 10000
	PhotosMax            = 5
)

// Usual numbers where a topic or a municipality says nothing.
const (
	// DuplicateRadius and NearRadius are in metres: what counts as the same place, and what a citizen is shown as near.
	DuplicateRadius, NearRadius = 50, 250
	DuplicateDays               = 21
	ReopenDays                  = 14
	ConfirmDays                 = 7
	WaitDays                    = 5 // working days
	SurveyDays                  = 14
	UnmergeDays                 = 30
	MaxPromises                 = 3 // the first promised date and two more
	repeatWindow                = 10 * time.Minute
)

// The kinds of case that exist.
const (
	Defect     = "defect"
	Complaint  = "complaint"
	Praise     = "praise"
	Initiative = "initiative"
	Suggestion = "suggestion"
	Query      = "question"
	Request    = "request"
	Info       = "information_request"
	Tipoff     = "tipoff"
	Petition   = "petition"
)

// Kinds lists them in the order in which they are offered.
func Kinds() []string {
	return []string{Defect, Initiative, Complaint, Praise, Query, Suggestion, Request, Info, Tipoff, Petition}
}

// Channels by which cases come.
func Channels() []string {
	return []string{"web", "app", "phone", "desk", "field_team", "email", "whatsapp", "sms", "facebook", "instagram", "x", "letter", "petition_list", "legal", "open311", "import", "internal"}
}

// Visibility is who may ever see a case.
type Visibility string

// The four visibilities.
const (
	// Public shows the case, and the reporter's name when he wants it.
	Public Visibility = "public"
	// Nameless shows the case without a name, whatever the reporter ticked.
	Nameless Visibility = "anonymous_public"
	// ReporterOnly is between the reporter and those who work on it.
	ReporterOnly Visibility = "reporter_only"
	// Internal is for the municipality's own people.
	Internal Visibility = "internal"
)

// Visibilities lists them from most to least open.
func Visibilities() []Visibility { return []Visibility{Public, Nameless, ReporterOnly, Internal} }

// Open reports whether everybody may see such a case once it is published.
func (v Visibility) Open() bool { return v == Public || v == Nameless }

// PublishMode is when a case is shown.
type PublishMode string

// The publish modes.
const (
	OnConfirm   PublishMode = "on_confirm"
	AfterReview PublishMode = "after_review"
	WithAnswer  PublishMode = "with_answer"
	Never       PublishMode = "never"
)

// PublishModes lists them from earliest to never.
func PublishModes() []PublishMode { return []PublishMode{OnConfirm, AfterReview, WithAnswer, Never} }

// Location is how exactly everybody may know the place.
type Location string

// The three exactnesses; Blurred is the middle of a square of 100 m.
const (
	Exact   Location = "exact"
	Blurred Location = "blurred"
	Hidden  Location = "hidden"
)

// Reply is the answer to one of the topic's own questions; Label is the question as it was asked.
type Reply struct {
	Code   string   `json:"code"`
	Label  string   `json:"label,omitempty"`
	Values []string `json:"values"`
}

// Priorities are low, normal, high and urgent.
const (
	Low int64 = iota
	Normal
	High
	Urgent
)

// The states of responsibility of a department.
const (
	Pending  = "pending"
	Accepted = "accepted"
	Declined = "declined"
)

// NewToken is 22 characters that cannot be guessed (128 bits).
func NewToken() string {
	return id.Token(16)
}

// TokenValid reports whether s has the form of a token.
func TokenValid(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && len(b) == 16 && len(s) == 22
}

// NumberOf writes a number: "VEL-2026-000123".
func NumberOf(prefix string, year int, serial int64) string {
	return fmt.Sprintf("%s-%d-%06d", prefix, year, serial)
}

// NumberValid reports whether s can be a number, so that an address that is none costs no look-up.
func NumberValid(s string) bool {
	parts := strings.Split(s, "-")
	if len(parts) != 3 || len(parts[0]) == 0 || len(parts[0]) > 8 || len(parts[1]) != 4 || len(parts[2]) < 6 || len(parts[2]) > 12 {
		return false
	}
	_, err := strconv.ParseUint(parts[1]+parts[2], 10, 64)
	return err == nil
}

// PrefixOf is the beginning of numbers of a municipality that chose none: three letters of its short name.
func PrefixOf(t *tenant.Tenant) string {
	var out []rune
	for _, r := range strings.ToUpper(t.Slug) {
		if r >= 'A' && r <= 'Z' && len(out) < 3 {
			out = append(out, r)
		}
	}
	for len(out) < 3 {
		out = append(out, 'X')
	}
	return string(out)
}

// Derive computes what hangs on other columns: group of the state, whether the case is shown, its public place, its fingerprint.
func (c *Case) Derive() {
	c.Grp = c.State.Group()
	c.Shown = listed(c)
	c.PublicLat, c.PublicLng, c.Cell = nil, nil, nil
	if lat, lng, ok := placeFor(c, placeOf(c.Location)); ok {
		key := geo.Key(lat, lng)
		c.PublicLat, c.PublicLng, c.Cell = &lat, &lng, &key
	}
	if c.Facet = ""; c.Shown {
		c.Facet = places.Facet(c.Kind, c.TopicID, c.AreaID, string(c.Grp))
	}
	c.Folded = cut(search.Fold(c.Title+" "+text.Plain(c.Body)), 2000)
	if c.Answers == nil {
		c.Answers = []Reply{}
	}
	if c.Promise == nil {
		c.Promise = i18n.Text{}
	}
	if c.Answer == nil {
		c.Answer = i18n.Text{}
	}
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// Fingerprint is the same for the same words of the same person, so that a form sent twice is one case.
func (c *Case) Fingerprint(sender string) string {
	h := fnv.New64a()
	for _, s := range []string{c.Kind, c.TopicID, sender, search.Fold(c.Title), search.Fold(c.Body)} {
		_, _ = h.Write([]byte(s + "\x00")) // a hash in memory cannot fail
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// Document is how a case that everybody may see is found: only what everybody reads is in it.
func (c *Case) Document() search.Document {
	place := ""
	if c.Location == Exact || c.Location == "" {
		place = c.Address
	}
	return search.Document{Ref: c.Ref(), Title: c.ShownTitle(), Body: text.Plain(c.ShownBody()) + "\n" + place + "\n" + c.Number, Path: c.Path(), Lang: c.ShownLang(),
		Area: c.AreaID, Topic: "", Updated: c.PublishedAt}
}

// PhoneKey is a phone number as it is compared: the last nine digits, whatever stands before.
func PhoneKey(s string) string {
	var digits []byte
	for _, b := range []byte(s) {
		if b >= '0' && b <= '9' {
			digits = append(digits, b)
		}
	}
	if len(digits) < 5 {
		return ""
	}
	return string(digits[max(0, len(digits)-9):])
}

// Known is s when it is one of the allowed, otherwise empty.
func Known[T ~string](s string, allowed ...T) T {
	if slices.Contains(allowed, T(s)) {
		return T(s)
	}
	return ""
}
