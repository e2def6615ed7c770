package demo

import (
	"context"
	"slices"

	"glas/internal/subject"
	"glas/modules/consultations"
	"glas/modules/votes"
)

// votingPhase is the last phase with votes, or else the last.
func votingPhase(c *consultations.Consultation) *consultations.Phase {
	for _, p := range slices.Backward(c.Phases) {
		if p.Switches.Votes.Kind != "" {
			return p
		}
	}
	return c.Phases[len(c.Phases)-1]
}

// freeze seals the results of the votes that are over, and lets those of the others be sealed when they end.
func (s *seeder) freeze(ctx context.Context, c *consultations.Consultation, cast []votes.Vote) error {
	end, done := votingPhase(c).EndsAt, map[subject.Ref]bool{}
	for _, v := range cast {
		ref := subject.Ref{Kind: v.SubjectKind, ID: v.SubjectID}
		if v.Scope != "" {
			ref = votes.ScopeRef(v.Scope)
		}
		if done[ref] || end.IsZero() {
			continue
		}
		done[ref] = true
		if end.After(s.now) {
			if err := votes.FreezeAt(ctx, s.tx, ref, end); err != nil {
				return err
			}
		} else if _, err := votes.Freeze(ctx, s.tx, ref); err != nil {
			return err
		}
	}
	return nil
}
