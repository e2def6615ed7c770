package acts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/text"
	"glas/modules/attachments"
	"glas/modules/cases/internal/personal"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/modules/cases/internal/told"
	"glas/tenant"
)

// Triage takes a case up for review.
func (a *Acts) Triage(ctx context.Context, k Key) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermReview}, action: stored.Triage})
}

// Edit is the editor's version of a case. What was typed stays.
type Edit struct {
	Title, Body, Lang string
	Visibility        stored.Visibility
	Location          stored.Location
	// Name shows the reporter's name where he wanted that; an editor can only take it away.
	HideName bool
	// Photos are the ids of the files that everybody may see; nil leaves them.
	Photos []string
}

// EditPublic writes what everybody reads. Empty words take what was typed.
func (a *Acts) EditPublic(ctx context.Context, k Key, in Edit) (*stored.Case, error) {
	if text.Letters(in.Title) > stored.TitleMax || text.Letters(in.Body) > stored.BodyMax {
		return nil, fault.InvalidField("body", "val.max_chars", "N", stored.BodyMax)
	}
	return a.do(ctx, k, step{perm: []string{PermEdit}, action: stored.EditPublic,
		in: stored.Input{Data: map[string]any{"visibility": in.Visibility, "location": in.Location, "hints": personal.Lines(in.Title + "\n" + in.Body)}},
		change: func(c *stored.Case) {
			c.PublicTitle, c.PublicBody, c.PublicLang = in.Title, in.Body, in.Lang
			if in.Visibility != "" {
				c.Visibility = in.Visibility
			}
			if !c.Visibility.Open() {
				c.Published = false
			}
			if in.Location != "" {
				c.Location = in.Location
			}
			if in.HideName {
				c.NamePublic = false
			}
		},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error { return a.photos(ctx, tx, c, in.Photos) }})
}

// photos lets exactly these files of a case through.
func (a *Acts) photos(ctx context.Context, tx *tenant.Tx, c *stored.Case, ids []string) error {
	if ids == nil {
		return nil
	}
	known, err := stored.PhotosOf(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for one := range known {
		if !slices.Contains(ids, one) {
			if err := stored.ShowPhoto(ctx, tx, c, one, false); err != nil {
				return err
			}
		}
	}
	for _, one := range ids {
		if err := stored.ShowPhoto(ctx, tx, c, one, true); err != nil {
			return err
		}
	}
	return nil
}

// Publish shows a case to everybody, as its visibility and the publish mode of its topic allow.
func (a *Acts) Publish(ctx context.Context, k Key) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermPublish}, action: stored.Publish, change: func(c *stored.Case) { publish(c, c.UpdatedAt) },
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if err := a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricModerate}}); err != nil {
				return err
			}
			if err := tx.Announce(ctx, told.Published{News: told.NewsOf(c)}); err != nil {
				return err
			}
			return a.tellReporter(ctx, tx, c, "published", c.TokenPath())
		}, fill: a.stamp})
}

// publish marks a case as shown; PublishedAt stays that of the first time.
func publish(c *stored.Case, at time.Time) {
	c.Published = true
	if c.PublishedAt.IsZero() {
		c.PublishedAt = at
	}
}

// stamp keeps the moment of the transaction where change finds it.
func (a *Acts) stamp(_ context.Context, tx *tenant.Tx, c *stored.Case, _ *stored.Input) error {
	c.UpdatedAt = tx.Now()
	return nil
}

// Unpublish takes a case out of everybody's sight, with the reason that its author is told.
func (a *Acts) Unpublish(ctx context.Context, k Key, reason string) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermPublish}, action: stored.Unpublish, in: stored.Input{Text: reason, Data: map[string]any{"reason": reason}},
		change: func(c *stored.Case) { c.Published = false },
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			return a.tellReporter(ctx, tx, c, "unpublished", c.TokenPath(), "Text", reason)
		}})
}

// Photo lets everybody see one photo of a case, or nobody; with rectangles to be made black.
func (a *Acts) Photo(ctx context.Context, k Key, attachmentID string, public bool) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermEdit}, action: stored.Redact, in: stored.Input{Data: map[string]any{"file": attachmentID, "public": public}},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			return stored.ShowPhoto(ctx, tx, c, attachmentID, public)
		}})
}

// Ask puts a question to the citizen. His clocks stand still until he replies, five working days at most.
func (a *Acts) Ask(ctx context.Context, k Key, question string) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermReview, PermWork, PermDraft}, action: stored.Ask, in: stored.Input{Text: question},
		fill: func(ctx context.Context, tx *tenant.Tx, _ *stored.Case, in *stored.Input) error {
			n, err := a.Names.Of(ctx, tx)
			if err != nil {
				return err
			}
			in.Until, err = told.WorkingDay(ctx, tx, n.Settings.WaitDays)
			return err
		},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if _, err := a.line(ctx, tx, c, stored.CaseMessage{Direction: stored.Out, Audience: stored.ToReporter, Body: question, Question: true}); err != nil {
				return err
			}
			if err := a.turn(ctx, tx, c, Turn{Pause: string(stored.WaitingReporter)}); err != nil {
				return err
			}
			return a.tellReporter(ctx, tx, c, "asked", c.TokenPath()+"#reply", "Text", question)
		}})
}

// Incoming is a message of a citizen, by whatever channel.
type Incoming struct {
	Body, Channel, Lang string
	// Token is the one of the address that he came by; MessageID and InReplyTo are those of an e-mail, From its sender.
	Token, MessageID, InReplyTo, From string
	// Trusted messages come from a program that found out whose case it is.
	Trusted bool
	// Files came with it.
	Files attachments.Batch
}

// Reply takes a message of the reporter. It ends the waiting for his answer; on a case that was joined to another it is shown there too.
// A message with a MessageID that is known already changes nothing.
func (a *Acts) Reply(ctx context.Context, caseID string, in Incoming) (*stored.Case, error) {
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = a.ReplyIn(ctx, tx, caseID, in)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reply: %w", err)
	}
	return c, nil
}

// ReplyIn is Reply within a transaction of the caller.
func (a *Acts) ReplyIn(ctx context.Context, tx *tenant.Tx, caseID string, in Incoming) (*stored.Case, error) {
	if n := text.Letters(in.Body); n < 1 || n > stored.MessageMax {
		return nil, fault.InvalidField("text", "cases.error.text", "Min", 1, "Max", stored.MessageMax)
	}
	if known, err := stored.FindMessage(ctx, tx, in.MessageID); known != nil || err != nil {
		if err != nil {
			return nil, err
		}
		return stored.Find(ctx, tx, known.CaseID)
	}
	c, err := stored.Find(ctx, tx, caseID)
	if err != nil {
		return nil, err
	}
	s := step{token: in.Token, free: in.Trusted, action: stored.Message}
	if c.State == stored.WaitingReporter {
		s.action = stored.ReplyTo
	}
	s.after = func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
		return a.replied(ctx, tx, c, in, s.action)
	}
	return c, a.take(ctx, tx, c, s)
}

// replied keeps a reply, lets the clocks go on, and shows the reply at the case that this one was joined to.
func (a *Acts) replied(ctx context.Context, tx *tenant.Tx, c *stored.Case, in Incoming, did stored.Action) error {
	if _, err := a.line(ctx, tx, c, stored.CaseMessage{Direction: stored.In, Audience: stored.ToReporter, Body: in.Body, Channel: in.Channel, Lang: in.Lang, AuthorKind: "citizen",
		MessageID: in.MessageID, InReplyTo: in.InReplyTo, Recipient: in.From}); err != nil {
		return err
	}
	if a.Files != nil && len(in.Files.Files)+len(in.Files.Staged) > 0 {
		in.Files.Public, in.Files.Gone, in.Files.AltOf = false, nil, nil // a reply adds, and takes nothing away
		in.Files.Limits = attachments.Limits{Photos: 100, Documents: 100}
		if err := a.Files.Add(ctx, tx, c.Ref(), in.Files); err != nil {
			return err
		}
	}
	if err := a.tellStaff(ctx, tx, c, "replied", c.AssigneeID); err != nil {
		return err
	}
	if did == stored.ReplyTo {
		return a.turn(ctx, tx, c, Turn{Resume: true})
	}
	if c.MergedInto == "" {
		return nil
	}
	master, err := stored.Find(ctx, tx, c.MergedInto)
	if err != nil {
		return err
	}
	if !master.State.Can(stored.Message) {
		return nil
	}
	return a.take(ctx, tx, master, step{free: true, action: stored.Message, in: stored.Input{Data: map[string]any{"from": c.Number}}})
}

// line adds a message to the thread of a case.
func (a *Acts) line(ctx context.Context, tx *tenant.Tx, c *stored.Case, m stored.CaseMessage) (*stored.CaseMessage, error) {
	actor := authz.From(ctx)
	m.ID, m.CaseID, m.CreatedAt = id.New(), c.ID, tx.Now()
	if m.AuthorKind == "" {
		m.AuthorKind, m.AuthorID, m.AuthorName = "staff", actor.ID, actor.Name
	}
	if m.Channel == "" {
		m.Channel = "web"
	}
	if m.Lang == "" {
		m.Lang = c.Lang
	}
	if err := stored.Add(ctx, tx, &m); err != nil {
		return nil, err
	}
	return &m, stored.Bump(ctx, tx, c, 0, 0, 1)
}

// Note writes something that only the municipality's own people read.
func (a *Acts) Note(ctx context.Context, k Key, body string) (*stored.Case, error) {
	return a.write(ctx, k, stored.Note, stored.CaseMessage{Direction: stored.NoteLine, Audience: stored.ToInternal, Body: body}, false)
}

// Message writes to the reporter. It is no answer: no clock stops.
func (a *Acts) Message(ctx context.Context, k Key, body string) (*stored.Case, error) {
	return a.write(ctx, k, stored.Message, stored.CaseMessage{Direction: stored.Out, Audience: stored.ToReporter, Body: body}, true)
}

func (a *Acts) write(ctx context.Context, k Key, action stored.Action, m stored.CaseMessage, tell bool) (*stored.Case, error) {
	if n := text.Letters(m.Body); n < 1 || n > stored.MessageMax {
		return nil, fault.InvalidField("text", "cases.error.text", "Min", 1, "Max", stored.MessageMax)
	}
	return a.do(ctx, k, step{perm: []string{PermWork, PermReview, PermDraft}, action: action, after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
		if _, err := a.line(ctx, tx, c, m); err != nil || !tell {
			return err
		}
		return a.tellReporter(ctx, tx, c, "message", c.TokenPath(), "Text", m.Body)
	}})
}

// Plan says when the work will be done.
func (a *Acts) Plan(ctx context.Context, k Key, at time.Time) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermWork}, action: stored.Plan, in: stored.Input{Until: at, Data: map[string]any{"until": at}}, change: func(c *stored.Case) { c.PlannedAt = at }})
}

// Wait says that another authority has to act first, until when at the latest.
func (a *Acts) Wait(ctx context.Context, k Key, reason, bodyID string, until time.Time) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermWork}, action: stored.Wait, in: stored.Input{Text: reason, Until: until, Data: map[string]any{"reason": reason, "body": bodyID}},
		fill: body(bodyID), change: func(c *stored.Case) { c.BodyID = bodyID },
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			return a.turn(ctx, tx, c, Turn{Pause: string(stored.WaitingExternal)})
		}})
}

// Continue goes on after waiting for others, or before the planned day.
func (a *Acts) Continue(ctx context.Context, k Key) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermWork}, action: stored.Continue, after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
		return a.turn(ctx, tx, c, Turn{Resume: true})
	}})
}

// body checks that another authority is known; without an id there is none.
func body(bodyID string) func(ctx context.Context, tx *tenant.Tx, c *stored.Case, in *stored.Input) error {
	return func(ctx context.Context, tx *tenant.Tx, _ *stored.Case, in *stored.Input) error {
		if bodyID == "" {
			return nil
		}
		_, err := stored.FindBody(ctx, tx, bodyID)
		in.Body = err == nil
		return err
	}
}

// Changes are what is changed about a case; nil leaves a field as it is.
type Changes struct {
	Kind, TopicID, AreaID *string
	Priority              *int64
}

// Change sets kind, topic, area or priority. The clocks are computed from the beginning again.
func (a *Acts) Change(ctx context.Context, k Key, ch Changes) (*stored.Case, error) {
	data := map[string]any{}
	return a.do(ctx, k, step{perm: []string{PermReview, PermAssign}, action: stored.Change, in: stored.Input{Data: data},
		fill: func(ctx context.Context, tx *tenant.Tx, c *stored.Case, _ *stored.Input) error {
			n, err := a.Names.Of(ctx, tx)
			if err != nil {
				return err
			}
			if ch.TopicID != nil && *ch.TopicID != "" && n.Topic(*ch.TopicID) == nil || ch.Kind != nil && !slices.Contains(stored.Kinds(), *ch.Kind) {
				return fault.InvalidField("topic", "val.choose")
			}
			set := func(name string, to *string, from *string) {
				if from != nil && *from != *to {
					data[name], *to = []string{*to, *from}, *from
				}
			}
			set("kind", &c.Kind, ch.Kind)
			set("topic", &c.TopicID, ch.TopicID)
			set("area", &c.AreaID, ch.AreaID)
			if ch.Priority != nil && *ch.Priority != c.Priority {
				data["priority"], c.Priority = *ch.Priority, *ch.Priority
			}
			g := n.Govern(c.Kind, c.TopicID)
			if !g.Visibility.Open() && c.Visibility.Open() { // a sensitive topic closes a case, and none opens one
				c.Visibility, c.Published = g.Visibility, false
			}
			if c.PublishMode = g.PublishMode; !c.Visibility.Open() {
				c.PublishMode = stored.Never
			}
			return nil
		},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			return a.turn(ctx, tx, c, Turn{Rematch: true})
		}})
}
