package remarks

import (
	"context"
	"fmt"
	"testing"
	"time"

	"glas/internal/blob"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/mail"
	"glas/internal/subject"
	"glas/internal/web/webtest"
	"glas/modules/accounts"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/departments"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// act is a text with two articles; it counts what it is told.
type act struct {
	ref     subject.Ref
	cons    string
	counted map[string]int
	blocks  map[string]string
}

func (a *act) Target(_ context.Context, tx *tenant.Tx, textID string) (Target, error) {
	if textID != a.ref.ID || tx.Tenant().Slug != "kamnik" {
		return Target{}, fault.NotFound("common.error.not_found")
	}
	return Target{Ref: a.ref, ConsultationID: a.cons, Title: "Odlok o parkiranju", Path: "/consultations/odlok", Visible: true}, nil
}

func (a *act) Block(_ context.Context, _ *tenant.Tx, _, block string) (BlockInfo, error) {
	words, ok := a.blocks[block]
	if !ok {
		return BlockInfo{}, fault.NotFound("common.error.not_found")
	}
	return BlockInfo{Key: block, Label: "7. člen " + block, Text: words, VersionID: "v1", Path: "/texts/t#" + block}, nil
}

func (a *act) Remarked(_ context.Context, _ *tenant.Tx, _ string, blocks map[string]int) error {
	for block, n := range blocks {
		a.counted[block] += n
	}
	return nil
}

// town is a municipality with an open consultation on an act.
type town struct {
	*tenanttest.World
	m                  *Module
	act                *act
	c                  *consultations.Consultation
	ana, bor, eva, oto context.Context
	anaID, borID       string
}

func each(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newTown(w)) }, New(Deps{}).Subscriptions())
}

const roads = "d-roads"

func newTown(w *tenanttest.World) *town {
	t := &town{World: w, anaID: id.New(), borID: id.New()}
	store, err := blob.NewFolder(w.T.TempDir())
	if err != nil {
		w.T.Fatal(err)
	}
	t.act = &act{ref: subject.Ref{Kind: "text", ID: id.New()}, counted: map[string]int{}, blocks: map[string]string{"a": "Parkiranje stane en evro na uro.", "b": "Občina lahko določi izjeme."}}
	cons := consultations.New(consultations.Deps{DB: w.DB})
	t.m = New(Deps{DB: w.DB, Clock: w.Clock, Consultations: cons, Hosts: map[string]Host{"text": t.act}, Files: attachments.New(attachments.Deps{DB: w.DB, Store: store}),
		Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" },
		Places: func(context.Context, *tenant.Tx, string) ([]PlaceOption, error) {
			return []PlaceOption{{Anchor: Anchor{Ref: t.act.ref, Block: "a"}, Label: "7. člen a"}, {Anchor: Anchor{Ref: t.act.ref, Block: "b"}, Label: "7. člen b"}}, nil
		}})
	cons.Plug(t.m)
	t.ana, t.bor = w.Citizen(w.A, t.anaID, "Ana Novak"), w.Citizen(w.A, t.borID, "Bor Kos")
	t.eva, t.oto = w.Staff(w.A, id.New(), "Eva Vidmar", "administrator"), w.Staff(w.A, id.New(), "Oto Kralj", "officer")
	t.people()
	t.c = t.consultation()
	t.act.cons = t.c.ID
	return t
}

func (t *town) people() {
	t.T.Helper()
	t.Update(t.eva, func(ctx context.Context, tx *tenant.Tx) error {
		for accountID, name := range map[string]string{t.anaID: "Ana Novak", t.borID: "Bor Kos"} {
			a := &accounts.Account{Key: tenant.Key{ID: accountID}, Name: name, Email: name[:3] + "@person.example", VerifiedAt: tx.Now(), Lang: "sl", PseudonymKey: "k" + name[:1],
				AreaIDs: []string{}, Groups: []string{}, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
			if _, err := tx.Insert(a).Exec(ctx); err != nil {
				return err
			}
		}
		d := &departments.Department{Name: i18n.Text{"sl": "Urad za promet"}, Slug: "roads"}
		d.ID = roads
		return departments.Insert(ctx, tx, d)
	})
}

// consultation began a week ago and ends on 12 December at the end of the day.
func (t *town) consultation() *consultations.Consultation {
	t.T.Helper()
	now := t.Clock.Now()
	zone := t.A.Zone()
	end := consultations.EndOfDay(now.AddDate(0, 0, 21), zone)
	c := &consultations.Consultation{Key: tenant.Key{ID: id.New()}, Slug: "odlok", Title: i18n.Text{"sl": "Odlok o prometu", "en": "Traffic act"}, State: consultations.Published,
		PublishedAt: now.AddDate(0, 0, -7), StartsAt: now.AddDate(0, 0, -7), EndsAt: end, AnswerBy: end.AddDate(0, 0, 30), TopicIDs: []string{}, LinkedIDs: []string{},
		Milestones: []consultations.Milestone{}, RowVersion: 1, CreatedAt: now, UpdatedAt: now}
	c.Phases = []*consultations.Phase{{ID: id.New(), Title: i18n.Text{"sl": "Pripombe"}, StartsAt: c.StartsAt, EndsAt: c.EndsAt,
		Switches: consultations.Switches{Pseudonyms: true, Moderation: "none", Methods: map[string]jsonRaw{"remark": jsonRaw("{}")}}}}
	t.Update(t.eva, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Insert(c).Exec(ctx)
		return err
	})
	return c
}

// moderated sets what waits for a moderator.
func (t *town) moderated(mode string) {
	t.T.Helper()
	t.c.Phases[0].Switches.Moderation = mode
	t.Update(t.eva, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Update(t.c).Column("phases").WherePK().Exec(ctx)
		return err
	})
}

func (t *town) draft(block, body string) Draft {
	return Draft{Anchor: Anchor{Ref: t.act.ref, Block: block}, Words: Words{Body: body}}
}

func (t *town) send(ctx context.Context, block, body string) *Remark {
	t.T.Helper()
	t.Clock.Add(time.Second)
	r, err := t.m.Send(ctx, t.draft(block, body))
	if err != nil {
		t.T.Fatalf("send %q: %v", body, err)
	}
	return r
}

// row reads a remark behind the doors.
func (t *town) row(remarkID string) (r *Remark) {
	t.T.Helper()
	t.View(t.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		r, err = stored.Find(ctx, tx, remarkID)
		return err
	})
	return r
}

// letters are what was mailed, the newest first.
func (t *town) letters() []mail.Stored {
	t.T.Helper()
	list, err := mail.Recent(context.Background(), t.Raw.Read, t.A.ID, 100)
	if err != nil {
		t.T.Fatal(err)
	}
	return list
}

func (t *town) entry(ref, body string) Entry {
	return Entry{Anchor: Anchor{Ref: t.act.ref, Block: "a"}, Words: Words{Body: body}, Channel: Letter, Source: "Dopis 351-12", ReceivedAt: t.Clock.Now().Add(-24 * time.Hour), ExternalID: ref}
}

// bulk enters n remarks from elsewhere.
func (t *town) bulk(n int) {
	t.T.Helper()
	list := make([]Entry, n)
	for i := range list {
		list[i] = t.entry(fmt.Sprint("x", i), fmt.Sprintf("Pripomba številka %d: parkirnina naj bo nižja za prebivalce ulice %d.", i, i%97))
		list[i].Association, list[i].PublicName = i%10 == 0, fmt.Sprint("Oseba ", i)
	}
	if _, err := t.m.EnterMany(t.eva, t.c.ID, list); err != nil {
		t.T.Fatal(err)
	}
}

func work(d Disposition, reason string, version int64) Work {
	w := Work{Disposition: d, Reason: i18n.Text{}, DepartmentID: roads, Version: version}
	if reason != "" {
		w.Reason["sl"] = reason
	}
	return w
}

func (t *town) answer(ctx context.Context, r *Remark, w Work) {
	t.T.Helper()
	w.Version = t.row(r.ID).RowVersion
	t.Clock.Add(time.Second)
	if _, err := t.m.Answer(ctx, r.ID, w); err != nil {
		t.T.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != kind || err == nil {
		t.Fatalf("error is %v, want %s", err, kind)
	}
}

// serve gives browsers of people at the site.
func (t *town) serve() func(who string) *webtest.Client {
	t.T.Helper()
	return t.Serve(tenanttest.People(map[string]context.Context{"ana": t.ana, "bor": t.bor, "eva": t.eva, "oto": t.oto}), t.m, t.m.Consultations).As
}
