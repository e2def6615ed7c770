// Package feed writes news for feed readers, as Atom (RFC 4287).
package feed

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Entry is one piece of news.
type Entry struct {
	// ID names the news for ever: a tag: URI, an absolute address, or any text that is unique in the municipality.
	ID    string
	Title string
	// Path is the address on the site, without a language prefix.
	Path string
	// Summary is plain text.
	Summary string
	// Author is empty when the municipality speaks.
	Author             string
	Updated, Published time.Time
}

// Feed is an Atom feed.
type Feed struct {
	// ID names the feed for ever, as that of an entry does.
	ID string
	// Authority and Since make identifiers (RFC 4151): a host, and a day on which it belonged to the publisher.
	Authority string
	Since     time.Time
	Title     string
	// Self is the address of the feed, Home that of the page it belongs to, both absolute.
	Self, Home string
	Lang       string
	// Author is who publishes; it also signs entries without an author, which the format does not allow otherwise.
	Author string
	// Link makes the absolute address of a path.
	Link    func(path string) string
	Entries []Entry
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr,omitempty"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Updated   string      `xml:"updated"`
	Published string      `xml:"published,omitempty"`
	Author    *atomAuthor `xml:"author,omitempty"`
	Link      atomLink    `xml:"link"`
	Summary   string      `xml:"summary,omitempty"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

// Write writes a feed as XML, newest entries first. A feed without entries is as old as its authority, so that it does not change by being read.
func Write(w io.Writer, f Feed) error {
	out := atomFeed{Lang: f.Lang, ID: f.tag(f.ID), Title: f.Title, Author: atomAuthor{f.Author}, Links: []atomLink{
		{"self", "application/atom+xml", f.Self}, {"alternate", "text/html", f.Home}}}
	newest := f.Since
	entries := slices.Clone(f.Entries)
	slices.SortStableFunc(entries, func(a, b Entry) int { return b.changed().Compare(a.changed()) })
	for _, e := range entries {
		a := f.entry(e)
		if e.changed().After(newest) {
			newest = e.changed()
		}
		out.Entries = append(out.Entries, a)
	}
	out.Updated = atomTime(newest)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	if err := xml.NewEncoder(w).Encode(out); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	return nil
}

func (f Feed) entry(e Entry) atomEntry {
	a := atomEntry{ID: f.tag(e.ID), Title: e.Title, Updated: atomTime(e.changed()), Link: atomLink{"alternate", "text/html", f.Link(e.Path)}, Summary: e.Summary}
	if strings.TrimSpace(a.Title) == "" {
		a.Title = e.Path
	}
	if !e.Published.IsZero() {
		a.Published = atomTime(e.Published)
	}
	if e.Author != "" {
		a.Author = &atomAuthor{e.Author}
	}
	return a
}

// changed is when an entry was last changed; every entry must say so.
func (e Entry) changed() time.Time {
	if e.Updated.IsZero() {
		return e.Published
	}
	return e.Updated
}

// tag makes a URI of an identifier that is none (RFC 4151).
func (f Feed) tag(id string) string {
	for _, scheme := range []string{"tag:", "https://", "http://", "urn:"} {
		if strings.HasPrefix(id, scheme) {
			return id
		}
	}
	return "tag:" + f.Authority + "," + f.Since.UTC().Format(time.DateOnly) + ":" + url.PathEscape(id)
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
