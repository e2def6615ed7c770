package cases

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"strings"
	"testing"

	"glas/internal/authz"
	"glas/internal/blob"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/search"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/alerts"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
	"glas/modules/streets"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// square is a photo of nothing.
func square(t testing.TB, name string, side int) form.File {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, side, side)), nil); err != nil {
		t.Fatal(err)
	}
	return form.File{Name: name, ContentType: "image/jpeg", Size: int64(b.Len()), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
}

// shelf is a place for files of a test.
func shelf(t testing.TB, w *tenanttest.World) *attachments.Module {
	t.Helper()
	folder, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
	})
	return attachments.New(attachments.Deps{DB: w.DB, Store: folder})
}

// scene is a municipality with everybody who may look at a case.
type scene struct {
	*tenanttest.World
	m                  *Module
	files              *attachments.Module
	site               *tenanttest.Site
	ana, bor, eva, dan context.Context
	roads, parks       string
}

func newScene(t *testing.T, w *tenanttest.World) *scene {
	s := &scene{World: w, files: shelf(t, w), roads: id.New(), parks: id.New()}
	s.m = New(Deps{DB: w.DB, Clock: w.Clock, Files: s.files, Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }})
	s.ana, s.bor, s.eva = w.Citizen(w.A, id.New(), "Ana Novak"), w.Citizen(w.A, id.New(), "Bor Kos"), w.Staff(w.A, id.New(), "Eva Vidmar", "editor")
	s.dan = w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Dan", Kind: authz.Staff, Roles: []string{"officer"}, DepartmentID: s.roads})
	pia := w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Pia", Kind: authz.Staff, Roles: []string{"officer"}, DepartmentID: s.parks})
	s.site = w.Serve(tenanttest.People(map[string]context.Context{"reporter": s.ana, "citizen": s.bor, "department": s.dan, "other department": pia, "editor": s.eva,
		"moderator": w.Staff(w.A, id.New(), "Mia", "moderator"), "admin": w.Staff(w.A, id.New(), "Adi", "administrator")}), s.m, s.files, streets.New(streets.Deps{DB: w.DB}))
	w.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
		for _, d := range []struct{ id, slug string }{{s.roads, "roads"}, {s.parks, "parks"}} {
			if err := departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: d.id}, Slug: d.slug, Name: i18n.Text{"sl": d.slug}}); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

// photographed reports a case with two photos, of which the first is let through, edits and publishes it as far as its visibility allows.
func (s *scene) photographed(v stored.Visibility, word string) (*stored.Case, []attachments.Attachment) {
	s.T.Helper()
	lat, lng := 46.2259, 14.6121
	c, err := s.m.acts.Report(s.ana, acts.Report{Kind: stored.Defect, Title: "Izvirno " + word, Body: "Moj skrivni opis " + word + " za občino.", Lat: &lat, Lng: &lng, Address: "Šutna 77", NamePublic: true,
		Email: "ana@person.example", Files: attachments.Batch{Files: []form.File{square(s.T, "a.jpg", 40), square(s.T, "b.jpg", 50)}}})
	if err != nil {
		s.T.Fatal(err)
	}
	s.Jobs(s.files.Jobs())
	var files []attachments.Attachment
	s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
		files, err = stored.FilesOf(ctx, tx, c.ID)
		return err
	})
	if len(files) != 2 {
		s.T.Fatalf("%d files", len(files))
	}
	c, err = s.m.acts.EditPublic(s.eva, acts.Key{ID: c.ID}, acts.Edit{Title: "Javno " + word, Body: "Urejeno besedilo " + word, Lang: "sl", Visibility: v, Location: stored.Blurred, Photos: []string{files[0].ID}})
	if err == nil {
		c, err = s.m.acts.Assign(s.eva, acts.Key{ID: c.ID}, s.roads, "")
	}
	if err == nil && v.Open() {
		_, err = s.m.acts.Follow(s.bor, c.ID, "", "")
		if err == nil {
			s.T.Error("an unpublished case can be followed")
		}
		if c, err = s.m.acts.Publish(s.eva, acts.Key{ID: c.ID}); err == nil {
			_, err = s.m.acts.Follow(s.Visitor(s.A), c.ID, word+"@follower.example", "sl")
		}
	}
	if err != nil {
		s.T.Fatal(err)
	}
	return c, files
}

// TestEveryWayOutForEveryViewer is the matrix of what private cases must not tell: visibility, viewer, way out. Photos count among the ways:
// the right to manage files was enough to fetch those of private cases.
func TestEveryWayOutForEveryViewer(t *testing.T) {
	// whole are those who read everything of a case with that visibility, beside what everybody reads of open ones.
	whole := map[stored.Visibility][]string{
		stored.Public: {"reporter", "department", "editor", "admin"}, stored.Nameless: {"reporter", "department", "editor", "admin"},
		stored.ReporterOnly: {"reporter", "department", "editor", "admin"}, stored.Internal: {"department", "editor", "admin"},
	}
	viewers := []string{"", "reporter", "citizen", "department", "other department", "moderator", "editor", "admin"}
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		s := newScene(t, w)
		for _, v := range stored.Visibilities() {
			word := "beseda" + strings.ReplaceAll(string(v), "_", "")
			c, files := s.photographed(v, word)
			for _, who := range viewers {
				all := strings.Contains("|"+strings.Join(whole[v], "|")+"|", "|"+who+"|")
				s.look(t, v, who, word, c, files, all || v.Open(), all)
			}
			s.outside(t, v, word, c, files)
		}
		s.letters(t)
		s.nearby(t)
	})
}

// look asks every way as one viewer; page says that he may open the case, all that he sees the whole of it.
func (s *scene) look(t *testing.T, v stored.Visibility, who, word string, c *stored.Case, files []attachments.Attachment, page, all bool) {
	t.Helper()
	client := s.site.As(who)
	status := map[bool]int{true: 200, false: 404}
	if got := client.Get("/cases/" + c.Number).Status; got != status[page] {
		t.Errorf("%s: page answers %d to %q", v, got, who)
	}
	for _, way := range []string{"/cases", "/cases?view=map", "/cases/feed.atom", "/api/v1/cases", "/api/v1/cases/" + c.Number, "/api/v1/cases.geojson?zoom=18", "/cases/map.json?zoom=18", "/report/near?lat=46.2258&lng=14.612",
		"/open311/v2/requests.json", "/open311/v2/requests.xml?extensions=true", "/open311/v2/requests/" + c.Number + ".json", "/open311/v2/servicerequestupdates.json",
		"/opendata", "/opendata/cases.csv?year=2026", "/opendata/cases.json?year=2026", "/opendata/cases.geojson?year=2026", "/stats", "/api/v1/stats/cases"} {
		glue := "?"
		if strings.Contains(way, "?") {
			glue = "&"
		}
		answer := client.Get(way + glue + "w=" + c.Number) // a page of its own: answers to visitors are kept for a while
		body := answer.Body
		if answer.Status != 200 && !strings.Contains(way, c.Number) {
			t.Errorf("%s answers %d", way, answer.Status)
		}
		if told := strings.Contains(body, "Javno "+word) || strings.Contains(body, c.Number+`"`); told != v.Open() && (strings.HasPrefix(way, "/open311/v2/requests") || strings.HasPrefix(way, "/opendata/")) {
			t.Errorf("%s: %q is told of it at %s: %v", v, who, way, told)
		}
		if (strings.HasPrefix(way, "/open311") || strings.HasPrefix(way, "/opendata/")) && strings.Contains(body, "Ana Novak") {
			t.Errorf("%s: %q reads who reported at %s", v, who, way)
		}
		for _, secret := range []string{"Izvirno " + word, "skrivni opis " + word, "46.2259", "Šutna 77", c.Token} {
			if strings.Contains(body, secret) {
				t.Errorf("%s: %q reads %q at %s", v, who, secret, way)
			}
		}
		if !v.Open() && strings.Contains(body, word) {
			t.Errorf("%s: %q finds it at %s", v, who, way)
		}
	}
	if got := strings.Contains(client.Get("/cases?w="+c.Number).Body, "Javno "+word); got != v.Open() {
		t.Errorf("%s: in the list of %q: %v", v, who, got)
	}
	for i, may := range []bool{page, all} { // the first was let through, the second was not
		if got := client.Get(files[i].Path(attachments.Full)).Status; got != status[may] {
			t.Errorf("%s: photo %d answers %d to %q", v, i, got, who)
		}
	}
}

// outside asks from the other municipality, by the token, and in the search.
func (s *scene) outside(t *testing.T, v stored.Visibility, word string, c *stored.Case, files []attachments.Attachment) {
	t.Helper()
	other := s.site.As("")
	other.Host = s.B.Host
	for _, way := range []string{"/cases/" + c.Number, "/c/" + c.Token, files[0].Path(attachments.Full), "/api/v1/cases/" + c.Number} {
		if got := other.Get(way).Status; got != 404 {
			t.Errorf("%s: %s answers %d in the other municipality", v, way, got)
		}
	}
	byToken, private := s.site.As(""), files[1]
	private.Pass = c.Token
	if got, want := byToken.Get(private.Path(attachments.Full)).Status == 200, v != stored.Internal; got != want {
		t.Errorf("%s: the reporter's photo by his token: %v", v, got)
	}
	if private.Pass = stored.NewToken(); byToken.Get(private.Path(attachments.Full)).Status != 404 {
		t.Errorf("%s: a photo by a wrong token", v)
	}
	if v != stored.Internal && !strings.Contains(byToken.Get("/c/"+c.Token).Body, "?k="+c.Token) {
		t.Errorf("%s: the page of the token leads to no photo", v)
	}
	s.View(s.Visitor(s.A), func(ctx context.Context, tx *tenant.Tx) error {
		for _, asked := range []string{"Javno " + word, "Izvirno " + word, "skrivni opis " + word, "Šutna 77"} {
			hits, _, err := tx.Search(ctx, search.Query{Text: asked})
			if err != nil {
				return err
			}
			for _, hit := range hits {
				if hit.Ref.ID == c.ID && (!v.Open() || !strings.HasPrefix(asked, "Javno")) {
					t.Errorf("%s: the search finds it by %q", v, asked)
				}
			}
		}
		return nil
	})
}

// letters looks at what followers are written: public words, of open cases only.
func (s *scene) letters(t *testing.T) {
	t.Helper()
	list, err := mail.Recent(context.Background(), s.Raw.Read, s.A.ID, 1000)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range list {
		if !strings.HasSuffix(l.To, "@follower.example") {
			continue
		}
		n++
		for _, secret := range []string{"Izvirno", "skrivni", "46.2259", "Šutna 77", "besedareporteronly", "besedainternal", "/c/"} {
			if strings.Contains(l.Text, secret) {
				t.Errorf("a follower is written %q", secret)
			}
		}
	}
	if n != 2 {
		t.Errorf("%d letters to followers", n)
	}
}

// nearby looks at what is written to who wants to hear of what is reported around a place.
func (s *scene) nearby(t *testing.T) {
	t.Helper()
	s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Raw(`insert into case_alerts (tenant_id, id, email, lang, token, lat, lng, metres, address, topics, confirmed_at, last_at, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			tx.ID(), id.New(), "vid@near.example", "sl", stored.NewToken(), 46.2251, 14.6121, 2000, "", "[]", tx.Now().AddDate(0, 0, -2), tx.Now().AddDate(0, 0, -2), tx.Now().AddDate(0, 0, -2)).Exec(ctx)
		if err != nil {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{Kind: alerts.TellJob})
	})
	s.Jobs(s.m.Jobs())
	list, err := mail.Recent(context.Background(), s.Raw.Read, s.A.ID, 1000)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range list {
		if l.To != "vid@near.example" {
			continue
		}
		n++
		for _, open := range []string{"Javno besedapublic", "Javno besedaanonymouspublic"} {
			if !strings.Contains(l.Text, open) {
				t.Errorf("who lives near is not written of %q", open)
			}
		}
		for _, secret := range []string{"Izvirno", "skrivni", "46.2259", "Šutna 77", "besedareporteronly", "besedainternal", "/c/", "Ana Novak"} {
			if strings.Contains(l.Text, secret) {
				t.Errorf("who lives near is written %q", secret)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d letters to who lives near", n)
	}
}
