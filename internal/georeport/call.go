package georeport

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"glas/internal/text"
)

// Post is a new request as it came in. Texts are clean, numbers within their bounds.
type Post struct {
	ServiceCode string
	// Lat and Long are set together (HasPoint), or AddressString, or AddressID.
	Lat, Long                float64
	HasPoint                 bool
	AddressString, AddressID string
	// Attributes are the answers to the questions of a service by code.
	Attributes                                         map[string][]string
	Email, FirstName, LastName, Phone, DeviceID, AccID string
	Description, MediaURL                              string
}

// maxValue bounds fields for which the standard names no length.
const maxValue = 500

// ReadPost reads the parameters of a new request. What is wrong comes back as a list with a 400 for each.
func ReadPost(v url.Values) (Post, []Error) {
	var wrong []Error
	fail := func(s string) { wrong = append(wrong, Error{400, s}) }
	get := func(name string) string {
		s := text.CleanLine(v.Get(name))
		if text.Letters(s) > maxValue {
			fail(name + " is longer than " + strconv.Itoa(maxValue) + " letters")
		}
		return s
	}
	p := Post{ServiceCode: get("service_code"), AddressString: get("address_string"), AddressID: get("address_id"), Email: get("email"),
		FirstName: get("first_name"), LastName: get("last_name"), Phone: get("phone"), DeviceID: get("device_id"), AccID: get("account_id"),
		Description: text.Clean(v.Get("description")), MediaURL: get("media_url"), Attributes: attributes(v)}
	if p.ServiceCode == "" {
		fail("service_code is missing")
	}
	if text.Letters(p.Description) > MaxDescription {
		fail("description is longer than 4000 letters")
	}
	lat, long := strings.TrimSpace(v.Get("lat")), strings.TrimSpace(v.Get("long"))
	switch {
	case lat != "" && long != "":
		var ok, ok2 bool
		p.Lat, ok = degrees(lat, 90)
		p.Long, ok2 = degrees(long, 180)
		if p.HasPoint = ok && ok2; !p.HasPoint {
			fail("lat and long are not degrees (WGS 84)")
		}
	case lat != "" || long != "":
		fail("lat and long are only useful together")
	case p.AddressString == "" && p.AddressID == "":
		fail("a location is missing: lat and long, address_string or address_id")
	}
	if p.MediaURL != "" {
		if u, err := url.Parse(p.MediaURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			fail("media_url is not a web address")
		}
	}
	return p, wrong
}

func degrees(s string, most float64) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsNaN(f) && math.Abs(f) <= most
}

// attributes reads attribute[code]=value and attribute[code][]=value, at most a hundred codes.
func attributes(v url.Values) map[string][]string {
	out := map[string][]string{}
	for name, values := range v {
		code, ok := strings.CutPrefix(name, "attribute[")
		code, closed := strings.CutSuffix(strings.TrimSuffix(code, "[]"), "]")
		if !ok || !closed || code == "" || len(out) >= 100 {
			continue
		}
		for _, value := range values[:min(len(values), 50)] {
			if value = text.Truncate(text.Clean(value), MaxDescription); value != "" {
				out[code] = append(out[code], value)
			}
		}
	}
	return out
}

// Check compares the answers with the questions: required ones are there, numbers are numbers, dates dates, choices known.
func (d Definition) Check(answers map[string][]string) []Error {
	var wrong []Error
	for _, a := range d.Attributes {
		given := answers[a.Code]
		switch {
		case !a.Variable:
		case len(given) == 0 && a.Required:
			wrong = append(wrong, Error{400, "attribute[" + a.Code + "] is missing"})
		case !a.takes(given):
			wrong = append(wrong, Error{400, "attribute[" + a.Code + "] is not of type " + a.Datatype})
		}
	}
	return wrong
}

func (a Attribute) takes(given []string) bool {
	if len(given) > 1 && a.Datatype != "multivaluelist" {
		return false
	}
	for _, s := range given {
		ok := true
		switch a.Datatype {
		case "number":
			_, ok = degrees(s, math.MaxFloat64)
		case "datetime":
			_, ok = readTime(s)
		case "singlevaluelist", "multivaluelist":
			ok = slices.ContainsFunc(a.Values, func(v Value) bool { return v.Key == s })
		}
		if !ok {
			return false
		}
	}
	return true
}

// Query is what a list of requests is asked for. A list by IDs ignores everything else.
type Query struct {
	IDs, Services []string
	Start, End    time.Time
	// Status is open, closed or empty for both.
	Status string
	// Page counts from 1; Size is at most MaxRows.
	Page, Size int
	Extensions bool
}

// ReadQuery reads the parameters of a list. Without dates it is the last 90 days before now; a span that is longer is cut to 90
// days from its given end.
func ReadQuery(v url.Values, now time.Time) (Query, []Error) {
	q := Query{IDs: commas(v.Get("service_request_id")), Services: commas(v.Get("service_code")), Page: 1, Size: MaxRows, Extensions: v.Get("extensions") == "true"}
	var wrong []Error
	fail := func(s string) { wrong = append(wrong, Error{400, s}) }
	if len(q.IDs) > MaxRows || len(q.Services) > MaxRows {
		fail("more than 1000 ids")
	}
	for _, s := range commas(v.Get("status")) {
		switch {
		case s != "open" && s != "closed":
			fail("status is open or closed")
		case q.Status == "":
			q.Status = s
		case q.Status != s:
			q.Status = "" // both is as good as none
		}
	}
	q.Start, q.End = bound(v, "start_date", fail), bound(v, "end_date", fail)
	const span = MaxDays * 24 * time.Hour
	switch {
	case q.Start.IsZero() && q.End.IsZero():
		q.Start, q.End = now.Add(-span), now
	case q.End.IsZero():
		q.End = q.Start.Add(span)
	case q.Start.IsZero() || q.End.Sub(q.Start) > span:
		q.Start = q.End.Add(-span)
	}
	if q.End.Before(q.Start) {
		fail("end_date is before start_date")
	}
	q.Page, q.Size = number(v.Get("page"), 1, math.MaxInt32), number(v.Get("page_size"), MaxRows, MaxRows)
	return q, wrong
}

func bound(v url.Values, name string, fail func(string)) time.Time {
	s := strings.TrimSpace(v.Get(name))
	if s == "" {
		return time.Time{}
	}
	t, ok := readTime(s)
	if !ok {
		fail(name + " is not a date and time with zone, such as 2010-01-01T00:00:00Z")
	}
	return t
}

// readTime reads a date and time with zone; a plus sign that became a space on its way is understood.
func readTime(s string) (time.Time, bool) {
	s = strings.Replace(strings.TrimSpace(s), " ", "+", 1)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 1900 && t.Year() < 2300 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func number(s string, usual, most int) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1 {
		return usual
	}
	return min(n, most)
}

func commas(s string) []string {
	var out []string
	for _, part := range strings.Split(s, ",") {
		if part = text.CleanLine(part); part != "" {
			out = append(out, text.Truncate(part, 100))
		}
	}
	return out
}

// The statuses of the update extension.
var updateStatuses = []string{"OPEN", "INVESTIGATING", "IN_PROGRESS", "ACTION_SCHEDULED", "FIXED", "CLOSED", "DUPLICATE",
	"NOT_COUNCILS_RESPONSIBILITY", "NO_FURTHER_ACTION", "INTERNAL_REFERRAL", "FOR_TRIAGE", "CANCELLED", "REOPEN"}

// ReadUpdate reads an update that another program sends. Its id is what tells a second sending from a second update.
func ReadUpdate(v url.Values) (Update, []Error) {
	u := Update{ID: text.CleanLine(v.Get("update_id")), RequestID: text.CleanLine(v.Get("service_request_id")), Status: strings.ToUpper(text.CleanLine(v.Get("status"))),
		Description: text.Clean(v.Get("description")), MediaURL: text.CleanLine(v.Get("media_url")), Code: text.CleanLine(v.Get("external_status_code"))}
	var wrong []Error
	fail := func(s string) { wrong = append(wrong, Error{400, s}) }
	if at, ok := readTime(v.Get("updated_datetime")); ok {
		u.Updated = At(at)
	} else {
		fail("updated_datetime is not a date and time with zone")
	}
	if u.ID == "" || text.Letters(u.ID) > 100 {
		fail("update_id is missing or longer than 100 letters")
	}
	if u.RequestID == "" {
		fail("service_request_id is missing")
	}
	if !slices.Contains(updateStatuses, u.Status) {
		fail("status is not one of " + strings.Join(updateStatuses, ", "))
	}
	if text.Letters(u.Description) > MaxDescription {
		fail("description is longer than 4000 letters")
	}
	return u, wrong
}
