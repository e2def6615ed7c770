package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"glas/internal/web/browsertest"
)

// act is a draft as a clerk pastes it. Its seventh article has two paragraphs.
const act = `ODLOK
o redu na javnih površinah

I. SPLOŠNE DOLOČBE

1. člen
(vsebina)

Ta odlok določa red na javnih površinah v občini.

2. člen
(javne površine)

(1) Javne površine so ceste, trgi, parki in otroška igrišča.

(2) Za javno površino šteje tudi obala jezera.

II. RABA

7. člen
(prireditve)

(1) Prireditev na javni površini dovoli občinska uprava.

(2) Prireditev se konča najpozneje ob 23. uri.

8. člen
(kazni)

Z globo 200 eurov se kaznuje, kdor krši ta odlok.
`

const (
	bookTitle = "Odlok o redu na javnih površinah"
	bookPath  = "/consultations/odlok-o-redu-na-javnih-povrsinah"
)

// TestStoryByTheBook follows a draft act from the clerk's desk through what people say to the report that stands.
func TestStoryByTheBook(t *testing.T) {
	s := play(t)
	b := &bookStory{t: t, s: s, clerk: s.staff(t, "referentka", "administrator")}
	// Each step stands on the one before.
	b.putsUp()
	b.byKeyboard()
	b.withoutScript()
	b.onThePlan()
	b.usable(b.open)
	b.answers()
	b.reports()
	b.usable(b.after)
}

// bookStory is the story and what it has come to.
type bookStory struct {
	t     *testing.T
	s     *stage
	clerk *person
	// draft is the desk of the consultation, text and sheet the public pages, receipt the receipt of the first remark.
	draft, text, sheet, receipt string
	citizens                    []*person
}

// save presses the main button of the form in the middle of the page.
func (p *person) save() {
	p.t.Helper()
	p.Click("main form button[type=submit].ds-button[data-variant=primary]")
}

func (b *bookStory) putsUp() {
	t := b.t
	p := b.clerk
	p.open("/admin/consultations/new")
	p.Click("input[name=blueprint][value=draft_act]")
	p.Fill("#f-title-sl", bookTitle)
	p.Fill("#f-rules", p.say("terms.act.bylaw"))
	p.Fill("#f-starts", day(0))
	p.Fill("#f-ends", day(2))
	p.save()
	p.WaitText(p.say("consultations.check.heading"))
	b.draft = p.path()
	p.WaitText("Traja najmanj: 7 dni") // the rule by its name, with the day it asks for
	p.WaitText(p.say("terms.rule.document", "Document", p.say("documents.kind.draft")))
	p.WaitText(p.say("terms.rule.document", "Document", p.say("documents.kind.reasons")))
	p.open(b.draft + "/basics")
	for field, text := range map[string]string{
		"summary": "Kako naj bo urejena raba parkov, trgov in obale?", "body": "Sedanji odlok je iz leta 1998.",
		"decides": "Občinski svet sprejme odlok.", "input_use": "Na vsako pripombo odgovorimo.",
	} {
		p.Fill("#f-"+field+"-sl", text)
	}
	p.Fill("#f-department", "Urad za okolje in podnebje")
	p.Fill("#f-contact_email", "odlok@velenje.example")
	p.Fill("#f-ends", day(45))
	p.Fill("#f-answer_by", day(60))
	p.save()
	p.arrive(b.draft)
	p.Click(fmt.Sprintf("main a[href^='%s/phases/']:not([href$='/new'])", b.draft))
	p.WaitFor("[name='method.text']")
	for _, name := range []string{"method.text", "method.remark"} {
		if p.Count(fmt.Sprintf("[name='%s']:checked", name)) == 0 {
			p.Click(fmt.Sprintf("[name='%s']", name))
		}
	}
	p.save()
	p.arrive(b.draft)
	b.addsText()
	b.addsSheet()
	p.open(b.draft)
	if p.Count("form[action$='/publish'] button:disabled") != 1 {
		t.Error("it can be published without the documents that the rule asks for")
	}
	b.addsPaper("draft", "Predlog, kot bo šel na sejo")
	b.addsPaper("reasons", "Zakaj je odlok potreben")
	p.open(b.draft)
	p.Click("form[action$='/publish'] button")
	p.WaitUntil("document.querySelector('[data-flash]')")
	visitor := b.s.somebody(b.t, "", true)
	visitor.open(bookPath)
	visitor.WaitText(bookTitle)
}

func (b *bookStory) consultation() string { return b.draft[strings.LastIndex(b.draft, "/")+1:] }

// addsText brings the act in from pasted text, looks at what was recognised, and publishes it.
func (b *bookStory) addsText() {
	p := b.clerk
	p.open("/admin/texts?consultation=" + b.consultation())
	p.Fill("#f-pasted", act)
	p.Click(p.say("texts.admin.import"))
	p.WaitText(p.say("texts.admin.publish_title"))
	p.WaitText("7. člen, 2. odstavek")
	p.Click("form[action$='/publish'] button[type=submit]")
	p.Click("#confirm button[value=yes]")
	p.WaitFor("main a[href^='/texts/']")
	b.text = p.Attribute("main a[href^='/texts/']", "href")
}

func (b *bookStory) addsSheet() {
	p := b.clerk
	p.open("/admin/texts?consultation=" + b.consultation())
	p.Fill("#f-sheet_title", "Prireditveni prostori")
	p.Fill("#f-zones", "1; Titov trg; 10,10 40,10 40,40 10,40\n2; Obala; 50,50 90,50 90,90 50,90")
	p.Click(p.say("texts.sheet.save_new"))
	p.WaitFor("form[action$='/publish']")
	p.Click("form[action$='/publish'] button[type=submit]")
	p.WaitFor("main a[href^='/sheets/']")
	b.sheet = p.Attribute("main a[href^='/sheets/']", "href")
}

func (b *bookStory) addsPaper(kind, title string) {
	p := b.clerk
	file := filepath.Join(b.t.TempDir(), kind+".txt")
	if err := os.WriteFile(file, []byte(title+"\n\n"+act), 0o600); err != nil {
		b.t.Fatal(err)
	}
	p.open(b.draft + "/papers")
	p.Fill("kind", kind)
	p.Fill("#f-title-sl", title)
	p.Upload("input[type=file]", file)
	p.save()
	p.WaitText(title)
}

// byKeyboard is what an ordinary citizen does with nothing but keys: she opens a paragraph of the act, quotes words of it, proposes other
// wording, and sends. Only sending asks for an account, which she makes by keys too, and nothing that was typed is lost.
func (b *bookStory) byKeyboard() {
	t := b.t
	p := b.s.somebody(b.t, "zala@example.si", true)
	b.citizens = append(b.citizens, p)
	p.open(b.text)
	row := browsertest.Eval[string](p.Page, `[...document.querySelectorAll(".g-act__row")].find((e) => e.querySelector("summary")?.textContent.includes("7. člen, 2. odstavek")).id`)
	p.tabTo(fmt.Sprintf(`[id=%q] > details > summary`, row))
	p.Press(kb.Enter)
	p.WaitFor(".g-act__slot[open] form.g-remarkform textarea[name=body]")
	p.tabTo(".g-act__slot[open] a[href*='/blocks/']")
	p.Press(kb.Enter)
	p.WaitFor("details.g-act__quote")
	p.tabTo("details.g-act__quote > summary")
	p.Press(kb.Enter)
	p.tabTo("details.g-act__quote input[name=quote]")
	p.Press("najpozneje ob 25. uri" + kb.Enter)
	p.WaitText(p.say("texts.quote.unknown"))
	p.tabTo("details.g-act__quote input[name=quote]")
	p.Press(strings.Repeat(kb.Delete, 30) + "najpozneje ob 23. uri" + kb.Enter)
	p.WaitFor(".g-remarkform__about blockquote")
	const form = "form.g-remarkform "
	p.tabTo(form + "textarea[name=body]")
	body := "Ob 23. uri je za petek prezgodaj."
	p.Press(body)
	p.tabTo(form + "details summary")
	p.Press(kb.Enter)
	p.tabTo(form + "textarea[name=wording]")
	p.Press(kb.Home)
	p.Press("Ob petkih velja druga ura. ")
	p.write(form)
	p.tabTo(form + "button[type=submit]")
	p.Press(kb.Enter)
	p.arrive("/sign-in")
	p.registerByKeys("Zala Hribar")
	p.WaitFor("form.g-remarkform textarea[name=body]")
	if got := p.Text(".g-remarkform__about blockquote"); got != "najpozneje ob 23. uri" {
		t.Errorf("after signing in the quotation is %q", got)
	}
	if got := p.Value("form.g-remarkform textarea[name=body]"); got != body {
		t.Fatalf("after signing in the form holds %q", got)
	}
	if got := p.Value("form.g-remarkform textarea[name=wording]"); !strings.Contains(got, "Ob petkih velja druga ura.") {
		t.Errorf("after signing in the other wording is %q", got)
	}
	p.write("form.g-remarkform")
	p.tabTo("form.g-remarkform button[type=submit]")
	p.Press(kb.Enter)
	p.WaitFor(".g-receipt")
	p.WaitText("7. člen, 2. odstavek")
	p.WaitText(body)
	p.WaitText("najpozneje ob 23. uri")
	b.receipt = p.path()
	b.s.letter(t, p.email, "7. člen, 2. odstavek")
}

// registerByKeys is register without a mouse.
func (p *person) registerByKeys(name string) {
	p.t.Helper()
	p.tabTo("main a[href*='/register']")
	p.Press(kb.Enter)
	p.arrive("/register")
	for _, one := range [][2]string{{"email", p.email}, {"name", name}, {"password", password}} {
		p.tabTo("main input[name=" + one[0] + "]")
		p.Press(one[1])
	}
	p.tabTo("#f-rules")
	p.Press(" ")
	p.tabTo("main form button[type=submit]")
	p.Press(kb.Enter)
	p.WaitText(p.say("accounts.sent.title"))
	p.Goto(p.s.letter(p.t, p.email, "/verify/").link(p.t, "/verify/"))
	p.tabTo("main form button[type=submit]")
	p.Press(kb.Enter)
}

// withoutScript goes the same way by plain forms.
func (b *bookStory) withoutScript() {
	t := b.t
	p := b.s.somebody(b.t, "brez.skripta@example.si", false)
	b.citizens = append(b.citizens, p)
	p.open(b.text)
	block := browsertest.Eval[string](p.Page, `[...document.querySelectorAll("details.g-act__slot")].find((e) => e.textContent.includes("7. člen, 2. odstavek")).querySelector("a").getAttribute("href")`)
	p.open(block)
	p.WaitText("Prireditev se konča najpozneje ob 23. uri.")
	p.Click("form.g-remarkform input[name=stance][value=against]")
	p.Fill("form.g-remarkform textarea[name=body]", "Konec naj bo ob 22. uri, ker ljudje spijo.")
	p.Click("form.g-remarkform button[type=submit].ds-button")
	p.arrive("/sign-in")
	p.register("Tine Mlakar")
	p.WaitFor("form.g-remarkform textarea[name=body]")
	if got := p.Value("form.g-remarkform textarea[name=body]"); got != "Konec naj bo ob 22. uri, ker ljudje spijo." {
		t.Fatalf("after signing in the form holds %q", got)
	}
	p.write("form.g-remarkform")
	p.Click("form.g-remarkform button[type=submit].ds-button")
	p.WaitFor(".g-receipt")
	p.WaitText("7. člen, 2. odstavek")
}

// onThePlan takes the zone from the list beside the picture.
func (b *bookStory) onThePlan() {
	p := b.citizens[0]
	p.open(b.sheet)
	p.Click("ol.g-sheet__zones a:last-of-type")
	p.WaitFor("form.g-remarkform textarea[name=body]")
	p.Fill("form.g-remarkform textarea[name=body]", "Na obali naj ne bo odra.")
	p.write("form.g-remarkform")
	p.Click("form.g-remarkform button[type=submit].ds-button")
	p.WaitFor(".g-receipt")
	p.open(b.sheet)
	p.WaitFor("ol.g-sheet__zones .g-heat")
}

// open are the kinds of pages while it runs, after those that came of it; staff says who looks.
func (b *bookStory) open() (public, staff []string) {
	block := b.receipt[:strings.LastIndex(b.receipt, "/receipt/")]
	return []string{bookPath, bookPath + "/texts", bookPath + "/remarks", bookPath + "/documents", b.text, b.text + "/versions/1", b.sheet, b.sheet + "/zones/2", b.receipt, block, "/participation", "/verify"},
		[]string{b.draft, b.draft + "/law", b.draft + "/papers", "/admin/texts?consultation=" + b.consultation(), "/admin/remarks?consultation=" + b.consultation(),
			"/admin/remarks/new?consultation=" + b.consultation(), "/admin/remarks/import?consultation=" + b.consultation(), "/admin/terms", "/admin/calendars", "/admin/clocks", "/admin/roles", "/admin/census", "/admin/due"}
}

func (b *bookStory) after() (public, staff []string) {
	return []string{bookPath, b.text, bookPath + "/remarks", bookPath + "/report", "/participation"},
		[]string{"/admin/reports", "/admin/reports/" + b.consultation(), "/admin/due"}
}

// usable asks axe about each kind of page, every other one on a phone in the dark, and looks for what sticks out on a phone.
func (b *bookStory) usable(pages func() (public, staff []string)) {
	public, staff := pages()
	visitor := b.s.somebody(b.t, "", true)
	for n, who := range []*person{visitor, b.clerk} {
		for i, path := range [][]string{public, staff}[n] {
			who.open(path)
			w := ways()[i%2]
			who.Scheme(w.scheme)
			who.Viewport(w.width)
			who.Axe()
			who.Viewport(390)
			who.Fits()
		}
		who.Scheme("light")
		who.Viewport(1280)
	}
}

// answers what was said, by keyboard in the table, after the clerk closed the consultation with a reason.
func (b *bookStory) answers() {
	t, p := b.t, b.clerk
	p.open(b.draft + "/extend")
	p.Fill("form[action$='/close'] textarea", "Seja sveta je prestavljena.")
	p.Click("form[action$='/close'] button[type=submit]")
	p.Click("#confirm button[value=yes]")
	p.WaitUntil("document.querySelector('[data-flash]')")
	table := "/admin/remarks?consultation=" + b.consultation()
	for n := range 3 {
		p.open(table + "&work=open")
		p.WaitFor("table tbody tr")
		p.Press("j")
		p.Press("1")
		p.WaitFor("textarea[name='reason.sl']")
		if p.Count("input[name=disposition][value=accepted]:checked") != 1 {
			t.Fatal("the key does not choose the disposition")
		}
		p.tabTo("textarea[name='reason.sl']")
		p.Press(fmt.Sprintf("Velja, ker je razlog št. %d dober.", n+1))
		p.tabTo("button[name=action][value=save]")
		p.Press(kb.Enter)
		p.WaitText(p.say("remarks.flash.answered"))
	}
	visitor := b.s.somebody(t, "", true)
	visitor.open(bookPath + "/remarks")
	visitor.WaitNoText("Velja, ker je razlog")
	p.open(table)
	p.WaitText("3 od 3")
	p.Click("input[name=everything]")
	p.Click(p.say("remarks.bulk.publish"))
	p.Click("#confirm button[value=yes]")
	p.WaitUntil("document.querySelector('[data-flash]')")
	visitor.open(bookPath + "/remarks")
	visitor.WaitText("Velja, ker je razlog št. 1 dober.")
}

// reports publishes the report, finds its fingerprint again, and reads what was written to who took part.
func (b *bookStory) reports() {
	t, p := b.t, b.clerk
	p.open("/admin/reports/" + b.consultation())
	p.Fill("#f-introduction-sl", "Vprašali smo, kako naj bo urejen red.")
	p.Click(p.say("common.save_draft"))
	p.WaitUntil("document.querySelector('[data-flash]')")
	p.Click("form[action$='/publish'] button[type=submit]")
	p.Click("#confirm button[value=yes]")
	p.WaitText(p.say("reports.publishing"))
	p.until(func() bool {
		p.open("/admin/reports/" + b.consultation())
		return p.Count("code.g-report__hash") == 1
	})
	hash := p.Text("code.g-report__hash")
	visitor := b.s.somebody(t, "", true)
	visitor.open(bookPath + "/report")
	visitor.WaitText("7. člen")
	visitor.open(bookPath + "/report/1/remarks/1")
	visitor.WaitText("Velja, ker je razlog št. 1 dober.")
	visitor.open("/verify")
	visitor.Fill("hash", hash)
	visitor.Click(p.say("reports.verify.check_hash"))
	visitor.WaitText(p.say("reports.verify.yes"))
	l := b.s.letter(t, b.citizens[0].email, p.say("reports.mail.subject", "Title", bookTitle))
	for _, want := range []string{"Ob 23. uri je za petek prezgodaj.", "Velja, ker je razlog št."} {
		if !strings.Contains(l.Text, want) {
			t.Errorf("the mail does not say %q:\n%s", want, l.Text)
		}
	}
}
