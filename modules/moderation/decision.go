package moderation

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"glas/internal/fault"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/tenant"
)

// Act is what a moderator does about a case.
type Act string

// The acts. Those that are verdicts too are carried out by the host of the thing.
const (
	ActHide    = Act(Hide)
	ActRestore = Act(Restore)
	ActApprove = Act(Approve)
	ActRefuse  = Act(Refuse)
	// ActRemove takes personal data out for good.
	ActRemove = Act(Remove)
	// ActDismiss finds the reports unfounded; the thing stays as it is.
	ActDismiss Act = "dismiss"
	// ActBlock takes the right to take part from the author; the case stays open for a decision about the thing itself.
	ActBlock Act = "block"
)

// against reports whether an act is against the author, who is then owed the reasons and an appeal.
func (a Act) against() bool { return a == ActHide || a == ActRefuse || a == ActRemove || a == ActBlock }

// verdict is what the host of the thing carries out; empty for nothing.
func (a Act) verdict() Verdict {
	if a == ActDismiss || a == ActBlock {
		return ""
	}
	return Verdict(a)
}

// outcome is what the act says about the reports; empty when nothing.
func (a Act) outcome() string {
	switch a {
	case ActHide, ActRemove, ActRefuse:
		return upheld
	case ActDismiss, ActApprove:
		return dismissed
	default:
		return ""
	}
}

// acts are all acts in the order of a form.
func acts() []string {
	return []string{string(ActApprove), string(ActDismiss), string(ActHide), string(ActRefuse), string(ActRestore), string(ActRemove), string(ActBlock)}
}

// The outcomes of a report.
const (
	upheld    = "upheld"
	dismissed = "dismissed"
	// moot reports say nothing about whoever sent them: the text was gone before anybody read them.
	moot = "moot"
)

// Bounds of what moderators and authors write, in letters.
const (
	reasonMin, reasonMax = 15, 1000
	appealMin, appealMax = 10, 3000
	reportMax            = 1000
)

// appealTime is how long an author can appeal: six months, as large platforms must allow (Regulation (EU) 2022/2065, article 20(1)).
const appealTime = 183 * 24 * time.Hour

// Draft is a decision as a moderator wants it.
type Draft struct {
	Act          Act
	Reason, Rule string
	// Seen is the Fingerprint of what the moderator looked at; empty does not ask. When the text has changed since, nothing happens.
	Seen string
}

// check says what is missing.
func (d Draft) check() error {
	fields := fault.Fields{}
	if !slices.Contains(acts(), string(d.Act)) {
		fields["action"] = fault.Msg("val.choose")
	}
	if d.Act.against() {
		if n := text.Letters(d.Reason); n < reasonMin {
			fields["reason"] = fault.Msg("moderation.error.reason", "N", reasonMin)
		}
		if !slices.Contains(Rules(), d.Rule) {
			fields["rule"] = fault.Msg("moderation.error.rule")
		}
	}
	if len(fields) > 0 {
		return fault.Invalid(fields)
	}
	return nil
}

// current refuses a decision about a text that has changed since the moderator read it.
func (d Draft) current(i Item) error {
	if d.Seen != "" && d.Seen != i.Fingerprint() {
		return fault.Conflict("moderation.error.changed")
	}
	return nil
}

// Fingerprint is the same as long as title and text of a thing are.
func (i Item) Fingerprint() string {
	sum := sha256.Sum256([]byte(i.Title + "\x00" + i.Text))
	return hex.EncodeToString(sum[:8])
}

// The states of an appeal.
const (
	appealOpen       = "open"
	appealUpheld     = "upheld"     // the decision stands
	appealOverturned = "overturned" // the author was right
)

// ModerationDecision is what was decided about a thing, and what became of an appeal against it.
type ModerationDecision struct {
	tenant.Key
	SubjectKind   string
	SubjectID     string
	AuthorID      string
	Title         string
	Path          string
	Act           Act
	Reason        string
	Rule          string
	ModeratorID   string
	Month         string
	CreatedAt     time.Time
	Appeal        string
	AppealText    string
	AppealedAt    time.Time `bun:",nullzero"`
	SettledBy     string
	SettledReason string
	SettledAt     time.Time `bun:",nullzero"`
}

// Ref is the thing.
func (d *ModerationDecision) Ref() subject.Ref {
	return subject.Ref{Kind: d.SubjectKind, ID: d.SubjectID}
}

// mayAppeal says why there is nothing to appeal to any more; nil when there is.
func (d *ModerationDecision) mayAppeal(now time.Time) error {
	switch {
	case !d.Act.against():
		return fault.NotFound("moderation.error.no_appeal")
	case d.Appeal != "":
		return fault.Conflict("moderation.error.appealed")
	case now.Sub(d.CreatedAt) > appealTime:
		return fault.Conflict("moderation.error.appeal_late")
	}
	return nil
}

// undo is what puts an overturned decision right; empty when nothing can.
func (d *ModerationDecision) undo() Verdict {
	switch d.Act {
	case ActHide:
		return Restore
	case ActRefuse:
		return Approve
	default:
		return ""
	}
}

// monthOf is the month of a moment in the time of the municipality, as the public record counts.
func monthOf(tx *tenant.Tx) string { return tx.Now().In(tx.Tenant().Zone()).Format("2006-01") }
