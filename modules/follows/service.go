package follows

import (
	"context"
	"fmt"
	"slices"

	"github.com/a-h/templ"

	"glas/internal/authz"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/tenant"
)

const (
	permission = "follow.manage"
	// batch is how many people one job tells.
	batch = 200
	// excerptLetters is how much of a text is told.
	excerptLetters = 300
)

// Follow makes an account follow a thing, as by its own wish.
func Follow(ctx context.Context, tx *tenant.Tx, ref subject.Ref, accountID string) error {
	return put(ctx, tx, follow(tx, ref, accountID, true), true)
}

// Unfollow makes an account hear no more of a thing, neither as a follower nor because it is concerned otherwise.
func Unfollow(ctx context.Context, tx *tenant.Tx, ref subject.Ref, accountID string) error {
	return put(ctx, tx, follow(tx, ref, accountID, false), true)
}

// FollowOwn makes an account follow what it contributed to, if it wants that and has not said otherwise about this thing.
func FollowOwn(ctx context.Context, tx *tenant.Tx, ref subject.Ref, accountID string) error {
	if accountID == "" {
		return nil
	}
	s, err := settingsOf(ctx, tx, []string{accountID})
	if err != nil || !s[accountID].Own {
		return err
	}
	f := follow(tx, ref, accountID, true)
	f.Own = true
	return put(ctx, tx, f, false)
}

func follow(tx *tenant.Tx, ref subject.Ref, accountID string, active bool) *Follows {
	return &Follows{Key: tenant.Key{ID: id.New()}, AccountID: accountID, SubjectKind: ref.Kind, SubjectID: ref.ID, Active: active, CreatedAt: tx.Now()}
}

// Mine tells which things the person in ctx follows. A visitor follows nothing.
func Mine(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]bool, error) {
	actor := authz.From(ctx)
	out := map[subject.Ref]bool{}
	if !actor.SignedIn() {
		return out, nil
	}
	all, err := said(ctx, tx, []string{actor.ID}, refs)
	if err != nil {
		return nil, err
	}
	for ref, active := range all[actor.ID] {
		if active {
			out[ref] = true
		}
	}
	return out, nil
}

// FollowedIDs are the ids of the things of a kind that the person in ctx follows, the newest 500, for lists of what is followed.
func FollowedIDs(ctx context.Context, tx *tenant.Tx, kind string) ([]string, error) {
	actor := authz.From(ctx)
	if !actor.SignedIn() {
		return nil, nil
	}
	return idsOf(ctx, tx, actor.ID, kind, 500)
}

// Button is the button by which the person in ctx follows a thing, or stops following it. title names the thing for those who do
// not see where the button stands.
func Button(ctx context.Context, tx *tenant.Tx, ref subject.Ref, title string) (templ.Component, error) {
	mine, err := Mine(ctx, tx, []subject.Ref{ref})
	if err != nil {
		return nil, err
	}
	return ButtonFor(ref, title, mine[ref]), nil
}

// ButtonFor is Button for pages that know from Mine what is followed.
func ButtonFor(ref subject.Ref, title string, following bool) templ.Component {
	return button(ref, title, following)
}

// Tell spreads news after the transaction of what it tells was committed. News about the same occasion is told once.
func Tell(ctx context.Context, tx *tenant.Tx, n News) error {
	if n.Ref.IsZero() && len(n.Refs) > 0 {
		n.Ref = n.Refs[0]
	}
	if n.Event == "" || n.Title == "" || n.Path == "" || n.Ref.IsZero() {
		return fmt.Errorf("tell %q: event, title, path and ref are needed", n.Event)
	}
	row := &FollowNews{Key: tenant.Key{ID: id.New()}, UniqueKey: n.key(tx.Now()), Event: n.Event, Refs: n.Refs, Also: distinct(n.Also),
		ExceptIDs: distinct(n.Except), Direct: n.Direct, Titled: n.Titled,
		SubjectKind: n.Ref.Kind, SubjectID: n.Ref.ID, Title: n.Title, Path: n.Path, Excerpt: text.Excerpt(n.Excerpt, excerptLetters),
		ActorID: n.Actor, ActorName: n.ActorName, Urgent: n.Urgent, UntilAt: n.Until, CreatedAt: tx.Now()}
	if row.Refs == nil {
		row.Refs = []subject.Ref{n.Ref}
	}
	fresh, err := addNews(ctx, tx, row)
	if err != nil || !fresh {
		return err
	}
	return tx.Enqueue(ctx, job.Spec{Kind: fanJob, Payload: wave{News: row.ID}, Unique: row.ID + ":"})
}

// wave is the payload of a job that tells one batch of people.
type wave struct {
	News string `json:"news"`
	// After is the last account that was told.
	After string `json:"after"`
}

// distinct sorts accounts, each once and none empty; it is never nil, so that an empty list is stored as one.
func distinct(ids []string) []string {
	out := append([]string{}, ids...)
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}
