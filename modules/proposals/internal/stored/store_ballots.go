package stored

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"glas/modules/consultations"
	"glas/modules/votes"
	"glas/tenant"
)

// balloted is what a vote on a proposal needs to know of it, and no texts; Rules is the version of the consultation.
type balloted struct {
	Proposal
	Rules int64
}

const ballotColumns = `select p.tenant_id, p.id, p.number, p.slug, p.consultation_id, p.state, p.title, c.row_version as rules `

const (
	ballotsName = "glas_proposals_ballots_1"
	ballotsText = `(text, text[]) as ` + ballotColumns + `from unnest($2) as k(id)
		cross join lateral (select * from proposals p where p.tenant_id = $1 and p.id = k.id limit 1) as p
		join consultations c on c.tenant_id = p.tenant_id and c.id = p.consultation_id`
)

// Ballots are the votes on proposals, without how they stand. A crowd that votes in the same consultation reads its rules once for
// each version of them.
func Ballots(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]votes.Ballot, error) {
	list, err := findBalloted(ctx, tx, ids)
	if err != nil {
		return nil, fmt.Errorf("find proposals: %w", err)
	}
	out := make(map[string]votes.Ballot, len(list))
	for _, p := range list {
		c, err := consultations.LoadVersion(ctx, tx, p.ConsultationID, p.Rules)
		if err != nil {
			return nil, err
		}
		if p.State != Published || !c.Visible(tx.Now()) {
			continue
		}
		if b, ok := Ballot(ctx, tx, c, &p.Proposal); ok {
			b.Total = nil // the votes themselves know better than a counter that is about to change
			out[p.ID] = b
		}
	}
	return out, nil
}

func findBalloted(ctx context.Context, tx *tenant.Tx, ids []string) ([]*balloted, error) {
	var list []*balloted
	if len(ids) == 0 {
		return nil, nil
	}
	if !tx.PG() {
		return list, tx.Raw(ballotColumns+`from proposals p join consultations c on c.tenant_id = p.tenant_id and c.id = p.consultation_id
			where p.tenant_id = ? and p.id in (?)`, tx.ID(), bun.List(ids)).Scan(ctx, &list)
	}
	if err := tx.Prepare(ctx, ballotsName, ballotsText); err != nil {
		return nil, err
	}
	return list, tx.Raw("execute "+ballotsName+"(?, ?)", tx.ID(), pgdialect.Array(ids)).Scan(ctx, &list)
}
