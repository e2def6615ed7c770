package remarks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"glas/internal/mail"
	"glas/internal/subject"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/search"
	"glas/modules/accounts"
	"glas/modules/consultations"
	"glas/modules/documents"
	"glas/modules/moderation"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

type jsonRaw = json.RawMessage

func TestSending(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		d := w.draft("a", "Cena je previsoka za stanovalce.")
		d.Wording, d.Effects, d.Stance, d.Quote = "Parkiranje stane pol evra na uro.", "Manj avtomobilov na zelenicah.", Against, "en evro"
		r, err := w.m.Send(w.ana, d)
		if err != nil {
			t.Fatal(err)
		}
		if r.Name() != "2026/1" || r.State != Shown || r.Label != "7. člen a" || r.BlockText != w.act.blocks["a"] || r.VersionID != "v1" || r.Token == "" {
			t.Errorf("stored: %+v", r)
		}
		if w.act.counted["a"] != 1 {
			t.Errorf("the host counts %v", w.act.counted)
		}
		again, err := w.m.Send(w.ana, d)
		if err != nil || again.ID != r.ID {
			t.Errorf("the same twice is %v, %v", again, err)
		}
		list := w.letters()
		if len(list) != 1 || list[0].To != "Ana@person.example" || !strings.Contains(list[0].Text, "2026/1") || !strings.Contains(list[0].Text, r.ReceiptPath()) {
			t.Errorf("receipt: %+v", list)
		}
		_, err = w.m.Send(w.ana, w.draft("a", "x"))
		wantKind(t, err, fault.KindInvalid)
		same := w.draft("b", "")
		same.Wording = w.act.blocks["b"]
		_, err = w.m.Send(w.ana, same)
		wantKind(t, err, fault.KindInvalid)
		_, err = w.m.Send(w.Visitor(w.A), w.draft("a", "Nekaj bi rad povedal."))
		wantKind(t, err, fault.KindSignIn)
		_, err = w.m.Send(w.ana, w.draft("zzz", "Na nekaj, česar ni."))
		wantKind(t, err, fault.KindNotFound)
		long := w.draft("a", strings.Repeat("ž", stored.BodyMax))
		if _, err := w.m.Send(w.ana, long); err != nil {
			t.Errorf("%d letters: %v", stored.BodyMax, err)
		}
		_, err = w.m.Send(w.ana, w.draft("a", strings.Repeat("ž", stored.BodyMax+1)))
		wantKind(t, err, fault.KindInvalid)
	})
}

func TestConsultationWithoutText(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		r, err := w.m.Send(w.ana, Draft{Anchor: Anchor{Ref: w.c.Ref()}, Words: Words{Body: "Na splošno se strinjam."}, Pseudonym: true})
		if err != nil || r.Block != "" || r.AuthorName == "Ana Novak" {
			t.Fatalf("%+v, %v", r, err)
		}
		w.View(w.ana, func(ctx context.Context, tx *tenant.Tx) error {
			c, err := consultations.Load(ctx, tx, w.c.ID)
			if err != nil || c.ParticipantCount != 1 {
				t.Errorf("%d participants, %v", c.ParticipantCount, err)
			}
			tab, shown, err := w.m.Tab(ctx, tx, c)
			if !shown || tab.Action.Href == "" || !tab.Decision.Allowed {
				t.Errorf("tab %+v %v", tab, shown)
			}
			return err
		})
	})
}

// The last moment of the term counts and the first of the next day does not, in the zone of the municipality, also when the clocks change.
func TestTheLastMoment(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Ljubljana")
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []time.Time{time.Date(2026, 12, 12, 12, 0, 0, 0, zone), time.Date(2026, 10, 25, 12, 0, 0, 0, zone), time.Date(2027, 3, 28, 12, 0, 0, 0, zone), time.Date(2026, 12, 31, 12, 0, 0, 0, zone)} {
		each(t, func(t *testing.T, w *town) {
			end := consultations.EndOfDay(day, zone)
			w.c.StartsAt, w.c.EndsAt = end.AddDate(0, 0, -30), end
			w.c.Phases[0].StartsAt, w.c.Phases[0].EndsAt = w.c.StartsAt, end
			w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
				_, err := tx.Update(w.c).Column("phases", "starts_at", "ends_at").WherePK().Exec(ctx)
				return err
			})
			y, m, d := day.Date()
			w.Clock.Set(time.Date(y, m, d, 23, 59, 59, 900_000_000, zone))
			r, err := w.m.Send(w.ana, w.draft("a", "Še zadnji trenutek."))
			if err != nil || r.Year != y {
				t.Errorf("%s 23:59:59.9: %v", day.Format(time.DateOnly), err)
			}
			w.Clock.Set(time.Date(y, m, d+1, 0, 0, 0, 0, zone))
			_, err = w.m.Send(w.ana, w.draft("b", "Prepozno."))
			wantKind(t, err, fault.KindForbidden)
		})
	}
}

func TestNumbersHaveNoGaps(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		var group sync.WaitGroup
		errs := make(chan error, 40)
		for i := range 20 {
			group.Add(2)
			who := w.ana
			if i%2 == 1 {
				who = w.bor
			}
			go func() {
				defer group.Done()
				_, err := w.m.Send(who, w.draft("a", fmt.Sprintf("Pripomba %d hkrati z drugimi.", i)))
				errs <- err
			}()
			go func() { // stores a remark and gives up: its number must come back
				defer group.Done()
				err := w.DB.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
					r := &Remark{ConsultationID: w.c.ID, HostKind: "text", HostID: "x", Token: "t", Channel: Letter, ReceivedAt: tx.Now(), State: Shown}
					r.AuthorKind = accounts.AuthorCitizen
					if err := stored.Insert(ctx, tx, r); err != nil {
						return err
					}
					return errGaveUp
				})
				if !errors.Is(err, errGaveUp) {
					errs <- err
				}
			}()
		}
		group.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		n := int64(0)
		w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return stored.Walk(ctx, tx, w.c.ID, stored.Eye{Staff: true}, func(r *Remark) error {
				if n++; r.Number != n {
					t.Errorf("after %d comes %d", n-1, r.Number)
				}
				return nil
			})
		})
		if n != 20 {
			t.Errorf("%d remarks", n)
		}
		w.Clock.Set(time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)) // 2027 in Ljubljana
		r, err := w.m.Enter(w.eva, w.entry("", "Prišlo po novem letu."))
		if err != nil || r.Name() != "2027/1" {
			t.Errorf("in the new year: %v, %v", r, err)
		}
	})
}

var errGaveUp = errors.New("gave up")

func TestEditAndWithdraw(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		r := w.send(w.ana, "a", "Prvotno besedilo pripombe.")
		_, err := w.m.Edit(w.bor, r.Year, r.Number, Words{Body: "Tuje."}, 0)
		wantKind(t, err, fault.KindForbidden)
		_, err = w.m.Edit(w.ana, r.Year, r.Number, Words{Body: "Novo besedilo."}, 7)
		wantKind(t, err, fault.KindConflict)
		if _, err = w.m.Edit(w.ana, r.Year, r.Number, Words{Body: "Novo besedilo pripombe."}, 0); err != nil {
			t.Fatal(err)
		}
		if got := w.row(r.ID); got.Body != "Novo besedilo pripombe." || got.Revision != 1 || got.EditedAt.IsZero() {
			t.Errorf("edited: %+v", got)
		}
		w.Clock.Add(24 * time.Hour)
		_, err = w.m.Edit(w.ana, r.Year, r.Number, Words{Body: "Prepozno."}, 1)
		wantKind(t, err, fault.KindForbidden)
		if err := w.m.Withdraw(w.ana, r.Year, r.Number, "Premislil sem si"); err != nil {
			t.Fatal(err)
		}
		if w.act.counted["a"] != 0 || w.row(r.ID).State != Withdrawn {
			t.Errorf("withdrawn: %v %s", w.act.counted, w.row(r.ID).State)
		}
	})
}

func TestModeration(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.moderated("all")
		r := w.send(w.ana, "a", "Čaka na pregled.")
		if r.State != Waiting || w.act.counted["a"] != 0 || r.Number != 1 {
			t.Fatalf("waits: %+v %v", r, w.act.counted)
		}
		rule := func(v moderation.Verdict, shown int) {
			t.Helper()
			w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
				return w.m.Decide(ctx, tx, r.ID, moderation.Ruling{Verdict: v, Reason: "Žaljivo", Rule: "offensive"})
			})
			if w.act.counted["a"] != shown {
				t.Errorf("after %s the host counts %v", v, w.act.counted)
			}
		}
		rule(moderation.Approve, 1)
		rule(moderation.Hide, 0)
		rule(moderation.Restore, 1)
		rule(moderation.Remove, 0)
		if got := w.row(r.ID); got.State != Removed || got.Body != "" || got.Folded != "" || got.Number != 1 {
			t.Errorf("removed: %+v", got)
		}
	})
}

func TestAnsweringAndTelling(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		a, b := w.send(w.ana, "a", "Parkirnina naj bo nižja za stanovalce."), w.send(w.bor, "a", "Parkirnina naj bo nižja za stanovalce naše ulice.")
		e := w.entry("", "Pismo: parkirnina naj bo nižja.")
		e.Person = stored.Person{Name: "Cilka", Email: "cilka@person.example", Address: "Glavna 1"}
		c, err := w.m.Enter(w.eva, e)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.m.Answer(w.oto, a.ID, work(NotAccepted, "", 1))
		wantKind(t, err, fault.KindInvalid)
		_, err = w.m.Answer(w.ana, a.ID, work(Accepted, "", 1))
		wantKind(t, err, fault.KindForbidden)
		publishes := work(Accepted, "", 1)
		publishes.Publish = true
		_, err = w.m.Answer(w.oto, a.ID, publishes)
		wantKind(t, err, fault.KindForbidden)
		if n, err := w.m.GroupMany(w.eva, core.Choice{IDs: []string{a.ID, b.ID}}); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		stale := w.row(a.ID).RowVersion
		group := work(Partly, "Za stanovalce bo cena nižja zvečer.", stale)
		group.Group = true
		if _, err = w.m.Answer(w.oto, a.ID, group); err != nil {
			t.Fatal(err)
		}
		_, err = w.m.Answer(w.eva, a.ID, work(Noted, "Vzeto na znanje, hvala.", stale))
		wantKind(t, err, fault.KindConflict)
		if got := w.row(b.ID); got.Disposition != Partly || got.PublicAnswer != nil || got.DecidedByName != "Oto Kralj" {
			t.Errorf("the group: %+v", got)
		}
		w.answer(w.eva, c, work(Accepted, "", 0))
		before := len(w.letters())
		n, err := w.m.PublishMany(w.eva, core.Choice{Filter: &stored.Filter{ConsultationID: w.c.ID, Eye: stored.Eye{Staff: true}}})
		if n != 3 || err != nil {
			t.Fatalf("published %d, %v", n, err)
		}
		w.Jobs(w.m.Jobs())
		list := w.letters()
		to := map[string]string{}
		for _, l := range list[:len(list)-before] {
			to[l.To] += l.Text
		}
		if len(to) != 3 || !strings.Contains(to["Bor@person.example"], "Za stanovalce bo cena nižja zvečer.") || !strings.Contains(to["cilka@person.example"], "Upoštevano") {
			t.Errorf("told: %v", to)
		}
		if n, _ := w.m.PublishMany(w.eva, core.Choice{IDs: []string{a.ID, b.ID, c.ID}}); n != 0 {
			t.Errorf("published %d again", n)
		}
		w.Jobs(w.m.Jobs())
		if len(w.letters()) != len(list) {
			t.Error("somebody was told twice")
		}
	})
}

func TestTwoOfficersAndTotals(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.bulk(20)
		due := w.Clock.Now().Add(-time.Hour)
		department := roads
		n, err := w.m.AssignMany(w.eva, core.Choice{Filter: &stored.Filter{ConsultationID: w.c.ID, Eye: stored.Eye{Staff: true}, Kind: "association"}}, core.Assignment{DepartmentID: &department, Due: &due})
		if n != 2 || err != nil {
			t.Fatal(n, err)
		}
		w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			totals, err := TotalsOf(ctx, tx, w.c.ID)
			if totals.All != 20 || totals.Associations != 2 || totals.Citizens != 18 || totals.Overdue != 2 || totals.ByChannel[Letter] != 20 {
				t.Errorf("%+v", totals)
			}
			list, _, err2 := stored.List(ctx, tx, stored.Filter{ConsultationID: w.c.ID, Eye: stored.Eye{Staff: true}, Work: stored.WorkOverdue, DepartmentID: roads})
			if len(list) != 2 {
				t.Errorf("%d overdue", len(list))
			}
			found, _ := stored.Number(ctx, tx, stored.Filter{ConsultationID: w.c.ID, Eye: stored.Eye{Staff: true}, Text: "STEVILKA 13"})
			if found != 1 {
				t.Errorf("%d found by folded words", found)
			}
			return errors.Join(err, err2)
		})
		again, err := w.m.EnterMany(w.eva, w.c.ID, []Entry{w.entry("x3", "Drugič isto pismo."), w.entry("x99", "Novo pismo od občana.")})
		if again != 1 || err != nil {
			t.Errorf("imported again: %d, %v", again, err)
		}
	})
}

// Somebody with several remarks got a letter for each when a document was replaced.
func TestOneLetterAsksAboutAllRemarksOfAPerson(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		a, b := w.send(w.ana, "a", "K členu a imam pripombo."), w.send(w.ana, "b", "K členu b imam pripombo.")
		w.send(w.bor, "b", "Tudi jaz imam pripombo.")
		w.Jobs(w.m.Jobs())
		before := len(w.letters())
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			if authors, err := Authors(ctx, tx, w.c.ID); err != nil || len(authors) != 2 {
				t.Errorf("authors %v: %v", authors, err)
			}
			fresh := &documents.Document{SubjectKind: consultations.Kind, SubjectID: w.c.ID, Kind: documents.Draft, Title: i18n.Text{"sl": "Osnutek odloka"}, Version: 2,
				Public: true, ReplacesID: id.New(), ReplaceReason: i18n.Text{"sl": "V 3. členu je bila napaka."}, AddedAt: tx.Now()}
			fresh.ID = id.New()
			if _, err := tx.Insert(fresh).Exec(ctx); err != nil {
				return err
			}
			return w.m.Reconfirm(ctx, tx, w.c.ID, "Osnutek odloka")
		})
		w.Jobs(w.m.Jobs())
		both, list := 0, w.letters()
		if got := list[0].Text; !strings.Contains(got, "V 3. členu je bila napaka.") || !strings.Contains(got, "Pripombe sprejemamo") {
			t.Errorf("the letter does not say why the document was replaced and until when remarks are taken:\n%s", got)
		}
		for _, l := range list {
			if strings.Contains(l.Text, w.row(a.ID).ConfirmPath()) && strings.Contains(l.Text, w.row(b.ID).ConfirmPath()) {
				both++
			}
		}
		if len(list) != before+2 || both != 1 {
			t.Errorf("%d letters, %d about both remarks", len(list)-before, both)
		}
		asked := page(t, w.serve()("").Get(w.row(a.ID).ConfirmPath()), 200).Find("main").Text()
		for _, want := range []string{"Osnutek odloka", "V 3. členu je bila napaka.", "2026"} {
			if !strings.Contains(asked, want) {
				t.Errorf("the page that asks does not say %q:\n%s", want, asked)
			}
		}
	})
}

func TestCarryAndReconfirm(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		a, b := w.send(w.ana, "a", "K členu a imam pripombo."), w.send(w.bor, "b", "K členu b imam pripombo.")
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			if err := w.m.Carry(ctx, tx, w.act.ref, map[string]Fate{"a": {What: Changed, Version: "v2"}, "b": {What: Vanished, Version: "v2"}}); err != nil {
				return err
			}
			return w.m.Reconfirm(ctx, tx, w.c.ID, "Osnutek odloka")
		})
		if x, y := w.row(a.ID), w.row(b.ID); x.Carried != Changed || x.CarriedVersion != "v2" || y.Carried != Vanished || x.Reconfirm != stored.ToAsk {
			t.Errorf("%+v %+v", x, y)
		}
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return w.m.Carry(ctx, tx, w.act.ref, map[string]Fate{"a": {What: Kept, Version: "v3"}})
		})
		if x := w.row(a.ID); x.Carried != Changed {
			t.Errorf("a later version that keeps the block hides that it changed: %s", x.Carried)
		}
		before := len(w.letters())
		w.Jobs(w.m.Jobs())
		list := w.letters()
		if len(list) != before+2 || !strings.Contains(list[0].Text, "/confirm/") {
			t.Errorf("%d letters", len(list)-before)
		}
		wantKind(t, w.m.Confirm(w.Visitor(w.A), a.Year, a.Number, "wrong", core.ConfirmKeep, Words{}), fault.KindNotFound)
		if err := w.m.Confirm(w.Visitor(w.A), a.Year, a.Number, a.Token, core.ConfirmChange, Words{Body: "Zdaj pravim nekaj drugega."}); err != nil {
			t.Fatal(err)
		}
		if err := w.m.Confirm(w.Visitor(w.A), b.Year, b.Number, b.Token, core.ConfirmWithdraw, Words{}); err != nil {
			t.Fatal(err)
		}
		wantKind(t, w.m.Confirm(w.Visitor(w.A), b.Year, b.Number, b.Token, core.ConfirmKeep, Words{}), fault.KindConflict)
		if x, y := w.row(a.ID), w.row(b.ID); x.Body != "Zdaj pravim nekaj drugega." || x.Reconfirm != stored.Rewritten || y.State != Withdrawn {
			t.Errorf("%+v %+v", x, y)
		}
	})
}

func TestForgetting(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		r := w.send(w.ana, "a", "Moja pripomba ostane.")
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Announce(ctx, accounts.Deleted{AccountID: w.anaID})
		})
		w.Jobs(w.m.Jobs())
		if got := w.row(r.ID); got.AuthorKind != accounts.AuthorDeleted || got.AuthorName != "" || got.Body == "" {
			t.Errorf("%+v", got)
		}
	})
}

// Nothing of what is not public comes out by any door.
func TestNothingHiddenLeaks(t *testing.T) {
	const secret, person, unpublished = "skrivnostnabeseda", "Tajno Ime", "Neobjavljena obrazložitev odgovora"
	each(t, func(t *testing.T, w *town) {
		open := w.send(w.bor, "a", "Javna pripomba, ki ostane.")
		w.answer(w.eva, open, work(Partly, unpublished, 0))
		e := w.entry("", "Vpisana pripomba.")
		e.Person = stored.Person{Name: person, Email: "tajno@person.example", Address: "Tajna ulica 5"}
		if _, err := w.m.Enter(w.eva, e); err != nil {
			t.Fatal(err)
		}
		var gone []*Remark
		for _, v := range []moderation.Verdict{moderation.Hide, moderation.Remove} {
			r := w.send(w.ana, "a", secret+" "+string(v)+" besedilo")
			w.answer(w.eva, r, work(Accepted, secret+" odgovor", 0))
			if _, err := w.m.PublishMany(w.eva, core.Choice{IDs: []string{r.ID}}); err != nil {
				t.Fatal(err)
			}
			w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
				return w.m.Decide(ctx, tx, r.ID, moderation.Ruling{Verdict: v, Reason: secret + " razlog", Rule: "offensive"})
			})
			gone = append(gone, r)
		}
		taken := w.send(w.ana, "a", secret+" umaknjeno")
		if err := w.m.Withdraw(w.ana, taken.Year, taken.Number, secret); err != nil {
			t.Fatal(err)
		}
		w.moderated("all")
		gone = append(gone, taken, w.send(w.ana, "a", secret+" čaka"))
		w.moderated("none")
		browser := w.serve()
		paths := []string{"/consultations/odlok/remarks", "/consultations/odlok/remarks?q=" + secret, "/api/v1/consultations/odlok/remarks", "/consultations/odlok/feed.atom",
			"/remarks/beside?about=" + w.act.ref.String(), open.Path()}
		for _, r := range gone {
			paths = append(paths, r.Path())
		}
		for _, who := range []string{"", "bor"} {
			for _, path := range paths {
				body := strings.ReplaceAll(browser(who).Get(path).Body, "?q="+secret, "")
				body = strings.ReplaceAll(body, `value="`+secret+`"`, "")
				for _, leak := range []string{secret, person, "tajno@person.example", "Tajna ulica", unpublished, "Oto Kralj"} {
					if strings.Contains(body, leak) {
						t.Errorf("%s as %q shows %q", path, who, leak)
					}
				}
			}
		}
		w.View(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			hits, _, err := tx.Search(ctx, search.Query{Text: secret})
			if len(hits) > 0 {
				t.Errorf("the search finds %+v", hits)
			}
			entries, err2 := w.m.Entries(ctx, tx, w.c, 50)
			err3 := Walk(ctx, tx, w.c.ID, func(r *Remark) error {
				if s := fmt.Sprintf("%+v", *r); strings.Contains(s, secret) || strings.Contains(s, person) || strings.Contains(s, unpublished) {
					t.Errorf("the report is given %s", s)
				}
				return nil
			})
			if len(entries) != 2 {
				t.Errorf("%d entries", len(entries))
			}
			return errors.Join(err, err2, err3)
		})
		if body := browser("eva").Get("/admin/remarks/export?format=csv&consultation=" + w.c.ID).Body; strings.Contains(body, person) {
			t.Error("an export holds persons unasked")
		}
	})
}

func TestAges(t *testing.T) {
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	for year, want := range map[int]string{0: "", 2020: "0-17", 2008: "18-24", 1961: "65-74", 1940: "75+", 1800: ""} {
		if got := stored.AgeBandOf(year, now); got != want {
			t.Errorf("%d is %q, want %q", year, got, want)
		}
	}
	if (&stored.Answer{Reason: i18n.Text{"sl": "x"}}).Reason["sl"] != "x" {
		t.Error("a reason is lost")
	}
}

// Somebody with more remarks than a batch has got two letters when a document was replaced, and two about the answers.
func TestAFullBatchDoesNotDivideTheLetterOfAPerson(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		list := make([]Entry, 130)
		for i := range list {
			list[i] = w.entry(fmt.Sprint("x", i), fmt.Sprintf("Pripomba številka %d.", i))
			list[i].Person.Email = "dora@person.example"
		}
		if _, err := w.m.EnterMany(w.eva, w.c.ID, list); err != nil {
			t.Fatal(err)
		}
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return w.m.Reconfirm(ctx, tx, w.c.ID, "Osnutek odloka")
		})
		w.Jobs(w.m.Jobs())
		everything := stored.Filter{ConsultationID: w.c.ID, Eye: stored.Eye{Staff: true}}
		if _, err := w.m.AnswerMany(w.eva, Choice{Filter: &everything}, Work{Disposition: Accepted, Publish: true}); err != nil {
			t.Fatal(err)
		}
		w.Jobs(w.m.Jobs())
		all, err := mail.Recent(context.Background(), w.Raw.Read, w.A.ID, 1000)
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		for _, l := range all {
			if strings.Contains(l.Text, "/confirm/") {
				asked++
			}
		}
		if told := len(all) - len(list) - asked; asked != 1 || told != 1 {
			t.Errorf("%d letters ask, %d tell", asked, told)
		}
	})
}

// The page of a remark did not lead to the moderators.
func TestTheRemarkOfSomebodyElseCanBeReported(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.m.ReportPath = func(ref subject.Ref) string { return "/report/" + ref.String() }
		r := w.send(w.ana, "a", "Sporna pripomba.")
		browser, link := w.serve(), `a[href="/report/`+r.Ref().String()+`"]`
		for who, want := range map[string]int{"": 1, "bor": 1, "ana": 0} {
			if n := page(t, browser(who).Get(r.Path()), 200).Find(link).Length(); n != want {
				t.Errorf("%q finds %d links", who, n)
			}
		}
	})
}

// Who enters letters one after the other had no way to the receipt of the one before.
func TestReceiptIsAtHandAfterEntering(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		eva := w.serve()("eva")
		entry := url.Values{"consultation": {w.c.ID}, "channel": {"letter"}, "received": {"2026-11-20"}, "body": {"Pisna pripomba."}, "source": {"Dopis 12"}, "action": {"more"}}
		r := eva.Post("/admin/remarks/new", entry)
		link := page(t, eva.Get(r.Location), 200).Find(`a[href*="/receipt/"]`).AttrOr("href", "")
		doc := page(t, eva.Get(link), 200)
		if doc.Find("[data-print]").Length() != 1 || !strings.Contains(doc.Find(".g-receipt").Text(), "2026/1") {
			t.Errorf("%q is no receipt to print", link)
		}
		if page(t, eva.Get("/admin/remarks?consultation="+w.c.ID), 200).Find(`tr a[href="`+link+`"]`).Length() != 1 {
			t.Error("the row does not lead to it")
		}
		page(t, eva.Get("/admin/remarks/new?consultation="+w.c.ID+"&entered=unknown"), 200)
	})
}
