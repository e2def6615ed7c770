package accounts

import (
	"context"
	"fmt"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

// The kinds of author.
const (
	AuthorCitizen     = "citizen"
	AuthorAssociation = "association"
	AuthorStaff       = "staff"
	AuthorDeleted     = "deleted"
)

// Byline is who wrote something, as it was when it was written. Content rows embed it: their columns are author_id, author_name,
// author_kind and organisation_id (nullable).
type Byline struct {
	AuthorID       string `json:"-"`
	AuthorName     string `json:"author_name"`
	AuthorKind     string `json:"author_kind"`
	OrganisationID string `bun:",nullzero" json:"-"`
}

// Signature says how something is to be signed.
type Signature struct {
	// Scope is what a pseudonym is stable within, usually the consultation: the same person has another one elsewhere.
	Scope string
	// Pseudonym allows pseudonyms here; a person whose account prefers one gets it.
	Pseudonym bool
	// Ask wants a pseudonym for this one thing, whatever the account prefers. It counts only together with Pseudonym.
	Ask bool
	// Official signs for the municipality; the caller has checked that the person may.
	Official bool
}

// Sign makes the byline of who acts in ctx. A visitor is asked to sign in.
func Sign(ctx context.Context, tx *tenant.Tx, s Signature) (Byline, error) {
	actor := authz.From(ctx)
	if !actor.SignedIn() {
		return Byline{}, fault.SignIn()
	}
	b := Byline{AuthorID: actor.ID, AuthorName: actor.Name, AuthorKind: AuthorCitizen}
	switch {
	case s.Official:
		b.AuthorKind = AuthorStaff
	case actor.OrganisationID != "":
		b.AuthorKind, b.AuthorName, b.OrganisationID = AuthorAssociation, actor.OrganisationName, actor.OrganisationID
	case s.Pseudonym:
		a, err := rows.FindAccount(ctx, tx, actor.ID)
		if err != nil {
			return Byline{}, fmt.Errorf("sign: %w", err)
		}
		if a.Pseudonym || s.Ask {
			b.AuthorName = rows.Pseudonym(a.PseudonymKey, s.Scope, tx.Tenant().Default())
		}
	}
	return b, nil
}

// BylineName is how an author is called: the name as signed, or words for somebody who is gone.
func BylineName(ctx context.Context, b Byline) string {
	if b.AuthorKind == AuthorDeleted || b.AuthorName == "" {
		return i18n.T(ctx, "accounts.deleted_author")
	}
	return b.AuthorName
}

// Badges say for whom an author speaks; citizens have none.
func Badges(ctx context.Context, b Byline) []ui.BadgeData {
	switch b.AuthorKind {
	case AuthorAssociation:
		return []ui.BadgeData{{Kind: "association", Text: i18n.T(ctx, "accounts.badge.association")}}
	case AuthorStaff:
		return []ui.BadgeData{{Kind: "municipality", Text: i18n.T(ctx, "accounts.badge.municipality")}}
	default:
		return nil
	}
}

// Recipient is where a person gets mail, in which language, and how to address him.
type Recipient struct{ Email, Lang, Name string }

// Addresses finds where people get mail. Deleted and unconfirmed accounts are left out.
func Addresses(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]Recipient, error) {
	out := make(map[string]Recipient, len(ids))
	list, err := rows.AccountsByID(ctx, tx, ids)
	if err != nil {
		return nil, fmt.Errorf("addresses: %w", err)
	}
	for _, a := range list {
		if a.State() == rows.StateVerified || a.State() == rows.StateBlocked {
			out[a.ID] = Recipient{Email: a.Email, Lang: rows.Language(tx.Tenant(), a.Lang), Name: a.Name}
		}
	}
	return out, nil
}
