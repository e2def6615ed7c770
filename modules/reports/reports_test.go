package reports_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/reports"
	"glas/modules/reports/internal/record"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func words(version int64) reports.Words {
	return reports.Words{Introduction: i18n.Text{"sl": "Uvodna beseda."}, Conclusions: i18n.Text{"sl": "Sklep."}, NextStep: i18n.Text{"sl": "Odloča občinski svet."}, RowVersion: version}
}

func (h *hall) body(f *stored.ReportFile) []byte {
	h.T.Helper()
	in, _, err := h.store.Get(h.mia, f.BlobKey)
	if err != nil {
		h.T.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // only read
	b, err := io.ReadAll(in)
	if err != nil {
		h.T.Fatal(err)
	}
	return b
}

func TestReportIsFrozenInAllFormats(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		if err := h.m.Save(h.eva, h.c.ID, words(0)); err != nil {
			t.Fatal(err)
		}
		if err := h.m.Publish(h.eva, h.c.ID, true); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an editor publishes: %v", err)
		}
		r := h.publish()
		files := h.files(r)
		if want := 1 + 5*len(h.A.Languages); len(files) != want {
			t.Fatalf("%d files, want %d", len(files), want)
		}
		for _, f := range files {
			b := h.body(f)
			if record.Hash(b) != f.SHA256 || int64(len(b)) != f.Size {
				t.Errorf("%s is not what was noted", f.Name)
			}
			if f.Format != "json" {
				continue
			}
			rec, err := record.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			if f.SHA256 != r.SHA256 || rec.Counts.Remarks != 3 || rec.Counts.Associations != 1 || rec.Counts.Participants != 13 || rec.Dates.Days != 31 {
				t.Errorf("%+v", rec.Counts)
			}
			// Three of an area, ten of no area: the three are withheld, and the ten too, because thirteen is told.
			for _, cell := range append(rec.Areas, rec.Ages...) {
				if cell.N != nil && *cell.N < record.Small {
					t.Errorf("a small group is told: %+v", cell)
				}
			}
			if rec.Areas[0].N != nil || rec.Areas[1].N != nil {
				t.Errorf("the area can be reckoned: %+v", rec.Areas)
			}
			if rec.Articles[0].Remarks != 0 || rec.Articles[1].Remarks != 2 {
				t.Errorf("%+v", rec.Articles)
			}
			if rec.Evaluation != nil {
				t.Error("the evaluation was not wanted")
			}
		}
		// Nothing changes it any more.
		if err := h.m.Save(h.eva, h.c.ID, words(r.RowVersion)); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a published report is changed: %v", err)
		}
	})
}

func TestEverybodyGetsOneLetter(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.publish()
		mails := h.mails()
		if len(mails) != 13 {
			t.Fatalf("%d letters", len(mails))
		}
		all := strings.Join(mails, "\n")
		contains(t, all, "Več senc", "Se strinjamo.", "https://velenje.test/remarks/2026/1", "https://velenje.test/consultations/odlok/report")
		if strings.Count(all, "Več senc") != 1 {
			t.Error("somebody reads what another said")
		}
		if err := h.m.Correct(h.mia, h.c.ID, i18n.Text{"sl": "Napačno število udeležencev."}); err != nil {
			t.Fatal(err)
		}
		h.publish()
		if n := len(h.mails()); n != 13 {
			t.Errorf("%d letters after a correction", n)
		}
	})
}

func TestCorrectionStandsBesideTheOldVersion(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		first := h.publish()
		before := h.files(first)
		if err := h.m.Correct(h.eva, h.c.ID, i18n.Text{"sl": "Napačno število."}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an editor corrects: %v", err)
		}
		if err := h.m.Correct(h.mia, h.c.ID, i18n.Text{"sl": "Napačno število."}); err != nil {
			t.Fatal(err)
		}
		h.remarks = h.remarks[:2]
		second := h.publish()
		if second.Version != 2 || second.SHA256 == first.SHA256 {
			t.Errorf("version %d", second.Version)
		}
		for i, f := range h.files(first) {
			if f.SHA256 != before[i].SHA256 || record.Hash(h.body(f)) != f.SHA256 {
				t.Errorf("%s of the old version changed", f.Name)
			}
		}
		site := h.Serve(tenanttest.People(map[string]context.Context{"mia": h.mia}), h.cons, h.m)
		page := site.As("").Get("/consultations/odlok/report")
		contains(t, page.Body, "Napačno število.", "/consultations/odlok/report/1")
		contains(t, site.As("").Get("/consultations/odlok/report/1").Body, "/consultations/odlok/report\"")
		h.sameFileTwice(first, second)
		check := site.As("").Get("/verify?hash=" + second.SHA256).Body
		contains(t, check, "/consultations/odlok/report/1\"", "/consultations/odlok/report/2\"", "report-odlok-v1", "report-odlok-v2")
		if strings.Contains(check, "Poročilo je bilo popravljeno") {
			t.Error("what the newest version holds too is called old")
		}
	})
}

// sameFileTwice lets a file of one version have the fingerprint of one of another, as that of a table that a correction did not touch.
func (h *hall) sameFileTwice(one, other *stored.Report) {
	h.T.Helper()
	h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Raw(`update report_files set sha256 = ? where tenant_id = ? and report_id in (?, ?) and format = 'json'`, other.SHA256, tx.ID(), one.ID, other.ID).Exec(ctx)
		return err
	})
}

func TestPublishingWaitsForTheEndAndForDecisions(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.Clock.Set(h.c.EndsAt.Add(-time.Hour))
		if err := h.m.Publish(h.mia, h.c.ID, true); !fault.Is(err, fault.KindConflict) {
			t.Errorf("published while it runs: %v", err)
		}
		h.Clock.Set(h.c.EndsAt.Add(time.Hour))
		h.openRemark()
		if err := h.m.Publish(h.mia, h.c.ID, false); !fault.Is(err, fault.KindConflict) {
			t.Errorf("published without decisions: %v", err)
		}
		h.publish()
	})
}

// openRemark puts a remark without a decision into the table.
func (h *hall) openRemark() {
	h.T.Helper()
	h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Raw(`insert into remarks (tenant_id, id, seq, year, number, token, consultation_id, host_kind, host_id, channel, received_at, body, author_kind, state, due_at, created_at, updated_at)
			values (?, 'r-open', 1, 2026, 1, 'x', ?, 'text', 't', 'web', ?, 'x', 'citizen', 'shown', ?, ?, ?)`, tx.ID(), h.c.ID, tx.Now(), tx.Now().Add(-time.Hour), tx.Now(), tx.Now()).Exec(ctx)
		return err
	})
}

func TestPagesOfTheReport(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		site := h.Serve(tenanttest.People(map[string]context.Context{"mia": h.mia, "eva": h.eva, "ana": h.ana}), h.cons, h.m)
		if r := site.As("").Get("/consultations/odlok/report"); r.Status != http.StatusNotFound {
			t.Errorf("a report before it is published: %d", r.Status)
		}
		preview := site.As("eva").Get("/admin/reports/" + h.c.ID + "/preview")
		contains(t, preview.Body, "2. člen", "Več senc &lt;script&gt;", "21. člen ZLS")
		if r := site.As("ana").Get("/admin/reports/" + h.c.ID + "/preview"); r.Status < 400 {
			t.Errorf("a citizen sees the preview: %d", r.Status)
		}
		r := site.As("mia").Post("/admin/reports/"+h.c.ID+"/publish", url.Values{})
		if r.Status != http.StatusSeeOther {
			t.Fatalf("publish: %d %s", r.Status, r.Body)
		}
		contains(t, site.As("mia").Get("/admin/reports/"+h.c.ID).Body, "report-progress", "0 %")
		h.Jobs(h.m.Jobs())
		page := site.As("").Get("/consultations/odlok/report").Body
		contains(t, page, "PDF", "DOCX", "SHA-256", "Zaradi roka za sredstva.", "Europe/Ljubljana", "/report/1/remarks/1", "1. člen")
		contains(t, site.As("").Get("/consultations/odlok/report/1/remarks/1").Body, "Več senc &lt;script&gt;", "Rok je zakonski.", "Društvo Lipa")
		contains(t, site.As("").Get("/consultations/odlok").Body, "/consultations/odlok/report")
		for _, f := range h.files(h.versions()[0]) {
			got := site.As("").Get("/consultations/odlok/report/1/files/" + f.Name)
			if got.Status != http.StatusOK || record.Hash([]byte(got.Body)) != f.SHA256 {
				t.Errorf("%s: %d", f.Name, got.Status)
			}
			contains(t, site.As("").Get("/verify?hash="+strings.ToUpper(f.SHA256)).Body, f.Name)
		}
		upload := site.As("").Upload("/verify", nil, map[string][2]string{"file": {"x.json", string(h.body(h.json()))}})
		contains(t, upload.Body, "report-odlok-v1.json")
		forged := site.As("").Upload("/verify", nil, map[string][2]string{"file": {"x.json", "forged"}})
		if strings.Contains(forged.Body, "report-odlok") {
			t.Error("a forged file is taken for a report")
		}
		contains(t, site.As("").Get("/api/v1/consultations/odlok/report").Body, h.json().SHA256, "/consultations/odlok/report/1/files/report-odlok-v1.json")
	})
}

// json is the canonical text of the newest version.
func (h *hall) json() *stored.ReportFile {
	for _, f := range h.files(h.versions()[0]) {
		if f.Format == "json" {
			return f
		}
	}
	h.T.Fatal("no canonical text")
	return nil
}

// The board of what is due was closed to the officers who have to do it.
func TestBoardOfWhatIsDueIsOpenToThoseWhoDoIt(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.openRemark()
		people := map[string]context.Context{}
		for _, role := range []string{"officer", "head", "manager", "editor", "auditor", "agent"} {
			people[role] = h.Staff(h.A, id.New(), role, role)
		}
		site := h.Serve(tenanttest.People(people), h.cons, h.m)
		for _, role := range []string{"officer", "head", "manager", "editor", "auditor"} {
			page := site.As(role).Get("/admin/due")
			contains(t, page.Body, "Odlok o zelenih površinah", "/admin/remarks?consultation="+h.c.ID)
			if may := role != "officer" && role != "head"; strings.Contains(page.Body, "/admin/reports/"+h.c.ID) != may {
				t.Errorf("%s: a link to the report, want %v", role, may)
			}
		}
		if r := site.As("agent").Get("/admin/due"); r.Status != http.StatusForbidden {
			t.Errorf("somebody else sees what is due: %d", r.Status)
		}
	})
}

func TestBoardRegisterAndCensus(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.openRemark()
		site := h.Serve(tenanttest.People(map[string]context.Context{"mia": h.mia, "eva": h.eva}), h.cons, h.m)
		contains(t, site.As("eva").Get("/admin/due").Body, "Odlok o zelenih površinah", "/admin/reports/"+h.c.ID, "/admin/remarks?consultation="+h.c.ID, `data-tone="danger"`)
		if r := site.As("eva").Get("/admin/census"); r.Status != http.StatusForbidden {
			t.Errorf("an editor enters census figures: %d", r.Status)
		}
		saved := site.As("mia").Post("/admin/census", url.Values{"year": {"2025"}, "area-area-gorica": {"900"}, "age-30-44": {"500"}, "age-75+": {"500"}})
		if saved.Status != http.StatusSeeOther {
			t.Fatalf("census: %d %s", saved.Status, saved.Body)
		}
		contains(t, site.As("mia").Get("/admin/census").Body, `value="900"`)
		contains(t, site.As("eva").Get("/admin/reports/"+h.c.ID).Body, "2025", "30–44")
		h.publish()
		if done := site.As("eva").Get("/admin/reports/"+h.c.ID+"/progress", "HX-Request", "true"); !strings.HasSuffix(done.Header.Get("HX-Redirect"), "/admin/reports/"+h.c.ID) {
			t.Errorf("the page goes on saying that the report is in preparation: %d %v", done.Status, done.Header)
		}
		err := h.DB.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			return reports.PutCensus(ctx, tx, []*reports.CensusFigure{{Kind: reports.ByAge, Grp: "18-24", People: 10, Year: 2025}})
		})
		if err == nil {
			t.Error("an age that no report has is taken into the census")
		}
		page := site.As("").Get("/participation/2026").Body
		contains(t, page, "Odlok o zelenih površinah", "/consultations/odlok/report", "50")
		for _, ending := range []string{"csv", "xlsx", "json"} {
			if r := site.As("").Get("/participation/2026/register." + ending); r.Status != http.StatusOK || !bytes.Contains([]byte(r.Body), []byte{}) {
				t.Errorf("%s: %d", ending, r.Status)
			}
		}
		contains(t, site.As("").Get("/api/v1/register?year=2026").Body, `"accepted_share":0.5`)
		if r := site.As("").Get("/participation/1"); r.Status != http.StatusNotFound {
			t.Errorf("a strange year: %d", r.Status)
		}
	})
}

func TestTwoPeopleDoNotOverwriteEachOther(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		if err := h.m.Save(h.eva, h.c.ID, words(0)); err != nil {
			t.Fatal(err)
		}
		v := h.versions()[0].RowVersion
		if err := h.m.Save(h.mia, h.c.ID, words(v)); err != nil {
			t.Fatal(err)
		}
		if err := h.m.Save(h.eva, h.c.ID, words(v)); !fault.Is(err, fault.KindConflict) {
			t.Errorf("overwritten: %v", err)
		}
		other := h.Ctx(h.B, authz.From(h.mia))
		if err := h.m.Publish(other, h.c.ID, true); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another municipality: %v", err)
		}
	})
}

// real lets the hall report from the rows of remarks and texts, as the program does.
func (h *hall) real() *reports.Module {
	return reports.New(reports.Deps{DB: h.DB, Store: h.store, Catalogue: h.Catalogue, Consultations: h.cons, Base: h.m.Base,
		Texts: reports.ActsOf, Remarks: reports.PublicRemarks, Mine: reports.RemarksOf})
}

// rows puts a text of two articles and four remarks into the tables: one answered, one answered by a draft only, one hidden, one withdrawn.
func (h *hall) rows() {
	h.T.Helper()
	h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
		now := tx.Now()
		exec := func(query string, args ...any) error {
			_, err := tx.Raw(query, args...).Exec(ctx)
			return err
		}
		err := errors.Join(
			exec(`insert into texts (tenant_id, id, consultation_id, title, lang, state, version_id, version_number, created_at, updated_at) values (?, 't1', ?, 'Odlok', 'sl', 'published', 'v2', 2, ?, ?)`, tx.ID(), h.c.ID, now, now),
			exec(`insert into text_versions (tenant_id, id, text_id, number, state, created_at) values (?, 'v1', 't1', 1, 'published', ?), (?, 'v2', 't1', 2, 'published', ?)`, tx.ID(), now, tx.ID(), now))
		for _, b := range []struct{ id, version, key, kind, body, because string }{
			{"b1", "v1", "a1", "article", "staro besedilo", ""}, {"b2", "v1", "a2", "article", "enako", ""},
			{"b3", "v2", "a1", "article", "novo besedilo", "2026/1"}, {"b4", "v2", "a2", "article", "enako", ""},
		} {
			err = errors.Join(err, exec(`insert into text_blocks (tenant_id, id, text_id, version_id, key, position, kind, body, label, because) values (?, ?, 't1', ?, ?, ?, ?, ?, ?, ?)`,
				tx.ID(), b.id, b.version, b.key, len(b.id), b.kind, b.body, "člen "+b.key, b.because))
		}
		for i, r := range []struct{ state, body, answer, draft string }{
			{"shown", "JAVNO", `{"disposition":"accepted","reason":{"sl":"OBJAVLJENO"},"decided_at":"2026-11-20T00:00:00Z"}`, "accepted"},
			{"shown", "BREZ ODGOVORA", "", "not_accepted"}, {"hidden", "SKRITO", "", ""}, {"withdrawn", "UMAKNJENO", "", ""},
		} {
			answer, public := any(nil), ""
			if r.answer != "" {
				answer, public = r.answer, "accepted"
			}
			err = errors.Join(err, exec(`insert into remarks (tenant_id, id, seq, year, number, token, consultation_id, host_kind, host_id, block, label, channel, received_at, body, author_id, author_name, author_kind, person_name,
				state, disposition, answer_reason, public_answer, public_disposition, created_at, updated_at) values (?, ?, ?, 2026, ?, 'tok', ?, 'text', 't1', 'a1', 'člen a1', 'web', ?, ?, ?, 'Javno Ime', 'citizen', 'TAJNO IME', ?, ?, ?, ?, ?, ?, ?)`,
				tx.ID(), id.New(), 2026*100000000+i+1, i+1, h.c.ID, now, r.body, h.anaID, r.state, r.draft, `{"sl":"OSNUTEK"}`, answer, public, now, now))
		}
		return err
	})
}

func TestNothingHiddenLeaks(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.rows()
		h.m = h.real()
		r := h.publish()
		for _, f := range h.files(r) {
			b := string(h.body(f))
			switch f.Format {
			case "json", "html", "csv":
				contains(t, b, "JAVNO", "OBJAVLJENO", "BREZ ODGOVORA")
			case "docx", "xlsx":
				b = unzipped(t, []byte(b))
				contains(t, b, "JAVNO", "OBJAVLJENO")
			}
			for _, secret := range []string{"SKRITO", "UMAKNJENO", "TAJNO IME", "OSNUTEK"} {
				if strings.Contains(b, secret) {
					t.Errorf("%s holds %s", f.Name, secret)
				}
			}
		}
		rec, err := record.Read(h.body(h.json()))
		if err != nil {
			t.Fatal(err)
		}
		if rec.Counts.Remarks != 2 || rec.Counts.Accepted != 1 || rec.Counts.Undecided != 1 || len(rec.Articles) != 2 || rec.Articles[0].Remarks != 2 || rec.Articles[1].Remarks != 0 {
			t.Errorf("%+v %+v", rec.Counts, rec.Articles)
		}
		if len(rec.Changes) != 1 || rec.Changes[0].After != "novo besedilo" || rec.Changes[0].Because[0] != "2026/1" {
			t.Errorf("%+v", rec.Changes)
		}
		letters := strings.Join(h.mails(), "\n")
		contains(t, letters, "JAVNO", "OBJAVLJENO", "BREZ ODGOVORA")
		for _, secret := range []string{"SKRITO", "UMAKNJENO", "OSNUTEK"} {
			if strings.Contains(letters, secret) {
				t.Errorf("a letter holds %s", secret)
			}
		}
	})
}

// unzipped is everything in a package of Office Open XML.
func unzipped(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&out, in); err != nil {
			t.Fatal(err)
		}
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func TestNothingWasReceived(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.remarks, h.text = nil, nil
		h.publish()
		site := h.Serve(tenanttest.People(nil), h.cons, h.m)
		contains(t, site.As("").Get("/consultations/odlok/report").Body, "Prispelo ni nič")
	})
}

func TestNobodyIsRemindedOfAReportThatIsPublished(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		reported := func() (yes bool) {
			h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) (err error) {
				yes, err = h.m.Reported(ctx, tx, h.c.ID)
				return err
			})
			return yes
		}
		if err := h.m.Save(h.eva, h.c.ID, words(0)); err != nil {
			t.Fatal(err)
		}
		if reported() {
			t.Error("a draft counts as a report")
		}
		r := h.publish()
		if !reported() {
			t.Error("a published report does not count")
		}
		var list []reports.PublishedFile
		h.View(h.visitor, func(ctx context.Context, tx *tenant.Tx) (err error) {
			list, err = h.m.Published(ctx, tx, h.c.ID)
			return err
		})
		if len(list) != len(h.files(r)) || list[0].Version != 1 || list[0].BlobKey == "" {
			t.Errorf("%d files, %+v", len(list), list[0])
		}
	})
}
