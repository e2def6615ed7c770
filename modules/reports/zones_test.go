package reports_test

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"glas/internal/form"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/remarks"
	"glas/modules/reports/internal/record"
	"glas/modules/texts"
	"glas/tenant"
)

// The register told nothing of remarks before a report was published.
func TestRegisterCountsRemarksBeforeTheReport(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.rows()
		h.m = h.real()
		site := h.Serve(nil, h.m).As("")
		var y struct {
			Total struct {
				Remarks, Accepted, Decided int64
			} `json:"total"`
			Lines []struct {
				Remarks *int64   `json:"remarks"`
				Share   *float64 `json:"accepted_share"`
			} `json:"consultations"`
		}
		r := site.Get("/participation/2026/register.json")
		if err := json.Unmarshal([]byte(r.Body), &y); err != nil {
			t.Fatalf("%v: %.200s", err, r.Body)
		}
		// Of four remarks two can be read, of two decisions one is published.
		if len(y.Lines) != 1 || y.Lines[0].Remarks == nil || *y.Lines[0].Remarks != 2 || *y.Lines[0].Share != 1 || y.Total.Remarks != 2 || y.Total.Decided != 1 || y.Total.Accepted != 1 {
			t.Errorf("%s", r.Body)
		}
	})
}

// Whoever wrote by letter or spoke at a hearing was no participant: only accounts were.
func TestWhoWroteByLetterIsAParticipant(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.rows()
		h.m = h.real()
		h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			for i, r := range []struct{ channel, name, mail, state string }{
				{"letter", "Cvetka Kos", "cvetka@example.si", "shown"}, {"hearing", "Cvetka Kos", "CVETKA@example.si", "shown"}, {"desk", "Drago Hribar", "", "shown"},
				{"email", "Ana", "P0@example.si", "shown"}, {"hearing", "", "", "shown"}, {"letter", "Skrit Človek", "", "hidden"},
			} {
				if _, err := tx.Raw(`insert into remarks (tenant_id, id, seq, year, number, token, consultation_id, host_kind, host_id, channel, received_at, body, author_id, author_name, author_kind, person_name,
					person_email, state, created_at, updated_at) values (?, ?, ?, 2026, ?, 'tok', ?, 'text', 't1', ?, ?, 'Dopis', '', '', 'citizen', ?, ?, ?, ?, ?)`,
					tx.ID(), id.New(), 2026*100000000+i+100, i+100, h.c.ID, r.channel, tx.Now(), r.name, r.mail, r.state, tx.Now(), tx.Now()).Exec(ctx); err != nil {
					return err
				}
			}
			_, err := tx.Raw(`update consultations set participant_count = 13 where tenant_id = ? and id = ?`, tx.ID(), h.c.ID).Exec(ctx)
			return err
		})
		site := h.Serve(nil, h.m).As("")
		before := site.Get("/participation/2026/register.json").Body
		contains(t, before, `"participants":15`)
		h.publish()
		contains(t, site.Get("/participation/2026/register.json").Body, `"participants":15`)
		rec, err := record.Read(h.body(h.json()))
		if err != nil {
			t.Fatal(err)
		}
		if rec.Counts.Participants != 15 || rec.Counts.ParticipantsOutside != 2 {
			t.Errorf("%+v", rec.Counts)
		}
		total := int64(0)
		for _, c := range rec.Ages {
			if c.N != nil {
				total += *c.N
			}
		}
		if total > 13 { // of whom no area and no age is known is in no group
			t.Errorf("%d people by age", total)
		}
		contains(t, site.Get("/participation/2026").Body, "en e-poštni naslov")
	})
}

// Remarks on the zones of a plan, and the files of remarks, were not counted and not listed.
func TestZonesAndAttachmentsAreInEveryFormat(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		files := attachments.New(attachments.Deps{DB: h.DB, Store: h.store})
		said := remarks.New(remarks.Deps{DB: h.DB, Clock: h.Clock, Consultations: h.cons, Hosts: map[string]remarks.Host{texts.KindSheet: texts.SheetHost{}}, Files: files})
		h.m = h.real()
		plan := id.New()
		h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Raw(`insert into sheets (tenant_id, id, consultation_id, title, lang, state, zones, counts, created_at, updated_at) values (?, ?, ?, 'Načrt parka', 'sl', 'published',
				'[{"key":"1","number":"1","label":"Igrišče","points":[[0,0],[50,50]]},{"key":"2","number":"2","label":"","points":[[50,50],[90,90]]}]', '{}', ?, ?)`,
				tx.ID(), plan, h.c.ID, tx.Now(), tx.Now()).Exec(ctx)
			return err
		})
		ref := subject.Ref{Kind: texts.KindSheet, ID: plan}
		enter := func(a remarks.Anchor, body string, with ...form.File) {
			t.Helper()
			e := remarks.Entry{Anchor: a, Words: remarks.Words{Body: body}, Channel: remarks.Letter, Source: "Dopis 1", ReceivedAt: h.c.StartsAt, Files: attachments.Batch{Files: with}}
			if _, err := said.Enter(h.mia, e); err != nil {
				t.Fatal(err)
			}
		}
		const words = "Meritve hrupa, 62 dB ponoči."
		enter(remarks.Anchor{Ref: ref, Block: "1", Zone: "1"}, "Premalo senc.", form.File{Name: "meritve.txt", Size: int64(len(words)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(words)), nil }})
		enter(remarks.Anchor{Ref: ref, X: 0.4, Y: 0.25}, "Tu manjka klop.")
		version := h.publish()
		rec, err := record.Read(h.body(h.json()))
		if err != nil {
			t.Fatal(err)
		}
		if a := rec.Articles; len(a) != 3 || a[0].Kind != record.KindSheet || a[0].Remarks != 1 || a[1].Kind != record.KindZone || a[1].Remarks != 1 || a[1].Files != 1 || a[2].Remarks != 0 || rec.Counts.RemarkFiles != 1 {
			t.Errorf("%+v %+v", rec.Articles, rec.Counts)
		}
		for _, f := range h.files(version) {
			b := string(h.body(f))
			switch f.Format {
			case "docx", "xlsx":
				b = unzipped(t, []byte(b))
			case "pdf":
				continue // the same document as the HTML
			}
			contains(t, b, "meritve.txt", "/files/", "Igrišče", "Načrt parka")
			if f.Format != "json" {
				contains(t, b, "40")
			}
			if f.Format == "html" && f.Lang == "en" {
				contains(t, b, "Zone 1: Igrišče", "By zone of the plan: Načrt parka", "Zones without a remark: 1 of 2", "40% from the left, 25% from the top")
			}
		}
		page := h.Serve(nil, h.m).As("").Get("/consultations/odlok/report")
		contains(t, page.Body, "Igrišče")
	})
}
