package answers_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/answers"
	"glas/tenant"
)

func TestDraftThenPublishedInVersions(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		cost := int64(1250050)
		w := work(answers.Partly, "Prva ura bo brezplačna.", 0)
		w.CostMinor = &cost
		o.save(o.oto, "s1", w, false)
		if len(o.published(o.ana, "s1", "s2")) != 0 || len(o.told) != 0 {
			t.Fatal("a draft is public")
		}
		if err := o.m.Save(o.oto, ref("s1"), work(answers.Partly, "x", 1), nil, true); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an officer published: %v", err)
		}
		o.save(o.hana, "s1", func() answers.Work { w.RowVersion = 1; return w }(), true)
		a := o.published(o.ana, "s1", "s2")[ref("s1")]
		if a == nil || a.State != answers.Partly || a.Text["sl"] != "Prva ura bo brezplačna." || *a.CostMinor != cost || a.Currency != "EUR" || a.Version != 1 || a.DepartmentID != department {
			t.Fatalf("%+v", a)
		}
		if o.told["s1"] != answers.Partly || !o.kept["answer:"+a.ID] {
			t.Error("the host or the files were not told")
		}
		// A change is a draft again until it is published; what is public stays.
		o.save(o.oto, "s1", work(answers.Rejected, "Ne gre.", a.RowVersion), false)
		if b := o.published(o.ana, "s1")[ref("s1")]; b.State != answers.Partly || b.Text["sl"] != a.Text["sl"] || b.CostMinor == nil {
			t.Fatalf("the public answer changed: %+v", b)
		}
		o.save(o.hana, "s1", work(answers.Rejected, "Ne gre zaradi širine ceste.", a.RowVersion+1), true)
		b := o.published(o.ana, "s1")[ref("s1")]
		if b.State != answers.Rejected || b.Version != 2 || b.CostMinor != nil || !b.FirstPublishedAt.Equal(a.FirstPublishedAt) {
			t.Fatalf("%+v", b)
		}
		o.save(o.hana, "s1", work(answers.Rejected, "Ne gre zaradi širine ceste.", b.RowVersion), true)
		if o.published(o.ana, "s1")[ref("s1")].Version != 2 {
			t.Error("an answer that says nothing new became a version")
		}
		o.hear()
		if len(o.events) != 2 || o.events[0].Version != 1 || o.events[1].State != answers.Rejected || o.events[1].Ref != ref("s1") || o.events[1].ConsultationID != "c1" || o.events[0].ActorID != "hana" {
			t.Errorf("%+v", o.events)
		}
		if n := len(slices.DeleteFunc(slices.Clone(o.acts), func(s string) bool { return s != "answer.publish street:s1" })); n != 2 {
			t.Errorf("%d publications were recorded: %v", n, o.acts)
		}
	})
}

func TestStaleFormIsRefusedAndNothingLost(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		do := o.serve()
		at := "/admin/answers/street/s1"
		_, doc := do("GET", at, "oto", nil)
		version := doc.Find("input[name=version]").AttrOr("value", "?")
		send := func(who, text, version, action string) (*http.Response, string, string) {
			res, doc := do("POST", at, who, url.Values{"state": {"accepted"}, "text.sl": {text}, "version": {version}, "department": {department}, "action": {action}})
			return res, doc.Find("textarea[name='text.sl']").Text(), doc.Find("input[name=version]").AttrOr("value", "")
		}
		if res, _, _ := send("oto", "Prvo", version, "draft"); res.StatusCode != 303 {
			t.Fatalf("saving answers %d", res.StatusCode)
		}
		res, kept, next := send("eva", "Drugo", version, "draft")
		if res.StatusCode != 409 || kept != "Drugo" || next != "1" {
			t.Fatalf("a stale form: %d, %q, version %s", res.StatusCode, kept, next)
		}
		_, doc = do("POST", at, "eva", url.Values{"state": {"accepted"}, "text.sl": {"Drugo"}, "version": {"0"}})
		if !strings.Contains(doc.Find("main").Text(), "Prvo") || !strings.Contains(doc.Find("main").Text(), "Oto") {
			t.Error("what the other saved is not shown")
		}
		if res, _, _ := send("eva", "Drugo", next, "draft"); res.StatusCode != 303 {
			t.Errorf("the second decision answers %d", res.StatusCode)
		}
		if res, _, _ := send("oto", "x", "2", "publish"); res.StatusCode != 403 {
			t.Errorf("an officer publishing: %d", res.StatusCode)
		}
		if res, _, _ := send("hana", "", "2", "publish"); res.StatusCode != 422 {
			t.Errorf("publishing without a reason: %d", res.StatusCode)
		}
		if res, _, _ := send("hana", "Drugo", "2", "publish"); res.StatusCode != 303 {
			t.Errorf("publishing: %d", res.StatusCode)
		}
	})
}

func TestPublishedTogether(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.save(o.oto, "s1", work(answers.Accepted, "Da.", 0), false)
		o.save(o.oto, "s2", work(answers.Rejected, "", 0), false)
		do := o.serve()
		bulk := url.Values{"kind": {"street"}, "state": {"waiting"}, "consultation": {"c1"}, "id": {"s1", "s2", "s3", "nothing"}, "action": {"publish"}}
		if res, _ := do("POST", "/admin/answers", "oto", bulk); res.StatusCode != 403 {
			t.Errorf("an officer: %d", res.StatusCode)
		}
		if res, _ := do("POST", "/admin/answers", "", bulk); !strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
			t.Errorf("a visitor: %d", res.StatusCode)
		}
		res, _ := do("POST", "/admin/answers", "hana", bulk)
		if res.StatusCode != 303 || res.Header.Get("Location") != "/admin/answers?consultation=c1&kind=street&state=waiting" {
			t.Errorf("%d %s", res.StatusCode, res.Header.Get("Location"))
		}
		if got := o.published(o.ana, "s1", "s2", "s3"); len(got) != 1 || got[ref("s1")] == nil {
			t.Fatalf("%+v", got)
		}
		out, err := o.m.PublishMany(o.hana, "street", []string{"s1", "s2"})
		if err != nil || out != (answers.Outcome{Incomplete: 1}) {
			t.Errorf("again: %+v %v", out, err)
		}
		o.save(o.oto, "s2", work(answers.Rejected, "Ni prostora.", 1), false)
		o.save(o.oto, "s3", work(answers.Considering, "", 0), false)
		if out, err := o.m.PublishMany(o.hana, "street", []string{"s1", "s2", "s3"}); err != nil || out.Published != 2 || out.Incomplete != 0 {
			t.Errorf("the rest: %+v %v", out, err)
		}
		if _, err := o.m.PublishMany(o.hana, "street", nil); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("nothing chosen: %v", err)
		}
		// Another municipality sees and publishes nothing of it, whatever it names.
		boss := o.actors["boss"]
		if out, err := o.m.PublishMany(boss, "street", []string{"s1"}); err != nil || out.Published != 0 || len(o.published(boss, "s1")) != 0 {
			t.Errorf("another municipality: %+v %v", out, err)
		}
		if err := o.m.Save(boss, ref("s1"), work(answers.Done, "x", 0), nil, true); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another municipality answers: %v", err)
		}
	})
}

func TestQueue(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		do := o.serve()
		o.save(o.oto, "s1", work(answers.Accepted, "Da.", 0), false)
		res, doc := do("GET", "/admin/answers", "hana", nil)
		if res.StatusCode != 200 || doc.Find("tbody tr").Length() != 3 || doc.Find("table[data-keys]").Length() != 1 || doc.Find("#bulk-answers button[value=publish]").Length() != 1 {
			t.Fatalf("%d, %d rows", res.StatusCode, doc.Find("tbody tr").Length())
		}
		if doc.Find("script:not([src]):not([type])").Length() != 0 || doc.Find("tbody tr[data-tone=danger], tbody tr.g-tone-danger").Length() == 0 && !strings.Contains(doc.Find("tbody tr").First().Text(), i18n.T(o.hana, "answers.late")) {
			t.Error("what is overdue is not marked")
		}
		label := doc.Find("progress").AttrOr("aria-label", "")
		if !strings.Contains(label, "0") || !strings.Contains(label, "3") || !strings.Contains(label, i18n.N(o.hana, "answers.days_late", 5)) {
			t.Errorf("overview: %q", label)
		}
		for query, rows := range map[string]int{"?state=draft": 1, "?state=published": 0, "?overdue=1": 1, "?state=draft&department=" + department: 1,
			"?state=draft&department=x": 0, "?state=draft&consultation=c2": 0, "?kind=moon&state=x&after=%27": 3} {
			res, doc := do("GET", "/admin/answers"+query, "hana", nil)
			if n := doc.Find("tbody tr").Length(); res.StatusCode != 200 || n != rows {
				t.Errorf("%s: %d, %d rows, want %d", query, res.StatusCode, n, rows)
			}
		}
		if q := o.queries[len(o.queries)-1]; len(q.IDs) == 0 && q.Limit == 0 {
			t.Errorf("the host is asked without a limit: %+v", q)
		}
		if _, doc := do("GET", "/admin/answers", "oto", nil); doc.Find("#bulk-answers").Length() != 0 {
			t.Error("an officer is offered to publish")
		}
		if res, _ := do("GET", "/admin/answers", "ana", nil); res.StatusCode != 403 {
			t.Errorf("a resident gets %d", res.StatusCode)
		}
		if _, doc := do("GET", "http://kalamata.localhost/admin/answers", "boss", nil); doc.Find("tbody tr").Length() != 0 {
			t.Error("another municipality sees the queue")
		}
	})
}

func TestBadInput(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		do := o.serve()
		for field, v := range map[string]string{"state": "sold", "cost": "free", "due": "tomorrow", "text.sl": strings.Repeat("č", 20001), "version": "x", "department": "nowhere"} {
			values := url.Values{"state": {"accepted"}, "text.sl": {"Da"}, "version": {"0"}, "text.en": {"Yes"}}
			values.Set(field, v)
			res, doc := do("POST", "/admin/answers/street/s1", "oto", values)
			if res.StatusCode != 422 || doc.Find("textarea[name='text.en']").Text() != "Yes" {
				t.Errorf("%s: %d", field, res.StatusCode)
			}
		}
		for _, at := range []string{"/admin/answers/moon/s1", "/admin/answers/street/nothing", "/answers/street/s1", "/answers/street/%27", "/answers/moon/x"} {
			if res, _ := do("GET", at, "adi", nil); res.StatusCode != 404 {
				t.Errorf("%s answers %d", at, res.StatusCode)
			}
		}
		for typed, want := range map[string]int64{"12500": 1250000, "12.500,50": 1250050, "12,500.5": 1250050, "1 200": 120000, "0,05": 5, "1.234": 123400, "3,5 €": 350} {
			o.View(o.oto, func(context.Context, *tenant.Tx) error { return nil })
			row := o.answer("s1")
			version := "0"
			if row != nil {
				version = i18n.Number(o.oto, row.RowVersion)
			}
			res, _ := do("POST", "/admin/answers/street/s1", "oto", url.Values{"state": {"accepted"}, "text.sl": {"Da"}, "version": {version}, "cost": {typed}})
			if got := o.answer("s1"); res.StatusCode != 303 || got.CostMinor == nil || *got.CostMinor != want {
				t.Errorf("%s: %d %+v", typed, res.StatusCode, got)
			}
		}
	})
}

// answer is the row of a street, nil when there is none.
func (o *office) answer(id string) *answers.Answer {
	var rows []answers.Answer
	o.View(o.oto, func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Select(&rows).Where("subject_id = ?", id).Scan(ctx)
	})
	if len(rows) == 0 {
		return nil
	}
	return &rows[0]
}

func TestVersionsCanBeRead(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		do := o.serve()
		o.save(o.hana, "s2", work(answers.Accepted, "Postavili bomo **klopi** <script>alert(1)</script>.", 0), true)
		o.save(o.hana, "s2", work(answers.Partly, "Postavili bomo dve klopi.", 2), true)
		res, doc := do("GET", "/answers/street/s2", "", nil)
		if res.StatusCode != 200 || doc.Find(".g-answer").Length() != 2 || doc.Find("main script").Length() != 0 || doc.Find("del").Length() == 0 {
			t.Fatalf("%d, %d versions", res.StatusCode, doc.Find(".g-answer").Length())
		}
		if !strings.Contains(doc.Find(".g-answer").First().Text(), "dve klopi") || !strings.Contains(doc.Find(".g-answer").Text(), "Urad za promet") {
			t.Error("the newest version does not stand first, with its department")
		}
		o.streets[1].Visible = false
		o.Clock.Add(time.Hour) // nothing was written that would make the remembered page old
		if res, _ := do("GET", "/answers/street/s2", "", nil); res.StatusCode != 404 {
			t.Errorf("the answer to a hidden thing: %d", res.StatusCode)
		}
		if res, _ := do("GET", "http://kalamata.localhost/answers/street/s2", "", nil); res.StatusCode != 404 {
			t.Errorf("in another municipality: %d", res.StatusCode)
		}
	})
}

func TestOwnLabels(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		do := o.serve()
		values := url.Values{"label.partly.sl": {"Delno uslišano"}, "label.partly.en": {"Half heard"}}
		for _, s := range answers.States() {
			values.Set("colour."+string(s), "explained")
		}
		if res, _ := do("POST", "/admin/answers/labels", "hana", values); res.StatusCode != 403 {
			t.Errorf("a head of a department: %d", res.StatusCode)
		}
		if res, _ := do("POST", "/admin/answers/labels", "adi", values); res.StatusCode != 303 {
			t.Fatalf("saving answers %d", res.StatusCode)
		}
		o.save(o.hana, "s1", work(answers.Partly, "Da.", 0), true)
		a := o.published(o.ana, "s1")[ref("s1")]
		if a.StateLabel(o.ana) != "Delno uslišano" || a.StateColour() != "explained" {
			t.Errorf("%+v", a)
		}
		if answers.Public(o.ana, a).Label != "Delno uslišano" {
			t.Error("the interface has another label")
		}
		_, doc := do("GET", "/admin/answers/labels", "adi", nil)
		if doc.Find("input[name='label.partly.en']").AttrOr("value", "") != "Half heard" {
			t.Error("the labels are not shown again")
		}
		values.Set("colour.done", "gold")
		if res, _ := do("POST", "/admin/answers/labels", "adi", values); res.StatusCode != 422 {
			t.Errorf("an unknown colour: %d", res.StatusCode)
		}
	})
}

func TestEveryLanguage(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		cost := int64(100)
		w := work(answers.OutOfScope, "Odloča država.", 0)
		w.CostMinor = &cost
		o.save(o.hana, "s1", w, true)
		w.RowVersion, w.State = 2, answers.Noted
		o.save(o.hana, "s1", w, true)
		a := o.published(o.ana, "s1")[ref("s1")]
		for _, lang := range []string{"en", "sl", "bg", "el", "tr"} {
			ctx := i18n.With(o.ana, o.Catalogue.Localizer(lang, o.A.Zone(), ""))
			var b bytes.Buffer
			if err := answers.Block(a, "Urad").Render(ctx, &b); err != nil {
				t.Fatal(err)
			}
			marked := strings.Contains(b.String(), `lang="sl"`)
			if strings.Contains(b.String(), "⟦") || !strings.Contains(b.String(), "Odloča država") || marked != (lang != "sl") {
				t.Errorf("%s: %s", lang, b.String())
			}
			for _, s := range answers.States() {
				if name := answers.Label(ctx, nil, s); strings.Contains(name, "answers.") || name == "" {
					t.Errorf("%s %s: %q", lang, s, name)
				}
			}
		}
		if len(answers.States()) != 7 || answers.State("x").Valid() {
			t.Error("the states changed")
		}
		if a.FileRef() != (subject.Ref{Kind: "answer", ID: a.ID}) {
			t.Error("files are kept elsewhere")
		}
	})
}

func TestImport(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		at := o.Clock.Now().Add(-72 * time.Hour).UTC()
		o.Update(o.Visitor(o.A), func(ctx context.Context, tx *tenant.Tx) error {
			return o.m.Import(ctx, tx, answers.Item{Card: subject.Card{Ref: ref("s1")}, ConsultationID: "c1"}, work(answers.Accepted, "Da.", 0), at)
		})
		a := o.published(o.ana, "s1")[ref("s1")]
		if a == nil || a.Version != 1 || !a.PublishedAt.Equal(at) || o.told["s1"] != answers.Accepted {
			t.Fatalf("%+v", a)
		}
		if o.hear(); len(o.events) != 0 || len(o.acts) != 0 {
			t.Error("somebody was told")
		}
	})
}
