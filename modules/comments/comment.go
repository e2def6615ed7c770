package comments

import "glas/modules/comments/internal/stored"

// A comment and what is known about it are rows, kept apart with everything that reads and writes them.
type (
	// Comment is one remark on something.
	Comment = stored.Comment
	// CommentRevision is what a comment said before an edit.
	CommentRevision = stored.CommentRevision
	// CommentThread is the stored totals of one subject.
	CommentThread = stored.CommentThread
	// Totals is how much is said about a subject.
	Totals = stored.Totals
	// Imported is a comment from elsewhere.
	Imported = stored.Imported
	// Stance is what a comment says about its subject.
	Stance = stored.Stance
	// State is whether a comment can be read.
	State = stored.State

	row   = stored.Row
	picks = stored.Picks
	order = stored.Order
)

// What is said about rows in package stored holds here.
const (
	Kind       = stored.Kind
	MaxDepth   = stored.MaxDepth
	MaxLetters = stored.MaxLetters

	For     = stored.For
	Neutral = stored.Neutral
	Against = stored.Against

	Shown   = stored.Shown
	Waiting = stored.Waiting
	Refused = stored.Refused
	Hidden  = stored.Hidden
	Deleted = stored.Deleted
	Removed = stored.Removed

	SortNewest    = stored.SortNewest
	SortOldest    = stored.SortOldest
	SortBest      = stored.SortBest
	SortDiscussed = stored.SortDiscussed
)
