// Package rows is what the accounts module keeps: accounts, organisations, passwords, tokens and what they are in a municipality, with the
// queries on them. It sends nothing and shows nothing.
package rows

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/search"
	"glas/internal/text"
	"glas/tenant"
)

// Account is a person in one municipality. The same person elsewhere has another account, and the two know nothing of each other.
// A deleted account is a row without anything personal.
type Account struct {
	tenant.Key
	// Email is in lower case and unique in the municipality; empty once deleted.
	Email        string `bun:",nullzero"`
	PasswordHash string `bun:",nullzero"`
	Name         string
	// SearchText is the folded name and address, for staff who look for somebody.
	SearchText string
	// Pseudonym prefers a made-up name where a consultation allows it.
	Pseudonym bool
	// PseudonymKey is what pseudonyms are derived from; it dies with the account, and with it the way back.
	PseudonymKey string
	Lang         string
	// Level is how surely the person is known, LevelMethod how that was found out, LevelUntil when it lapses (zero: never).
	Level       authz.Level
	LevelMethod string
	LevelUntil  time.Time `bun:",nullzero"`
	// BirthYear is 0 when not told.
	BirthYear    int
	AreaIDs      []string  `bun:"area_ids,type:jsonb"`
	Groups       []string  `bun:"groups,type:jsonb"`
	DepartmentID string    `bun:",nullzero"`
	VerifiedAt   time.Time `bun:",nullzero"`
	BlockedAt    time.Time `bun:",nullzero"`
	// BlockedReason is told to the person.
	BlockedReason string
	DeletedAt     time.Time `bun:",nullzero"`
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Bounds of what people tell about themselves.
const (
	NameMin, NameMax         = 2, 80
	PasswordMin, PasswordMax = 10, 200
	ReasonMin, ReasonMax     = 15, 1000
	OldestAge                = 120 // years
)

// EffectiveLevel is the level at a moment: a verification that lapsed leaves the confirmed address.
func (a *Account) EffectiveLevel(now time.Time) authz.Level {
	if a.Level > authz.LevelEmail && !a.LevelUntil.IsZero() && !now.Before(a.LevelUntil) {
		return authz.LevelEmail
	}
	return a.Level
}

// State is verified, unverified, blocked or deleted.
func (a *Account) State() string {
	switch {
	case !a.DeletedAt.IsZero():
		return StateDeleted
	case !a.BlockedAt.IsZero():
		return StateBlocked
	case a.VerifiedAt.IsZero():
		return StateUnverified
	default:
		return StateVerified
	}
}

const (
	StateVerified   = "verified"
	StateUnverified = "unverified"
	StateBlocked    = "blocked"
	StateDeleted    = "deleted"
)

// fold sets what staff search in.
func (a *Account) fold() { a.SearchText = search.Fold(a.Name + " " + a.Email) }

// Erase takes everything personal out of the row. It stays, so that votes keep counting.
func (a *Account) Erase(now time.Time) {
	*a = Account{Key: a.Key, Lang: "", AreaIDs: []string{}, Groups: []string{}, DeletedAt: now, CreatedAt: a.CreatedAt, UpdatedAt: now}
}

// CheckPassword says what is wrong with a new password. Long beats complicated (NIST SP 800-63B 3.1.1): only length, repetition
// and the person's own name and address are looked at.
func CheckPassword(password, email, name string) fault.Message {
	switch n := text.Letters(password); {
	case n < PasswordMin:
		return fault.Msg("accounts.error.password_short", "Min", PasswordMin)
	case n > PasswordMax:
		return fault.Msg("accounts.error.password_long", "Max", PasswordMax)
	}
	folded := search.Fold(password)
	local, _, _ := strings.Cut(search.Fold(email), "@")
	rest := folded
	if len(local) >= 4 {
		rest = strings.ReplaceAll(folded, local, "")
	}
	if distinct(folded) < 5 || isRun(folded) || text.Letters(rest) < 4 || folded == search.Fold(email) || folded == search.Fold(name) {
		return fault.Msg("accounts.error.password_weak")
	}
	return fault.Message{}
}

// distinct counts different letters.
func distinct(s string) int {
	seen := map[rune]struct{}{}
	for _, r := range s {
		seen[r] = struct{}{}
	}
	return len(seen)
}

// isRun reports whether s is part of a row of the keyboard or of the alphabet.
func isRun(s string) bool {
	for _, row := range []string{"abcdefghijklmnopqrstuvwxyz", "012345678901234567890", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "1q2w3e4r5t6y7u8i9o0p"} {
		if strings.Contains(row, s) {
			return true
		}
	}
	return false
}

// CheckBirthYear reports whether a year of birth can be that of somebody living at now; 0 says that it was not told.
func CheckBirthYear(year int, now time.Time) bool {
	return year == 0 || year <= now.Year() && year >= now.Year()-OldestAge
}

// KindOf is the sort of actor that holds roles and acts for an association or not.
func KindOf(roles []string, organisationID string) authz.Kind {
	if organisationID != "" {
		return authz.Association
	}
	if slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(authz.StaffRoles(), r) }) {
		return authz.Staff
	}
	return authz.Citizen
}

func YearText(y int) string {
	if y == 0 {
		return ""
	}
	return strconv.Itoa(y)
}
