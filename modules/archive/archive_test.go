package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"glas/internal/blob"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web/webtest"
	"glas/modules/accounts"
	"glas/modules/archive"
	"glas/modules/archive/internal/pack"
	"glas/modules/archive/internal/stored"
	"glas/modules/attachments"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/proposals"
	"glas/modules/remarks"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// hall is a municipality in which a consultation ended yesterday.
type hall struct {
	*tenanttest.World
	m       *archive.Module
	store   blob.Store
	c       *consultations.Consultation
	hidden  *proposals.Proposal
	mia     context.Context
	removed *remarks.Remark
}

func each(t *testing.T, fn func(t *testing.T, h *hall)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newHall(t, w)) }, archive.New(archive.Deps{}).Subscriptions())
}

func newHall(t *testing.T, w *tenanttest.World) *hall {
	t.Helper()
	store, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{World: w, store: store, mia: w.Staff(w.A, id.New(), "Mia", "manager")}
	h.m = archive.New(archive.Deps{DB: w.DB, Store: store, Files: attachments.New(attachments.Deps{DB: w.DB, Store: store}), Catalogue: w.Catalogue,
		Base: func(context.Context) string { return "https://velenje.test" },
		Reports: func(context.Context, *tenant.Tx, string) ([]archive.ReportFile, error) {
			return []archive.ReportFile{{Name: "odlok-v1.pdf", Version: 1, BlobKey: "r/report.pdf"}, {Name: "lost.pdf", Version: 1, BlobKey: "r/lost.pdf"}}, nil
		}})
	if err := store.Put(h.mia, "r/report.pdf", strings.NewReader("%PDF-report"), "application/pdf"); err != nil {
		t.Fatal(err)
	}
	h.seed(t)
	return h
}

func by(name, kind string) accounts.Byline {
	return accounts.Byline{AuthorID: id.New(), AuthorName: name, AuthorKind: kind}
}

// insert stores rows behind all doors.
func (h *hall) insert(rows ...any) {
	h.T.Helper()
	h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
		for _, r := range rows {
			if _, err := tx.Insert(r).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (h *hall) proposal(n int64, title string, state proposals.State) *proposals.Proposal {
	now := h.Clock.Now().Add(-time.Hour)
	return &proposals.Proposal{Key: tenant.Key{ID: id.New()}, Number: n, Slug: "p", ConsultationID: h.c.ID, State: state, Title: title, Body: "Besedilo: " + title, Lang: "sl",
		Byline: by("Ana Novak", "citizen"), CreatedAt: now, UpdatedAt: now, PublishedAt: now, RowVersion: 1, SupportCount: 77}
}

func (h *hall) comment(p *proposals.Proposal, body string, state comments.State) *comments.Comment {
	c := &comments.Comment{Key: tenant.Key{ID: id.New()}, SubjectKind: consultations.Kind, SubjectID: h.c.ID, ConsultationID: h.c.ID, State: state, Body: body, HTML: body, Lang: "sl",
		Byline: by("Bor Kos", "citizen"), CreatedAt: h.Clock.Now().Add(-time.Hour)}
	c.RootID = c.ID
	if p != nil {
		c.SubjectKind, c.SubjectID = proposals.Kind, p.ID
	}
	return c
}

func (h *hall) remark(n int64, body string, state remarks.State, author accounts.Byline) *remarks.Remark {
	now := h.Clock.Now().Add(-time.Hour)
	return &remarks.Remark{Key: tenant.Key{ID: id.New()}, Seq: 2026*100_000_000 + n, Year: 2026, Number: n, Token: id.New(), ConsultationID: h.c.ID, HostKind: consultations.Kind, HostID: h.c.ID,
		Channel: remarks.Letter, ReceivedAt: now, Body: body, Byline: author, PersonName: "Skrivni Pošiljatelj", PersonEmail: "skrivno@person.example", Source: "Dopis 12", State: state,
		CreatedAt: now, UpdatedAt: now, RowVersion: 1}
}

func (h *hall) seed(t *testing.T) {
	now := h.Clock.Now()
	h.c = &consultations.Consultation{Key: tenant.Key{ID: id.New()}, Slug: "odlok", Title: i18n.Text{"sl": "Odlok o zelenih površinah", "en": "Green areas"}, State: consultations.Published,
		PublishedAt: now.AddDate(0, 0, -40), StartsAt: now.AddDate(0, 0, -31), EndsAt: now.AddDate(0, 0, -1), TopicIDs: []string{}, LinkedIDs: []string{}, Milestones: []consultations.Milestone{},
		ProposalCount: 1, CommentCount: 3, RowVersion: 1, CreatedAt: now, UpdatedAt: now}
	phase := &consultations.Phase{ID: id.New(), Title: i18n.Text{"sl": "Pripombe"}, StartsAt: h.c.StartsAt, EndsAt: h.c.EndsAt}
	h.c.Phases = []*consultations.Phase{phase}
	h.insert(h.c)
	shown := h.proposal(1, "Več dreves ob cesti", proposals.Published)
	h.hidden = h.proposal(2, "SKRITO predlog", proposals.Hidden)
	h.insert(shown, h.hidden, h.proposal(3, "SKRITO umaknjeno", proposals.Withdrawn), h.proposal(4, "SKRITO čaka", proposals.Waiting),
		h.comment(nil, "=Komentar k posvetovanju", comments.Shown), h.comment(shown, "Komentar k predlogu", comments.Shown),
		h.comment(h.hidden, "SKRITO pod skritim predlogom", comments.Shown), h.comment(nil, "SKRITO komentar", comments.Hidden), h.comment(nil, "SKRITO čaka", comments.Waiting))
	h.removed = h.remark(2, "SKRITO pripomba", remarks.Hidden, by("SKRITO ime", "citizen"))
	h.insert(h.remark(1, "Rok je prekratek", remarks.Shown, by("", "deleted")), h.removed, h.remark(3, "SKRITO umaknjena", remarks.Withdrawn, by("SKRITO", "citizen")))
	result := `{"subjects":[{"subject":{"kind":"proposal","id":"` + shown.ID + `"},"table":[{"value":"support","channel":"web","voter":"citizen","votes":12}]},` +
		`{"subject":{"kind":"proposal","id":"` + h.hidden.ID + `"},"table":[{"value":"support","channel":"web","voter":"citizen","votes":99}]}]}`
	ref := votes.ScopeRef(phase.ID)
	h.insert(&votes.VoteSnapshot{Key: tenant.Key{ID: ref.String()}, SubjectKind: ref.Kind, SubjectID: ref.ID, FrozenAt: now.Add(-time.Hour), Body: result, Hash: "abc"})
}

// list are the archives of the consultation.
func (h *hall) list() (out []*stored.Archive) {
	h.T.Helper()
	h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) (err error) {
		out, err = stored.Of(ctx, tx, h.c.ID)
		return err
	})
	return out
}

// made makes an archive and reads it.
func (h *hall) made(public bool) (*stored.Archive, map[string]string) {
	h.T.Helper()
	if err := h.m.Make(h.mia, h.c.ID, "cc-by-4.0", public); err != nil {
		h.T.Fatal(err)
	}
	h.Jobs(h.m.Jobs())
	a := h.list()[0]
	if a.State != stored.Done || a.Progress != 100 {
		h.T.Fatalf("%s at %d %%: %s", a.State, a.Progress, a.Failure)
	}
	in, _, err := h.store.Get(h.mia, a.BlobKey())
	if err != nil {
		h.T.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(in)
	if err != nil {
		h.T.Fatal(err)
	}
	if hash(body) != a.SHA256 || int64(len(body)) != a.Size {
		h.T.Error("the file is not what was noted")
	}
	return a, files(h.T, body)
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func files(t testing.TB, body []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
	}
	return out
}

func TestArchiveHoldsWhatEverybodyCanRead(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		a, all := h.made(false)
		for _, name := range []string{"README.txt", "LICENCE.txt", "dictionary.csv", "consultation.json", "proposals.csv", "proposals.json", "comments.csv", "remarks.csv", "remarks.json", "positions.csv",
			"votes.csv", "texts.csv", "documents.csv", "attachments.csv", "changes.csv", "zones.csv", "reports/v1/odlok-v1.pdf", "reports/v1/lost.pdf.missing.txt", "SHA256SUMS"} {
			if _, ok := all[name]; !ok {
				t.Errorf("%s is missing", name)
			}
		}
		sums := strings.Split(strings.TrimSpace(all[pack.Sums]), "\n")
		if len(sums) != len(all)-1 || a.FileCount != len(all) {
			t.Errorf("%d fingerprints of %d files, %d noted", len(sums), len(all), a.FileCount)
		}
		for _, line := range sums {
			want, name, _ := strings.Cut(line, "  ")
			if got := hash([]byte(all[name])); got != want {
				t.Errorf("%s has the fingerprint %s, not %s", name, got, want)
			}
		}
		for name, body := range all {
			for _, secret := range []string{"SKRITO", "Skrivni", "skrivno@", "Dopis 12", h.hidden.ID, h.removed.ID} {
				if strings.Contains(body, secret) {
					t.Errorf("%s tells %q", name, secret)
				}
			}
		}
		for name, words := range map[string][]string{"proposals.csv": {"Več dreves ob cesti", "Ana Novak"}, "comments.csv": {"'=Komentar k posvetovanju", "Komentar k predlogu"},
			"remarks.csv": {"Rok je prekratek", "2026/1"}, "votes.csv": {",12,", "Več dreves"}, "README.txt": {"CC BY 4.0", "https://velenje.test/consultations/odlok"}} {
			for _, w := range words {
				if !strings.Contains(all[name], w) {
					t.Errorf("%s does not tell %q: %s", name, w, all[name])
				}
			}
		}
		if strings.Contains(all["proposals.csv"], ",77,") || strings.Contains(all["votes.csv"], ",99,") {
			t.Error("votes are told that are not frozen or not public")
		}
		var rows []map[string]any
		if err := json.Unmarshal([]byte(all["remarks.json"]), &rows); err != nil || len(rows) != 1 || rows[0]["author"] == "" {
			t.Errorf("%v: %v", err, rows)
		}
		for name, body := range all {
			if v := any(nil); strings.HasSuffix(name, ".json") && json.Unmarshal([]byte(body), &v) != nil {
				t.Errorf("%s is no JSON: %s", name, body)
			}
		}
		if strings.Contains(all["dictionary.csv"], "archive.col.") || strings.Contains(all["dictionary.csv"], "archive.file.") {
			t.Error("a column or a file has no meaning")
		}
		// Every file is told about: by its own name, or by a line with a star.
		for name := range all {
			told := false
			for line := range strings.Lines(all["dictionary.csv"]) {
				pattern, _, _ := strings.Cut(line, ",")
				first, last, star := strings.Cut(pattern, "*")
				told = told || pattern == name || star && strings.HasPrefix(name, first) && strings.HasSuffix(name, last)
			}
			if !told {
				t.Errorf("the dictionary does not tell what %s is", name)
			}
		}
	})
}

func TestTheSameIsTheSame(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		var one, two bytes.Buffer
		var steps []int
		tick := func(p int) error { steps = append(steps, p); return nil }
		ctx := h.Visitor(h.A)
		if _, err := h.m.Build(ctx, h.c.ID, "cc0-1.0", &one, tick); err != nil {
			t.Fatal(err)
		}
		if !slices.IsSorted(steps) || len(steps) < 4 || steps[len(steps)-1] != 99 {
			t.Errorf("progress: %v", steps)
		}
		if _, err := h.m.Build(ctx, h.c.ID, "cc0-1.0", &two, func(int) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Error("two archives of the same moment differ")
		}
	})
}

func TestWhoMayFetchIt(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		if err := h.m.Make(h.Staff(h.A, id.New(), "Eva", "editor"), h.c.ID, "", true); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an editor makes an archive: %v", err)
		}
		other := h.Staff(h.B, id.New(), "Oto", "manager")
		if err := h.m.Make(other, h.c.ID, "", true); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another municipality makes an archive: %v", err)
		}
		site := h.Serve(tenanttest.People(map[string]context.Context{"mia": h.mia, "oto": other}), h.m)
		const public = "/consultations/odlok/archive.zip"
		a, _ := h.made(false)
		wantStatus(t, site.As("").Get(public), http.StatusNotFound)
		if err := h.m.SetPublic(h.mia, h.c.ID, a.ID, true); err != nil {
			t.Fatal(err)
		}
		got := wantStatus(t, site.As("").Get(public), http.StatusOK)
		if hash([]byte(got.Body)) != a.SHA256 {
			t.Error("another file is sent")
		}
		if got := wantStatus(t, site.As("mia").Get("/admin/archive"), http.StatusOK); !strings.Contains(got.Body, "Odlok o zelenih površinah") {
			t.Error("the page says too little")
		}
		if got := wantStatus(t, site.As("mia").Get("/admin/archive/"+h.c.ID), http.StatusOK); !strings.Contains(got.Body, a.SHA256) {
			t.Error("the fingerprint is not shown")
		}
		wantStatus(t, site.As("mia").Get("/admin/archive/"+h.c.ID+"/"+a.ID+"/file"), http.StatusOK)
		if err := h.m.SetPublic(other, h.c.ID, a.ID, false); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another municipality changes it: %v", err)
		}
	})
}

func TestWhatIsTakenOutIsGivenToNobody(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		a, _ := h.made(true)
		h.Clock.Add(time.Hour)
		h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Raw(`update remarks set state = 'hidden', updated_at = ? where tenant_id = ? and number = 1`, tx.Now(), tx.ID()).Exec(ctx)
			return err
		})
		site := h.Serve(tenanttest.People(nil), h.m)
		wantStatus(t, site.As("").Get("/consultations/odlok/archive.zip"), http.StatusNotFound)
		h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Announce(ctx, accounts.Deleted{AccountID: id.New()})
		})
		h.Jobs(h.m.Jobs())
		h.Clock.Add(5 * time.Minute)
		h.Jobs(h.m.Jobs())
		list := h.list()
		if len(list) != 2 || !list[1].Outdated || list[0].State != stored.Done || !list[0].Public {
			t.Fatalf("%+v", list)
		}
		if _, _, err := h.store.Get(h.mia, a.BlobKey()); err == nil {
			t.Error("the old file is still there")
		}
		wantStatus(t, site.As("").Get("/consultations/odlok/archive.zip"), http.StatusOK)
	})
}

func wantStatus(t *testing.T, r webtest.Response, status int) webtest.Response {
	t.Helper()
	if r.Status != status {
		t.Errorf("status %d, want %d", r.Status, status)
	}
	return r
}
