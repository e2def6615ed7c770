package comments_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"glas/internal/id"
	"glas/modules/accounts"
	"glas/modules/comments"
	"glas/tenant"
)

func document(t *testing.T, body string) *goquery.Document {
	t.Helper()
	if strings.Contains(body, "⟦") {
		t.Errorf("a message is missing: %s", body[strings.Index(body, "⟦"):][:60])
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func want(t *testing.T, res *http.Response, status int) {
	t.Helper()
	if res.StatusCode != status {
		t.Fatalf("%s %s answers %d, want %d", res.Request.Method, res.Request.URL, res.StatusCode, status)
	}
}

func TestPostingOnThePage(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		k.host.thread.Pseudonyms = true
		k.Update(k.eva, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Insert(&accounts.Account{Key: tenant.Key{ID: k.anaID}, Name: "Ana", PseudonymKey: "k", AreaIDs: []string{}, Groups: []string{},
				CreatedAt: tx.Now(), UpdatedAt: tx.Now()}).Exec(ctx)
			return err
		})
		do := k.serve()
		at := "/comments/street/" + k.ref.ID
		res, body := do("GET", at, "", nil)
		want(t, res, 200)
		form := document(t, body).Find("form#comment-form")
		if form.AttrOr("action", "") != at || form.AttrOr("data-draft", "") == "" || form.Find("[data-draft-note]").Length() != 1 || form.Find("[name=stance]").Length() != 3 {
			t.Error("the form is not whole")
		}
		res, body = do("POST", at, "ana", url.Values{"body": {""}, "stance": {"against"}})
		want(t, res, 422)
		doc := document(t, body)
		if doc.Find("#f-body-error").Length() != 1 || doc.Find("[name=stance][value=against][checked]").Length() != 1 || doc.Find("[data-error-summary]").Length() != 1 {
			t.Error("the refused form has lost something")
		}
		res, _ = do("POST", at, "ana", url.Values{"body": {strings.Repeat("č", comments.MaxLetters+1)}})
		want(t, res, 422)
		res, _ = do("POST", at, "ana", url.Values{"body": {"kupi"}, "website": {"http://spam.example"}})
		want(t, res, 422)
		res, _ = do("POST", at, "ana", url.Values{"body": {"hitro"}, "_opened": {fmt.Sprint(k.Clock.Now().Unix())}})
		want(t, res, 422)
		res, _ = do("POST", at, "ana", url.Values{"body": {"<b></b>"}}) // a comment of tags alone was refused as empty
		want(t, res, 303)
		if _, body = do("GET", at, "ana", nil); !strings.Contains(body, "<p>&lt;b&gt;&lt;/b&gt;</p>") {
			t.Error("what was typed is not shown")
		}
		res, _ = do("POST", at, "ana", url.Values{"body": {"**Za** drevesa <script>alert(1)</script>"}, "stance": {"for"}})
		want(t, res, 303)
		link := res.Header.Get("Location")
		res, _ = do("GET", link, "", nil)
		want(t, res, 303)
		to, err := url.Parse(res.Header.Get("Location"))
		if err != nil || to.Path != "/streets/1" || !strings.HasPrefix(to.Fragment, "c-") || to.Query().Get("c_open") == "" {
			t.Fatalf("the permalink leads to %s", res.Header.Get("Location"))
		}
		_, body = do("GET", at+"?"+to.RawQuery, "", nil)
		card := document(t, body).Find("#" + to.Fragment)
		if card.Find("strong").Text() != "Za" || card.Find("script").Length() != 0 || card.AttrOr("data-stance", "") != "for" {
			t.Error("the comment is not shown as written")
		}
		if name := k.post(k.ana, comments.Draft{Body: "brez imena", Pseudonym: true}).AuthorName; name == "Ana" || name == "" {
			t.Errorf("a pseudonym is %q", name)
		}
	})
}

func TestWhatAVisitorTypedIsStillThere(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		do := k.serve()
		root := k.say(k.bor, "", "vprašanje")
		at := "/comments/street/" + k.ref.ID
		res, _ := do("POST", at, "", url.Values{"body": {"moj odgovor"}, "parent": {root.ID}})
		want(t, res, 303)
		if !strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
			t.Fatalf("a visitor is led to %s", res.Header.Get("Location"))
		}
		var parked string
		for _, cookie := range res.Cookies() {
			if strings.Contains(cookie.Name, "glas_parked") {
				parked = cookie.Name + "=" + cookie.Value
			}
		}
		for _, page := range []string{at, at + "/new?parent=" + root.ID} {
			_, body := do("GET", page, "ana; "+parked, nil)
			doc := document(t, body)
			if doc.Find("textarea[name=body]").Text() != "moj odgovor" || doc.Find("input[name=parent]").AttrOr("value", "") != root.ID {
				t.Errorf("%s: the text or its place is lost", page)
			}
		}
		_, body := do("GET", at+"/new?parent="+k.say(k.bor, "", "drugo").ID, "ana; "+parked, nil)
		if document(t, body).Find("textarea[name=body]").Text() != "" {
			t.Error("the text appears below another comment")
		}
	})
}

func TestPagesOfOneComment(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		do := k.serve()
		c := k.say(k.ana, "", "prvo besedilo")
		path := "/comments/" + c.ID
		for _, v := range []struct {
			path, who string
			status    int
		}{
			{path + "/edit", "ana", 200}, {path + "/edit", "bor", 403}, {path + "/edit", "", 303}, {path + "/delete", "ana", 200}, {path + "/delete", "bor", 403},
			{path + "/history", "", 200}, {path + "/moderate", "eva", 200}, {path + "/moderate", "ana", 403}, {path + "/moderate", "", 303},
			{"/comments/" + id.New(), "", 404}, {"/comments/nothing", "", 404}, {"/comments/street/nothing", "", 404}, {"/comments/moon/" + k.ref.ID, "", 404},
			{"/comments/street/" + k.ref.ID + "/new?parent=" + id.New(), "ana", 404}, {"/comments/street/" + k.ref.ID + "?c_after=%27&c_sort=x&c_root=1&c_open=2&c_lane=3", "", 200},
			{"/api/v1/comments", "", 422}, {"/api/v1/comments?subject=" + k.ref.String() + "&after=x", "", 422}, {"/api/v1/comments?subject=moon:1", "", 404},
		} {
			res, body := do("GET", v.path, v.who, nil)
			if res.StatusCode != v.status {
				t.Errorf("GET %s as %q: %d, want %d", v.path, v.who, res.StatusCode, v.status)
			}
			document(t, body)
		}
		res, _ := do("POST", path+"/edit", "ana", url.Values{"body": {"drugo besedilo"}, "revision": {"0"}})
		want(t, res, 303)
		res, body := do("POST", path+"/edit", "ana", url.Values{"body": {"tretje besedilo"}, "revision": {"0"}})
		want(t, res, 409)
		if doc := document(t, body); doc.Find("textarea").Text() != "tretje besedilo" || !strings.Contains(body, "drugo besedilo") || doc.Find("[name=revision]").AttrOr("value", "") != "1" {
			t.Error("a stale edit loses what was typed, or hides what is there")
		}
		res, _ = do("POST", path+"/moderate", "eva", url.Values{"verdict": {"hide"}, "reason": {"kratko"}})
		want(t, res, 422)
		res, _ = do("POST", path+"/moderate", "eva", url.Values{"verdict": {"hide"}, "reason": {"Žaljivo do sosedov"}})
		want(t, res, 303)
		res, _ = do("GET", path+"/history", "", nil)
		want(t, res, 410)
		res, _ = do("POST", "/comments/"+k.say(k.ana, "", "odveč").ID+"/delete", "ana", nil)
		want(t, res, 303)
	})
}

func TestListForPrograms(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		do := k.serve()
		for i := range 7 {
			c := k.say(k.ana, "", fmt.Sprint("misel ", i))
			if i == 3 {
				k.decide(c.ID, comments.Ruling{Verdict: comments.Hide, Reason: "Žaljivo do sosedov"})
			}
		}
		path, n, marks := "/api/v1/comments?limit=3&subject="+k.ref.String(), 0, 0
		for next := ""; ; {
			res, body := do("GET", path+"&after="+next, "", nil)
			want(t, res, 200)
			var page struct {
				Items []struct{ State, Text, Author, Reason string }
				Next  string
			}
			if err := json.Unmarshal([]byte(body), &page); err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Items {
				n++
				if c.State == "hidden" {
					marks++
				} else if c.Author != "Ana" || c.Text == "" {
					t.Errorf("item %+v", c)
				}
				if c.State == "hidden" && (c.Text != "" || c.Author != "" || c.Reason == "") {
					t.Errorf("a hidden comment comes out: %+v", c)
				}
			}
			if next = page.Next; next == "" {
				break
			}
		}
		if n != 7 || marks != 1 {
			t.Errorf("%d items, %d marks, want 7 and 1", n, marks)
		}
	})
}

func TestTooManyComments(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		do := k.serve()
		for i := range 21 {
			k.Clock.Add(time.Second)
			res, _ := do("POST", "/comments/street/"+k.ref.ID, "ana", url.Values{"body": {fmt.Sprint("misel ", i)}})
			if i < 20 {
				want(t, res, 303)
				continue
			}
			want(t, res, 429)
			if res.Header.Get("Retry-After") == "" {
				t.Error("it is not said when to try again")
			}
		}
	})
}
