package act

import (
	"fmt"
	"strings"
	"testing"

	"glas/internal/extract"
)

func parse(t *testing.T, name, lang, text string) Draft {
	t.Helper()
	doc, err := extract.Paragraphs(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Parse(doc, lang)
}

func outline(d Draft) string {
	var out []string
	for _, b := range d.Blocks {
		out = append(out, fmt.Sprintf("%s|%s|%s|%s", b.Kind[:2], b.Label, b.Heading, strings.ReplaceAll(first(b.Text, "-"), "\n", "/")))
	}
	return strings.Join(out, "\n")
}

func TestShapes(t *testing.T) {
	cases := map[string]struct{ name, lang, text, title, want string }{
		"Slovenian ordinance": {"a.txt", "sl", `Na podlagi 21. člena Zakona o lokalni samoupravi je Občinski svet sprejel

ODLOK
o zelenih površinah v Občini Lipa

I. SPLOŠNE DOLOČBE

1. člen
(vsebina odloka)

(1) Ta odlok ureja rabo zelenih
površin v občini.
(2) Zelene površine so:
– parki,
– drevoredi.

2. člen

Izvajalec mora:
1. skrbeti za red:
a) v parkih,
b) na igriščih;
2. voditi kataster.

II. PREHODNE IN KONČNE DOLOČBE

3. člen (spremembe)

V Odloku o redu se 12. člen spremeni tako, da se glasi:
»12. člen
(red)
(1) Vsak skrbi za red.«.

4. člen

Ta odlok začne veljati petnajsti dan po objavi.

Prvi odstavek se ne uporablja.

Številka: 007-1/2026
Župan`, "ODLOK o zelenih površinah v Občini Lipa", `no|besedilo 1||Na podlagi 21. člena Zakona o lokalni samoupravi je Občinski svet sprejel
ch|I. SPLOŠNE DOLOČBE|SPLOŠNE DOLOČBE|-
ar|1. člen|vsebina odloka|-
pa|1. člen, 1. odstavek||Ta odlok ureja rabo zelenih površin v občini.
pa|1. člen, 2. odstavek||Zelene površine so:
po|1. člen, 2. odstavek, 1. alineja||parki,
po|1. člen, 2. odstavek, 2. alineja||drevoredi.
ar|2. člen||Izvajalec mora:
po|2. člen, 1. točka||skrbeti za red:
po|2. člen, 1. točka, a) točka||v parkih,
po|2. člen, 1. točka, b) točka||na igriščih;
po|2. člen, 2. točka||voditi kataster.
ch|II. PREHODNE IN KONČNE DOLOČBE|PREHODNE IN KONČNE DOLOČBE|-
ar|3. člen|spremembe|V Odloku o redu se 12. člen spremeni tako, da se glasi:/»12. člen/(red)/(1) Vsak skrbi za red.«.
ar|4. člen||-
pa|4. člen, 1. odstavek||Ta odlok začne veljati petnajsti dan po objavi.
pa|4. člen, 2. odstavek||Prvi odstavek se ne uporablja.
no|besedilo 2||Številka: 007-1/2026
no|besedilo 3||Župan`},
		"Bulgarian ordinance": {"a.txt", "bg", `НАРЕДБА № 5
ЗА ЗЕЛЕНАТА СИСТЕМА

ГЛАВА ПЪРВА
ОБЩИ ПОЛОЖЕНИЯ

Раздел I
Предмет

Чл. 1. (1) Наредбата урежда зелената система.
(2) Кметът:
1. възлага работата;
2. контролира:
а) парковете;
б) градините.

Чл.2. Чл. 7, ал. 1 от Наредба № 3 се изменя така:
„Чл. 7. (1) Всеки пази реда.
(2) Кметът налага глоби.“

Чл. 3а. Собствениците отговарят.

ПРЕХОДНИ И ЗАКЛЮЧИТЕЛНИ РАЗПОРЕДБИ

§ 1. Наредбата отменя Наредба № 2.

§ 2. (1) Влиза в сила от 1 януари.

Кмет: ........`, "НАРЕДБА № 5 ЗА ЗЕЛЕНАТА СИСТЕМА", `ch|ГЛАВА ПЪРВА|ОБЩИ ПОЛОЖЕНИЯ|-
ch|Раздел I|Предмет|-
ar|чл. 1||-
pa|чл. 1, ал. 1||Наредбата урежда зелената система.
pa|чл. 1, ал. 2||Кметът:
po|чл. 1, ал. 2, т. 1||възлага работата;
po|чл. 1, ал. 2, т. 2||контролира:
po|чл. 1, ал. 2, т. 2, т. а||парковете;
po|чл. 1, ал. 2, т. 2, т. б||градините.
ar|чл. 2||Чл. 7, ал. 1 от Наредба № 3 се изменя така:/„Чл. 7. (1) Всеки пази реда./(2) Кметът налага глоби.“
ar|чл. 3а||Собствениците отговарят.
ch|ПРЕХОДНИ И ЗАКЛЮЧИТЕЛНИ РАЗПОРЕДБИ|ПРЕХОДНИ И ЗАКЛЮЧИТЕЛНИ РАЗПОРЕДБИ|-
ar|§ 1||Наредбата отменя Наредба № 2.
ar|§ 2||-
pa|§ 2, ал. 1||Влиза в сила от 1 януари.
no|текст 1||Кмет: ........`},
		"Greek regulation": {"a.md", "el", `# Κανονισμός Πρασίνου

ΚΕΦΑΛΑΙΟ Α΄

ΓΕΝΙΚΕΣ ΔΙΑΤΑΞΕΙΣ

Άρθρο 1ο

Σκοπός

1. Ο παρών κανονισμός ρυθμίζει το πράσινο.

2. Οι δημότες:

α) φροντίζουν τα δέντρα,

β) ενημερώνουν τον δήμο.

Άρθρο 2
Ορισμοί
Ως πράσινο νοούνται τα πάρκα.

ΚΕΦΑΛΑΙΟ Β΄ ΤΡΟΠΟΠΟΙΗΣΕΙΣ

Άρθρο 3

Το άρθρο 5 αντικαθίσταται ως εξής:

«Άρθρο 5

Κυρώσεις

1. Επιβάλλεται πρόστιμο.»

Ο Δήμαρχος`, "Κανονισμός Πρασίνου", `ch|ΚΕΦΑΛΑΙΟ Α΄|ΓΕΝΙΚΕΣ ΔΙΑΤΑΞΕΙΣ|-
ar|άρθρο 1|Σκοπός|-
pa|άρθρο 1 παρ. 1||Ο παρών κανονισμός ρυθμίζει το πράσινο.
pa|άρθρο 1 παρ. 2||Οι δημότες:
po|άρθρο 1 παρ. 2 περ. α||φροντίζουν τα δέντρα,
po|άρθρο 1 παρ. 2 περ. β||ενημερώνουν τον δήμο.
ar|άρθρο 2|Ορισμοί|Ως πράσινο νοούνται τα πάρκα.
ch|ΚΕΦΑΛΑΙΟ Β΄|ΤΡΟΠΟΠΟΙΗΣΕΙΣ|-
ar|άρθρο 3||Το άρθρο 5 αντικαθίσταται ως εξής:/«Άρθρο 5/Κυρώσεις/1. Επιβάλλεται πρόστιμο.»
no|κείμενο 1||Ο Δήμαρχος`},
		"Turkish by-law": {"a.txt", "tr", `IŞIKLAR YEŞİL ALANLAR YÖNETMELİĞİ

BİRİNCİ BÖLÜM
Amaç, Kapsam ve Tanımlar

Amaç
MADDE 1 – (1) Bu Yönetmeliğin amacı yeşil alanları korumaktır.

Tanımlar
MADDE 2 – (1) Bu Yönetmelikte geçen;
a) Başkan: Belediye Başkanını,
b) Belediye: Belediyeyi,
ifade eder.
(2) Madde 1 uyarınca işlem yapılır.

Kapsam
Madde 3- Bu yönetmelik ilçeyi kapsar.

Ağaç varlığı
EK MADDE 1 – (1) Ağaçlar sayılır.

GEÇİCİ MADDE 1 – (1) Bir yıl içinde uygulanır.

Yürürlük
MADDE 4: (1) Yayımı tarihinde yürürlüğe girer.`, "IŞIKLAR YEŞİL ALANLAR YÖNETMELİĞİ", `ch|BİRİNCİ BÖLÜM|Amaç, Kapsam ve Tanımlar|-
ar|Madde 1|Amaç|-
pa|Madde 1/1||Bu Yönetmeliğin amacı yeşil alanları korumaktır.
ar|Madde 2|Tanımlar|-
pa|Madde 2/1||Bu Yönetmelikte geçen;
po|Madde 2/1-a||Başkan: Belediye Başkanını,
po|Madde 2/1-b||Belediye: Belediyeyi, ifade eder.
pa|Madde 2/2||Madde 1 uyarınca işlem yapılır.
ar|Madde 3|Kapsam|Bu yönetmelik ilçeyi kapsar.
ar|Ek Madde 1|Ağaç varlığı|-
pa|Ek Madde 1/1||Ağaçlar sayılır.
ar|Geçici Madde 1||-
pa|Geçici Madde 1/1||Bir yıl içinde uygulanır.
ar|Madde 4|Yürürlük|-
pa|Madde 4/1||Yayımı tarihinde yürürlüğe girer.`},
		"English by-law": {"a.md", "en", `# Trees By-law

## Chapter I General provisions

### Article 1 Purpose

(1) This by-law protects trees:

(a) in parks;

(b) in streets, that is

(i) alleys,

(ii) lanes.

(2) Article 3 of the Roads Act applies.

### Article 2

The mayor keeps a register.

### Article 3 - Entry into force

It enters into force on the day after “Article 9
applies” is published.`, "Trees By-law", `ch|Chapter I|General provisions|-
ar|Art. 1|Purpose|-
pa|Art. 1(1)||This by-law protects trees:
po|Art. 1(1)(a)||in parks;
po|Art. 1(1)(b)||in streets, that is
po|Art. 1(1)(b)(i)||alleys,
po|Art. 1(1)(b)(ii)||lanes.
pa|Art. 1(2)||Article 3 of the Roads Act applies.
ar|Art. 2||The mayor keeps a register.
ar|Art. 3|Entry into force|It enters into force on the day after “Article 9 applies” is published.`},
	}
	for label, c := range cases {
		d := parse(t, c.name, c.lang, c.text)
		if d.Title != c.title {
			t.Errorf("%s: title %q", label, d.Title)
		}
		if got := outline(d); got != c.want {
			g, w := strings.Split(got, "\n"), strings.Split(c.want, "\n")
			for i := range max(len(g), len(w)) {
				a, b := "", ""
				if i < len(g) {
					a = g[i]
				}
				if i < len(w) {
					b = w[i]
				}
				if a != b {
					t.Errorf("%s line %d:\n got  %s\n want %s", label, i, a, b)
				}
			}
		}
	}
}

// Long makes an act of n articles, each of three paragraphs.
func long(n int) string {
	var b strings.Builder
	b.WriteString("ODLOK\no vsem\n\n")
	for i := 1; i <= n; i++ {
		if i%20 == 1 {
			fmt.Fprintf(&b, "%s. poglavje Del %d\n\n", []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV"}[i/20], i/20+1)
		}
		fmt.Fprintf(&b, "%d. člen\n(naslov številka %d)\n\n", i, i)
		for k := 1; k <= 3; k++ {
			fmt.Fprintf(&b, "(%d) Občina v zadevi %d na kraju %d ravna tako, da je red, kot ga določa predpis številka %d.\n\n", k, i, k, i*31+k)
		}
	}
	return b.String()
}

func TestLength(t *testing.T) {
	for _, n := range []int{5, 60, 300} {
		d := parse(t, "a.txt", "sl", long(n))
		if got := Count(d.Blocks, Article); got != n || Count(d.Blocks, Paragraph) != 3*n {
			t.Errorf("%d articles: %d found, %d paragraphs", n, got, Count(d.Blocks, Paragraph))
		}
	}
}

func TestMatch(t *testing.T) {
	old := parse(t, "a.txt", "sl", long(300)).Blocks
	for i := range old {
		old[i].Key = fmt.Sprint("k", i)
	}
	text := long(300)
	// Article 5 goes, a new one comes after article 10, article 100 is reworded, all between are renumbered.
	text = strings.Replace(text, "5. člen\n(naslov številka 5)", "@\n", 1)
	from := strings.Index(text, "@")
	to := from + strings.Index(text[from:], "6. člen")
	text = text[:from] + text[to:]
	text = strings.Replace(text, "zadevi 100 na kraju 2 ravna tako, da je red", "zadevi 100 na kraju 2 skrbi za to, da je povsod red", 1)
	for i := 6; i <= 10; i++ {
		text = strings.Replace(text, fmt.Sprintf("\n%d. člen\n", i), fmt.Sprintf("\n%d. člen\n", i-1), 1)
	}
	text = strings.Replace(text, "\n11. člen\n", "\n10. člen\n(popolnoma novo)\n\nTukaj stoji nekaj povsem drugega o čebelah in medu.\n\n11. člen\n", 1)
	next := parse(t, "a.txt", "sl", text).Blocks
	counts := map[Change]int{}
	for _, p := range Match(old, next) {
		counts[p.Change]++
		if p.Change == Renumbered && p.New.Kind == Article && p.Old.Heading != p.New.Heading {
			t.Errorf("%s became %s", p.Old.Heading, p.New.Heading)
		}
	}
	if counts[New] != 1 || counts[Vanished] != 4 || counts[Changed] != 1 || counts[Renumbered] != 5*4 {
		t.Errorf("%v", counts)
	}
}

// The title of a Turkish article stands on the line before it; without an empty line between, it was read as the end of the article
// before. Numbers of pages were read as text, and the name of an act that is written with spaces was none.
func TestLinesWithoutEmptyOnesBetween(t *testing.T) {
	parse := func(text, lang string) Draft {
		doc, err := extract.Paragraphs("a.txt", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return Parse(doc, lang)
	}
	headings := func(d Draft) (out []string) {
		for _, b := range d.Blocks {
			if b.Kind == Article {
				out = append(out, b.Number+"|"+b.Heading)
			}
			if strings.Contains(b.Whole(), "Stran 3") || b.Text == "12" {
				t.Errorf("the number of a page is text: %+v", b)
			}
		}
		return out
	}
	d := parse("DENEME YÖNETMELİĞİ\nBİRİNCİ BÖLÜM\nAmaç ve Kapsam\nAmaç\nMADDE 1 – (1) Bu Yönetmeliğin amacı ışıkları\nBornova Belediyesi sınırlarında düzenlemektir.\n"+
		"Kapsam\nMADDE 2 – (1) Bütün caddeleri kapsar.\n(2) Yolları kapsamaz.\nIŞIKLAR VE LEVHALAR\nMadde 3- Işıklar gece yanar.\nGEÇİCİ MADDE 1 – (1) Geçiş.\n", "tr")
	if got := strings.Join(headings(d), ";"); got != "MADDE 1|Amaç;MADDE 2|Kapsam;Madde 3|IŞIKLAR VE LEVHALAR;GEÇİCİ MADDE 1|" {
		t.Errorf("tr: %s", got)
	}
	d = parse("Na podlagi statuta je občinski svet sprejel\nO D L O K \no plakatiranju \nI. SPLOŠNE DOLOČBE \n1. člen \n(1) Odlok določa pogoje na območju\nobčine.\nStran 3 od 7\n2. člen\n(izrazi)\nIzrazi.\n\n12\n\n3. člen\nVelja.\n", "sl")
	if got := strings.Join(headings(d), ";"); got != "1. člen|;2. člen|izrazi;3. člen|" || d.Title != "ODLOK o plakatiranju" {
		t.Errorf("sl: %s, title %q", got, d.Title)
	}
}
