package portal

import (
	"context"
	"errors"
	"fmt"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/mail"
	"glas/internal/subject"
	"glas/tenant"
)

// save stores the settings that a form holds and records which fields were changed.
func (m *Module) save(ctx context.Context, f *form.Form) error {
	old := tenant.From(ctx)
	if old.State != tenant.Active {
		return fault.Forbidden("common.error.read_only")
	}
	next, since, err := read(f, old)
	if err != nil {
		return err
	}
	changed := changes(old, next)
	if err := m.Directory.Save(ctx, next, since); errors.Is(err, tenant.ErrStale) {
		return fault.Conflict("portal.settings.stale").With(err)
	} else if err != nil {
		return err
	}
	return m.record(ctx, next, "settings.edit", map[string]any{"changed": changed})
}

// record writes an act on a municipality into its own record.
func (m *Module) record(ctx context.Context, t *tenant.Tenant, action string, data map[string]any) error {
	// The record is also written for a municipality that can only be read at the moment: that it became so is part of it.
	open := *t
	open.State = tenant.Active
	return m.DB.Update(tenant.With(ctx, &open), func(ctx context.Context, tx *tenant.Tx) error {
		return m.Audit(ctx, tx, action, subject.Ref{Kind: "municipality", ID: t.ID}, data)
	})
}

// turn opens or closes a municipality for use.
func (m *Module) turn(ctx context.Context, slug string, state tenant.State) error {
	old, err := m.bySlug(ctx, slug)
	if err != nil {
		return err
	}
	t := *old
	t.State = state
	if err := m.Directory.Save(ctx, &t, old.UpdatedAt); errors.Is(err, tenant.ErrStale) {
		return fault.Conflict("portal.operator.stale").With(err)
	} else if err != nil {
		return err
	}
	return m.record(ctx, &t, "settings.state", map[string]any{"from": string(old.State), "to": string(state)})
}

func (m *Module) bySlug(ctx context.Context, slug string) (*tenant.Tenant, error) {
	t, err := m.Directory.BySlug(ctx, slug)
	if errors.Is(err, tenant.ErrUnknown) {
		return nil, fault.NotFound("common.error.not_found")
	}
	return t, err
}

// letters lists the newest letters of a municipality, or those of the deployment for an empty slug. Whatever the outbox gives,
// a letter of another municipality is never among them.
func (m *Module) letters(ctx context.Context, slug string) ([]mail.Stored, error) {
	tenantID := ""
	if slug != "" {
		t, err := m.bySlug(ctx, slug)
		if err != nil {
			return nil, err
		}
		tenantID = t.ID
	}
	all, err := m.Mails(ctx, tenantID)
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	own := all[:0:0]
	for _, l := range all {
		if l.TenantID == tenantID {
			own = append(own, l)
		}
	}
	return own, nil
}

// firstStep is one thing that a new municipality does before its first consultation.
type firstStep struct {
	key, path string
	done      bool
}

// firstSteps lists what is to be done until there is a consultation, as far as who acts in ctx may do it.
func firstSteps(ctx context.Context, b Beginnings) []firstStep {
	if b.Consultations > 0 {
		return nil
	}
	var out []firstStep
	for _, s := range []struct {
		firstStep
		need string
	}{
		{firstStep{"departments", "/admin/departments", b.Departments > 0}, "department.edit"},
		{firstStep{"topics", "/admin/topics", b.Topics > 0}, "topic.edit"},
		{firstStep{"consultation", "/admin/consultations/new", false}, "consultation.create"},
		{firstStep{"people", "/admin/people", b.Staff > 1}, "role.grant"},
	} {
		if authz.Can(ctx, s.need, authz.Resource{}).Allowed {
			out = append(out, s.firstStep)
		}
	}
	return out
}
