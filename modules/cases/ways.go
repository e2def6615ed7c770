package cases

import (
	"maps"
	"time"

	"glas/internal/job"
	"glas/internal/web"
	"glas/modules/cases/internal/feedback"
)

// way is a part of the cases that has pages and work of its own: the mailbox, opinions, alerts, the field team.
type way interface {
	Routes() []web.Route
	Jobs() map[string]job.Handler
	Periodic() map[string]time.Duration
}

func (m *Module) newWays() []way {
	return []way{&feedback.Module{DB: m.DB, Acts: m.acts}}
}

func (m *Module) wayRoutes() (all []web.Route) {
	for _, w := range m.ways {
		all = append(all, w.Routes()...)
	}
	return all
}

func (m *Module) wayJobs(all map[string]job.Handler) map[string]job.Handler {
	for _, w := range m.ways {
		maps.Copy(all, w.Jobs())
	}
	return all
}

func (m *Module) wayPeriods(all map[string]time.Duration) map[string]time.Duration {
	for _, w := range m.ways {
		maps.Copy(all, w.Periodic())
	}
	return all
}
