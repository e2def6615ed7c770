package cases

import (
	"context"
	"maps"
	"time"

	"glas/internal/job"
	"glas/internal/web"
	"glas/modules/cases/internal/alerts"
	"glas/modules/cases/internal/feedback"
	"glas/modules/cases/internal/field"
	"glas/modules/cases/internal/figures"
	"glas/modules/cases/internal/mailbox"
	"glas/modules/cases/internal/open311"
	"glas/modules/cases/internal/upkeep"
	"glas/tenant"
)

// way is a part of the cases that has pages and work of its own: the mailbox, opinions, alerts, the field team.
type way interface {
	Routes() []web.Route
	Jobs() map[string]job.Handler
	Periodic() map[string]time.Duration
}

func (m *Module) newWays() []way {
	box := &mailbox.Module{DB: m.DB, Acts: m.acts, Clock: m.Clock, Boxes: m.Mailboxes}
	m.acts.Post = box.Post
	return []way{m.newDesk(), m.newSetup(), box, &field.Module{DB: m.DB, Acts: m.acts}, &alerts.Module{DB: m.DB, Acts: m.acts, Proposals: m.Proposals}, &upkeep.Module{Acts: m.acts}, &feedback.Module{DB: m.DB, Acts: m.acts},
		&open311.Server{DB: m.DB, Acts: m.acts, Names: m.names, Clock: m.Clock, Secret: m.Secret, Private: m.PrivateEndpoints}, &figures.Module{DB: m.DB, Names: m.names, Clock: m.Clock}}
}

// What alerts around a place tell beside cases: where proposals are looked for, what is found, and by whom.
type (
	AlertSearch = alerts.Search
	AlertFind   = alerts.Find
	AlertSource = alerts.Source
)

// Mailboxes are the addresses at which municipalities take e-mail, by their short name.
type Mailboxes = map[string]mailbox.Box

// ReadMailboxes reads them from the settings of the program (TOML).
func ReadMailboxes(s string) (Mailboxes, error) { return mailbox.ReadBoxes(s) }

func (m *Module) wayRoutes() (all []web.Route) {
	for _, w := range m.ways {
		all = append(all, w.Routes()...)
	}
	return all
}

func (m *Module) wayJobs(all map[string]job.Handler) map[string]job.Handler {
	for _, w := range m.ways {
		jobs := w.Jobs()
		if _, law := w.(*upkeep.Module); !law { // what must be forgotten is, also where cases are switched off
			for kind := range w.Periodic() {
				jobs[kind] = whileOn(jobs[kind])
			}
		}
		maps.Copy(all, jobs)
	}
	return all
}

// whileOn does a job only where cases are switched on: nobody is written to about what has no page.
func whileOn(do job.Handler) job.Handler {
	return func(ctx context.Context, j job.Job) error {
		if t := tenant.From(ctx); t != nil && !t.Offers(Kind) {
			return nil
		}
		return do(ctx, j)
	}
}

func (m *Module) wayPeriods(all map[string]time.Duration) map[string]time.Duration {
	for _, w := range m.ways {
		maps.Copy(all, w.Periodic())
	}
	return all
}

// wayMenu are the entries of those parts that have pages in a menu.
func (m *Module) wayMenu(all []web.MenuItem) []web.MenuItem {
	for _, w := range m.ways {
		if with, ok := w.(interface{ Menu() []web.MenuItem }); ok {
			all = append(all, with.Menu()...)
		}
	}
	return all
}
