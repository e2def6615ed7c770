package departments

import (
	"context"

	"glas/internal/fault"
	"glas/internal/web/ui"
	"glas/modules/internal/named"
	"glas/tenant"
)

// list is what is particular about the list of departments.
var list = named.List[Department]{
	One: Kind, Many: "departments", Order: 405, Operation: "listDepartments", Summary: "Departments of the municipality", //i18n: departments.*
	Fields: (*Department).fields, Fill: (*Department).fill, Read: (*Department).read, Extra: extra,
}

func (d *Department) fields() named.Fields {
	return named.Fields{ID: &d.ID, Slug: &d.Slug, Name: &d.Name, Position: &d.Position, Archived: &d.Archived}
}

// All lists every department in the order that staff chose, archived ones too.
func All(ctx context.Context, tx *tenant.Tx) ([]Department, error) { return list.All(ctx, tx) }

// Find is one department, also when it is archived.
func Find(ctx context.Context, tx *tenant.Tx, id string) (*Department, error) {
	return list.Find(ctx, tx, id)
}

// Known complains about the field "department" unless there is a department of that id, or none is named.
func Known(ctx context.Context, tx *tenant.Tx, departmentID string) error {
	if departmentID == "" {
		return nil
	}
	_, err := Find(ctx, tx, departmentID)
	if fault.Is(err, fault.KindNotFound) {
		return fault.InvalidField("department", "val.choose")
	}
	return err
}

// Map is every department by its id.
func Map(ctx context.Context, tx *tenant.Tx) (map[string]Department, error) { return list.Map(ctx, tx) }

// Options are the choices of a select in the reader's language: those that are not archived, and the chosen one in any case.
func Options(ctx context.Context, tx *tenant.Tx, chosen ...string) ([]ui.Option, error) {
	return list.Options(ctx, tx, chosen...)
}

// Choices are the options of a select for departments that are loaded already.
func Choices(ctx context.Context, rows []Department, chosen ...string) []ui.Option {
	return list.Choices(ctx, rows, chosen...)
}

// Insert adds a department whose ID is set.
func Insert(ctx context.Context, tx *tenant.Tx, row *Department) error {
	return list.Insert(ctx, tx, row)
}
