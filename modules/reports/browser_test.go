package reports_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"testing"

	"glas/internal/web/browsertest"
	"glas/tenant/tenanttest"
)

// What people and staff see of reports is looked at by axe and for anything that sticks out, on a phone and on a desk.
func TestReportsInABrowser(t *testing.T) {
	w := tenanttest.New(t)
	h := newHall(t, w)
	h.large(130, 24)
	site := h.Serve(tenanttest.People(map[string]context.Context{"mia": h.mia}), h.cons, h.m)
	site.As("mia").Post("/admin/census", url.Values{"year": {"2025"}, "area-area-gorica": {"900"}, "age-30-44": {"500"}, "age-75+": {"500"}})
	words := words(0)
	words.Evaluation = true
	if err := h.m.Save(h.eva, h.c.ID, words); err != nil {
		t.Fatal(err)
	}
	h.publish()
	h.openRemark()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- site.App().Listener(l) }()
	t.Cleanup(func() {
		if err := site.App().Shutdown(); err != nil {
			t.Error(err)
		}
		<-done
	})
	base := fmt.Sprintf("http://%s:%d", h.A.Host, l.Addr().(*net.TCPAddr).Port)
	p := browsertest.Start(t).Page(t)
	p.AllowConsole("favicon.ico") // this site has the pages of two parts only
	look := func(paths ...string) {
		for i, path := range paths {
			p.Viewport([]int{390, 1280}[i%2])
			p.Scheme([]string{"light", "dark"}[i/2%2])
			p.Goto(base + path)
			p.Axe()
			p.Viewport(390)
			p.Fits()
		}
	}
	report := "/consultations/odlok/report"
	look(report, report, report+"/1/remarks/1", report+"/1/remarks/2", "/participation/2026", "/verify", "/verify?hash="+h.versions()[0].SHA256, "/en"+report)
	browsertest.Eval[bool](p, `(document.cookie = "glas=mia;path=/", true)`)
	look("/admin/reports", "/admin/due", "/admin/census", "/admin/reports/"+h.c.ID, "/admin/reports/"+h.c.ID+"/preview")
}
