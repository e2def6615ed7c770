package desk

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/told"
	"glas/tenant"
)

// phoned is a case that the agent took by phone from somebody without e-mail.
func (h *hall) phoned(title string, visibility stored.Visibility) *stored.Case {
	h.T.Helper()
	lat, lng := 46.2259, 14.6121
	c, err := h.d.Report(h.tel, acts.Report{ForOther: true, Kind: stored.Defect, TopicID: h.lamp, Title: title, Body: "Pred šolo že tri dni ne gori luč.", Lang: "sl", Lat: &lat, Lng: &lng, Address: "Šutna 10",
		Answers: map[string][]string{"pole": {"tretja"}}, Name: "Vid Hribar", Phone: "041 777 888", Channel: "phone", Private: visibility == stored.ReporterOnly})
	if err != nil {
		h.T.Fatal(err)
	}
	return h.load(c.ID)
}

func (h *hall) callsOf(caseID string) (list []told.CaseCall) {
	h.T.Helper()
	h.View(h.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = told.Of(ctx, tx, caseID)
		return err
	})
	return list
}

// TestWhoHasNoEmailIsCalled: whoever reported by phone and has no e-mail never heard what became of his case: no letter was written, and
// nobody was asked to call.
func TestWhoHasNoEmailIsCalled(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		c := h.phoned("Luč ne gori", stored.Public)
		if list := h.callsOf(c.ID); len(list) != 0 {
			t.Fatalf("to be called for the receipt: %+v", list)
		}
		must := func(_ *stored.Case, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(h.d.Triage(h.eva, acts.Key{ID: c.ID}))
		must(h.d.Ask(h.eva, acts.Key{ID: c.ID}, "Katera svetilka točno?"))
		list := h.callsOf(c.ID)
		if len(list) != 1 || list[0].Kind != "asked" || list[0].Body != "Katera svetilka točno?" || list[0].Way != told.Phone {
			t.Fatalf("calls %+v", list)
		}
		tel, at := h.site.As("tel"), Calls+"/"+list[0].ID
		page := tel.Get(Calls)
		has(t, page.Body, c.Number, `href="`+at+`"`)
		hasNot(t, page.Body, "041 777 888", "Vid Hribar")
		has(t, tel.Get(at).Body, "041 777 888", "Vid Hribar", "Katera svetilka točno?", `name="end"`)
		want(t, h.site.As("ana").Get(at), 403)
		want(t, h.site.As("pia").Get(at), 403)
		want(t, tel.Post(at, url.Values{"end": {"missed"}}), 303)
		if x := h.callsOf(c.ID)[0]; x.Attempts != 1 || x.State != told.Open {
			t.Errorf("after a call in vain %+v", x)
		}
		want(t, tel.Post(at, url.Values{"end": {"reached"}, "said": {"Tretja od šole."}}), 303)
		if got := h.load(c.ID); got.State != stored.InReview || h.callsOf(c.ID)[0].State != told.Done {
			t.Errorf("after the call %s, %+v", got.State, h.callsOf(c.ID)[0])
		}
		want(t, tel.Post(at, url.Values{"end": {"reached"}}), 409)
		page = h.site.As("eva").Get(WorkPath(c))
		has(t, page.Body, "Tretja od šole.", "Osebi to povem zdaj")
		hasNot(t, tel.Get(Calls).Body, c.Number)
	})
}

// TestWhatComesTogetherIsSaidInOneCall: an answer while a call waits does not make another one, and what is said to the person at the desk
// needs no call.
func TestWhatComesTogetherIsSaidInOneCall(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		eva, tel := h.site.As("eva"), h.site.As("tel")
		c := h.phoned("Luč ne gori", stored.Public)
		at := WorkPath(c)
		v := func() string { return number(int(h.load(c.ID).RowVersion)) }
		want(t, eva.Post(at+"/triage", url.Values{"version": {v()}}), 303)
		want(t, eva.Post(at+"/message", url.Values{"version": {v()}, "text": {"Hvala za prijavo."}}), 303)
		want(t, eva.Post(at+"/answer", url.Values{"version": {v()}, "outcome": {"answered"}, "body.sl": {"Luč popravimo jutri."}, "public": {"1"}, "do": {"publish"}}), 303)
		list := h.callsOf(c.ID)
		if len(list) != 1 || list[0].Kind != "answered" || !strings.Contains(list[0].Body, "Hvala za prijavo.") || !strings.Contains(list[0].Body, "Luč popravimo jutri.") {
			t.Fatalf("calls %+v", list)
		}
		want(t, tel.Post(Calls+"/"+list[0].ID, url.Values{"end": {"reached"}, "content": {"no"}, "said": {"Luč še vedno ne gori."}, "reopen": {"1"}}), 303)
		if got := h.load(c.ID); got.Satisfaction != "unsatisfied" || got.State != stored.ReopenRequested {
			t.Errorf("after his opinion %s, %s", got.Satisfaction, got.State)
		}

		c = h.phoned("Pušča voda", stored.Public)
		at = WorkPath(c)
		want(t, tel.Post(at+"/refer", url.Values{"version": {v()}, "body": {h.water}, "text": {"To ureja Vodovod, zadevo smo mu odstopili."}, "told": {"1"}}), 303)
		list = h.callsOf(c.ID)
		if len(list) != 1 || list[0].State != told.Done {
			t.Errorf("told at the phone, calls %+v", list)
		}
		if !h.noticed(c.ID) {
			t.Error("told at the phone, and not noted in the referral")
		}
		c = h.phoned("Spet pušča voda", stored.Public)
		want(t, tel.Post(WorkPath(c)+"/refer", url.Values{"version": {v()}, "body": {h.water}, "text": {"To ureja Vodovod, zadevo smo mu odstopili."}}), 303)
		if h.noticed(c.ID) {
			t.Error("counts as told before anybody called")
		}
		want(t, tel.Post(Calls+"/"+h.callsOf(c.ID)[0].ID, url.Values{"end": {"reached"}}), 303)
		if !h.noticed(c.ID) {
			t.Error("called, and not noted in the referral")
		}
	})
}

// noticed reports whether the reporter counts as told of a referral.
func (h *hall) noticed(caseID string) (yes bool) {
	h.T.Helper()
	h.View(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
		list, err := stored.Referrals(ctx, tx, caseID)
		yes = len(list) == 1 && !list[0].NoticedAt.IsZero()
		return err
	})
	return yes
}

// TestACallAboutAConfidentialCaseIsNotForEverybody: its words would have been read by every agent.
func TestACallAboutAConfidentialCaseIsNotForEverybody(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		c := h.phoned("Nasilje v bloku", stored.ReporterOnly)
		other := h.Staff(h.A, "00000000-0000-7000-8000-00000000000a", "Tina Druga", "agent")
		if _, err := h.d.Triage(h.eva, acts.Key{ID: c.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.d.Message(h.eva, acts.Key{ID: c.ID}, "Zadevo obravnavamo."); err != nil {
			t.Fatal(err)
		}
		count := func(ctx context.Context) (n int) {
			h.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
				n, _, _, err = ToCall(ctx, tx)
				return err
			})
			return n
		}
		if count(h.tel) != 1 || count(h.eva) != 1 || count(other) != 0 {
			t.Errorf("who entered it %d, an editor %d, another agent %d", count(h.tel), count(h.eva), count(other))
		}
		if err := h.d.endCall(other, h.callsOf(c.ID)[0].ID, outcome{end: reached}); err == nil {
			t.Error("another agent ended the call")
		}
	})
}

// TestWhatIsLeftLyingIsFound: an open case without a deadline that nobody touched stood in no list but that of everything.
func TestWhatIsLeftLyingIsFound(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		old := h.report("Luč ne gori")
		must := func(_ *stored.Case, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(h.d.Triage(h.eva, acts.Key{ID: old.ID}))
		planned := h.report("Klop v parku")
		must(h.d.Assign(h.eva, acts.Key{ID: planned.ID}, h.roads, ""))
		must(h.d.Accept(h.dan, acts.Key{ID: planned.ID}))
		must(h.d.Plan(h.dan, acts.Key{ID: planned.ID}, h.Clock.Now().AddDate(0, 0, 20)))
		h.Clock.Add(8 * 24 * time.Hour)
		must(h.d.Reply(h.ana, old.ID, acts.Incoming{Body: "Je kaj novega?"})) // the citizen asking again is no act of the municipality
		fresh := h.report("Znak je podrt")
		page := h.site.As("eva").Get(Queue + "/idle")
		want(t, page, 200)
		has(t, page.Body, old.Number, "8 dni brez dela")
		hasNot(t, page.Body, planned.Number, fresh.Number)
		h.Clock.Add(20 * 24 * time.Hour)
		has(t, h.site.As("dan").Get(Queue+"/idle").Body, planned.Number)
		must(h.d.Note(h.eva, acts.Key{ID: old.ID}, "Poklicali smo izvajalca."))
		hasNot(t, h.site.As("eva").Get(Queue+"/idle").Body, old.Number)
	})
}
