// Package letter makes what is told by e-mail look and read alike: one HTML page and one plain text from the same words.
//
// A part of the product fills in words that are already in the reader's language; nothing here is a message of its own.
package letter

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"glas/internal/mail"
	"glas/internal/theme"
)

// Letter is one letter in words. Addresses (Href) are absolute.
type Letter struct {
	// Lang is the language of the words, Site the name of who writes.
	Lang, Site, Subject, Greeting string
	Paragraphs                    []string
	// Theme is of whom writes: its colour stands above the letter and on the button.
	Theme theme.Input
	// Lines are things told one after the other, such as the news of a digest.
	Lines []Line
	// Sections tell about one thing each.
	Sections []Section
	// Button leads to Href; without an Href there is none.
	Button, Href string
	// Notes stand small at the foot: why it was sent, and how to end it.
	Notes []Note
}

// Line is one of the things that a letter tells.
type Line struct {
	Text, Excerpt string
	// Open is the words of the link to Href.
	Open, Href string
}

// Section is a heading that leads to the thing, and what is to be said about it.
type Section struct {
	Title, Href string
	Facts       []Fact
}

// Fact is a piece of text under its term; one without a term stands by itself.
type Fact struct{ Term, Text string }

// Note is a sentence at the foot, a link when it has an Href.
type Note struct{ Text, Href string }

// Message is the letter as it is sent to an address. Line breaks in the subject and the sender's name become spaces, so that no
// title that somebody typed can begin another header. kind says what it is about, as "accounts.verify".
func (l Letter) Message(to, kind string) (mail.Message, error) {
	var html bytes.Buffer
	if err := page(l).Render(context.Background(), &html); err != nil {
		return mail.Message{}, fmt.Errorf("write letter %s: %w", kind, err)
	}
	return mail.Message{To: to, FromName: oneLine(l.Site), Subject: oneLine(l.Subject), Text: l.plain(), HTML: html.String(), Kind: kind}, nil
}

// plain is the letter without HTML; the foot stands below the mark that mail programs take for a signature (RFC 3676, 4.3).
func (l Letter) plain() string {
	var parts []string
	if l.Greeting != "" {
		parts = append(parts, l.Greeting)
	}
	parts = append(parts, l.Paragraphs...)
	for _, line := range l.Lines {
		p := line.Text
		if line.Excerpt != "" {
			p += "\n\n    " + strings.ReplaceAll(line.Excerpt, "\n", "\n    ")
		}
		if line.Href != "" {
			p += "\n\n" + line.Href
		}
		parts = append(parts, p)
	}
	for _, s := range l.Sections {
		p := "— " + s.Title + "\n" + s.Href
		for _, f := range s.Facts {
			p += "\n\n"
			if f.Term != "" {
				p += f.Term + ":\n"
			}
			p += f.Text
		}
		parts = append(parts, p)
	}
	if l.Href != "" {
		parts = append(parts, l.Button+":\n"+l.Href)
	}
	if len(l.Notes) > 0 {
		parts = append(parts, "-- ")
	}
	for _, n := range l.Notes {
		p := n.Text
		if n.Href != "" {
			p += ":\n" + n.Href
		}
		parts = append(parts, p)
	}
	return strings.Join(append(parts, l.Site), "\n\n") + "\n"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
