package roles

import (
	"slices"
	"strings"

	"glas/internal/authz"
	"glas/internal/fault"
)

// Editable are the roles that a municipality may change: all of its staff but the administrator.
func Editable() []string {
	return slices.DeleteFunc(authz.StaffRoles(), func(r string) bool { return r == "administrator" })
}

// Offered are the permissions that staff can have, in the order of things and acts. What everybody with an account may do, and what
// belongs to the deployment, is not among them.
func Offered(p *authz.Policies, shared *authz.Table) []string {
	citizen := authz.Actor{ID: "anybody", Kind: authz.Citizen}
	return slices.DeleteFunc(slices.Clone(p.Permissions()), func(permission string) bool {
		return strings.HasPrefix(permission, "deployment.") || shared.Allows(citizen, permission)
	})
}

// Line is a difference from the shared policy: what a role may, or may not, do.
type Line struct {
	Role, Permission string
	Allow            bool
}

// policy is the line as the role policy reads it.
func (l Line) policy() [4]string {
	object, act, _ := strings.Cut(l.Permission, ".")
	effect := "deny"
	if l.Allow {
		effect = "allow"
	}
	return [4]string{l.Role, object, act, effect}
}

// Differences are the lines that make a role hold exactly the wanted ones of the offered permissions.
func Differences(shared *authz.Table, role string, offered, wanted []string) []Line {
	var lines []Line
	for _, p := range offered {
		if want := slices.Contains(wanted, p); want != shared.Role(role, p) {
			lines = append(lines, Line{role, p, want})
		}
	}
	return lines
}

// Check says what is wrong with a change from one table to another, done by an actor: he gives nothing that he lacks, keeps the way
// to this page, and what is taken from a role that another one includes is taken from that one as well.
func Check(actor authz.Actor, before, after *authz.Table, role string, offered, wanted []string) error {
	for _, p := range offered {
		want := slices.Contains(wanted, p)
		if want && !before.Role(role, p) && !before.Allows(actor, p) {
			return fault.InvalidField("may", "roles.error.lacking")
		}
		if want && !after.Role(role, p) {
			return fault.InvalidField("may", "roles.error.taken_below")
		}
	}
	if before.Allows(actor, permission) && !after.Allows(actor, permission) {
		return fault.InvalidField("may", "roles.error.locked_out")
	}
	return nil
}
