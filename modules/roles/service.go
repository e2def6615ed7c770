package roles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/tenant"
)

// role is what a role may do in a municipality, beside what the shared policy says.
type role struct {
	Name    string
	Offered []string
	// May and Shared are the permissions held, here and by the shared policy.
	May, Shared []string
	// Version changes with every change of the municipality's roles.
	Version string
}

// Changed reports whether the municipality has its own rules for the role.
func (r role) Changed() bool { return !slices.Equal(r.May, r.Shared) }

func (m *Module) load(ctx context.Context, tx *tenant.Tx, names ...string) ([]role, []TenantPolicy, error) {
	lines, err := listLines(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	shared, here, err := m.tables(lines)
	if err != nil {
		return nil, nil, err
	}
	offered := Offered(m.Policies, shared)
	held := func(t *authz.Table, name string) []string {
		return slices.DeleteFunc(slices.Clone(offered), func(p string) bool { return !t.Role(name, p) })
	}
	var out []role
	for _, name := range names {
		out = append(out, role{name, offered, held(here, name), held(shared, name), version(lines)})
	}
	return out, lines, nil
}

// tables are the shared policy alone and with the municipality's lines.
func (m *Module) tables(lines []TenantPolicy) (shared, here *authz.Table, err error) {
	if shared, err = m.Policies.Compile(nil); err != nil {
		return nil, nil, err
	}
	own := make([][4]string, len(lines))
	for i, l := range lines {
		own[i] = [4]string{l.Sub, l.Obj, l.Act, l.Eft}
	}
	here, err = m.Policies.Compile(own)
	return shared, here, err
}

// version stands in the form, so that two people at once do not undo each other's changes.
func version(lines []TenantPolicy) string {
	h := sha256.New()
	for _, l := range lines {
		fmt.Fprintln(h, l.Sub, l.Obj, l.Act, l.Eft)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Set makes a role hold exactly the wanted ones of the offered permissions; since is the version that was looked at.
func (m *Module) Set(ctx context.Context, name, since string, wanted []string) error {
	return m.change(ctx, name, func(_ *authz.Table, r role) ([]string, error) {
		if since != r.Version {
			return nil, fault.Conflict("roles.error.stale")
		}
		return wanted, nil
	})
}

// Reset gives a role back what the shared policy says.
func (m *Module) Reset(ctx context.Context, name string) error {
	return m.change(ctx, name, func(_ *authz.Table, r role) ([]string, error) { return r.Shared, nil })
}

func (m *Module) change(ctx context.Context, name string, want func(here *authz.Table, r role) ([]string, error)) error {
	if err := authz.Can(ctx, permission, authz.Resource{}).Err(); err != nil {
		return err
	}
	if !slices.Contains(Editable(), name) {
		return fault.NotFound("roles.error.unknown")
	}
	tenantID := ""
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		tenantID = tx.ID()
		list, lines, err := m.load(ctx, tx, name)
		if err != nil {
			return err
		}
		shared, before, err := m.tables(lines)
		if err != nil {
			return err
		}
		r := list[0]
		wanted, err := want(before, r)
		if err != nil {
			return err
		}
		differences := Differences(shared, name, r.Offered, wanted)
		if err := replaceLines(ctx, tx, name, differences); err != nil {
			return err
		}
		if lines, err = listLines(ctx, tx); err != nil {
			return err
		}
		_, after, err := m.tables(lines)
		if err != nil {
			return err
		}
		if err := Check(authz.From(ctx), before, after, name, r.Offered, wanted); err != nil {
			return err
		}
		return m.Audit(ctx, tx, "role.change", subject.Ref{Kind: "role", ID: name}, said(before, after, name, r.Offered))
	})
	if err != nil {
		return err
	}
	return m.Changed(ctx, tenantID)
}

// said is what changed, for the record.
func said(before, after *authz.Table, name string, offered []string) map[string]any {
	var given, taken []string
	for _, p := range offered {
		switch was, is := before.Role(name, p), after.Role(name, p); {
		case is && !was:
			given = append(given, p)
		case was && !is:
			taken = append(taken, p)
		}
	}
	return map[string]any{"given": strings.Join(given, " "), "taken": strings.Join(taken, " ")}
}
