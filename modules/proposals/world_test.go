package proposals

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/blob"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/web/webtest"
	"glas/modules/attachments"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/follows"
	"glas/modules/proposals/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// town is a municipality with one open consultation that takes proposals, comments and supports.
type town struct {
	*tenanttest.World
	m             *Module
	votes         *votes.Module
	comments      *comments.Module
	c             *consultations.Consultation
	phase         *consultations.Phase
	ana, bor, eva context.Context
	anaID, borID  string
}

// joiner is the wiring of the program in short.
type joiner struct{ t *town }

func (j joiner) JoinVotes(ctx context.Context, tx *tenant.Tx, from, to subject.Ref) error {
	return j.t.votes.Join(ctx, tx, from, to)
}

func (j joiner) MoveComments(ctx context.Context, tx *tenant.Tx, from, to subject.Ref) error {
	return j.t.comments.Move(ctx, tx, from, to)
}

func each(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newTown(w)) })
}

func newTown(w *tenanttest.World) *town {
	t := &town{World: w, anaID: id.New(), borID: id.New()}
	store, err := blob.NewFolder(w.T.TempDir())
	if err != nil {
		w.T.Fatal(err)
	}
	t.comments = comments.New(comments.Deps{DB: w.DB, Hosts: map[string]comments.Host{}})
	t.votes = votes.New(votes.Deps{DB: w.DB, Clock: w.Clock, Hosts: map[string]votes.Host{}})
	cons := consultations.New(consultations.Deps{DB: w.DB, Discussion: t.comments, Follow: follows.Button})
	t.m = New(Deps{DB: w.DB, Clock: w.Clock, Consultations: cons, Comments: t.comments, Files: attachments.New(attachments.Deps{DB: w.DB, Store: store}), Join: joiner{t}})
	cons.Plug(t.m)
	t.comments.Hosts[Kind], t.votes.Hosts[Kind] = t.m, t.m
	t.ana, t.bor = w.Citizen(w.A, t.anaID, "Ana Novak"), w.Citizen(w.A, t.borID, "Bor Kos")
	t.eva = w.Staff(w.A, id.New(), "Eva Vidmar", "administrator")
	t.c, t.phase = t.consultation(t.eva, "center", consultations.Switches{Proposals: true, Comments: true, Votes: consultations.VoteRule{Kind: "support"}})
	return t
}

// consultation makes one that began a week ago and lasts three more.
func (t *town) consultation(ctx context.Context, slug string, s consultations.Switches) (*consultations.Consultation, *consultations.Phase) {
	t.T.Helper()
	now := t.Clock.Now()
	c := &consultations.Consultation{Key: tenant.Key{ID: id.New()}, Slug: slug, Title: i18n.Text{"sl": "Prenova središča", "el": "Κέντρο"}, State: consultations.Published,
		PublishedAt: now.AddDate(0, 0, -7), StartsAt: now.AddDate(0, 0, -7), EndsAt: now.AddDate(0, 0, 21), TopicIDs: []string{}, LinkedIDs: []string{},
		Milestones: []consultations.Milestone{}, RowVersion: 1, CreatedAt: now, UpdatedAt: now}
	p := &consultations.Phase{ID: id.New(), Title: i18n.Text{"sl": "Predlogi"}, StartsAt: c.StartsAt, EndsAt: c.EndsAt, Switches: s}
	c.Phases = []*consultations.Phase{p}
	t.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Insert(c).Exec(ctx)
		return err
	})
	return c, p
}

// rules changes the switches of the running phase.
func (t *town) rules(change func(s *consultations.Switches)) {
	t.T.Helper()
	change(&t.phase.Switches)
	t.c.RowVersion++
	t.Update(t.eva, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Update(t.c).Column("phases", "row_version").WherePK().Exec(ctx)
		return err
	})
}

func input(title string) Input {
	return Input{Title: title, Body: "Tam ni sence, poleti je ulica prevroča za vse.", Lang: "sl"}
}

// propose publishes a proposal of who acts in ctx.
func (t *town) propose(ctx context.Context, title string) *Proposal {
	t.T.Helper()
	p, err := t.m.Publish(ctx, t.c.ID, input(title))
	if err != nil {
		t.T.Fatalf("publish %q: %v", title, err)
	}
	return p
}

// load reads a row again.
func (t *town) load(proposalID string) (p *Proposal) {
	t.T.Helper()
	t.View(t.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		p, err = stored.Find(ctx, tx, proposalID)
		return err
	})
	return p
}

// cons reads the consultation again.
func (t *town) cons() (c *consultations.Consultation) {
	t.T.Helper()
	t.View(t.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = consultations.Load(ctx, tx, t.c.ID)
		return err
	})
	return c
}

func (t *town) vote(ctx context.Context, p *Proposal, value string) {
	t.T.Helper()
	if _, err := t.votes.Cast(ctx, votes.Command{Ref: p.Ref(), Value: value}); err != nil {
		t.T.Fatalf("vote: %v", err)
	}
}

func (t *town) citizen(n int) context.Context {
	return t.Citizen(t.A, fmt.Sprintf("00000000-0000-7000-8000-%012d", n), fmt.Sprintf("Oseba %d", n))
}

// bulk brings n proposals in, many of them with equal counters and times.
func (t *town) bulk(n int) {
	t.T.Helper()
	rows := make([]Imported, n)
	for i := range rows {
		lat, lng := 46.2+float64(i%50)/1000, 14.6+float64(i/50)/1000
		rows[i] = Imported{ExternalID: fmt.Sprint("x", i), Title: fmt.Sprintf("Predlog številka %d za mesto", i), Body: "Besedilo predloga, ki ima dovolj črk.", Lang: "sl",
			Supports: int64(i % 3), Lat: &lat, Lng: &lng, CreatedAt: t.Clock.Now().Add(-time.Duration(i/10) * time.Hour)}
	}
	t.Update(t.eva, func(ctx context.Context, tx *tenant.Tx) error { return t.m.Import(ctx, tx, t.c.ID, rows) })
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != kind {
		t.Fatalf("error is %v, want %s", err, kind)
	}
}

// serve gives browsers of people at the site: ana, bor, eva, or a visitor.
func (t *town) serve() func(who string) *webtest.Client {
	t.T.Helper()
	s := t.Serve(tenanttest.People(map[string]context.Context{"ana": t.ana, "bor": t.bor, "eva": t.eva}), t.m, t.votes, t.comments, t.m.Consultations)
	s.Bind = func(ctx context.Context) context.Context {
		if outer := counting.Load(); outer != nil {
			return both{ctx, *outer}
		}
		return ctx
	}
	return s.As
}

func browserCookie(who string) *http.Cookie { return &http.Cookie{Name: "glas", Value: who} }

// counted sends a request whose statements are counted: the site takes the counter from the context that it is given.
func counted(ctx context.Context, app *fiber.App, r *http.Request) (*http.Response, error) {
	counting.Store(&ctx)
	defer counting.Store(nil)
	return app.Test(r, -1)
}

var counting atomic.Pointer[context.Context]

// both is a context with the values of another one beside its own.
type both struct {
	context.Context
	other context.Context
}

// Value implements context.Context.
func (b both) Value(key any) any {
	if v := b.Context.Value(key); v != nil {
		return v
	}
	return b.other.Value(key)
}
