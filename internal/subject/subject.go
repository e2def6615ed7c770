// Package subject lets the parts of the product that work on anything
// (comments, votes, follows, answers, moderation) point at a thing without
// knowing what it is: a Ref names it, a Card is how it looks in a list.
package subject

import (
	"fmt"
	"strings"
)

// Ref names one thing of one tenant: its kind ("proposal", "comment") and its
// identifier. The zero Ref names nothing.
type Ref struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// String returns "kind:id", the form Parse reads; the zero Ref gives "".
func (r Ref) String() string {
	if r.IsZero() {
		return ""
	}
	return r.Kind + ":" + r.ID
}

// IsZero reports whether r names nothing.
func (r Ref) IsZero() bool { return r.Kind == "" && r.ID == "" }

// Pairs are the kinds and identifiers of refs for "(kind, id) IN (VALUES ?)": databases look such a list up in an index one by one, while
// conditions joined by OR make SQLite read every row of the tenant. There must be at least one.
func Pairs(refs []Ref) [][]string {
	out := make([][]string, len(refs))
	for i, r := range refs {
		out[i] = []string{r.Kind, r.ID}
	}
	return out
}

// ByKind are the identifiers of refs by their kind, in the order of refs.
func ByKind(refs []Ref) map[string][]string {
	out := map[string][]string{}
	for _, r := range refs {
		out[r.Kind] = append(out[r.Kind], r.ID)
	}
	return out
}

// Parse reads what String wrote. A kind is made of lower-case letters, digits
// and underscores; an identifier of letters, digits, '-', '_' and '.', so that a
// Ref is safe in addresses, file names and cache keys.
func Parse(s string) (Ref, error) {
	kind, id, found := strings.Cut(s, ":")
	if !found || kind == "" || id == "" {
		return Ref{}, fmt.Errorf("subject %q is not of the form kind:id", s)
	}
	for _, c := range kind {
		if !lower(c) && !digit(c) && c != '_' {
			return Ref{}, fmt.Errorf("subject %q: kind may not contain %q", s, c)
		}
	}
	for _, c := range id {
		if !lower(c) && !upper(c) && !digit(c) && c != '-' && c != '_' && c != '.' {
			return Ref{}, fmt.Errorf("subject %q: id may not contain %q", s, c)
		}
	}
	return Ref{Kind: kind, ID: id}, nil
}

func lower(c rune) bool { return c >= 'a' && c <= 'z' }
func upper(c rune) bool { return c >= 'A' && c <= 'Z' }
func digit(c rune) bool { return c >= '0' && c <= '9' }

// Card is what others may show of a thing: enough for one line in a list, a
// notification or the heading above a form.
type Card struct {
	Ref
	// Title is plain text in the language Lang.
	Title string
	// Path is the address inside the tenant's site, without a language prefix:
	// "/proposals/0198...".
	Path string
	// Context is the title of what the thing belongs to ("Budget 2027"), empty
	// when it stands alone.
	Context string
	// Visible is false for drafts, hidden and deleted things: then nobody but
	// staff may see it, comment on it, or vote for it.
	Visible bool
	// OwnerID is the account that wrote it; empty when staff or nobody did.
	OwnerID string
	// Lang is the language of Title as an ISO 639-1 code; empty when unknown.
	Lang string
}
