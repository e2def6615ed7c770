package reports_test

import (
	"context"
	"strings"
	"testing"

	"glas/modules/reports"
	"glas/tenant"
)

// A remark that moderators hid after the report was published could still be read on its page, in its files and in the archive.
func TestWhatIsHiddenAfterPublishingIsNotGivenOutAnyMore(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.rows()
		h.m = h.real()
		r := h.publish()
		site := h.Serve(nil, h.m).As("")
		published := func() (list []reports.PublishedFile) {
			h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) (err error) {
				list, err = h.m.Published(ctx, tx, h.c.ID)
				return err
			})
			return list
		}
		page := "/consultations/odlok/report"
		contains(t, site.Get(page+"/1/remarks/1?before").Body, "JAVNO", "BREZ ODGOVORA")
		before := len(published())
		h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Raw(`update remarks set state = 'hidden' where tenant_id = ? and consultation_id = ? and body like '%JAVNO%'`, tx.ID(), h.c.ID).Exec(ctx)
			return err
		})
		part := site.Get(page + "/1/remarks/1").Body
		contains(t, part, "BREZ ODGOVORA", "skrili po objavi", "2026/1")
		contains(t, site.Get(page).Body, "1 pripomba v njej skrita")
		for _, path := range []string{page, page + "/1", page + "/1/remarks/1"} {
			for _, secret := range []string{"JAVNO", "OBJAVLJENO", ">Ana Javna"} {
				if strings.Contains(site.Get(path).Body, secret) {
					t.Errorf("%s holds %s", path, secret)
				}
			}
		}
		for _, f := range h.files(r) {
			if got := site.Get(page + "/1/files/" + f.Name); got.Status != 410 || strings.Contains(got.Body, "JAVNO") {
				t.Errorf("%s: %d", f.Name, got.Status)
			}
		}
		if before == 0 || len(published()) != 0 {
			t.Errorf("%d and then %d files for the archive", before, len(published()))
		}
		contains(t, site.Get("/verify?hash="+h.json().SHA256).Body, "Odlok o zelenih površinah")
	})
}
