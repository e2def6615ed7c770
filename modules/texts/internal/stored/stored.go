// Package stored is the rows of acts, their versions and blocks, and of plan sheets, with the statements that read and write them.
package stored

import (
	"strconv"
	"strings"
	"time"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/texts/internal/act"
	"glas/tenant"
)

// The subject kinds.
const (
	Kind      = "text"
	KindBlock = "text_block"
	KindSheet = "sheet"
)

// State is whether everybody can read an act, a version or a sheet.
type State string

// The states.
const (
	Draft     State = "draft"
	Published State = "published"
)

// Bounds of what staff writes, in letters.
const (
	MaxTitle   = 300
	MaxNumber  = 60
	MaxHeading = 400
	MaxBody    = 60_000
	MaxLabel   = 120
	MaxNote    = 5000
	MaxZones   = 200
)

// Text is an act of a consultation.
type Text struct {
	tenant.Key
	ConsultationID string
	// Title is in Lang, the language of the act.
	Title         string
	Lang          string
	Position      int
	State         State
	VersionID     string
	VersionNumber int
	DraftID       string
	NextKey       int
	ArticleCount  int
	RemarkCount   int64
	WholeCount    int64
	CreatedAt     time.Time
	UpdatedAt     time.Time
	PublishedAt   time.Time `bun:",nullzero"`
	RowVersion    int64
}

// Ref names the act.
func (t *Text) Ref() subject.Ref { return subject.Ref{Kind: Kind, ID: t.ID} }

// Path is its address without a language prefix.
func (t *Text) Path() string { return "/texts/" + t.ID }

// BlockPath is the address of a block of it.
func (t *Text) BlockPath(key string) string { return t.Path() + "/blocks/" + key }

// ChangesPath is the address of what a version changed.
func (t *Text) ChangesPath(number int) string { return t.Path() + "/changes/" + strconv.Itoa(number) }

// TextVersion is one wording of an act.
type TextVersion struct {
	tenant.Key
	TextID      string
	Number      int
	State       State
	Title       string
	Note        i18n.Text `bun:"type:jsonb"`
	Source      string
	Gone        []Gone `bun:"type:jsonb"`
	CreatedAt   time.Time
	PublishedAt time.Time `bun:",nullzero"`
	PublishedBy string
}

// Gone is a block that is no longer in a version.
type Gone struct {
	Key     string `json:"key"`
	Label   string `json:"label"`
	Because string `json:"because,omitempty"`
}

// TextBlock is a block of one version.
type TextBlock struct {
	tenant.Key
	TextID    string
	VersionID string
	// Name is the stable key of the block.
	Name     string `bun:"key"`
	Position int
	Kind     act.Kind
	Depth    int
	Number   string
	Heading  string
	Body     string
	Label    string
	// OwnLabel keeps a label that staff wrote from being made anew.
	OwnLabel    bool
	Change      act.Change
	Because     string
	RemarkCount int64
	RowVersion  int64
}

// Act is the block without what belongs to its row.
func (b *TextBlock) Act() act.Block {
	return act.Block{Key: b.Name, Kind: b.Kind, Number: b.Number, Heading: b.Heading, Text: b.Body, Label: b.Label, Depth: b.Depth}
}

// Words is what the block says with its heading, as one text.
func (b *TextBlock) Words() string { return b.Act().Whole() }

// Acts are many blocks without their rows.
func Acts(blocks []*TextBlock) []act.Block {
	out := make([]act.Block, len(blocks))
	for i, b := range blocks {
		out[i] = b.Act()
	}
	return out
}

// Relabel makes the labels anew, but those that staff wrote.
func Relabel(blocks []*TextBlock, lang string) {
	acts := Acts(blocks)
	act.Labels(acts, lang)
	for i, b := range blocks {
		if !b.OwnLabel {
			b.Label = acts[i].Label
		}
	}
}

// Find is the block with a key, and where it stands; -1 when there is none.
func Find(blocks []*TextBlock, key string) (*TextBlock, int) {
	for i, b := range blocks {
		if b.Name == key {
			return b, i
		}
	}
	return nil, -1
}

// Point is a place on a sheet in per cent of its width and height.
type Point [2]float64

// Zone is a numbered part of a sheet. Two points are the corners of a rectangle, three or more a polygon.
type Zone struct {
	Key    string  `json:"key"`
	Number string  `json:"number"`
	Label  string  `json:"label"`
	Points []Point `json:"points"`
}

// Corners are the points of the zone's outline.
func (z Zone) Corners() []Point {
	if len(z.Points) != 2 {
		return z.Points
	}
	a, b := z.Points[0], z.Points[1]
	return []Point{a, {b[0], a[1]}, b, {a[0], b[1]}}
}

// Centre is where the number of the zone stands.
func (z Zone) Centre() Point {
	var c Point
	corners := z.Corners()
	for _, p := range corners {
		c[0] += p[0] / float64(len(corners))
		c[1] += p[1] / float64(len(corners))
	}
	return c
}

// Sheet is a plan sheet of a consultation.
type Sheet struct {
	tenant.Key
	ConsultationID string
	Title          string
	Lang           string
	Note           string
	State          State
	Position       int
	Zones          []Zone           `bun:"type:jsonb"`
	Counts         map[string]int64 `bun:"type:jsonb"`
	RemarkCount    int64
	CreatedAt      time.Time
	UpdatedAt      time.Time
	RowVersion     int64
}

// Ref names the sheet.
func (s *Sheet) Ref() subject.Ref { return subject.Ref{Kind: KindSheet, ID: s.ID} }

// Path is its address without a language prefix.
func (s *Sheet) Path() string { return "/sheets/" + s.ID }

// Zone is the zone with a key, nil when there is none.
func (s *Sheet) Zone(key string) *Zone {
	for i := range s.Zones {
		if s.Zones[i].Key == key {
			return &s.Zones[i]
		}
	}
	return nil
}

// ParseZones reads zones as staff write them, one in a line: "3; Playground; 10,20 35,48". Two points are opposite corners, more an
// outline, all in per cent. Zones keep their keys by their numbers. The second value is the line that cannot be read, from 1.
func ParseZones(s string) ([]Zone, int) {
	var out []Zone
	seen := map[string]bool{}
	for i, line := range strings.Split(s, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		parts := strings.Split(line, ";")
		if len(parts) != 3 {
			return nil, i + 1
		}
		z := Zone{Number: strings.TrimSpace(parts[0]), Label: strings.TrimSpace(parts[1])}
		z.Key = zoneKey(z.Number)
		for _, pair := range strings.Fields(parts[2]) {
			x, y, ok := strings.Cut(pair, ",")
			a, errA := strconv.ParseFloat(x, 64)
			b, errB := strconv.ParseFloat(y, 64)
			if !ok || errA != nil || errB != nil || !(a >= 0 && a <= 100 && b >= 0 && b <= 100) {
				return nil, i + 1
			}
			z.Points = append(z.Points, Point{a, b})
		}
		if z.Key == "" || seen[z.Key] || len(z.Points) < 2 || len(z.Points) > 100 || len(out) >= MaxZones {
			return nil, i + 1
		}
		seen[z.Key] = true
		out = append(out, z)
	}
	return out, 0
}

// zoneKey is the number of a zone as a part of an address.
func zoneKey(number string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == '.' || r == '-' || r == '/':
			return '-'
		}
		return -1
	}, number)
}

// WriteZones is the opposite of ParseZones.
func WriteZones(zones []Zone) string {
	var b strings.Builder
	for _, z := range zones {
		b.WriteString(z.Number + "; " + z.Label + ";")
		for _, p := range z.Points {
			b.WriteString(" " + strconv.FormatFloat(p[0], 'f', -1, 64) + "," + strconv.FormatFloat(p[1], 'f', -1, 64))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// ErrUnknown says that there is no such act or sheet, for the one who asks.
func ErrUnknown() error { return fault.NotFound("texts.error.unknown") }

// keyed makes the key of a block from its running number.
func keyed(n int) string { return "b" + strconv.Itoa(n) }

// Missing gives keys to blocks that have none, counting on from next.
func Missing(blocks []act.Block, next int) int {
	for i := range blocks {
		if blocks[i].Key == "" {
			blocks[i].Key = keyed(next)
			next++
		}
	}
	return next
}
