package stored

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"glas/internal/search"
	"glas/internal/text"
)

// Wanted is what somebody is about to propose, or a proposal that neighbours are looked for.
type Wanted struct {
	ConsultationID string
	Title, Body    string
	TopicID        string
	Lat, Lng       *float64
	// Except is left out: the proposal itself.
	Except string
}

const (
	likelyMax  = 60  // candidates that the database gives
	similarMax = 5   // that are shown
	likeness   = 0.3 // from here on two proposals probably mean the same
	nearby     = 300 // metres within which a place counts as the same
	wordsMax   = 8   // words of a text that are looked for
	wordsMin   = 3   // letters of a word that is looked for
)

func (w Wanted) located() bool { return w.Lat != nil && w.Lng != nil }

// near is the box of nearby around the place.
func (w Wanted) near() Box {
	const metre = 1 / 111_320.0 // degrees of latitude
	dLat := nearby * metre
	dLng := dLat / math.Max(0.1, math.Cos(*w.Lat*math.Pi/180))
	return Box{West: *w.Lng - dLng, South: *w.Lat - dLat, East: *w.Lng + dLng, North: *w.Lat + dLat}
}

// words are those of the title and then of the text that tell most: the long ones.
func (w Wanted) words() []string {
	terms := search.Terms(w.Title)
	if len(terms) < wordsMax {
		terms = append(terms, search.Terms(w.Body)...)
	}
	terms = slices.DeleteFunc(terms, func(s string) bool { return len([]rune(s)) < wordsMin })
	slices.SortStableFunc(terms, func(a, b string) int { return cmp.Compare(len([]rune(b)), len([]rune(a))) })
	terms = slices.Compact(terms)
	return terms[:min(len(terms), wordsMax)]
}

// Similar is a proposal that may mean the same, and why.
type Similar struct {
	*Proposal
	Score float64
	// Metres is how far away it is, -1 when one of the two has no place.
	Metres float64
}

// RankSimilar orders candidates by likeness of the titles, shared words, nearness and topic, and drops those that are not alike.
func RankSimilar(w Wanted, candidates []*Proposal) []Similar {
	terms := w.words()
	var out []Similar
	for _, p := range candidates {
		s := Similar{Proposal: p, Metres: -1, Score: search.Similarity(w.Title, p.Title)}
		s.Score = math.Max(s.Score, 0.8*shared(terms, p.Folded))
		if w.located() && p.Located() {
			s.Metres = Distance(*w.Lat, *w.Lng, *p.Lat, *p.Lng)
			if s.Metres <= nearby {
				s.Score += 0.3 * (1 - s.Metres/nearby)
			}
		}
		if w.TopicID != "" && w.TopicID == p.TopicID {
			s.Score += 0.05
		}
		if s.Score >= likeness-0.05 && (s.Score >= likeness || s.Metres >= 0) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Similar) int { return cmp.Compare(b.Score, a.Score) })
	return out[:min(len(out), similarMax)]
}

// shared is the part of the words that a folded text has; a single word says little.
func shared(terms []string, folded string) float64 {
	if len(terms) < 2 {
		return 0
	}
	words := text.Words(folded)
	n := 0
	for _, t := range terms {
		stem := trunk(t)
		if slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, stem) }) {
			n++
		}
	}
	return float64(n) / float64(len(terms))
}
