package field_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"net/url"
	"strings"
	"testing"

	"glas/internal/authz"
	"glas/internal/blob"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/web/webtest"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/field"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

type served struct{ *field.Module }

func (served) Name() string { return "field" }

func photo(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestWorkOutside takes a case over, notes, adds a photo and is done; sent twice, each is done once; others see and do nothing.
func TestWorkOutside(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		store, err := blob.NewFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		a := &acts.Acts{DB: w.DB, Names: listed.NewNameCache(), Files: attachments.New(attachments.Deps{DB: w.DB, Store: store})}
		roads, parks := id.New(), id.New()
		eva := w.Staff(w.A, id.New(), "Eva Vidmar", "manager")
		dan := w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Dan Cestar", Kind: authz.Staff, Roles: []string{"officer"}, DepartmentID: roads})
		vrt := w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Vid Vrtnar", Kind: authz.Staff, Roles: []string{"officer"}, DepartmentID: parks})
		w.Update(eva, func(ctx context.Context, tx *tenant.Tx) error {
			for _, d := range []struct{ id, slug string }{{roads, "roads"}, {parks, "parks"}} {
				if err := departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: d.id}, Slug: d.slug, Name: i18n.Text{"sl": d.slug}}); err != nil {
					return err
				}
			}
			return nil
		})
		var ids []string
		for i, title := range []string{"Daleč stran", "Luč ne gori"} {
			lat, lng := 46.30-0.0741*float64(i), 14.6121
			c, err := a.Report(w.Citizen(w.A, id.New(), "Ana"), acts.Report{Kind: stored.Defect, Title: title, Body: "Pred šolo ne gori luč že tri dni.", Lat: &lat, Lng: &lng})
			if err == nil {
				c, err = a.Assign(eva, acts.Key{ID: c.ID}, roads, "")
			}
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, c.ID)
		}
		site := w.Serve(tenanttest.People(map[string]context.Context{"dan": dan, "vrt": vrt, "ana": w.Citizen(w.A, id.New(), "Ana")}), served{&field.Module{DB: w.DB, Acts: a}})
		phone := site.As("dan")
		page := phone.Get("/field?lat=46.2259&lng=14.6121")
		if page.Status != 200 || strings.Index(page.Body, "Luč ne gori") > strings.Index(page.Body, "Daleč stran") || !strings.Contains(page.Body, "/assets/field") {
			t.Errorf("status %d, or the nearest is not first", page.Status)
		}
		if got := phone.Get("/field/worker.js"); got.Status != 200 || !strings.Contains(got.Header.Get("Content-Type"), "javascript") {
			t.Errorf("worker: %d", got.Status)
		}
		if body := site.As("vrt").Get("/field").Body; strings.Contains(body, "Luč ne gori") {
			t.Error("another department sees it")
		}
		for who, status := range map[string]int{"": 303, "ana": 403} {
			if got := site.As(who).Get("/field"); got.Status != status {
				t.Errorf("%q: %d", who, got.Status)
			}
		}
		send := func(c *webtest.Client, post, action, text string, status int) {
			t.Helper()
			for range 2 {
				r := c.Upload("/field/send", url.Values{"post": {post}, "case": {ids[1]}, "action": {action}, "text": {text}}, map[string][2]string{"files": {"po.jpg", photo(t)}})
				if r.Status != status {
					t.Errorf("%s: status %d, want %d: %.300s", action, r.Status, status, r.Body)
				}
			}
		}
		send(site.As("vrt"), id.New(), "note", "Ni naše.", 404)
		send(phone, "no-id", "note", "Zrahljano.", 422)
		send(phone, id.New(), "take", "", 303)
		send(phone, id.New(), "note", "Manjka varovalka.", 303)
		send(phone, id.New(), "done", "Zamenjali smo varovalko, luč gori.", 303)
		w.View(eva, func(ctx context.Context, tx *tenant.Tx) error {
			c, err := stored.Find(ctx, tx, ids[1])
			if err != nil {
				return err
			}
			thread, err := stored.Thread(ctx, tx, c.ID, []string{stored.ToInternal})
			if err != nil {
				return err
			}
			answer, err := stored.FinalOf(ctx, tx, c)
			if err != nil {
				return err
			}
			files, err := attachments.Of(ctx, tx, []subject.Ref{c.Ref()})
			if c.State != stored.AnswerReview || c.Responsibility != stored.Accepted || len(thread) != 2 || answer == nil || answer.State != stored.AnswerDraft || len(files[c.Ref()]) != 1 {
				t.Errorf("%s, %s, %d notes, answer %+v, %d files", c.State, c.Responsibility, len(thread), answer, len(files[c.Ref()]))
			}
			return err
		})
		// A device with script gets a short answer, with words when it is refused for good.
		r := phone.Do("POST", "/field/send", strings.NewReader(url.Values{"post": {id.New()}, "case": {ids[1]}, "action": {"take"}}.Encode()), "application/x-www-form-urlencoded", "X-Glas-Field", "1")
		if r.Status != 409 || !strings.Contains(r.Body, `"error"`) {
			t.Errorf("refused with %d: %s", r.Status, r.Body)
		}
		r = phone.Do("POST", "/field/send", strings.NewReader(url.Values{"post": {id.New()}, "case": {ids[0]}, "action": {"done"}, "text": {"Popravljeno, vse dela."}}.Encode()), "application/x-www-form-urlencoded", "X-Glas-Field", "1")
		if r.Status != 200 || !strings.Contains(r.Body, `"answer_review"`) {
			t.Errorf("done at once: %d: %s", r.Status, r.Body)
		}
	})
}
