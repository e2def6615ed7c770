package calendars

import (
	"context"
	"errors"
	"fmt"

	"glas/internal/authz"
	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/tenant"
)

// change runs fn for those who may change calendars, and tells that they changed.
func (m *Module) change(ctx context.Context, calendarID, action string, data map[string]any, fn func(ctx context.Context, tx *tenant.Tx) error) error {
	if err := authz.Can(ctx, need, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		if m.Audit != nil {
			if err := m.Audit(ctx, tx, "calendar."+action, subject.Ref{Kind: kind, ID: calendarID}, data); err != nil {
				return err
			}
		}
		return tx.Announce(ctx, Changed{CalendarID: calendarID})
	})
}

// Save adds a calendar or changes the one with its ID, for exactly these departments. A week that never opens is refused, and so is a
// row version that is not the stored one.
func (m *Module) Save(ctx context.Context, c *Calendar, departments []string) error {
	if c.ID == "" {
		c.ID = id.New()
	}
	was := *c
	return m.change(ctx, c.ID, "save", map[string]any{"name": c.Name, "week": c.Week, "always": c.Always}, func(ctx context.Context, tx *tenant.Tx) error {
		*c = was // of an attempt before nothing stays
		if c.Name[tx.Tenant().Default()] == "" {
			return fault.InvalidField("name."+tx.Tenant().Default(), "val.required")
		}
		if len(c.Week) != 7 {
			return fault.InvalidField("week", "calendars.error.windows")
		}
		s, err := Load(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := s.make(c); errors.Is(err, calendar.ErrNeverOpen) {
			return fault.InvalidField("week", "calendars.error.never_open")
		} else if err != nil {
			return fmt.Errorf("try a calendar: %w", err)
		}
		if c.RowVersion > 0 {
			old, err := find(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			c.IsDefault = c.IsDefault || old.IsDefault // there is always one: another one takes it away
		}
		if s.rows[0].ID == "" && !c.IsDefault && c.RowVersion == 0 {
			return fault.InvalidField("default", "calendars.error.default_first")
		}
		if c.IsDefault && c.Archived {
			return fault.InvalidField("archived", "calendars.error.default_archived")
		}
		if err := write(ctx, tx, c, c.RowVersion); err != nil {
			return err
		}
		return appoint(ctx, tx, c.ID, departments)
	})
}

// SetDays says what is particular about days, in the place of what the same source said about them before.
func (m *Module) SetDays(ctx context.Context, days []CalendarDay) error {
	if len(days) == 0 {
		return nil
	}
	calendarID := days[0].CalendarID
	return m.change(ctx, calendarID, "days", map[string]any{"first": days[0].Day, "days": len(days), "source": days[0].Source}, func(ctx context.Context, tx *tenant.Tx) error {
		if calendarID != "" {
			if _, err := find(ctx, tx, calendarID); err != nil {
				return err
			}
		}
		for i := range days {
			days[i].ID, days[i].UpdatedAt = id.New(), tx.Now()
		}
		return put(ctx, tx, days)
	})
}

// RemoveDay takes back what staff or a file said about a day. A shipped holiday is taken away by saying that the day is ordinary.
func (m *Module) RemoveDay(ctx context.Context, calendarID string, date calendar.Date, source string) error {
	if source == Preset {
		return m.SetDays(ctx, []CalendarDay{{CalendarID: calendarID, Day: date.String(), Kind: Ordinary, Source: Manual}})
	}
	return m.change(ctx, calendarID, "day.remove", map[string]any{"day": date.String()}, func(ctx context.Context, tx *tenant.Tx) error {
		done, err := removeDay(ctx, tx, calendarID, date.String(), source)
		if err == nil && !done {
			return fault.NotFound("calendars.error.no_day")
		}
		return err
	})
}
