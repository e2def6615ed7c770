package ui

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/theme"
)

// page joins components; children gives a component its children.
func page(list ...templ.Component) templ.Component { return templ.Join(list...) }

func children(c templ.Component, inner ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, page(inner...)), w)
	})
}

func shell(lang, title string) ShellData {
	names := map[string]string{"el": "Δήμος Νέας Σμύρνης", "tr": "Bergama Belediyesi", "sl": "Mestna občina Velenje", "en": "Nova Vas", "bg": "Община Левски"}
	return ShellData{
		Lang: lang, Title: title, Description: title, SiteName: names[lang], Tagline: map[string]string{"el": "Διαβούλευση με τους πολίτες", "tr": "Birlikte karar verelim", "sl": "Sooblikujmo Velenje"}[lang],
		StyleURLs: []string{"app.css"}, ThemeURL: "theme.css", ScriptURLs: []string{"app.js"}, Crest: theme.Mark("shield"), HomeHref: "/",
		Menu: map[string][]MenuItem{
			"el": {{Label: "Διαβουλεύσεις", Href: "/c", Current: true}, {Label: "Προτάσεις", Href: "/p"}, {Label: "Αποφάσεις", Href: "/d"}, {Label: "Εκδηλώσεις", Href: "/e"}},
			"tr": {{Label: "İstişareler", Href: "/c", Current: true}, {Label: "Öneriler", Href: "/p"}, {Label: "Meclis kararları", Href: "/d"}, {Label: "Etkinlikler", Href: "/e"}},
			"sl": {{Label: "Posvetovanja", Href: "/c", Current: true}, {Label: "Pobude", Href: "/p"}},
		}[lang],
		Languages:  []LangLink{{"el", "Ελληνικά", "/", lang == "el"}, {"en", "English", "/en/", lang == "en"}, {"tr", "Türkçe", "/tr/", lang == "tr"}, {"sl", "Slovenščina", "/sl/", lang == "sl"}},
		SearchHref: "/search", SignInHref: "/sign-in",
		Footer: FooterData{Address: "Ελευθερίου Βενιζέλου 14\n171 21", Phone: "+30 213 202 5700", Email: "info@example.org", Note: "CC BY 4.0",
			Links: []MenuItem{{Label: "Δήλωση προσβασιμότητας", Href: "/a"}, {Label: "Προστασία δεδομένων", Href: "/b"}}, More: []MenuItem{{Label: "Ανοιχτά δεδομένα", Href: "/o"}}},
		JSONLD: []string{`{"name":"</script>"}`},
	}
}

func home() templ.Component {
	card := func(kind, pill, title, lead, seed, pattern string) templ.Component {
		return Card(CardData{Href: "/c/1", Title: title, Text: lead, Pill: &PillData{kind, pill}, Cover: theme.Cover(seed, pattern), Meta: []MetaItem{{Value: "164", Text: "προτάσεις"}, {Value: "512", Text: "σχόλια"}}})
	}
	return page(
		children(Hero(HeroData{Title: "Η γνώμη σας γίνεται έργο στη γειτονιά", Lead: "Σχολιάστε τα έργα που προτείνει ο Δήμος, καταθέστε τη δική σας ιδέα και δείτε τι απέγινε κάθε πρόταση.",
			Actions: []Action{{"Δείτε τις ανοιχτές διαβουλεύσεις", "/c"}, {"Κάντε μια πρόταση", "/p"}}, Pattern: theme.Motif("rings")}),
			StatGrid([]Stat{{"3", "ανοιχτές διαβουλεύσεις"}, {"1.248", "συμμετέχοντες"}, {"412", "προτάσεις"}, {"87%", "απαντήθηκαν εντός προθεσμίας"}})),
		children(Section(""), SectionHead("Ανοιχτές διαβουλεύσεις", "Όλες οι διαβουλεύσεις", "/c"),
			children(CardGrid(),
				card("open", "Ανοιχτή · 12 ημέρες ακόμη", "Περιβάλλον και Ποιότητα Ζωής", "Πράσινο, ανακύκλωση, κυκλοφορία και δημόσιος χώρος στο Πρόγραμμα Δράσης.", "a1", "waves"),
				card("today", "Κλείνει σήμερα στις 23:59", "Κοινωνική Πολιτική, Υγεία, Παιδεία, Πολιτισμός & Αθλητισμός", "Υπηρεσίες για όλες τις ηλικίες και χώροι που μας φέρνουν κοντά.", "b2", "roofs"),
				card("waiting", "Αναμένεται απάντηση έως 4/12", "Τοπική Οικονομία & Απασχόληση", "Στήριξη της αγοράς, των νέων επαγγελματιών και της τοπικής εργασίας.", "c3", "fields"),
				card("soon", "Κλείνει σύντομα", "Ηλεκτροεγκεφαλογραφήματα και αυτοκινητοβιομηχανία", "Μια πολύ μεγάλη λέξη.", "d4", "trees"),
				card("closed", "Ολοκληρωμένη", "Δρόμοι", "Πλακόστρωτα και πεζοδρόμια.", "e5", "stones"),
				card("answered", "Απαντήθηκε", "Νερό", "Κύκλοι στο νερό.", "f6", "rings"))),
		children(Section("tinted"), SectionHead("Τι απέγιναν οι προτάσεις σας", "Όλες οι απαντήσεις", "/a"),
			children(Rows(), ListRow(ListRowData{Href: "/p/1", Title: "Ασφαλής διάβαση έξω από το 3ο Δημοτικό Σχολείο", Vote: &VoteData{ID: "v0", Count: 236, Label: "υπέρ", Spoken: "236", Closed: true},
				Meta:   []MetaItem{{Text: "Σύλλογος Γονέων", Badge: "association"}, {Value: "17", Text: "σχόλια"}},
				Answer: &AnswerData{Kind: "accepted", State: "Έγινε δεκτή", Department: "Τεχνική Υπηρεσία", Date: "4 Νοεμβρίου", Text: "Η διάβαση θα είναι έτοιμη έως τον Μάρτιο του 2027."}}))),
	)
}

func consultation() templ.Component {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	side := children(SidePanel(SideData{Big: "9 gün", BigNote: "30 Kasım 2026 dahil", Facts: []Fact{{Term: "Kimler katılabilir", Text: "Herkes; oylamaya 15 yaşını doldurmuş hemşehriler"}, {Term: "Hazırlayan", Text: "İmar ve Şehircilik Müdürlüğü"}, {Term: "Sonra ne olacak", Text: "Her görüşe 15 Aralık tarihine kadar cevap vereceğiz"}}}),
		LinkButton("Öneri gönderin", "/p/new", "", ""), LinkButton("Takip edin", "/f", "secondary", ""))
	row := func(id, title, body string, n int, pressed bool, meta []MetaItem, a *AnswerData) templ.Component {
		return ListRow(ListRowData{Href: "/p/" + id, Title: title, Text: body, Vote: &VoteData{ID: "v" + id, Action: "/v/" + id, Count: n, Label: "destekliyor", Spoken: "destek", Pressed: pressed}, Meta: meta, Answer: a})
	}
	return children(Wrap(),
		Breadcrumbs([]Crumb{{Label: "Ana sayfa", Href: "/"}, {Label: "İstişareler", Href: "/c"}, {Label: "Trafik düzenleme yönetmeliği"}}),
		children(TwoColumns(children(PageHead(PageHeadData{Title: "Şehir merkezinde trafiğin düzenlenmesine ilişkin yönetmelik", Lead: "Meydan ile çarşı arasında trafiği yavaşlatmayı, yayalara daha çok yer açmayı ve otoparkı yeniden düzenlemeyi öneriyoruz. Neyin işe yaradığını, neyin eksik olduğunu yazın.", Pill: &PillData{"open", "Açık · 9 gün kaldı"}}),
			Timeline([]TimelineItem{{"İlan", "3 Kasım", "", "", Past}, {"Görüş ve öneriler", "30 Kasım dahil", "", "", Now}, {"Belediyenin cevapları", "15 Aralık tarihine kadar", "", "", Future}, {"Belediye Meclisi", "22 Aralık, 09.00", "", "/m", Future}})), side),
			Tabs([]Tab{{"Yönetmelik metni", "/t", -1, false}, {"Öneriler", "/p", 48, true}, {"Belgeler", "/d", 5, false}, {"Süreç", "/s", -1, false}}),
			children(Rows(),
				row("1", "Kıbrıs Caddesi'ne de bisiklet yolu", "Yol sağlık ocağında bitiyor. Çocuklar kaldırımda sürdüğü için okula kadar uzatılmasını öneriyorum.", 93, true, []MetaItem{{Text: "Ayşe K."}, {Text: "Kıbrıs Caddesi"}, {Value: "17", Text: "yorum"}}, nil),
				row("2", "Pazar yerinde bir saate kadar ücretsiz otopark", "Kısa bir pazar alışverişi otopark aramak demek olmamalı.", 61, false, []MetaItem{{Text: "Turizm Derneği", Badge: "association"}, {Text: "Pazar yeri"}, {Value: "9", Text: "yorum"}}, &AnswerData{Kind: "partly", State: "Kısmen kabul edildi", Department: "Fen İşleri Müdürlüğü", Text: "Pazar kurulan salı ve cumartesi günleri ilk saat ücretsiz olacak."}),
				row("3", "Muvaffakiyetsizleştiricileştiriveremeyebileceklerimizdenmişsinizcesine", "En uzun sözcük sayfayı bozmaz.", 44, false, []MetaItem{{Text: "Bir hemşehri"}, {Value: "22", Text: "yorum"}}, nil)),
			Pager("/prev", "/next"), Time(now), Ago(now, now.Add(-2*time.Hour))),
		StickyAction(StickyData{"9 gün", "30 Kasım dahil", "Öneri gönderin", "/p/new"}))
}

func gallery() templ.Component {
	wrong := fault.Fields{"title": fault.Msg("ui.form.trap"), "choice": fault.Msg("ui.form.trap"), "text.sl": fault.Msg("ui.form.trap")}
	comment := func(d CommentData) templ.Component { return children(CommentCard(d)) }
	return children(Wrap(),
		PageHead(PageHeadData{Title: "Gallery", Lead: "Every piece once.", Eyebrow: "Pieces", Pill: &PillData{"today", "closes today"}, Meta: []MetaItem{{Text: "x", Href: "/x"}}, Actions: Button(ButtonData{Label: "Go", Variant: "secondary", Confirm: "Really?"})}),
		FormErrors(wrong), forms(wrong),
		children(Columns(
			ColumnData{"for", "Υπέρ", 124, page(comment(CommentData{ID: "c1", Author: "М. Иванова", When: "преди 2 дни", At: time.Unix(1e9, 0), Stance: "for", StanceLabel: "За", HTML: "<p>Най-после място, където производителите от селата могат да продават и през зимата.</p>",
				Actions: page(UsefulVote(VoteData{ID: "u1", Action: "/u", Count: 31, Label: "полезно"}), TextButton(ButtonData{Label: "Отговор"}))}),
				children(CommentCard(CommentData{ID: "c2", Author: "Дирекция „Устройство на територията“", Official: true, Badges: []BadgeData{{"municipality", "Община"}}, HTML: "<p>Предвидени са 24 отопляеми места.</p>"}), comment(CommentData{ID: "c3", State: "deleted", Tombstone: "Изтрито от автора"})))},
			ColumnData{"against", "Против", 58, page(comment(CommentData{ID: "c4", Author: "Сдружение „Зелен Левски“", AuthorHref: "/o", Badges: []BadgeData{{"association", "сдружение"}}, Stance: "against", HTML: "<p>60 паркоместа са много за центъра.</p>", Edited: true, State: "waiting"}), UsefulVote(VoteData{Closed: true, Count: 3, Label: "x", ID: "u3"}))})),
		VoteButtons(VoteButtonsData{ID: "vb", Action: "/v", Label: "Вашият глас", Options: []VoteOption{{"for", "За", "За: 124, и Вие", "for", 124, true}, {"against", "Против", "", "against", 58, false}, {"abstain", "Въздържам се", "", "abstain", -1, false}}}),
		Rating(RatingData{ID: "r", Action: "/r", Label: "Rating", Average: "4,2", Count: 18, Mine: 4}),
		Facts([]Fact{{Term: "a", Text: "b"}, {Term: "c", Text: "d", Href: "/d"}, {Term: "e", Body: Badge("verified", "ok")}}),
		children(Alert(AlertData{"warning", "Mind", "the gap"})), Alert(AlertData{Kind: "danger", Text: "x"}), EmptyState("Nothing yet", "Be the first.", "Write", "/new"),
		children(Dialog(DialogData{"dlg", "Title"}), Prose("<p>text</p>", "sl")), Progress(37, 100, "37 of 100 signatures"),
		BarChart(ChartData{ID: "ch", Title: "Votes", Description: "Most are for", LabelHead: "Answer", ValueHead: "Votes", Bars: []BarData{{"For", "124", "for", 124}, {"Against", "58", "against", 58}, {"Abstain", "0", "", 0}}}),
		BarChart(ChartData{ID: "ch2", Title: "None", HideTable: true}),
		children(MapBox(MapData{Label: "Map", Lat: 46.36, Lng: 15.11, Pick: true, Markers: []Marker{{Lat: 1, Lng: 2, Label: `"quoted" <b>`}}}), Prose("<ul><li>place</li></ul>", "")),
		Diff(text.Diff("old words stay here", "new words stay there")), CopyLink("/x"), children(ActionForm("/x", ButtonData{Label: "Post"})), Day(time.Unix(1e9, 0)), icons(), staff())
}

func icons() templ.Component {
	var list []templ.Component
	for _, n := range strings.Fields("menu search down up left right check cross person filter link speech star blocked clock lock flag map file download edit plus mail calendar image undo none " + strings.Join(TopicIcons(), " ")) {
		list = append(list, Icon(n))
	}
	for _, k := range []string{"open", "soon", "today", "waiting", "answered", "closed", "draft", "danger", "info"} {
		list = append(list, Pill(k, k))
	}
	return page(list...)
}

func forms(wrong fault.Fields) templ.Component {
	opts := []Option{{Value: "a", Label: "First", Help: "why"}, {Value: "b", Label: "Second", Selected: true}}
	return page(DraftNote(), Honeypot("website"),
		Field(FieldData{Name: "title", Label: "Title", Help: "Short", Error: wrong["title"], Max: 150, Required: true, Value: `a "quote"`}),
		Field(FieldData{Name: "sum", Label: "Sum", Suffix: "€", Width: "s", Disabled: true, ReadOnly: true}),
		TextArea(FieldData{Name: "body", Label: "Text", Max: 4000, Value: "one\ntwo"}), DateField(FieldData{Name: "day", Label: "Day"}),
		Select(ChoiceData{Name: "area", Label: "Area", Empty: "All", Options: opts, Value: "a"}),
		Radios(ChoiceData{Name: "choice", Label: "Choice", Options: opts, Error: wrong["choice"], Help: "One"}), Checkboxes(ChoiceData{Name: "many", Label: "Many", Options: opts, Inline: true}),
		Checkbox(CheckData{Name: "ok", Label: "I agree", Required: true, Error: wrong["choice"], Help: "x"}),
		FileField(FileData{Name: "photo", Label: "Photo", Accept: "image/*", Multiple: true}),
		LangTabs(LangTabsData{Name: "text", Label: "Text", Help: "x", Langs: []LangName{{"sl", "Slovenščina"}, {"en", "English"}}, Values: map[string]string{"sl": "x"}, Errors: wrong, Multiline: true, Required: "sl"}),
		LangTabs(LangTabsData{Name: "name", Label: "Name", Langs: []LangName{{"sl", "Slovenščina"}}}),
		children(Fieldset("Group", "help"), Field(FieldData{Name: "x", Label: "x"})),
		children(FormActions(), Button(ButtonData{Label: "Save", Icon: "check"})),
		children(FilterBar(FilterData{Action: "/p", Active: 2, ClearHref: "/p", Result: "48", Live: "#list"}), Field(FieldData{Name: "q", ID: "q", Label: "Search", Type: "search"})))
}

func staff() templ.Component {
	row := func(id, tone string) templ.Component {
		return children(Row(RowData{ID: id, Href: "/a/" + id, Label: "Row " + id, Tone: tone, BulkForm: "bulk"}), HeadCell("Proposal "+id, "/a/"+id), children(Cell("Votes", true), templ.Raw("12")), children(Cell("State", false), Pill("waiting", "waiting")))
	}
	return children(AdminShell(AdminData{Title: "Queue", Lead: "60 remarks", Saved: "Saved", Crumbs: []Crumb{{Label: "x"}}, Pill: &PillData{"draft", "draft"}, Groups: []AdminGroup{{"Work", []MenuItem{{"Queue", "/q", true, 60}, {"All", "/a", false, 0}}}}, Actions: Button(ButtonData{Label: "New"})}),
		children(Table(TableData{Caption: "Remarks", BulkForm: "bulk", Keys: true, Columns: []Column{{Label: "Title"}, {Label: "Votes", SortHref: "?s", Sorted: "descending", Number: true}, {Label: "State", Hidden: true}}}), row("1", "warning"), row("2", "danger"), row("3", "")),
		children(BulkBar(BulkData{"bulk", "/bulk", []BulkAction{{Value: "approve", Label: "Approve"}, {"reject", "Reject", "", "danger", "Really?"}}})),
		Split(children(Panel("One"), templ.Raw("<p>x</p>")), children(Panel(""), templ.Raw("<p>y</p>"))), KeyHelp())
}

// words are the message files of the components and the shared ones.
func words(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, module := range []string{"ui", "common"} {
		names, err := filepath.Glob("../../../locales/" + module + ".*.toml")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.Base(name)] = &fstest.MapFile{Data: content}
		}
	}
	return files
}

func render(t *testing.T, lang string, d ShellData, body templ.Component) string {
	t.Helper()
	cat, err := i18n.Load(words(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.With(context.Background(), cat.Localizer(lang, nil, ""))
	var b bytes.Buffer
	if err := children(Shell(d), body).Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var forbidden = regexp.MustCompile(`(?i)\s(style|on[a-z]+)\s*=`)

// GLAS_GALLERY names a folder to keep the pages in, for looking at them.
func TestEveryPieceIsWellFormedAndKeepsTheContentPolicy(t *testing.T) {
	folder := t.TempDir()
	if keep := os.Getenv("GLAS_GALLERY"); keep != "" {
		folder = keep
	}
	staffShell := shell("sl", "Gallery")
	staffShell.Staff, staffShell.Account = true, &AccountMenu{Name: "Ana Kovač", SignOut: "/out", Items: []MenuItem{{Label: "Moje", Href: "/me", Count: 2}}}
	staffShell.Flash = []FlashItem{{"success", "Shranjeno"}}
	for name, p := range map[string]string{
		"home": render(t, "el", shell("el", "Αρχική"), home()), "consultation": render(t, "tr", shell("tr", "Yönetmelik"), consultation()),
		"gallery": render(t, "sl", staffShell, gallery()),
	} {
		if err := os.WriteFile(filepath.Join(folder, name+".html"), []byte(p), 0o600); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(p, "⟦") {
			t.Errorf("%s: message without text: %s", name, p[strings.Index(p, "⟦"):][:60])
		}
		wellFormed(t, name, p)
	}
}

// wellFormed checks nesting, attributes that the content policy refuses, ids and references.
func wellFormed(t *testing.T, name, p string) {
	t.Helper()
	void := map[string]bool{"meta": true, "link": true, "input": true, "br": true, "img": true, "hr": true}
	ids, wanted, stack := map[string]bool{}, []string{}, []string{}
	z := html.NewTokenizer(strings.NewReader(p))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(stack) > 0 {
				t.Errorf("%s: left open: %v", name, stack)
			}
			for _, id := range wanted {
				if !ids[id] {
					t.Errorf("%s: nothing has the id %q", name, id)
				}
			}
			return
		case html.StartTagToken:
			tok := z.Token()
			for _, a := range tok.Attr {
				if forbidden.MatchString(" " + a.Key + "=") {
					t.Errorf("%s: <%s %s=%q>", name, tok.Data, a.Key, a.Val)
				}
				switch a.Key {
				case "id":
					if a.Val == "" || ids[a.Val] {
						t.Errorf("%s: <%s> id %q is empty or there twice", name, tok.Data, a.Val)
					}
					ids[a.Val] = true
				case "aria-describedby", "aria-labelledby", "for", "form":
					wanted = append(wanted, strings.Fields(a.Val)...)
				}
			}
			if !void[tok.Data] {
				stack = append(stack, tok.Data)
			}
		case html.EndTagToken:
			tok := z.Token()
			if len(stack) == 0 || stack[len(stack)-1] != tok.Data {
				t.Fatalf("%s: </%s> closes %v", name, tok.Data, stack)
			}
			stack = stack[:len(stack)-1]
		}
	}
}

func TestVoteSaysItsStateAloud(t *testing.T) {
	var b bytes.Buffer
	if err := VoteBox(VoteData{ID: "v", Action: "/v", Count: 93, Label: "podpiram", Spoken: "93 podpira, tudi vi", Pressed: true}).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`aria-pressed="true"`, `value="0"`, "93 podpira, tudi vi", `method="post"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is missing in %s", want, b.String())
		}
	}
	b.Reset()
	if err := VoteBox(VoteData{ID: "v", Action: "/v", SignIn: true}).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "data-vote>") || strings.Contains(b.String(), "hx-post") {
		t.Errorf("a visitor's press must not be shown as done: %s", b.String())
	}
}
