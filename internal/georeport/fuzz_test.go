package georeport

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"testing"
	"time"
)

// FuzzCalls: whatever the parameters, a call is read or refused with words, and the refusal can be written in both formats.
func FuzzCalls(f *testing.F) {
	f.Add("service_code=1&lat=46.3&long=15.1&description=a&attribute[a][]=1&attribute[b]=2")
	f.Add("start_date=2026-01-01T00:00:00Z&end_date=2026-05-01&status=open,closed&page=-1&page_size=99999")
	f.Add("service_request_id=1&update_id=a&updated_datetime=x&status=CLOSED&media_url=javascript:1&lat=NaN&long=Inf")
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		p, wrong := ReadPost(v)
		if len(wrong) == 0 && p.HasPoint && (p.Lat < -90 || p.Lat > 90 || p.Long < -180 || p.Long > 180 || p.Lat != p.Lat) {
			t.Errorf("%v, %v", p.Lat, p.Long)
		}
		_, more := ReadQuery(v, now)
		_, most := ReadUpdate(v)
		for _, e := range append(append(wrong, more...), most...) {
			if e.Code != 400 || e.Description == "" {
				t.Errorf("%+v", e)
			}
		}
		for _, answer := range []any{wrong, []Request{{Description: p.Description, Address: p.AddressString, StatusNotes: query}}} {
			for _, format := range []Format{XML, JSON} {
				b, err := Write(format, answer)
				if err != nil {
					t.Fatal(err)
				}
				var any1 struct {
					XMLName xml.Name
				}
				var any2 any
				if format == XML && xml.Unmarshal(b, &any1) != nil || format == JSON && json.Unmarshal(b, &any2) != nil {
					t.Errorf("%s cannot be read: %q", format, b)
				}
			}
		}
	})
}
