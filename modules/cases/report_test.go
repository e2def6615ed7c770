package cases

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/jpeg"
	"net/url"
	"strings"
	"testing"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/attachments"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// taken is a photo that says that it was taken at 46°13'33" N, 14°36'43" E.
func taken(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 32, 32)), nil); err != nil {
		t.Fatal(err)
	}
	order := binary.LittleEndian
	e := append([]byte("Exif\x00\x00"), "II*\x00"...)
	put := func(values ...uint32) {
		for _, v := range values {
			e = order.AppendUint32(e, v)
		}
	}
	entry := func(tag, kind uint16, count uint32, value string) {
		e = order.AppendUint32(order.AppendUint16(order.AppendUint16(e, tag), kind), count)
		e = append(e, value...)
	}
	put(8)
	e = order.AppendUint16(e, 1)
	entry(0x8825, 4, 1, "\x1a\x00\x00\x00")
	put(0)
	e = order.AppendUint16(e, 4)
	entry(1, 2, 2, "N\x00\x00\x00")
	entry(2, 5, 3, "\x50\x00\x00\x00")
	entry(3, 2, 2, "E\x00\x00\x00")
	entry(4, 5, 3, "\x68\x00\x00\x00")
	put(0, 46, 1, 13, 1, 33, 1, 14, 1, 36, 1, 43, 1)
	out := append([]byte{}, b.Bytes()[:2]...)
	out = binary.BigEndian.AppendUint16(append(out, 0xff, 0xe1), uint16(len(e)+2))
	return string(append(append(out, e...), b.Bytes()[2:]...))
}

func value(t *testing.T, body, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `name="`+name+`" value="`)
	if !ok {
		return ""
	}
	v, _, _ := strings.Cut(rest, `"`)
	return v
}

// TestPhotosOfVisitorsSurviveARefusedForm: somebody without an account had to choose his photos again after every complaint about the form,
// and where a photo was taken was never offered.
func TestPhotosOfVisitorsSurviveARefusedForm(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		s := newScene(t, w)
		form := url.Values{"kind": {"praise"}, "title": {"Lepo"}, "body": {"Lep park, hvala vsem."}}
		first := s.site.As("").Upload("/report", form, map[string][2]string{"files": {"park.jpg", taken(t)}}).Body
		staged, pass := value(t, first, "files.staged"), value(t, first, "files.pass")
		if staged == "" || pass == "" {
			t.Fatalf("nothing kept: %q %q", staged, pass)
		}
		if got := value(t, first, "photo_at"); got != "46.225833,14.611944" || !strings.Contains(first, `data-photo-lat="46.225833"`) || !strings.Contains(first, " data-photo-at") {
			t.Errorf("the place of the photo is %q", got)
		}
		if strings.Contains(first, "Fotografije in dokumenti") {
			t.Error("the form asks for documents that it does not take")
		}
		s.Jobs(s.files.Jobs())
		if got := s.site.As("").Get("/files/" + staged + "/thumb").Status; got != 404 {
			t.Errorf("a stranger fetches it: %d", got)
		}
		if got := s.site.As("").Get("/files/" + staged + "/thumb?k=" + pass).Status; got != 200 {
			t.Errorf("its sender does not: %d", got)
		}
		form.Set("files.staged", staged)
		form.Set("files.pass", pass)
		form.Set("photo_seen", "1")
		form.Set("email", "vid@person.example")
		want(t, s.site.As("").Post("/report", form), 200)
		s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
			var rows []*stored.Case
			if err := tx.Select(&rows).Scan(ctx); err != nil {
				return err
			}
			if len(rows) != 1 {
				t.Fatalf("%d cases", len(rows))
			}
			files, err := stored.FilesOf(ctx, tx, rows[0].ID)
			if len(files) != 1 || files[0].ID != staged || files[0].OwnerID != "" {
				t.Errorf("files %+v", files)
			}
			return err
		})
	})
}

// TestUnusedPhotosOfVisitorsGoAfterADay: what nobody used must not stay.
func TestUnusedPhotosOfVisitorsGoAfterADay(t *testing.T) {
	w := tenanttest.New(t)
	s := newScene(t, w)
	page := s.site.As("").Upload("/report", url.Values{"kind": {"praise"}}, map[string][2]string{"files": {"park.jpg", taken(t)}}).Body
	if value(t, page, "files.staged") == "" {
		t.Fatal("nothing kept")
	}
	s.Clock.Set(s.Clock.Now().AddDate(0, 0, 2))
	w.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
		return attachments.Remove(ctx, tx, (&stored.Case{Key: tenant.Key{ID: id.New()}}).Ref()) // wakes the sweep
	})
	s.Jobs(s.files.Jobs())
	w.View(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
		n, err := tx.Select((*attachments.Attachment)(nil)).Count(ctx)
		if n != 0 {
			t.Errorf("%d files left", n)
		}
		return err
	})
}

// TestThePreviewShowsWhatThePageWillShow: the preview said a house number that the page would have left out, and nothing of the answers
// to the topic's questions.
func TestThePreviewShowsWhatThePageWillShow(t *testing.T) {
	w := tenanttest.New(t)
	s := newScene(t, w)
	topic := id.New()
	w.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
		return stored.Add(ctx, tx, &stored.CaseTopic{Key: tenant.Key{ID: topic}, Slug: "t", Name: i18n.Text{"sl": "Cesta"}, Hint: i18n.Text{}, Kinds: []string{}, Location: stored.Blurred, Visibility: stored.Public, PublishMode: stored.AfterReview,
			Questions: []stored.Question{{Code: "depth", Datatype: "string", Label: i18n.Text{"sl": "Kako globoko?"}, Public: true}, {Code: "car", Datatype: "string", Label: i18n.Text{"sl": "Čigav avto?"}}}})
	})
	form := url.Values{"kind": {"defect"}, "topic": {topic}, "place": {"Šutna 77"}, "lat": {"46.2259"}, "lng": {"14.6121"}, "title": {"Luknja"}, "body": {"Globoka luknja, pišite na ana@person.example."},
		"q.depth": {"Dvajset centimetrov"}, "q.car": {"Sosedov"}, "name_public": {"1"}, "contact_as": {"true false"}}
	body := s.site.As("reporter").Post("/report/preview", form, "HX-Request", "true").Body
	for word, there := range map[string]bool{"Šutna 77": false, "Šutna": true, "Dvajset centimetrov": true, "Sosedov": false, "Ana Novak": false, "ana@person.example": true} {
		if strings.Contains(body, word) != there {
			t.Errorf("%q in the preview: %v", word, !there)
		}
	}
	form.Set("private", "1")
	if body = s.site.As("reporter").Post("/report/preview", form, "HX-Request", "true").Body; strings.Contains(body, "g-casepreview__card") {
		t.Error("a private report has a public side")
	}
}

// TestTheFormSaysWhenAPlaceIsNeeded: "optional" stood at the place of kinds that need one, and the name was offered where it is never shown.
func TestTheFormSaysWhenAPlaceIsNeeded(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		s := newScene(t, w)
		place := func(address string) string {
			_, rest, _ := strings.Cut(s.site.As("").Get(address).Body, "data-place ")
			legend, _, _ := strings.Cut(rest, "g-place__search")
			return legend
		}
		if got := place("/report"); !strings.Contains(got, "Obvezno za: Prijava napake.") || !strings.Contains(got, "data-place-optional hidden") {
			t.Errorf("before a kind is chosen: %s", got)
		}
		if got := place("/report?kind=defect"); !strings.Contains(got, "data-place-optional hidden") || strings.Contains(got, "Obvezno za") {
			t.Errorf("a defect: %s", got)
		}
		if got := place("/report?kind=praise"); strings.Contains(got, "data-place-optional hidden") || strings.Contains(got, "Obvezno za") {
			t.Errorf("praise: %s", got)
		}
		for address, want := range map[string]string{"/report": "Mogoče je za: Pobuda.", "/report?kind=initiative": `name="name_public"`, "/report?kind=defect": "Vaše ime drugim ne bo prikazano."} {
			if body := s.site.As("reporter").Get(address).Body; !strings.Contains(body, want) || strings.Contains(body, `name="name_public"`) != !strings.HasSuffix(address, "defect") {
				t.Errorf("%s does not say %q", address, want)
			}
		}
		form := url.Values{"kind": {"initiative"}, "title": {"Več klopi"}, "body": {"V parku ni kam sesti."}, "name_public": {"1"}, "contact_as": {"true false"}}
		if body := s.site.As("reporter").Post("/report/preview", form, "HX-Request", "true").Body; !strings.Contains(body, "Ana Novak") || !strings.Contains(body, `hx-swap-oob="true"`) {
			t.Errorf("the preview offers no name: %s", body)
		}
		form.Set("contact_as", "false true")
		if body := s.site.As("reporter").Post("/report/preview", form, "HX-Request", "true").Body; strings.Contains(body, "hx-swap-oob") {
			t.Error("the choice is written anew for nothing")
		}
	})
}

// TestACitizenReportsForACompany: only the desk could write down for which company somebody reports.
func TestACitizenReportsForACompany(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		s := newScene(t, w)
		form := url.Values{"kind": {"praise"}, "title": {"Lepo"}, "body": {"Lep park, hvala vsem."}, "company": {"Svetilke, d. o. o."}, "company_register": {"si_tax"}, "company_number": {"SI 50223055"}}
		if r := s.site.As("reporter").Post("/report", form); r.Status != 422 || !strings.Contains(r.Body, `value="SI 50223055"`) {
			t.Errorf("a wrong check digit: %d", r.Status)
		}
		form.Set("company_number", "SI 50223054")
		want(t, s.site.As("reporter").Post("/report", form), 303)
		s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
			list, err := stored.PeopleOf(ctx, tx, "50223054", 5)
			if len(list) != 1 || list[0].Company != "Svetilke, d. o. o." || list[0].Register != "si_tax" {
				t.Errorf("kept: %+v", list)
			}
			return err
		})
	})
}
