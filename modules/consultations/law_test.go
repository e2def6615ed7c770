package consultations

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"glas/internal/blob"
	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/consultations/internal/book"
	"glas/modules/consultations/internal/stored"
	"glas/modules/departments"
	"glas/modules/documents"
	"glas/modules/terms"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// clerks is a desk with documents and letters.
type clerks struct {
	*desk
	docs *documents.Module
}

func eachClerk(t *testing.T, fn func(t *testing.T, d *clerks)) {
	t.Helper()
	subscriptions := map[string][]string{}
	for _, what := range []string{EventPublished, EventExtended, EventRestarted, EventOpened, EventClosedSoon, EventClosedEarly, EventAnswered} {
		subscriptions["consultations."+what] = []string{"test.heard"}
	}
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		store, err := blob.NewFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		d := &clerks{desk: newDesk(w)}
		d.docs = documents.New(documents.Deps{DB: w.DB, Store: store, Look: func(f form.File) (documents.File, error) {
			l, err := attachments.Look(f)
			return documents.File{Name: l.Name, Mime: l.ContentType, Data: l.Data, Picture: l.Photo, Scan: l.Scan}, err
		}})
		d.m = New(Deps{DB: w.DB, Files: attachments.New(attachments.Deps{DB: w.DB}), Documents: d.docs, Catalogue: w.Catalogue, Base: func(context.Context) string { return "http://localhost" }})
		fn(t, d)
	}, subscriptions)
}

// law puts a consultation under rules.
func (d *clerks) law(made, rules string, meetings ...Meeting) {
	d.T.Helper()
	c := d.load(made)
	l := c.Law
	l.RuleSetID, l.Meetings = rules, meetings
	if err := d.m.desk.SetLaw(d.eva, made, l, c.RowVersion); err != nil {
		d.T.Fatal(err)
	}
}

func (d *clerks) sent(content string, replace bool, fields url.Values) *documents.Sent {
	d.T.Helper()
	file := form.File{Name: "akt.txt", Size: int64(len(content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
	f := form.New(fields, map[string][]form.File{"document": {file}})
	s, err := d.docs.Receive(d.eva, f, d.A.Languages, documents.Names{}.Options(d.eva), replace)
	if err != nil || s == nil {
		d.T.Fatalf("document: %v %v", err, f.Complaints())
	}
	return s
}

func (d *clerks) paper(made, kind string) string {
	d.T.Helper()
	s := d.sent("vsebina "+kind, false, url.Values{"kind": {kind}, "title.sl": {"Dokument " + kind}})
	if err := d.m.desk.Add(d.eva, made, s); err != nil {
		d.T.Fatal(err)
	}
	list := d.documents(made)
	return list[len(list)-1].ID
}

func (d *clerks) documents(made string) (list []documents.Document) {
	d.T.Helper()
	d.View(d.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = documents.Of(ctx, tx, d.load(made).Ref())
		return err
	})
	return list
}

func (d *clerks) changes(made string) (kinds string) {
	d.T.Helper()
	d.View(d.eva, func(ctx context.Context, tx *tenant.Tx) error {
		list, err := stored.Changes(ctx, tx, made)
		for _, ch := range list {
			kinds += ch.Kind + " "
		}
		return err
	})
	return kinds
}

// refusedFor is the rule that publishing is refused for, as its message id.
func refusedFor(t *testing.T, err error) string {
	t.Helper()
	e, ok := fault.As(err)
	if !ok || e.Message.ID != "consultations.error.rule" {
		t.Fatalf("publishing says %v", err)
	}
	return e.Message.Args[1].(fault.Message).ID
}

func TestPublishingAgainstARuleIsRefusedByItsName(t *testing.T) {
	eachClerk(t, func(t *testing.T, d *clerks) {
		made := d.create("draft_act", 3, 20)
		d.law(made, terms.Spatial) // 30 days firm, 7 days of notice, draft, plan and reasons, a hearing
		if got := refusedFor(t, d.m.Publish(d.eva, made, time.Time{})); got != "terms.rule.minimum" {
			t.Errorf("refused for %s", got)
		}
		wantKind(t, d.m.desk.Override(d.eva, made, terms.RuleMinimum, i18n.Text{"sl": "Mudi se nam zelo."}), fault.KindConflict)
		d.law(made, terms.Bylaw) // 7 days, draft and reasons
		if got := refusedFor(t, d.m.Publish(d.eva, made, time.Time{})); got != "terms.rule.document" {
			t.Errorf("refused for %s", got)
		}
		wantKind(t, d.m.desk.Override(d.eva, made, "document.draft", nil), fault.KindInvalid)
		wantKind(t, d.m.desk.Override(d.ana, made, "document.draft", i18n.Text{"sl": "Mudi se nam zelo."}), fault.KindForbidden)
		editor := d.Staff(d.A, id.New(), "Urša", "editor")
		wantKind(t, d.m.desk.Override(editor, made, "document.draft", i18n.Text{"sl": "Mudi se nam zelo."}), fault.KindForbidden)
		d.paper(made, documents.Draft)
		reason := i18n.Text{"sl": "Obrazložitev je del osnutka."}
		if err := d.m.desk.Override(d.eva, made, "document.reasons", reason); err != nil {
			t.Fatal(err)
		}
		if err := d.m.Publish(d.eva, made, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if got := d.changes(made); got != "overridden " {
			t.Errorf("the course tells of %q", got)
		}
		site := d.Serve(tenanttest.People(map[string]context.Context{"eva": d.eva}), d.m, d.docs)
		page := site.As("").Get(d.load(made).Path() + "/course")
		for _, want := range []string{"Obrazložitev je del osnutka.", i18n.T(d.eva, "consultations.override.public"), "Obrazložitev"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the public page lacks %q", want)
			}
		}
		if page := site.As("").Get(d.load(made).Path() + "/documents"); page.Status != http.StatusOK || !strings.Contains(page.Body, "Dokument draft") {
			t.Errorf("the documents answer %d", page.Status)
		}
		// Twenty days end on a Sunday.
		if c := d.load(made); c.ReportBy.IsZero() || c.PublishedDays != 21 || c.DocumentCount != 1 {
			t.Errorf("report by %s, %d days, %d documents", c.ReportBy, c.PublishedDays, c.DocumentCount)
		}
	})
}

func TestRulesGiveTheEndOfANewDraft(t *testing.T) {
	eachClerk(t, func(t *testing.T, d *clerks) {
		zone := d.A.Zone()
		start := time.Date(2026, 12, 1, 0, 0, 0, 0, zone)
		made, err := d.m.Create(d.eva, Start{Blueprint: "draft_act", Rules: terms.Bylaw, Title: i18n.Text{"sl": "Odlok"}, Start: start})
		if err != nil {
			t.Fatal(err)
		}
		c := d.load(made)
		if got := c.EndsAt.In(zone).Format(time.DateOnly); got != "2026-12-30" || c.Act != terms.Bylaw || c.LegalBasis.Empty() || c.Phases[0].Switches.Methods["text"] == nil || c.Phases[0].Switches.Methods["remark"] == nil || c.AnswerBy.In(zone).Format(time.DateOnly) != "2027-01-14" {
			t.Errorf("it ends on %s and is answered by %s: %+v", got, c.AnswerBy.In(zone), c.Law)
		}
	})
}

func TestNoticeAndHearingAreHeldToTheMoment(t *testing.T) {
	eachClerk(t, func(t *testing.T, d *clerks) {
		made := d.create("draft_act", 6, 40)
		d.law(made, terms.Spatial)
		for _, kind := range []string{documents.Draft, documents.Plan, documents.Reasons} {
			d.paper(made, kind)
		}
		if got := refusedFor(t, d.m.Publish(d.eva, made, time.Time{})); got != "terms.rule.notice" {
			t.Errorf("refused for %s", got)
		}
		if err := d.m.desk.Override(d.eva, made, terms.RuleNotice, i18n.Text{"sl": "Seja sveta je prestavljena."}); err != nil {
			t.Fatal(err)
		}
		if got := refusedFor(t, d.m.Publish(d.eva, made, time.Time{})); got != "terms.rule.hearing" {
			t.Errorf("refused for %s", got)
		}
		hearing := Meeting{ID: id.New(), Title: i18n.Text{"sl": "Javna obravnava"}, Place: i18n.Text{"sl": "Dom krajanov"}, At: d.load(made).StartsAt.Add(80 * time.Hour)}
		d.law(made, terms.Spatial, hearing)
		if err := d.m.Publish(d.eva, made, d.Clock.Now().Add(time.Hour)); err != nil { // scheduling holds to the same rules
			t.Fatal(err)
		}
		if c := d.load(made); c.State != Scheduled || len(c.Overrides) != 1 || c.Meeting(hearing.ID) == nil {
			t.Errorf("%s with %d overrides", c.State, len(c.Overrides))
		}
		if err := d.m.Withdraw(d.eva, made); err != nil {
			t.Fatal(err)
		}
		if err := d.m.desk.Uphold(d.eva, made, terms.RuleNotice); err != nil {
			t.Fatal(err)
		}
		d.Clock.Add(2 * 24 * time.Hour) // four days of notice are left, whatever was planned before
		if got := refusedFor(t, d.m.Publish(d.eva, made, time.Time{})); got != "terms.rule.notice" {
			t.Errorf("published again, it is refused for %s", got)
		}
	})
}

func TestReplacingADocumentBeginsTheTermAnew(t *testing.T) {
	eachClerk(t, func(t *testing.T, d *clerks) {
		made := d.create("draft_act", 0, 30)
		d.law(made, terms.Bylaw)
		draft := d.paper(made, documents.Draft)
		d.paper(made, documents.Reasons)
		again := func(documentID, content string) {
			t.Helper()
			s := d.sent(content, true, url.Values{"reason.sl": {"Popravljena priloga."}})
			if err := d.m.desk.Replace(d.eva, made, documentID, s); err != nil {
				t.Fatal(err)
			}
		}
		again(draft, "pred objavo")
		draft = documents.CurrentOf(d.documents(made))[0].ID
		if got := d.changes(made); got != "" {
			t.Errorf("a draft's document begins a term: %q", got)
		}
		if err := d.m.Publish(d.eva, made, time.Time{}); err != nil {
			t.Fatal(err)
		}
		d.jobs()
		d.Update(d.ana, func(ctx context.Context, tx *tenant.Tx) error {
			return Count(ctx, tx, made, Delta{Comments: 1, Participants: []string{"ana"}})
		})
		before := d.load(made)
		d.Clock.Add(10 * 24 * time.Hour)
		again(draft, "med javno obravnavo")
		c := d.load(made)
		zone := d.A.Zone()
		if days := stored.DaysBetween(d.Clock.Now(), c.EndsAt, zone); days < 30 || days > 34 || !c.Phases[0].EndsAt.Equal(c.EndsAt) {
			t.Errorf("the new end is %s, %d days from now", c.EndsAt, days)
		}
		if !c.ReportBy.After(before.ReportBy) || !c.AnswerBy.After(before.AnswerBy) {
			t.Error("what is due after the end did not move")
		}
		if got := d.jobs(); len(got) != 1 || got[0] != EventRestarted {
			t.Errorf("heard %v", got)
		}
		if got := d.changes(made); got != "restarted " {
			t.Errorf("the course tells of %q", got)
		}
		d.View(d.eva, func(ctx context.Context, tx *tenant.Tx) error {
			took, err := Participants(ctx, tx, made)
			if len(took) != 1 || took[0] != "ana" {
				t.Errorf("who took part: %v", took)
			}
			return err
		})
		protocol := d.paper(made, documents.Protocol)
		again(protocol, "popravljen zapisnik")
		if now := d.load(made); !now.EndsAt.Equal(c.EndsAt) || d.changes(made) != "restarted replaced " {
			t.Errorf("minutes begin the term anew: %s", d.changes(made))
		}
	})
}

func TestEndMovesToAWorkingDay(t *testing.T) {
	eachClerk(t, func(t *testing.T, d *clerks) {
		zone := d.A.Zone()
		d.Clock.Set(time.Date(2026, 12, 1, 9, 0, 0, 0, zone))
		made := d.create("draft_act", 0, 25) // until Christmas Day, a Friday, before Saturday the 26th
		d.law(made, terms.Bylaw)
		d.paper(made, documents.Draft)
		d.paper(made, documents.Reasons)
		if err := d.m.Publish(d.eva, made, time.Time{}); err != nil {
			t.Fatal(err)
		}
		c := d.load(made)
		if got := c.EndsAt.In(zone).Format("2006-01-02 15:04:05.000000"); got != "2026-12-28 23:59:59.999999" || !c.Phases[0].EndsAt.Equal(c.EndsAt) {
			t.Errorf("it ends %s", got)
		}
	})
}

func TestStaffIsRemindedOfWhatIsDue(t *testing.T) {
	eachClerk(t, func(t *testing.T, d *clerks) {
		d.Update(d.eva, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Update((*departments.Department)(nil)).Set("email = ?", "okolje@example.org").Where("id = ?", d.dept).Exec(ctx)
			return err
		})
		made := d.create("draft_act", 0, 30)
		d.law(made, terms.Bylaw)
		d.paper(made, documents.Draft)
		d.paper(made, documents.Reasons)
		if err := d.m.Publish(d.eva, made, time.Time{}); err != nil {
			t.Fatal(err)
		}
		c := d.load(made)
		zone := d.A.Zone()
		y, m, day := c.ReportBy.In(zone).Date()
		d.Clock.Set(time.Date(y, m, day-7, 8, 0, 0, 0, zone))
		d.Jobs(map[string]job.Handler{book.RemindJob: d.m.desk.Remind})
		rows, err := d.Raw.Read.QueryContext(db.System(context.Background(), "test"), "select to_addr, subject, text from mails order by created_at, id")
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := rows.Close(); err != nil {
				t.Error(err)
			}
		}()
		mails := 0
		for rows.Next() {
			var to, subject, text string
			if err := rows.Scan(&to, &subject, &text); err != nil {
				t.Fatal(err)
			}
			if to == "okolje@example.org" && strings.HasPrefix(subject, "Poročilo") && strings.Contains(subject, "Promet v središču") && strings.Contains(text, "/admin/consultations/"+made) {
				mails++
			}
		}
		if mails != 1 || rows.Err() != nil {
			t.Errorf("%d reminders, %v", mails, rows.Err())
		}
	})
}

// TestTheLastMomentCountsByTheClockOfTheTown asks the service itself, also on the night on which the clocks change.
func TestTheLastMomentCountsByTheClockOfTheTown(t *testing.T) {
	towns := map[string]func(w *tenanttest.World) *tenant.Tenant{
		"Ljubljana": func(w *tenanttest.World) *tenant.Tenant { return w.A },
		"Istanbul": func(w *tenanttest.World) *tenant.Tenant {
			town, err := w.Dir.Add(context.Background(), tenant.New{Slug: "bornova", Country: "tr", Name: i18n.Text{"tr": "Bornova"}, Brand: "#1B6B50"})
			if err != nil {
				w.T.Fatal(err)
			}
			return town
		},
	}
	for name, town := range towns {
		t.Run(name, func(t *testing.T) {
			tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
				w.A = town(w)
				w.Clock.Set(time.Date(2026, 9, 20, 12, 0, 0, 0, w.A.Zone()))
				d := newDesk(w)
				zone, own := w.A.Zone(), w.A.Default()
				day := func(day int) time.Time { return time.Date(2026, 10, day, 0, 0, 0, 0, zone) }
				made, err := d.m.Create(d.eva, Start{Blueprint: "draft_act", Title: i18n.Text{own: "Promet v mestu"}, Start: time.Date(2026, 9, 21, 0, 0, 0, 0, zone), End: day(25)})
				if err != nil {
					t.Fatal(err)
				}
				c := d.load(made)
				words := func(s string) i18n.Text { return i18n.Text{own: s} }
				err = d.m.Edit(d.eva, made, Basics{Title: c.Title, Summary: words("a"), Decides: words("b"), InputUse: words("c"), DepartmentID: d.dept,
					ContactPhone: "1", StartsAt: c.StartsAt, EndsAt: c.EndsAt, Version: c.RowVersion})
				if err != nil {
					t.Fatal(err)
				}
				p := *d.load(made).Phases[0]
				p.Switches.Methods = map[string]json.RawMessage{"remark": json.RawMessage("{}")}
				if err := d.m.SavePhase(d.eva, made, &p, 0); err != nil {
					t.Fatal(err)
				}
				if err := d.m.Publish(d.eva, made, time.Time{}); err != nil {
					t.Fatal(err)
				}
				ask := func(at time.Time) bool {
					w.Clock.Set(at)
					return d.load(made).May(d.ana, "comment.post", w.Clock.Now()).Allowed && d.load(made).May(d.ana, "remark.send", w.Clock.Now()).Allowed
				}
				last := time.Date(2026, 10, 25, 23, 59, 59, 900_000_000, zone)
				if !ask(last) {
					t.Error("23:59:59.9 of the last day does not count")
				}
				if ask(day(26)) {
					t.Error("00:00:00 of the day after counts")
				}
				if name == "Ljubljana" && day(26).Sub(day(25)) != 25*time.Hour {
					t.Fatal("the clocks do not change on this day")
				}
			})
		})
	}
}

// leaflet is a method that a tick opens.
type leaflet struct{}

func (leaflet) Key() string { return "remark" }
func (leaflet) Tab(context.Context, *tenant.Tx, *Consultation) (Tab, bool, error) {
	return Tab{}, false, nil
}
func (leaflet) Panel(context.Context, *tenant.Tx, *Consultation) (templ.Component, error) {
	return nil, nil
}
func (leaflet) Switch() Switch {
	return Switch{Key: "remark", Label: "consultations.tab.comments", Hint: "consultations.phase.no_limit", Action: "remark.send"}
}

func TestTickOfAMethodOpensItInAPhase(t *testing.T) {
	eachClerk(t, func(t *testing.T, d *clerks) {
		d.m.Plug(leaflet{})
		made := d.create("draft_act", 0, 40)
		site := d.Serve(tenanttest.People(map[string]context.Context{"eva": d.eva}), d.m, d.docs)
		eva := site.As("eva")
		c := d.load(made)
		path := root + "/" + made + "/phases/" + c.Phases[0].ID
		if page := eva.Get(path); page.Status != http.StatusOK || page.Doc(t).Find(`input[name="method.remark"]`).Length() != 1 {
			t.Fatalf("the form answers %d without the tick", page.Status)
		}
		zone := d.A.Zone()
		send := func(extra url.Values) {
			t.Helper()
			f := url.Values{"title.sl": {"Pripombe"}, "starts": {c.StartsAt.In(zone).Format(time.DateOnly)}, "ends": {c.EndsAt.In(zone).Format(time.DateOnly)},
				"version": {strconv.FormatInt(d.load(made).RowVersion, 10)}, "comments": {"1"}}
			for name, v := range extra {
				f[name] = v
			}
			if page := eva.Post(path, f); page.Status != http.StatusSeeOther {
				t.Fatalf("saving answers %d: %s", page.Status, page.Body)
			}
		}
		send(url.Values{"method.remark": {"1"}, "eligible.remark.send.min_age": {"18"}})
		s := d.load(made).Phases[0].Switches
		if _, on := s.Methods["remark"]; !on || s.Eligible["remark.send"].MinAge != 18 || !s.Allows("remark.send") {
			t.Errorf("ticked, the phase has %+v", s)
		}
		send(nil)
		if s := d.load(made).Phases[0].Switches; s.Allows("remark.send") {
			t.Error("without the tick it stays open")
		}
	})
}

func TestVotesOnManyConsultationsAreStoredTogether(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, b, c := d.publish("thematic", 0, 20), d.publish("thematic", 0, 20), d.publish("thematic", 0, 20)
		tally := func(totals ...votes.Total) {
			d.Update(d.ana, func(ctx context.Context, tx *tenant.Tx) error { return d.m.Tallied(ctx, tx, totals) })
		}
		ref := func(made string) subject.Ref { return subject.Ref{Kind: Kind, ID: made} }
		tally(votes.Total{Ref: ref(a), Up: 3, Down: 1, Count: 4}, votes.Total{Ref: ref(b), Count: 0})
		tally(votes.Total{Ref: ref(a), Up: 2, Down: 1, Count: 3}, votes.Total{Ref: ref(b), Count: 2, Sum: 9, Associations: 1})
		for made, want := range map[string][3]int64{a: {3, 3, 0}, b: {2, 2, 9}, c: {0, 0, 0}} {
			got := d.load(made)
			if got.VoteCount != want[0] || got.OwnCount != want[1] || got.OwnSum != want[2] || got.Frozen() != (want[1] > 0) {
				t.Errorf("%d votes, %d own, sum %d, frozen %t; want %v", got.VoteCount, got.OwnCount, got.OwnSum, got.Frozen(), want)
			}
		}
		tally()
	})
}

func TestStaffWorksByTheBookOnItsScreens(t *testing.T) {
	eachClerk(t, func(t *testing.T, d *clerks) {
		made := d.create("draft_act", 3, 3) // too short, and without documents
		site := d.Serve(tenanttest.People(map[string]context.Context{"eva": d.eva}), d.m, d.docs)
		eva, one := site.As("eva"), root+"/"+made
		version := strconv.FormatInt(d.load(made).RowVersion, 10)
		day := d.load(made).StartsAt.In(d.A.Zone()).Format(time.DateOnly)
		sent := url.Values{"rules": {terms.Bylaw}, "version": {version}, "decision_url": {"ftp://x"}, "meeting0.sl": {"Javna obravnava"}, "meeting0.day": {day}, "meeting0.time": {"17:00"}, "meeting0.place.sl": {"Dom krajanov"}}
		if page := eva.Post(one+"/law", sent); page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Body, "Dom krajanov") {
			t.Errorf("a bad address answers %d, and keeps what was typed: %t", page.Status, strings.Contains(page.Body, "Dom krajanov"))
		}
		sent.Set("decision_url", "https://velenje.si/sklep")
		if page := eva.Post(one+"/law", sent); page.Status != http.StatusSeeOther {
			t.Fatalf("saving answers %d", page.Status)
		}
		if page := eva.Post(one+"/law", sent); page.Status != http.StatusConflict {
			t.Errorf("a stale form answers %d", page.Status)
		}
		c := d.load(made)
		if c.Act != terms.Bylaw || len(c.Meetings) != 1 || c.Meetings[0].At.In(d.A.Zone()).Hour() != 17 || c.LegalBasis["sl"] == "" {
			t.Errorf("stored is %+v", c.Law)
		}
		page := eva.Get(one)
		if page.Doc(t).Find(`a[href$="/rules/minimum"]`).Length() != 1 {
			t.Fatal("the check-list offers no way around the minimum")
		}
		if page := eva.Get(one + "/rules/minimum"); page.Status != http.StatusOK {
			t.Errorf("the form of an override answers %d", page.Status)
		}
		if page := eva.Post(one+"/rules/minimum", url.Values{"reason.sl": {"kratko"}}); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a reason of one word answers %d", page.Status)
		}
		if page := eva.Post(one+"/rules/minimum", url.Values{"reason.sl": {"Proračunsko leto se izteka."}}); page.Status != http.StatusSeeOther {
			t.Errorf("an override answers %d", page.Status)
		}
		if page := eva.Post(one+"/rules/minimum/uphold", url.Values{}); page.Status != http.StatusSeeOther || len(d.load(made).Overrides) != 0 {
			t.Errorf("taking it back answers %d", page.Status)
		}
		document := d.paper(made, documents.Draft)
		for _, path := range []string{"/papers", "/papers/" + document, "/law"} {
			if page := eva.Get(one + path); page.Status != http.StatusOK {
				t.Errorf("%s answers %d", path, page.Status)
			}
		}
		if page := eva.Post(one+"/papers/"+document+"/remove", url.Values{}); page.Status != http.StatusSeeOther || d.load(made).DocumentCount != 0 {
			t.Errorf("removing answers %d, %d documents stay", page.Status, d.load(made).DocumentCount)
		}
		if page := site.As("").Get(one + "/law"); page.Status != http.StatusSeeOther && page.Status != http.StatusNotFound && page.Status != http.StatusForbidden {
			t.Errorf("a visitor gets %d", page.Status)
		}
	})
}

// Whoever only voted was no participant of what he decided on, neither on the page nor in the register.
func TestWhoVotedOnAConsultationIsCountedWhenTheResultIsFrozen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.publish("thematic", 0, 20)
		ref, who := d.load(made).Ref(), id.New()
		d.Update(d.eva, func(ctx context.Context, tx *tenant.Tx) error {
			if _, err := tx.Raw(`insert into accounts (tenant_id, id, email, name, lang, birth_year, area_ids, groups, verified_at, created_at, updated_at) values (?, ?, 'vida@example.si', 'Vida', 'sl', 1990, '[]', '[]', ?, ?, ?)`,
				tx.ID(), who, tx.Now(), tx.Now(), tx.Now()).Exec(ctx); err != nil {
				return err
			}
			v := &votes.Vote{Key: tenant.Key{ID: id.New()}, SubjectKind: ref.Kind, SubjectID: ref.ID, VoterID: who, VoterKind: votes.VoterCitizen, Value: votes.ValueFor, Channel: votes.ChannelWeb, CastAt: tx.Now(), ChangedAt: tx.Now()}
			_, err := tx.Insert(v).Exec(ctx)
			return err
		})
		if jobs := d.m.Subscriptions()[votes.FrozenResult{}.EventName()]; len(jobs) != 1 {
			t.Fatalf("a frozen result starts %v", jobs)
		}
		for range 2 { // an event may come twice
			d.Update(d.eva, func(ctx context.Context, tx *tenant.Tx) error {
				return tx.Enqueue(ctx, job.Spec{Kind: d.m.Subscriptions()[votes.FrozenResult{}.EventName()][0], Payload: votes.FrozenResult{Ref: ref}})
			})
			d.Jobs(d.m.Jobs())
		}
		if n := d.load(made).ParticipantCount; n != 1 {
			t.Errorf("%d people took part", n)
		}
	})
}
