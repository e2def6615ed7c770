package accounts

import (
	"context"
	"fmt"
	"slices"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/registry"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

// OneTimeLink makes sure that an account with roles exists and gives the path of a link that signs in once within 24 hours, so that
// the first administrator never needs mail. Who opens it sees a button first.
func (m *Module) OneTimeLink(ctx context.Context, tx *tenant.Tx, email, name string, roles []string) (path string, err error) {
	a, err := m.Ensure(ctx, tx, email, name)
	if err != nil {
		return "", err
	}
	for _, role := range roles {
		if err := m.grant(ctx, tx, a, role); err != nil {
			return "", err
		}
	}
	token, hash := rows.NewToken()
	next := "/"
	if len(roles) > 0 {
		next = "/admin"
	}
	t := &rows.AccountToken{Key: tenant.Key{ID: id.New()}, AccountID: a.ID, Purpose: forAdmin, TokenHash: hash, Data: rows.TokenData{Next: next},
		CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(lifetime(forAdmin))}
	if err := rows.InsertToken(ctx, tx, t); err != nil {
		return "", fmt.Errorf("store one-time link: %w", err)
	}
	return "/sign-in/link/" + token, nil
}

// Grant gives a role to an account found by its address. It is for the operator at the command line, who may grant anything.
func (m *Module) Grant(ctx context.Context, tx *tenant.Tx, email, role string) error {
	address, err := rows.NormalAddress(email)
	if err != nil {
		return err
	}
	a, err := rows.AccountByEmail(ctx, tx, address)
	if err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	if a == nil {
		return rows.ErrNoAccount()
	}
	return m.grant(ctx, tx, a, role)
}

// EnsureAssociation makes a verified association that the account may act for, unless its number is there. It is for demonstration.
func (m *Module) EnsureAssociation(ctx context.Context, tx *tenant.Tx, o Organisation, accountID string) (*Organisation, error) {
	o.RegisterNumber = registry.Clean(o.RegisterNumber)
	if !registry.Valid(o.Register, o.RegisterNumber) {
		return nil, fault.InvalidField("register_number", "accounts.error.register_number")
	}
	old, err := rows.OrganisationByNumber(ctx, tx, o.RegisterNumber)
	if err != nil {
		return nil, err
	}
	if old != nil {
		return old, nil
	}
	o.ID, o.State, o.AppliedBy, o.CreatedAt, o.DecidedAt = id.New(), rows.OrgVerified, accountID, tx.Now(), tx.Now()
	return &o, rows.InsertOrganisation(ctx, tx, &o, accountID)
}

// Ensure finds the account of an address, or makes a confirmed one. It is for demonstration and import; it sends no letter.
func (m *Module) Ensure(ctx context.Context, tx *tenant.Tx, email, name string) (*Account, error) {
	address, err := rows.NormalAddress(email)
	if err != nil {
		return nil, err
	}
	a, err := rows.AccountByEmail(ctx, tx, address)
	if err != nil {
		return nil, fmt.Errorf("find account: %w", err)
	}
	if a == nil {
		a = m.newAccount(tx, address, name, tx.Tenant().Default())
		a.VerifiedAt, a.Level = tx.Now(), authz.LevelEmail
		if err := rows.InsertAccount(ctx, tx, a); err != nil {
			return nil, fmt.Errorf("make account: %w", err)
		}
		return a, nil
	}
	if a.VerifiedAt.IsZero() {
		a.VerifiedAt, a.Level = tx.Now(), max(a.Level, authz.LevelEmail)
		if err := rows.SaveAccount(ctx, tx, a); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// grant gives a role without asking who grants it.
func (m *Module) grant(ctx context.Context, tx *tenant.Tx, a *Account, role string) error {
	if !slices.Contains(authz.StaffRoles(), role) {
		return fault.InvalidField("role", "accounts.error.role")
	}
	ms := &rows.Membership{Key: tenant.Key{ID: id.New()}, AccountID: a.ID, Role: role, GrantedBy: authz.From(ctx).ID, CreatedAt: tx.Now()}
	if err := rows.AddRole(ctx, tx, ms); err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	m.forget(tx, a.ID)
	return m.Audit(ctx, tx, "role.grant", refOf(a.ID), map[string]any{"role": role})
}

// StaffOf lists the accounts whose roles allow a permission ("answer.publish").
func (m *Module) StaffOf(ctx context.Context, tx *tenant.Tx, permission string) ([]string, error) {
	table, err := m.Table(ctx)
	if err != nil {
		return nil, fmt.Errorf("staff of %s: %w", permission, err)
	}
	var roles []string
	for _, role := range authz.StaffRoles() {
		if table.Allows(authz.Actor{ID: "anybody", Roles: []string{role}}, permission) {
			roles = append(roles, role)
		}
	}
	ids, err := rows.Holders(ctx, tx, roles)
	if err != nil {
		return nil, fmt.Errorf("staff of %s: %w", permission, err)
	}
	return ids, nil
}
