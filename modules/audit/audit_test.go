package audit_test

import (
	"context"
	"strings"
	"testing"

	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/audit"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func TestChangedOrMissingEntryShows(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		ctx := w.Staff(w.A, "a", "Ana", "administrator")
		ref := subject.Ref{Kind: "consultation", ID: "c"}
		for range 5 {
			w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
				return audit.Record(ctx, tx, audit.Entry{Action: "consultation.publish", Ref: ref, Data: map[string]any{"title": "Žička"}})
			})
		}
		check := func(t *tenant.Tenant) (n, broken int64) {
			w.View(w.Visitor(t), func(ctx context.Context, tx *tenant.Tx) (err error) {
				n, broken, err = audit.Check(ctx, tx)
				return err
			})
			return n, broken
		}
		if n, broken := check(w.A); n != 5 || broken != 0 {
			t.Fatalf("whole record: %d entries, broken at %d", n, broken)
		}
		if n, _ := check(w.B); n != 0 {
			t.Fatalf("another municipality sees %d entries", n)
		}
		w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Update((*audit.AuditEntry)(nil)).Set("data = ?", "{}").Where("seq = 3").Exec(ctx)
			return err
		})
		if _, broken := check(w.A); broken != 3 {
			t.Errorf("a changed entry was found at %d, want 3", broken)
		}
		w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Delete((*audit.AuditEntry)(nil)).Where("seq = 2").Exec(ctx)
			return err
		})
		if _, broken := check(w.A); broken != 2 {
			t.Errorf("a missing entry was found at %d, want 2", broken)
		}
	})
}

func TestRecordShowedIdentifiersInPlaceOfNames(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		ctx := w.Staff(w.A, "a", "Ana", "administrator")
		unit, thing := id.New(), subject.Ref{Kind: "proposal", ID: id.New()}
		nameless := subject.Ref{Kind: "rule_set", ID: id.New()}
		for _, ref := range []subject.Ref{thing, nameless} {
			w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
				return audit.Record(ctx, tx, audit.Entry{Action: "proposal.assign", Ref: ref, Data: map[string]any{"department": unit}})
			})
		}
		m := audit.New(w.DB, func(_ context.Context, _ *tenant.Tx, refs []subject.Ref) (map[subject.Ref]string, error) {
			if len(refs) != 3 {
				t.Errorf("asked for the names of %v", refs)
			}
			return map[subject.Ref]string{thing: "Klop pod lipo", {ID: unit}: "Oddelek za okolje"}, nil
		})
		page := w.Serve(tenanttest.People(map[string]context.Context{"ana": ctx}), m).As("ana").Get("/admin/audit")
		for _, want := range []string{"Klop pod lipo", "Oddelek za okolje"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("%q is not on the page", want)
			}
		}
		if strings.Contains(page.Body, "rule_set</a>") {
			t.Error("a kind is shown as it is stored")
		}
	})
}

func TestRecordShowedCodesInPlaceOfWords(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		ctx := w.Staff(w.A, "a", "Ana", "administrator")
		for _, e := range []audit.Entry{
			{Action: "case.accept", Ref: subject.Ref{Kind: "case", ID: id.New()}, Data: map[string]any{"from": "assigned", "to": "in_progress", "public": true}},
			{Action: "case.draft", Ref: subject.Ref{Kind: "case", ID: id.New()}, Data: map[string]any{"to": "answer_review", "visibility": "internal"}},
			{Action: "document.add", Ref: subject.Ref{Kind: "document", ID: id.New()}, Data: map[string]any{"kind": "impact"}},
			{Action: "strange.newest_act", Data: map[string]any{"novelty": 7, "title": map[string]string{"sl": "Klop", "en": "Bench"}}},
		} {
			w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return audit.Record(ctx, tx, e) })
		}
		m := audit.New(w.DB, nil)
		page := w.Serve(tenanttest.People(map[string]context.Context{"ana": ctx}), m).As("ana").Get("/en/admin/audit")
		for _, want := range []string{">Acceptance<", "Before:</small> Assigned", "After:</small> In progress", "Public:</small> Yes", "Other act (strange.newest_act)", "novelty:</small> 7", "Title:</small> Bench",
			"Answer waits for approval", "Impact assessment"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("%q is not on the page", want)
			}
		}
		if strings.Contains(page.Body, ">case.accept<") || strings.Contains(page.Body, "{&#34;") || strings.Contains(page.Body, "answer_review") || strings.Contains(page.Body, "> impact") || strings.Contains(page.Body, "> internal") {
			t.Error("a code or raw data is shown")
		}
	})
}

func TestRecordKeptNamesOfCitizensForEver(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		staff := w.Staff(w.A, "a", "Ana Uradnica", "administrator")
		for _, ctx := range []context.Context{staff, w.Citizen(w.A, "b", "Bor Občan")} {
			w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
				return audit.Record(ctx, tx, audit.Entry{Action: "account.delete", Ref: subject.Ref{Kind: "account", ID: "b"}})
			})
		}
		page := w.Serve(tenanttest.People(map[string]context.Context{"ana": staff}), audit.New(w.DB, nil)).As("ana").Get("/en/admin/audit")
		for want, there := range map[string]bool{"Ana Uradnica": true, "A participant": true, "Bor Ob": false} {
			if strings.Contains(page.Body, want) != there {
				t.Errorf("%q is on the page: %v", want, !there)
			}
		}
	})
}

func TestRecordShowedChangedRulesAsAProgramWritesThem(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		staff := w.Staff(w.A, "a", "Ana Uradnica", "administrator")
		w.Update(staff, func(ctx context.Context, tx *tenant.Tx) error {
			return audit.Record(ctx, tx, audit.Entry{Action: "consultation.edit", Ref: subject.Ref{Kind: "consultation", ID: "c"}, Data: map[string]any{"rules": []map[string]any{
				{"rule": "consultations.phase.vote_quota", "from": 5, "to": 3},
				{"rule": "consultations.phase.hide_counts", "from": "", "to": "until_closed", "words": "consultations.hide."},
				{"of": "consultations.act.vote.cast", "rule": "consultations.phase.min_age", "from": 0, "to": 18},
				{"rule": "consultations.phase.stance", "from": true, "to": false},
			}}})
		})
		site := w.Serve(tenanttest.People(map[string]context.Context{"ana": staff}), audit.New(w.DB, nil)).As("ana")
		page := site.Get("/en/admin/audit").Doc(t).Text()
		for _, want := range []string{"Most votes per person: 5 → 3", "Hide the counts: Never → Until the close", "Lowest age: – → 18", "Each comment says for, neutral or against: Yes → No"} {
			if !strings.Contains(page, want) {
				t.Errorf("%q is not on the page", want)
			}
		}
		if page := site.Get("/admin/audit").Body; strings.Contains(page, "vote_quota") || strings.Contains(page, "until_closed") {
			t.Error("codes are shown")
		}
	})
}
