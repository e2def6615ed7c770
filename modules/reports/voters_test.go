package reports_test

import (
	"context"
	"fmt"
	"testing"

	"glas/internal/id"
	"glas/modules/reports/internal/record"
	"glas/modules/votes"
	"glas/tenant"
)

// The report says that whoever voted took part, but only those who wrote were counted: more people had voted than had taken part.
func TestWhoVotedIsAParticipant(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		boris, lipa, bor := id.New(), id.New(), id.New()
		scope, proposal := h.c.Phases[0].ID, id.New()
		h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			people := []string{boris, id.New(), id.New(), id.New()} // the last two act for associations only
			for i, account := range people {
				if _, err := tx.Raw(`insert into accounts (tenant_id, id, email, name, lang, birth_year, area_ids, groups, verified_at, created_at, updated_at) values (?, ?, ?, 'Volivec', 'sl', 1990, '[]', '[]', ?, ?, ?)`,
					tx.ID(), account, fmt.Sprintf("v%d@example.si", i), tx.Now(), tx.Now(), tx.Now()).Exec(ctx); err != nil {
					return err
				}
			}
			for i, one := range []struct{ org, member string }{{lipa, people[2]}, {bor, people[3]}, {bor, h.anaID}} {
				if i < 2 {
					if _, err := tx.Raw(`insert into organisations (tenant_id, id, name, kind, country, register, register_number, representative, state, applied_by, created_at) values (?, ?, 'D', 'association', 'si', 'si_reg', ?, 'P', 'verified', ?, ?)`,
						tx.ID(), one.org, one.org, one.member, tx.Now()).Exec(ctx); err != nil {
						return err
					}
				}
				if _, err := tx.Raw(`insert into organisation_members (tenant_id, id, organisation_id, account_id, created_at) values (?, ?, ?, ?, ?)`, tx.ID(), id.New(), one.org, one.member, tx.Now()).Exec(ctx); err != nil {
					return err
				}
			}
			cast := func(kind, on, scope, who, as string) *votes.Vote {
				return &votes.Vote{Key: tenant.Key{ID: id.New()}, SubjectKind: kind, SubjectID: on, Scope: scope, VoterID: who, VoterKind: as, Value: "for", Channel: votes.ChannelWeb, CastAt: tx.Now(), ChangedAt: tx.Now()}
			}
			// Ana wrote as well; Boris votes twice; Lipa voted only; of Bor, Ana took part; one voter is deleted, another voted elsewhere.
			rows := []*votes.Vote{cast("consultation", h.c.ID, "", h.anaID, "citizen"), cast("consultation", h.c.ID, "", boris, "citizen"), cast("proposal", proposal, scope, boris, "citizen"),
				cast("proposal", proposal, scope, people[1], "citizen"), cast("consultation", h.c.ID, "", lipa, "association"), cast("consultation", h.c.ID, "", bor, "association"),
				cast("consultation", h.c.ID, "", "nobody", "citizen"), cast("consultation", "another", "", people[3], "citizen")}
			if _, err := tx.Insert(&rows).Exec(ctx); err != nil {
				return err
			}
			if _, err := tx.Raw(`insert into vote_totals (tenant_id, id, subject_kind, subject_id, scope, up, votes, updated_at) values (?, ?, 'proposal', ?, ?, 2, 2, ?)`, tx.ID(), "proposal:"+proposal, proposal, scope, tx.Now()).Exec(ctx); err != nil {
				return err
			}
			if _, err := votes.Freeze(ctx, tx, votes.ScopeRef(scope)); err != nil {
				return err
			}
			_, err := votes.Freeze(ctx, tx, h.c.Ref())
			return err
		})
		counted := func() (n int64) {
			h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
				return tx.Raw(`select participant_count from consultations where tenant_id = ? and id = ?`, tx.ID(), h.c.ID).Scan(ctx, &n)
			})
			return n
		}
		h.Jobs(h.cons.Jobs())
		before := counted()
		h.publish()
		rec, err := record.Read(h.body(h.json()))
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(13 + 1 + 1 + 1); rec.Counts.Participants != want { // Boris, the other citizen, and Lipa by who acts for it
			t.Errorf("%d participants, want %d", rec.Counts.Participants, want)
		}
		if n := counted(); n != 3 || before > n {
			t.Errorf("%d and then %d people counted on the consultation", before, n)
		}
	})
}
