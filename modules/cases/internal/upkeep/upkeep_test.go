package upkeep

import (
	"context"
	"strings"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// house is a municipality in which time passes.
type house struct {
	*tenanttest.World
	a        *acts.Acts
	m        *Module
	ana, eva context.Context
	topic    string
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		h := &house{World: w, ana: w.Citizen(w.A, id.New(), "Ana Novak"), eva: w.Staff(w.A, id.New(), "Eva Vidmar", "manager"), topic: id.New()}
		h.a = &acts.Acts{DB: w.DB, Names: listed.NewNameCache(), Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }}
		h.m = &Module{Acts: h.a}
		w.Update(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
			if err := stored.Add(ctx, tx, &stored.CaseKind{Key: tenant.Key{ID: id.New()}, Code: stored.Initiative, Name: i18n.Text{"sl": "Pobuda"}, Hint: i18n.Text{}, Support: true, Threshold: 20, SupportDays: 30}); err != nil {
				return err
			}
			if err := stored.Add(ctx, tx, &stored.CaseKind{Key: tenant.Key{ID: id.New()}, Code: stored.Defect, Name: i18n.Text{"sl": "Okvara"}, Hint: i18n.Text{}, Anonymous: true}); err != nil {
				return err
			}
			return stored.Add(ctx, tx, &stored.CaseTopic{Key: tenant.Key{ID: h.topic}, Slug: "park", Name: i18n.Text{"sl": "Parki"}, Hint: i18n.Text{}, Kinds: []string{}, Questions: []stored.Question{}, RetentionDays: 100})
		})
		fn(t, h)
	})
}

func (h *house) tell(ctx context.Context, kind, title string) *stored.Case {
	h.T.Helper()
	lat, lng := 46.2259, 14.6121
	c, err := h.a.Report(ctx, acts.Report{Kind: kind, TopicID: h.topic, Title: title, Body: "Ana Novak, 041 123 456, prosi za klop v parku.", Lang: "sl", Lat: &lat, Lng: &lng, Address: "Šutna 10", Email: "ana@person.example", Name: "Ana Novak"})
	if err != nil {
		h.T.Fatal(err)
	}
	return h.load(c.ID)
}

func (h *house) load(caseID string) (c *stored.Case) {
	h.T.Helper()
	h.View(h.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = stored.Find(ctx, tx, caseID)
		return err
	})
	return c
}

// pass lets days go by and does what is due.
func (h *house) pass(days int) {
	h.T.Helper()
	h.Clock.Set(h.Clock.Now().AddDate(0, 0, days))
	if err := h.m.Sweep(h.Visitor(h.A), job.Job{TenantID: h.A.ID, Payload: []byte("{}")}); err != nil {
		h.T.Fatal(err)
	}
}

// TestTooLittleSupportIsAnsweredOrExtended: initiatives below the threshold stayed open for ever.
func TestTooLittleSupportIsAnsweredOrExtended(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.tell(h.ana, stored.Initiative, "Klop v parku")
		if h.pass(29); h.load(c.ID).State != stored.Received {
			t.Fatal("closed before its time")
		}
		h.pass(2)
		got := h.load(c.ID)
		if got.State != stored.Answered || !strings.Contains(got.Answer["sl"], "20") || got.AnsweredAt.IsZero() {
			t.Errorf("after its time: %s, answer %q", got.State, got.Answer["sl"])
		}
		h.Update(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
			s, err := stored.Settings(ctx, tx)
			if err != nil {
				return err
			}
			s.Data[LapseKey] = LapseExtend
			return stored.PutSettings(ctx, tx, s)
		})
		h.a.Names = listed.NewNameCache()
		c = h.tell(h.ana, stored.Initiative, "Drevo v parku")
		h.pass(31)
		if got := h.load(c.ID); got.State != stored.Received || !got.SupportUntil.After(c.SupportUntil) {
			t.Errorf("not extended: %s until %v", got.State, got.SupportUntil)
		}
		if h.pass(31); h.load(c.ID).State != stored.Answered {
			t.Error("extended for ever")
		}
	})
}

// TestPeopleAreForgottenAfterTheDaysOfTheTopic: names, addresses, letters and what was typed stayed for ever.
func TestPeopleAreForgottenAfterTheDaysOfTheTopic(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.closed(h.tell(h.ana, stored.Defect, "Ana Novak prosi"))
		if h.pass(90); !h.load(c.ID).AnonymisedAt.IsZero() {
			t.Fatal("forgotten before its time")
		}
		h.pass(20)
		got := h.load(c.ID)
		if got.AnonymisedAt.IsZero() || got.ReporterID != "" || got.ReporterName != "" || !got.Shown || got.ShownBody() != "V parku ni klopi." || got.Answer["sl"] == "" {
			t.Errorf("after its time %+v", got)
		}
		h.nothingLeft(t, c.ID)
		was := got.RowVersion
		if h.pass(1); h.load(c.ID).RowVersion != was {
			t.Error("forgotten twice")
		}
	})
}

func (h *house) closed(c *stored.Case) *stored.Case {
	h.T.Helper()
	k := acts.Key{ID: c.ID}
	_, err := h.a.Triage(h.eva, k)
	if err == nil {
		_, err = h.a.EditPublic(h.eva, k, acts.Edit{Title: "Klop", Body: "V parku ni klopi.", Lang: "sl", Location: stored.Blurred})
	}
	if err == nil {
		_, err = h.a.Publish(h.eva, k)
	}
	if err == nil {
		_, err = h.a.Message(h.eva, k, "Spoštovana Ana Novak, hvala.")
	}
	if err == nil {
		_, err = h.a.Note(h.eva, k, "Poklicati Ano Novak.")
	}
	if err == nil {
		_, err = h.a.DraftAnswer(h.eva, k, acts.Draft{Body: i18n.Text{"sl": "Klop bo postavljena spomladi."}, Outcome: stored.Answered, Public: true})
	}
	if err == nil {
		c, err = h.a.PublishAnswer(h.eva, k, "")
	}
	if err != nil {
		h.T.Fatal(err)
	}
	return c
}

// nothingLeft looks for the person in everything that hangs on a case.
func (h *house) nothingLeft(t *testing.T, caseID string) {
	t.Helper()
	h.View(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
		for _, table := range append(hanging(), "cases") {
			column := "case_id"
			if table == "cases" {
				column = "id"
			}
			var rows []map[string]any
			if err := tx.Raw("select * from "+table+" where tenant_id = ? and "+column+" = ?", tx.ID(), caseID).Scan(ctx, &rows); err != nil {
				return err
			}
			for _, row := range rows {
				for name, v := range row {
					if b, ok := v.([]byte); ok {
						v = string(b)
					}
					s, _ := v.(string)
					for _, secret := range []string{"Novak", "041 123", "ana@person", authz.From(h.ana).ID, "Šutna 10"} {
						if strings.Contains(s, secret) {
							t.Errorf("%s.%s still says %q", table, name, s)
						}
					}
				}
			}
		}
		return nil
	})
}

// TestUnconfirmedAndSpamGo: what was never confirmed goes after a week, spam after thirty days.
func TestUnconfirmedAndSpamGo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lost := h.tell(h.Visitor(h.A), stored.Defect, "Nikoli potrjeno")
		spam := h.tell(h.ana, stored.Defect, "Kupite poceni")
		if _, err := h.a.Spam(h.eva, acts.Key{ID: spam.ID}); err != nil {
			t.Fatal(err)
		}
		there := func(caseID string) (ok bool) {
			h.View(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
				list, err := stored.FindMany(ctx, tx, []string{caseID})
				ok = len(list) == 1
				return err
			})
			return ok
		}
		if h.pass(6); !there(lost.ID) {
			t.Error("gone before a week")
		}
		if h.pass(2); there(lost.ID) {
			t.Error("still there after a week")
		}
		if h.pass(10); h.load(spam.ID).Title == "" {
			t.Error("spam gone before its time")
		}
		h.pass(20)
		if got := h.load(spam.ID); got.Title != "" || got.Number == "" {
			t.Errorf("spam after its time: %q, number %q", got.Title, got.Number)
		}
	})
}

// TestFollowersHearOfTheOtherAuthority: only the reporter was told that the authority to which a case was passed on had answered. Who could
// not read the answer is not told of it.
func TestFollowersHearOfTheOtherAuthority(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		water := id.New()
		h.Update(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return stored.Add(ctx, tx, &stored.ExternalBody{Key: tenant.Key{ID: water}, Name: i18n.Text{"sl": "Vodovod"}})
		})
		c := h.tell(h.ana, stored.Defect, "Puščanje vode")
		step := func(_ *stored.Case, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		step(h.a.Triage(h.eva, acts.Key{ID: c.ID}))
		step(h.a.Publish(h.eva, acts.Key{ID: c.ID}))
		h.Update(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := stored.AddFollower(ctx, tx, &stored.CaseFollower{CaseID: c.ID, Email: "vid@person.example", Lang: "sl", ConfirmedAt: tx.Now()})
			return err
		})
		step(h.a.Refer(h.eva, acts.Key{ID: c.ID}, water, "ni naše", "Zadevo smo odstopili vodovodu."))
		heard := func(public bool) (n int) {
			t.Helper()
			h.Clock.Add(time.Hour)
			step(h.a.BodyAnswer(h.eva, acts.Key{ID: c.ID}, acts.Heard{At: h.Clock.Now(), Body: "Okvara je odpravljena.", Public: public}))
			h.Jobs(h.m.Jobs())
			all, err := mail.Recent(context.Background(), h.Raw.Read, h.A.ID, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range all {
				if l.Kind == "cases.news_body_answer" && l.To == "vid@person.example" {
					n++
				}
			}
			return n
		}
		if n := heard(false); n != 0 {
			t.Errorf("%d letters about an answer that the follower may not read", n)
		}
		if n := heard(true); n != 1 {
			t.Errorf("%d letters about an answer that everybody may read", n)
		}
	})
}

// TestWaitingForAnotherAuthorityEnds: the day until which it was waited for another authority passed, and the case slept on.
func TestWaitingForAnotherAuthorityEnds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.tell(h.ana, stored.Defect, "Pušča voda")
		step := func(_ *stored.Case, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		water := id.New()
		h.Update(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: water}, Slug: "roads", Name: i18n.Text{"sl": "Ceste"}})
		})
		step(h.a.Assign(h.eva, acts.Key{ID: c.ID}, water, ""))
		step(h.a.Accept(h.eva, acts.Key{ID: c.ID}))
		step(h.a.Wait(h.eva, acts.Key{ID: c.ID}, "Čakamo na vodovod.", "", h.Clock.Now().AddDate(0, 0, 3)))
		if h.pass(2); h.load(c.ID).State != stored.WaitingExternal {
			t.Error("ended before its day")
		}
		if h.pass(2); h.load(c.ID).State != stored.InProgress {
			t.Errorf("after its day %s", h.load(c.ID).State)
		}
	})
}

// TestWhoIsConcernedIsTold: whoever was given a case or a task, whose department declined, or to whom the citizen wrote again, learned of it
// only by looking into the lists.
func TestWhoIsConcernedIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		roads, dan, hana := id.New(), id.New(), id.New()
		danCtx := h.Ctx(h.A, authz.Actor{ID: dan, Name: "Dan Cestar", Kind: authz.Staff, Roles: []string{"officer"}, DepartmentID: roads})
		h.Update(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: roads}, Slug: "roads", Name: i18n.Text{"sl": "Ceste"}, HeadID: hana})
		})
		told := func(want ...string) {
			t.Helper()
			h.Jobs(h.m.Jobs())
			var got []struct{ Event, Also string }
			h.View(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
				return tx.Raw("select event, also from follow_news where tenant_id = ? order by created_at, id", tx.ID()).Scan(ctx, &got)
			})
			var all []string
			for _, n := range got {
				all = append(all, strings.TrimPrefix(n.Event, "cases.news.")+" "+strings.Trim(n.Also, `[]" `))
			}
			if strings.Join(all, ", ") != strings.Join(want, ", ") {
				t.Errorf("told %v, want %v", all, want)
			}
			h.Clock.Add(time.Minute)
		}
		step := func(_ *stored.Case, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		c := h.tell(h.ana, stored.Defect, "Pušča voda")
		eva := authz.From(h.eva).ID
		step(h.a.Assign(h.eva, acts.Key{ID: c.ID}, roads, ""))
		told() // to a department: its list says so
		step(h.a.Decline(danCtx, acts.Key{ID: c.ID}, "Ni cesta."))
		told("declined " + eva)
		step(h.a.Assign(h.eva, acts.Key{ID: c.ID}, roads, dan))
		told("declined "+eva, "assigned "+dan)
		step(h.a.Accept(danCtx, acts.Key{ID: c.ID}))
		if _, err := h.a.AddTask(danCtx, acts.Key{ID: c.ID}, acts.Task{Title: "Zapri vodo", DepartmentID: roads, AssigneeID: hana}); err != nil {
			t.Fatal(err)
		}
		step(h.a.Reply(h.ana, c.ID, acts.Incoming{Body: "Voda še teče."}))
		told("declined "+eva, "assigned "+dan, "task "+hana, "replied "+dan)
	})
}
