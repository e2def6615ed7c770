package comments

import (
	"slices"

	"glas/internal/form"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/comments/internal/stored"
)

// Sorts lists the orders in the order in which they are offered.
func Sorts() []string { return stored.Sorts() }

// Query is which part of a thread is asked for. The zero Query is the first page in the thread's own order.
type Query struct {
	// Sort is one of Sorts; empty is the order of the thread.
	Sort string
	// After is the cursor of the page before; with Root it is the path of the last answer shown.
	After string
	// Lane is the column that After belongs to: for, against, neutral; empty without columns.
	Lane Stance
	// Root shows one comment and its answers only.
	Root string
	// Open is a comment that is shown in any case, with what stands above it.
	Open string
	// Form is what was typed before, with its errors; nil when nothing was.
	Form ui.Values
}

// The names of the parameters of a Query in an address; they begin alike so that they stay out of the way of a host's own.
const (
	paramSort  = "c_sort"
	paramAfter = "c_after"
	paramLane  = "c_lane"
	paramRoot  = "c_root"
	paramOpen  = "c_open"
)

// QueryFrom reads a Query from the parameters of a page's address (web.Query). typed is the comment that the reader wrote before
// he had to sign in: web.FormFor(c, comments.Action(ref)). Parameters that make no sense are as if they were not there.
func QueryFrom(address *form.Form, typed ...*form.Form) Query {
	q := Query{Sort: address.Value(paramSort), After: address.Value(paramAfter), Root: stored.Ident(address.Value(paramRoot)),
		Open: stored.Ident(address.Value(paramOpen)), Lane: Stance(address.Value(paramLane))}
	if !slices.Contains(Sorts(), q.Sort) {
		q.Sort = ""
	}
	if q.Lane != For && q.Lane != Against && q.Lane != Neutral {
		q.Lane = ""
	}
	for _, f := range typed {
		if f != nil && f.Has("body") {
			q.Form = f
		}
	}
	return q
}

// Action is the address that a new comment on ref is sent to.
func Action(ref subject.Ref) string { return "/comments/" + ref.Kind + "/" + ref.ID }
