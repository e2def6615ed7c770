package calendars

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/form"
)

const nameLimit = 80

// weekdays in the order in which people here write them.
func weekdays() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
}

func dayField(d time.Weekday) string { return "day" + strconv.Itoa(int(d)) }

var window = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?$`)

var errWindows = errors.New("not windows of a day")

// parseWindows reads "8:00-12:00, 13-17"; empty is closed.
func parseWindows(s string) ([]calendar.Span, error) {
	out := []calendar.Span{}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		m := window.FindStringSubmatch(part)
		if m == nil {
			return nil, errWindows
		}
		w := calendar.Span{From: minutes(m[1], m[2]), To: minutes(m[3], m[4])}
		if w.To == 23*60+59 {
			w.To = 24 * 60 // what people write who cannot write midnight
		}
		if w.From < 0 || w.To < 0 || w.From >= w.To {
			return nil, errWindows
		}
		out = append(out, w)
	}
	return out, nil
}

// minutes after midnight, below zero for what is no time of day.
func minutes(hour, minute string) int {
	h, err := strconv.Atoi(hour)
	if err != nil {
		return -1
	}
	m := 0
	if minute != "" {
		if m, err = strconv.Atoi(minute); err != nil {
			return -1
		}
	}
	if m > 59 || h*60+m > 24*60 {
		return -1
	}
	return h*60 + m
}

// Windows writes windows as they are typed, 08:00–12:00, 13:00–17:00.
func Windows(spans []calendar.Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = fmt.Sprintf("%02d:%02d–%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
	}
	return strings.Join(parts, ", ")
}

func windowsOf(f *form.Form, name string) []calendar.Span {
	w, err := parseWindows(f.Value(name))
	f.Check(name, err == nil, "calendars.error.windows")
	return w
}

func readCalendar(f *form.Form, languages []string) *Calendar {
	c := &Calendar{Week: make([][]calendar.Span, 7), Name: f.Texts("name", languages, form.Limit{Min: 2, Max: nameLimit}), Always: f.Bool("always"), Holidays: f.Bool("holidays"),
		IsDefault: f.Bool("default"), Archived: f.Bool("archived"), RowVersion: int64(f.OptionalInt("version", 0, 1<<31-1, 0))}
	for _, d := range weekdays() {
		c.Week[d] = windowsOf(f, dayField(d))
	}
	return c
}

func (c *Calendar) fill(f *form.Form) {
	for lang, s := range c.Name {
		f.Set("name."+lang, s)
	}
	for _, d := range weekdays() {
		f.Set(dayField(d), Windows(c.Week[d]))
	}
	for name, on := range map[string]bool{"always": c.Always, "holidays": c.Holidays, "default": c.IsDefault, "archived": c.Archived} {
		if on {
			f.Set(name, "1")
		}
	}
	f.Set("version", strconv.FormatInt(c.RowVersion, 10))
}

// longest is how many days one entry may cover.
const longest = 92

// readDays is what staff say about a day, or about a row of days.
func readDays(f *form.Form, languages []string) []CalendarDay {
	first, last := readDate(f, "from"), readDate(f, "to")
	f.Check("from", first != calendar.Date{}, "val.required")
	if (last == calendar.Date{}) {
		last = first
	}
	f.Check("to", !last.Before(first) && last.Sub(first) < longest, "val.date_order")
	day := CalendarDay{CalendarID: f.Value("calendar"), Kind: Kind(f.OneOf("kind", string(Closed), string(Until), string(Open), string(Ordinary))),
		Label: f.Texts("label", languages, form.Limit{Max: nameLimit}), Source: Manual}
	switch day.Kind {
	case Open:
		day.Windows = windowsOf(f, "windows")
		f.Check("windows", len(day.Windows) > 0, "calendars.error.windows")
	case Until:
		day.Until = int(f.Time("until") / time.Minute)
		f.Check("until", day.Until > 0, "val.time")
	}
	if !f.Valid() {
		return nil
	}
	var out []CalendarDay
	for d := first; !last.Before(d); d = d.Add(1) {
		day.Day = d.String()
		out = append(out, day)
	}
	return out
}

func readDate(f *form.Form, name string) calendar.Date {
	t := f.Date(name, time.UTC)
	if t.IsZero() {
		return calendar.Date{}
	}
	return calendar.DateOf(t, time.UTC)
}

// ReadTarget reads how long something may take from the fields amount, unit, end_of_day and next_working.
func ReadTarget(f *form.Form) calendar.Target {
	units := calendar.Units()
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = string(u)
	}
	t := calendar.Target{Amount: f.Int("amount", 1, 10_000), Unit: calendar.Unit(f.OneOf("unit", names...)), EndOfDay: f.Bool("end_of_day"), NextWorkingDay: f.Bool("next_working")}
	return t
}

func badFile(id string, args ...any) error { return fault.InvalidField("file", id, args...) }
