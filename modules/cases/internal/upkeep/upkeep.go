// Package upkeep does what nobody presses a button for: it ends the waiting for citizens who do not reply, settles initiatives whose time
// for support is over, and forgets what must not be kept.
//
// The decision bound here: what is forgotten is forgotten in everything that hangs on a case, and the case stays with its number and with
// what everybody could read, so that numbers, figures and answers stay true.
package upkeep

import (
	"context"
	"time"

	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/web"
	"glas/modules/accounts"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// The jobs.
const (
	SweepJob  = "cases.sweep"
	ForgetJob = "cases.forget"
)

// most is how many cases one sweep takes of each sort; the rest waits for the next.
const most = 200

const (
	// spamDays is how long spam is kept, in days.
	spamDays = 30
	// KeepDays is how long people are known after their case was closed, in days, where the topic says nothing.
	KeepDays = 730
	// supportDays is how long an initiative waits for support, in days, where its kind says nothing.
	supportDays = 60
)

// Module is the upkeep of all municipalities.
type Module struct{ Acts *acts.Acts }

// Routes are none.
func (m *Module) Routes() []web.Route { return nil }

// Jobs are the handlers by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{SweepJob: m.Sweep, ForgetJob: m.Forget, acts.NewsJob: m.Tell}
}

// Periodic says how often.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{SweepJob: time.Hour}
}

// Sweep does all of it once, each sort in a transaction of its own.
func (m *Module) Sweep(ctx context.Context, _ job.Job) error {
	for _, one := range []func(ctx context.Context, tx *tenant.Tx, n *listed.Names) error{m.expire, m.settle, m.unconfirmed, m.spam, m.anonymise} {
		err := m.Acts.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			n, err := m.Acts.Names.Of(ctx, tx)
			if err != nil {
				return err
			}
			return one(ctx, tx, n)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// expire ends the waiting for citizens who did not reply in their days, and for other authorities until the day that was said.
func (m *Module) expire(ctx context.Context, tx *tenant.Tx, _ *listed.Names) error {
	for state, action := range map[stored.State]stored.Action{stored.WaitingReporter: stored.Expire, stored.WaitingExternal: stored.Continue} {
		late, err := cases(ctx, tx, "c.state = ? AND c.wait_until <= ?", "c.wait_until", state, tx.Now())
		if err != nil {
			return err
		}
		for _, c := range late {
			if err := m.Acts.Do(ctx, tx, c, acts.Own{Action: action, Turn: &acts.Turn{Resume: true}, News: "waited", To: []string{c.AssigneeID}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Settings of a municipality about initiatives that found too little support: close them (the usual), or give them the same time once more.
const (
	// LapseKey is the key in the data of the settings, LapseExtend its other value.
	LapseKey    = "lapse"
	LapseExtend = "extend"
	// LapseTemplate is the code of the template with the standard text.
	LapseTemplate = "threshold_lapsed"
)

// settle closes initiatives whose time for support is over, with the standard text, or extends them once.
func (m *Module) settle(ctx context.Context, tx *tenant.Tx, n *listed.Names) error {
	list, err := cases(ctx, tx, "c.support_until <= ? AND c.threshold_met = ? AND c.state IN (?, ?, ?, ?)", "c.support_until", tx.Now(), false,
		stored.Received, stored.InReview, stored.Assigned, stored.InProgress)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, c := range list {
		k := n.Kind(c.Kind)
		days := k.SupportDays
		if days == 0 {
			days = supportDays
		}
		extended := c.SupportUntil.After(c.RegisteredAt.AddDate(0, 0, days))
		if n.Settings.Data[LapseKey] == LapseExtend && !extended {
			until := c.RegisteredAt.AddDate(0, 0, 2*days)
			err = m.Acts.Do(ctx, tx, c, acts.Own{Action: stored.Prolong, In: stored.Input{Data: map[string]any{"until": until}}, Change: func(c *stored.Case) { c.SupportUntil = until },
				Letter: "prolonged", Words: []any{"Date", until, "N", c.Supports, "Threshold", k.Threshold}})
		} else {
			err = m.lapse(ctx, tx, n, c, k.Threshold)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lapse answers an initiative that found too little support with the standard text.
func (m *Module) lapse(ctx context.Context, tx *tenant.Tx, n *listed.Names, c *stored.Case, threshold int64) error {
	body, err := m.standard(ctx, tx, c, threshold)
	if err != nil {
		return err
	}
	err = m.Acts.Do(ctx, tx, c, acts.Own{Action: stored.Lapse, In: stored.Input{Data: map[string]any{"supports": c.Supports, "threshold": threshold}}, Change: func(c *stored.Case) {
		c.AnswerState, c.Resolution, c.AnsweredAt, c.Answer = string(stored.Answered), string(stored.Lapse), tx.Now(), body
		if c.FirstAnswerAt.IsZero() {
			c.FirstAnswerAt = tx.Now()
		}
	}, Turn: &acts.Turn{All: true}, Letter: "answered", Words: []any{"Text", body}})
	if err != nil {
		return err
	}
	return addAnswer(ctx, tx, c, body)
}

// standard is the standard text in all languages of the municipality: its own template, or the shipped words.
func (m *Module) standard(ctx context.Context, tx *tenant.Tx, c *stored.Case, threshold int64) (i18n.Text, error) {
	list, err := stored.Templates(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		if t.Code == LapseTemplate && len(t.Body) > 0 {
			return t.Body, nil
		}
	}
	body, t := i18n.Text{}, tx.Tenant()
	if m.Acts.Catalogue == nil {
		return body, nil
	}
	for _, lang := range t.Languages {
		ctx := i18n.With(ctx, m.Acts.Catalogue.Localizer(lang, t.Zone(), ""))
		body[lang] = i18n.T(ctx, "cases.lapsed", "N", c.Supports, "Threshold", threshold, "Date", i18n.Date(ctx, c.SupportUntil))
	}
	return body, nil
}

// Forget takes a deleted account off its cases: what everybody reads stays, without a name.
func (m *Module) Forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.Acts.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return forgetAccount(ctx, tx, e.AccountID) })
}

// unconfirmed removes what never was confirmed.
func (m *Module) unconfirmed(ctx context.Context, tx *tenant.Tx, n *listed.Names) error {
	return m.sweepOut(ctx, tx, stored.Unconfirmed, n.Settings.ConfirmDays)
}

// spam removes old spam; what has a number stays hidden without its words and people, so that numbers have no gaps.
func (m *Module) spam(ctx context.Context, tx *tenant.Tx, _ *listed.Names) error {
	return m.sweepOut(ctx, tx, stored.Spam, spamDays)
}

func (m *Module) sweepOut(ctx context.Context, tx *tenant.Tx, s stored.State, days int) error {
	old, err := cases(ctx, tx, "c.state = ? AND c.state_since < ? AND c.parent_id IS NULL AND (c.title <> '' OR c.number IS NULL)", "c.id", s, tx.Now().AddDate(0, 0, -days))
	if err != nil {
		return err
	}
	for _, c := range old {
		if err := attachments.Remove(ctx, tx, c.Ref()); err != nil {
			return err
		}
		if c.Number == "" {
			err = remove(ctx, tx, c)
		} else {
			err = m.forget(ctx, tx, c, false)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// anonymise forgets the people of cases that were closed longer ago than their topic keeps them.
func (m *Module) anonymise(ctx context.Context, tx *tenant.Tx, n *listed.Names) error {
	own := []string{""}
	for _, t := range n.Topics {
		if t.RetentionDays <= 0 {
			continue
		}
		own = append(own, t.ID)
		if err := m.anonymiseOf(ctx, tx, "c.topic_id IN (?)", []string{t.ID}, t.RetentionDays); err != nil {
			return err
		}
	}
	return m.anonymiseOf(ctx, tx, "coalesce(c.topic_id, '-') NOT IN (?)", own, KeepDays)
}

func (m *Module) anonymiseOf(ctx context.Context, tx *tenant.Tx, topics string, ids []string, days int) error {
	list, err := closedBefore(ctx, tx, topics, ids, tx.Now().AddDate(0, 0, -days))
	for _, c := range list {
		if err := m.anonymous(ctx, tx, c); err != nil {
			return err
		}
	}
	return err
}

// anonymous takes everything personal out of a case. Photos that everybody sees stay, the others go.
func (m *Module) anonymous(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
	files, err := attachments.Every(ctx, tx, refs(c), "")
	if err != nil {
		return err
	}
	var private []string
	for _, f := range files[c.Ref()] {
		if !f.Public {
			private = append(private, f.ID)
		}
	}
	if len(private) > 0 {
		if err := attachments.Remove(ctx, tx, c.Ref(), private...); err != nil {
			return err
		}
	}
	return m.forget(ctx, tx, c, c.Shown)
}

// forget removes people, messages and what was typed; with public, what everybody reads stays.
func (m *Module) forget(ctx context.Context, tx *tenant.Tx, c *stored.Case, public bool) error {
	if err := erasePeople(ctx, tx, c.ID); err != nil {
		return err
	}
	err := m.Acts.Do(ctx, tx, c, acts.Own{Action: stored.Forget, Change: func(c *stored.Case) {
		title, body, address := "", "", ""
		if public {
			title, body, address = c.ShownTitle(), c.ShownBody(), stored.See(c, stored.Anybody).AddressFor(c)
			c.Lat, c.Lng = c.PublicLat, c.PublicLng
		} else {
			c.PublicTitle, c.PublicBody, c.Answers, c.Lat, c.Lng = "", "", nil, nil, nil
		}
		c.Title, c.Body, c.Address = title, body, address
		c.ReporterID, c.ReporterName, c.NamePublic, c.Hints, c.Dedupe, c.AnonymisedAt = "", "", false, "", "", tx.Now()
	}})
	if err != nil {
		return err
	}
	return eraseHistory(ctx, tx, c.ID)
}
