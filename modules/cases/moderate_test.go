package cases

import (
	"context"
	"strings"
	"testing"

	"glas/internal/fault"
	"glas/modules/cases/internal/stored"
	"glas/modules/moderation"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// TestReportedCasesComeBeforeModerators: nobody could report a public case, and a private one must not come before moderators that way.
func TestReportedCasesComeBeforeModerators(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		s := newScene(t, w)
		open, files := s.photographed(stored.Public, "javno")
		private, _ := s.photographed(stored.ReporterOnly, "tajno")
		if body := s.site.As("citizen").Get("/cases/" + open.Number).Body; !strings.Contains(body, "/report/case/"+open.ID) {
			t.Error("no link to report it")
		}
		s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
			if _, err := s.m.Held(ctx, tx, private.ID); !fault.Is(err, fault.KindNotFound) {
				t.Errorf("a private case before moderators: %v", err)
			}
			it, err := s.m.Held(ctx, tx, open.ID)
			if it.Gone || it.Title != "Javno javno" || strings.Contains(it.Text, "skrivni") {
				t.Errorf("held %+v", it)
			}
			return err
		})
		rule := func(v moderation.Verdict) {
			s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
				return s.m.Decide(ctx, tx, open.ID, moderation.Ruling{Verdict: v, Reason: "Žaljivo."})
			})
		}
		rule(moderation.Hide)
		rule(moderation.Hide)
		if got := s.site.As("citizen").Get("/cases/" + open.Number).Status; got != 404 {
			t.Errorf("hidden, and answers %d", got)
		}
		if got := s.site.As("citizen").Get(files[0].Path("full")).Status; got != 404 {
			t.Errorf("hidden, and its photo answers %d", got)
		}
		rule(moderation.Restore)
		if got := s.site.As("citizen").Get("/cases/" + open.Number).Status; got != 200 {
			t.Errorf("restored, and answers %d", got)
		}
		s.View(s.Visitor(s.A), func(ctx context.Context, tx *tenant.Tx) error {
			f, err := s.m.Front(ctx, tx, 4)
			if len(f.Rows) != 1 || f.ReportPath == "" {
				t.Errorf("first page %+v", f)
			}
			return err
		})
	})
}
