package answers_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"glas/internal/blob"
	"glas/internal/job"
	"glas/internal/web"
	"glas/modules/answers"
	"glas/modules/attachments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// An answer with a photo and a document, from the form to the page of everybody, with the real keeper of files.
func TestFilesOfAnAnswer(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		store, err := blob.NewFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		files := attachments.New(attachments.Deps{DB: o.DB, Store: store})
		o.m = answers.New(answers.Deps{DB: o.DB, Kinds: o.m.Kinds, Files: files, FileList: attachments.List})
		send := o.sender(o.m, files)
		at := "/admin/answers/street/s1"
		res, doc := send(at, "hana", url.Values{"state": {"accepted"}, "text.sl": {"Da."}, "version": {"0"}, "action": {"publish"}},
			map[string][]byte{"načrt <b>.png": picture(t), "opis.txt": []byte("Opis")})
		staged := doc.Find("input[name='files.staged']")
		if res.StatusCode != 422 || staged.Length() != 2 || doc.Find("textarea[name='text.sl']").Text() != "Da." {
			t.Fatalf("a photo without words: %d, %d files kept", res.StatusCode, staged.Length())
		}
		values := url.Values{"state": {"accepted"}, "text.sl": {"Da."}, "version": {"0"}, "action": {"publish"}}
		staged.Each(func(_ int, s *goquery.Selection) { values.Add("files.staged", s.AttrOr("value", "")) })
		doc.Find("input[name^='files.alt.']").Each(func(_ int, s *goquery.Selection) { values.Set(s.AttrOr("name", ""), "Načrt steze") })
		if res, _ := send(at, "hana", values, nil); res.StatusCode != 303 {
			t.Fatalf("publishing: %d", res.StatusCode)
		}
		o.Jobs(files.Jobs())
		_, doc = send("/answers/street/s1", "", nil, nil)
		img, link := doc.Find(".g-gallery img"), doc.Find(".g-documents a")
		if img.AttrOr("alt", "") != "Načrt steze" || link.Text() != "opis.txt" {
			t.Fatalf("the files are not shown: %s", doc.Find("main").Text())
		}
		for _, path := range []string{img.AttrOr("src", ""), link.AttrOr("href", "")} {
			if res, _ := send(path, "", nil, nil); res.StatusCode != 200 {
				t.Errorf("%s answers %d", path, res.StatusCode)
			}
		}
	})
}

func TestOfficersWhoLeaveAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.save(o.hana, "s1", work(answers.Accepted, "Da.", 0), true)
		o.Update(o.hana, func(ctx context.Context, tx *tenant.Tx) error { return tx.Announce(ctx, gone{"hana"}) })
		o.Jobs(map[string]job.Handler{"test.told": nothing, "answers.forget": o.m.Jobs()["answers.forget"]})
		if a := o.answer("s1"); a.ChangedBy != "" || a.ChangedByName != "" || !a.Published() {
			t.Errorf("%+v", a)
		}
	})
}

type gone struct {
	AccountID string `json:"account_id"`
}

func (gone) EventName() string { return "accounts.deleted" }

func nothing(context.Context, job.Job) error { return nil }

func picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sender sends forms with files: a GET when there are no values.
func (o *office) sender(modules ...web.Module) func(path, who string, values url.Values, files map[string][]byte) (*http.Response, *goquery.Document) {
	o.T.Helper()
	app := o.Serve(tenanttest.People(o.actors), modules...).App()
	return func(path, who string, values url.Values, files map[string][]byte) (*http.Response, *goquery.Document) {
		o.T.Helper()
		r := httptest.NewRequest(http.MethodGet, "http://kamnik.localhost"+path, nil)
		if values != nil {
			body, kind := o.multipart(values, files)
			r = httptest.NewRequest(http.MethodPost, "http://kamnik.localhost"+path, body)
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		r.Header.Set("Cookie", "glas="+who)
		res, err := app.Test(r, -1)
		if err != nil {
			o.T.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			o.T.Fatal(err)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
		if err != nil {
			o.T.Fatal(err)
		}
		return res, doc
	}
}

func (o *office) multipart(values url.Values, files map[string][]byte) (io.Reader, string) {
	o.T.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, list := range values {
		for _, v := range list {
			if err := w.WriteField(name, v); err != nil {
				o.T.Fatal(err)
			}
		}
	}
	for name, data := range files {
		part, err := w.CreateFormFile("files", name)
		if err == nil {
			_, err = part.Write(data)
		}
		if err != nil {
			o.T.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		o.T.Fatal(err)
	}
	return &b, w.FormDataContentType()
}
