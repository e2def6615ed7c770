package i18n

import (
	"cmp"
	"context"
	"math"
	"strconv"
	"strings"
	"time"
)

func (l *Localizer) date(t time.Time) string {
	y, m, d := t.In(l.zone).Date()
	return l.table.format.date(l.table.format, y, d, m)
}

// Date is the long date as it stands in a sentence: "29. junija 2021", "5 юни 2026 г.", "5 Ιουνίου 2026", "5 Haziran 2026".
// A zero time is "".
func Date(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return From(ctx).date(t)
}

// DateShort is the date in figures: "5. 6. 2026", "5.06.2026 г.", "5/6/2026", "05.06.2026", "5 Jun 2026".
func DateShort(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	l := From(ctx)
	y, m, d := t.In(l.zone).Date()
	return l.table.format.dateShort(l.table.format, y, d, m)
}

// DayMonth is the date without its year: "30. novembra".
func DayMonth(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	l := From(ctx)
	_, m, d := t.In(l.zone).Date()
	return strconv.Itoa(d) + l.table.format.dayMonth + l.table.format.months[m-1]
}

// DayRange is a run of days without years, as short as the language has it: "3.–17. septembra", "18. septembra – 18. novembra". A day is
// never parted from its month at the end of a line.
func DayRange(ctx context.Context, from, to time.Time) string {
	first, last := DayMonth(ctx, from), DayMonth(ctx, to)
	if first == "" || last == "" || first == last {
		return cmp.Or(first, last)
	}
	l := From(ctx)
	y1, m1, d1 := from.In(l.zone).Date()
	y2, m2, _ := to.In(l.zone).Date()
	glue := func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }
	if y1 == y2 && m1 == m2 {
		return strconv.Itoa(d1) + strings.TrimSpace(l.table.format.dayMonth) + "–" + glue(last)
	}
	return glue(first) + "\u00a0– " + glue(last)
}

// DateTime is the long date and the time of day: "29. junija 2021 ob 8.30".
func DateTime(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	l := From(ctx)
	h, min, _ := t.In(l.zone).Clock()
	return l.date(t) + l.table.format.join(l.table.format, h, min)
}

// Clock is the time of day standing alone: "14:30", in Bulgarian "14:30 ч.".
func Clock(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	l := From(ctx)
	h, min, _ := t.In(l.zone).Clock()
	return l.table.format.clock(h, min)
}

// AtClock is the time of day with its preposition, for use inside a sentence: "at 14:30", "ob 14.30", "в 14:30 ч.",
// "στις 14:30", "saat 14:30".
func AtClock(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	l := From(ctx)
	h, min, _ := t.In(l.zone).Clock()
	return l.table.format.at(l.table.format, h, min)
}

// Weekday is the day's name: "petek".
func Weekday(ctx context.Context, t time.Time) string {
	l := From(ctx)
	return l.table.format.weekdays[t.In(l.zone).Weekday()]
}

// MonthYear heads a calendar: "junij 2026", "юни 2026 г.".
func MonthYear(ctx context.Context, t time.Time) string {
	l := From(ctx)
	y, m, _ := t.In(l.zone).Date()
	out := l.table.format.monthNames[m-1] + " " + strconv.Itoa(y)
	if l.table.lang == "bg" {
		out += " г."
	}
	return out
}

// ISO is the machine form for datetime attributes, in UTC.
func ISO(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Number writes a number with the language's separators; decimals are rounded to three places.
func Number[V Integer | ~float32 | ~float64](ctx context.Context, n V) string {
	f := From(ctx).table.format
	if v := float64(n); v != math.Trunc(v) || math.IsInf(v, 0) {
		return f.decimal(v)
	}
	return f.integer(int64(n))
}

// Percent writes a share between 0 and 1 as whole percents: "50 %" in Slovenian, "%50" in Turkish.
func Percent(ctx context.Context, share float64) string {
	f := From(ctx).table.format
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return "–"
	}
	n := f.integer(int64(math.Round(share * 100)))
	if f.percentBefore {
		return f.percent + n
	}
	return n + f.percent
}

// Money writes an amount given in hundredths of the currency (ISO 4217 code): "1.234,56 €", "₺1.234,56", "€1,234.56".
// The euro stands behind the number in every language but English, the lira before it only in Turkish.
func Money(ctx context.Context, minor int64, currency string) string {
	l := From(ctx)
	f := l.table.format
	symbol := map[string]string{"EUR": "€", "TRY": "₺", "USD": "$", "GBP": "£", "BGN": "лв."}[currency]
	if symbol == "" {
		symbol = currency
	}
	sign := ""
	if minor < 0 {
		sign = f.minus
	}
	units, cents := minor/100, minor%100
	amount := f.grouped(strings.TrimPrefix(strconv.FormatInt(units, 10), "-"), false)
	amount += f.point + pad(int(max(cents, -cents)))
	if f.moneyBefore && symbol != currency && (l.table.lang == "en" || currency == "TRY") {
		return sign + symbol + amount
	}
	return sign + amount + nbsp + symbol
}

// Ago says how long before (or after) now t lies: "pred 3 dnevi", "čez 2 uri". Under a minute is "just now".
func Ago(ctx context.Context, now, t time.Time) string {
	l := From(ctx)
	d, way := now.Sub(t), "ago." //i18n: ago.*
	if d < 0 {
		d, way = -d, "in." //i18n: in.*
	}
	days := int64(d / (24 * time.Hour))
	switch {
	case d < time.Minute:
		return l.T("time.now")
	case d < time.Hour:
		return l.N(way+"minutes", int64(d/time.Minute))
	case d < 24*time.Hour:
		return l.N(way+"hours", int64(d/time.Hour))
	case days < 14 || way == "in.":
		return l.N(way+"days", days)
	case days < 60:
		return l.N("ago.weeks", days/7)
	case days < 365:
		return l.N("ago.months", max(days*12/365, 2))
	default:
		return l.N("ago.years", days/365)
	}
}

// Days is a counted number of days: "3 dnevi".
func Days(ctx context.Context, n int) string { return From(ctx).N("n.day", int64(n)) }

// List joins items as a sentence does: "a, b in c".
func List(ctx context.Context, items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + From(ctx).table.format.and + items[last]
}
