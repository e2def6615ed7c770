package stored

import (
	"maps"
	"slices"

	"glas/internal/authz"
)

// Difference is one rule of a phase that is another now, for the record of what was done: messages name it, so that everybody reads it
// in his own language.
type Difference struct {
	// Of and Rule are message ids; Of is that of the act whose rule it is, empty for a rule of the whole phase.
	Of   string `json:"of,omitempty"`
	Rule string `json:"rule"`
	From any    `json:"from"`
	To   any    `json:"to"`
	// Words is where the words for the values stand; empty for numbers and for yes and no.
	Words string `json:"words,omitempty"`
}

// Differences are the rules in which to is another than s. labels are the message ids of methods and of their acts.
func (s Switches) Differences(to Switches, labels map[string]string) []Difference {
	const phase = "consultations.phase."
	all := []Difference{
		{Rule: phase + "proposals_on", From: s.Proposals, To: to.Proposals},
		{Rule: phase + "proposal_quota", From: s.ProposalQuota, To: to.ProposalQuota},
		{Rule: phase + "photos", From: s.Photos, To: to.Photos},
		{Rule: phase + "comments_on", From: s.Comments, To: to.Comments},
		{Rule: phase + "stance", From: s.Stance, To: to.Stance},
		{Rule: phase + "columns", From: s.Columns, To: to.Columns},
		{Rule: phase + "vote_kind", From: s.Votes.Kind, To: to.Votes.Kind, Words: "consultations.vote_kind."},
		{Rule: phase + "vote_on", From: s.Votes.Subject(), To: to.Votes.Subject(), Words: "consultations.vote_on."},
		{Rule: phase + "vote_quota", From: s.Votes.Quota, To: to.Votes.Quota},
		{Rule: phase + "vote_min", From: s.Votes.Min, To: to.Votes.Min},
		{Rule: phase + "hide_counts", From: s.Votes.HideCounts, To: to.Votes.HideCounts, Words: "consultations.hide."},
		{Rule: phase + "pseudonyms", From: s.Pseudonyms, To: to.Pseudonyms},
		{Rule: phase + "moderation", From: s.Moderation, To: to.Moderation, Words: "consultations.moderation."},
		{Rule: phase + "sort", From: s.Sort, To: to.Sort, Words: "consultations.sort."},
	}
	for _, key := range either(s.Methods, to.Methods) {
		_, was := s.Methods[key]
		_, is := to.Methods[key]
		all = append(all, Difference{Rule: label(labels, key), From: was, To: is})
	}
	for _, act := range either(s.Eligible, to.Eligible) {
		of, was, is := label(labels, act), s.Eligible[act], to.Eligible[act]
		all = append(all, Difference{of, phase + "who", was.Who, is.Who, "consultations.who."},
			Difference{of, phase + "level", level(was.MinLevel), level(is.MinLevel), "consultations.level."},
			Difference{of, phase + "min_age", was.MinAge, is.MinAge, ""}, Difference{of, phase + "max_age", was.MaxAge, is.MaxAge, ""},
			Difference{of, "common.area", was.AreaName, is.AreaName, ""})
	}
	return slices.DeleteFunc(all, func(d Difference) bool { return d.From == d.To })
}

// either are the keys of both, sorted.
func either[T any](a, b map[string]T) []string {
	both := maps.Clone(a)
	if both == nil {
		both = map[string]T{}
	}
	maps.Copy(both, b)
	return slices.Sorted(maps.Keys(both))
}

func label(labels map[string]string, key string) string {
	if l := labels[key]; l != "" {
		return l
	}
	return "consultations.act." + key
}

// level is a level as the form offers it: an address is what every account has.
func level(l authz.Level) string {
	if l <= authz.LevelEmail {
		return ""
	}
	return l.String()
}
