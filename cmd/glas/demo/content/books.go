package content

import (
	"embed"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed books/*.toml acts/*.txt
var bookFiles embed.FS

// Book is everything by the book about one consultation: the act and its documents, what was said on it, and what became of that.
type Book struct {
	Municipality string      `toml:"municipality"`
	Consultation string      `toml:"consultation"`
	Act          string      `toml:"act"`
	Title        string      `toml:"title"`
	Kind         string      `toml:"kind"`
	Legal        Text        `toml:"legal"`
	Decision     *Decision   `toml:"decision"`
	ReportDue    int         `toml:"report_due"`
	Sheet        *Sheet      `toml:"sheet"`
	Documents    []Document  `toml:"documents"`
	Meetings     []Meeting   `toml:"meetings"`
	Remarks      []Remark    `toml:"remarks"`
	Positions    []Position  `toml:"positions"`
	Changes      []Change    `toml:"changes"`
	Version      *Version    `toml:"version"`
	Report       *BookReport `toml:"report"`
	// Source is filled: the words of the act.
	Source []byte `toml:"-"`
}

// Decision is where what was decided stands.
type Decision struct {
	Title Text   `toml:"title"`
	URL   string `toml:"url"`
}

// Sheet is a drawn plan; a zone is its number, its name and the corners of a rectangle in per cent.
type Sheet struct {
	Title string  `toml:"title"`
	Note  string  `toml:"note"`
	Zones [][]any `toml:"zones"`
}

// Document is a paper of the act, in the default language, with later versions.
type Document struct {
	Kind     string            `toml:"kind"`
	Title    Text              `toml:"title"`
	Text     string            `toml:"text"`
	Versions []DocumentVersion `toml:"versions"`
}

// DocumentVersion replaces what was there.
type DocumentVersion struct {
	At     float64 `toml:"at"`
	Reason Text    `toml:"reason"`
	Text   string  `toml:"text"`
}

// Meeting is a hearing on a day at an hour.
type Meeting struct {
	At       int       `toml:"at"`
	Hour     int       `toml:"hour"`
	Title    Text      `toml:"title"`
	Place    Text      `toml:"place"`
	Protocol *Document `toml:"protocol"`
}

// Remark is one remark, sent by somebody with an account, or entered by staff when it has a channel.
type Remark struct {
	By          string  `toml:"by"`
	Channel     string  `toml:"channel"`
	Source      string  `toml:"source"`
	Name        string  `toml:"name"`
	Association bool    `toml:"association"`
	At          float64 `toml:"at"`
	Place       string  `toml:"place"` // the label of a block; empty is the whole
	Zone        string  `toml:"zone"`
	X           float64 `toml:"x"`
	Y           float64 `toml:"y"`
	Stance      string  `toml:"stance"`
	Text        string  `toml:"text"`
	Wording     string  `toml:"wording"`
	Effects     string  `toml:"effects"`
	Answer      *Ruling `toml:"answer"`
}

// Ruling is what was decided on a remark; Change is the label of the block that changed.
type Ruling struct {
	How    string `toml:"how"`
	Reason Text   `toml:"reason"`
	Change string `toml:"change"`
}

// Position is what an association adopted.
type Position struct {
	By          string      `toml:"by"`
	At          float64     `toml:"at"`
	Stance      string      `toml:"stance"`
	Adopted     string      `toml:"adopted"`
	Title       string      `toml:"title"`
	Text        string      `toml:"text"`
	Signatories [][2]string `toml:"signatories"`
}

// Change is another wording of a block; Because are the places of remarks in the file, from 1.
type Change struct {
	Place   string `toml:"place"`
	Old     string `toml:"old"`
	New     string `toml:"new"`
	Because []int  `toml:"because"`
}

// Words are the new wording without the number in front of it, which the block has already.
func (c Change) Words() string {
	number, words, _ := strings.Cut(c.New, " ")
	if strings.HasPrefix(number, "(") || strings.HasSuffix(number, ".") {
		return words
	}
	return c.New
}

// Version is the second wording of the act.
type Version struct {
	At   float64 `toml:"at"`
	Note Text    `toml:"note"`
}

// BookReport is what staff writes for the report.
type BookReport struct {
	At           float64 `toml:"at"`
	Introduction Text    `toml:"introduction"`
	Conclusions  Text    `toml:"conclusions"`
	Next         Text    `toml:"next"`
}

// BooksOf reads the books of a municipality by consultation.
func BooksOf(slug string) (map[string]*Book, error) {
	entries, err := bookFiles.ReadDir("books")
	if err != nil {
		return nil, fmt.Errorf("list demo books: %w", err)
	}
	out := map[string]*Book{}
	for _, e := range entries {
		raw, err := bookFiles.ReadFile("books/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read demo book: %w", err)
		}
		b := &Book{}
		md, err := toml.Decode(string(raw), b)
		if err != nil {
			return nil, fmt.Errorf("demo book %s: %w", e.Name(), err)
		}
		if left := md.Undecoded(); len(left) > 0 {
			return nil, fmt.Errorf("demo book %s: unknown key %s", e.Name(), left[0])
		}
		if b.Municipality != slug {
			continue
		}
		if b.Source, err = bookFiles.ReadFile("acts/" + b.Act); err != nil {
			return nil, fmt.Errorf("demo book %s: %w", e.Name(), err)
		}
		for _, c := range b.Changes {
			if !strings.Contains(string(b.Source), c.Old) {
				return nil, fmt.Errorf("demo book %s: %q is not in the act", e.Name(), c.Old)
			}
		}
		out[b.Consultation] = b
	}
	return out, nil
}
