package desk

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// TestACallIsEntered finds the person by phone, fills him in, answers the topic's question, sees what is near, and saves with a receipt.
func TestACallIsEntered(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		old := h.report("Luč ne gori")
		tel := h.site.As("tel")
		want(t, h.site.As("eva").Get(Entry), 200)
		want(t, h.site.As("ana").Get(Entry), 403)
		found := tel.Post(Entry, url.Values{"who": {"041555666"}, "do": {"find"}, "channel": {"phone"}})
		want(t, found, 200)
		has(t, found.Body, "Ana Novak", old.Number, `name="use"`)
		party := regexp.MustCompile(`name="use" value="([^"]+)"`).FindStringSubmatch(found.Body)
		if party == nil {
			t.Fatal("nobody to choose")
		}
		used := tel.Post(Entry, url.Values{"who": {"041555666"}, "use": {party[1]}, "channel": {"phone"}, "title": {"Še ena luč"}, "topic": {h.lamp}, "kind": {"defect"}, "lat": {"46.2259"}, "lng": {"14.6121"}, "place": {"Šutna 12"}})
		want(t, used, 200)
		has(t, used.Body, "ana@person.example", "Še ena luč", "Katera svetilka?", "Šutna 12")
		form := url.Values{"kind": {"defect"}, "topic": {h.lamp}, "place": {"Šutna 12"}, "lat": {"46.2259"}, "lng": {"14.6121"}, "title": {"Še ena luč"}, "body": {"Tudi druga luč ne gori več."},
			"name": {"Ana Novak"}, "phone": {"041 555 666"}, "channel": {"phone"}, "do": {"print"}}
		missing := tel.Post(Entry, form)
		want(t, missing, 422)
		has(t, missing.Body, "Še ena luč", "Tudi druga luč ne gori več.")
		form.Set("q.pole", "druga")
		sent := tel.Post(Entry, form)
		want(t, sent, 303)
		if to := sent.Header.Get("Location"); !strings.HasSuffix(to, "/receipt") {
			t.Errorf("leads to %s", to)
		}
		has(t, tel.Get(Entry+"?who=Novak").Body, "Še ena luč")
		hasNot(t, h.site.As("dan").Get(Queue+"/review").Body, "Še ena luč")
		has(t, tel.Get(Queue+"/all").Body, "Telefon")
	})
}

// TestLettersPetitionsAndReferences keep their reference: the same one twice is one case, and who signed is kept.
func TestLettersPetitionsAndReferences(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		tel := h.site.As("tel")
		form := url.Values{"kind": {"petition"}, "topic": {h.lamp}, "q.pole": {"vse"}, "title": {"Peticija za luči"}, "body": {"Podpisani želimo več luči."}, "name": {"Vid Hribar"}, "channel": {"petition_list"}, "ref": {"P-7/2026"},
			"received": {"2026-11-02T09:30"}, "signers": {"Ana Novak; Šutna 1; ana@person.example\nBor Kos, Glavni trg 2\n\nCene Zajc; 041 222 333"}, "do": {"save"}}
		want(t, tel.Post(Entry, form), 303)
		want(t, tel.Post(Entry, form), 303)
		var rows []*stored.Case
		var signed []stored.CaseParty
		h.View(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
			if err := tx.Select(&rows).Scan(ctx); err != nil {
				return err
			}
			all, err := stored.Parties(ctx, tx, rows[0].ID)
			signed = slices.DeleteFunc(all, func(p stored.CaseParty) bool { return p.Role != stored.RoleSigner })
			return err
		})
		if len(rows) != 1 || len(signed) != 3 || rows[0].ChannelRef != "P-7/2026" {
			t.Fatalf("%d cases, %d signed", len(rows), len(signed))
		}
		if got := rows[0].RegisteredAt.UTC().Format("2006-01-02 15:04"); got != "2026-11-02 08:30" {
			t.Errorf("received %s", got)
		}
		form.Set("ref", "P-8/2026")
		form.Set("signers", strings.Repeat("Ana Novak\n", signersMost+1))
		r := tel.Post(Entry, form)
		want(t, r, 422)
		has(t, r.Body, "Največ 5000 imen. Vpisanih je 5001") // it asked for a number between 0 and 5,000
		form.Del("signers")
		form.Set("channel", "legal")
		form.Set("ref", "")
		want(t, tel.Post(Entry, form), 422)
		form.Set("ref", "AB-1")
		form.Set("received", "2099-01-01T09:30")
		want(t, tel.Post(Entry, form), 422)
	})
}

// TestACompanyReports: somebody who called for a company left only his own name, and a mistyped number would have been kept.
func TestACompanyReports(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		tel := h.site.As("tel")
		form := url.Values{"do": {"save"}, "channel": {"phone"}, "kind": {"petition"}, "topic": {h.lamp}, "q.pole": {"vse"}, "title": {"Odvoz odpadkov"}, "body": {"Kdaj boste odpeljali zabojnik pred podjetjem?"},
			"company": {"Svetilke, d. o. o."}, "company_register": {"si_tax"}, "company_number": {"SI 50223055"}}
		r := tel.Post(Entry, form)
		want(t, r, 422)
		has(t, r.Body, "Svetilke, d. o. o.")
		form.Set("company_number", "SI 50223054")
		want(t, tel.Post(Entry, form), 303)
		body := tel.Get(Entry + "?who=50223054").Body
		has(t, body, "Svetilke, d. o. o. · 50223054")
		has(t, body, "Odvoz odpadkov")
		form.Del("company")
		want(t, tel.Post(Entry, form), 422)
	})
}

// TestTheKeyboardGoesInOrder renders the desk: the search has the focus, the parts stand in the order of a call, the first button of the
// form only looks, and every access key is given once.
func TestTheKeyboardGoesInOrder(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		body := h.site.As("tel").Get(Entry).Body
		last := 0
		for _, name := range []string{"who", "name", "phone", "email", "kind", "topic", "place", "title", "body", "channel", "received", "ref", "files", "signers"} {
			i := strings.Index(body, ` name="`+name+`"`)
			if i < last {
				t.Errorf("field %s stands before the one that comes before it", name)
			}
			last = max(last, i)
		}
		start := strings.Index(body, `id="entry"`)
		first := regexp.MustCompile(`<button[^>]*type="submit"[^>]*>`).FindString(body[start:])
		if !strings.Contains(first, `value="find"`) {
			t.Errorf("Enter presses %s", first)
		}
		keys := regexp.MustCompile(`accesskey="(.)"`).FindAllStringSubmatch(body, -1)
		seen := map[string]bool{}
		for _, k := range keys {
			if seen[k[1]] {
				t.Errorf("access key %s is given twice", k[1])
			}
			seen[k[1]] = true
		}
		if len(seen) < 9 || strings.Contains(body, `tabindex="1"`) {
			t.Errorf("access keys %v", seen)
		}
		if n := strings.Count(body, "autofocus"); n != 1 {
			t.Errorf("%d fields want the focus", n)
		}
	})
}

// TestQueuesHoldWhatIsToBeDone filters, keeps a filter and acts in bulk; an officer sees only his department.
func TestQueuesHoldWhatIsToBeDone(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		a, b := h.report("Luč pri šoli"), h.report("Klop v parku")
		eva := h.site.As("eva")
		body := eva.Get(Queue + "/review").Body
		has(t, body, a.Number, b.Number)
		body = eva.Get(Queue + "/review?q=KLOP").Body
		has(t, body, b.Number)
		hasNot(t, body, a.Number)
		hasNot(t, eva.Get(Queue+"/review?channel=letter").Body, a.Number)
		has(t, eva.Get(Queue+"/all?q="+a.Number).Body, a.Number)
		want(t, eva.Post(Queue+"/review/filter", url.Values{"name": {"Klopi"}, "filter": {"q=klop"}}), 303)
		has(t, eva.Get(Queue+"/review").Body, ">Klopi</a>")
		want(t, eva.Post(Queue+"/review/filter", url.Values{"name": {" "}, "filter": {"q=klop"}}), 422) // it said "saved" and saved nothing
		want(t, eva.Post(Queue+"/nowhere/filter", url.Values{"name": {"Klopi"}, "filter": {"q=klop"}}), 404)
		hasNot(t, h.site.As("va").Get(Queue+"/all").Body, ">Klopi</a>")
		want(t, eva.Post(Queue+"/review", url.Values{"id": {a.ID, b.ID}, "action": {"assign"}, "department": {h.parks}}), 303)
		has(t, h.site.As("pia").Get(Queue+"/department").Body, a.Number, b.Number)
		hasNot(t, h.site.As("dan").Get(Queue+"/all").Body, a.Number, b.Number)
		want(t, h.site.As("dan").Get(WorkPath(a)), 404)
		want(t, h.site.As("pia").Post(Queue+"/department", url.Values{"id": {a.ID, b.ID}, "action": {"accept"}}), 303)
		if got := h.load(a.ID); got.State != stored.InProgress {
			t.Errorf("state %s", got.State)
		}
		want(t, eva.Post(Queue+"/all", url.Values{"id": {a.ID, b.ID}, "action": {"close"}, "outcome": {"answered"}, "text": {"Naredili bomo spomladi."}}), 303)
		if got := h.load(b.ID); got.State != stored.Answered || got.Answer["sl"] != "Naredili bomo spomladi." {
			t.Errorf("closed %+v", got)
		}
		want(t, eva.Get(Queue+"/nothing"), 404)
		secret, err := h.d.EditPublic(h.eva, acts.Key{ID: b.ID}, acts.Edit{Lang: "sl", Visibility: stored.Internal})
		if err != nil {
			t.Fatal(err)
		}
		hasNot(t, h.site.As("tel").Get(Queue+"/all").Body, secret.Number)
	})
}
