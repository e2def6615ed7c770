package proposals

import (
	"context"
	"fmt"
	"slices"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/modules/proposals/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

// MergeMax is how many proposals can be joined at once.
const MergeMax = 20

// Merge joins proposals that mean the same with one that stays. Its authors, their supporters (each counted once), the
// discussion and those who follow go over; the old addresses lead to the one that stays, and everybody concerned is told.
func (m *Module) Merge(ctx context.Context, intoID string, ids []string) (*Proposal, error) {
	if err := authz.Can(ctx, stored.PermMerge, authz.Resource{}).Err(); err != nil {
		return nil, err
	}
	var into *Proposal
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		others := slices.DeleteFunc(slices.Clone(ids), func(s string) bool { return s == intoID })
		slices.Sort(others)
		list, err := stored.FindMany(ctx, tx, append([]string{intoID}, slices.Compact(others)...))
		if err != nil {
			return err
		}
		if err := joinable(list, intoID, m.Join != nil); err != nil {
			return err
		}
		into = list[0]
		for _, p := range list[1:] {
			if err := m.join(ctx, tx, p, into); err != nil {
				return err
			}
		}
		return m.recount(ctx, tx, list)
	})
	if err != nil {
		return nil, fmt.Errorf("merge proposals: %w", err)
	}
	return into, nil
}

// joinable says why a list, the one that stays first, cannot be joined.
func joinable(list []*Proposal, intoID string, able bool) error {
	if !able || len(list) < 2 || len(list) > MergeMax || list[0].ID != intoID {
		return fault.InvalidField("", "proposals.error.merge_few", "Max", MergeMax)
	}
	for _, p := range list {
		switch {
		case p.State != Published:
			return fault.Conflict("proposals.error.merge_state", "Title", p.Title)
		case p.ConsultationID != list[0].ConsultationID:
			return fault.Conflict("proposals.error.merge_other", "Title", p.Title)
		}
	}
	return nil
}

func (m *Module) join(ctx context.Context, tx *tenant.Tx, p, into *Proposal) error {
	if err := stored.InsertAuthor(ctx, tx, &Author{ProposalID: into.ID, FromID: p.ID, Byline: p.Byline}); err != nil {
		return err
	}
	if err := stored.MoveAuthors(ctx, tx, p.ID, into.ID); err != nil {
		return err
	}
	if err := m.Join.JoinVotes(ctx, tx, p.Ref(), into.Ref()); err != nil {
		return err
	}
	if err := m.Join.MoveComments(ctx, tx, p.Ref(), into.Ref()); err != nil {
		return err
	}
	if err := stored.RedirectMerged(ctx, tx, p.ID, into.ID); err != nil {
		return err
	}
	p, err := stored.Find(ctx, tx, p.ID) // votes and comments may have changed the row
	if err != nil {
		return err
	}
	p.State, p.MergedInto = Merged, into.ID
	if err := m.leave(ctx, tx, p, Published); err != nil {
		return err
	}
	if err := record(ctx, tx, p, stored.PermMerge, map[string]any{"into": into.ID, "number": p.Number, "into_number": into.Number}); err != nil {
		return err
	}
	return tx.Announce(ctx, MergedNews{News: stored.NewsOf(p), Into: into.Ref(), IntoTitle: into.Title, IntoPath: into.Path()})
}

// recount takes the totals of joined votes over into the rows.
func (m *Module) recount(ctx context.Context, tx *tenant.Tx, list []*Proposal) error {
	refs := make([]subject.Ref, len(list))
	for i, p := range list {
		refs[i] = p.Ref()
	}
	have, err := votes.Totals(ctx, tx, refs)
	if err != nil {
		return err
	}
	totals := make([]votes.Total, len(list))
	for i, ref := range refs {
		totals[i] = have[ref]
		totals[i].Ref = ref
	}
	if err := stored.Hide(ctx, tx, totals); err != nil {
		return err
	}
	return m.Tallied(ctx, tx, totals)
}

// Bulk is what staff do to many proposals at once. Empty fields change nothing.
type Bulk struct {
	IDs []string
	// TopicID and AreaID are set when they are not empty; "none" takes them off.
	TopicID, AreaID string
	// Publish shows those that wait.
	Publish bool
}

// Arrange carries out a bulk change and gives the number of proposals that it changed.
func (m *Module) Arrange(ctx context.Context, b Bulk) (int, error) {
	if err := authz.Can(ctx, stored.PermManage, authz.Resource{}).Err(); err != nil {
		return 0, err
	}
	changed := 0
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		list, err := stored.FindMany(ctx, tx, b.IDs)
		if err != nil {
			return err
		}
		changed = 0
		for _, p := range list {
			did, err := m.arrange(ctx, tx, p, b)
			if err != nil {
				return err
			}
			if did {
				changed++
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("arrange proposals: %w", err)
	}
	return changed, nil
}

func (m *Module) arrange(ctx context.Context, tx *tenant.Tx, p *Proposal, b Bulk) (bool, error) {
	data := map[string]any{}
	set := func(name string, field *string, to string) {
		if to == "none" {
			to = ""
		} else if to == "" {
			return
		}
		if *field != to {
			*field = to
			data[name] = to
		}
	}
	set("topic", &p.TopicID, b.TopicID)
	set("area", &p.AreaID, b.AreaID)
	switch {
	case b.Publish && p.State == Waiting:
		data["state"] = Published
		if err := m.show(ctx, tx, p); err != nil {
			return false, err
		}
	case len(data) == 0 || p.State == Draft:
		return false, nil
	default:
		if err := stored.Save(ctx, tx, p); err != nil {
			return false, err
		}
		if p.State == Published {
			if err := tx.Index(ctx, p.Document("")); err != nil {
				return false, err
			}
		}
	}
	return true, record(ctx, tx, p, stored.PermManage, data)
}
