package accounts

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

// What a link sent by mail is for.
const (
	forVerify      = "verify"
	forSignIn      = "sign_in"
	forReset       = "reset"
	forChangeEmail = "change_email"
	forAdmin       = "admin"
	// forNobody counts letters to addresses without an account; such a link opens nothing.
	forNobody = "none"
)

// lifetimes of links; an hour for what opens an account, longer for what only confirms.
func lifetime(purpose string) time.Duration {
	switch purpose {
	case forVerify:
		return unverifiedFor
	case forChangeEmail, forAdmin:
		return 24 * time.Hour
	default:
		return time.Hour
	}
}

// lettersPerHour is how many links one address gets, so that nobody can flood a stranger's mailbox.
const lettersPerHour = 5

// One address is signed in to by password at most so often, whoever tries; a link by e-mail still opens the account meanwhile.
const (
	triesMost = 10
	triesPer  = 15 * time.Minute
)

// keyed is an HMAC under the secret of the deployment, apart for each municipality and use.
func (m *Module) keyed(tenantID, use, value string) string {
	mac := hmac.New(sha256.New, m.Secret)
	mac.Write([]byte(use + "\x00" + tenantID + "\x00" + value))
	return hex.EncodeToString(mac.Sum(nil))
}

func refOf(accountID string) subject.Ref { return subject.Ref{Kind: "account", ID: accountID} }

// newAccount is an account that nobody confirmed yet.
func (m *Module) newAccount(tx *tenant.Tx, email, name, lang string) *Account {
	a := &Account{Key: tenant.Key{ID: id.New()}, Email: email, Name: name, Lang: rows.Language(tx.Tenant(), lang),
		AreaIDs: []string{}, Groups: []string{}, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	a.PseudonymKey = m.keyed(tx.ID(), "pseudonym", a.ID)
	return a
}

// sendLink stores a link for an account (nil for none) and says by letter how to use it. Beyond the hourly number it does nothing.
// The work is the same with and without an account.
func (m *Module) sendLink(ctx context.Context, tx *tenant.Tx, a *Account, purpose, path string, data rows.TokenData, l notice) error {
	address := m.keyed(tx.ID(), "address", l.To)
	n, err := rows.LettersTo(ctx, tx, address, tx.Now().Add(-time.Hour))
	if err != nil {
		return fmt.Errorf("count letters: %w", err)
	}
	if n >= lettersPerHour {
		return nil
	}
	token, hash := rows.NewToken()
	t := &rows.AccountToken{Key: tenant.Key{ID: id.New()}, Purpose: purpose, TokenHash: hash, Address: address, Data: data,
		CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(lifetime(purpose))}
	if a != nil {
		t.AccountID, l.Name, l.Lang = a.ID, a.Name, a.Lang
	}
	if err := rows.InsertToken(ctx, tx, t); err != nil {
		return fmt.Errorf("store link: %w", err)
	}
	if purpose != forNobody {
		path += "/" + token
	}
	l.Path = path
	return m.post(ctx, tx, l)
}

// registration is what a person says about himself at first.
type registration struct {
	Email, Name, Password, Lang, Next string
}

// register makes an account that waits for its address to be confirmed. Who has one already is told so by letter, and nowhere else.
func (m *Module) register(ctx context.Context, r registration) error {
	data := rows.TokenData{Next: r.Next, Name: r.Name}
	if r.Password != "" {
		hash, err := m.hasher.Hash(ctx, r.Password) // before the transaction, which holds the only writer
		if err != nil {
			return err
		}
		data.PasswordHash = hash
	}
	again := func() error {
		return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return m.enrol(ctx, tx, r, data) })
	}
	err := again()
	if db.IsDuplicate(err) { // two at once with one address: the second finds the account of the first
		err = again()
	}
	return err
}

// enrol stores a registration, or says by letter that there is an account.
func (m *Module) enrol(ctx context.Context, tx *tenant.Tx, r registration, data rows.TokenData) error {
	a, err := rows.AccountByEmail(ctx, tx, r.Email)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	l := notice{Kind: "verify", To: r.Email, Lang: r.Lang}
	if a != nil && !a.VerifiedAt.IsZero() {
		l.Kind = "exists"
		return m.sendLink(ctx, tx, a, forSignIn, "/sign-in/link", rows.TokenData{Next: r.Next}, l)
	}
	if a == nil {
		a = m.newAccount(tx, r.Email, r.Name, r.Lang)
		if err := rows.InsertAccount(ctx, tx, a); err != nil {
			return fmt.Errorf("register: %w", err)
		}
		c := &rows.Consent{Key: tenant.Key{ID: id.New()}, AccountID: a.ID, Kind: "rules", Lang: r.Lang, GivenAt: tx.Now()}
		if err := rows.InsertConsent(ctx, tx, c); err != nil {
			return fmt.Errorf("register: %w", err)
		}
	}
	return m.sendLink(ctx, tx, a, forVerify, "/verify", data, l)
}

// askForLink sends a link to sign in (forSignIn) or to choose a new password (forReset).
func (m *Module) askForLink(ctx context.Context, purpose, email, lang, next string) error {
	return m.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a, err := rows.AccountByEmail(ctx, tx, email)
		if err != nil {
			return fmt.Errorf("ask for a link: %w", err)
		}
		l, data := notice{To: email, Lang: lang}, rows.TokenData{Next: next}
		switch {
		case a == nil:
			l.Kind = "unknown"
			return m.sendLink(ctx, tx, nil, forNobody, "/register", data, l)
		case a.VerifiedAt.IsZero():
			l.Kind = "verify"
			return m.sendLink(ctx, tx, a, forVerify, "/verify", data, l)
		case purpose == forReset:
			l.Kind = "reset"
			return m.sendLink(ctx, tx, a, forReset, "/reset", data, l)
		default:
			l.Kind = "sign_in"
			return m.sendLink(ctx, tx, a, forSignIn, "/sign-in/link", data, l)
		}
	})
}

// signIn opens a session by password. The refusal is the same, after the same work, whatever is wrong.
func (m *Module) signIn(ctx context.Context, email, password, agent string) (token string, err error) {
	var a *Account
	tried := "sign-in:" + m.keyed(tenant.From(ctx).ID, "sign-in", email)
	ok, after, err := m.Tries.Allow(ctx, tried, triesMost, triesPer)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	if !ok {
		return "", fault.TooMany(after)
	}
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		a, err = rows.AccountByEmail(ctx, tx, email)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	hash := ""
	if a != nil && !a.VerifiedAt.IsZero() {
		hash = a.PasswordHash
	}
	ok, err = m.hasher.Matches(ctx, password, hash)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", fault.InvalidField("", "accounts.error.credentials")
	}
	err = m.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		token, err = m.startSession(ctx, tx, a.ID, agent)
		return err
	})
	return token, err
}

// deadLink says that a link was used, is too old, or never was; it does not say which.
func deadLink() error { return fault.Gone("accounts.error.link") }

// peek looks whether a link can still be used, without using it: programs that look through mail open links too.
func (m *Module) peek(ctx context.Context, token string, purposes ...string) (*rows.AccountToken, error) {
	var t *rows.AccountToken
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		t, err = rows.OpenToken(ctx, tx, id.Hash(token), purposes...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look at a link: %w", err)
	}
	if t == nil {
		return nil, deadLink()
	}
	return t, nil
}

// opened is what using a link led to. Session is empty when nobody was signed in by it.
type opened struct {
	Purpose, Session, Next string
}

// take uses up a link and gives its account.
func (m *Module) take(ctx context.Context, tx *tenant.Tx, token string, purposes ...string) (*rows.AccountToken, *Account, error) {
	t, err := rows.OpenToken(ctx, tx, id.Hash(token), purposes...)
	if err != nil {
		return nil, nil, fmt.Errorf("find link: %w", err)
	}
	if t == nil {
		return nil, nil, deadLink()
	}
	first, err := rows.SpendToken(ctx, tx, t)
	if err != nil {
		return nil, nil, err
	}
	if !first {
		return nil, nil, deadLink()
	}
	a, err := rows.LockAccount(ctx, tx, t.AccountID)
	if err != nil {
		return nil, nil, err
	}
	if !a.DeletedAt.IsZero() {
		return nil, nil, deadLink()
	}
	m.forget(tx, a.ID)
	return t, a, nil
}

// open uses a link: it confirms an address, signs in, or changes the address.
func (m *Module) open(ctx context.Context, token, agent string, purposes ...string) (opened, error) {
	door := m.DB.Update
	if slices.Contains(purposes, forSignIn) { // coming in is possible where nothing can be changed
		door = m.DB.Keep
	}
	var out opened
	err := door(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		t, a, err := m.take(ctx, tx, token, purposes...)
		if err != nil {
			return err
		}
		out = opened{Purpose: t.Purpose, Next: t.Data.Next}
		if t.Purpose == forChangeEmail {
			return m.changeAddress(ctx, tx, a, t.Data.Email)
		}
		if a.VerifiedAt.IsZero() {
			if err := m.confirm(ctx, tx, a, t.Data); err != nil {
				return err
			}
		}
		out.Session, err = m.startSession(ctx, tx, a.ID, agent)
		return err
	})
	return out, err
}

// confirm makes an account real with what was said in the very registration whose letter was answered: somebody else may have
// typed the same address before, and his password and name must not count.
func (m *Module) confirm(ctx context.Context, tx *tenant.Tx, a *Account, d rows.TokenData) error {
	a.VerifiedAt, a.Level, a.PasswordHash = tx.Now(), max(a.Level, authz.LevelEmail), d.PasswordHash
	if d.Name != "" {
		a.Name = d.Name
	}
	if err := rows.DropTokens(ctx, tx, a.ID); err != nil {
		return fmt.Errorf("confirm account: %w", err)
	}
	if err := rows.SaveAccount(ctx, tx, a); err != nil {
		return err
	}
	return m.Audit(ctx, tx, "account.confirm", refOf(a.ID), nil)
}

// changeAddress moves an account to a confirmed new address and tells the old one.
func (m *Module) changeAddress(ctx context.Context, tx *tenant.Tx, a *Account, email string) error {
	old := a.Email
	a.Email = email
	if err := rows.SaveAccount(ctx, tx, a); err != nil {
		if db.IsDuplicate(err) {
			return deadLink() // taken meanwhile; its owner got a letter about it
		}
		return err
	}
	if err := rows.DropTokens(ctx, tx, a.ID); err != nil {
		return fmt.Errorf("change address: %w", err)
	}
	if err := m.Audit(ctx, tx, "account.change_email", refOf(a.ID), nil); err != nil {
		return err
	}
	return m.post(ctx, tx, notice{Kind: "email_changed", To: old, Lang: a.Lang, Name: a.Name})
}

// reset sets a new password by link, ends every session and opens a fresh one.
func (m *Module) reset(ctx context.Context, token, password, agent string) (opened, error) {
	t, err := m.peek(ctx, token, forReset)
	if err != nil {
		return opened{}, err
	}
	hash, err := m.hasher.Hash(ctx, password)
	if err != nil {
		return opened{}, err
	}
	out := opened{Purpose: forReset, Next: t.Data.Next}
	err = m.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		_, a, err := m.take(ctx, tx, token, forReset)
		if err != nil {
			return err
		}
		if err := m.setPassword(ctx, tx, a, hash, ""); err != nil {
			return err
		}
		out.Session, err = m.startSession(ctx, tx, a.ID, agent)
		return err
	})
	return out, err
}

// setPassword stores a new password, ends all other sessions and waiting links, and tells the person.
func (m *Module) setPassword(ctx context.Context, tx *tenant.Tx, a *Account, hash, keepSession string) error {
	a.PasswordHash = hash
	if err := rows.SaveAccount(ctx, tx, a); err != nil {
		return err
	}
	if err := rows.DropSessions(ctx, tx, a.ID, keepSession); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	if err := rows.DropTokens(ctx, tx, a.ID); err != nil {
		return fmt.Errorf("end links: %w", err)
	}
	m.forget(tx, a.ID)
	return m.post(ctx, tx, notice{Kind: "password_changed", To: a.Email, Lang: a.Lang, Name: a.Name, Path: "/forgot"})
}

// signOut ends the session of the request.
func (m *Module) signOut(ctx context.Context) error {
	actor := authz.From(ctx)
	if !actor.SignedIn() {
		return nil
	}
	return m.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		m.forget(tx, actor.ID)
		return rows.DropSession(ctx, tx, actor.ID, actor.SessionID)
	})
}
