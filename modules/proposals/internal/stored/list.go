package stored

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"glas/internal/id"
	"glas/modules/answers"
	"glas/modules/consultations"
)

// The orders of a list.
const (
	SortNewest    = "newest"
	SortSupported = "supported"
	SortDiscussed = "discussed"
	SortTrending  = "trending"
	SortRandom    = "random"
)

// Sorts lists the orders in the order in which they are offered.
func Sorts() []string {
	return []string{SortSupported, SortTrending, SortNewest, SortDiscussed, SortRandom}
}

// Whose proposals a list shows.
const (
	OfMine         = "mine"
	OfFollowed     = "followed"
	OfAssociations = "associations"
	OfMunicipality = "municipality"
)

// PageSize is how many proposals a page of a list has.
const PageSize = 40

// Filter narrows a list. The zero Filter is the newest of everything that the public may see.
type Filter struct {
	ConsultationID string
	TopicID        string
	AreaID         string
	// Status is a public state of the answer, "unanswered" or "withdrawn"; empty is all that are published.
	Status string
	// Of is one of the Of constants, MineID the account for OfMine, IDs those followed for OfFollowed.
	Of     string
	MineID string
	IDs    []string
	Text   string
	Box    *Box
	// State, when set, is asked for instead of what the public may see; only staff set it.
	State State
	Sort  string
	// Seed is where the random order begins, 1 to seeds.
	Seed  int
	After string
	Limit int
}

const (
	StatusUnanswered = "unanswered"
	StatusWithdrawn  = "withdrawn"
	// Seeds is how many random orders there are; few, so that their pages are worth remembering.
	Seeds = 97
)

// Narrowed counts the filters that are set, the order apart.
func (f Filter) Narrowed() int {
	n := 0
	for _, s := range []string{f.TopicID, f.AreaID, f.Status, f.Of, f.Text} {
		if s != "" {
			n++
		}
	}
	if f.Box != nil {
		n++
	}
	return n
}

// start is where the random order begins.
func (f Filter) start() int64 { return int64(f.Seed) * (shuffleSpan / Seeds) % shuffleSpan }

// Box is a part of a map in degrees.
type Box struct{ West, South, East, North float64 }

// ParseBox reads "west,south,east,north"; nil when it is none.
func ParseBox(s string) *Box {
	parts := strings.Split(s, ",")
	if len(parts) != 4 {
		return nil
	}
	var v [4]float64
	for i, p := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || !(n >= -180 && n <= 180) { // NaN is neither
			return nil
		}
		v[i] = n
	}
	b := &Box{v[0], v[1], v[2], v[3]}
	if b.West >= b.East || b.South >= b.North || b.South < -90 || b.North > 90 {
		return nil
	}
	return b
}

// String is what parseBox reads.
func (b *Box) String() string {
	f := func(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }
	return f(b.West) + "," + f(b.South) + "," + f(b.East) + "," + f(b.North)
}

// order is one way to sort: by a stored column, and by id where that ties.
type order struct {
	column string
	// ranked orders stand in proposal_ranks.
	ranked bool
	desc   bool
	key    func(p *Proposal) any
	read   func(s string) (any, bool)
}

// OrderOf is the order of that name; an unknown one is the newest first.
func OrderOf(sort string) order {
	switch sort {
	case SortSupported:
		return order{"popular", true, true, func(p *Proposal) any { return p.Popular }, readInt}
	case SortDiscussed:
		return order{"comment_count", false, true, func(p *Proposal) any { return p.CommentCount }, readInt}
	case SortTrending:
		return order{"trend", true, true, func(p *Proposal) any { return p.Trend }, readFloat}
	case SortRandom:
		return order{"shuffle", false, false, func(p *Proposal) any { return p.Shuffle }, readInt}
	default:
		return order{"published_at", false, true, func(p *Proposal) any { return p.PublishedAt }, readTime}
	}
}

func readInt(s string) (any, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

func readFloat(s string) (any, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && f == f && f > -1e9 && f < 1e9
}

func readTime(s string) (any, bool) {
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil && t.Year() > 0 && t.Year() < 10000
}

// Cursor is the place right after p in the order, as text for an address.
func (o order) Cursor(p *Proposal) string {
	var value string
	switch x := o.key(p).(type) {
	case int64:
		value = strconv.FormatInt(x, 10)
	case float64:
		value = strconv.FormatFloat(x, 'g', -1, 64)
	case time.Time:
		value = x.UTC().Format(time.RFC3339Nano)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(o.column + "|" + value + "|" + p.ID))
}

// place reads a cursor of this order. One that is not is as if there were none.
func (o order) place(cursor string) (key any, proposalID string, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || cursor == "" {
		return nil, "", false
	}
	parts := strings.Split(string(b), "|")
	if len(parts) != 3 || parts[0] != o.column || !id.Valid(parts[2]) {
		return nil, "", false
	}
	key, ok = o.read(parts[1])
	return key, parts[2], ok
}

// Known is s when it is one of the allowed, otherwise empty.
func Known(s string, allowed ...string) string {
	if slices.Contains(allowed, s) {
		return s
	}
	return ""
}

// Statuses are the values of Filter.Status.
func Statuses() []string {
	out := []string{StatusUnanswered}
	for _, s := range answers.States() {
		out = append(out, string(s))
	}
	return append(out, StatusWithdrawn)
}

// SortsOf are the orders that a list offers: while it is hidden how votes stand, none that would tell.
func SortsOf(c *consultations.Consultation, now time.Time) []string {
	if c == nil {
		return Sorts()
	}
	if p := VotePhase(c, c.Shown(now)); p != nil && p.Switches.Votes.HideCounts != "" && c.IsOpen(now) && (p.EndsAt.IsZero() || now.Before(p.EndsAt)) {
		return []string{SortNewest, SortDiscussed, SortRandom}
	}
	return Sorts()
}

// FirstSort is the order that a consultation's list begins with.
func FirstSort(c *consultations.Consultation, now time.Time) string {
	offered := SortsOf(c, now)
	if s := Known(c.Shown(now).Switches.Sort, offered...); s != "" {
		return s
	}
	return offered[0]
}

// VotePhase is the phase whose votes count for what is shown: the one that runs, else the last one before it, else the next one.
func VotePhase(c *consultations.Consultation, shown *consultations.Phase) *consultations.Phase {
	var found *consultations.Phase
	for _, p := range c.Phases {
		if p.Switches.Votes.Kind == "" || p.Switches.Votes.On == consultations.OnConsultation {
			continue
		}
		if found == nil || !p.StartsAt.After(shown.StartsAt) {
			found = p
		}
	}
	return found
}

// ClosesAt is the end of a phase, or of the consultation if that is sooner.
func ClosesAt(c *consultations.Consultation, p *consultations.Phase) (end time.Time) {
	end = p.EndsAt
	if end.IsZero() || !c.EndsAt.IsZero() && c.EndsAt.Before(end) {
		end = c.EndsAt
	}
	return end
}

// Zoom is the zoom at which a box about fills a map that is 600 points wide.
func (b *Box) Zoom() int {
	zoom := 2
	for span := 360.0 / 2; span > b.East-b.West && zoom < 18; span /= 2 {
		zoom++
	}
	return zoom
}
