package calendars

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"glas/internal/calendar"
	"glas/internal/i18n"
)

// The holidays of SI, BG, GR and TR from 2024 to 2032. Movable feasts are computed (Easter, western and Orthodox), Bulgarian days off
// for holidays at the weekend follow the labour code art. 154, the Greek 1 May moves behind an Easter that it falls into, and the
// Turkish religious days are those of the Presidency of Religious Affairs, with half days from 13:00 before them (law 2429).
//
//go:embed data/holidays.csv
var holidayFile string

//go:embed data/names.csv
var nameFile string

// The years for which holidays are shipped.
const (
	FirstYear = 2024
	LastYear  = 2032
)

// presets are the shipped holidays by country.
var presets = mustPresets()

func mustPresets() map[string]map[calendar.Date]special {
	names := map[string]i18n.Text{}
	table := mustCSV(nameFile)
	for _, row := range table[1:] {
		label := i18n.Text{}
		for i, lang := range table[0][1:] {
			label[lang] = row[i+1]
		}
		names[row[0]] = label
	}
	out := map[string]map[calendar.Date]special{}
	for _, row := range mustCSV(holidayFile)[1:] {
		date, err := calendar.ParseDate(row[1])
		label, known := names[row[3]]
		if err != nil || !known {
			panic(fmt.Sprintf("calendars: the shipped holiday %v is wrong", row))
		}
		day := special{kind: Closed, label: label}
		if row[2] != "" {
			t, err := time.Parse("15:04", row[2])
			if err != nil {
				panic(fmt.Sprintf("calendars: the shipped half day %v is wrong", row))
			}
			day.kind, day.until = Until, t.Hour()*60+t.Minute()
		}
		if out[row[0]] == nil {
			out[row[0]] = map[calendar.Date]special{}
		}
		out[row[0]][date] = day
	}
	return out
}

func mustCSV(file string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("calendars: read what is shipped: %v", err))
	}
	return rows
}

// usualWeek is what a municipality of a country works by as long as it has not said so itself: an estimate that is meant to be edited.
func usualWeek(country string) [][]calendar.Span {
	h := func(windows ...int) (out []calendar.Span) {
		for i := 0; i < len(windows); i += 2 {
			out = append(out, calendar.Span{From: windows[i], To: windows[i+1]})
		}
		return out
	}
	var day []calendar.Span
	switch country {
	case "bg":
		day = h(8*60+30, 17*60)
	case "gr":
		day = h(7*60, 15*60)
	case "tr":
		day = h(8*60, 12*60, 13*60, 17*60)
	default:
		day = h(8*60, 15*60)
	}
	week := calendar.Week{time.Monday: day, time.Tuesday: day, time.Wednesday: day, time.Thursday: day, time.Friday: day}
	if country == "si" {
		week[time.Wednesday], week[time.Friday] = h(8*60, 17*60), h(8*60, 13*60)
	}
	return week[:]
}
