package rows

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/fault"
	"glas/internal/search"
	"glas/tenant"
)

// Session is a browser that somebody signed in with. Only the hash of its token is stored.
type Session struct {
	tenant.Key
	TokenHash      string
	AccountID      string
	OrganisationID string `bun:",nullzero"`
	// Agent is the name of the browser and system, in short.
	Agent     string
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}

// AccountToken is a link sent by mail, good for one use.
type AccountToken struct {
	tenant.Key
	// AccountID is empty for letters to an address that has no account.
	AccountID string `bun:",nullzero"`
	Purpose   string
	TokenHash string
	// Address is a keyed hash of the address that the letter went to.
	Address   string
	Data      TokenData `bun:"type:jsonb"`
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time `bun:",nullzero"`
}

// TokenData is what using a link will do, beside its purpose.
type TokenData struct {
	Next         string `json:"next,omitempty"`
	Email        string `json:"email,omitempty"`
	PasswordHash string `json:"password_hash,omitempty"`
	Name         string `json:"name,omitempty"`
}

// Membership is a role held by an account.
type Membership struct {
	tenant.Key
	AccountID string
	Role      string
	GrantedBy string
	CreatedAt time.Time
}

// Consent is something that a person agreed to.
type Consent struct {
	tenant.Key
	AccountID string
	Kind      string
	Lang      string
	GivenAt   time.Time
}

func ErrNoAccount() error { return fault.NotFound("accounts.error.no_account") }

// one tells "no row" from failure.
func one(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// FindAccount reads an account to look at it.
func FindAccount(ctx context.Context, tx *tenant.Tx, id string) (*Account, error) {
	a := new(Account)
	return scanned(a, tx.Select(a).Where("account.id = ?", id).Scan(ctx))
}

// LockAccount reads an account to change it: nobody else changes it until the transaction ends, so that saving the whole row
// undoes nobody's change. On SQLite there is only one writer anyway.
func LockAccount(ctx context.Context, tx *tenant.Tx, id string) (*Account, error) {
	a := new(Account)
	q := tx.Select(a).Where("account.id = ?", id)
	if tx.PG() {
		q = q.For("UPDATE")
	}
	return scanned(a, q.Scan(ctx))
}

func scanned(a *Account, err error) (*Account, error) {
	found, err := one(err)
	if err != nil {
		return nil, fmt.Errorf("read account: %w", err)
	}
	if !found {
		return nil, ErrNoAccount()
	}
	return a, nil
}

// AccountByEmail gives nil when nobody has the address.
func AccountByEmail(ctx context.Context, tx *tenant.Tx, email string) (*Account, error) {
	a := new(Account)
	found, err := one(tx.Select(a).Where("account.email = ?", email).Scan(ctx))
	if err != nil || !found {
		return nil, err
	}
	return a, nil
}

func AccountsByID(ctx context.Context, tx *tenant.Tx, ids []string) ([]Account, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var list []Account
	err := tx.Select(&list).Where("account.id IN (?)", bun.In(ids)).Scan(ctx)
	return list, err
}

func InsertAccount(ctx context.Context, tx *tenant.Tx, a *Account) error {
	a.fold()
	_, err := tx.Insert(a).Exec(ctx)
	return err
}

// SaveAccount writes every column that may change.
func SaveAccount(ctx context.Context, tx *tenant.Tx, a *Account) error {
	a.UpdatedAt = tx.Now()
	if a.DeletedAt.IsZero() {
		a.fold()
	}
	if _, err := tx.Update(a).ExcludeColumn("created_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save account: %w", err)
	}
	return nil
}

func InsertToken(ctx context.Context, tx *tenant.Tx, t *AccountToken) error {
	_, err := tx.Insert(t).Exec(ctx)
	return err
}

// LettersTo counts the links sent to an address since a moment.
func LettersTo(ctx context.Context, tx *tenant.Tx, address string, since time.Time) (int64, error) {
	return tx.Select((*AccountToken)(nil)).Where("address = ?", address).Where("created_at > ?", since).Count(ctx)
}

// OpenToken finds a link that can still be used, or nil.
func OpenToken(ctx context.Context, tx *tenant.Tx, hash string, purposes ...string) (*AccountToken, error) {
	t := new(AccountToken)
	found, err := one(tx.Select(t).Where("token_hash = ?", hash).Where("purpose IN (?)", bun.In(purposes)).
		Where("used_at IS NULL").Where("account_id IS NOT NULL").Where("expires_at > ?", tx.Now()).Scan(ctx))
	if err != nil || !found {
		return nil, err
	}
	return t, nil
}

// SpendToken marks a link as used and reports whether this was the first use, also when two come at once.
func SpendToken(ctx context.Context, tx *tenant.Tx, t *AccountToken) (bool, error) {
	res, err := tx.Update((*AccountToken)(nil)).Set("used_at = ?", tx.Now()).Where("id = ?", t.ID).Where("used_at IS NULL").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("use link: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// DropTokens makes the waiting links of an account useless.
func DropTokens(ctx context.Context, tx *tenant.Tx, accountID string) error {
	_, err := tx.Delete((*AccountToken)(nil)).Where("account_id = ?", accountID).Exec(ctx)
	return err
}

func InsertSession(ctx context.Context, tx *tenant.Tx, s *Session) error {
	_, err := tx.Insert(s).Exec(ctx)
	return err
}

// ActorRow is a session with everything that is asked of whoever holds it.
type ActorRow struct {
	SessionID, OrganisationID, OrganisationName string
	AccountID, Email, Name, Lang, DepartmentID  string
	SeenAt, ExpiresAt, LevelUntil, BlockedAt    time.Time
	Level                                       int
	BirthYear                                   int
	AreaIDs                                     string `bun:"area_ids"`
	Groups                                      string
	Roles                                       string
	TokenHash                                   string
}

// sessionActors finds in one statement who holds tokens, by their hashes; tokens of nobody are left out. An association counts only while it is verified and the person is its member.
func sessionActors(ctx context.Context, tx *tenant.Tx, hashes []string) ([]*ActorRow, error) {
	var list []*ActorRow
	err := tx.Raw(`select s.token_hash, s.id as session_id, s.seen_at, s.expires_at, coalesce(o.id, '') as organisation_id, coalesce(o.name, '') as organisation_name,
 a.id as account_id, coalesce(a.email, '') as email, a.name, a.lang, coalesce(a.department_id, '') as department_id, a.level, a.level_until, a.blocked_at,
 a.birth_year, a.area_ids, a.groups,
 coalesce((select string_agg(m.role, ',') from memberships m where m.tenant_id = a.tenant_id and m.account_id = a.id), '') as roles
 from sessions s join accounts a on a.tenant_id = s.tenant_id and a.id = s.account_id
 left join organisation_members om on om.tenant_id = s.tenant_id and om.account_id = s.account_id and om.organisation_id = s.organisation_id
 left join organisations o on o.tenant_id = om.tenant_id and o.id = om.organisation_id and o.state = 'verified'
 where s.tenant_id = ? and s.token_hash in (?) and s.expires_at > ? and a.deleted_at is null`, tx.ID(), bun.List(hashes), tx.Now()).Scan(ctx, &list)
	return list, err
}

// TouchSessions moves the end of sessions that are in use.
func TouchSessions(ctx context.Context, tx *tenant.Tx, ids []string, lifetime time.Duration) error {
	_, err := tx.Update((*Session)(nil)).Set("seen_at = ?", tx.Now()).Set("expires_at = ?", tx.Now().Add(lifetime)).
		Where("id IN (?)", bun.In(ids)).Exec(ctx)
	return err
}

func SessionsOf(ctx context.Context, tx *tenant.Tx, accountID string) ([]Session, error) {
	var list []Session
	err := tx.Select(&list).Where("account_id = ?", accountID).Where("expires_at > ?", tx.Now()).OrderExpr("seen_at DESC, id DESC").Limit(100).Scan(ctx)
	return list, err
}

// DropSessions ends the sessions of an account, all but one when except is given.
func DropSessions(ctx context.Context, tx *tenant.Tx, accountID, except string) error {
	q := tx.Delete((*Session)(nil)).Where("account_id = ?", accountID)
	if except != "" {
		q = q.Where("id <> ?", except)
	}
	_, err := q.Exec(ctx)
	return err
}

// DropSession ends one session of an account.
func DropSession(ctx context.Context, tx *tenant.Tx, accountID, id string) error {
	_, err := tx.Delete((*Session)(nil)).Where("account_id = ?", accountID).Where("id = ?", id).Exec(ctx)
	return err
}

func RolesOf(ctx context.Context, tx *tenant.Tx, accountID string) ([]Membership, error) {
	var list []Membership
	err := tx.Select(&list).Where("account_id = ?", accountID).OrderExpr("role").Scan(ctx)
	return list, err
}

// RolesOfMany lists the roles of several accounts.
func RolesOfMany(ctx context.Context, tx *tenant.Tx, ids []string) (map[string][]string, error) {
	out := map[string][]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var list []Membership
	if err := tx.Select(&list).Where("account_id IN (?)", bun.In(ids)).OrderExpr("account_id, role").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read roles: %w", err)
	}
	for _, m := range list {
		out[m.AccountID] = append(out[m.AccountID], m.Role)
	}
	return out, nil
}

// Holders lists the accounts that hold one of roles and can work.
func Holders(ctx context.Context, tx *tenant.Tx, roles []string) ([]string, error) {
	if len(roles) == 0 {
		return nil, nil
	}
	var ids []string
	err := tx.Select((*Membership)(nil)).ColumnExpr("DISTINCT membership.account_id").
		Join("JOIN accounts AS a ON a.tenant_id = membership.tenant_id AND a.id = membership.account_id").
		Where("membership.role IN (?)", bun.In(roles)).Where("a.deleted_at IS NULL").Where("a.blocked_at IS NULL").
		OrderExpr("1").Scan(ctx, &ids)
	return ids, err
}

func AddRole(ctx context.Context, tx *tenant.Tx, m *Membership) error {
	_, err := tx.Insert(m).On("CONFLICT (tenant_id, account_id, role) DO NOTHING").Exec(ctx)
	return err
}

func RemoveRole(ctx context.Context, tx *tenant.Tx, accountID, role string) error {
	_, err := tx.Delete((*Membership)(nil)).Where("account_id = ?", accountID).Where("role = ?", role).Exec(ctx)
	return err
}

func InsertConsent(ctx context.Context, tx *tenant.Tx, c *Consent) error {
	_, err := tx.Insert(c).Exec(ctx)
	return err
}

func ConsentsOf(ctx context.Context, tx *tenant.Tx, accountID string) ([]Consent, error) {
	var list []Consent
	err := tx.Select(&list).Where("account_id = ?", accountID).OrderExpr("given_at").Scan(ctx)
	return list, err
}

// PeopleQuery narrows the list of people for staff.
type PeopleQuery struct {
	Words string
	Role  string
	State string
	// After is the id of the last person of the page before; ids sort by time.
	After string
	Limit int64
}

// Active is how many filters are set.
func (q PeopleQuery) Active() int {
	n := 0
	for _, v := range []string{q.Words, q.Role, q.State} {
		if v != "" {
			n++
		}
	}
	return n
}

// People lists a page of people.
func People(ctx context.Context, tx *tenant.Tx, q PeopleQuery) ([]Account, error) {
	var list []Account
	s := tx.Select(&list).OrderExpr("account.id DESC").Limit(q.Limit)
	for _, w := range search.Terms(q.Words) {
		s = s.Where("account.search_text LIKE ?", "%"+w+"%")
	}
	if q.Role != "" {
		s = s.Where("EXISTS (SELECT 1 FROM memberships m WHERE m.tenant_id = account.tenant_id AND m.account_id = account.id AND m.role = ?)", q.Role)
	}
	switch q.State {
	case StateBlocked:
		s = s.Where("account.blocked_at IS NOT NULL")
	case StateUnverified:
		s = s.Where("account.verified_at IS NULL")
	case StateVerified:
		s = s.Where("account.verified_at IS NOT NULL")
	case "resident":
		s = s.Where("account.level >= ?", 3)
	}
	s = s.Where("account.deleted_at IS NULL")
	if q.After != "" {
		s = s.Where("account.id < ?", q.After)
	}
	return list, s.Scan(ctx)
}

// ForgetUnverified deletes accounts that were never confirmed, and everything that hangs on them.
func ForgetUnverified(ctx context.Context, tx *tenant.Tx, before time.Time) (int64, error) {
	res, err := tx.Delete((*Account)(nil)).Where("verified_at IS NULL").Where("deleted_at IS NULL").Where("created_at < ?", before).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("delete unconfirmed accounts: %w", err)
	}
	return res.RowsAffected()
}

// ForgetExpired deletes sessions and links that are over.
func ForgetExpired(ctx context.Context, tx *tenant.Tx) error {
	if _, err := tx.Delete((*Session)(nil)).Where("expires_at <= ?", tx.Now()).Exec(ctx); err != nil {
		return fmt.Errorf("delete expired sessions: %w", err)
	}
	if _, err := tx.Delete((*AccountToken)(nil)).Where("expires_at <= ?", tx.Now()).Exec(ctx); err != nil {
		return fmt.Errorf("delete expired links: %w", err)
	}
	return nil
}
