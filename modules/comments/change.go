package comments

import (
	"context"
	"fmt"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/comments/internal/stored"
	"glas/tenant"
)

// mine loads a comment for its author. To anybody else it is as if it could not be changed.
func (m *Module) mine(ctx context.Context, tx *tenant.Tx, commentID string) (*Comment, Thread, error) {
	c, err := stored.Find(ctx, tx, commentID)
	if err != nil {
		return nil, Thread{}, err
	}
	t, err := m.thread(ctx, tx, c.Subject())
	if err != nil {
		return nil, Thread{}, err
	}
	actor := authz.From(ctx)
	switch {
	case !actor.SignedIn():
		return nil, Thread{}, fault.SignIn()
	case actor.Blocked:
		return nil, Thread{}, fault.Forbidden("authz.blocked")
	case c.AuthorID != actor.ID:
		return nil, Thread{}, fault.Forbidden("authz.owner")
	}
	return c, t, nil
}

// mayEdit says why the author may not change the text any more; nil when he may.
func mayEdit(tx *tenant.Tx, t Thread, c *Comment) error {
	switch {
	case c.State != Shown && c.State != Waiting:
		return fault.Conflict("comments.error.gone")
	case !c.Editable(tx.Now(), tx.Tenant().Rules.EditMinutes):
		return fault.Forbidden("comments.error.edit_over", "N", tx.Tenant().Rules.EditMinutes)
	case c.State == Shown && t.Moderation == "all" && !c.Official:
		return fault.Forbidden("comments.error.edit_read")
	}
	return t.Post.Err()
}

// Editable loads a comment for the form that changes it.
func (m *Module) Editable(ctx context.Context, tx *tenant.Tx, commentID string) (*Comment, Thread, error) {
	c, t, err := m.mine(ctx, tx, commentID)
	if err != nil {
		return nil, Thread{}, err
	}
	return c, t, mayEdit(tx, t, c)
}

// Edit changes the text within the first minutes. revision is the one that the author was looking at; when the text has changed
// since, nothing is overwritten. The old text stays readable beside the new one.
func (m *Module) Edit(ctx context.Context, commentID, body string, revision int) (*Comment, error) {
	var c *Comment
	err := m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		var t Thread
		var err error
		if c, t, err = m.Editable(ctx, tx, commentID); err != nil {
			return err
		}
		if c.Revision != revision {
			return fault.Conflict("comments.error.stale")
		}
		if c.Body == body {
			return nil
		}
		if err := stored.KeepRevision(ctx, tx, c); err != nil {
			return err
		}
		m.write(c, body)
		c.Revision, c.EditedAt = revision+1, tx.Now()
		if err := stored.Rewrite(ctx, tx, c, revision); err != nil {
			return err
		}
		if !c.Visible() {
			return nil
		}
		return tx.Index(ctx, c.Document(t.Title))
	})
	if err != nil {
		return nil, fmt.Errorf("edit comment: %w", err)
	}
	return c, nil
}

// Delete takes a comment back. The text is gone for good; what others answered stays, below a mark.
func (m *Module) Delete(ctx context.Context, commentID string) (*Comment, error) {
	var c *Comment
	err := m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		var err error
		if c, _, err = m.mine(ctx, tx, commentID); err != nil {
			return err
		}
		if c.State == Deleted {
			return nil
		}
		if c.State != Shown && c.State != Waiting {
			return fault.Conflict("comments.error.gone")
		}
		return m.erase(ctx, tx, c, Deleted, "")
	})
	if err != nil {
		return nil, fmt.Errorf("delete comment: %w", err)
	}
	return c, nil
}

// erase takes the text of a comment and everything it said before out of the database.
func (m *Module) erase(ctx context.Context, tx *tenant.Tx, c *Comment, to State, reason string) error {
	was := c.State
	c.State, c.Reason, c.RemovedAt = to, reason, tx.Now()
	c.Body, c.HTML, c.Hints, c.Dedupe = "", "", "", ""
	if err := stored.ForgetRevisions(ctx, tx, c.ID); err != nil {
		return err
	}
	if err := stored.Store(ctx, tx, c); err != nil {
		return err
	}
	return m.unshown(ctx, tx, c, was)
}

// unshown does what follows when a comment is no longer readable.
func (m *Module) unshown(ctx context.Context, tx *tenant.Tx, c *Comment, was State) error {
	if was != Shown {
		return nil
	}
	if err := m.count(ctx, tx, c, -1); err != nil {
		return err
	}
	if err := tx.Unindex(ctx, c.Ref()); err != nil {
		return fmt.Errorf("unindex comment: %w", err)
	}
	return nil
}

// Version is one text of a comment with what changed against the one before.
type Version struct {
	At      time.Time
	Changes []text.Change
}

// History tells how a comment changed, the newest version first. Only a comment that can be read has one.
func (m *Module) History(ctx context.Context, tx *tenant.Tx, commentID string) (*Comment, Thread, []Version, error) {
	c, err := stored.Find(ctx, tx, commentID)
	if err != nil {
		return nil, Thread{}, nil, err
	}
	t, err := m.thread(ctx, tx, c.Subject())
	if err != nil {
		return nil, Thread{}, nil, err
	}
	if err := mayRead(ctx, c); err != nil {
		return nil, Thread{}, nil, err
	}
	old, err := stored.Revisions(ctx, tx, c.ID)
	if err != nil {
		return nil, Thread{}, nil, err
	}
	return c, t, versions(c, old), nil
}

// mayRead refuses the text of a comment that is not shown, except to its author while it waits.
func mayRead(ctx context.Context, c *Comment) error {
	switch a := authz.From(ctx); {
	case c.Visible(), c.State == Waiting && a.SignedIn() && a.ID == c.AuthorID:
		return nil
	case c.State.Tombstone():
		return fault.Gone("comments.error.gone")
	default:
		return fault.NotFound("comments.error.not_found")
	}
}

// versions compares each text with the one before; old is in ascending order.
func versions(c *Comment, old []CommentRevision) []Version {
	texts, times := make([]string, 0, len(old)+1), make([]time.Time, 0, len(old)+1)
	for _, r := range old {
		texts, times = append(texts, r.Body), append(times, r.CreatedAt)
	}
	at := c.CreatedAt
	if !c.EditedAt.IsZero() {
		at = c.EditedAt
	}
	texts, times = append(texts, c.Body), append(times, at)
	out := make([]Version, 0, len(texts))
	for i := len(texts) - 1; i >= 0; i-- {
		v := Version{At: times[i]}
		if i == 0 {
			v.Changes = []text.Change{{Kind: text.Same, Text: texts[0]}}
		} else {
			v.Changes = text.Diff(texts[i-1], texts[i])
		}
		out = append(out, v)
	}
	return out
}

// Held is a comment as a moderator sees it.
type Held struct {
	Ref subject.Ref
	// Title is that of the subject, Path leads to the comment.
	Title, Path string
	// Text is the plain text, also of a hidden comment; empty once it was deleted or removed.
	Text       string
	Lang       string
	AuthorID   string
	AuthorName string
	State      State
	Reason     string
	// Hints are words that were pointed out.
	Hints     []string
	CreatedAt time.Time
	// ConsultationID is the consultation that it was said in.
	ConsultationID string
}

// Held gives moderators a comment in any state.
func (m *Module) Held(ctx context.Context, tx *tenant.Tx, commentID string) (Held, error) {
	c, err := stored.Find(ctx, tx, commentID)
	if err != nil {
		return Held{}, err
	}
	h := Held{Ref: c.Ref(), Path: c.Permalink(), Text: text.Plain(c.Body), Lang: c.Lang, AuthorID: c.AuthorID, AuthorName: c.AuthorName,
		State: c.State, Reason: c.Reason, Hints: c.HintList(), CreatedAt: c.CreatedAt, ConsultationID: c.ConsultationID}
	host, ok := m.Hosts[c.SubjectKind]
	if !ok {
		return h, nil
	}
	t, err := host.Thread(ctx, tx, c.SubjectID)
	if err != nil {
		return Held{}, err
	}
	h.Title = t.Title
	return h, nil
}

// Verdict is what a moderator does to a comment.
type Verdict string

// The verdicts.
const (
	// Hide takes a shown comment out, for a reason that everybody reads; Restore brings it back.
	Hide    Verdict = "hide"
	Restore Verdict = "restore"
	// Approve shows a comment that waited, Refuse never shows it.
	Approve Verdict = "approve"
	Refuse  Verdict = "refuse"
	// Remove takes a text with personal data out for good.
	Remove Verdict = "remove"
)

// Ruling is a verdict with its reason and the rule that was broken, both readable for the author.
type Ruling struct {
	Verdict      Verdict
	Reason, Rule string
}

// Decide carries out what a moderator decided; whoever calls it has checked that he may. A verdict that the comment's state already
// satisfies changes nothing, one that does not fit it is a conflict.
func (m *Module) Decide(ctx context.Context, tx *tenant.Tx, commentID string, r Ruling) error {
	c, err := stored.Find(ctx, tx, commentID)
	if err != nil {
		return err
	}
	switch {
	case r.Verdict == Approve && c.State == Waiting, r.Verdict == Approve && c.State == Refused, r.Verdict == Restore && c.State == Refused:
		return m.release(ctx, tx, c)
	case r.Verdict == Restore && c.State == Hidden:
		return m.restore(ctx, tx, c)
	case r.Verdict == Hide && c.State == Shown:
		return m.conceal(ctx, tx, c, Hidden, r)
	case (r.Verdict == Refuse || r.Verdict == Hide) && c.State == Waiting:
		return m.conceal(ctx, tx, c, Refused, r)
	case r.Verdict == Remove && c.State != Removed:
		return m.remove(ctx, tx, c, r)
	case settled(r.Verdict, c.State):
		return nil
	}
	return fault.Conflict("comments.error.gone")
}

// settled reports whether a comment in this state is already what the verdict wants.
func settled(v Verdict, s State) bool {
	switch v {
	case Approve, Restore:
		return s == Shown
	case Hide:
		return s == Hidden || s == Refused
	case Refuse:
		return s == Refused
	default:
		return s == Removed
	}
}

// release shows a comment that waited.
func (m *Module) release(ctx context.Context, tx *tenant.Tx, c *Comment) error {
	c.State, c.Reason, c.Rule, c.RemovedAt = Shown, "", "", time.Time{}
	if err := stored.Enlist(ctx, tx, c); err != nil {
		return err
	}
	if err := stored.Store(ctx, tx, c); err != nil {
		return err
	}
	t, err := m.hostThread(ctx, tx, c)
	if err != nil {
		return err
	}
	parentAuthor := ""
	if c.ReplyToID != "" {
		target, err := stored.Find(ctx, tx, c.ReplyToID)
		if err != nil {
			return err
		}
		parentAuthor = target.AuthorID
	}
	return m.shown(ctx, tx, t, c, parentAuthor)
}

// hostThread is the thread of a comment, also when the one who acts could not read it.
func (m *Module) hostThread(ctx context.Context, tx *tenant.Tx, c *Comment) (Thread, error) {
	host, ok := m.Hosts[c.SubjectKind]
	if !ok {
		return Thread{Ref: c.Subject()}, nil
	}
	return host.Thread(ctx, tx, c.SubjectID)
}

// restore brings a hidden comment back to its place.
func (m *Module) restore(ctx context.Context, tx *tenant.Tx, c *Comment) error {
	c.State, c.Reason, c.Rule, c.RemovedAt = Shown, "", "", time.Time{}
	if err := stored.Store(ctx, tx, c); err != nil {
		return err
	}
	if err := m.count(ctx, tx, c, 1); err != nil {
		return err
	}
	t, err := m.hostThread(ctx, tx, c)
	if err != nil {
		return err
	}
	return tx.Index(ctx, c.Document(t.Title))
}

// conceal takes a comment out of sight; its text is kept.
func (m *Module) conceal(ctx context.Context, tx *tenant.Tx, c *Comment, to State, r Ruling) error {
	was := c.State
	c.State, c.Reason, c.Rule, c.RemovedAt = to, r.Reason, r.Rule, tx.Now()
	if err := stored.Store(ctx, tx, c); err != nil {
		return err
	}
	if err := m.unshown(ctx, tx, c, was); err != nil {
		return err
	}
	return m.tell(ctx, tx, c)
}

// remove takes a text with personal data out for good.
func (m *Module) remove(ctx context.Context, tx *tenant.Tx, c *Comment, r Ruling) error {
	c.Rule = r.Rule
	if err := m.erase(ctx, tx, c, Removed, r.Reason); err != nil {
		return err
	}
	return m.tell(ctx, tx, c)
}

// tell announces what a moderator decided about a comment.
func (m *Module) tell(ctx context.Context, tx *tenant.Tx, c *Comment) error {
	t, err := m.hostThread(ctx, tx, c)
	if err != nil {
		return err
	}
	return tx.Announce(ctx, Ruled{ID: c.ID, Ref: c.Subject(), AuthorID: c.AuthorID, State: c.State, Reason: c.Reason, Rule: c.Rule,
		Title: t.Title, Path: c.Permalink()})
}

// tellBack announces that a comment is readable again, when it is.
func (m *Module) tellBack(ctx context.Context, tx *tenant.Tx, commentID string) error {
	c, err := stored.Find(ctx, tx, commentID)
	if err != nil || c.State != Shown {
		return err
	}
	return m.tell(ctx, tx, c)
}

// Moderate is Decide for staff who look at a comment itself; it is kept in the trail.
func (m *Module) Moderate(ctx context.Context, commentID string, r Ruling) error {
	err := m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := authz.Can(ctx, "comment.moderate", authz.Resource{}).Err(); err != nil {
			return err
		}
		before, err := stored.Find(ctx, tx, commentID)
		if err != nil {
			return err
		}
		if err := m.Decide(ctx, tx, commentID, r); err != nil {
			return err
		}
		if before.State == Hidden || before.State == Refused {
			if err := m.tellBack(ctx, tx, commentID); err != nil {
				return err
			}
		}
		if m.Trail == nil {
			return nil
		}
		return m.Trail.Record(ctx, tx, "comment."+string(r.Verdict), subject.Ref{Kind: Kind, ID: commentID},
			map[string]any{"reason": r.Reason, "rule": r.Rule})
	})
	if err != nil {
		return fmt.Errorf("moderate comment: %w", err)
	}
	return nil
}
