package calendars

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/tenant"
)

// Load reads all calendars of the municipality, in three statements.
func Load(ctx context.Context, tx *tenant.Tx) (*Set, error) {
	s := &Set{zone: tx.Tenant().Zone(), country: tx.Tenant().Country, departments: map[string]string{}}
	if err := tx.Select(&s.rows).OrderExpr("?TableAlias.is_default DESC, ?TableAlias.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read calendars: %w", err)
	}
	if len(s.rows) == 0 || !s.rows[0].IsDefault {
		s.rows = append([]Calendar{usual(tx.Tenant().Country)}, s.rows...)
	}
	if err := tx.Select(&s.days).OrderExpr("?TableAlias.day").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read days of calendars: %w", err)
	}
	var own []CalendarDepartment
	if err := tx.Select(&own).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read calendars of departments: %w", err)
	}
	for _, d := range own {
		s.departments[d.ID] = d.CalendarID
	}
	return s, nil
}

// usual is the calendar of a municipality that stored none.
func usual(country string) Calendar {
	return Calendar{Week: usualWeek(country), Holidays: true, IsDefault: true}
}

// Of is the calendar with an ID, the default one for an empty ID.
func Of(ctx context.Context, tx *tenant.Tx, calendarID string) (*calendar.Calendar, error) {
	s, err := Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	return s.Of(calendarID)
}

// Options are the choices of a select: calendars in use, and the chosen ones. The default one has an empty value, so that a choice of
// it follows when another becomes the default.
func Options(ctx context.Context, tx *tenant.Tx, chosen ...string) ([]ui.Option, error) {
	s, err := Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	return s.Options(ctx, chosen...), nil
}

// Options are the choices of a select.
func (s *Set) Options(ctx context.Context, chosen ...string) []ui.Option {
	var out []ui.Option
	for _, c := range s.rows {
		o := ui.Option{Value: c.ID, Label: c.Label(ctx)}
		if c.IsDefault {
			o.Value = ""
		}
		for _, id := range chosen {
			o.Selected = o.Selected || id == o.Value
		}
		if !c.Archived || o.Selected {
			out = append(out, o)
		}
	}
	return out
}

// Label is the name of a calendar in the reader's language.
func (c *Calendar) Label(ctx context.Context) string {
	if c.Name.Empty() {
		return i18n.T(ctx, "calendars.default")
	}
	return c.Name.In(ctx)
}

func find(ctx context.Context, tx *tenant.Tx, calendarID string) (*Calendar, error) {
	c := new(Calendar)
	err := tx.Select(c).Where("?TableAlias.id = ?", calendarID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("calendars.error.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("find calendar: %w", err)
	}
	return c, nil
}

// write stores a calendar, and refuses one that somebody else changed since the given version; 0 adds it.
func write(ctx context.Context, tx *tenant.Tx, c *Calendar, version int64) error {
	c.RowVersion, c.UpdatedAt = version+1, tx.Now()
	if c.IsDefault {
		if _, err := tx.Update((*Calendar)(nil)).Set("is_default = ?", false).Where("?TableAlias.id <> ?", c.ID).Exec(ctx); err != nil {
			return fmt.Errorf("change the default calendar: %w", err)
		}
	}
	if version == 0 {
		if _, err := tx.Insert(c).Exec(ctx); err != nil {
			return fmt.Errorf("add calendar: %w", err)
		}
		return nil
	}
	res, err := tx.Update(c).WherePK().Where("?TableAlias.row_version = ?", version).Exec(ctx)
	if err != nil {
		return fmt.Errorf("change calendar: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(fault.Conflict("calendars.error.changed"), err)
	}
	return nil
}

// appoint has exactly these departments work by a calendar.
func appoint(ctx context.Context, tx *tenant.Tx, calendarID string, departments []string) error {
	if _, err := tx.Delete((*CalendarDepartment)(nil)).Where("?TableAlias.calendar_id = ?", calendarID).Exec(ctx); err != nil {
		return fmt.Errorf("clear departments of a calendar: %w", err)
	}
	for _, d := range departments {
		row := &CalendarDepartment{Key: tenant.Key{ID: d}, CalendarID: calendarID}
		if _, err := tx.Insert(row).On("CONFLICT (tenant_id, id) DO UPDATE").Set("calendar_id = EXCLUDED.calendar_id").Exec(ctx); err != nil {
			return fmt.Errorf("set the calendar of a department: %w", err)
		}
	}
	return nil
}

// put stores days, each in the place of what the same source said about it.
func put(ctx context.Context, tx *tenant.Tx, days []CalendarDay) error {
	for len(days) > 0 {
		n := min(len(days), 200)
		part := days[:n]
		_, err := tx.Insert(&part).On("CONFLICT (tenant_id, calendar_id, day, source) DO UPDATE").
			Set("kind = EXCLUDED.kind, windows = EXCLUDED.windows, until = EXCLUDED.until, label = EXCLUDED.label, updated_at = EXCLUDED.updated_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("store days of a calendar: %w", err)
		}
		days = days[n:]
	}
	return nil
}

func removeDay(ctx context.Context, tx *tenant.Tx, calendarID, day, source string) (bool, error) {
	res, err := tx.Delete((*CalendarDay)(nil)).
		Where("?TableAlias.calendar_id = ?", calendarID).Where("?TableAlias.day = ?", day).Where("?TableAlias.source = ?", source).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("remove a day of a calendar: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
