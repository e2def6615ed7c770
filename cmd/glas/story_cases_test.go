package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/web/browsertest"
	"glas/modules/cases"
	"glas/tenant"
)

// TestStoryCases tells what becomes of a broken lamp, of a call and of a day outside, in a real browser.
func TestStoryCases(t *testing.T) {
	s := play(t)
	l := &lampStory{s: s}
	t.Run("a broken lamp is reported without an account", l.reported)
	t.Run("the same without script", l.plainly)
	t.Run("the editor shows it with an answer", l.shown)
	t.Run("a neighbour joins it and watches the street", l.joined)
	t.Run("a call is written down by keyboard and answered", func(t *testing.T) { call(t, s) })
	t.Run("work outside survives a lost connection", func(t *testing.T) { outside(t, s) })
}

// of is a person in another municipality.
func (p *person) of(slug, lang string) *neighbour {
	return &neighbour{person: p, slug: slug, lang: lang}
}

// neighbour is somebody before a browser in a municipality of another language.
type neighbour struct {
	*person
	slug, lang string
}

func (p *neighbour) open(path string) { p.t.Helper(); p.Goto(p.s.at(p.slug, path)) }

func (p *neighbour) say(id string, args ...any) string {
	ctx := i18n.With(context.Background(), p.s.catalogue.Localizer(p.lang, time.UTC, ""))
	return i18n.T(ctx, id, args...)
}

// row reads one row from the tables of a municipality.
func (s *stage) row(t *testing.T, slug string, into []any, query string, args ...any) {
	t.Helper()
	town := s.town(t, slug)
	err := s.rows.View(tenant.With(context.Background(), town), func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Raw(query+" and tenant_id = '"+town.ID+"' limit 1", args...).Scan(ctx, into...)
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// inDepartment sets the department of somebody on staff.
func (s *stage) inDepartment(t *testing.T, slug, email, department string) {
	t.Helper()
	account := ""
	s.row(t, slug, []any{&account}, "select id from accounts where email = ?", email)
	boss := s.person(t, slug, "kadri", "administrator")
	if r := boss.Post("/admin/people/"+account+"/department", url.Values{"department": {department}}); r.Status != 303 {
		t.Fatalf("set the department: %d %s", r.Status, r.Body)
	}
}

// lampStory is the story of a lamp and what it has come to: the case by its token, number and department.
type lampStory struct {
	s                         *stage
	token, number, department string
}

const (
	lampTitle = "Svetilka pred vrtcem ne gori"
	lampBody  = "Že tri dni je zvečer tema. Pokličite me na 041 123 456."
)

func (l *lampStory) reported(t *testing.T) {
	p := l.s.somebody(t, "lucka@example.si", true)
	p.open("/cases")
	p.Click(p.say("cases.action.report"))
	p.arrive("/report")
	p.Click("input[name=kind][value=defect]")
	p.Fill("place", "kidriceva 10")
	p.WaitFor(".g-place__list [role=option]")
	if got := p.Text(".g-place__list [role=option]"); !strings.Contains(got, "Kidričeva cesta") {
		t.Fatalf("the first suggestion is %q", got)
	}
	p.Press(kb.ArrowDown)
	p.Press(kb.Enter)
	p.WaitUntil(`document.querySelector("[name=lat]").value !== ""`)
	p.Click("[data-steps-next]")
	p.WaitUntil(`!document.querySelector("#near").closest("[data-step]").hidden && document.querySelector("#near").textContent.trim()`)
	p.Click("[data-steps-next]")
	p.Fill("#f-topic", "Javna razsvetljava")
	p.Click("[data-steps-next]")
	p.Fill("#f-title", lampTitle)
	p.Fill("#f-body", lampBody)
	p.Upload("#f-files", photo(t))
	p.Click(p.say("attachments.upload.alts"))
	p.Fill("files.alts.1", "Temna svetilka ob poti")
	p.WaitUntil(`!document.querySelector("#f-files").dataset.shrinking`)
	p.Click("[data-steps-next]")
	p.WaitFor("#preview .g-casepreview")
	p.WaitText("041 123 456") // what looks personal is pointed out before it is sent
	p.Fill("#f-name", "Lučka Zver")
	p.Fill("#f-email", p.email)
	p.write("#case-form")
	p.Click("#case-form button[name=do][value=send]")
	p.WaitText(p.say("cases.sent.title"))
	l.token = l.confirms(p)
	p.WaitText(p.say("cases.token.title"))
	l.number = p.Text(".g-pagehead__eyebrow, .g-eyebrow, h1 ~ p, main p")
	l.s.row(t, "velenje", []any{&l.number}, "select number from cases where token = ?", l.token)
	p.WaitText(l.number)
	p.until(func() bool { p.Reload(); return p.Count("main img[alt='Temna svetilka ob poti']") == 1 })
	p.Axe()
	p.Fill("#f-reply", "Gre za tretjo svetilko od ceste.")
	p.Click("#reply form[action$='/reply'] button[type=submit]")
	p.WaitText("Gre za tretjo svetilko od ceste.")
}

// confirms presses the button behind the link of the letter, and gives the token of the case.
func (l *lampStory) confirms(p *person) string {
	p.t.Helper()
	p.Goto(l.s.letter(p.t, p.email, "/confirm").link(p.t, "/confirm"))
	p.Click("main form button")
	p.WaitUntil("/\\/c\\/[^/]+$/.test(location.pathname)")
	path := p.path()
	return path[strings.LastIndex(path, "/")+1:]
}

func (l *lampStory) plainly(t *testing.T) {
	p := l.s.somebody(t, "brez@example.si", false)
	p.open("/report")
	p.Click("input[name=kind][value=defect]")
	p.Fill("place", "kidriceva 10")
	p.Click("[data-place-find]")
	p.WaitFor("input[type=radio][name=place_at], .g-place input[type=radio]")
	p.Click(".g-place input[type=radio]")
	p.Fill("#f-topic", "Javna razsvetljava")
	p.Fill("#f-title", "Luč utripa")
	p.Fill("#f-body", "Luč ob prehodu vso noč utripa.")
	p.Upload("#f-files", photo(t))
	p.Fill("#f-email", p.email)
	p.Click("#case-form button[name=do][value=preview]")
	p.WaitFor(".g-casepreview")
	p.write("#case-form")
	p.Click("#case-form button[name=do][value=send]")
	const settled = `document.readyState === "complete" && (!document.querySelector("#case-form") || document.querySelector("#case-form [name=near_seen]").value === "1")`
	p.WaitUntil(settled)
	if p.Count("#case-form") == 1 { // what is near is shown once, and sending goes on
		p.write("#case-form")
		p.Click("#case-form button[name=do][value=send]")
	}
	p.WaitText(p.say("cases.sent.title"))
	l.confirms(p)
	p.WaitText("Luč utripa")
}

func (l *lampStory) shown(t *testing.T) {
	p := l.s.staff(t, "urednica", "editor", "officer")
	l.s.row(t, "velenje", []any{&l.department}, "select id from departments where archived = false")
	l.s.inDepartment(t, "velenje", p.email, l.department)
	p.open("/admin/cases/queue/review")
	p.WaitText(l.number)
	p.Click(l.number)
	p.WaitFor("#acts")
	work := p.path()
	p.WaitText(lampTitle)
	p.Click("details:has([name=rects]) > summary")
	p.Drag("[data-redact]", 0.2, 0.2, 0.5, 0.5)
	if got := p.Value("[name=rects]"); !strings.Contains(got, "20.") && !strings.Contains(got, "19.") {
		t.Errorf("the rectangle is %q", got)
	}
	p.Click("form[action$='/redact'] button[type=submit]")
	p.arrive(work)
	p.WaitUntil("document.querySelector('[data-flash]')")
	const covered = "form[action$='/photo'] button[name=public][value='1']:not([data-confirm])" // of the copy, which a job makes
	p.until(func() bool { p.Reload(); return p.Count(covered) == 1 })
	p.Click(covered)
	p.arrive(work)
	p.WaitText(p.say("casedesk.photo.public"))
	p.unfold("edit")
	p.Fill("#edit-body", "Že tri dni je zvečer tema.")
	p.Click("form[action$='/edit'] button[value=save]")
	p.arrive(work)
	p.WaitFor(".g-diff, ins, del")
	p.unfold("assign")
	p.Fill("#assign-department", l.department)
	p.Click("form[action$='/assign'] button[type=submit]")
	p.arrive(work)
	p.Click("form[action$='/accept'] button[type=submit]")
	p.arrive(work)
	p.unfold("answer")
	p.Click("input[name=outcome][value=resolved]")
	p.Fill("textarea[name='body.sl']", "Sijalko smo zamenjali v četrtek.")
	p.Click("form[action$='/answer'] button[value=publish]")
	p.Click("#confirm button[value=yes]")
	p.arrive(work)
	visitor := l.s.somebody(t, "", true)
	visitor.open("/cases")
	visitor.until(func() bool { visitor.Reload(); return visitor.Has("Sijalko smo zamenjali") }) // a page may be a second old
	visitor.WaitText(lampTitle)
	visitor.Click(lampTitle)
	visitor.arrive("/cases/" + l.number)
	visitor.WaitText("Sijalko smo zamenjali v četrtek.")
	visitor.WaitNoText("041 123 456")
	visitor.until(func() bool { visitor.Reload(); return visitor.Count("main img[alt='Temna svetilka ob poti']") == 1 })
	visitor.Axe()
	visitor.open("/cases?view=map")
	visitor.WaitFor(".g-map__cell, .g-map__pin")
	lat := 0.0
	l.s.row(t, "velenje", []any{&lat}, "select public_lat from cases where number = ?", l.number)
	browsertest.Eval[bool](visitor.Page, fmt.Sprintf(`(() => { const m = document.querySelector("[data-map]").glasMap; m.setView([%f, m.getCenter().lng], 18, {animate: false}); return true; })()`, lat))
	lng := 0.0
	l.s.row(t, "velenje", []any{&lng}, "select public_lng from cases where number = ?", l.number)
	browsertest.Eval[bool](visitor.Page, fmt.Sprintf(`(() => { document.querySelector("[data-map]").glasMap.setView([%f, %f], 19, {animate: false}); return true; })()`, lat, lng))
	visitor.WaitFor(".g-map__list a[href$='" + l.number + "']") // the list beside the map is of what the map shows
	if !strings.HasSuffix(visitor.URL(), "/cases?view=map") {
		t.Errorf("moving the map led to %s", visitor.URL())
	}
	l.s.letter(t, "lucka@example.si", "Sijalko smo zamenjali")
}

// unfold opens an act on the page of a case.
func (p *person) unfold(act string) {
	p.t.Helper()
	p.WaitFor("#do-" + act)
	if p.Attribute("#do-"+act, "open") == "" && browsertest.Eval[bool](p.Page, fmt.Sprintf("!document.querySelector('#do-%s').open", act)) {
		p.Click("#do-" + act + " > summary")
	}
}

func (l *lampStory) joined(t *testing.T) {
	p := l.s.somebody(t, "sosed@example.si", true)
	p.open("/alerts")
	p.Fill("place", "kidriceva 10")
	p.WaitFor(".g-place__list [role=option]")
	p.Press(kb.ArrowDown)
	p.Press(kb.Enter)
	p.WaitUntil(`document.querySelector("[name=lat]").value !== ""`)
	p.Click("Javna razsvetljava")
	p.Fill("email", p.email)
	p.Axe()
	p.Click("main form button[type=submit].ds-button[data-variant=primary]")
	p.WaitText(p.say("casealerts.sent.title"))
	p.Goto(l.s.letter(t, p.email, "/alerts/").link(t, "/alerts/"))
	p.Axe()
	p.Click("main form button")
	p.WaitText(p.say("casealerts.flash.confirmed"))
	p.Click("main form button")
	p.WaitText(p.say("casealerts.flash.stopped"))
	p.open("/report")
	p.Click("input[name=kind][value=defect]")
	p.Fill("place", "kidriceva 10")
	p.WaitFor(".g-place__list [role=option]")
	p.Press(kb.ArrowDown)
	p.Press(kb.Enter)
	p.WaitUntil(`document.querySelector("[name=lat]").value !== ""`)
	p.Click("[data-steps-next]")
	p.WaitText(lampTitle)
	p.Click("#near .g-near__item:has(a[href$='" + l.number + "']) .ds-button")
	p.arrive("/cases/" + l.number)
	p.Fill("#follow [name=email]", p.email)
	p.Click("#follow button")
	p.WaitText(p.say("cases.flash.follow_mail"))
	p.Goto(l.s.letter(t, p.email, "/following/").link(t, "/following/"))
	p.Click("main form button")
	p.WaitText(p.say("cases.flash.follow"))
}

// call is a call to Bornova: who it is, what he said before, a new case without the mouse, the department, the answer, a second look.
func call(t *testing.T, s *stage) {
	agent := (&person{Page: s.enter(t, "bornova", "temsilci", "agent"), t: t, s: s, script: true}).of("bornova", "tr")
	phone, name := "", ""
	s.row(t, "bornova", []any{&phone, &name}, "select phone, name from case_parties where phone <> '' and name <> '' and hidden = false")
	agent.open("/admin/desk")
	agent.WaitUntil("document.activeElement.name === 'who'")
	agent.Press(phone)
	agent.WaitFor(".g-entry__caller")
	agent.WaitText(name)
	agent.WaitFor(".g-entry__history a")
	agent.Axe()
	agent.tabTo(".g-entry__caller button[name=use]")
	agent.Press(kb.Enter)
	agent.WaitUntil("document.querySelector('#f-name').value !== ''")
	agent.WaitUntil("document.readyState === 'complete'")
	agent.WaitUntil("document.activeElement.name === 'kind'") // past the person, where the call goes on
	browsertest.Eval[bool](agent.Page, "document.querySelector('[accesskey=n]').focus(), true")
	agent.tabTo("#f-email")
	agent.Press("arayan@example.com")
	agent.tabTo("#f-kind")
	agent.Press("arıza")
	agent.tabTo("#f-topic")
	agent.Press("yol")
	agent.WaitUntil("document.querySelector('#f-topic').value !== ''")
	agent.tabTo("[name=place]")
	agent.Press("mustafa kemal cd")
	agent.WaitFor(".g-place__list [role=option]")
	agent.Press(kb.ArrowDown)
	agent.Press(kb.Enter)
	agent.WaitUntil(`document.querySelector("[name=lat]").value !== ""`)
	agent.tabTo("#f-title")
	agent.Press("Kaldırımda çukur")
	agent.tabTo("#f-body")
	agent.Press("Okulun önünde derin bir çukur var, çocuklar düşüyor.")
	agent.Fits()
	agent.tabTo("button[name=do][value=save]")
	agent.Press(kb.Enter)
	agent.WaitText("Kaldırımda çukur")
	agent.WaitFor("#acts")
	number := agent.path()[strings.LastIndex(agent.path(), "/")+1:]
	nextCall(agent)

	department := ""
	s.row(t, "bornova", []any{&department}, "select department_id from cases where number = ?", number)
	officer := (&person{Page: s.enter(t, "bornova", "memur", "officer", "editor"), t: t, s: s, script: true}).of("bornova", "tr")
	s.inDepartment(t, "bornova", "memur@person.example", department)
	officer.open("/admin/cases/queue/unaccepted")
	officer.WaitText(number)
	officer.Click(number)
	officer.WaitFor("#acts")
	work := officer.path()
	officer.Click("form[action$='/accept'] button[type=submit]")
	officer.arrive(work)
	officer.unfold("answer")
	officer.Click("input[name=outcome][value=resolved]")
	officer.Fill("textarea[name='body.tr']", "Çukur 20 Kasım'da dolduruldu.")
	officer.Click("form[action$='/answer'] button[value=publish]")
	officer.Click("#confirm button[value=yes]")
	officer.arrive(work)
	officer.Axe()

	citizen := s.somebody(t, "arayan@example.com", true).of("bornova", "tr")
	s.due(t, "bornova")
	citizen.Goto(s.letter(t, citizen.email, "/feedback/").link(t, "/feedback/"))
	citizen.Axe()
	citizen.Click("input[name=satisfied][value=no]")
	citizen.Fill("text", "Çukur ertesi gün yine açıldı.")
	citizen.Click("main form button[type=submit]")
	citizen.WaitUntil("!document.querySelector('input[name=satisfied]')")
	officer.open("/admin/cases/queue/reopen")
	officer.WaitText(number)
	officer.Click(number)
	officer.WaitText("Çukur ertesi gün yine açıldı.")
	officer.unfold("reopen")
	officer.Fill("#reopen-text", "Yeniden bakıyoruz.")
	officer.Click("form[action$='/reopen'] button[type=submit]")
	officer.arrive(work)
	s.letter(t, citizen.email, "Yeniden bakıyoruz.")

	// Who works on it is told that the citizen wrote again.
	caseID := ""
	s.row(t, "bornova", []any{&caseID}, "select id from cases where number = ?", number)
	ctx := tenant.With(context.Background(), s.town(t, "bornova"))
	if _, err := s.parts.cases.Acts().Reply(ctx, caseID, cases.Incoming{Body: "Çukur büyüdü.", Channel: "phone", Trusted: true}); err != nil {
		t.Fatal(err)
	}
	s.letter(t, "memur@person.example", number)
}

// nextCall writes another call down and goes on with the next: the focus stands where the next person is looked for, and that the last one
// was kept is said in the live region all the same.
func nextCall(agent *neighbour) {
	agent.t.Helper()
	agent.open("/admin/desk")
	agent.WaitUntil("document.activeElement.name === 'who'")
	agent.tabTo("#f-kind")
	agent.Press("teşek")
	agent.tabTo("#f-topic")
	agent.Press("kültür")
	agent.tabTo("#f-title")
	agent.Press("Kütüphane çok güzel")
	agent.tabTo("#f-body")
	agent.Press("Yeni kütüphane için herkese teşekkür ederim.")
	agent.tabTo("button[name=do][value=next]")
	agent.Press(kb.Enter)
	agent.WaitUntil("document.querySelector('#flash [data-flash]')?.textContent.includes('BOR-')")
	agent.WaitUntil("document.activeElement.name === 'who' && document.querySelector('#f-title').value === ''")
}

// due does now what a job would do within days: opinions are asked for a while after the answer.
func (s *stage) due(t *testing.T, slug string) {
	t.Helper()
	if err := s.parts.cases.Jobs()["cases.survey"](tenant.With(context.Background(), s.town(t, slug)), job.Job{}); err != nil {
		t.Fatal(err)
	}
}

// outside is a day of somebody who repairs things, with a telephone that loses its connection.
func outside(t *testing.T, s *stage) {
	p := s.staff(t, "monter", "officer")
	department, number, caseID := "", "", ""
	s.row(t, "velenje", []any{&department, &number, &caseID}, "select department_id, number, id from cases where state = 'in_progress' and department_id <> '' and lat is not null")
	s.inDepartment(t, "velenje", p.email, department)
	p.Viewport(390)
	p.open("/field")
	p.WaitUntil("document.querySelector('[data-field]').dataset.stored")
	p.Axe()
	p.Fits()
	form := "form[data-case='" + caseID + "'] "
	p.Click("li:has(form[data-case='" + caseID + "']) summary")
	p.Fill(form+"textarea", "Popravil drog")
	p.AllowConsole("ERR_INTERNET_DISCONNECTED")
	p.AllowConsole("Failed to fetch")
	p.Offline(true)
	p.Reload()
	p.WaitUntil("document.querySelector(\"" + form + "textarea\")?.value === 'Popravil drog'") // the page opens without a connection, and so does what was begun
	p.Upload(form+"input[type=file]", photo(t))
	p.WaitUntil("!document.querySelector(\"" + form + "input[type=file]\").dataset.shrinking")
	p.Click(form + "button[value=note]")
	p.WaitText(p.say("casefield.kept", "Number", number))
	p.WaitText(p.say("casefield.offline"))
	p.Reload()
	p.WaitFor("[data-field-waiting] li")
	post := browsertest.Eval[string](p.Page, `new Promise((ok) => { const r = indexedDB.open("glas-field", 1); r.onsuccess = () => { const q = r.result.transaction("posts").objectStore("posts").getAll(); q.onsuccess = () => ok(q.result[0].id); }; })`)
	p.Offline(false)
	p.WaitText(p.say("casefield.sent", "Number", number))
	p.WaitUntil("document.querySelector('[data-field-waiting]').hidden")
	again := browsertest.Eval[int](p.Page, fmt.Sprintf(`(() => { const b = new FormData(); b.append("post", %q); b.append("case", %q); b.append("action", "note"); b.append("text", "Popravil drog"); return fetch("/field/send", {method: "POST", body: b, headers: {"X-Glas-Field": "1"}}).then((r) => r.status); })()`, post, caseID))
	if again != 200 {
		t.Errorf("the same once more: %d", again)
	}
	n, files := 0, 0
	s.row(t, "velenje", []any{&n}, "select count(*) from case_messages where body = 'Popravil drog'")
	s.row(t, "velenje", []any{&files}, "select count(*) from attachments where subject_id = ?", caseID)
	if n != 1 || files != 1 {
		t.Errorf("%d notes and %d photos came of one", n, files)
	}
}
