// Package tenant knows the municipalities: which one a request is for, its settings and theme, and the only door to its rows.
//
// The decision bound here: one database holds every municipality, each row carries its tenant_id, and no module ever holds a
// database handle. It holds a DB, whose two doors View and Update take the municipality from the context, fail without one, and
// hand out a Tx that can only build statements confined to it. Row level security on PostgreSQL and the statement guard on SQLite
// are the second net.
package tenant

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/mail"
	"glas/internal/theme"
)

// State is what a municipality can be used for.
type State string

// The states of a municipality.
const (
	// Active municipalities are open for everything.
	Active State = "active"
	// ReadOnly ones can be read, but nobody can change anything.
	ReadOnly State = "read_only"
	// Suspended ones answer every request with a page that says so.
	Suspended State = "suspended"
)

// Valid reports whether s is a known state.
func (s State) Valid() bool { return s == Active || s == ReadOnly || s == Suspended }

// Tenant is one municipality. It is shared between requests: copy it before changing it.
type Tenant struct {
	ID    string
	Slug  string
	State State
	// Country is the two-letter code of the preset: si, bg, gr or tr.
	Country string
	// Listed municipalities agreed to be named on the front page of the deployment.
	Listed        bool
	PolicyVersion int64
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Settings
	// Host is the main address, such as "velenje.localhost"; requests to the others are redirected to it.
	Host string
	zone *time.Location
}

// Settings is what a municipality may change about itself.
type Settings struct {
	Name    i18n.Text `json:"name"`
	Tagline i18n.Text `json:"tagline"`
	// Languages are offered in this order; the first one is the default and has no prefix in addresses.
	Languages []string `json:"languages"`
	// TimeZone is an IANA name; every date of the municipality is computed in it.
	TimeZone string      `json:"time_zone"`
	Contact  Contact     `json:"contact"`
	Theme    theme.Input `json:"theme"`
	Hero     Hero        `json:"hero"`
	Map      Map         `json:"map"`
	Rules    Rules       `json:"rules"`
	// Off lists the parts that are switched off, by the names in Parts.
	Off []string `json:"off,omitempty"`
}

// Contact is where a person reaches the municipality outside of the platform.
type Contact struct {
	Email   string `json:"email"`
	Phone   string `json:"phone"`
	Address string `json:"address"`
}

// Hero is what the front page opens with.
type Hero struct {
	Heading i18n.Text `json:"heading"`
	Text    i18n.Text `json:"text"`
}

// Map is what a map of the municipality shows.
type Map struct {
	// Lat and Lng are the centre in degrees (WGS 84).
	Lat  float64 `json:"lat"`
	Lng  float64 `json:"lng"`
	Zoom int     `json:"zoom"`
	// Boundary is a ring of longitude and latitude pairs, as in GeoJSON.
	Boundary [][2]float64 `json:"boundary,omitempty"`
	// Tiles is an XYZ address with {z}, {x} and {y}, or that of a WMS when Layers is set; empty draws the municipality's own streets
	// and boundary.
	Tiles       string `json:"tiles,omitempty"`
	Attribution string `json:"attribution,omitempty"`
	// Layers are the layers of a WMS, separated by commas; empty for XYZ.
	Layers string `json:"layers,omitempty"`
}

// TileHost is where tiles come from, as a source of a content security policy: "https://*.tile.example.org"; empty without tiles.
func (m Map) TileHost() string {
	u, err := url.Parse(m.sampleTile())
	if m.Tiles == "" || err != nil || u.Scheme != "https" || u.Host == "" || strings.ContainsAny(u.Host, "'; ,") {
		return ""
	}
	host := u.Host
	if strings.Contains(m.Tiles, "{s}") {
		if _, rest, ok := strings.Cut(host, "."); ok && strings.Contains(rest, ".") {
			host = "*." + rest
		}
	}
	return "https://" + host
}

// ValidTiles reports whether the address can be that of tiles: https, and with {z}, {x} and {y} unless it is a WMS.
func (m Map) ValidTiles() bool {
	if m.Tiles == "" {
		return m.Layers == ""
	}
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		if strings.Contains(m.Tiles, part) != (m.Layers == "") {
			return false
		}
	}
	return m.TileHost() != ""
}

func (m Map) sampleTile() string {
	return strings.NewReplacer("{s}", "s", "{z}", "1", "{x}", "1", "{y}", "1", "{r}", "").Replace(m.Tiles)
}

// Rules are the legal numbers of a municipality: the preset of its country, every one of them editable, because none of them
// is certain for every municipality (reference: the law of the country named in Preset).
type Rules struct {
	// ConsultationDays is the usual length of a consultation, ConsultationMinimum the shortest allowed, both in calendar days.
	ConsultationDays    int `json:"consultation_days"`
	ConsultationMinimum int `json:"consultation_minimum"`
	// ShortReason demands a published reason for a consultation below ConsultationDays.
	ShortReason bool `json:"short_reason"`
	// AnswerDays is how long the municipality may take to answer after the close, in calendar days.
	AnswerDays int `json:"answer_days"`
	// ConsentAge is the age from which a person may have an account without a guardian, VoteAge the default age for votes; years.
	ConsentAge int `json:"consent_age"`
	VoteAge    int `json:"vote_age"`
	// LogDays is how long the server in front may keep its log with addresses of readers, in days; the program itself keeps none. It is
	// said on the page on privacy.
	LogDays int `json:"log_days"`
	// EditMinutes is how long an author may change what he published.
	EditMinutes int `json:"edit_minutes"`
	// Currency is the ISO 4217 code of amounts.
	Currency string `json:"currency"`
	// Moderation is what waits for a moderator before it is shown: none, first_posts, reported or all.
	Moderation string `json:"moderation"`
}

// Preset is the profile of a country: its zone, language and rules.
type Preset struct {
	Country  string
	TimeZone string
	Language string
	Rules    Rules
}

// Presets returns the profiles by country code. Sources: BG law on normative acts art. 26 (30 days, 14 in exceptional cases with
// reasons); SI and GR practice of 30 days; answers: SI 15 days, BG two months, GR 50 days, TR law 3071 art. 7 30 days; logs: TR law
// 5651 one year. The other numbers are editable estimates.
func Presets() map[string]Preset {
	return map[string]Preset{
		"si": {"si", "Europe/Ljubljana", "sl", Rules{30, 7, false, 15, 15, 15, 30, 15, "EUR", "reported"}},
		"bg": {"bg", "Europe/Sofia", "bg", Rules{30, 14, true, 60, 14, 18, 30, 15, "EUR", "reported"}},
		"gr": {"gr", "Europe/Athens", "el", Rules{30, 14, false, 50, 15, 17, 30, 15, "EUR", "reported"}},
		"tr": {"tr", "Europe/Istanbul", "tr", Rules{30, 15, false, 30, 18, 18, 365, 15, "TRY", "reported"}},
	}
}

// Zone is the time zone of the municipality.
func (t *Tenant) Zone() *time.Location { return t.zone }

// Default is the language of addresses without a prefix.
func (t *Tenant) Default() string { return t.Languages[0] }

// Writes opens a letter in a language: a context that speaks it, and the name of the municipality in it. Addresses in the letter come from Link.
func (t *Tenant) Writes(ctx context.Context, all *i18n.Catalogue, lang string) (in context.Context, name string) {
	name, _ = t.Name.Pick(lang, t.Default())
	return i18n.With(ctx, all.Localizer(lang, t.Zone(), "")), name
}

// Link is a full address of a page in a language, for mails and feeds.
func (t *Tenant) Link(base, lang, path string) string {
	if lang != "" && lang != t.Default() {
		path = "/" + lang + path
	}
	return base + path
}

// ReplyTo is where an answer to a letter goes: the municipality's own address; "" when it gave none that can be written to.
func (t *Tenant) ReplyTo() string {
	address, err := mail.Address(t.Contact.Email)
	if err != nil {
		return ""
	}
	return address
}

type contextKey struct{}

// With returns a context for work of t.
func With(ctx context.Context, t *Tenant) context.Context {
	return context.WithValue(ctx, contextKey{}, t)
}

// From returns the municipality that ctx is for, or nil.
func From(ctx context.Context) *Tenant {
	t, _ := ctx.Value(contextKey{}).(*Tenant)
	return t
}

// check says what is wrong with the settings, in an operator's words.
func (t *Tenant) check() error {
	if len(t.Languages) == 0 {
		return fmt.Errorf("municipality %q: at least one language is needed", t.Slug)
	}
	for _, l := range t.Languages {
		if i18n.LangName(l) == l {
			return fmt.Errorf("municipality %q: unknown language %q (known: sl, bg, el, tr, en)", t.Slug, l)
		}
	}
	for i, l := range t.Languages {
		if slices.Contains(t.Languages[:i], l) {
			return fmt.Errorf("municipality %q: the language %q is named twice", t.Slug, l)
		}
	}
	if t.Name[t.Default()] == "" {
		return fmt.Errorf("municipality %q: the name in %q is missing", t.Slug, t.Default())
	}
	if !t.State.Valid() {
		return fmt.Errorf("municipality %q: unknown state %q (known: active, read_only, suspended)", t.Slug, t.State)
	}
	zone, err := time.LoadLocation(t.TimeZone)
	if err != nil || t.TimeZone == "" {
		return fmt.Errorf("municipality %q: unknown time zone %q", t.Slug, t.TimeZone)
	}
	t.zone = zone
	return nil
}
