package record

import (
	"cmp"
	"maps"
	"slices"
)

// Small is the number below which a group of people is not told.
const Small = 5

// Suppress withholds the cells under Small of a table whose total may be known. When what is withheld could still be reckoned from
// the total, even by somebody who knows this rule, the smallest of the other cells are withheld too: until at least two are and together
// they hold Small people, and when all of them hold as many as they can. Of equal ones none is told, or its place would tell the others.
// The same mark stands for all of them, so that a zero is not told from a four.
func Suppress(cells []Cell) []Cell {
	out := slices.Clone(cells)
	hidden, sum := 0, int64(0)
	hide := func(i int) {
		hidden++
		sum += *out[i].N
		out[i].N = nil
	}
	for i := range out {
		if out[i].N != nil && *out[i].N < Small {
			hide(i)
		}
	}
	for full := sum == int64(hidden)*(Small-1); hidden > 0 && hidden < len(out) && (hidden < 2 || sum < Small || full); full = false {
		least := int64(-1)
		for _, c := range out {
			if c.N != nil && (least < 0 || *c.N < least) {
				least = *c.N
			}
		}
		for i := range out {
			if out[i].N != nil && *out[i].N == least {
				hide(i)
			}
		}
	}
	return out
}

// Band is a group of ages.
type Band struct {
	Key      string
	From, To int // years, both inclusive
}

// Bands are the groups of ages of reports and of the census.
func Bands() []Band {
	return []Band{{"0-17", 0, 17}, {"18-29", 18, 29}, {"30-44", 30, 44}, {"45-59", 45, 59}, {"60-74", 60, 74}, {"75+", 75, 200}}
}

// Unknown is the key of people of whom nothing is known.
const Unknown = "unknown"

// BandOf is the group of somebody born in a year; of whom the year is not known, Unknown.
func BandOf(born, year int) string {
	if born > 0 {
		for _, b := range Bands() {
			if age := year - born; age >= b.From && age <= b.To {
				return b.Key
			}
		}
	}
	return Unknown
}

// Count fills the counts that follow from the remarks, proposals and results, and the numbers of each article and channel.
func (r *Report) Count() {
	c := &r.Counts
	associations := map[string]bool{}
	at, begins := map[[2]string]int{}, map[string]int{}
	for i, a := range r.Articles {
		if _, ok := begins[a.TextID]; !ok {
			begins[a.TextID] = i
		}
		for _, block := range a.Parts() {
			at[[2]string{a.TextID, block}] = i
		}
	}
	channels := map[string]int64{}
	for i := range r.Remarks {
		m := &r.Remarks[i]
		place := [2]string{m.TextID, m.Block}
		if first, known := begins[m.TextID]; known && m.Block != "" && m.Label != "" && r.Articles[first].Kind != KindSheet {
			if _, there := at[place]; !there {
				at[place] = len(r.Articles)
				r.Articles = append(r.Articles, Article{Kind: KindGone, TextID: m.TextID, TextTitle: r.Articles[first].TextTitle, Block: m.Block, Label: m.Label})
			}
		}
		channels[m.Channel]++
		c.RemarkFiles += int64(len(m.Files))
		c.decided(m.Disposition)
		if m.Association() {
			c.RemarksAssociations++
			associations[whole(m.AuthorID, m.Author)] = true
		} else {
			c.RemarksCitizens++
		}
		if i, ok := at[place]; ok {
			r.Articles[i].add(m)
		}
	}
	slices.SortStableFunc(r.Articles, func(a, b Article) int { return cmp.Compare(begins[a.TextID], begins[b.TextID]) })
	// A signature is listed only when somebody remarked on it.
	r.Articles = slices.DeleteFunc(r.Articles, func(a Article) bool { return a.Kind == KindNote && a.Remarks == 0 })
	for _, p := range r.Proposals {
		if p.AuthorKind == "association" {
			associations[whole(p.AuthorID, p.Author)] = true
		}
	}
	for _, p := range r.Positions {
		associations[whole(p.AuthorID, p.Association)] = true
	}
	for _, v := range r.Votes {
		c.Votes += v.Votes
	}
	c.Remarks, c.Proposals, c.Positions, c.Associations = int64(len(r.Remarks)), int64(len(r.Proposals)), int64(len(r.Positions)), int64(len(associations))
	for _, name := range slices.Sorted(maps.Keys(channels)) {
		r.Channels = append(r.Channels, Channel{name, channels[name]})
	}
	r.Nothing = c.Remarks+c.Proposals+c.Positions+c.Comments+c.Votes == 0
}

// whole names an association by its id, and by its name when that is all there is: a letter on paper has no account.
func whole(id, name string) string {
	if id != "" {
		return id
	}
	return name
}

func (c *Counts) decided(disposition string) {
	switch disposition {
	case Accepted:
		c.Accepted++
	case Partly:
		c.Partly++
	case Rejected:
		c.Rejected++
	case Noted:
		c.Noted++
	case OutOfScope:
		c.OutOfScope++
	default:
		c.Undecided++
	}
}

func (a *Article) add(m *Remark) {
	a.Remarks++
	a.Files += int64(len(m.Files))
	if m.Association() {
		a.Associations++
	} else {
		a.Citizens++
	}
	if m.Disposition == Accepted || m.Disposition == Partly {
		a.Accepted++
	}
}

// Compare puts the shares of a table of people beside those of the census, given in people by key. Those of whom nothing is known
// count on neither side. all is how many people the table is about: with groups withheld, the sum of the others is not the whole.
func Compare(cells []Cell, all int64, census map[string]int64) []Share {
	var shown, home int64
	people, withheld := all, false
	for _, c := range cells {
		switch {
		case c.Key == Unknown && c.N == nil:
			people = 0 // a share would say how many they are
		case c.Key == Unknown:
			people -= *c.N
		case c.N == nil:
			withheld = true
		default:
			shown += *c.N
		}
		home += census[c.Key]
	}
	if !withheld {
		people = shown
	}
	if home == 0 {
		return nil
	}
	var out []Share
	for _, c := range cells {
		n, ok := census[c.Key]
		if !ok || c.Key == Unknown {
			continue
		}
		s := Share{Key: c.Key, Label: c.Label, Home: percent(n, home)}
		if c.N != nil && people > 0 {
			p := percent(*c.N, people)
			s.Part = &p
		}
		out = append(out, s)
	}
	return out
}

// percent keeps hundredths, so that rounding what is shown does not round twice.
func percent(n, of int64) float64 { return float64((n*10_000+of/2)/of) / 100 }
