package documents

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"glas/internal/blob"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// shelf is a world with documents on one thing.
type shelf struct {
	*tenanttest.World
	m        *Module
	eva, ana context.Context
	place    Place
}

func each(t *testing.T, fn func(t *testing.T, s *shelf)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		store, err := blob.NewFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		look := func(f form.File) (File, error) {
			l, err := attachments.Look(f)
			return File{Name: l.Name, Mime: l.ContentType, Data: l.Data, Picture: l.Photo, Scan: l.Scan}, err
		}
		s := &shelf{World: w, m: New(Deps{DB: w.DB, Store: store, Look: look}), place: Place{Ref: subject.Ref{Kind: "consultation", ID: "c"}, Path: "/consultations/c/documents", ConsultationID: "c", Public: true}}
		s.eva = w.Staff(w.A, "0198c0de-0000-7000-8000-000000000001", "Eva", "editor")
		s.ana = w.Citizen(w.A, "0198c0de-0000-7000-8000-000000000002", "Ana")
		fn(t, s)
	})
}

// sent is a form with a file.
func sent(name, content string, fields url.Values) *form.Form {
	file := form.File{Name: name, Size: int64(len(content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
	return form.New(fields, map[string][]form.File{"document": {file}})
}

func (s *shelf) receive(f *form.Form, replace bool) *Sent {
	s.T.Helper()
	kinds := Names{}.Options(s.eva)
	got, err := s.m.Receive(s.eva, f, s.A.Languages, kinds, replace)
	if err != nil {
		s.T.Fatal(err)
	}
	return got
}

func (s *shelf) add(name, content, kind string) (d *Document) {
	s.T.Helper()
	up := s.receive(sent(name, content, url.Values{"kind": {kind}, "title.sl": {"Odlok o prometu"}, "lang": {"sl"}}), false)
	if up == nil {
		s.T.Fatal("a good document is refused")
	}
	s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		d, err = s.m.Add(ctx, tx, s.place, up)
		return err
	})
	return d
}

func (s *shelf) list(ctx context.Context) (out []Document) {
	s.T.Helper()
	s.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		out, err = Of(ctx, tx, s.place.Ref)
		return err
	})
	return out
}

func (s *shelf) found(words string) (hits []search.Hit) {
	s.T.Helper()
	s.View(s.ana, func(ctx context.Context, tx *tenant.Tx) (err error) {
		hits, _, err = tx.Search(ctx, search.Query{Text: words})
		return err
	})
	return hits
}

func TestVersionTakesThePlaceOfAnotherWithAReason(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		first := s.add("odlok.txt", "1. člen\n\nTovorna vozila se preusmerijo.", Draft)
		s.Jobs(s.m.Jobs())
		if got := s.found("tovorna"); len(got) != 1 || got[0].Ref != first.Ref() {
			t.Fatalf("by its text is found %+v", got)
		}
		if up := s.receive(sent("odlok.txt", "nova vsebina", url.Values{}), true); up != nil {
			t.Error("it is replaced without a reason")
		}
		up := s.receive(sent("odlok2.txt", "1. člen\n\nAvtobusi vozijo pogosteje.", url.Values{"reason.sl": {"Popravljen prvi člen."}}), true)
		var fresh *Document
		s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
			fresh, _, err = s.m.Replace(ctx, tx, s.place, first.ID, up)
			return err
		})
		s.Jobs(s.m.Jobs())
		if len(s.found("tovorna")) != 0 || len(s.found("avtobusi")) != 1 {
			t.Error("the search does not follow the replacement")
		}
		list := s.list(s.ana)
		if len(list) != 2 || len(CurrentOf(list)) != 1 || CurrentOf(list)[0].ID != fresh.ID || fresh.Version != 2 || fresh.Title["sl"] == "" || fresh.Series != first.ID {
			t.Fatalf("versions %+v", list)
		}
		if old := earlier(list, *fresh); len(old) != 1 || old[0].ReplacedByID != fresh.ID || old[0].ReplacedAt.IsZero() {
			t.Errorf("earlier versions %+v", old)
		}
		third := s.receive(sent("x.txt", "tretja", url.Values{"reason.sl": {"Še enkrat."}}), true)
		err := s.DB.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
			_, _, err := s.m.Replace(ctx, tx, s.place, first.ID, third)
			return err
		})
		if !fault.Is(err, fault.KindConflict) {
			t.Errorf("replacing what was replaced says %v", err)
		}
		err = s.DB.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error { return s.m.Remove(ctx, tx, s.place.Ref, fresh.ID) })
		if !fault.Is(err, fault.KindConflict) {
			t.Errorf("removing what was public says %v", err)
		}
		site := s.Serve(tenanttest.People(map[string]context.Context{"eva": s.eva}), s.m)
		for _, d := range list {
			p := site.As("").Get(d.Href())
			if p.Status != http.StatusOK || !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("version %d answers %d", d.Version, p.Status)
			}
		}
		var page bytes.Buffer
		if err := Section(list, Names{}).Render(s.ana, &page); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{fresh.SHA256, first.SHA256, "Popravljen prvi člen.", i18n.T(s.ana, "documents.version", "N", 2), `id="doc-` + first.ID} {
			if !strings.Contains(page.String(), want) {
				t.Errorf("the page lacks %q", want)
			}
		}
	})
}

func TestDraftsDocumentsAreHiddenAndCanGo(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		s.place.Public = false
		d := s.add("osnutek.txt", "skrivnost", Reasons)
		s.Jobs(s.m.Jobs())
		if len(s.list(s.ana)) != 0 || len(s.list(s.eva)) != 1 || len(s.found("skrivnost")) != 0 {
			t.Error("a draft's document is shown")
		}
		site := s.Serve(tenanttest.People(map[string]context.Context{"eva": s.eva}), s.m)
		if p := site.As("").Get(d.Href()); p.Status != http.StatusNotFound {
			t.Errorf("its file answers %d", p.Status)
		}
		s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error { return Show(ctx, tx, s.place.Ref, true) })
		if len(s.found("skrivnost")) != 1 || site.As("").Get(d.Href()).Status != http.StatusOK {
			t.Error("published, it is not found")
		}
		s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error { return Show(ctx, tx, s.place.Ref, false) })
		s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error { return s.m.Remove(ctx, tx, s.place.Ref, d.ID) })
		s.Jobs(s.m.Jobs())
		if len(s.list(s.eva)) != 0 {
			t.Error("a removed draft is still there")
		}
	})
}

func TestWhatNobodyCanReadIsSaid(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		var pic bytes.Buffer
		if err := png.Encode(&pic, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
			t.Fatal(err)
		}
		fields := url.Values{"kind": {Plan}, "title.sl": {"Načrt"}}
		f := sent("nacrt.png", pic.String(), fields)
		if s.receive(f, false) != nil || f.Error("alt").IsZero() {
			t.Error("a picture without words is taken")
		}
		fields.Set("alt", "Nova obvoznica južno od reke")
		up := s.receive(sent("nacrt.png", pic.String(), fields), false)
		if up == nil || up.Mime != "image/jpeg" || up.FileName != "nacrt.jpg" {
			t.Fatalf("a picture becomes %+v", up)
		}
		scan := s.receive(sent("scan.pdf", "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>", url.Values{"kind": {Other}, "title.sl": {"Skenirano"}}), false)
		var d *Document
		s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
			d, err = s.m.Add(ctx, tx, s.place, scan)
			return err
		})
		s.Jobs(s.m.Jobs())
		s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
			d, err = Find(ctx, tx, d.ID)
			return err
		})
		if got := d.Warnings(s.eva); len(got) != 1 {
			t.Errorf("a scan warns %v", got)
		}
		d.ImagesWithoutAlt = 3
		if got := d.Warnings(s.eva); len(got) != 2 {
			t.Errorf("pictures without words warn %v", got)
		}
		bad := sent("x.pdf", "<html><script>alert(1)</script>", url.Values{"kind": {Other}, "title.sl": {"Zvijača"}})
		if s.receive(bad, false) != nil || bad.Error("document").IsZero() {
			t.Error("a page that calls itself PDF is taken")
		}
		if _, err := s.m.Receive(s.ana, bad, s.A.Languages, nil, false); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a citizen hears %v", err)
		}
	})
}

func TestMunicipalityNamesKinds(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		site := s.Serve(tenanttest.People(map[string]context.Context{"eva": s.eva}), s.m)
		eva := site.As("eva")
		if p := eva.Post(root, url.Values{"name.sl": {"Elaborat hrupa"}}); p.Status != http.StatusSeeOther {
			t.Fatalf("adding a kind answers %d", p.Status)
		}
		if p := eva.Get(root); !strings.Contains(p.Body, "Elaborat hrupa") {
			t.Error("it is not listed")
		}
		var names Names
		s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
			names, err = KindNames(ctx, tx)
			return err
		})
		own := names.own[0].ID
		if names.Of(s.eva, own) != "Elaborat hrupa" || len(names.Options(s.eva)) != len(Usual())+1 {
			t.Error("it is not offered")
		}
		if p := eva.Post(root+"/"+own+"/remove", url.Values{}); p.Status != http.StatusSeeOther {
			t.Errorf("removing answers %d", p.Status)
		}
	})
}
