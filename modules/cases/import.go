package cases

import (
	"context"

	"glas/modules/cases/internal/bring"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/places"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// What an import works with.
type (
	// Imported is one case of another system.
	Imported = bring.Case
	// Done counts what an import did.
	Done = bring.Done
)

// Import brings cases of another system in, each once: what is known by its external id follows the other system when it changed there.
// Nobody is written to.
func (m *Module) Import(ctx context.Context, tx *tenant.Tx, rows []Imported) (Done, error) {
	n, err := listed.LoadNames(ctx, tx)
	if err != nil {
		return Done{}, err
	}
	return bring.Import(ctx, tx, n, rows)
}

// Settle is called once after many cases came in: the database learns where they lie.
func (m *Module) Settle(ctx context.Context, tx *tenant.Tx) error { return places.Learn(ctx, tx) }

// TopicIDs are the topics of cases by their names in all languages and by their slugs.
func (m *Module) TopicIDs(ctx context.Context, tx *tenant.Tx) (map[string]string, error) {
	topics, err := stored.Topics(ctx, tx)
	out := map[string]string{}
	for _, t := range topics {
		out[t.Slug] = t.ID
		for _, name := range t.Name {
			out[name] = t.ID
		}
	}
	return out, err
}

// AddTopic adds a topic that cases brought in are about.
func (m *Module) AddTopic(ctx context.Context, tx *tenant.Tx, name, slug string, position int) (string, error) {
	tx.AfterCommit(func() { m.names.Forget(tx.ID()) })
	return bring.AddTopic(ctx, tx, name, slug, position)
}

// Kinds are the kinds of case that exist.
func Kinds() []string { return stored.Kinds() }

// StateOf reads how another system says that a case stands: its own words, or those in common use. False when they are unknown.
func StateOf(words string) (stored.State, bool) { return bring.StateOf(words) }

// Closed reports whether a state is the end of a case.
func Closed(s stored.State) bool { return s.Group() == stored.GroupClosed }
