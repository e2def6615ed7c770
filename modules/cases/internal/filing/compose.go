package filing

import (
	"context"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/id"
	"glas/modules/areas"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/personal"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Compose makes the row of a report.
func Compose(ctx context.Context, tx *tenant.Tx, n *listed.Names, t *stored.CaseTopic, r Report, staff bool) *stored.Case {
	actor, g := authz.From(ctx), n.Govern(r.Kind, r.TopicID)
	lang := r.Lang
	if lang == "" {
		lang = tx.Tenant().Default()
	}
	c := &stored.Case{Token: stored.NewToken(), Kind: r.Kind, TopicID: r.TopicID, Channel: r.Channel, ChannelRef: r.ChannelRef, Lang: lang, Title: r.Title, Body: r.Body,
		Answers: r.Replies(t, lang, tx.Tenant().Default()), Visibility: g.Visibility, PublishMode: g.PublishMode, Location: g.Location, State: stored.Received, StateSince: tx.Now(),
		Lat: r.Lat, Lng: r.Lng, Address: r.Address, StreetID: r.StreetID, AreaID: r.AreaID, NamePublic: r.NamePublic, ReporterName: r.Name, OccurredAt: r.OccurredAt,
		ReceivedAt: tx.Now(), Priority: stored.Normal, Cycle: 1, ParentID: r.ParentID, Hints: personal.Lines(r.Title + "\n" + r.Body)}
	c.ID = id.New()
	if c.Channel == "" {
		c.Channel = "web"
	}
	if c.AreaID == "" || !slices.ContainsFunc(n.Areas, func(x areas.Area) bool { return x.ID == c.AreaID }) {
		c.AreaID = ""
	}
	if r.Private && c.Visibility.Open() {
		c.Visibility = stored.ReporterOnly
	}
	sender := r.Email + stored.PhoneKey(r.Phone)
	switch {
	case staff:
		c.EnteredBy, c.OnBehalf, c.AckAt = actor.ID, true, tx.Now() // a person took it down
		if r.Visibility != "" {
			c.Visibility = r.Visibility
		}
		c.Priority = max(stored.Normal, r.Priority)
	case actor.SignedIn() && !r.Trusted:
		c.ReporterID, sender = actor.ID, actor.ID
		if c.ReporterName == "" {
			c.ReporterName = actor.Name
		}
	case !r.Trusted:
		c.State, c.ConfirmToken = stored.Unconfirmed, stored.NewToken()
	}
	if r.Review && c.PublishMode == stored.OnConfirm {
		c.PublishMode = stored.AfterReview
	}
	if !c.Visibility.Open() {
		c.PublishMode = stored.Never
	}
	c.Dedupe = c.Fingerprint(sender)
	return c
}

// Receive decides where a case goes and when its time begins. An initiative that needs supports waits for them.
func Receive(tx *tenant.Tx, n *listed.Names, c *stored.Case, department string, at time.Time) error {
	c.RegisteredAt = at
	t := n.Topic(c.TopicID)
	to := stored.Route(n.Rules, t, n.Above(t), c, at.In(tx.Tenant().Zone()).Hour())
	if department != "" {
		to = stored.Routed{DepartmentID: department}
	}
	c.DepartmentID, c.RuleID, c.BodyID = to.DepartmentID, to.RuleID, to.BodyID
	c.Priority = max(c.Priority, to.Priority)
	if to.AssigneeID != "" {
		c.AssigneeID = to.AssigneeID
	}
	if to.Direct {
		c.State, c.StateSince, c.Responsibility = stored.Assigned, tx.Now(), stored.Pending
	}
	if k := n.Kind(c.Kind); k.Threshold > 0 && k.Support {
		days := k.SupportDays
		if days == 0 {
			days = 60
		}
		c.SupportUntil = at.AddDate(0, 0, days)
	} else {
		c.ThresholdMet = true
	}
	return nil
}
