package act

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The shapes of acts as ministries and municipalities of the four countries publish them.
var (
	// dotted are lines of a table of contents.
	dotted = regexp.MustCompile(`(\.{4,}|…{2,}|\t)\s*\d+$`)

	articles = []articlePattern{
		{lang: "sl", re: regexp.MustCompile(`^(\d+\s*\.?\s*(?:[a-zčšž]\s*\.?\s*)?(?:člen|ČLEN|Člen))\.?(?:\s+|$)(.*)$`), rest: bracketed},
		{lang: "bg", re: regexp.MustCompile(`^((?:Чл\.|ЧЛ\.|Член|ЧЛЕН)\s*\d+\s?[а-я]?\.?)(?:\s+|$)(.*)$`), rest: sentence},
		{lang: "bg", re: regexp.MustCompile(`^((?:Чл\.|ЧЛ\.)\s*\d+[а-я]?\.?)(\(.*)$`), rest: sentence},
		{lang: "bg", re: regexp.MustCompile(`^(§\s*\d+[а-я]?\.?)\s*(.*)$`), rest: sentence},
		{lang: "el", re: regexp.MustCompile(`^((?:ΆΡΘΡΟ|ΑΡΘΡΟ|Άρθρο|Αρθρο)\s+\d+\s?[οoº]?[Α-Ω]?)(?:\s*[.:–—-]\s*|\s+|$)(.*)$`), rest: titled},
		{lang: "el", re: regexp.MustCompile(`^((?:ΆΡΘΡΟ|ΑΡΘΡΟ|Άρθρο|Αρθρο)\s+(?:πρώτο|δεύτερο|τρίτο|τέταρτο|πέμπτο|έκτο|έβδομο|όγδοο|ένατο|(?:δέκατο|εικοστό|τριακοστό|τεσσαρακοστό|πεντηκοστό)(?:\s+(?:πρώτο|δεύτερο|τρίτο|τέταρτο|πέμπτο|έκτο|έβδομο|όγδοο|ένατο))?|ΠΡΩΤΟ|ΔΕΥΤΕΡΟ|ΤΡΙΤΟ|ΤΕΤΑΡΤΟ|ΠΕΜΠΤΟ))(?:\s*[.:–—-]\s*|\s+|$)(.*)$`), rest: titled},
		{lang: "tr", re: regexp.MustCompile(`^((?:(?:GEÇİCİ|Geçici|EK|Ek|MÜKERRER|Mükerrer)\s+)?(?:MADDE|Madde)\s+\d+(?:/[A-ZÇĞİÖŞÜ])?)\s*(?:[.:]?\s*[–—-]|[:.]|$|\s(?:\())\s*(.*)$`), rest: sentence},
		{lang: "en", re: regexp.MustCompile(`^((?:ARTICLE|Article|SECTION|Section)\s+(?:\d+[A-Za-z]?|[IVXLC]+))(?:\s*[.:–—-]\s*|\s+|$)(.*)$`), rest: titled},
		{lang: "en", re: regexp.MustCompile(`^(Art\.\s+\d+[A-Za-z]?)(?:\s*[.:–—-]\s*|\s+|$)(.*)$`), rest: titled},
	}

	goesOnUpper = regexp.MustCompile(`^(?:ОТ|АЛ|Т|И|НА|ПО|ДО)(?:[\s.,]|$)`)

	roman    = `(?:[IVXLC]+|[ΙΧ]+|[ІХ]+)`
	chapters = []*regexp.Regexp{
		regexp.MustCompile(`^((?:` + roman + `|\d+)\s*\.?\s*(?:POGLAVJE|Poglavje|poglavje|DEL|ODDELEK|Oddelek))(?:\s+|$)[.:–—-]?\s*(.*)$`),
		regexp.MustCompile(`^((?:PRVI|DRUGI|TRETJI|ČETRTI|PETI|ŠESTI|SEDMI|OSMI|PRVO|DRUGO|TRETJE|ČETRTO|PETO|ŠESTO|SEDMO|OSMO|Prvo|Drugo|Tretje|Četrto|Peto)\s+(?:DEL|POGLAVJE|poglavje|Poglavje))\s*[.:–—-]?\s*(.*)$`),
		regexp.MustCompile(`^((?:ГЛАВА|Глава|РАЗДЕЛ|Раздел|ЧАСТ|Част|ДЯЛ|Дял)\s+(?:` + roman + `|\d+|[А-Яа-я]+(?:\s+(?:ПЪРВА|ВТОРА|ТРЕТА|ЧЕТВЪРТА|ПЕТА|ШЕСТА|първа|втора|трета|четвърта|пета|шеста))?))\s*[.:–—-]?\s*(.*)$`),
		regexp.MustCompile(`^((?:ΚΕΦΑΛΑΙΟ|Κεφάλαιο|ΜΕΡΟΣ|Μέρος|ΤΜΗΜΑ|Τμήμα|ΕΝΟΤΗΤΑ|Ενότητα|ΤΙΤΛΟΣ|Τίτλος)\s+(?:` + roman + `|\d+[οo]?|[Α-Ω]{1,3}[΄'’ʹ´]?|[Α-ΩΆΈΉΊΌΎΏ][Α-ΩΆΈΉΊΌΎΏα-ωάέήίόύώ]+))(?:\s*[.:–—-]\s*|\s+|$)(.*)$`),
		regexp.MustCompile(`^((?:BİRİNCİ|İKİNCİ|ÜÇÜNCÜ|DÖRDÜNCÜ|BEŞİNCİ|ALTINCI|YEDİNCİ|SEKİZİNCİ|DOKUZUNCU|ONUNCU|ON BİRİNCİ|ON İKİNCİ|SON|Birinci|İkinci|Üçüncü|Dördüncü|Beşinci|Altıncı|Yedinci|Sekizinci|Dokuzuncu|Onuncu|\d+\.|` + roman + `\.)\s*(?:BÖLÜM|Bölüm|KISIM|Kısım|KİTAP|AYRIM|Ayrım))\s*[.:–—-]?\s*(.*)$`),
		regexp.MustCompile(`^((?:BÖLÜM|KISIM)\s+(?:` + roman + `|\d+))\s*[.:–—-]?\s*(.*)$`),
		regexp.MustCompile(`^((?:CHAPTER|Chapter|PART|Part|TITLE|Title)\s+(?:` + roman + `|\d+|[A-Z]|ONE|TWO|THREE|FOUR|FIVE|One|Two|Three|Four|Five))(?:\s*[.:–—-]\s*|\s+|$)(.*)$`),
	}
	// capital is a chapter that is only numbered: "I. SPLOŠNE DOLOČBE"; closing is one without a number.
	capital = regexp.MustCompile(`^((?:` + roman + `(?:/\d+)?|\d+(?:\.\d+)*)\s*(?:\.|\s|[–—-]))\s*[–—-]?\s*(\p{Lu}[\p{Lu}\s,.()–—'/\-]{3,})$`)
	closing = regexp.MustCompile(`(?i)^((?:PREHODN|KONČN|SPLOŠN|KAZENSK|UVODN)\p{L}*\s.*DOLOČB\p{L}*|(?:ДОПЪЛНИТЕЛН|ПРЕХОДН|ЗАКЛЮЧИТЕЛН|ОБЩИ|АДМИНИСТРАТИВНОНАКАЗАТЕЛН)\p{L}*\s?.*РАЗПОРЕДБ\p{L}*|(?:ΜΕΤΑΒΑΤΙΚΕΣ|ΤΕΛΙΚΕΣ|ΓΕΝΙΚΕΣ|Μεταβατικές|Τελικές|Γενικές)\s.*(?:ΔΙΑΤΑΞΕΙΣ|διατάξεις)|(?:transitional|final|general)\s.*provisions)$`)

	// ending is what follows the last article: signatures, dates, annexes.
	ending = regexp.MustCompile(`^(Št\.|Številka:?|Datum:?|V \p{Lu}\p{L}+, dne|Župan\p{L}*$|ŽUPAN\p{L}*$|Priloga(?:\s|$)|PRILOGA(?:\s|$)|Кмет(?:[\s:]|$)|КМЕТ(?:[\s:]|$)|Председател|ПРЕДСЕДАТЕЛ|Приложение|ПРИЛОЖЕНИЕ|Настоящата наредба е приета|Ο\s+Δήμαρχος|Ο\s+ΔΗΜΑΡΧΟΣ|Η\s+Δήμαρχος|Ο\s+Πρόεδρος|Ο\s+ΠΡΟΕΔΡΟΣ|ΠΑΡΑΡΤΗΜΑ|Παράρτημα|(?:Στον|Στην|Στους)\s.*αναθέτουμε|Παραγγέλ+ουμε|\p{Lu}\p{L}+, \d{1,2} \p{L}+ \d{4}$|Belediye Başkanı$|EK[ -]?\d|The Mayor$|Mayor$|ANNEX|Annex\s)`)

	numbered = regexp.MustCompile(`^(\((\d+\s?[a-zа-я]?)\))\s*(.*)$`)
	markers  = []markerPattern{
		{class: "1.", re: regexp.MustCompile(`^(\d{1,3}\.)\s+(.*)$`)},
		{class: "1.1", re: regexp.MustCompile(`^(\d{1,3}(?:\.\d{1,3})+\.?)\s+(.*)$`)},
		{class: "1)", re: regexp.MustCompile(`^(\d{1,3}\))\s*(.*)$`)},
		{class: "I.", re: regexp.MustCompile(`^((?:[IVX]{1,5}|[ΙΧ]{1,5})\.)\s+(.*)$`)},
		{class: "i)", re: regexp.MustCompile(`^(\(?(?:ii|iii|iv|vi|vii|viii|ix|xi|xii|i|v|x)\))\s*(.*)$`)},
		{class: "aa)", re: regexp.MustCompile(`^(\(?(?:[a-zа-яα-ωάέίό])[a-zа-яα-ωάέίό][΄'’]?\))\s*(.*)$`)},
		{class: "a)", re: regexp.MustCompile(`^(\(?[a-zčšžçğıöşüа-яα-ω][΄'’]?\))\s*(.*)$`)},
		{class: "a.", re: regexp.MustCompile(`^([a-zα-ω][΄'’]?\.)\s+(.*)$`)},
		{class: "–", re: regexp.MustCompile(`^([–—•·▪\-*])\s*(\S.*)$`)},
	}
)

// rest is what may follow the number of an article on its line.
type rest int

const (
	bracketed rest = iota // nothing, a title in brackets, or a numbered paragraph
	sentence              // the text itself
	titled                // a title, or the text
)

type articlePattern struct {
	lang string
	re   *regexp.Regexp
	rest rest
}

type markerPattern struct {
	class string
	re    *regexp.Regexp
}

// article reads a line that begins an article. A line that only speaks of one ("Чл. 7, ал. 1 се изменя") does not.
func article(s string) (number, heading, text string, ok bool) {
	for _, p := range articles {
		m := p.re.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		tail := strings.TrimSpace(m[2])
		if p.lang == "tr" && tail != "" && numbered.MatchString("("+tail) && !strings.HasPrefix(tail, "(") && strings.Contains(s[len(m[1]):], "(") {
			tail = "(" + tail // the bracket belonged to the pattern
		}
		if heading, text, ok = p.split(tail); ok {
			return strings.TrimSpace(m[1]), heading, text, true
		}
	}
	return "", "", "", false
}

// split divides what follows a number into a title and the beginning of the text.
func (p articlePattern) split(tail string) (heading, text string, ok bool) {
	start, _ := utf8.DecodeRuneInString(tail)
	switch {
	case tail == "":
		return "", "", true
	case numbered.MatchString(tail):
		return "", tail, true
	case oneBracket(tail) && amended.MatchString(tail):
		return "", tail, true // "(Mülga: 8/12/2004-5273/6 md.)" is what became of the text
	case oneBracket(tail):
		return strings.TrimSpace(tail[1 : len(tail)-1]), "", true
	case p.rest == bracketed:
		title, found := strings.CutPrefix(strings.TrimLeft(tail, " "), "–")
		if !found {
			title, found = strings.CutPrefix(tail, "- ")
		}
		return strings.TrimSpace(title), "", found && short(title)
	case p.lang == "bg" && goesOnUpper.MatchString(tail):
		return "", "", false // "ЧЛ. 18 ОТ ЗАКОНА" in a title in capitals
	case unicode.IsLower(start) || start == ',' || start == ';' || start == '\'' || start == '’':
		return "", "", false
	case p.rest == titled && short(tail):
		return tail, "", true
	}
	return "", tail, true
}

// oneBracket reports whether a line stands in brackets as a whole.
func oneBracket(s string) bool {
	depth := 0
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 && i+utf8.RuneLen(r) < len(s) {
			return false
		}
	}
	return s != "" && depth == 0 && s[0] == '('
}

// short reports whether a line can be a title: it is not long and does not end as a sentence does.
func short(s string) bool {
	return utf8.RuneCountInString(s) <= 160 && !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, ";") && !strings.HasSuffix(s, ":") && !strings.HasSuffix(s, ",")
}

// chapter reads a line that begins a chapter.
func chapter(s string) (number, heading string, ok bool) {
	for _, re := range chapters {
		if m := re.FindStringSubmatch(s); m != nil {
			tail := strings.TrimSpace(m[2])
			start, _ := utf8.DecodeRuneInString(tail)
			if tail != "" && (unicode.IsLower(start) || !short(tail)) {
				continue
			}
			return strings.TrimSpace(m[1]), tail, true
		}
	}
	if m := capital.FindStringSubmatch(s); m != nil && short(s) {
		return strings.TrimSpace(m[1]), strings.TrimSpace(m[2]), true
	}
	if closing.MatchString(s) && short(s) {
		return "", s, true
	}
	return "", "", false
}

// marker reads a line that begins a point.
func marker(s string) (class, number, text string, ok bool) {
	for _, p := range markers {
		if m := p.re.FindStringSubmatch(s); m != nil {
			return p.class, m[1], m[2], true
		}
	}
	return "", "", "", false
}

// begins reports whether a line begins anything.
func begins(s, _ string) bool {
	if _, _, _, ok := article(s); ok {
		return true
	}
	if _, _, ok := chapter(s); ok {
		return true
	}
	if _, _, _, ok := marker(s); ok {
		return true
	}
	if r, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("»„«“\"", r) {
		return true
	}
	return numbered.MatchString(s) || strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") || ending.MatchString(s)
}

// begun reports whether a line is a number or a heading alone, so that the next line does not go on with it.
func begun(s, _ string) bool {
	if _, _, text, ok := article(s); ok {
		return text == ""
	}
	if upper(s) {
		return true
	}
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		return true
	}
	_, _, ok := chapter(s)
	return ok
}
