package reports_test

import (
	"fmt"
	"strings"
	"testing"

	"glas/internal/i18n"
	"glas/internal/job"
	"glas/modules/reports"
	"glas/tenant/tenanttest"
)

// large fills the hall with remarks on articles.
func (h *hall) large(remarks, articles int) {
	h.remarks, h.text = nil, nil
	for i := range articles {
		h.text = append(h.text, reports.Article{TextID: "t", Block: fmt.Sprint(i), Label: fmt.Sprintf("%d. člen", i+1), Title: "Varstvo zelenih površin"})
	}
	body := strings.Repeat("Predlagam, da se v tem členu doda zaščita starih dreves, ker brez sence poleti ni mogoče hoditi. ", 5)
	for i := range remarks {
		at := i * 7 % (articles - articles/10) // every tenth article gets none
		h.remarks = append(h.remarks, reports.Remark{No: fmt.Sprintf("2026/%d", i+1), Channel: "web", TextID: "t", Block: fmt.Sprint(at), Label: fmt.Sprintf("%d. člen", at+1),
			Author: fmt.Sprintf("Oseba %d", i), AuthorKind: "citizen", Body: body, Proposed: body[:200], Disposition: "partly", Reason: i18n.Text{"sl": body[:300]}, ReceivedAt: h.c.StartsAt})
	}
}

// A report of 5,000 remarks on 300 articles in all formats and languages of the municipality must stand within 20 seconds.
func BenchmarkReportLimits(b *testing.B) {
	w := tenanttest.New(b)
	for b.Loop() {
		b.StopTimer()
		h := newHall(b, w)
		h.large(5000, 300)
		if err := h.m.Publish(h.mia, h.c.ID, true); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		h.Jobs(map[string]job.Handler{"reports.make": h.m.Jobs()["reports.make"]})
		b.StopTimer()
		total := int64(0)
		for _, f := range h.files(h.versions()[0]) {
			total += f.Size
			b.Logf("%s %d kB", f.Name, f.Size>>10)
		}
		b.ReportMetric(float64(len(h.A.Languages)), "languages")
		b.ReportMetric(float64(total>>10), "kB")
		b.StartTimer()
	}
	if per := b.Elapsed().Seconds() / float64(b.N); per > 20 {
		b.Errorf("%.1f s, the limit is 20 s", per)
	}
}
