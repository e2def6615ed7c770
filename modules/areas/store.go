package areas

import (
	"context"

	"glas/internal/web/ui"
	"glas/modules/internal/named"
	"glas/tenant"
)

// list is what is particular about the list of areas.
var list = named.List[Area]{
	One: Kind, Many: "areas", Order: 415, Operation: "listAreas", Summary: "Areas of the municipality", //i18n: areas.*
	Fields: (*Area).fields, Fill: (*Area).fill, Read: (*Area).read, Saved: keepShape, Extra: extra,
}

func (a *Area) fields() named.Fields {
	return named.Fields{ID: &a.ID, Slug: &a.Slug, Name: &a.Name, Position: &a.Position, Archived: &a.Archived}
}

// All lists every area in the order that staff chose, archived ones too.
func All(ctx context.Context, tx *tenant.Tx) ([]Area, error) { return list.All(ctx, tx) }

// Map is every area by its id.
func Map(ctx context.Context, tx *tenant.Tx) (map[string]Area, error) { return list.Map(ctx, tx) }

// Options are the choices of a select in the reader's language: those that are not archived, and the chosen one in any case.
func Options(ctx context.Context, tx *tenant.Tx, chosen ...string) ([]ui.Option, error) {
	return list.Options(ctx, tx, chosen...)
}

// Choices are the options of a select for areas that are loaded already.
func Choices(ctx context.Context, rows []Area, chosen ...string) []ui.Option {
	return list.Choices(ctx, rows, chosen...)
}

// Insert adds an area whose ID is set.
func Insert(ctx context.Context, tx *tenant.Tx, row *Area) error { return list.Insert(ctx, tx, row) }
