package moderation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/tenant"
)

// hintWeight is the weight of a case that only a word list opened: less than any report.
const hintWeight = 0.05

// post is what is announced of a new comment or proposal.
type post struct {
	ID       string      `json:"id"`
	Ref      subject.Ref `json:"ref"`
	AuthorID string      `json:"author_id"`
	Official bool        `json:"official"`
	Hints    []string    `json:"hints"`
}

// thing is what was posted: a comment is named by its id and says by ref what it is about, a proposal is ref itself.
func (p post) thing(kind string) subject.Ref {
	if kind == commentJob {
		return subject.Ref{Kind: "comment", ID: p.ID}
	}
	return p.Ref
}

// posted counts the first posts of an account, and shows moderators what holds a word to look at.
func (m *Module) posted(ctx context.Context, j job.Job) error {
	var p post
	if err := j.Decode(&p); err != nil {
		return job.Permanent(err)
	}
	ref := p.thing(j.Kind)
	if _, known := m.Hosts[ref.Kind]; !known || p.Official || ref.ID == "" {
		return nil
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		item, err := m.held(ctx, tx, ref)
		if fault.Is(err, fault.KindNotFound) || err == nil && item.Gone {
			return nil
		}
		if err != nil {
			return err
		}
		if err := addPost(ctx, tx, ref, p.AuthorID); err != nil {
			return err
		}
		own, err := words(ctx, tx)
		if err != nil {
			return err
		}
		return point(ctx, tx, item, append(p.Hints, hints(item, own)...))
	})
}

// point opens a case for words to look at. A thing that moderators have dealt with before is left alone.
func point(ctx context.Context, tx *tenant.Tx, item Item, list []string) error {
	if len(list) == 0 {
		return nil
	}
	c, err := caseOf(ctx, tx, item.Ref)
	if err != nil {
		return err
	}
	if c == nil {
		c = &ModerationCase{Key: tenant.Key{ID: id.New()}, SubjectKind: item.Ref.Kind, SubjectID: item.Ref.ID, AuthorID: item.AuthorID, Open: true,
			Weight: hintWeight, OpenedAt: tx.Now()}
	}
	if !c.Open {
		return nil
	}
	slices.Sort(list)
	c.Hints = strings.Join(slices.Compact(list), "\n")
	return saveCase(ctx, tx, c)
}

// ruling is what is announced when a comment was hidden, refused or removed.
type ruling struct {
	ID       string `json:"id"`
	AuthorID string `json:"author_id"`
	State    string `json:"state"`
	Reason   string `json:"reason"`
	Rule     string `json:"rule"`
	Title    string `json:"title"`
	Path     string `json:"path"`
}

// ruledElsewhere gives an author the reasons also when staff acted at the comment itself and not in the queue.
func (m *Module) ruledElsewhere(ctx context.Context, j job.Job) error {
	var r ruling
	if err := j.Decode(&r); err != nil {
		return job.Permanent(err)
	}
	act, known := map[string]Act{"hidden": ActHide, "refused": ActRefuse, "removed": ActRemove, "shown": ActRestore}[r.State]
	if !known {
		return job.Permanent(fmt.Errorf("%s: unknown state %q", j.Kind, r.State))
	}
	ref := subject.Ref{Kind: "comment", ID: r.ID}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		past, err := decisionsOn(ctx, tx, ref)
		if err != nil {
			return err
		}
		// A decision of the queue has the very moment of this event, because both were made in one transaction.
		if len(past) > 0 && past[0].Act == act && !past[0].CreatedAt.Before(j.CreatedAt.Add(-time.Second)) {
			return nil
		}
		d := &ModerationDecision{Key: tenant.Key{ID: id.New()}, SubjectKind: ref.Kind, SubjectID: ref.ID, AuthorID: r.AuthorID, Title: r.Title,
			Path: r.Path, Act: act, Reason: r.Reason, Rule: ruleKey(r.Rule), Month: monthOf(tx), CreatedAt: tx.Now()}
		if err := addDecision(ctx, tx, d); err != nil {
			return err
		}
		c, err := caseOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		if c != nil && c.Open {
			if err := m.close(ctx, tx, c, act); err != nil {
				return err
			}
		} else if act == ActRestore {
			if err := addPost(ctx, tx, ref, r.AuthorID); err != nil {
				return err
			}
		} else if err := dropPost(ctx, tx, ref); err != nil {
			return err
		}
		return m.tellAuthor(ctx, tx, d, act == ActRefuse)
	})
}

// ruleKey is a rule of the list, or other.
func ruleKey(rule string) string {
	if slices.Contains(Rules(), rule) {
		return rule
	}
	return "other"
}

// forget takes a deleted account out of reports and decisions.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	if e.AccountID == "" {
		return job.Permanent(fmt.Errorf("%s: no account is named", j.Kind))
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return forgetAccount(ctx, tx, e.AccountID) })
}
