package streets

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"glas/internal/search"
	"glas/tenant"
)

// candidateMax is how many streets are weighed for one search.
const candidateMax = 200

// Find are the streets, addresses and settlements that may be meant by what was typed, at most n, the likeliest first. Letters are
// folded (kidriceva finds Kidričeva), the kind of street may be shortened or left out, words may come in any order and be only begun,
// a small slip is forgiven, and a house number is looked up where the register has it. A register in Cyrillic or Greek is found in Latin
// letters as well, as passports write it; the other way round nothing is guessed. It makes at most six statements, whatever is typed.
func Find(ctx context.Context, tx *tenant.Tx, typed string, n int) ([]Place, error) {
	f := finder{ctx: ctx, tx: tx, speech: speechOf(tx.Tenant())}
	if len(typed) > maxTyped {
		typed = strings.ToValidUTF8(typed[:maxTyped], "")
	}
	f.read(typed)
	if len(f.typed) == 0 || n <= 0 {
		return nil, nil
	}
	if err := f.look(); err != nil {
		return nil, err
	}
	return f.best(n)
}

// finder is one search.
type finder struct {
	ctx    context.Context
	tx     *tenant.Tx
	speech speech
	// typed are the words, kinds the kind of street that each is short for, if any.
	typed []string
	kinds []string
	// fits says for every street and settlement how well each typed word fits one of its own words.
	streets, settlements map[string][]float64
}

func (f *finder) read(typed string) {
	typed = strings.NewReplacer("No:", " ", "№", " ", "αρ.", " ").Replace(typed)
	for _, w := range tokens(typed, maxTokens) {
		kind, ok := f.speech.kind(w)
		if ok && utf8.RuneCountInString(w) > 1 || ok && strings.Contains(typed, " ") {
			f.kinds = append(f.kinds, kind)
		} else {
			f.kinds = append(f.kinds, "")
		}
		f.typed = append(f.typed, w)
	}
}

// How well a typed word fits: the very word, its beginning, a slip.
const (
	same   = 1.0
	begun  = 0.8
	slip   = 0.5
	asKind = 0.4
)

// look finds which own words of the register fit what was typed, and tries slips for words that fit nothing.
func (f *finder) look() error {
	var list []wanted
	for i, w := range f.typed {
		if f.kinds[i] == "" || len(f.typed) == 1 {
			list = append(list, wanted{w, !numbered(w) || len(f.typed) == 1})
		}
	}
	hits, err := fitting(f.ctx, f.tx, list)
	if err != nil {
		return err
	}
	f.streets, f.settlements = map[string][]float64{}, map[string][]float64{}
	met := f.take(hits)
	var unknown []string
	for i, w := range f.typed {
		if !met[i] && f.kinds[i] == "" && utf8.RuneCountInString(w) >= 4 && !numbered(w) && !f.begunKind(w) {
			unknown = append(unknown, w)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	words, err := allWords(f.ctx, f.tx)
	if err != nil {
		return err
	}
	list = list[:0]
	for _, word := range words {
		spelt := latin(word)
		if len(list) < 50 && slices.ContainsFunc(unknown, func(w string) bool {
			return near(w, word) || spelt != "" && (strings.HasPrefix(spelt, w) || near(w, spelt))
		}) {
			list = append(list, wanted{word, false})
		}
	}
	if hits, err = fitting(f.ctx, f.tx, list); err == nil {
		f.take(hits)
	}
	return err
}

// begunKind reports whether a word is the beginning of a kind of street, as "ces" while "cesta" is being typed.
func (f *finder) begunKind(w string) bool {
	for form := range f.speech.generic {
		if strings.HasPrefix(form, w) {
			return true
		}
	}
	return false
}

// take notes how well hits fit, and says which typed words fit anything.
func (f *finder) take(hits []hit) []bool {
	met := make([]bool, len(f.typed))
	for _, h := range hits {
		spelt := latin(h.Word)
		for i, w := range f.typed {
			fit := 0.0
			switch {
			case h.Word == w || spelt == w:
				fit = same
			case strings.HasPrefix(h.Word, w) || strings.HasPrefix(spelt, w):
				fit = begun
			case near(w, h.Word) || near(w, spelt):
				fit = slip
			}
			if fit == 0 {
				continue
			}
			met[i] = true
			of, id := f.streets, h.StreetID
			if id == "" {
				of, id = f.settlements, h.SettlementID
			}
			if of[id] == nil {
				of[id] = make([]float64, len(f.typed))
			}
			of[id][i] = max(of[id][i], fit)
		}
	}
	return met
}

// found is a candidate with its weight.
type found struct {
	place Place
	// left are the typed words that nothing fits.
	left  []string
	score float64
	fold  string
}

func (f *finder) best(n int) ([]Place, error) {
	rows, err := f.candidates()
	if err != nil {
		return nil, err
	}
	names, err := Settlements(f.ctx, f.tx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Settlement, len(names))
	var all []found
	for _, s := range names {
		byID[s.ID] = s
		if fits := f.settlements[s.ID]; fits != nil {
			all = append(all, f.weighSettlement(s, fits))
		}
	}
	for _, s := range rows {
		all = append(all, f.weigh(s, byID[s.SettlementID]))
	}
	all = keepCovered(all)
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(len(a.left), len(b.left)), cmp.Compare(b.score, a.score), cmp.Compare(len(a.fold), len(b.fold)), cmp.Compare(a.fold, b.fold),
			cmp.Compare(a.place.Settlement, b.place.Settlement))
	})
	return f.numbers(all[:min(n, len(all))])
}

// candidates are the streets that fit most words. When only the kind of a street was typed, they are those whose names begin so.
func (f *finder) candidates() ([]Street, error) {
	ids := make([]string, 0, len(f.streets))
	for id := range f.streets {
		ids = append(ids, id)
	}
	total := func(id string) (sum float64) {
		for _, fit := range f.streets[id] {
			sum += fit
		}
		return sum
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(total(b), total(a)), cmp.Compare(a, b)) })
	if len(ids) > 0 || len(f.settlements) > 0 {
		return streetsByID(f.ctx, f.tx, ids[:min(len(ids), candidateMax)])
	}
	if !slices.ContainsFunc(f.typed, func(w string) bool { return f.begunKind(w) }) || utf8.RuneCountInString(f.typed[0]) < 2 {
		return nil, nil
	}
	return beginning(f.ctx, f.tx, f.speech.canon(strings.Join(f.typed, " ")), candidateMax)
}

// weigh says how well a street fits all that was typed.
func (f *finder) weigh(s Street, in Settlement) found {
	out := found{fold: s.Fold, place: Place{Name: s.Name, Settlement: in.Name, StreetID: s.ID, SettlementID: s.SettlementID}}
	if in.Fold == s.Fold {
		out.place.Settlement = ""
	}
	if !out.place.at(s.Lat, s.Lng, OnStreet) {
		out.place.at(in.Lat, in.Lng, InSettlement)
	}
	words := strings.Fields(s.Fold)
	fits, town := f.streets[s.ID], f.settlements[s.SettlementID]
	for i, w := range f.typed {
		fit := 0.0
		if fits != nil {
			fit = fits[i]
		}
		if fit == 0 && f.kinds[i] != "" && slices.Contains(words, f.kinds[i]) || fit == 0 && slices.ContainsFunc(words, func(word string) bool {
			_, isKind := f.speech.kind(word)
			return isKind && f.speech.begins(w, word)
		}) {
			fit = asKind
		}
		if fit == 0 && town != nil {
			if fit = town[i] * asKind; fit == 0 && f.kinds[i] != "" && slices.Contains(strings.Fields(in.Fold), f.kinds[i]) {
				fit = asKind * asKind
			}
		}
		switch {
		case fit > 0:
			out.score += fit
		case f.kinds[i] != "": // another kind of street of this name is still an answer
			out.score -= 0.2
		default:
			out.left = append(out.left, w)
		}
	}
	out.place.Number, out.left = takeNumber(out.left)
	out.score -= 0.01 * float64(len(words))
	return out
}

func (f *finder) weighSettlement(s Settlement, fits []float64) found {
	out := found{fold: s.Fold, place: Place{Name: s.Name, SettlementID: s.ID}}
	out.place.at(s.Lat, s.Lng, InSettlement)
	words := strings.Fields(s.Fold)
	for i, w := range f.typed {
		switch {
		case fits[i] > 0:
			out.score += fits[i]
		case f.kinds[i] != "" && slices.Contains(words, f.kinds[i]):
			out.score += asKind
		default:
			out.left = append(out.left, w)
		}
	}
	var number string
	if number, out.left = takeNumber(out.left); number != "" {
		out.score -= asKind // an address with this number is a better answer
	}
	return out
}

// takeNumber takes the house number out of the words that nothing fits: the first that begins with a digit and single letters after it.
func takeNumber(left []string) (number string, rest []string) {
	done := false
	for _, w := range left {
		switch {
		case number == "" && numbered(w):
			number = w
		case number != "" && !done && utf8.RuneCountInString(w) == 1:
			number += w
			done = true
		case strings.Contains(beforeNumber, " "+w+" "):
		default:
			rest = append(rest, w)
		}
	}
	return number, rest
}

// keepCovered leaves out what fits worse than the best: an answer that ignores a word is one only when no other takes all of them in,
// and never when it ignores half of them.
func keepCovered(all []found) []found {
	least := maxTokens
	for _, c := range all {
		least = min(least, len(c.left))
	}
	return slices.DeleteFunc(all, func(c found) bool { return len(c.left) > least || least > 0 && float64(least) > c.score })
}

// numbers looks the house numbers up and writes the addresses.
func (f *finder) numbers(list []found) ([]Place, error) {
	byNumber := map[string][]string{}
	for _, c := range list {
		if c.place.Number != "" && c.place.StreetID != "" {
			byNumber[c.place.Number] = append(byNumber[c.place.Number], c.place.StreetID)
		}
	}
	at := map[string]HouseNumber{}
	if len(byNumber) > 0 { // streets differ in it only when one is named by a number; the most usual reading is looked up
		var most string
		for number, ids := range byNumber {
			if len(ids) > len(byNumber[most]) || len(ids) == len(byNumber[most]) && number < most {
				most = number
			}
		}
		rows, err := numbersOf(f.ctx, f.tx, byNumber[most], most)
		if err != nil {
			return nil, err
		}
		at = rows
	}
	out := make([]Place, 0, len(list))
	for _, c := range list {
		p := c.place
		if h, ok := at[p.StreetID]; ok && h.Fold == p.Number {
			p.Number = h.Number
			p.at(&h.Lat, &h.Lng, Point)
		}
		p.Text = f.write(p)
		out = append(out, p)
	}
	return out, nil
}

// write writes an address as people of the place do.
func (f *finder) write(p Place) string { return address(f.tx.Tenant(), p) }

func address(t *tenant.Tenant, p Place) string {
	s := p.Name
	if p.Number != "" {
		if t.Default() == "tr" {
			s += " No: " + p.Number
		} else {
			s += " " + p.Number
		}
	}
	if p.Settlement != "" && search.Fold(p.Settlement) != search.Fold(p.Name) {
		s += ", " + p.Settlement
	}
	return s
}
