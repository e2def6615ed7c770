// Package authz answers one question for pages, interfaces and tests alike: may this person do this here, and if not, why, and
// what would help?
//
// Two rules are joined. A role policy (Casbin) says what a role may do in a tenant; it is compiled into a table of roles and
// permissions, because asking Casbin costs microseconds and a look-up costs nanoseconds. A participation policy, attached to what
// is being done, says who is eligible: by level of identification, age, area, group or organisation.
package authz

import (
	"context"
	"slices"
)

// Kind is what sort of participant acts.
type Kind string

// The kinds of actor.
const (
	Visitor     Kind = "visitor"
	Citizen     Kind = "citizen"
	Association Kind = "association"
	Staff       Kind = "staff"
	Operator    Kind = "operator"
)

// Level is how surely a person is known; each level includes those below.
type Level int

// The levels of identification.
const (
	LevelNone Level = iota
	LevelEmail
	LevelPhone
	LevelResidence
	LevelIdentity
)

// String is the name of the level in message ids and rows.
func (l Level) String() string {
	return [...]string{"none", "email", "phone", "residence", "identity"}[min(max(l, 0), LevelIdentity)]
}

// Actor is who a request comes from. The zero Actor is a visitor.
type Actor struct {
	// ID is the account, empty for a visitor.
	ID string
	// SessionID is the session that the request came with.
	SessionID string
	Name      string
	Email     string
	Kind      Kind
	// Roles are the roles held beside that of the kind, such as "editor".
	Roles []string
	Level Level
	// BirthYear is 0 when unknown.
	BirthYear int
	AreaIDs   []string
	Groups    []string
	// OrganisationID is the association that the person acts for; then votes and words are the association's.
	OrganisationID   string
	OrganisationName string
	// DepartmentID is the department of an officer.
	DepartmentID string
	Lang         string
	// Blocked people may read only.
	Blocked bool
}

// SignedIn reports whether the actor has an account.
func (a Actor) SignedIn() bool { return a.ID != "" }

// VoterID is what a vote is unique by: the association when the person acts for one, otherwise the account.
func (a Actor) VoterID() string {
	if a.OrganisationID != "" {
		return a.OrganisationID
	}
	return a.ID
}

// AllRoles are the role of the kind and those held beside it.
func (a Actor) AllRoles() []string {
	switch {
	case !a.SignedIn():
		return []string{"visitor"}
	case a.Kind == Operator:
		return []string{"operator"}
	case a.OrganisationID != "":
		return append([]string{"citizen", "representative"}, a.Roles...)
	case a.Level >= LevelResidence:
		return append([]string{"citizen", "resident"}, a.Roles...)
	default:
		return append([]string{"citizen"}, a.Roles...)
	}
}

// IsStaff reports whether the actor holds a role of the municipality's staff.
func (a Actor) IsStaff() bool {
	return slices.ContainsFunc(a.Roles, func(r string) bool {
		return slices.Contains(StaffRoles(), r)
	})
}

// StaffRoles are the roles of the municipality's own people, from least to most.
func StaffRoles() []string {
	return []string{"auditor", "agent", "editor", "moderator", "officer", "head", "manager", "administrator"}
}

type actorKey struct{}

type tableKey struct{}

// With puts who acts, and the table of what roles may do, into the context.
func With(ctx context.Context, a Actor, t *Table) context.Context {
	return context.WithValue(context.WithValue(ctx, actorKey{}, a), tableKey{}, t)
}

// From returns who acts; without anybody, a visitor.
func From(ctx context.Context) Actor {
	a, ok := ctx.Value(actorKey{}).(Actor)
	if !ok {
		return Actor{Kind: Visitor}
	}
	return a
}

func tableFrom(ctx context.Context) *Table {
	t, _ := ctx.Value(tableKey{}).(*Table)
	return t
}
