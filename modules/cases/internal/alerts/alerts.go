// Package alerts tells people of new cases and proposals around a place: at most one letter a day, to an address that was confirmed by a button, without
// an account, and ended by one press.
//
// The decision bound here: only what everybody may see is told, at the place that everybody may know, and that is asked when the letter is
// written and not before.
package alerts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"glas/internal/fault"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/web"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/topics"
	"glas/tenant"
)

// Module is the alerts of all municipalities.
type Module struct {
	DB   *tenant.DB
	Acts *acts.Acts
	// Proposals are those that everybody may see at this moment; without it, only cases are told of.
	Proposals Source
}

// Search is where, when and by which topics of consultations proposals are looked for; all topics when there are none.
type Search struct {
	Box          geo.Box
	Topics       []string
	After, Until time.Time
	Limit        int
}

// Find is a proposal with a place. About is the consultation that it belongs to.
type Find struct {
	Title, About, Path, Place string
	Lat, Lng                  float64
}

// Source finds proposals, the newest first.
type Source func(ctx context.Context, tx *tenant.Tx, s Search) ([]Find, error)

// What an alert is of. The empty one is of those that were asked for when there were no others.
const (
	OfCases     = ""
	OfProposals = "proposal"
	OfAll       = "all"
)

// theme is what stands before the id of a consultation's topic among the topics of an alert; cases have topics of their own.
const theme = "theme:"

// The jobs of alerts.
const (
	TellJob  = "cases.alerts_tell"
	SweepJob = "cases.alerts_sweep"
)

const root = "/alerts"

// Bounds of an alert.
const (
	MetresMin, MetresMax = 100, 2000
	// usualMetres is what the form begins with.
	usualMetres = 500
	// perAddress is how many places one address may watch.
	perAddress = 10
	// unconfirmedDays is how long an address that nobody confirmed is kept.
	unconfirmedDays = 7
	// every is how often at most somebody is told. A little less than a day, so that the hour does not wander.
	every = 23 * time.Hour
	// atOnce is how many letters one run writes, casesMax how many cases a letter names, and how many proposals.
	atOnce, casesMax = 500, 20
)

// Radii are those that the form offers, in metres.
func Radii() []int64 { return []int64{100, 250, 500, 1000, 2000} }

// Routes are the form and the pages of the letters' links.
func (m *Module) Routes() []web.Route {
	const one = root + "/:token"
	writing := web.Limit{Name: "alert", N: 20, Per: 10 * time.Minute}
	return []web.Route{
		{Method: "GET", Path: root, Handle: m.form},
		{Method: "POST", Path: root, Handle: m.create, Limit: writing},
		{Method: "GET", Path: one, Handle: m.show},
		{Method: "POST", Path: one, Handle: m.press, Limit: writing},
		{Method: "POST", Path: one + "/stop", Handle: m.stop, FromOutside: true, Limit: web.Limit{Name: "unsubscribe", N: 60, Per: time.Minute}},
	}
}

// Menu leads to the form from the foot of every page and from somebody's own pages.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "casealerts.menu", Path: root, Area: web.AreaFooter, Order: 18}, {Label: "casealerts.menu", Path: root, Area: web.AreaAccount, Order: 35}}
}

// Jobs are the handlers of this package's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{TellJob: m.Tell, SweepJob: m.Sweep}
}

// Periodic says how often they are done.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{TellJob: time.Hour, SweepJob: 24 * time.Hour}
}

// Wish is what somebody wants to be told of.
type Wish struct {
	Email, Lang, Address string
	Lat, Lng             *float64
	Metres               int64
	// Of is OfCases, OfProposals or OfAll. Topics are those of cases, Themes those of proposals; none means all.
	Of             string
	Topics, Themes []string
}

// Create keeps a wish and writes the letter that asks to confirm it. An address that already watches enough is told nothing else than that
// a letter was sent, because who types it need not be its owner.
func (m *Module) Create(ctx context.Context, w Wish) error {
	address, err := mail.Address(w.Email)
	if err != nil {
		return fault.InvalidField("email", "val.email")
	}
	if w.Lat == nil || w.Lng == nil || !geo.Valid(*w.Lat, *w.Lng) {
		return fault.InvalidField("place", "casealerts.error.place")
	}
	w.Metres = min(max(w.Metres, MetresMin), MetresMax)
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		n, err := m.Acts.Names.Of(ctx, tx)
		if err != nil {
			return err
		}
		chosen, err := chosenOf(ctx, tx, n, w)
		if err != nil {
			return err
		}
		address := strings.ToLower(address)
		if held, err := countOf(ctx, tx, address); err != nil || held >= perAddress {
			return err
		}
		a := &CaseAlert{Email: address, Lang: w.Lang, Token: stored.NewToken(), Lat: w.Lat, Lng: w.Lng, Metres: w.Metres, Address: w.Address, Kind: w.Of, Topics: chosen, CreatedAt: tx.Now()}
		a.ID = id.New()
		if err := add(ctx, tx, a); err != nil {
			return err
		}
		return m.write(ctx, tx, a, "confirm", news{})
	})
	if err != nil {
		return fmt.Errorf("create alert: %w", err)
	}
	return nil
}

// chosenOf are the topics of a wish that exist.
func chosenOf(ctx context.Context, tx *tenant.Tx, n *listed.Names, w Wish) (out []string, err error) {
	for _, t := range w.Topics {
		if n.Topic(t) != nil {
			out = append(out, t)
		}
	}
	if len(w.Themes) == 0 {
		return out, nil
	}
	known, err := topics.Map(ctx, tx)
	for _, t := range w.Themes {
		if _, ok := known[t]; ok {
			out = append(out, theme+t)
		}
	}
	return out, err
}

// Confirm begins the letters; Stop ends them and forgets the address. Both may be done twice.
func (m *Module) Confirm(ctx context.Context, token string) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a, err := byToken(ctx, tx, token)
		if err != nil || !a.ConfirmedAt.IsZero() {
			return err
		}
		a.ConfirmedAt, a.LastAt = tx.Now(), tx.Now()
		return put(ctx, tx, a)
	})
}

// Stop ends an alert and forgets its address; one that is not there any more is ended already.
func (m *Module) Stop(ctx context.Context, token string) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a, err := byToken(ctx, tx, token)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return drop(ctx, tx, a)
	})
}

// Tell is the job that writes the letters that are due.
func (m *Module) Tell(ctx context.Context, _ job.Job) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		list, err := due(ctx, tx, tx.Now().Add(-every), atOnce)
		if err != nil {
			return err
		}
		n, err := m.Acts.Names.Of(ctx, tx)
		if err != nil {
			return err
		}
		for i := range list {
			a := &list[i]
			found, err := m.found(ctx, tx, n, a)
			if err != nil {
				return err
			}
			if !found.empty() {
				if err := m.write(ctx, tx, a, "news", found); err != nil {
					return err
				}
			}
			a.LastAt = tx.Now()
			if err := put(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sweep is the job that forgets addresses that nobody confirmed.
func (m *Module) Sweep(ctx context.Context, _ job.Job) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return purge(ctx, tx, tx.Now().AddDate(0, 0, -unconfirmedDays))
	})
}

// news is what a letter names.
type news struct {
	cases     []*stored.Case
	proposals []Find
}

func (n news) empty() bool { return len(n.cases)+len(n.proposals) == 0 }

// found is what appeared around an alert since it was last told.
func (m *Module) found(ctx context.Context, tx *tenant.Tx, n *listed.Names, a *CaseAlert) (out news, err error) {
	var ofCases, themes []string
	for _, t := range a.Topics {
		if id, is := strings.CutPrefix(t, theme); is {
			themes = append(themes, id)
		} else {
			ofCases = append(ofCases, n.Below(t)...)
		}
	}
	if a.Kind != OfProposals {
		if out.cases, err = near(ctx, tx, a, ofCases); err != nil {
			return out, err
		}
	}
	if a.Kind == OfCases || m.Proposals == nil {
		return out, nil
	}
	box := geo.Around(*a.Lat, *a.Lng, float64(a.Metres))
	out.proposals, err = m.Proposals(ctx, tx, Search{Box: box, Topics: themes, After: a.LastAt, Until: tx.Now(), Limit: 10 * casesMax})
	out.proposals = slices.DeleteFunc(out.proposals, func(f Find) bool { return geo.Distance(*a.Lat, *a.Lng, f.Lat, f.Lng) > float64(a.Metres) })
	out.proposals = out.proposals[:min(len(out.proposals), casesMax)]
	return out, err
}

// seen are those of the cases that everybody may see at this moment, within the radius by the place that everybody may know.
func seen(a *CaseAlert, rows []*stored.Case) (out []*stored.Case) {
	for _, c := range rows {
		s := stored.See(c, stored.Anybody)
		lat, lng, ok := s.PlaceFor(c)
		if s.Listed && ok && geo.Distance(*a.Lat, *a.Lng, lat, lng) <= float64(a.Metres) {
			out = append(out, c)
		}
	}
	return out
}

// placeWords say where an alert is for.
func placeWords(ctx context.Context, a *CaseAlert) string {
	where := a.Address
	if where == "" {
		where = fmt.Sprintf("%.4f, %.4f", *a.Lat, *a.Lng)
	}
	return i18n.T(ctx, "casealerts.place", "Where", where, "Metres", i18n.Number(ctx, int(a.Metres)))
}
