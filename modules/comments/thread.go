package comments

import (
	"context"
	"time"

	"glas/internal/authz"
	"glas/internal/subject"
)

// Thread is a place for comments, as its host describes it to the person who asks.
type Thread struct {
	Ref subject.Ref
	// Scope is what a pseudonym is stable within, usually the consultation.
	Scope string
	// Title and Path (without a language prefix) are those of what is commented on.
	Title string
	Path  string
	// Visible threads can be read by the one who asks.
	Visible bool
	// Post and Vote say whether he may comment and vote on comments, and if not, why.
	Post authz.Decision
	Vote authz.Decision
	// Judge, when set, makes Vote for whoever acts in the context that it is given. It must only compute.
	Judge func(ctx context.Context) authz.Decision
	// Stance asks for a stance; Columns shows for and against beside each other; Pseudonyms may be chosen instead of the name.
	Stance     bool
	Columns    bool
	Pseudonyms bool
	// Moderation is what waits for a moderator: none, first_posts, reported or all.
	Moderation string
	// Sort is the order that is shown first, one of Sorts; empty is "newest".
	Sort string
	// Official is set when the person may speak for the municipality here.
	Official bool
	// ClosesAt is the end of the phase, zero when there is none.
	ClosesAt time.Time
	// OwnerID is the account whose thing it is, told of comments on it.
	OwnerID        string
	ConsultationID string
}
