package moderation

import (
	"context"
	"fmt"

	"glas/internal/authz"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/tenant"
)

// Mode is what waits for a moderator before it is shown.
type Mode string

// The modes.
const (
	// ModeNone shows everything at once, and so does ModeReported, where moderators look at what is reported.
	ModeNone     Mode = "none"
	ModeReported Mode = "reported"
	// ModeFirstPosts holds back until an account has three published posts.
	ModeFirstPosts Mode = "first_posts"
	// ModeAll holds everything back.
	ModeAll Mode = "all"
)

// firstPosts is how many published posts make an account known.
const firstPosts = 3

// waitingWeight is the weight of what waits to be read, that of two reports of unknown people: its author sees nothing happen.
const waitingWeight = 2

// Gate reports whether something new by actor must be read by a moderator before it is shown. What moderators and other staff
// write never waits.
func Gate(ctx context.Context, tx *tenant.Tx, actor authz.Actor, mode Mode) (bool, error) {
	if actor.IsStaff() {
		return false, nil
	}
	switch mode {
	case ModeAll:
		return true, nil
	case ModeFirstPosts:
		n, err := published(ctx, tx, actor.ID)
		return n < firstPosts, err
	default:
		return false, nil
	}
}

// Waiting puts a thing that waits before the moderators.
func Waiting(ctx context.Context, tx *tenant.Tx, ref subject.Ref, authorID string) error {
	c, err := caseOf(ctx, tx, ref)
	if err != nil {
		return err
	}
	if c == nil {
		c = &ModerationCase{Key: tenant.Key{ID: id.New()}, SubjectKind: ref.Kind, SubjectID: ref.ID, OpenedAt: tx.Now()}
	}
	c.AuthorID = authorID
	c.reopen(tx.Now())
	if !c.Waiting {
		c.Waiting = true
		c.Weight += waitingWeight
	}
	if err := saveCase(ctx, tx, c); err != nil {
		return fmt.Errorf("put %s before the moderators: %w", ref, err)
	}
	return nil
}

// Wait is Gate for neighbours that know modes as words only.
func (m *Module) Wait(ctx context.Context, tx *tenant.Tx, actor authz.Actor, mode string) (bool, error) {
	return Gate(ctx, tx, actor, Mode(mode))
}

// Waiting puts a thing that waits before the moderators.
func (m *Module) Waiting(ctx context.Context, tx *tenant.Tx, ref subject.Ref, authorID string) error {
	return Waiting(ctx, tx, ref, authorID)
}
