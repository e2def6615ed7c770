package rows

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"glas/internal/fault"
	"glas/internal/id"
	"glas/tenant"
)

// LockOrganisation reads an organisation to change it.
func LockOrganisation(ctx context.Context, tx *tenant.Tx, id string) (*Organisation, error) {
	o := new(Organisation)
	q := tx.Select(o).Where("organisation.id = ?", id)
	if tx.PG() {
		q = q.For("UPDATE")
	}
	found, err := one(q.Scan(ctx))
	if err != nil {
		return nil, fmt.Errorf("read association: %w", err)
	}
	if !found {
		return nil, fault.NotFound("accounts.error.no_association")
	}
	return o, nil
}

// OrganisationByNumber finds one that applied or was verified under a number, or nil.
func OrganisationByNumber(ctx context.Context, tx *tenant.Tx, number string) (*Organisation, error) {
	o := new(Organisation)
	found, err := one(tx.Select(o).Where("register_number = ?", number).Where("state <> ?", OrgRefused).Limit(1).Scan(ctx))
	if err != nil {
		return nil, fmt.Errorf("find association: %w", err)
	}
	if !found {
		return nil, nil
	}
	return o, nil
}

// InsertOrganisation stores an organisation with its first member.
func InsertOrganisation(ctx context.Context, tx *tenant.Tx, o *Organisation, accountID string) error {
	if _, err := tx.Insert(o).Exec(ctx); err != nil {
		return fmt.Errorf("store association: %w", err)
	}
	member := &OrganisationMember{Key: tenant.Key{ID: id.New()}, OrganisationID: o.ID, AccountID: accountID, CreatedAt: tx.Now()}
	if _, err := tx.Insert(member).Exec(ctx); err != nil {
		return fmt.Errorf("store member of association: %w", err)
	}
	return nil
}

func SaveOrganisation(ctx context.Context, tx *tenant.Tx, o *Organisation) error {
	if _, err := tx.Update(o).ExcludeColumn("created_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save association: %w", err)
	}
	return nil
}

func OrganisationsOf(ctx context.Context, tx *tenant.Tx, accountID string) ([]Organisation, error) {
	var list []Organisation
	err := tx.Select(&list).Where("EXISTS (SELECT 1 FROM organisation_members om WHERE om.tenant_id = organisation.tenant_id AND om.organisation_id = organisation.id AND om.account_id = ?)", accountID).
		OrderExpr("organisation.created_at DESC").Limit(100).Scan(ctx)
	return list, err
}

// OrganisationsIn lists those of a state, the longest waiting first.
func OrganisationsIn(ctx context.Context, tx *tenant.Tx, state, after string, limit int64) ([]Organisation, error) {
	var list []Organisation
	s := tx.Select(&list).Where("state = ?", state).OrderExpr("organisation.id").Limit(limit)
	if after != "" {
		s = s.Where("organisation.id > ?", after)
	}
	return list, s.Scan(ctx)
}

// CountOrganisations counts those of a state.
func CountOrganisations(ctx context.Context, tx *tenant.Tx, state string) (int64, error) {
	return tx.Select((*Organisation)(nil)).Where("state = ?", state).Count(ctx)
}

// ActAs sets for whom a session speaks; an empty organisation for the person himself.
func ActAs(ctx context.Context, tx *tenant.Tx, accountID, sessionID, organisationID string) error {
	q := tx.Update((*Session)(nil)).Where("id = ?", sessionID).Where("account_id = ?", accountID)
	if organisationID == "" {
		q = q.Set("organisation_id = NULL")
	} else {
		q = q.Set("organisation_id = ?", organisationID)
	}
	_, err := q.Exec(ctx)
	return err
}

// MembersOf lists the people who may act for an organisation.
func MembersOf(ctx context.Context, tx *tenant.Tx, organisationID string) ([]string, error) {
	var ids []string
	err := tx.Select((*OrganisationMember)(nil)).Column("account_id").Where("organisation_id = ?", organisationID).Scan(ctx, &ids)
	return ids, err
}

// EraseFrom takes a person out of everything of this module that hangs on the account. Organisations stay, without his name.
func EraseFrom(ctx context.Context, tx *tenant.Tx, accountID string) error {
	for _, model := range []any{(*Session)(nil), (*AccountToken)(nil), (*Membership)(nil), (*OrganisationMember)(nil), (*Consent)(nil)} {
		if _, err := tx.Delete(model).Where("account_id = ?", accountID).Exec(ctx); err != nil {
			return fmt.Errorf("erase account: %w", err)
		}
	}
	_, err := tx.Update((*Organisation)(nil)).Set("representative = ''").Where("applied_by = ?", accountID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("erase account: %w", err)
	}
	return nil
}

// Administrators counts who still can grant roles when one account is left out. Two who ask at once wait for each other, so that
// they cannot both leave.
func Administrators(ctx context.Context, tx *tenant.Tx, without string) (int, error) {
	if tx.PG() {
		var locked []string
		err := tx.Select((*Membership)(nil)).Column("id").Where("role = ?", "administrator").OrderExpr("id").For("UPDATE").Scan(ctx, &locked)
		if err != nil {
			return 0, fmt.Errorf("hold administrators: %w", err)
		}
	}
	ids, err := Holders(ctx, tx, []string{"administrator"})
	n := 0
	for _, id := range ids {
		if id != without {
			n++
		}
	}
	return n, err
}

// Names finds how people and associations are called, for lists.
func Names(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var list []Account
	if err := tx.Select(&list).Column("tenant_id", "id", "name").Where("account.id IN (?)", bun.In(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	for _, a := range list {
		out[a.ID] = a.Name
	}
	return out, nil
}
