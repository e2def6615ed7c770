package authz

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"glas/internal/newest"
)

// Table is what each role may do in one tenant, compiled from the policy. The nil Table allows nothing.
type Table struct {
	allowed map[string]map[string]struct{}
}

// Allows reports whether one of the actor's roles may do the action.
func (t *Table) Allows(a Actor, action string) bool {
	if t == nil {
		return false
	}
	for _, role := range a.AllRoles() {
		if _, ok := t.allowed[role][action]; ok {
			return true
		}
	}
	return false
}

// Role reports whether a role by itself may do the action.
func (t *Table) Role(role, action string) bool {
	_, ok := t.allowed[role][action]
	return ok
}

// Covers reports whether the actor holds every permission of a role: nobody can grant what he does not hold.
func (t *Table) Covers(a Actor, role string) bool {
	for p := range t.allowed[role] {
		if !t.Allows(a, p) {
			return false
		}
	}
	return true
}

// Policies compiles the shared role policy, and what a tenant changed of it, into tables.
type Policies struct {
	model string
	lines [][]string // the shared policy: p and g lines
	roles []string
	perms []string
	// shared is the table of all tenants that changed nothing.
	shared func() (*Table, error)
	// tables are those of tenants that changed something, by the version of their policy.
	tables newest.Map[string, int64, *Table]
}

// NewPolicies reads the Casbin model and the shared policy (CSV with p and g lines). Every permission and role that exists is
// named there.
func NewPolicies(modelText, policy string) (*Policies, error) {
	r := csv.NewReader(strings.NewReader(policy))
	r.Comment, r.FieldsPerRecord, r.TrimLeadingSpace = '#', -1, true
	p := &Policies{model: modelText}
	p.shared = sync.OnceValues(func() (*Table, error) { return p.compile(nil) })
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read role policy: %w", err)
		}
		p.lines = append(p.lines, rec)
		switch {
		case rec[0] == "p" && len(rec) == 5:
			p.roles = append(p.roles, rec[1])
			if rec[2] != "*" && rec[3] != "*" {
				p.perms = append(p.perms, rec[2]+"."+rec[3])
			}
		case rec[0] == "g" && len(rec) == 3:
			p.roles = append(p.roles, rec[1], rec[2])
		default:
			return nil, fmt.Errorf("role policy: line %q is neither p, role, object, action, effect nor g, role, role", strings.Join(rec, ", "))
		}
	}
	sort.Strings(p.roles)
	sort.Strings(p.perms)
	p.roles, p.perms = slices.Compact(p.roles), slices.Compact(p.perms)
	return p, nil
}

// Roles lists every role in order.
func (p *Policies) Roles() []string { return p.roles }

// Permissions lists every permission in order.
func (p *Policies) Permissions() []string { return p.perms }

// Known reports whether a permission exists.
func (p *Policies) Known(permission string) bool {
	_, ok := slices.BinarySearch(p.perms, permission)
	return ok
}

// Table gives the compiled table of a tenant at a version of its policy. overrides is asked only when that version was not
// compiled yet; its lines are role, object, action, effect.
func (p *Policies) Table(tenantID string, version int64, overrides func() ([][4]string, error)) (*Table, error) {
	return p.tables.Of(tenantID, version, func() (*Table, error) {
		lines, err := overrides()
		if err != nil {
			return nil, fmt.Errorf("read roles of a municipality: %w", err)
		}
		return p.Compile(lines)
	})
}

// Compile makes the table of the shared policy with lines (role, object, action, effect) added to it. It takes a moment: Table
// remembers.
func (p *Policies) Compile(overrides [][4]string) (*Table, error) {
	if len(overrides) == 0 {
		return p.shared()
	}
	return p.compile(overrides)
}

func (p *Policies) compile(overrides [][4]string) (*Table, error) {
	m, err := model.NewModelFromString(p.model)
	if err != nil {
		return nil, fmt.Errorf("read role model: %w", err)
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, fmt.Errorf("start role policy: %w", err)
	}
	for _, l := range p.lines {
		if l[0] == "g" {
			_, err = e.AddGroupingPolicy(l[1], l[2])
		} else {
			_, err = e.AddPolicy(l[1], l[2], l[3], l[4])
		}
		if err != nil {
			return nil, fmt.Errorf("load role policy: %w", err)
		}
	}
	for _, l := range overrides {
		if _, err := e.AddPolicy(l[0], l[1], l[2], l[3]); err != nil {
			return nil, fmt.Errorf("load role policy: %w", err)
		}
	}
	t := &Table{allowed: make(map[string]map[string]struct{}, len(p.roles))}
	for _, role := range p.roles {
		t.allowed[role] = map[string]struct{}{}
		for _, perm := range p.perms {
			obj, act, _ := strings.Cut(perm, ".")
			ok, err := e.Enforce(role, obj, act)
			if err != nil {
				return nil, fmt.Errorf("ask role policy: %w", err)
			}
			if ok {
				t.allowed[role][perm] = struct{}{}
			}
		}
	}
	return t, nil
}
