package positions

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/moderation"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// town has an open consultation and two associations with their representatives.
type town struct {
	*tenanttest.World
	m            *Module
	c            *consultations.Consultation
	fish, bikes  context.Context
	ana          context.Context
	fishID, anID string
}

func newTown(w *tenanttest.World) *town {
	cons := consultations.New(consultations.Deps{DB: w.DB})
	tw := &town{World: w, m: New(Deps{DB: w.DB, Consultations: cons}), anID: id.New()}
	cons.Plug(tw.m)
	tw.ana = w.Citizen(w.A, tw.anID, "Ana Novak")
	tw.fish, tw.fishID = tw.association("Ribiči")
	tw.bikes, _ = tw.association("Kolesarji")
	now := w.Clock.Now()
	tw.c = &consultations.Consultation{Key: tenant.Key{ID: id.New()}, Slug: "odlok", Title: i18n.Text{"sl": "Odlok"}, State: consultations.Published, PublishedAt: now.AddDate(0, 0, -7),
		StartsAt: now.AddDate(0, 0, -7), EndsAt: now.AddDate(0, 0, 21), TopicIDs: []string{}, LinkedIDs: []string{}, Milestones: []consultations.Milestone{}, RowVersion: 1, CreatedAt: now, UpdatedAt: now}
	tw.c.Phases = []*consultations.Phase{{ID: id.New(), Title: i18n.Text{"sl": "Razprava"}, StartsAt: tw.c.StartsAt, EndsAt: tw.c.EndsAt,
		Switches: consultations.Switches{Methods: map[string]json.RawMessage{"position": json.RawMessage(`{}`)}}}}
	w.Update(w.Staff(w.A, "staff", "Eva", "administrator"), func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Insert(tw.c).Exec(ctx)
		return err
	})
	return tw
}

// association is a verified one, and the context of its representative.
func (tw *town) association(name string) (context.Context, string) {
	tw.T.Helper()
	organisationID, accountID := id.New(), id.New()
	tw.Update(tw.Staff(tw.A, "staff", "Eva", "administrator"), func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Raw(`insert into organisations (tenant_id, id, name, kind, country, register, register_number, representative, state, applied_by, created_at)
			values (?, ?, ?, 'society', 'si', 'society', ?, 'Ana', 'verified', ?, ?)`, tx.ID(), organisationID, name, organisationID[:8]+name, accountID, tx.Now()).Exec(ctx)
		return err
	})
	a := authz.From(tw.Citizen(tw.A, accountID, "Zastopnik "+name))
	a.OrganisationID, a.OrganisationName = organisationID, name
	return tw.Ctx(tw.A, a), organisationID
}

func (tw *town) position(s Stance, title string) *Position {
	return &Position{Title: title, Text: strings.Repeat("Utemeljitev. ", 8), Stance: s, AdoptedBy: Board, AdoptedOn: tw.Clock.Now().AddDate(0, 0, -3).Truncate(24 * time.Hour),
		Signatories: []Signatory{{Name: "Ana Novak", Role: "predsednica"}}}
}

func (tw *town) adopt(ctx context.Context, s Stance, title string) *Position {
	tw.T.Helper()
	p := tw.position(s, title)
	if err := tw.m.Adopt(ctx, tw.c.ID, p, attachments.Batch{}); err != nil {
		tw.T.Fatal(err)
	}
	return p
}

func (tw *town) tally() (t Tally) {
	tw.T.Helper()
	tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) (err error) {
		t, err = tally(ctx, tx, tw.c.ID)
		return err
	})
	return t
}

func TestAnAssociationSpeaksOnceWithItsOwnVoice(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		tw := newTown(w)
		first := tw.adopt(tw.fish, Against, "Stališče ribičev")
		w.Clock.Add(time.Hour)
		second := tw.adopt(tw.fish, For, "Novo stališče ribičev")
		tw.adopt(tw.bikes, Neutral, "Stališče kolesarjev")
		if got, want := tw.tally(), (Tally{For: 1, Neutral: 1}); got != want {
			t.Errorf("counted %+v, want %+v", got, want)
		}
		if second.ReplacesID != first.ID || second.AuthorName != "Ribiči" || second.AuthorKind != "association" {
			t.Errorf("%+v", second)
		}
		visitor := tw.Serve(tenanttest.People(nil), tw.m, tw.m.Consultations).As("")
		for path, want := range map[string]string{"/consultations/odlok/positions": "Novo stališče ribičev", second.Path(): first.Path(), first.Path(): "Stališče ribičev",
			"/api/v1/consultations/odlok/positions": `"tally":{"for":1,"neutral":1,"against":0}`} {
			if res := visitor.Get(path); res.Status != http.StatusOK || !strings.Contains(res.Body, want) || strings.Contains(res.Body, "Zastopnik") {
				t.Errorf("%s: %d without %q, or with the name of who typed it", path, res.Status, want)
			}
		}
		if err := tw.m.Withdraw(tw.bikes, second.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another association withdraws: %v", err)
		}
		if err := tw.m.Withdraw(tw.fish, second.ID); err != nil || tw.tally().For != 0 {
			t.Errorf("withdrawing: %v", err)
		}
		if res := tw.Serve(tenanttest.People(nil), tw.m, tw.m.Consultations).As("").Get(second.Path()); res.Status != http.StatusNotFound {
			t.Errorf("a withdrawn position: %d", res.Status)
		}
	})
}

func TestWhoMayNotSpeakForAnAssociation(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		tw := newTown(w)
		adopt := func(ctx context.Context, change func(p *Position)) error {
			p := tw.position(For, "Stališče")
			if change != nil {
				change(p)
			}
			return tw.m.Adopt(ctx, tw.c.ID, p, attachments.Batch{})
		}
		if err := adopt(tw.ana, nil); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a citizen: %v", err)
		}
		for what, change := range map[string]func(p *Position){
			"adopted to-morrow":      func(p *Position) { p.AdoptedOn = tw.Clock.Now().AddDate(0, 0, 2) },
			"without signatories":    func(p *Position) { p.Signatories = nil },
			"too short":              func(p *Position) { p.Text = "Ne." },
			"without a stance":       func(p *Position) { p.Stance = "" },
			"adopted by nobody":      func(p *Position) { p.AdoptedBy = "king" },
			"an endless signature":   func(p *Position) { p.Signatories[0].Name = strings.Repeat("č", nameMax+1) },
			"twenty-one signatories": func(p *Position) { p.Signatories = make([]Signatory, signatoriesMost+1) },
		} {
			if err := adopt(tw.fish, change); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		w.Clock.Set(tw.c.EndsAt.Add(time.Microsecond))
		if err := adopt(tw.fish, nil); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestAHiddenPositionLeaksNowhere(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		tw := newTown(w)
		p := tw.adopt(tw.fish, Against, "Skrivno stališče")
		w.Update(w.Staff(w.A, "mod", "Mod", "moderator"), func(ctx context.Context, tx *tenant.Tx) error {
			return tw.m.Decide(ctx, tx, p.ID, moderation.Ruling{Verdict: moderation.Hide, Reason: "osebni podatki"})
		})
		if tw.tally().All() != 0 {
			t.Error("a hidden position is counted")
		}
		site := tw.Serve(tenanttest.People(map[string]context.Context{"fish": tw.fish}), tw.m, tw.m.Consultations)
		for _, path := range []string{p.Path(), "/consultations/odlok/positions", "/api/v1/consultations/odlok/positions"} {
			if res := site.As("").Get(path); strings.Contains(res.Body, "Skrivno") {
				t.Errorf("%s shows it: %d", path, res.Status)
			}
		}
		if res := site.As("fish").Get(p.Path()); !strings.Contains(res.Body, "osebni podatki") {
			t.Errorf("the association does not read why: %d", res.Status)
		}
		if err := tw.m.Adopt(tw.fish, tw.c.ID, tw.position(For, "Obvod"), attachments.Batch{}); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a way around the decision: %v", err)
		}
	})
}

func TestTheFormKeepsWhatWasTyped(t *testing.T) {
	w := tenanttest.New(t)
	tw := newTown(w)
	c := tw.Serve(tenanttest.People(map[string]context.Context{"fish": tw.fish}), tw.m, tw.m.Consultations).As("fish")
	res := c.Post("/consultations/odlok/positions", url.Values{"title": {"Naše stališče"}, "text": {"Prekratko"}, "signatories": {"Ana Novak, predsednica"}, "stance": {"against"}})
	if res.Status != http.StatusUnprocessableEntity && res.Status != http.StatusBadRequest {
		t.Errorf("%d", res.Status)
	}
	for _, want := range []string{"Naše stališče", "Prekratko", "Ana Novak, predsednica", `value="against" checked`} {
		if !strings.Contains(res.Body, want) {
			t.Errorf("%q was lost", want)
		}
	}
}
