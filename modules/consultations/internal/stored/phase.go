package stored

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
)

// Phase is a part of a consultation with its own switches.
type Phase struct {
	ID       string    `json:"id"`
	Title    i18n.Text `json:"title"`
	Text     i18n.Text `json:"text,omitempty"`
	StartsAt time.Time `json:"starts_at"`
	// EndsAt is the last moment; zero, for the last phase only, leaves it open until the consultation ends.
	EndsAt   time.Time `json:"ends_at,omitzero"`
	Switches Switches  `json:"switches"`
}

// Contains reports whether the phase runs at a moment.
func (p *Phase) Contains(now time.Time) bool {
	return !now.Before(p.StartsAt) && (p.EndsAt.IsZero() || !now.After(p.EndsAt))
}

// What votes are cast on.
const (
	OnProposals    = "proposals"
	OnConsultation = "consultation"
)

// VoteRule is how votes are cast and counted in a phase.
type VoteRule struct {
	// Kind is support, choice (for, against, abstain) or rating (1 to 5); empty means no votes.
	Kind string `json:"kind,omitempty"`
	// On is what is voted on: proposals (also when empty) or the consultation itself.
	On string `json:"on,omitempty"`
	// Quota is how many votes a person has at most, Min how many are asked for; 0 sets none.
	Quota int `json:"quota,omitempty"`
	Min   int `json:"min,omitempty"`
	// HideCounts is empty, until_voted or until_closed.
	HideCounts string `json:"hide_counts,omitempty"`
}

// Switches say what may be done in a phase.
type Switches struct {
	Proposals bool     `json:"proposals,omitempty"`
	Comments  bool     `json:"comments,omitempty"`
	Votes     VoteRule `json:"votes,omitzero"`
	// Stance lets a comment be for, neutral or against; Columns shows the two sides beside each other.
	Stance     bool `json:"stance,omitempty"`
	Columns    bool `json:"columns,omitempty"`
	Pseudonyms bool `json:"pseudonyms,omitempty"`
	// Moderation is none, first_posts, reported or all; empty takes the municipality's rule.
	Moderation string `json:"moderation,omitempty"`
	// Sort is how lists are sorted at first: newest, supported, discussed, trending or random.
	Sort string `json:"sort,omitempty"`
	// ProposalQuota is how many proposals a person may make, Photos how many photos each may have; 0 means no limit for
	// proposals and the usual number for photos.
	ProposalQuota int `json:"proposal_quota,omitempty"`
	Photos        int `json:"photos,omitempty"`
	// Eligible says who may take part, by action.
	Eligible map[string]authz.Policy `json:"eligible,omitempty"`
	// Methods are the settings of methods that this package does not know, by their keys; present means open.
	Methods map[string]json.RawMessage `json:"methods,omitempty"`
	// away are the kinds of things that the municipality does without, whatever is switched on here.
	away []string
}

// Actions that phases open by themselves.
const (
	ActSubmit      = "proposal.submit"
	ActComment     = "comment.post"
	ActCommentVote = "comment.vote"
	ActVote        = "vote.cast"
)

// Actions lists those whose eligibility staff sets.
func Actions() []string { return []string{ActSubmit, ActComment, ActVote} }

// Allows reports whether the switches open the method that an action needs. An action of another method is open when its
// settings are there: "text.comment" needs Methods["text"]. Nothing is open that the municipality does without.
func (s Switches) Allows(action string) bool {
	method, _, _ := strings.Cut(action, ".")
	switch action {
	case ActSubmit:
		return s.Proposals && !slices.Contains(s.away, method)
	case ActComment, ActCommentVote:
		return s.Comments
	case ActVote:
		return s.Votes.Kind != "" && (s.Votes.Subject() == OnConsultation || !slices.Contains(s.away, "proposal"))
	}
	_, ok := s.Methods[method]
	return ok && !slices.Contains(s.away, method)
}

// Shown are the switches without those of what the municipality does without.
func (s Switches) Shown() Switches {
	s.Proposals = s.Allows(ActSubmit)
	s.Methods = maps.Clone(s.Methods)
	for _, kind := range s.away {
		delete(s.Methods, kind)
	}
	return s
}

// ModerationOr is what waits for a moderator in this phase; rule is the municipality's own.
func (s Switches) ModerationOr(rule string) string {
	if s.Moderation == "" {
		return rule
	}
	return s.Moderation
}

// Any reports whether anything is open at all.
func (s Switches) Any() bool {
	return s.Proposals || s.Comments || s.Votes.Kind != "" || len(s.Methods) > 0
}

// SortPhases puts phases in order of time.
func SortPhases(phases []*Phase) {
	sort.SliceStable(phases, func(i, j int) bool { return phases[i].StartsAt.Before(phases[j].StartsAt) })
}

// CheckPhases says what is wrong with the phases of a consultation, the first complaint for each phase under its id: each ends
// after it begins and lies within the consultation, none overlaps another, and only the last may be open-ended.
func CheckPhases(c *Consultation) fault.Fields {
	phases := slices.Clone(c.Phases)
	SortPhases(phases)
	fields := fault.Fields{}
	fail := func(p *Phase, id string, args ...any) {
		if _, ok := fields[p.ID]; !ok {
			fields[p.ID] = fault.Msg(id, args...)
		}
	}
	for i, p := range phases {
		last := i == len(phases)-1
		switch {
		case p.StartsAt.IsZero():
			fail(p, "consultations.phase.error.start")
		case !p.EndsAt.IsZero() && !p.EndsAt.After(p.StartsAt):
			fail(p, "consultations.phase.error.order")
		case p.EndsAt.IsZero() && !last:
			fail(p, "consultations.phase.error.open_end")
		case !last && !phases[i+1].StartsAt.After(p.EndsAt):
			fail(phases[i+1], "consultations.phase.error.overlap", "Phase", p.Title)
		case !c.StartsAt.IsZero() && p.StartsAt.Before(c.StartsAt):
			fail(p, "consultations.phase.error.before", "Date", c.StartsAt)
		case !c.EndsAt.IsZero() && (p.EndsAt.After(c.EndsAt) || p.StartsAt.After(c.EndsAt)):
			fail(p, "consultations.phase.error.after", "Date", c.EndsAt)
		}
	}
	return fields
}

// CheckFrozen says which change of a phase would change a running count. Kind and subject of votes stay; quota, eligibility and
// hiding are only tightened; a phase that has begun keeps its beginning and ends no earlier. next is nil for a removed phase.
func CheckFrozen(old, next *Phase, now time.Time) fault.Fields {
	fields := fault.Fields{}
	if old.Switches.Votes.Kind == "" || old.StartsAt.After(now) {
		return fields
	}
	if next == nil {
		return fault.Fields{"": fault.Msg("consultations.frozen.removed")}
	}
	fail := func(bad bool, name, id string) {
		if bad {
			fields[name] = fault.Msg(id)
		}
	}
	a, b := old.Switches.Votes, next.Switches.Votes
	fail(a.Kind != b.Kind, "vote_kind", "consultations.frozen.kind")
	fail(a.Subject() != b.Subject(), "vote_on", "consultations.frozen.kind")
	fail(a.Quota != 0 && (b.Quota == 0 || b.Quota > a.Quota), "vote_quota", "consultations.frozen.quota")
	fail(hiding(b) < hiding(a), "hide_counts", "consultations.frozen.hide")
	fail(!stricter(old.Switches.Eligible[ActVote], next.Switches.Eligible[ActVote]), "eligible."+ActVote, "consultations.frozen.eligible")
	fail(!old.StartsAt.Equal(next.StartsAt), "starts", "consultations.frozen.start")
	sooner := !next.EndsAt.IsZero() && (old.EndsAt.IsZero() || next.EndsAt.Before(old.EndsAt))
	fail(sooner, "ends", "consultations.frozen.end")
	return fields
}

// Subject is what votes are cast on: OnProposals or OnConsultation.
func (v VoteRule) Subject() string {
	if v.On == "" {
		return OnProposals
	}
	return v.On
}

func hiding(v VoteRule) int {
	return max(slices.Index([]string{"", "until_voted", "until_closed"}, v.HideCounts), 0)
}

// stricter reports whether nobody is admitted by next who is not admitted by old.
func stricter(old, next authz.Policy) bool {
	return next.MinLevel >= old.MinLevel && next.MinAge >= old.MinAge &&
		(old.MaxAge == 0 || next.MaxAge > 0 && next.MaxAge <= old.MaxAge) &&
		(old.AreaID == "" || next.AreaID == old.AreaID) &&
		(old.Group == "" || next.Group == old.Group) &&
		(old.Who == "" || next.Who == old.Who)
}
