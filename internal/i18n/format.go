package i18n

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// nbsp keeps a number and its sign on one line. Dates have plain spaces, so that people find them on a page by typing them.
const nbsp = "\u00a0"

// format is how a language writes numbers and dates: CLDR 48, with the 24-hour clock municipal sites use in Greek and
// English, and unambiguous short dates in English.
type format struct {
	point, group, minus string
	minGroup            int // digits that must stand before the first separator, so that 1234 stays together in sl and bg
	percentBefore       bool
	percent             string
	moneyBefore         bool
	months              [12]string // in a date: genitive where the language has one
	short               [12]string // abbreviated, for short dates in English
	monthNames          [12]string // standing alone
	weekdays            [7]string  // from Sunday
	and                 string
	date                func(f *format, y, d int, m time.Month) string
	dateShort           func(f *format, y, d int, m time.Month) string
	dayMonth            string                             // after the day
	join                func(f *format, h, min int) string // between a date and its time
	at                  func(f *format, h, min int) string // "at 14:30" within a sentence
	clock               func(h, min int) string
}

func words12(s string) (out [12]string) {
	copy(out[:], strings.Fields(s))
	return out
}

func words7(s string) (out [7]string) {
	copy(out[:], strings.Fields(s))
	return out
}

// formats gives nil for a language without forms.
func formats(lang string) *format {
	switch lang {
	case "en":
		return english()
	case "sl":
		return slovenian()
	case "bg":
		return bulgarian()
	case "el":
		return greek()
	case "tr":
		return turkish()
	}
	return nil
}

func english() *format {
	months := words12("January February March April May June July August September October November December")
	return &format{
		point: ".", group: ",", minus: "-", minGroup: 1, percent: "%", moneyBefore: true, and: " and ",
		months: months, monthNames: months, short: words12("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
		weekdays: words7("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"),
		date:     plainDate, dateShort: func(f *format, y, d int, m time.Month) string {
			return strconv.Itoa(d) + " " + f.short[m-1] + " " + strconv.Itoa(y)
		},
		dayMonth: " ", clock: colonClock,
		at:   func(f *format, h, min int) string { return "at " + f.clock(h, min) },
		join: func(f *format, h, min int) string { return " at " + f.clock(h, min) },
	}
}

func slovenian() *format {
	at := func(_ *format, h, min int) string { return "ob " + strconv.Itoa(h) + "." + pad(min) }
	return &format{
		point: ",", group: ".", minus: "−", minGroup: 2, percent: nbsp + "%", and: " in ",
		months:     words12("januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra"),
		monthNames: words12("januar februar marec april maj junij julij avgust september oktober november december"),
		weekdays:   words7("nedelja ponedeljek torek sreda četrtek petek sobota"),
		date: func(f *format, y, d int, m time.Month) string {
			return strconv.Itoa(d) + ". " + f.months[m-1] + " " + strconv.Itoa(y)
		},
		dateShort: func(_ *format, y, d int, m time.Month) string {
			return strconv.Itoa(d) + ". " + strconv.Itoa(int(m)) + ". " + strconv.Itoa(y)
		},
		dayMonth: ". ", clock: colonClock, at: at,
		join: func(f *format, h, min int) string { return " " + at(f, h, min) },
	}
}

func bulgarian() *format {
	months := words12("януари февруари март април май юни юли август септември октомври ноември декември")
	return &format{
		point: ",", group: nbsp, minus: "-", minGroup: 2, percent: "%", and: " и ",
		months: months, monthNames: months,
		weekdays: words7("неделя понеделник вторник сряда четвъртък петък събота"),
		date:     func(f *format, y, d int, m time.Month) string { return plainDate(f, y, d, m) + " г." },
		dateShort: func(_ *format, y, d int, m time.Month) string {
			return strconv.Itoa(d) + "." + pad(int(m)) + "." + strconv.Itoa(y) + " г."
		},
		dayMonth: " ", clock: func(h, min int) string { return colonClock(h, min) + " ч." },
		at:   func(f *format, h, min int) string { return "в " + f.clock(h, min) },
		join: func(f *format, h, min int) string { return " в " + f.clock(h, min) },
	}
}

func greek() *format {
	at := func(f *format, h, min int) string {
		if h == 1 {
			return "στη " + f.clock(h, min)
		}
		return "στις " + f.clock(h, min)
	}
	return &format{
		point: ",", group: ".", minus: "-", minGroup: 1, percent: "%", and: " και ",
		months: words12("Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου " +
			"Νοεμβρίου Δεκεμβρίου"),
		monthNames: words12("Ιανουάριος Φεβρουάριος Μάρτιος Απρίλιος Μάιος Ιούνιος Ιούλιος Αύγουστος Σεπτέμβριος Οκτώβριος " +
			"Νοέμβριος Δεκέμβριος"),
		weekdays: words7("Κυριακή Δευτέρα Τρίτη Τετάρτη Πέμπτη Παρασκευή Σάββατο"),
		date:     plainDate,
		dateShort: func(_ *format, y, d int, m time.Month) string {
			return strconv.Itoa(d) + "/" + strconv.Itoa(int(m)) + "/" + strconv.Itoa(y)
		},
		dayMonth: " ", clock: colonClock, at: at,
		join: func(f *format, h, min int) string { return " " + at(f, h, min) },
	}
}

func turkish() *format {
	months := words12("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık")
	return &format{
		point: ",", group: ".", minus: "-", minGroup: 1, percentBefore: true, percent: "%", moneyBefore: true, and: " ve ",
		months: months, monthNames: months,
		weekdays: words7("Pazar Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi"),
		date:     plainDate,
		dateShort: func(_ *format, y, d int, m time.Month) string {
			return pad(d) + "." + pad(int(m)) + "." + strconv.Itoa(y)
		},
		dayMonth: " ", clock: colonClock,
		at:   func(f *format, h, min int) string { return "saat " + f.clock(h, min) },
		join: func(f *format, h, min int) string { return " " + f.clock(h, min) },
	}
}

func plainDate(f *format, y, d int, m time.Month) string {
	return strconv.Itoa(d) + " " + f.months[m-1] + " " + strconv.Itoa(y)
}

func colonClock(h, min int) string { return pad(h) + ":" + pad(min) }

func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// integer writes a whole number with the language's separators.
func (f *format) integer(n int64) string {
	if n >= 0 && n < 1000 {
		return strconv.Itoa(int(n))
	}
	digits := strconv.FormatInt(n, 10)
	return f.grouped(strings.TrimPrefix(digits, "-"), n < 0)
}

func (f *format) grouped(digits string, negative bool) string {
	var b strings.Builder
	if negative {
		b.WriteString(f.minus)
	}
	if len(digits) < 3+f.minGroup {
		b.WriteString(digits)
		return b.String()
	}
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(f.group)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// decimal writes at most three decimals, as CLDR's standard pattern does; values no number can be are a dash.
func (f *format) decimal(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', 3, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	whole, part, found := strings.Cut(s, ".")
	out := f.grouped(whole, v < 0 && s != "0")
	if found {
		out += f.point + part
	}
	return out
}
