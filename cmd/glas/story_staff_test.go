package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"glas/internal/db"
	"glas/internal/web/browsertest"
)

// staff is somebody of the municipality at work.
func (s *stage) staff(t *testing.T, name string, roles ...string) *person {
	t.Helper()
	return &person{Page: s.enter(t, "velenje", name, roles...), t: t, s: s, script: true, email: name + "@person.example"}
}

// day is a day as a date field takes it, some days from now.
func day(offset int) string { return time.Now().AddDate(0, 0, offset).Format("2006-01-02") }

func administrator(t *testing.T, s *stage) {
	p := s.staff(t, "vodja", "administrator")
	p.arrive("/admin")
	draft := p.creates()
	p.previews(draft)
	p.publishes(draft)
	p.answersMany()
	p.clones()
}

// creates a consultation from a blueprint, fills what the check-list misses, and changes the switches of its phase.
func (p *person) creates() string {
	p.t.Helper()
	p.open("/admin/consultations/new")
	p.Click("input[name=blueprint][value=thematic]")
	p.Click("main form button[type=submit].ds-button")
	p.WaitFor("[data-error-summary]")
	if p.Count("input[value=thematic]:checked") != 1 {
		p.t.Error("a refused form forgot the blueprint")
	}
	p.Fill("#f-title-sl", "Jezero poleti: red za vse")
	p.Fill("#f-starts", day(0))
	p.Fill("#f-ends", day(60))
	p.Click("main form button[type=submit].ds-button")
	p.WaitText(p.say("consultations.check.missing"))
	draft := p.path()
	p.Click(fmt.Sprintf("a[href='%s/basics']", draft))
	p.arrive(draft + "/basics")
	for field, text := range map[string]string{
		"summary": "Kopalci, ribiči in veslači si delijo isto obalo. Kako naj bo urejena?", "body": "Poleti je ob jezeru gneča.",
		"decides": "Občinski svet sprejme red na plaži.", "input_use": "Vsak predlog preberemo in nanj odgovorimo.",
	} {
		p.Fill("#f-"+field+"-sl", text)
	}
	p.Fill("#f-department", "Urad za okolje in podnebje")
	p.Fill("#f-contact_email", "jezero@velenje.example")
	p.Click("main form button[type=submit].ds-button[data-variant=primary]")
	p.arrive(draft)
	p.WaitNoText(p.say("consultations.error.checklist"))
	p.Click(fmt.Sprintf("main a[href^='%s/phases/']", draft))
	p.WaitFor("#f-proposal_quota")
	p.Fill("#f-proposal_quota", "2")
	p.Click("#f-stance")
	p.Click("main form button[type=submit].ds-button[data-variant=primary]")
	p.arrive(draft)
	return draft
}

func (p *person) path() string {
	p.t.Helper()
	u, err := url.Parse(p.URL())
	if err != nil {
		p.t.Fatal(err)
	}
	return u.Path
}

// previews shows the draft to somebody without a session, by a link that ends.
func (p *person) previews(draft string) {
	p.t.Helper()
	p.open(draft)
	p.Click(p.say("consultations.preview.make"))
	p.WaitFor("main a[href*='/preview/']")
	link := browsertest.Eval[string](p.Page, `document.querySelector("main a[href*='/preview/']").href`)
	stranger := p.s.browser.Page(p.t)
	stranger.Goto(link)
	stranger.WaitText("Jezero poleti: red za vse")
	stranger.WaitText(p.say("consultations.preview.text"))
	stranger.AllowConsole("404")
	stranger.Goto(p.s.at("velenje", "/consultations/jezero-poleti-red-za-vse"))
	stranger.WaitNoText("Jezero poleti: red za vse")
	if _, err := p.s.db.Write.NewRaw("update consultation_previews set expires_at = ?", time.Now().Add(-time.Minute).UTC()).Exec(db.System(context.Background(), "test")); err != nil {
		p.t.Fatal(err)
	}
	stranger.Goto(link)
	stranger.WaitText(p.say("consultations.error.preview_over"))
}

func (p *person) publishes(draft string) {
	p.t.Helper()
	p.open(draft)
	p.Click(p.say("common.publish"))
	p.WaitUntil("document.querySelector('[data-flash]')")
	visitor := p.s.somebody(p.t, "", true)
	visitor.open("/consultations/jezero-poleti-red-za-vse")
	visitor.WaitText("Jezero poleti: red za vse")
	visitor.WaitText("jezero@velenje.example")
	visitor.open("/consultations")
	visitor.WaitText("Jezero poleti: red za vse")
}

// answersMany drafts two answers and publishes them with one press.
func (p *person) answersMany() {
	p.t.Helper()
	titles := []string{"Temno nebo nad jezerom", "Javno dostopen zemljevid okvar in popravil"}
	for _, title := range titles {
		p.open("/admin/answers")
		p.Click(title)
		p.WaitFor("#f-text-sl")
		p.Fill("state", "partly")
		p.Fill("#f-text-sl", "Upoštevamo v pogodbi s koncesionarjem.")
		p.Click(p.say("common.save_draft"))
		p.WaitText(p.say("answers.saved"))
		visitor := p.s.somebody(p.t, "", true)
		visitor.open("/consultations/koncesija-javne-razsvetljave/proposals")
		visitor.WaitNoText("Upoštevamo v pogodbi s koncesionarjem.")
	}
	p.open("/admin/answers?kind=proposal&state=draft")
	p.WaitText(titles[0])
	p.Click("input[data-check-all]")
	p.Click(p.say("answers.bulk.publish"))
	p.Click("#confirm button[value=yes]")
	p.WaitUntil("document.querySelector('[data-flash]')")
	visitor := p.s.somebody(p.t, "", true)
	visitor.open("/consultations/koncesija-javne-razsvetljave/proposals")
	visitor.WaitText("Upoštevamo v pogodbi s koncesionarjem.")
}

// clones what was done before, with every date moved by the same number of days.
func (p *person) clones() {
	p.t.Helper()
	p.open("/admin/consultations")
	p.Click("Otroška igrišča")
	p.WaitFor("#f-clone_starts")
	p.Fill("#f-clone_starts", day(30))
	p.Click("form[action$='/clone'] button")
	p.WaitText(p.say("consultations.pill.draft"))
	copied := p.path()
	p.open(copied + "/basics")
	if got := p.Value("#f-starts"); got != day(30) {
		p.t.Errorf("the copy begins %s, want %s", got, day(30))
	}
}

// moderator hides what was reported; its author is told why and how to answer.
func moderator(t *testing.T, s *stage) {
	author := s.somebody(t, "jezen@example.si", true)
	author.open(draftAct + "/comments")
	author.Fill("#comment-form textarea", "Kdor se s tem strinja, je bedak in naj se izseli.")
	author.Click(s.say("comments.form.submit"))
	author.arrive("/sign-in")
	author.register("Janez Hud")
	author.arrive(draftAct + "/comments")
	author.write("#comment-form")
	author.Click(s.say("comments.form.submit"))
	author.WaitText(s.say("comments.flash.posted"))

	reader := s.somebody(t, "", true)
	reader.open(draftAct + "/comments?c_sort=newest")
	reader.WaitText("je bedak")
	reader.Goto(s.at("velenje", browsertest.Eval[string](reader.Page,
		`[...document.querySelectorAll("article, .g-comment")].filter((e) => e.innerText.includes("je bedak")).pop().querySelector("a[href*='/report/']").getAttribute("href")`)))
	reader.Click("input[name=reason][value=offensive]")
	reader.Fill("#f-text", "Žali vse druge.")
	reader.Click(s.say("moderation.report.submit"))
	reader.WaitText(s.say("moderation.report.thanks"))

	p := s.staff(t, "varuhinja", "moderator")
	p.open("/admin/moderation")
	p.WaitText("je bedak")
	p.Click("main tbody a[href*='/admin/moderation/']")
	p.WaitText("Žali vse druge.")
	p.Click("input[name=action][value=hide]")
	p.Fill("#f-rule", s.say("moderation.rule.respect"))
	p.Fill("#f-reason", "Besedilo žali druge udeležence.")
	p.Click(s.say("moderation.case.submit"))
	p.WaitText(s.say("moderation.decided"))

	l := s.letter(t, author.email, "/appeal/")
	for _, want := range []string{"Besedilo žali druge udeležence.", s.say("moderation.rule.respect")} {
		if !strings.Contains(l.Text, want) {
			t.Errorf("the author is not told %q:\n%s", want, l.Text)
		}
	}
	reader.open(draftAct + "/comments?c_sort=newest")
	reader.WaitNoText("je bedak")
	reader.WaitText("Besedilo žali druge udeležence.")
	author.Goto(l.link(t, "/appeal/"))
	author.Fill("#f-text", "Mislil sem splošno.")
	author.Click(s.say("moderation.appeal.submit"))
	author.WaitText(s.say("moderation.appeal.sent"))
}

// association applies, is verified, and takes part with its badge, counted apart from citizens.
func association(t *testing.T, s *stage) {
	p := s.staff(t, "tajnica")
	p.open("/me/associations")
	p.Fill("#f-name", "Ribiška družina Paka")
	p.Fill("#f-kind", "association")
	p.Click("input[name=register][value=si_reg]")
	p.Fill("#f-register_number", "9331311")
	p.Fill("#f-representative", "Tajnica Novak")
	p.Click(s.say("accounts.associations.submit"))
	p.WaitText(s.say("accounts.error.register_number"))
	p.Fill("#f-register_number", "9331310")
	p.Click(s.say("accounts.associations.submit"))
	p.WaitText(s.say("accounts.org.state.applied"))

	clerk := s.staff(t, "preverjalka", "administrator")
	clerk.open("/admin/associations")
	clerk.WaitText("Ribiška družina Paka")
	clerk.Click(s.say("accounts.queue.verify"))
	clerk.WaitNoText("Ribiška družina Paka")
	s.letter(t, p.email, "Ribiška družina Paka")

	p.open("/me/associations")
	p.Click(s.say("accounts.associations.act"))
	p.WaitText(s.say("accounts.associations.acting", "Name", "Ribiška družina Paka"))
	p.open(draftAct + "/comments")
	p.Fill("#comment-form textarea", "Podpiramo, če ostane dostop z vozilom do čolnarne.")
	p.write("#comment-form")
	p.Click(s.say("comments.form.submit"))
	p.WaitText(s.say("comments.flash.posted"))
	p.open(voting + "/proposals?sort=newest")
	liked := browsertest.Eval[string](p.Page, `document.querySelector("form.g-vote button[aria-pressed=false]").closest("li, article, .g-row").querySelector("h3 a").getAttribute("href")`)
	p.open(liked)
	before := associationsOn(p)
	p.Click("form.g-vote button[aria-pressed=false]")
	p.WaitFor("form.g-vote button[aria-pressed=true]")
	p.settled()

	visitor := s.somebody(t, "", true)
	visitor.open(draftAct + "/comments?c_sort=newest")
	badge := browsertest.Eval[string](visitor.Page, `[...document.querySelectorAll("article, .g-comment")].filter((e) => e.innerText.includes("čolnarne")).pop().innerText`)
	if !strings.Contains(badge, "Ribiška družina Paka") || !strings.Contains(strings.ToLower(badge), strings.ToLower(s.say("accounts.badge.association"))) {
		t.Errorf("the comment of the association reads: %s", badge)
	}
	visitor.open(liked)
	if got := associationsOn(visitor); got != before+1 {
		t.Errorf("after the support of one more association %d are counted, before it %d", got, before)
	}
}

// associationsOn reads how many associations voted for what a page shows.
func associationsOn(p *person) int {
	p.t.Helper()
	found := regexp.MustCompile(`· (\d+) društ`).FindStringSubmatch(p.Text("main"))
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// keyboard comments and votes with nothing but keys; the focus is seen and never lost.
func keyboard(t *testing.T, s *stage) {
	p := s.staff(t, "tipka")
	p.open(draftAct + "/comments")
	p.Press(kb.Tab)
	if got := browsertest.Eval[string](p.Page, "document.activeElement.getAttribute('href')"); got != "#main" {
		t.Errorf("the first key leads to %q, want to the skip link", got)
	}
	p.Press(kb.Enter)
	p.tabTo("#comment-form textarea")
	p.Press("Samo s tipkovnico.")
	p.write("#comment-form")
	p.tabTo("#comment-form button[type=submit]")
	p.Press(kb.Enter)
	p.WaitText(s.say("comments.flash.posted"))
	p.WaitText("Samo s tipkovnico.")

	p.open(voting + "/proposals?sort=discussed")
	p.tabTo("form.g-vote button[aria-pressed=false]")
	p.Press(kb.Enter)
	p.WaitFor("form.g-vote button[aria-pressed=true]")
	p.WaitUntil(`!document.querySelector(".htmx-request") && document.activeElement.matches("form.g-vote button[aria-pressed=true]")`)
	p.Press(kb.Enter)
	p.WaitGone("form.g-vote button[aria-pressed=true]")
}

// tabTo presses Tab until something has the focus, and checks that the focus is seen all the way.
func (p *person) tabTo(selector string) {
	p.t.Helper()
	for range 120 {
		p.Press(kb.Tab)
		state := browsertest.Eval[string](p.Page, fmt.Sprintf(`(() => {
			const e = document.activeElement;
			if (!e || e === document.body) return "lost";
			const s = getComputedStyle(e), box = e.getBoundingClientRect();
			if (box.width < 1 || box.height < 1) return "unseen " + e.outerHTML.slice(0, 120);
			if (s.outlineStyle === "none" && s.boxShadow === "none" && !e.matches("iframe, input[type=radio], input[type=checkbox]")) return "unmarked " + e.outerHTML.slice(0, 120);
			return e.matches(%q) ? "there" : "";
		})()`, selector))
		switch {
		case state == "there":
			return
		case state != "":
			p.t.Errorf("on the way to %s the focus is %s", selector, state)
		}
	}
	p.t.Fatalf("the keyboard does not lead to %s", selector)
}
