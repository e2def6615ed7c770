package demo

import (
	"context"
	"fmt"
	"time"

	"glas/cmd/glas/demo/content"
	"glas/internal/authz"
	"glas/internal/clock"
	"glas/modules/accounts"
	"glas/modules/cases"
	"glas/modules/clocks"
	"glas/modules/documents"
	"glas/modules/positions"
	"glas/modules/remarks"
	"glas/modules/reports"
	"glas/modules/texts"
	"glas/tenant"
)

// Past are modules that believe that it is what Clock shows, so that what happened earlier is done by the acts of the product and leaves
// exactly what they leave. They write no letters and wake no jobs.
type Past struct {
	Clock     *clock.Fixed
	DB        *tenant.DB
	Table     func(ctx context.Context) (*authz.Table, error)
	Texts     *texts.Module
	Remarks   *remarks.Module
	Positions *positions.Module
	Documents *documents.Module
	Reports   *reports.Module
	Cases     *cases.Module
	Clocks    *clocks.Module
}

// history does what happened in one municipality.
type history struct {
	*seeder
	past Past
	// town is the context of the municipality without anybody acting.
	town  context.Context
	table *authz.Table
	staff map[string]authz.Actor
}

// relive does everything that happened to a municipality after its rows are stored: what was remarked, answered, reported.
func (d Deps) relive(ctx context.Context, s *seeder) error {
	past, err := d.Past()
	if err != nil {
		return err
	}
	h := &history{seeder: s, past: past, town: ctx, staff: map[string]authz.Actor{}}
	h.past.Clock.Set(s.now)
	if h.table, err = past.Table(ctx); err != nil {
		return err
	}
	for _, one := range s.m.Staff {
		h.staff[one.Key] = authz.Actor{ID: s.bylines[one.Key].AuthorID, Name: one.Name, Email: s.address(one.Key), Kind: authz.Staff, Level: authz.LevelIdentity,
			Roles: []string{"administrator"}, DepartmentID: s.places["department:"+one.Department], Lang: s.m.Default}
	}
	if err := h.books(); err != nil {
		return fmt.Errorf("books: %w", err)
	}
	if err := h.cases(); err != nil {
		return fmt.Errorf("cases: %w", err)
	}
	return nil
}

// at is the context in which somebody acts at a moment. Whoever is not known by the key acts as a visitor.
func (h *history) as(key string, at time.Time) context.Context {
	h.past.Clock.Set(at)
	return authz.With(h.town, h.actor(key), h.table)
}

func (h *history) actor(key string) authz.Actor {
	if a, ok := h.staff[key]; ok {
		return a
	}
	by, ok := h.bylines[key]
	if !ok {
		return authz.Actor{Kind: authz.Visitor}
	}
	person := h.person(key)
	a := authz.Actor{ID: by.AuthorID, Name: person.Name, Email: h.address(person.Key), Kind: authz.Citizen, Level: levelOf(person.Level), BirthYear: person.Born, Lang: h.m.Default}
	if person.Area != "" {
		a.AreaIDs = []string{h.places["area:"+person.Area]}
	}
	if by.AuthorKind == accounts.AuthorAssociation {
		a.Kind, a.OrganisationID, a.OrganisationName = authz.Association, by.OrganisationID, by.AuthorName
	}
	return a
}

// person is the citizen with a key, or the one who speaks for the association with it.
func (h *history) person(key string) content.Person {
	for _, a := range h.m.Associations {
		if a.Key == key {
			key = a.Person
		}
	}
	for _, p := range h.m.People {
		if p.Key == key {
			return p
		}
	}
	return content.Person{}
}

// administrator is the key of who leads the municipality's work.
func (h *history) administrator() string {
	for _, one := range h.m.Staff {
		if one.Role == "administrator" {
			return one.Key
		}
	}
	return ""
}
