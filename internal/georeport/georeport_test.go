package georeport

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, f Format, v any) string {
	t.Helper()
	b, err := Write(f, v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRequestsAsTheStandardWritesThem(t *testing.T) {
	lat, long := 46.36, 15.11
	at := time.Date(2026, 11, 20, 13, 0, 0, 123, time.FixedZone("", 3600))
	list := []Request{{ID: "VEL-2026-000123", Status: "open", ServiceName: "Luč & svetilka", ServiceCode: "lights", Requested: At(at), Lat: &lat, Long: &long}}
	x := write(t, XML, list)
	for _, want := range []string{`<?xml version="1.0" encoding="UTF-8"?>`, "<service_requests><request><service_request_id>VEL-2026-000123</service_request_id>",
		"<service_name>Luč &amp; svetilka</service_name>", "<requested_datetime>2026-11-20T13:00:00+01:00</requested_datetime>", "<lat>46.36</lat>", "<status_notes></status_notes>"} {
		if !strings.Contains(x, want) {
			t.Errorf("%s is not in %s", want, x)
		}
	}
	if strings.Contains(x, "extended_attributes") || strings.Contains(x, "<notes>") {
		t.Error("extensions were given to who did not ask: " + x)
	}
	j := write(t, JSON, list)
	if !strings.HasPrefix(j, `[{"service_request_id":"VEL-2026-000123","status":"open"`) || strings.Contains(j, "status_notes") || strings.Contains(j, "updated_datetime") {
		t.Error(j)
	}
	if got := write(t, JSON, []Request(nil)); got != "[]\n" {
		t.Errorf("no requests: %q", got)
	}
	if got := write(t, XML, []Request(nil)); !strings.Contains(got, "<service_requests></service_requests>") {
		t.Errorf("no requests: %q", got)
	}
}

// Both formats carry the same facts: what is read back from each is equal.
func TestBothFormatsSayTheSame(t *testing.T) {
	at := Time{time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	d := Discovery{Changeset: at, Contact: "Občina", KeyService: "Na občini", Endpoints: []Endpoint{{Specification, "https://x/open311/v2", at, "production", []string{"text/xml", "application/json"}}}}
	def := Definition{Code: "lights", Attributes: []Attribute{{Variable: true, Code: "pole", Datatype: "singlevaluelist", Required: true, Order: 1, Description: "?", Values: []Value{{"a", "A"}, {"b", "B"}}}}}
	for _, v := range []any{d, def} {
		var fromXML, fromJSON any
		switch v.(type) {
		case Discovery:
			fromXML, fromJSON = &Discovery{}, &Discovery{}
		default:
			fromXML, fromJSON = &Definition{}, &Definition{}
		}
		if err := xml.Unmarshal([]byte(write(t, XML, v)), fromXML); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(write(t, JSON, v)), fromJSON); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fromXML, fromJSON, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".XMLName" }, cmp.Ignore())); diff != "" {
			t.Error(diff)
		}
	}
	if got := write(t, XML, []Error{{403, "no key"}}); !strings.Contains(got, "<errors><error><code>403</code><description>no key</description></error></errors>") {
		t.Error(got)
	}
	if got := write(t, XML, []Receipt{{ID: "7"}}); !strings.Contains(got, "<request><service_request_id>7</service_request_id></request>") || strings.Contains(got, "token") {
		t.Error(got)
	}
	if got := write(t, XML, []Update{{ID: "u1"}}); !strings.Contains(got, "<service_request_updates><request_update><update_id>u1</update_id></request_update></service_request_updates>") {
		t.Error(got)
	}
}

func values(s string) url.Values {
	v, err := url.ParseQuery(s)
	if err != nil {
		panic(err)
	}
	return v
}

func TestNewRequests(t *testing.T) {
	p, wrong := ReadPost(values("service_code=lights&lat=46.36&long=15.11&description=a%0Ab&attribute[pole]=12&attribute[when][]=x&attribute[when][]=y&first_name=An%C5%BEe&attribute[]=z"))
	want := Post{ServiceCode: "lights", Lat: 46.36, Long: 15.11, HasPoint: true, Description: "a\nb", FirstName: "Anže", Attributes: map[string][]string{"pole": {"12"}, "when": {"x", "y"}}}
	if diff := cmp.Diff(want, p); diff != "" || len(wrong) > 0 {
		t.Error(diff, wrong)
	}
	for body, n := range map[string]int{
		"": 2, "service_code=x": 1, "service_code=x&lat=1": 1, "service_code=x&lat=91&long=1": 1, "service_code=x&lat=NaN&long=1": 1,
		"service_code=x&address_id=5&media_url=javascript:alert(1)": 1, "service_code=x&address_string=y&description=" + strings.Repeat("%C4%8D", 4001): 1,
		"service_code=x&address_string=y&description=" + strings.Repeat("%C4%8D", 4000): 0,
	} {
		if _, wrong := ReadPost(values(body)); len(wrong) != n {
			t.Errorf("%.60s: %v", body, wrong)
		}
	}
}

func TestAnswersToQuestions(t *testing.T) {
	d := Definition{Attributes: []Attribute{
		{Variable: true, Code: "n", Datatype: "number", Required: true}, {Variable: true, Code: "d", Datatype: "datetime"},
		{Variable: true, Code: "one", Datatype: "singlevaluelist", Values: []Value{{"a", "A"}, {"b", "B"}}},
		{Variable: true, Code: "many", Datatype: "multivaluelist", Values: []Value{{"a", "A"}, {"b", "B"}}}, {Code: "note", Required: true},
	}}
	for body, n := range map[string]int{
		"attribute[n]=1.5&attribute[d]=2026-11-20T10:00:00Z&attribute[one]=a&attribute[many][]=a&attribute[many][]=b": 0,
		"attribute[n]=x": 1, "": 1, "attribute[n]=1&attribute[one][]=a&attribute[one][]=b": 1, "attribute[n]=1&attribute[many]=c": 1, "attribute[n]=1&attribute[d]=soon": 1,
	} {
		p, _ := ReadPost(values(body))
		if wrong := d.Check(p.Attributes); len(wrong) != n {
			t.Errorf("%s: %v", body, wrong)
		}
	}
}

func TestListsAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		in         string
		start, end time.Time
		wrong      int
	}{
		{"", now.AddDate(0, 0, -90), now, 0},
		{"start_date=2026-05-01T00:00:00Z", day(5, 1), day(5, 1).AddDate(0, 0, 90), 0},
		{"end_date=2026-05-01T00:00:00Z", day(5, 1).AddDate(0, 0, -90), day(5, 1), 0},
		{"start_date=2020-05-01T00:00:00Z&end_date=2026-05-01T02:00:00+02:00", day(5, 1).AddDate(0, 0, -90), day(5, 1), 0},
		{"start_date=2026-05-02T00:00:00Z&end_date=2026-05-01T00:00:00Z", day(5, 2), day(5, 1), 1},
		{"start_date=yesterday", now.AddDate(0, 0, -90), now, 1},
	} {
		q, wrong := ReadQuery(values(c.in), now)
		if !q.Start.Equal(c.start) || !q.End.Equal(c.end) || len(wrong) != c.wrong {
			t.Errorf("%q: %s to %s, %v", c.in, q.Start, q.End, wrong)
		}
	}
	q, wrong := ReadQuery(values("service_request_id=1,2, 3&status=open,closed&page=2&page_size=5000&extensions=true"), now)
	if len(q.IDs) != 3 || q.Status != "" || q.Page != 2 || q.Size != MaxRows || !q.Extensions || len(wrong) > 0 {
		t.Errorf("%+v %v", q, wrong)
	}
	if _, wrong := ReadQuery(values("status=lost"), now); len(wrong) != 1 {
		t.Error("an unknown status was taken")
	}
}

func TestUpdates(t *testing.T) {
	u, wrong := ReadUpdate(values("update_id=9&service_request_id=VEL-2026-000123&status=in_progress&updated_datetime=2026-11-20T12:00:00%2B01:00&description=x"))
	if u.Status != "IN_PROGRESS" || !u.Updated.Equal(time.Date(2026, 11, 20, 11, 0, 0, 0, time.UTC)) || len(wrong) > 0 {
		t.Errorf("%+v %v", u, wrong)
	}
	if _, wrong := ReadUpdate(values("status=LOST")); len(wrong) != 4 {
		t.Error(wrong)
	}
}
