package reports_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"glas/internal/blob"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/areas"
	"glas/modules/consultations"
	"glas/modules/reports"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// hall is a municipality in which a consultation ended yesterday.
type hall struct {
	*tenanttest.World
	m       *reports.Module
	cons    *consultations.Module
	store   blob.Store
	c       *consultations.Consultation
	remarks []reports.Remark
	mine    map[string][]reports.Remark
	text    []reports.Article

	eva, mia, ana, visitor context.Context
	anaID, borID           string
}

func each(t *testing.T, fn func(t *testing.T, h *hall)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newHall(t, w)) }, map[string][]string{"accounts.deleted": {"reports.forget"}})
}

func newHall(t testing.TB, w *tenanttest.World) *hall {
	t.Helper()
	store, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{World: w, store: store, anaID: id.New(), borID: id.New(), mine: map[string][]reports.Remark{}}
	h.cons = consultations.New(consultations.Deps{DB: w.DB})
	h.m = reports.New(reports.Deps{DB: w.DB, Store: store, Catalogue: w.Catalogue, Consultations: h.cons,
		Base: func(context.Context) string { return "https://velenje.test" },
		Remarks: func(_ context.Context, _ *tenant.Tx, _ string, fn func(reports.Remark) error) error {
			for _, r := range h.remarks {
				if err := fn(r); err != nil {
					return err
				}
			}
			return nil
		},
		Texts: func(context.Context, *tenant.Tx, string) ([]reports.Article, []reports.Change, error) {
			return h.text, []reports.Change{{Label: "2. člen", Before: "trideset", After: "štirideset", Because: []string{"2026/2"}}}, nil
		},
		Mine: func(_ context.Context, _ *tenant.Tx, _ string, who []string) (map[string][]reports.Remark, error) {
			out := map[string][]reports.Remark{}
			for _, a := range who {
				out[a] = h.mine[a]
			}
			return out, nil
		},
	})
	h.cons.Plug(h.m)
	h.eva, h.mia = w.Staff(w.A, id.New(), "Eva", "editor"), w.Staff(w.A, id.New(), "Mia", "manager")
	h.ana, h.visitor = w.Citizen(w.A, h.anaID, "Ana"), w.Visitor(w.A)
	h.seed(t)
	return h
}

func (h *hall) seed(t testing.TB) {
	now := h.Clock.Now()
	c := &consultations.Consultation{Key: tenant.Key{ID: id.New()}, Slug: "odlok", Title: i18n.Text{"sl": "Odlok o zelenih površinah", "en": "Green areas"}, State: consultations.Published,
		PublishedAt: now.AddDate(0, 0, -40), StartsAt: now.AddDate(0, 0, -31), EndsAt: now.AddDate(0, 0, -1), AnswerBy: now.AddDate(0, 0, 10), TopicIDs: []string{}, LinkedIDs: []string{},
		ShortReason: i18n.Text{"sl": "Zaradi roka za sredstva."}, Milestones: []consultations.Milestone{}, RowVersion: 1, CreatedAt: now, UpdatedAt: now}
	c.LegalBasis, c.ReportBy = i18n.Text{"sl": "21. člen ZLS"}, now.AddDate(0, 0, 5)
	c.Phases = []*consultations.Phase{{ID: id.New(), Title: i18n.Text{"sl": "Pripombe"}, StartsAt: c.StartsAt, EndsAt: c.EndsAt}}
	h.c = c
	h.text = []reports.Article{{TextID: "t", Block: "a1", Label: "1. člen"}, {TextID: "t", Block: "a2", Label: "2. člen"}, {TextID: "t", Block: "a3", Label: "3. člen"}}
	h.remarks = []reports.Remark{
		{No: "2026/1", Channel: "web", TextID: "t", Block: "a2", Label: "2. člen", Author: "Ana Novak", AuthorKind: "citizen", Body: "Več senc <script>", Disposition: "accepted", Reason: i18n.Text{"sl": "Se strinjamo."}, Path: "/remarks/2026/1", ReceivedAt: now},
		{No: "2026/2", Channel: "letter", TextID: "t", Block: "a2", Label: "2. člen", Author: "Društvo Lipa", AuthorKind: "association", Body: "Štirideset dni", Proposed: "štirideset", Disposition: "not_accepted", Reason: i18n.Text{"sl": "Rok je zakonski."}, ReceivedAt: now},
		{No: "2026/3", Channel: "web", Author: "", AuthorKind: "deleted", Body: "K celoti", ReceivedAt: now},
	}
	h.mine[h.anaID] = h.remarks[:1]
	h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := tx.Insert(c).Exec(ctx); err != nil {
			return err
		}
		area := &areas.Area{Name: i18n.Text{"sl": "Gorica"}, Slug: "gorica"}
		area.ID = "area-gorica"
		if err := areas.Insert(ctx, tx, area); err != nil {
			return err
		}
		for i := range 13 {
			account := id.New()
			switch i {
			case 0:
				account = h.anaID
			case 1:
				account = h.borID
			}
			born, in := 1990, "[]"
			if i < 3 {
				born, in = 1950, `["area-gorica"]`
			}
			if _, err := tx.Raw(`insert into accounts (tenant_id, id, email, name, lang, birth_year, area_ids, groups, verified_at, created_at, updated_at) values (?, ?, ?, ?, 'sl', ?, ?, '[]', ?, ?, ?)`,
				tx.ID(), account, fmt.Sprintf("p%d@example.si", i), fmt.Sprintf("Oseba %d", i), born, in, now, now, now).Exec(ctx); err != nil {
				return err
			}
			if _, err := tx.Raw(`insert into consultation_participants (tenant_id, id, consultation_id, account_id, created_at) values (?, ?, ?, ?, ?)`, tx.ID(), id.New(), c.ID, account, now).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// publish publishes what is drafted and does the work.
func (h *hall) publish() *stored.Report {
	h.T.Helper()
	if err := h.m.Publish(h.mia, h.c.ID, true); err != nil {
		h.T.Fatal(err)
	}
	h.Jobs(h.m.Jobs())
	r := h.versions()[0]
	if r.State != stored.Published {
		h.T.Fatalf("state %s: %s", r.State, r.Failure)
	}
	return r
}

func (h *hall) versions() (list []*stored.Report) {
	h.T.Helper()
	h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = stored.Versions(ctx, tx, h.c.ID)
		return err
	})
	return list
}

func (h *hall) files(r *stored.Report) (list []*stored.ReportFile) {
	h.T.Helper()
	h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = stored.Files(ctx, tx, r.ID)
		return err
	})
	return list
}

// mails are the texts of the letters that wait to be sent.
func (h *hall) mails() (list []string) {
	h.T.Helper()
	h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Raw(`select text from mails where tenant_id = ? and kind = 'reports.told' order by id`, tx.ID()).Scan(ctx, &list)
	})
	return list
}

func contains(t *testing.T, s string, all ...string) {
	t.Helper()
	for _, one := range all {
		if !strings.Contains(s, one) {
			t.Errorf("%q is missing", one)
		}
	}
}
