package act

import "regexp"

// The notes about amendments that consolidated Turkish laws have at the foot of their pages, in the middle of an article: below a rule,
// "(1) ...", or by their words, which say by which article of which law something was changed. They stand after the article here.
var (
	ruled    = regexp.MustCompile(`^[-–—_=]{5,}$`)
	noteMark = regexp.MustCompile(`^(?:\(\d{1,3}\)|\[\d{1,3}\]|\*{1,3}\)?)\s*\S`)
	noteOf   = regexp.MustCompile(`^(?:\(\d{1,3}\)|\[\d{1,3}\])\s*\d{1,2}/\d{1,2}/\d{4}\s+(?:tarih|gün).*\d+\s+sayılı\s.*madde(?:siyle|si ile|leriyle|leri ile).*(?:mıştır|miştir|muştur|müştür)\.?$`)
	// marked are the signs of notes behind a title: "Görev ve sorumluluklar (1)(2)".
	marked = regexp.MustCompile(`\s*(?:\(\d{1,2}\)|\[\d{1,2}\])+$`)
)

// footnote is a note and how many lines stand before it.
type footnote struct {
	after int
	text  string
}

// footnotes takes the notes out of the lines of an act.
func footnotes(lines []line, lang string) ([]line, []footnote) {
	if lang != "tr" {
		return lines, nil
	}
	kept := make([]line, 0, len(lines))
	var notes []footnote
	below := false
	for _, l := range lines {
		switch {
		case ruled.MatchString(l.text):
			below = true
		case below && noteMark.MatchString(l.text) || noteOf.MatchString(l.text):
			notes = append(notes, footnote{len(kept), l.text})
		default:
			below = false
			kept = append(kept, l)
		}
	}
	return kept, notes
}

// footnotesBefore adds the notes that stand before a line.
func (p *parser) footnotesBefore(at int) {
	for len(p.notes) > 0 && p.notes[0].after <= at {
		p.push(Block{Kind: Note, Text: p.notes[0].text})
		p.notes = p.notes[1:]
	}
}
