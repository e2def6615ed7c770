package accounts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/registry"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

// me is the account of who acts; a visitor is asked to sign in.
func me(ctx context.Context, tx *tenant.Tx) (*Account, error) {
	actor := authz.From(ctx)
	if !actor.SignedIn() {
		return nil, fault.SignIn(fault.Msg("authz.sign_in"))
	}
	return rows.FindAccount(ctx, tx, actor.ID)
}

// mineToChange is the account of who acts, held until the transaction ends.
func mineToChange(ctx context.Context, tx *tenant.Tx) (*Account, error) {
	actor := authz.From(ctx)
	if !actor.SignedIn() {
		return nil, fault.SignIn(fault.Msg("authz.sign_in"))
	}
	return rows.LockAccount(ctx, tx, actor.ID)
}

// profile is what a person may change about himself.
type profile struct {
	Name      string
	Pseudonym bool
	Lang      string
	BirthYear int
	AreaID    string
}

// mine is an account with what its page offers.
type mine struct {
	Account *Account
	Areas   []ui.Option
	Now     time.Time
}

// Confirmed reports whether staff confirmed where the person lives: then only they change area and year of birth.
func (d mine) Confirmed() bool { return d.Account.EffectiveLevel(d.Now) >= authz.LevelResidence }

func (m *Module) loadMine(ctx context.Context) (d mine, err error) {
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if d.Account, err = me(ctx, tx); err != nil {
			return err
		}
		d.Now = tx.Now()
		d.Areas, err = m.Areas(ctx, tx)
		return err
	})
	return d, err
}

// saveProfile changes what a person tells about himself.
func (m *Module) saveProfile(ctx context.Context, p profile) error {
	if err := authz.Can(ctx, "profile.manage", authz.Resource{Now: m.Clock.Now()}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a, err := mineToChange(ctx, tx)
		if err != nil {
			return err
		}
		if !rows.CheckBirthYear(p.BirthYear, tx.Now()) {
			return fault.InvalidField("birth_year", "accounts.error.birth_year")
		}
		a.Name, a.Pseudonym, a.Lang = p.Name, p.Pseudonym, rows.Language(tx.Tenant(), p.Lang)
		if a.EffectiveLevel(tx.Now()) < authz.LevelResidence {
			if a.AreaIDs, err = m.area(ctx, tx, p.AreaID); err != nil {
				return err
			}
			a.BirthYear = p.BirthYear
		}
		m.forget(tx, a.ID)
		return rows.SaveAccount(ctx, tx, a)
	})
}

// area is a chosen area as a list, checked against those that exist.
func (m *Module) area(ctx context.Context, tx *tenant.Tx, areaID string) ([]string, error) {
	if areaID == "" {
		return []string{}, nil
	}
	options, err := m.Areas(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("read areas: %w", err)
	}
	if !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == areaID }) {
		return nil, fault.InvalidField("area", "val.choose")
	}
	return []string{areaID}, nil
}

// prove compares the password that a person typed again; accounts without one need none.
func (m *Module) prove(ctx context.Context, field, password string) (*Account, error) {
	var a *Account
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		a, err = me(ctx, tx)
		return err
	})
	if err != nil || a.PasswordHash == "" {
		return a, err
	}
	ok, err := m.hasher.Matches(ctx, password, a.PasswordHash)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.InvalidField(field, "accounts.error.password")
	}
	return a, nil
}

// changePassword sets a new password after the old one was given, and ends all other sessions.
func (m *Module) changePassword(ctx context.Context, current, password string) error {
	if _, err := m.prove(ctx, "current_password", current); err != nil {
		return err
	}
	hash, err := m.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return m.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a, err := mineToChange(ctx, tx)
		if err != nil {
			return err
		}
		return m.setPassword(ctx, tx, a, hash, authz.From(ctx).SessionID)
	})
}

// askNewAddress sends a link to a new address; the account moves there once it is used.
func (m *Module) askNewAddress(ctx context.Context, email, password string) error {
	if _, err := m.prove(ctx, "password", password); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a, err := mineToChange(ctx, tx)
		if err != nil {
			return err
		}
		if a.Email == email {
			return fault.InvalidField("email", "accounts.error.same_email")
		}
		other, err := rows.AccountByEmail(ctx, tx, email)
		if err != nil {
			return fmt.Errorf("ask for a new address: %w", err)
		}
		if other != nil {
			return m.sendLink(ctx, tx, nil, forNobody, "/sign-in", rows.TokenData{}, notice{Kind: "email_taken", To: email, Lang: a.Lang})
		}
		return m.sendLink(ctx, tx, a, forChangeEmail, "/verify", rows.TokenData{Email: email}, notice{Kind: "change_email", To: email})
	})
}

// mySessions lists where a person is signed in.
func (m *Module) mySessions(ctx context.Context) (list []rows.Session, err error) {
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = rows.SessionsOf(ctx, tx, authz.From(ctx).ID)
		return err
	})
	return list, err
}

// endSession ends one session, or all of them when id is empty.
func (m *Module) endSession(ctx context.Context, sessionID string) error {
	actor := authz.From(ctx)
	return m.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		m.forget(tx, actor.ID)
		if sessionID == "" {
			return rows.DropSessions(ctx, tx, actor.ID, "")
		}
		return rows.DropSession(ctx, tx, actor.ID, sessionID)
	})
}

// deleteMe erases everything personal of an account, also where only reading is allowed: erasure is a right (GDPR art. 17). What
// was written stays without a name, votes stay as counts.
func (m *Module) deleteMe(ctx context.Context, password string) error {
	if _, err := m.prove(ctx, "password", password); err != nil {
		return err
	}
	return m.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a, err := mineToChange(ctx, tx)
		if err != nil {
			return err
		}
		if err := m.lastAdministrator(ctx, tx, a.ID); err != nil {
			return err
		}
		a.Erase(tx.Now())
		if err := rows.SaveAccount(ctx, tx, a); err != nil {
			return err
		}
		if err := rows.EraseFrom(ctx, tx, a.ID); err != nil {
			return err
		}
		m.forget(tx, a.ID)
		if err := m.Audit(ctx, tx, "account.delete", refOf(a.ID), nil); err != nil {
			return err
		}
		return tx.Announce(ctx, Deleted{AccountID: a.ID})
	})
}

// lastAdministrator refuses to lose the only person who can grant roles.
func (m *Module) lastAdministrator(ctx context.Context, tx *tenant.Tx, accountID string) error {
	roles, err := rows.RolesOf(ctx, tx, accountID)
	if err != nil {
		return fmt.Errorf("read roles: %w", err)
	}
	if !slices.ContainsFunc(roles, func(r rows.Membership) bool { return r.Role == "administrator" }) {
		return nil
	}
	n, err := rows.Administrators(ctx, tx, accountID)
	if err != nil {
		return fmt.Errorf("count administrators: %w", err)
	}
	if n == 0 {
		return fault.Conflict("accounts.error.last_administrator")
	}
	return nil
}

// application is an association that wants to take part.
type application struct {
	Name, Kind, Register, Number, Representative string
}

// apply asks for an association to be verified. Who applies may act for it once it is.
func (m *Module) apply(ctx context.Context, ap application) error {
	if err := authz.Can(ctx, "association.apply", authz.Resource{Now: m.Clock.Now()}).Err(); err != nil {
		return err
	}
	ap.Number = registry.Clean(ap.Number)
	if !registry.Valid(ap.Register, ap.Number) {
		return fault.InvalidField("register_number", "accounts.error.register_number")
	}
	actor := authz.From(ctx)
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		old, err := rows.OrganisationByNumber(ctx, tx, ap.Number)
		if err != nil {
			return err
		}
		if old != nil {
			return fault.InvalidField("register_number", "accounts.error.number_taken")
		}
		o := &Organisation{Key: tenant.Key{ID: id.New()}, Name: ap.Name, Kind: ap.Kind, Country: tx.Tenant().Country, Register: ap.Register,
			RegisterNumber: ap.Number, Representative: ap.Representative, State: rows.OrgApplied, AppliedBy: actor.ID, CreatedAt: tx.Now()}
		if err := rows.InsertOrganisation(ctx, tx, o, actor.ID); err != nil {
			return err
		}
		return m.Audit(ctx, tx, "association.apply", subject.Ref{Kind: "organisation", ID: o.ID}, map[string]any{"name": o.Name})
	})
}

// myAssociations lists the associations of a person, in every state.
func (m *Module) myAssociations(ctx context.Context) (list []Organisation, err error) {
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = rows.OrganisationsOf(ctx, tx, authz.From(ctx).ID)
		return err
	})
	return list, err
}

// actFor makes the session speak for one of the person's verified associations, or for himself again when it is empty.
func (m *Module) actFor(ctx context.Context, organisationID string) error {
	actor := authz.From(ctx)
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if organisationID != "" {
			own, err := rows.OrganisationsOf(ctx, tx, actor.ID)
			if err != nil {
				return fmt.Errorf("act for association: %w", err)
			}
			if !slices.ContainsFunc(own, func(o Organisation) bool { return o.ID == organisationID && o.State == rows.OrgVerified }) {
				return fault.NotFound("accounts.error.no_association")
			}
		}
		m.forget(tx, actor.ID)
		return rows.ActAs(ctx, tx, actor.ID, actor.SessionID, organisationID)
	})
}

// download is everything that is kept about a person, for himself.
func (m *Module) download(ctx context.Context) (map[string]any, error) {
	out := map[string]any{}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a, err := me(ctx, tx)
		if err != nil {
			return err
		}
		roles, err := rows.RolesOf(ctx, tx, a.ID)
		if err != nil {
			return fmt.Errorf("read roles: %w", err)
		}
		sessions, err := rows.SessionsOf(ctx, tx, a.ID)
		if err != nil {
			return fmt.Errorf("read sessions: %w", err)
		}
		consents, err := rows.ConsentsOf(ctx, tx, a.ID)
		if err != nil {
			return fmt.Errorf("read consents: %w", err)
		}
		orgs, err := rows.OrganisationsOf(ctx, tx, a.ID)
		if err != nil {
			return fmt.Errorf("read associations: %w", err)
		}
		out["account"], out["roles"], out["sessions"] = rows.Portable(a), rows.PortableRoles(roles), rows.PortableSessions(sessions)
		out["consents"], out["associations"] = rows.PortableConsents(consents), rows.PortableOrganisations(orgs)
		if m.Data == nil {
			return nil
		}
		more, err := m.Data(ctx, tx, a.ID)
		for k, v := range more {
			out[k] = v
		}
		return err
	})
	return out, err
}
