package follows

import (
	"context"
	"fmt"
	"slices"
	"time"

	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/tenant"
)

const (
	// calm is how many letters a day somebody gets at once through one thing; the others are in the next digest.
	calm = 5
	// digestBatch is how many digests are written in one transaction.
	digestBatch = 50
	// kept is how long notices can be read.
	kept = 180 * 24 * time.Hour
)

// forget removes what is kept about a deleted account.
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

// fan tells one batch of people and leaves the next one to another job. Notices, letters and that job are committed together.
func (m *Module) fan(ctx context.Context, j job.Job) error {
	var w wave
	if err := j.Decode(&w); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		n, err := newsByID(ctx, tx, w.News)
		if err != nil || n == nil {
			return err
		}
		var followers []string
		if !n.Direct {
			if followers, err = followersAfter(ctx, tx, n.Refs, w.After, batch); err != nil {
				return err
			}
		}
		people := next(followers, n.Also, w.After, batch)
		if len(people) == batch {
			last := people[batch-1]
			if err := tx.Enqueue(ctx, job.Spec{Kind: fanJob, Payload: wave{News: n.ID, After: last}, Unique: n.ID + ":" + last}); err != nil {
				return fmt.Errorf("tell more people: %w", err)
			}
		}
		people = slices.DeleteFunc(people, func(a string) bool { return a == n.ActorID || slices.Contains(n.ExceptIDs, a) })
		return m.tell(ctx, tx, n, people)
	})
}

// audience is what is known about the people of one batch.
type audience struct {
	said     map[string]choice
	settings map[string]FollowSetting
	to       map[string]accounts.Recipient
	mailed   map[string]map[subject.Ref]int64
}

func (m *Module) audience(ctx context.Context, tx *tenant.Tx, people []string, refs []subject.Ref) (a audience, err error) {
	if a.said, err = said(ctx, tx, people, refs); err != nil {
		return a, err
	}
	if a.settings, err = settingsOf(ctx, tx, people); err != nil {
		return a, err
	}
	if a.to, err = recipients(ctx, tx, people); err != nil {
		return a, err
	}
	a.mailed, err = mailedSince(ctx, tx, people, tx.Now().Add(-24*time.Hour))
	return a, err
}

// recipients are the addresses of those who can be told: not deleted, not blocked, with a confirmed address.
func recipients(ctx context.Context, tx *tenant.Tx, people []string) (map[string]accounts.Recipient, error) {
	to, err := accounts.Addresses(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	out, err := blocked(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	for _, a := range out {
		delete(to, a)
	}
	return to, nil
}

// tell gives each of people a notice, and a letter to those who want it at once.
func (m *Module) tell(ctx context.Context, tx *tenant.Tx, n *FollowNews, people []string) error {
	a, err := m.audience(ctx, tx, people, n.Refs)
	if err != nil {
		return err
	}
	reader := m.reader(tx)
	for _, who := range people {
		via, concerned := a.said[who].via(n.Refs, slices.Contains(n.Also, who))
		to, reachable := a.to[who]
		if !concerned || !reachable {
			continue
		}
		visible, err := reader.mayRead(ctx, who, n.Ref())
		if err != nil {
			return err
		}
		if !visible {
			continue
		}
		notice := &FollowNotice{Key: tenant.Key{ID: id.New()}, NewsID: n.ID, AccountID: who, ViaKind: via.Kind, ViaID: via.ID, CreatedAt: tx.Now()}
		mail := notice.schedule(n, a.settings[who].Frequency, a.mailed[who][via])
		fresh, err := addNotice(ctx, tx, notice)
		if err != nil {
			return err
		}
		if fresh && mail {
			if err := m.post(ctx, tx, reader, who, to, []entry{{News: n, Via: via}}, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// schedule decides whether a notice is mailed at once, waits for a digest, or is only kept on the person's page.
func (n *FollowNotice) schedule(news *FollowNews, f Frequency, mailed int64) bool {
	switch {
	case f == Never:
		return false
	case news.Urgent, f == AtOnce && mailed < calm:
		n.MailedAt = n.CreatedAt
		return true
	default:
		n.Pending = true
		return false
	}
}

// morning is when digests are written, in the time of the municipality.
const morning = 7

// lastMorning is the latest 07:00 that is not after now, in a zone.
func lastMorning(now time.Time, zone *time.Location) time.Time {
	l := now.In(zone)
	t := time.Date(l.Year(), l.Month(), l.Day(), morning, 0, 0, 0, zone)
	if t.After(now) {
		t = time.Date(l.Year(), l.Month(), l.Day()-1, morning, 0, 0, 0, zone)
	}
	return t
}

// lastMonday is the latest Monday at 07:00 that is not after now, in a zone.
func lastMonday(now time.Time, zone *time.Location) time.Time {
	t := lastMorning(now, zone)
	back := (int(t.Weekday()) + 6) % 7
	return time.Date(t.Year(), t.Month(), t.Day()-back, morning, 0, 0, 0, zone)
}

// digest mails what waited until this morning, or until this Monday. A morning at which nothing ran is made up for later. It looks
// before it writes, because every change makes the remembered pages of the municipality stale.
func (m *Module) digest(ctx context.Context, _ job.Job) error {
	var due []dueDigest
	var old bool
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if due, err = dueNow(ctx, tx, 1); err == nil {
			old, err = anythingBefore(ctx, tx, tx.Now().Add(-kept))
		}
		return err
	})
	for err == nil && len(due) > 0 && ctx.Err() == nil {
		err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
			if due, err = dueNow(ctx, tx, digestBatch); err != nil || len(due) == 0 {
				return err
			}
			return m.digestsOf(ctx, tx, due)
		})
	}
	if err == nil && old {
		err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return prune(ctx, tx, tx.Now().Add(-kept)) })
	}
	if err != nil {
		return fmt.Errorf("write digests: %w", err)
	}
	return ctx.Err()
}

// dueNow finds people whose digest is to be written by now.
func dueNow(ctx context.Context, tx *tenant.Tx, limit int) ([]dueDigest, error) {
	zone := tx.Tenant().Zone()
	return dueDigests(ctx, tx, lastMorning(tx.Now(), zone), lastMonday(tx.Now(), zone), limit)
}

// digestsOf writes the digest of each of some people. What a person may no longer read, or no longer wants, is left out.
func (m *Module) digestsOf(ctx context.Context, tx *tenant.Tx, people []dueDigest) error {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.AccountID
	}
	waiting, news, err := pendingOf(ctx, tx, people)
	if err != nil {
		return err
	}
	var refs []subject.Ref
	for _, n := range news {
		refs = append(refs, n.Refs...)
	}
	a, err := m.audience(ctx, tx, ids, refs)
	if err != nil {
		return err
	}
	reader := m.reader(tx)
	for _, p := range people {
		sent, done, err := m.entries(ctx, reader, waiting[p.AccountID], news, a)
		if err != nil {
			return err
		}
		if len(sent) > 0 && p.Frequency != Never {
			if err := m.post(ctx, tx, reader, p.AccountID, a.to[p.AccountID], sent, true); err != nil {
				return err
			}
		}
		if err := settle(ctx, tx, done, len(sent) > 0 && p.Frequency != Never); err != nil {
			return err
		}
	}
	return nil
}

// entries are what of the waiting notices of one person goes into his digest; all of them are done with afterwards.
func (m *Module) entries(ctx context.Context, r *reader, waiting []FollowNotice, news map[string]*FollowNews, a audience) (list []entry, done []string, err error) {
	for _, w := range waiting {
		done = append(done, w.ID)
		n := news[w.NewsID]
		if n == nil || !n.UntilAt.IsZero() && r.tx.Now().After(n.UntilAt) {
			continue
		}
		if _, reachable := a.to[w.AccountID]; !reachable {
			continue
		}
		if active, known := a.said[w.AccountID][w.Via()]; known && !active {
			continue
		}
		visible, err := r.mayRead(ctx, w.AccountID, n.Ref())
		if err != nil {
			return nil, nil, err
		}
		if visible {
			list = append(list, entry{News: n, Via: w.Via()})
		}
	}
	return list, done, nil
}
