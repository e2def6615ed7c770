package authz

import (
	"context"
	"slices"
	"time"

	"glas/internal/fault"
)

// Resource is what an action is about.
type Resource struct {
	// Policy says who is eligible; nil asks for the role only.
	Policy *Policy
	// Closed is why nobody can do this now, such as a phase that is over; the zero Message means open.
	Closed fault.Message
	// OwnerID is the account whose thing it is, for actions that only the owner may do.
	OwnerID string
	// OwnerOnly restricts the action to the owner.
	OwnerOnly bool
	// Now is the moment that ages are reckoned at.
	Now time.Time
}

// Policy is who may take part, part of a phase. The zero Policy lets everybody with an account take part.
type Policy struct {
	MinLevel Level `json:"min_level,omitempty"`
	// MinAge and MaxAge are in years; 0 sets no limit. Only the year of birth is known, so a person counts as old enough from the
	// first of January of the year in which he reaches the age.
	MinAge int `json:"min_age,omitempty"`
	MaxAge int `json:"max_age,omitempty"`
	// AreaID restricts to people who live in an area, AreaName is how it is called.
	AreaID   string `json:"area_id,omitempty"`
	AreaName string `json:"area_name,omitempty"`
	// Group restricts to members of an invited list.
	Group string `json:"group,omitempty"`
	// Who restricts to "citizens" or "associations"; empty lets both.
	Who string `json:"who,omitempty"`
}

// Words says who may take part, a message for each rule, in the order in which they are checked.
func (p Policy) Words() []fault.Message {
	var words []fault.Message
	switch p.Who {
	case "citizens":
		words = append(words, fault.Message{ID: "authz.who.citizens"})
	case "associations":
		words = append(words, fault.Message{ID: "authz.who.associations"})
	default:
		words = append(words, fault.Message{ID: "authz.who.everybody"})
	}
	if p.MinLevel > LevelEmail {
		words = append(words, fault.Message{ID: "authz.level." + p.MinLevel.String()}) //i18n: authz.level.*
	}
	if p.MinAge > 0 {
		words = append(words, fault.Message{ID: "authz.who.min_age", Args: []any{"Age", p.MinAge}})
	}
	if p.MaxAge > 0 {
		words = append(words, fault.Message{ID: "authz.who.max_age", Args: []any{"Age", p.MaxAge}})
	}
	if p.AreaID != "" {
		words = append(words, fault.Message{ID: "authz.who.area", Args: []any{"Area", p.AreaName}})
	}
	if p.Group != "" {
		words = append(words, fault.Message{ID: "authz.who.group"})
	}
	return words
}

// Step is what a person can do about a refusal.
type Step struct {
	Label fault.Message
	// Path is where, without a language prefix.
	Path string
}

// Decision is whether something may be done, and if not, why and what would help.
type Decision struct {
	Allowed bool
	Reason  fault.Message
	Next    *Step
	// SignIn is set when signing in is all that is missing.
	SignIn bool
}

// Err is nil when allowed, and otherwise the fault that refuses it.
func (d Decision) Err() error {
	switch {
	case d.Allowed:
		return nil
	case d.SignIn:
		return fault.SignIn(d.Reason)
	default:
		e := fault.Forbidden(d.Reason.ID, d.Reason.Args...)
		if d.Next != nil {
			e.Next = &fault.Next{Label: d.Next.Label, Path: d.Next.Path}
		}
		return e
	}
}

// Allow is the decision of what needs no question.
func Allow() Decision { return Decision{Allowed: true} }

// Refuse is a decision with a reason and no next step.
func Refuse(id string, args ...any) Decision {
	return Decision{Reason: fault.Message{ID: id, Args: args}}
}

// Can decides whether who acts in ctx may do action ("proposal.submit") on res.
//
// The order is that of what helps most: what nobody can do now is said first, then signing in, then what a role may do, then who
// is eligible. A permission that no role was ever given is refused.
func Can(ctx context.Context, action string, res Resource) Decision {
	a := From(ctx)
	table := tableFrom(ctx)
	if res.Closed.ID != "" {
		return Decision{Reason: res.Closed}
	}
	if !a.SignedIn() && !table.Allows(a, action) {
		return Decision{
			Reason: fault.Message{ID: "authz.sign_in"}, SignIn: true,
			Next: &Step{Label: fault.Message{ID: "common.sign_in"}, Path: "/sign-in"},
		}
	}
	if a.Blocked {
		return Refuse("authz.blocked")
	}
	if !table.Allows(a, action) {
		return Refuse("authz.role")
	}
	if res.OwnerOnly && res.OwnerID != a.ID {
		return Refuse("authz.owner")
	}
	if res.Policy != nil {
		return res.Policy.admits(a, res.Now)
	}
	return Allow()
}

func (p Policy) admits(a Actor, now time.Time) Decision {
	switch {
	case p.Who == "citizens" && a.OrganisationID != "":
		return Refuse("authz.only.citizens")
	case p.Who == "associations" && a.OrganisationID == "":
		return Decision{Reason: fault.Message{ID: "authz.only.associations"},
			Next: &Step{Label: fault.Message{ID: "authz.step.association"}, Path: "/me/associations"}}
	case a.Level < p.MinLevel:
		return Decision{Reason: fault.Message{ID: "authz.need." + p.MinLevel.String()}, //i18n: authz.need.*
			Next: &Step{Label: fault.Message{ID: "authz.step.verify"}, Path: "/me"}}
	}
	if a.OrganisationID != "" {
		return Allow() // age, area and lists are questions about people
	}
	age := now.Year() - a.BirthYear
	switch {
	case (p.MinAge > 0 || p.MaxAge > 0) && a.BirthYear == 0:
		return Decision{Reason: fault.Message{ID: "authz.need.birth_year"},
			Next: &Step{Label: fault.Message{ID: "authz.step.profile"}, Path: "/me"}}
	case p.MinAge > 0 && age < p.MinAge:
		return Refuse("authz.only.min_age", "Age", p.MinAge)
	case p.MaxAge > 0 && age > p.MaxAge:
		return Refuse("authz.only.max_age", "Age", p.MaxAge)
	case p.AreaID != "" && !slices.Contains(a.AreaIDs, p.AreaID):
		return Decision{Reason: fault.Message{ID: "authz.only.area", Args: []any{"Area", p.AreaName}},
			Next: &Step{Label: fault.Message{ID: "authz.step.profile"}, Path: "/me"}}
	case p.Group != "" && !slices.Contains(a.Groups, p.Group):
		return Refuse("authz.only.group")
	}
	return Allow()
}
