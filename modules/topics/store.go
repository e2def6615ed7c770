package topics

import (
	"context"

	"glas/internal/web/ui"
	"glas/modules/internal/named"
	"glas/tenant"
)

// list is what is particular about the list of topics.
var list = named.List[Topic]{
	One: Kind, Many: "topics", Order: 410, Operation: "listTopics", Summary: "Topics of the municipality", //i18n: topics.*
	Fields: (*Topic).fields, Fill: (*Topic).fill, Read: (*Topic).read, Extra: extra,
}

func (t *Topic) fields() named.Fields {
	return named.Fields{ID: &t.ID, Slug: &t.Slug, Name: &t.Name, Position: &t.Position, Archived: &t.Archived, Icon: &t.Icon, Color: &t.Colour}
}

// All lists every topic in the order that staff chose, archived ones too.
func All(ctx context.Context, tx *tenant.Tx) ([]Topic, error) { return list.All(ctx, tx) }

// Map is every topic by its id.
func Map(ctx context.Context, tx *tenant.Tx) (map[string]Topic, error) { return list.Map(ctx, tx) }

// Options are the choices of a select in the reader's language: those that are not archived, and the chosen one in any case.
func Options(ctx context.Context, tx *tenant.Tx, chosen ...string) ([]ui.Option, error) {
	return list.Options(ctx, tx, chosen...)
}

// Choices are the options of a select for topics that are loaded already.
func Choices(ctx context.Context, rows []Topic, chosen ...string) []ui.Option {
	return list.Choices(ctx, rows, chosen...)
}

// Insert adds a topic whose ID is set.
func Insert(ctx context.Context, tx *tenant.Tx, row *Topic) error { return list.Insert(ctx, tx, row) }
