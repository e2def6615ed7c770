package moderation

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// town is a world with things that can be reported.
type town struct {
	*tenanttest.World
	m       *Module
	people  *accounts.Module
	things  map[string]*Item
	ruled   []Ruling
	audit   []string
	blocked []string
}

func newTown(w *tenanttest.World) *town {
	tw := &town{World: w, things: map[string]*Item{}}
	base := func(ctx context.Context) string { return "https://" + tenant.From(ctx).Host }
	tw.people = accounts.New(accounts.Deps{DB: w.DB, Clock: w.Clock, Catalogue: w.Catalogue, Secret: []byte("s"), Base: base})
	tw.m = New(Deps{DB: w.DB, Catalogue: w.Catalogue, Hosts: map[string]Host{"comment": tw, "proposal": tw}, People: tw, Base: base,
		Audit: func(_ context.Context, _ *tenant.Tx, action string, _ subject.Ref, _ map[string]any) error {
			tw.audit = append(tw.audit, action)
			return nil
		}})
	return tw
}

func (tw *town) Held(_ context.Context, _ *tenant.Tx, id string) (Item, error) {
	if tw.things[id] == nil {
		return Item{}, fault.NotFound("moderation.error.unknown")
	}
	return *tw.things[id], nil
}

func (tw *town) Decide(_ context.Context, _ *tenant.Tx, id string, r Ruling) error {
	tw.ruled = append(tw.ruled, r)
	tw.things[id].Gone = r.Verdict == Hide || r.Verdict == Refuse || r.Verdict == Remove
	return nil
}

func (tw *town) Block(_ context.Context, accountID, _ string) error {
	tw.blocked = append(tw.blocked, accountID)
	return nil
}

func (tw *town) Unblock(_ context.Context, accountID string) error {
	tw.blocked = slices.DeleteFunc(tw.blocked, func(s string) bool { return s == accountID })
	return nil
}

func each(t *testing.T, fn func(t *testing.T, tw *town)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newTown(w)) }, New(Deps{}).Subscriptions())
}

// comment makes a thing of an author.
func (tw *town) comment(id, author, words string) subject.Ref {
	ref := subject.Ref{Kind: "comment", ID: id}
	tw.things[id] = &Item{Ref: ref, Title: "Cesta", Path: "/comments/" + id, Text: words, Lang: "sl", AuthorID: author, AuthorName: "Avtor", CreatedAt: tw.Clock.Now()}
	return ref
}

func (tw *town) person(t *tenant.Tenant, name string) string {
	tw.T.Helper()
	made := ""
	tw.Update(tw.Visitor(t), func(ctx context.Context, tx *tenant.Tx) error {
		a, err := tw.people.Ensure(ctx, tx, name+"@example.org", name)
		if err == nil {
			made = a.ID
		}
		return err
	})
	return made
}

func (tw *town) report(ctx context.Context, ref subject.Ref, reason Reason, visitor string) bool {
	tw.T.Helper()
	_, fresh, err := tw.m.Report(ctx, ref, Complaint{Reason: reason, Visitor: visitor})
	if err != nil {
		tw.T.Fatal(err)
	}
	return fresh
}

func (tw *town) cases(f Filter) []ModerationCase {
	tw.T.Helper()
	var rows []ModerationCase
	tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) (err error) {
		rows, err = casesOf(ctx, tx, f)
		return err
	})
	return rows
}

func (tw *town) order(f Filter) string {
	var ids []string
	for _, c := range tw.cases(f) {
		ids = append(ids, c.SubjectID)
	}
	return strings.Join(ids, " ")
}

func (tw *town) caseOf(ref subject.Ref) *ModerationCase {
	tw.T.Helper()
	var c *ModerationCase
	tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = caseOf(ctx, tx, ref)
		return err
	})
	if c == nil {
		tw.T.Fatalf("%s has no case", ref)
	}
	return c
}

type sentLetter struct{ To, Subject, Text string }

func (tw *town) letters() []sentLetter {
	tw.T.Helper()
	rows, err := tw.Raw.Read.QueryContext(db.System(context.Background(), "test"), "select to_addr, subject, text from mails order by created_at, id")
	if err != nil {
		tw.T.Fatal(err)
	}
	return scan(tw.T, rows)
}

func scan(t testing.TB, rows *sql.Rows) (out []sentLetter) {
	t.Helper()
	defer rows.Close()
	for rows.Next() {
		var l sentLetter
		if err := rows.Scan(&l.To, &l.Subject, &l.Text); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(l.Subject+l.Text, "⟦") {
			t.Errorf("a word is missing in %s\n%s", l.Subject, l.Text)
		}
		out = append(out, l)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func hide() Draft {
	return Draft{Act: ActHide, Reason: "Žalitve niso dovoljene.", Rule: "respect"}
}

func TestQueueOrder(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		for _, id := range []string{"visitor", "citizen", "twice", "illegal", "staff"} {
			tw.comment(id, "author", "besedilo")
		}
		ref := func(id string) subject.Ref { return subject.Ref{Kind: "comment", ID: id} }
		ana, bor := tw.Citizen(tw.A, "ana", "Ana"), tw.Citizen(tw.A, "bor", "Bor")
		tw.report(tw.Visitor(tw.A), ref("visitor"), Spam, "v1")
		tw.report(ana, ref("citizen"), Spam, "")
		tw.report(ana, ref("twice"), Spam, "")
		tw.report(bor, ref("twice"), Offensive, "")
		tw.report(ana, ref("illegal"), Illegal, "")
		tw.report(tw.Staff(tw.A, "mod", "Mod", "moderator"), ref("staff"), Spam, "")
		tw.comment("waiting", "author", "besedilo")
		tw.Update(ana, func(ctx context.Context, tx *tenant.Tx) error { return tw.m.Waiting(ctx, tx, ref("waiting"), "author") })
		if got := tw.order(Filter{}); got != "staff twice waiting illegal citizen visitor" && got != "staff waiting twice illegal citizen visitor" {
			t.Errorf("order: %s", got)
		}
		for f, want := range map[Filter]string{
			{Show: "waiting"}:  "waiting",
			{Reason: Illegal}:  "illegal",
			{Kind: "proposal"}: "",
			{Show: "decided"}:  "",
			{Show: "words"}:    "",
		} {
			if got := tw.order(f); got != want {
				t.Errorf("filter %+v: %q, want %q", f, got, want)
			}
		}
	})
}

func TestWeightFollowsAccuracy(t *testing.T) {
	ana := authz.Actor{ID: "ana", Kind: authz.Citizen}
	for _, c := range []struct {
		r    record
		want float64
	}{
		{record{}, 1},
		{record{Upheld: 5}, 1},
		{record{Upheld: 16}, 1 + 2*2},
		{record{Dismissed: 16}, leastWeight},
		{record{Upheld: 70, Dismissed: 30}, 1},
	} {
		if got := weight(ana, c.r, Spam); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v: %v, want %v", c.r, got, c.want)
		}
	}
	if got := weight(authz.Actor{}, record{}, PersonalData); math.Abs(got-0.75) > 1e-9 {
		t.Errorf("a visitor about personal data: %v", got)
	}
}

func TestOneReportForEachPerson(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		ref := tw.comment("c", "author", "besedilo")
		ana := tw.Citizen(tw.A, "ana", "Ana")
		if !tw.report(ana, ref, Spam, "") || tw.report(ana, ref, Illegal, "") {
			t.Error("a second report of one person counts")
		}
		if !tw.report(tw.Visitor(tw.A), ref, Spam, "v1") || tw.report(tw.Visitor(tw.A), ref, Spam, "v1") || !tw.report(tw.Visitor(tw.A), ref, Spam, "v2") {
			t.Error("visitors are not told apart by their address")
		}
		if c := tw.caseOf(ref); c.Reports != 3 || c.Weight != 2 || c.TopReason != "spam" {
			t.Errorf("case: %+v", c)
		}
		if _, _, err := tw.m.Report(tw.Citizen(tw.A, "author", "Avtor"), ref, Complaint{Reason: Spam}); !fault.Is(err, fault.KindConflict) {
			t.Errorf("the author reports himself: %v", err)
		}
		tw.things["c"].Gone = true
		if _, _, err := tw.m.Report(tw.Citizen(tw.A, "bor", "Bor"), ref, Complaint{Reason: Spam}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a hidden thing can be reported: %v", err)
		}
		for range 20 { // no number of reports hides anything
			if len(tw.ruled) > 0 {
				t.Fatal("a thing was hidden by reports")
			}
		}
	})
}

func TestAuthorIsToldWhatWhyAndHowToAnswer(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		author := tw.person(tw.A, "author")
		ref := tw.comment("c", author, "grdo besedilo")
		tw.report(tw.Citizen(tw.A, "ana", "Ana"), ref, Offensive, "")
		moderator := tw.Staff(tw.A, "mod", "Mod", "moderator")
		c := tw.caseOf(ref)
		for _, d := range []Draft{{Act: ActHide}, {Act: ActHide, Reason: "kratko", Rule: "respect"}, {Act: ActHide, Reason: hide().Reason, Rule: "x"}, {Act: "burn"}} {
			if err := tw.m.Decide(moderator, c.ID, d); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%+v: %v", d, err)
			}
		}
		if err := tw.m.Decide(tw.Citizen(tw.A, "ana", "Ana"), c.ID, hide()); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a citizen decides: %v", err)
		}
		stale := hide()
		stale.Seen = Item{Text: "before the edit"}.Fingerprint()
		if err := tw.m.Decide(moderator, c.ID, stale); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a text that has changed since was decided about: %v", err)
		}
		if err := tw.m.Decide(moderator, c.ID, hide()); err != nil {
			t.Fatal(err)
		}
		list := tw.letters()
		if len(list) != 1 || list[0].To != "author@example.org" {
			t.Fatalf("letters: %+v", list)
		}
		for _, words := range []string{"Cesta", "Žalitve niso dovoljene.", "Spoštljivost", "https://kamnik.localhost/appeal/"} {
			if !strings.Contains(list[0].Text, words) {
				t.Errorf("%q is missing in\n%s", words, list[0].Text)
			}
		}
		if got := tw.caseOf(ref); got.Open || len(tw.ruled) != 1 || tw.ruled[0].Verdict != Hide || !slices.Contains(tw.audit, "moderation.hide") {
			t.Errorf("case %+v, ruled %+v, audit %v", got, tw.ruled, tw.audit)
		}
		tw.View(moderator, func(ctx context.Context, tx *tenant.Tx) error {
			r, err := recordOf(ctx, tx, "ana")
			if r.Upheld != 1 {
				t.Errorf("record of the reporter: %+v", r)
			}
			return err
		})
	})
}

// decisionOn finds the latest decision.
func (tw *town) decisionOn(ref subject.Ref) ModerationDecision {
	tw.T.Helper()
	var list []ModerationDecision
	tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = decisionsOn(ctx, tx, ref)
		return err
	})
	if len(list) == 0 {
		tw.T.Fatalf("nothing was decided about %s", ref)
	}
	return list[0]
}

func TestAppealIsDecidedBySomebodyElse(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		author := tw.person(tw.A, "author")
		ref := tw.comment("c", author, "besedilo")
		tw.report(tw.Citizen(tw.A, "ana", "Ana"), ref, Offensive, "")
		first, second := tw.Staff(tw.A, "mod", "Mod", "moderator"), tw.Staff(tw.A, "other", "Other", "moderator")
		if err := tw.m.Decide(first, tw.caseOf(ref).ID, hide()); err != nil {
			t.Fatal(err)
		}
		d := tw.decisionOn(ref)
		if err := tw.m.Appeal(tw.Citizen(tw.A, "ana", "Ana"), d.ID, "Nisem jaz avtor."); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("somebody else appeals: %v", err)
		}
		blockedAuthor := tw.Ctx(tw.A, authz.Actor{ID: author, Kind: authz.Citizen, Level: authz.LevelEmail, Blocked: true})
		if err := tw.m.Appeal(blockedAuthor, d.ID, "To je bil citat iz časopisa."); err != nil {
			t.Fatalf("a blocked author appeals: %v", err)
		}
		if err := tw.m.Appeal(blockedAuthor, d.ID, "Še enkrat isto."); !fault.Is(err, fault.KindConflict) {
			t.Errorf("second appeal: %v", err)
		}
		if err := tw.m.Settle(first, d.ID, true, "Avtor ima res prav."); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("the same moderator decides: %v", err)
		}
		if err := tw.m.Settle(second, d.ID, true, "Avtor ima res prav."); err != nil {
			t.Fatal(err)
		}
		if err := tw.m.Settle(second, d.ID, false, "Vendarle ne, napaka."); !fault.Is(err, fault.KindConflict) {
			t.Errorf("decided twice: %v", err)
		}
		if tw.things["c"].Gone || tw.ruled[len(tw.ruled)-1].Verdict != Restore {
			t.Errorf("ruled: %+v", tw.ruled)
		}
		if list := tw.letters(); len(list) != 2 || !strings.Contains(list[1].Text, "Avtor ima res prav.") {
			t.Errorf("letters: %+v", list)
		}
		tw.View(first, func(ctx context.Context, tx *tenant.Tx) error {
			r, err := recordOf(ctx, tx, "ana")
			if r.Dismissed != 1 || r.Upheld != 0 {
				t.Errorf("the report is not judged anew: %+v", r)
			}
			return err
		})
	})
}

func TestBlockAndItsAppeal(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		author := tw.person(tw.A, "author")
		ref := tw.comment("c", author, "besedilo")
		tw.report(tw.Citizen(tw.A, "ana", "Ana"), ref, Spam, "")
		first, second := tw.Staff(tw.A, "mod", "Mod", "moderator"), tw.Staff(tw.A, "other", "Other", "moderator")
		if err := tw.m.Decide(first, tw.caseOf(ref).ID, Draft{Act: ActBlock, Reason: "Nenehno oglaševanje.", Rule: "spam"}); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(tw.blocked, author) || !tw.caseOf(ref).Open {
			t.Error("not blocked, or the case is closed with it")
		}
		d := tw.decisionOn(ref)
		if err := tw.m.Appeal(tw.Citizen(tw.A, author, "Avtor"), d.ID, "To ni bilo oglaševanje."); err != nil {
			t.Fatal(err)
		}
		if err := tw.m.Settle(second, d.ID, true, "Res ni bilo oglaševanje."); err != nil {
			t.Fatal(err)
		}
		if len(tw.blocked) != 0 {
			t.Error("still blocked")
		}
	})
}

func TestModesOfTheGate(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		ana := authz.Actor{ID: "ana", Kind: authz.Citizen}
		wait := func(a authz.Actor, mode string) bool {
			t.Helper()
			var w bool
			tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) (err error) {
				w, err = tw.m.Wait(ctx, tx, a, mode)
				return err
			})
			return w
		}
		for mode, want := range map[string]bool{"none": false, "reported": false, "first_posts": true, "all": true, "": false} {
			if got := wait(ana, mode); got != want {
				t.Errorf("%q: %v", mode, got)
			}
		}
		if wait(authz.Actor{ID: "m", Kind: authz.Staff, Roles: []string{"editor"}}, "all") {
			t.Error("staff wait")
		}
		moderator := tw.Staff(tw.A, "mod", "Mod", "moderator")
		for i := range firstPosts {
			if !wait(ana, "first_posts") {
				t.Fatalf("post %d does not wait", i+1)
			}
			ref := tw.comment(fmt.Sprintf("c%d", i), "ana", "besedilo")
			tw.things[ref.ID].Gone = true
			tw.Update(moderator, func(ctx context.Context, tx *tenant.Tx) error { return tw.m.Waiting(ctx, tx, ref, "ana") })
			if err := tw.m.Decide(moderator, tw.caseOf(ref).ID, Draft{Act: ActApprove}); err != nil {
				t.Fatal(err)
			}
		}
		if wait(ana, "first_posts") {
			t.Error("a known author waits")
		}
		tw.report(tw.Citizen(tw.A, "bor", "Bor"), subject.Ref{Kind: "comment", ID: "c0"}, Spam, "")
		if err := tw.m.Decide(moderator, tw.caseOf(subject.Ref{Kind: "comment", ID: "c0"}).ID, hide()); err != nil {
			t.Fatal(err)
		}
		if !wait(ana, "first_posts") {
			t.Error("a hidden post still counts as published")
		}
	})
}

func TestHintsAreWholeWords(t *testing.T) {
	for _, c := range []struct{ lang, text, want string }{
		{"sl", "Ti KRETEN, kretenska", "KRETEN"},
		{"en", "Idiot! An idiotic plan in Scunthorpe.", "Idiot"},
		{"el", "Είσαι ΗΛΙΘΙΟΣ", "ΗΛΙΘΙΟΣ"},
		{"bg", "Този тъпанар", "тъпанар"},
		{"tr", "ŞEREFSİZ adam", "ŞEREFSİZ"},
		{"xx", "idiot", ""},
		{"sl", "Lep park", ""},
	} {
		if got := strings.Join(Hints(c.lang, c.text), " "); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.lang, c.text, got, c.want)
		}
	}
}

func TestWordsOpenACaseAndHideNothing(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		moderator := tw.Staff(tw.A, "mod", "Mod", "moderator")
		if err := tw.m.SaveWords(moderator, []string{"Žabar", "žabar", "zabar"}); err != nil {
			t.Fatal(err)
		}
		ref := tw.comment("c", "ana", "Ti žabar!")
		tw.comment("d", "ana", "Lep park.")
		for _, id := range []string{"c", "d"} {
			tw.Update(moderator, func(ctx context.Context, tx *tenant.Tx) error {
				return tx.Enqueue(ctx, job.Spec{Kind: commentJob, Payload: map[string]any{"id": id, "author_id": "ana"}})
			})
		}
		tw.Jobs(tw.m.Jobs())
		if got := tw.order(Filter{Show: "words"}); got != "c" {
			t.Errorf("cases: %q", got)
		}
		if c := tw.caseOf(ref); c.Hints != "žabar" || len(tw.ruled) != 0 {
			t.Errorf("case %+v, ruled %+v", c, tw.ruled)
		}
	})
}

func TestDecisionElsewhereIsExplainedToo(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		author := tw.person(tw.A, "author")
		ref := tw.comment("c", author, "besedilo")
		tw.report(tw.Citizen(tw.A, "ana", "Ana"), ref, Spam, "")
		ruled := map[string]any{"id": "c", "author_id": author, "state": "hidden", "reason": "Oglas za prodajo.", "rule": "spam", "title": "Cesta", "path": "/comments/c"}
		for range 2 {
			tw.Update(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
				return tx.Enqueue(ctx, job.Spec{Kind: ruledJob, Payload: ruled})
			})
		}
		tw.Jobs(tw.m.Jobs())
		if list := tw.letters(); len(list) != 1 || !strings.Contains(list[0].Text, "Oglas za prodajo.") {
			t.Errorf("letters: %+v", list)
		}
		if tw.caseOf(ref).Open {
			t.Error("the case is still open")
		}
		ruled["state"], ruled["reason"] = "shown", ""
		tw.Update(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Enqueue(ctx, job.Spec{Kind: ruledJob, Payload: ruled})
		})
		tw.Jobs(tw.m.Jobs())
		if list := tw.letters(); len(list) != 2 || tw.decisionOn(ref).Act != ActRestore {
			t.Errorf("shown again: letters %+v", list)
		}
	})
}

func TestMunicipalitiesKnowNothingOfEachOther(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		ref := tw.comment("c", "author", "besedilo")
		tw.report(tw.Citizen(tw.A, "ana", "Ana"), ref, Spam, "")
		if err := tw.m.Decide(tw.Staff(tw.B, "mod", "Mod", "moderator"), tw.caseOf(ref).ID, hide()); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a moderator of another municipality decides: %v", err)
		}
	})
}

func TestDeletedAccountIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		ref := tw.comment("c", "author", "besedilo")
		tw.report(tw.Citizen(tw.A, "ana", "Ana"), ref, Spam, "")
		tw.report(tw.Citizen(tw.A, "bor", "Bor"), ref, Spam, "")
		tw.Update(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			for _, who := range []string{"ana", "bor", "author"} {
				if err := tx.Announce(ctx, accounts.Deleted{AccountID: who}); err != nil {
					return err
				}
			}
			return nil
		})
		tw.Jobs(tw.m.Jobs())
		c := tw.caseOf(ref)
		tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			list, err := reportsOf(ctx, tx, c.ID)
			if len(list) != 2 || slices.ContainsFunc(list, func(r ModerationReport) bool { return r.Reporter == "ana" || r.Reporter == "bor" }) {
				t.Errorf("reports: %+v", list)
			}
			return err
		})
		if c.AuthorID != "" || c.Reports != 2 {
			t.Errorf("case: %+v", c)
		}
	})
}

func TestPublicRecordHasNumbersOnly(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		author := tw.person(tw.A, "author")
		for i := range 3 {
			ref := tw.comment(fmt.Sprint("c", i), author, "besedilo")
			tw.report(tw.Citizen(tw.A, "ana", "Ana"), ref, Spam, "")
			if i == 2 {
				tw.Clock.Set(time.Date(2026, 11, 30, 23, 30, 0, 0, time.UTC)) // December has begun in Kamnik
			}
			if err := tw.m.Decide(tw.Staff(tw.A, "mod", "Mod", "moderator"), tw.caseOf(ref).ID, hide()); err != nil {
				t.Fatal(err)
			}
		}
		tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			months, err := tw.m.log(ctx, tx)
			if len(months) != 2 || months[0].Start.Month() != time.December || months[0].Acts[0].N != 1 || months[1].Acts[0].N != 2 || months[1].Total != 3 {
				t.Errorf("record: %+v", months)
			}
			return err
		})
	})
}
