package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"glas/internal/i18n"
	"glas/internal/web/browsertest"
)

// TestStories tells what people do, in a real browser, on the whole program.
func TestStories(t *testing.T) {
	s := play(t)
	t.Run("a citizen takes part", func(t *testing.T) { citizen(t, s, true) })
	t.Run("a citizen takes part without script", func(t *testing.T) { citizen(t, s, false) })
	t.Run("somebody comes back by password and by link", func(t *testing.T) { returning(t, s) })
	t.Run("an administrator runs a consultation", func(t *testing.T) { administrator(t, s) })
	t.Run("a moderator decides and the author is told", func(t *testing.T) { moderator(t, s) })
	t.Run("an association takes part", func(t *testing.T) { association(t, s) })
	t.Run("the keyboard is enough", func(t *testing.T) { keyboard(t, s) })
}

const (
	draftAct = "/consultations/odlok-o-cestnem-prometu"
	voting   = "/consultations/varno-pes-in-s-kolesom"
	ideas    = "/consultations/zelene-povrsine"
	password = "dolga pot ob Paki"
)

// person is somebody in Velenje before a browser.
type person struct {
	*browsertest.Page
	t      *testing.T
	s      *stage
	script bool
	email  string
}

func (s *stage) somebody(t *testing.T, email string, script bool) *person {
	t.Helper()
	p := &person{Page: s.browser.Page(t), t: t, s: s, script: script, email: email}
	if !script {
		p.NoJS()
	}
	return p
}

// open goes to a page of Velenje.
func (p *person) open(path string) { p.t.Helper(); p.Goto(p.s.at("velenje", path)) }

// say is what the program says in the language of the municipality, so that better words break no story.
func (s *stage) say(id string, args ...any) string {
	ctx := i18n.With(context.Background(), s.catalogue.Localizer("sl", time.UTC, ""))
	return i18n.T(ctx, id, args...)
}

func (p *person) say(id string, args ...any) string { return p.s.say(id, args...) }

// arrive waits until a page is there whole, its scripts among it.
func (p *person) arrive(path string) {
	p.t.Helper()
	p.WaitPath(path)
	p.WaitUntil("document.readyState === 'complete'")
}

// write waits as long as anybody needs to write something, for forms that distrust those who need no time.
func (p *person) write(form string) {
	p.t.Helper()
	p.WaitUntil(fmt.Sprintf(`Date.now() / 1000 - Number(document.querySelector(%q).elements._opened.value) > 4`, form))
}

// number reads a number that people see.
func (p *person) number(selector string) int {
	p.t.Helper()
	text := p.Text(selector)
	n, err := strconv.Atoi(strings.TrimFunc(text, func(r rune) bool { return r < '0' || r > '9' }))
	if err != nil {
		p.t.Fatalf("%s shows %q", selector, text)
	}
	return n
}

// register makes an account on the page that asks to sign in, and comes back by the link of the mail.
func (p *person) register(name string) {
	p.t.Helper()
	p.Click("main a[href*='/register']")
	p.arrive("/register")
	p.Fill("email", p.email)
	p.Fill("name", name)
	p.Fill("password", password)
	p.Click("#f-rules")
	p.Click(p.say("accounts.register.submit"))
	p.WaitText(p.say("accounts.sent.title"))
	p.Goto(p.s.letter(p.t, p.email, "/verify/").link(p.t, "/verify/"))
	p.Click(p.say("accounts.use.verify.button"))
}

func citizen(t *testing.T, s *stage, script bool) {
	p := s.somebody(t, fmt.Sprintf("špela.%t@example.si", script), script)
	p.email = strings.Replace(p.email, "š", "s", 1)
	p.comments()
	p.replies()
	p.supports()
	path := p.proposes()
	p.edits(path)
	p.follows()
	p.isAnswered(path)
	p.withdraws()
}

// comments as a visitor: only the press of the button asks to sign in, and nothing that was typed is lost.
func (p *person) comments() {
	p.t.Helper()
	p.open(draftAct)
	p.WaitText("Osnutek odloka o urejanju cestnega prometa")
	p.Click(p.say("consultations.tab.comments"))
	p.arrive(draftAct + "/comments")
	text := fmt.Sprintf("Območje 30 naj sega do šole. Zapisala %s.", p.email)
	p.Fill("#comment-form textarea", text)
	p.Click("#comment-form input[value=against]")
	p.Click(p.say("comments.form.submit"))
	p.arrive("/sign-in")
	p.register("Špela Dobnik")
	p.arrive(draftAct + "/comments")
	if got := p.Value("#comment-form textarea"); got != text {
		p.t.Fatalf("after signing in the form holds %q", got)
	}
	if p.Count("#comment-form input[value=against]:checked") != 1 {
		p.t.Error("after signing in the stance is lost")
	}
	p.write("#comment-form")
	p.Click(p.say("comments.form.submit"))
	p.WaitText(p.say("comments.flash.posted"))
	p.WaitText(text)
	if got := p.Value("#comment-form textarea"); got != "" {
		p.t.Errorf("after posting the form holds %q", got)
	}
}

func (p *person) replies() {
	p.t.Helper()
	p.open(draftAct + "/comments")
	form := ".c-form"
	if p.script {
		form = ".c-slot .c-form"
	}
	p.Click("main .g-comment a[href*='/new?parent=']")
	p.WaitFor(form)
	text := "Se strinjam, " + p.email
	p.Fill(form+" textarea", text)
	p.write(form)
	p.Click(form + " button[type=submit].ds-button")
	p.WaitText(p.say("comments.flash.posted"))
	p.WaitText(text)
}

// supports with one press: the number is true at once, and stays true on another visit.
func (p *person) supports() {
	p.t.Helper()
	p.open(voting + "/proposals")
	const button, pressed, count = "form.g-vote button", "form.g-vote button[aria-pressed=true]", " .g-vote__count"
	before := p.number(button + count)
	if p.script {
		browsertest.Eval[bool](p.Page, "window.stayed = true")
	}
	p.Click(button)
	p.WaitFor(pressed)
	if got := p.number(pressed + count); got != before+1 {
		p.t.Errorf("after supporting the count is %d, it was %d", got, before)
	}
	if p.script {
		p.settled()
		if !browsertest.Eval[bool](p.Page, "window.stayed === true") {
			p.t.Error("the page was loaded again for a vote")
		}
	}
	p.open(voting + "/proposals")
	if got := p.number(pressed + count); got != before+1 {
		p.t.Errorf("on the next visit the count is %d, want %d", got, before+1)
	}
	p.Click(pressed)
	p.WaitGone(pressed)
	p.settled()
	if got := p.number(button + count); got != before {
		p.t.Errorf("after taking it back the count is %d, want %d", got, before)
	}
	p.open(voting + "/proposals")
	p.Click(button)
	p.WaitFor(pressed)
	p.settled()
}

// settled waits until what was pressed is also true at the server: the page shows it before, and leaving the page then would take
// it back.
func (p *person) settled() {
	if p.script {
		p.WaitUntil("!document.querySelector('.htmx-request')")
	}
}

// proposes something with a place and a photo, and gives the address of it.
func (p *person) proposes() string {
	p.t.Helper()
	p.open(ideas)
	p.Click(p.say("proposals.action.new"))
	p.arrive(ideas + "/proposals/new")
	p.Fill("#f-title", "Klopi s senco ob Paki pri tržnici")
	if p.script {
		p.WaitFor("#similar a")
		if got := p.Text("#similar"); !strings.Contains(got, "Senca na klopeh ob Paki") {
			p.t.Errorf("similar proposals are: %s", got)
		}
	}
	p.Fill("#f-body", "Starejši na poti s tržnice nimajo kje sesti. Tri klopi pod drevesi bi zadoščale.")
	p.Fill("topic", "Zelene površine")
	p.Fill("place", "Šaleška cesta")
	if p.script {
		p.Click("[data-map]")
		p.WaitUntil(`document.querySelector("[name=lat]").value !== "" && document.querySelector("[name=lng]").value !== ""`)
	}
	p.Upload("#f-files", photo(p.t))
	p.Click(p.say("attachments.upload.alts"))
	p.Fill("files.alts.1", "Prazna pot ob reki")
	p.write("#proposal-form")
	p.Click(p.say("proposals.action.preview"))
	p.arrive(ideas + "/proposals/preview")
	p.WaitText("Klopi s senco ob Paki pri tržnici")
	p.Click("Senca na klopeh ob Paki") // similar ones stand beside the preview, with script and without
	p.Goto(p.s.at("velenje", ideas+"/proposals/preview"))
	p.Click(p.say("common.publish"))
	p.WaitText(p.say("proposals.flash.published"))
	address, err := url.Parse(p.URL())
	if err != nil {
		p.t.Fatal(err)
	}
	p.WaitText("Šaleška cesta")
	p.until(func() bool {
		p.Reload()
		return p.Count("main img[alt='Prazna pot ob reki']") == 1
	})
	return address.Path
}

func (p *person) edits(path string) {
	p.t.Helper()
	p.open(path)
	p.Click("main a[href$='/edit']")
	p.Fill("#f-body", "Starejši na poti s tržnice nimajo kje sesti. Štiri klopi pod drevesi bi zadoščale.")
	p.Click(p.say("common.save"))
	p.arrive(path)
	p.WaitText("Štiri klopi pod drevesi")
	p.open(path + "/history")
	p.WaitText("Tri")
}

func (p *person) follows() {
	p.t.Helper()
	p.open(draftAct)
	// Who took part follows by himself; pressing twice ends where it began.
	for range 2 {
		pressed := p.Attribute("form[action^='/follow/'] button", "aria-pressed")
		p.Click("form[action^='/follow/'] button")
		p.WaitUntil(fmt.Sprintf(`document.readyState === "complete" && document.querySelector("form[action^='/follow/'] button").getAttribute("aria-pressed") !== %q`, pressed))
	}
	p.open("/me/following")
	p.WaitText("Osnutek odloka o urejanju cestnega prometa")
}

// isAnswered has the staff answer; the author is told by mail, and leaves by one press without signing in.
func (p *person) isAnswered(path string) {
	p.t.Helper()
	staff := p.s.enter(p.t, "velenje", "uradnik", "administrator")
	staff.Goto(p.s.at("velenje", path))
	staff.Click("main a[href*='/admin/answers/proposal/']")
	staff.Fill("state", "accepted")
	staff.Fill("text.sl", "Tri klopi postavimo spomladi, četrto jeseni. Za "+p.email)
	staff.Click(p.say("answers.publish"))
	staff.WaitText(p.say("answers.published"))
	l := p.s.letter(p.t, p.email, path)
	if !strings.Contains(l.HTML, "Klopi s senco ob Paki") || !strings.Contains(l.Text, "Klopi s senco ob Paki") {
		p.t.Errorf("the mail does not say what was answered:\n%s", l.Text)
	}
	p.Goto(l.link(p.t, path))
	p.WaitText("Tri klopi postavimo spomladi")
	leave := strings.Trim(strings.Split(l.Header.Get("List-Unsubscribe"), ",")[0], "<> ")
	if l.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		p.t.Errorf("the mail lacks one-click unsubscribing: %v", l.Header)
	}
	stranger := p.s.browser.Page(p.t)
	stranger.Goto(leave)
	stranger.WaitText(p.say("follows.unsubscribe.one"))
	if status := p.s.oneClick(p.t, leave); status != http.StatusOK {
		p.t.Errorf("one-click unsubscribing answered %d", status)
	}
	p.open("/me/following")
	p.WaitNoText("Klopi s senco ob Paki pri tržnici")
}

// oneClick leaves as the program of a mailbox does it (RFC 8058).
func (s *stage) oneClick(t *testing.T, address string) int {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:"+s.port+u.RequestURI(), strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = u.Host
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	return res.StatusCode
}

// withdraws a second proposal: its text goes, the reason and the talk stay.
func (p *person) withdraws() {
	p.t.Helper()
	p.open(ideas + "/proposals/new")
	p.Fill("#f-title", "Kolesarnica pri glasbeni šoli")
	p.Fill("#f-body", "Otroci kolesa puščajo na stopnicah, ker drugega prostora ni.")
	p.write("#proposal-form")
	p.Click(p.say("proposals.action.preview"))
	p.arrive(ideas + "/proposals/preview")
	p.Click(p.say("common.publish"))
	p.WaitText(p.say("proposals.flash.published"))
	p.Click("main a[href$='/withdraw']")
	p.Fill("reason", "Občina jo je ta teden že postavila.")
	p.Click(p.say("proposals.action.withdraw"))
	p.WaitText(p.say("proposals.flash.withdrawn"))
	p.WaitText("Občina jo je ta teden že postavila.")
	p.WaitNoText("Otroci kolesa puščajo na stopnicah")
}

// returning signs in by password and by a link that a mail scanner has looked at before.
func returning(t *testing.T, s *stage) {
	first := s.somebody(t, "marjeta@example.si", true)
	first.open("/sign-in")
	first.register("Marjeta Hudej")
	first.arrive("/")
	p := s.somebody(t, "marjeta@example.si", true)
	p.open("/sign-in")
	p.Fill("email", p.email)
	p.Fill("password", "ni pravo geslo")
	p.Click("main button[type=submit]:not([formaction])")
	p.WaitText(p.say("accounts.error.credentials"))
	p.Fill("password", password)
	p.Click("main button[type=submit]:not([formaction])")
	p.arrive("/")
	p.open("/me")
	p.WaitText(p.email)
	other := s.somebody(t, p.email, true)
	other.open("/sign-in")
	other.Fill("email", p.email)
	other.Click(p.say("accounts.sign_in.link"))
	other.WaitText(p.say("accounts.sent.title"))
	link := s.letter(t, p.email, "/sign-in/link/").link(t, "/sign-in/link/")
	s.browser.Page(t).Goto(link) // the scanner
	other.Goto(link)
	other.Click(p.say("accounts.use.sign_in.button"))
	other.WaitPath("/")
	other.open("/me")
	other.WaitText(p.email)
	late := s.somebody(t, p.email, true)
	late.Goto(link)
	late.WaitText(p.say("accounts.dead.title"))
}

// until looks again until done, as long as a patient person would.
func (p *person) until(done func() bool) {
	p.t.Helper()
	for range 60 {
		if done() {
			return
		}
	}
	p.t.Fatalf("it did not come about:\n%s", p.Text("main"))
}

// photo makes a picture as a phone would.
func photo(t *testing.T) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1200, 900))
	for y := range 900 {
		for x := range 1200 {
			img.Set(x, y, color.RGBA{uint8(90 + y/10), uint8(140 + x/20), uint8(120 + (x*y)%40), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "IMG_2041.jpg")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
