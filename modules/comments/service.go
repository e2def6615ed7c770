package comments

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/comments/internal/stored"
	"glas/tenant"
)

// doubles are texts that one author sends again within this time: they are one comment.
const doubles = 10 * time.Minute

// Draft is what somebody wants to say.
type Draft struct {
	// ParentID is the comment that is answered; empty for one at the top.
	ParentID  string
	Body      string
	Stance    Stance
	Pseudonym bool
	// Official speaks for the municipality.
	Official bool
	// OpenedAt is when the form was shown to the author, zero when that is not known.
	OpenedAt time.Time
}

// thread asks the host of a subject for its thread. One that cannot be read does not exist for the asker.
func (m *Module) thread(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (Thread, error) {
	host, ok := m.Hosts[ref.Kind]
	if !ok || !tx.Tenant().Offers(ref.Kind) {
		return Thread{}, fault.NotFound("comments.error.not_found")
	}
	t, err := host.Thread(ctx, tx, ref.ID)
	if err != nil {
		return Thread{}, err
	}
	if !t.Visible {
		return Thread{}, fault.NotFound("comments.error.not_found")
	}
	return t, nil
}

// Post publishes a comment of the person in ctx, or puts it before a moderator. The same text sent twice is one comment.
func (m *Module) Post(ctx context.Context, ref subject.Ref, d Draft) (*Comment, error) {
	var c *Comment
	post := func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = m.post(ctx, tx, ref, d)
		return err
	}
	err := m.db.Update(ctx, post)
	if errors.Is(err, stored.ErrTwin) {
		err = m.db.Update(ctx, post) // finds the twin now
	}
	if err != nil {
		return nil, fmt.Errorf("post comment: %w", err)
	}
	return c, nil
}

func (m *Module) post(ctx context.Context, tx *tenant.Tx, ref subject.Ref, d Draft) (*Comment, error) {
	t, err := m.thread(ctx, tx, ref)
	if err != nil {
		return nil, err
	}
	if err := t.Post.Err(); err != nil {
		return nil, err
	}
	if d.Official && !t.speaksOfficially(ctx) {
		return nil, fault.Forbidden("authz.role")
	}
	target, err := answered(ctx, tx, t, d.ParentID)
	if err != nil {
		return nil, err
	}
	if age := tx.Now().Sub(d.OpenedAt); !d.OpenedAt.IsZero() && age >= 0 && age < tooFast {
		return nil, fault.InvalidField("", "comments.error.too_fast")
	}
	actor := authz.From(ctx)
	key := doubleKey(actor.ID, ref, d)
	if c, err := freshTwin(ctx, tx, key); c != nil || err != nil {
		return c, err
	}
	c, err := m.compose(ctx, tx, t, target, d)
	if err != nil {
		return nil, err
	}
	c.Dedupe = key
	wait, err := m.waits(ctx, tx, actor, t, d)
	if err != nil {
		return nil, err
	}
	if wait {
		c.State = Waiting
		return c, m.hold(ctx, tx, c)
	}
	if err := stored.Enlist(ctx, tx, c); err != nil {
		return nil, err
	}
	if err := stored.Insert(ctx, tx, c); err != nil {
		return nil, err
	}
	return c, m.shown(ctx, tx, t, c, targetAuthor(target))
}

// speaksOfficially reports whether the person may post in the name of the municipality.
func (t Thread) speaksOfficially(ctx context.Context) bool {
	return t.Official && authz.Can(ctx, "comment.official", authz.Resource{}).Allowed
}

// answered finds the comment that a new one answers, which must be part of the same thread and still be there.
func answered(ctx context.Context, tx *tenant.Tx, t Thread, parentID string) (*Comment, error) {
	if parentID == "" {
		return nil, nil
	}
	c, err := stored.Find(ctx, tx, parentID)
	if err != nil {
		return nil, err
	}
	if c.Subject() != t.Ref || !c.State.IsListed() {
		return nil, fault.NotFound("comments.error.not_found")
	}
	if !c.Visible() {
		return nil, fault.Conflict("comments.error.parent_gone")
	}
	return c, nil
}

func targetAuthor(target *Comment) string {
	if target == nil {
		return ""
	}
	return target.AuthorID
}

// doubleKey is the same for the same words of the same author at the same place.
func doubleKey(authorID string, ref subject.Ref, d Draft) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{authorID, ref.String(), d.ParentID, string(d.Stance), d.Body}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// freshTwin finds the comment that was just posted with the same words. An older one gives its key up.
func freshTwin(ctx context.Context, tx *tenant.Tx, key string) (*Comment, error) {
	c, err := stored.Twin(ctx, tx, key)
	if c == nil || err != nil {
		return nil, err
	}
	if tx.Now().Sub(c.CreatedAt) < doubles {
		return c, nil
	}
	return nil, stored.FreeKey(ctx, tx, c.ID)
}

// compose makes the comment of a draft, signed by the person in ctx.
func (m *Module) compose(ctx context.Context, tx *tenant.Tx, t Thread, target *Comment, d Draft) (*Comment, error) {
	by, err := accounts.Sign(ctx, tx, accounts.Signature{Scope: t.Scope, Pseudonym: t.Pseudonyms, Ask: d.Pseudonym, Official: d.Official})
	if err != nil {
		return nil, err
	}
	c := &Comment{Key: tenant.Key{ID: id.New()}, SubjectKind: t.Ref.Kind, SubjectID: t.Ref.ID, ConsultationID: t.ConsultationID,
		Byline: by, Official: d.Official, State: Shown, Lang: i18n.Lang(ctx), CreatedAt: tx.Now()}
	c.RootID, c.ParentID, c.Depth = stored.Place(target)
	if target == nil {
		c.RootID = c.ID
		if t.Stance {
			c.Stance, c.Lane = d.Stance, d.Stance.Number()
		}
		if d.Official {
			c.Pinned = 1
		}
	} else {
		c.ReplyToID = target.ID
	}
	m.write(c, d.Body)
	return c, nil
}

// write sets the text of a comment and what follows from it.
func (m *Module) write(c *Comment, body string) {
	c.Body, c.HTML, c.Hints = body, text.Markdown(body), ""
	if m.Hints != nil {
		c.Hints = strings.Join(m.Deps.Hints(c.Lang, text.Plain(body)), "\n")
	}
}

// waits reports whether a new comment must be read by a moderator first. The municipality's own word never waits.
func (m *Module) waits(ctx context.Context, tx *tenant.Tx, actor authz.Actor, t Thread, d Draft) (bool, error) {
	if m.Gate == nil || d.Official || authz.Can(ctx, "comment.moderate", authz.Resource{}).Allowed {
		return false, nil
	}
	wait, err := m.Gate.Wait(ctx, tx, actor, t.Moderation)
	if err != nil {
		return false, fmt.Errorf("ask whether a comment waits: %w", err)
	}
	return wait, nil
}

// hold stores a comment that only its author and moderators see.
func (m *Module) hold(ctx context.Context, tx *tenant.Tx, c *Comment) error {
	if err := stored.Insert(ctx, tx, c); err != nil {
		return err
	}
	if err := m.Gate.Waiting(ctx, tx, c.Ref(), c.AuthorID); err != nil {
		return fmt.Errorf("put a comment before the moderators: %w", err)
	}
	return nil
}

// shown does what follows when a listed comment becomes readable for the first time: counters, search, news.
func (m *Module) shown(ctx context.Context, tx *tenant.Tx, t Thread, c *Comment, parentAuthorID string) error {
	if c.Pinned == 1 {
		if err := stored.Unpin(ctx, tx, c.Subject()); err != nil {
			return err
		}
	}
	if err := m.count(ctx, tx, c, 1); err != nil {
		return err
	}
	if err := tx.Index(ctx, c.Document(t.Title)); err != nil {
		return fmt.Errorf("index comment: %w", err)
	}
	return tx.Announce(ctx, Posted{ID: c.ID, Ref: c.Subject(), OwnerID: t.OwnerID, ParentID: c.ReplyToID, AuthorID: c.AuthorID, AuthorName: c.AuthorName,
		ParentAuthorID: parentAuthorID, ConsultationID: c.ConsultationID, Title: t.Title, Path: c.Permalink(), Excerpt: text.Excerpt(c.Body, 200),
		Official: c.Official, Lang: c.Lang, Hints: c.HintList()})
}

// count tells every counter that n comments like c became readable, or no longer are.
func (m *Module) count(ctx context.Context, tx *tenant.Tx, c *Comment, n int) error {
	if err := stored.CountReply(ctx, tx, c, int64(n)); err != nil {
		return err
	}
	if err := c.Share(int64(n)).Add(ctx, tx, c.Subject()); err != nil {
		return err
	}
	host, ok := m.Hosts[c.SubjectKind]
	if !ok {
		return nil // its host is switched off; Recount tells it when it comes back
	}
	if err := host.Commented(ctx, tx, c.SubjectID, n); err != nil {
		return fmt.Errorf("tell the host of a comment: %w", err)
	}
	return nil
}
