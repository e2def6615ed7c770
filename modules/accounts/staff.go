package accounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

const pageSize = 50

// methods are the ways in which staff can find out who somebody is.
func methods() []string { return []string{"desk", "post", "register", "card"} }

// directory is a page of the list of people.
type directory struct {
	People []Account
	Roles  map[string][]string
	Query  rows.PeopleQuery
	// Next is the cursor of the next page, empty on the last.
	Next string
	Now  time.Time
}

// listPeople is the page of people that a query asks for. That staff read who has an account is itself kept in the trail.
func (m *Module) listPeople(ctx context.Context, q rows.PeopleQuery) (d directory, err error) {
	if err := authz.Can(ctx, "account.block", authz.Resource{Now: m.Clock.Now()}).Err(); err != nil {
		return d, err
	}
	q.Limit = pageSize + 1
	d.Query = q
	err = m.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.Now = tx.Now()
		if d.People, err = rows.People(ctx, tx, q); err != nil {
			return fmt.Errorf("list people: %w", err)
		}
		if len(d.People) > pageSize {
			d.People = d.People[:pageSize]
			d.Next = d.People[pageSize-1].ID
		}
		ids := make([]string, len(d.People))
		for i, a := range d.People {
			ids[i] = a.ID
		}
		d.Roles, err = rows.RolesOfMany(ctx, tx, ids)
		// What was searched for may be a name or an address itself: only that somebody looked is kept.
		return errors.Join(err, m.Audit(ctx, tx, "account.list", subject.Ref{}, map[string]any{"people": len(ids), "searched": q.Words != ""}))
	})
	return d, err
}

// person is what staff see of one account.
type person struct {
	Account     *Account
	Roles       []rows.Membership
	Orgs        []Organisation
	Areas       []ui.Option
	Departments []ui.Option
	// Grantable are the roles that the reader may give, because he holds everything that they allow.
	Grantable []string
	Now       time.Time
}

// loadPerson is one account for staff. That it was read is kept in the trail.
func (m *Module) loadPerson(ctx context.Context, accountID string) (p person, err error) {
	if err := authz.Can(ctx, "account.block", authz.Resource{Now: m.Clock.Now()}).Err(); err != nil {
		return p, err
	}
	table, err := m.Table(ctx)
	if err != nil {
		return p, fmt.Errorf("read roles: %w", err)
	}
	err = m.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		p.Now = tx.Now()
		if p.Account, err = rows.FindAccount(ctx, tx, accountID); err != nil {
			return err
		}
		if p.Roles, err = rows.RolesOf(ctx, tx, accountID); err != nil {
			return fmt.Errorf("read roles: %w", err)
		}
		if p.Orgs, err = rows.OrganisationsOf(ctx, tx, accountID); err != nil {
			return fmt.Errorf("read associations: %w", err)
		}
		if p.Areas, err = m.Areas(ctx, tx); err != nil {
			return fmt.Errorf("read areas: %w", err)
		}
		p.Departments, err = m.Departments(ctx, tx)
		return errors.Join(err, m.Audit(ctx, tx, "account.read", refOf(accountID), nil))
	})
	if err != nil {
		return p, err
	}
	for _, role := range authz.StaffRoles() {
		if table.Covers(authz.From(ctx), role) && !slices.ContainsFunc(p.Roles, func(r rows.Membership) bool { return r.Role == role }) {
			p.Grantable = append(p.Grantable, role)
		}
	}
	return p, err
}

// covered refuses to touch a role with a permission that the actor lacks.
func (m *Module) covered(ctx context.Context, roles ...string) error {
	table, err := m.Table(ctx)
	if err != nil {
		return fmt.Errorf("read roles: %w", err)
	}
	for _, role := range roles {
		if !table.Covers(authz.From(ctx), role) {
			return fault.Forbidden("accounts.error.role_above")
		}
	}
	return nil
}

// changePerson loads an account for staff with a permission, changes and stores it, all in one transaction.
func (m *Module) changePerson(ctx context.Context, permission, accountID string, change func(ctx context.Context, tx *tenant.Tx, a *Account) error) error {
	if err := authz.Can(ctx, permission, authz.Resource{Now: m.Clock.Now()}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a, err := rows.LockAccount(ctx, tx, accountID)
		if err != nil {
			return err
		}
		if !a.DeletedAt.IsZero() {
			return rows.ErrNoAccount()
		}
		if err := change(ctx, tx, a); err != nil {
			return err
		}
		m.forget(tx, a.ID)
		return rows.SaveAccount(ctx, tx, a)
	})
}

// grantRole gives a role; nobody can give what he does not hold himself.
func (m *Module) grantRole(ctx context.Context, accountID, role string) error {
	return m.changePerson(ctx, "role.grant", accountID, func(ctx context.Context, tx *tenant.Tx, a *Account) error {
		if err := m.covered(ctx, role); err != nil {
			return err
		}
		if a.VerifiedAt.IsZero() {
			return fault.Conflict("accounts.error.unverified")
		}
		return m.grant(ctx, tx, a, role)
	})
}

// revokeRole takes a role away; the last administrator stays one.
func (m *Module) revokeRole(ctx context.Context, accountID, role string) error {
	return m.changePerson(ctx, "role.grant", accountID, func(ctx context.Context, tx *tenant.Tx, a *Account) error {
		if err := m.covered(ctx, role); err != nil {
			return err
		}
		if role == "administrator" {
			if err := m.lastAdministrator(ctx, tx, a.ID); err != nil {
				return err
			}
		}
		if err := rows.RemoveRole(ctx, tx, a.ID, role); err != nil {
			return fmt.Errorf("revoke role: %w", err)
		}
		return m.Audit(ctx, tx, "role.revoke", refOf(a.ID), map[string]any{"role": role})
	})
}

// setDepartment says where an officer works; empty for nowhere.
func (m *Module) setDepartment(ctx context.Context, accountID, departmentID string) error {
	return m.changePerson(ctx, "role.grant", accountID, func(ctx context.Context, tx *tenant.Tx, a *Account) error {
		options, err := m.Departments(ctx, tx)
		if err != nil {
			return fmt.Errorf("read departments: %w", err)
		}
		if departmentID != "" && !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == departmentID }) {
			return fault.InvalidField("department", "val.choose")
		}
		a.DepartmentID = departmentID
		return m.Audit(ctx, tx, "account.department", refOf(a.ID), map[string]any{"department": departmentID})
	})
}

// verification is what staff found out about a person.
type verification struct {
	Level     authz.Level
	Method    string
	Until     time.Time
	AreaID    string
	BirthYear int
	// Groups are the invited lists that the person is on.
	Groups []string
}

// verify records that staff know who somebody is or where he lives, or with LevelEmail takes that back.
func (m *Module) verify(ctx context.Context, accountID string, v verification) error {
	return m.changePerson(ctx, "account.verify", accountID, func(ctx context.Context, tx *tenant.Tx, a *Account) error {
		switch {
		case a.VerifiedAt.IsZero():
			return fault.Conflict("accounts.error.unverified")
		case !v.Until.IsZero() && !v.Until.After(tx.Now()):
			return fault.InvalidField("until", "accounts.error.until")
		case !rows.CheckBirthYear(v.BirthYear, tx.Now()):
			return fault.InvalidField("birth_year", "accounts.error.birth_year")
		}
		var err error
		if a.AreaIDs, err = m.area(ctx, tx, v.AreaID); err != nil {
			return err
		}
		a.Level, a.LevelMethod, a.LevelUntil, a.BirthYear = v.Level, v.Method, v.Until, v.BirthYear
		a.Groups = append([]string{}, v.Groups...)
		if v.Level <= authz.LevelEmail {
			a.LevelMethod, a.LevelUntil = "", time.Time{}
		}
		return m.Audit(ctx, tx, "account.verify", refOf(a.ID), map[string]any{"level": v.Level.String(), "method": a.LevelMethod})
	})
}

// Block takes the right to take part from somebody, with a reason that he is told.
func (m *Module) Block(ctx context.Context, accountID, reason string) error {
	if text.Letters(reason) < rows.ReasonMin {
		return fault.InvalidField("reason", "val.min_chars", "N", rows.ReasonMin)
	}
	return m.changePerson(ctx, "account.block", accountID, func(ctx context.Context, tx *tenant.Tx, a *Account) error {
		if a.ID == authz.From(ctx).ID {
			return fault.Conflict("accounts.error.block_self")
		}
		roles, err := rows.RolesOf(ctx, tx, a.ID)
		if err != nil {
			return fmt.Errorf("read roles: %w", err)
		}
		for _, r := range roles {
			if err := m.covered(ctx, r.Role); err != nil {
				return err
			}
		}
		a.BlockedAt, a.BlockedReason = tx.Now(), reason
		if err := m.Audit(ctx, tx, "account.block", refOf(a.ID), map[string]any{"reason": reason}); err != nil {
			return err
		}
		if a.VerifiedAt.IsZero() {
			return nil // nobody ever answered from this address
		}
		return m.post(ctx, tx, notice{Kind: "blocked", To: a.Email, Lang: a.Lang, Name: a.Name, Args: []any{"Reason", reason, "Contact", tx.Tenant().Contact.Email}})
	})
}

// Unblock gives the right to take part back.
func (m *Module) Unblock(ctx context.Context, accountID string) error {
	return m.changePerson(ctx, "account.block", accountID, func(ctx context.Context, tx *tenant.Tx, a *Account) error {
		if a.BlockedAt.IsZero() {
			return nil
		}
		a.BlockedAt, a.BlockedReason = time.Time{}, ""
		if err := m.Audit(ctx, tx, "account.unblock", refOf(a.ID), nil); err != nil {
			return err
		}
		if a.VerifiedAt.IsZero() {
			return nil
		}
		return m.post(ctx, tx, notice{Kind: "unblocked", To: a.Email, Lang: a.Lang, Name: a.Name, Path: "/sign-in"})
	})
}

// queue is a page of associations in one state.
type queue struct {
	State string
	List  []Organisation
	// Applicants are the names of those who applied.
	Applicants map[string]string
	Next       string
}

func (m *Module) listAssociations(ctx context.Context, state, after string) (q queue, err error) {
	if err := authz.Can(ctx, "association.verify", authz.Resource{Now: m.Clock.Now()}).Err(); err != nil {
		return q, err
	}
	q.State = state
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if q.List, err = rows.OrganisationsIn(ctx, tx, state, after, pageSize+1); err != nil {
			return fmt.Errorf("list associations: %w", err)
		}
		if len(q.List) > pageSize {
			q.List = q.List[:pageSize]
			q.Next = q.List[pageSize-1].ID
		}
		ids := make([]string, len(q.List))
		for i, o := range q.List {
			ids[i] = o.AppliedBy
		}
		q.Applicants, err = rows.Names(ctx, tx, ids)
		return err
	})
	return q, err
}

// Applied counts the associations that wait for an answer.
func (m *Module) Applied(ctx context.Context, tx *tenant.Tx) (int64, error) {
	return rows.CountOrganisations(ctx, tx, rows.OrgApplied)
}

// decide verifies an association, or refuses it with a reason that its people are told.
func (m *Module) decide(ctx context.Context, organisationID, state, reason string) error {
	if err := authz.Can(ctx, "association.verify", authz.Resource{Now: m.Clock.Now()}).Err(); err != nil {
		return err
	}
	if state == rows.OrgRefused && text.Letters(reason) < rows.ReasonMin {
		return fault.InvalidField("reason", "val.min_chars", "N", rows.ReasonMin)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		o, err := rows.LockOrganisation(ctx, tx, organisationID)
		if err != nil {
			return err
		}
		if o.State == state {
			return nil
		}
		if o.AppliedBy == authz.From(ctx).ID {
			return fault.Conflict("accounts.error.own_association")
		}
		o.State, o.Reason, o.DecidedBy, o.DecidedAt = state, reason, authz.From(ctx).ID, tx.Now()
		if err := rows.SaveOrganisation(ctx, tx, o); err != nil {
			return err
		}
		if err := m.Audit(ctx, tx, "association."+state, subject.Ref{Kind: "organisation", ID: o.ID}, map[string]any{"name": o.Name, "reason": reason}); err != nil {
			return err
		}
		return m.tellMembers(ctx, tx, o)
	})
}

func (m *Module) tellMembers(ctx context.Context, tx *tenant.Tx, o *Organisation) error {
	ids, err := rows.MembersOf(ctx, tx, o.ID)
	if err != nil {
		return fmt.Errorf("members of association: %w", err)
	}
	to, err := Addresses(ctx, tx, ids)
	if err != nil {
		return err
	}
	kind := "association_verified"
	if o.State == rows.OrgRefused {
		kind = "association_refused"
	}
	for _, memberID := range ids {
		m.forget(tx, memberID)
		r, ok := to[memberID]
		if !ok {
			continue
		}
		args := []any{"Association", o.Name}
		if o.State == rows.OrgRefused {
			args = append(args, "Reason", o.Reason)
		}
		if err := m.post(ctx, tx, notice{Kind: kind, To: r.Email, Lang: r.Lang, Name: r.Name, Path: "/me/associations", Args: args}); err != nil {
			return err
		}
	}
	return nil
}
