package web_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func TestSignInForgotThePageWithoutReferer(t *testing.T) {
	w := newTown(t)
	for _, c := range []struct{ path, referer, next string }{
		{"/things/7/like", "", "/things/7"},
		{"/things/7/like", kamnik + "/things/9?x=1", "/things/9?x=1"},
		{"/closed", "", "/"},
	} {
		head := []string{"Content-Type", "application/x-www-form-urlencoded"}
		if c.referer != "" {
			head = append(head, "Referer", c.referer)
		}
		res, _ := w.do(t, "POST", kamnik+c.path, "a=b", head...)
		to, err := url.Parse(res.Header.Get("Location"))
		if err != nil || to.Query().Get("next") != c.next {
			t.Errorf("%s from %q: leads to %q, want %q (%v)", c.path, c.referer, res.Header.Get("Location"), c.next, err)
		}
	}
}

func TestRefusalDidNotSayWhatHelps(t *testing.T) {
	w := newTown(t)
	res, body := w.do(t, "GET", kamnik+"/en/grown-up", "", "Cookie", "glas=good")
	if res.StatusCode != 403 {
		t.Fatalf("status %d", res.StatusCode)
	}
	step, home := strings.Index(body, `href="/en/me"`), strings.LastIndex(body, `href="/en"`)
	if step < 0 || step > home || !strings.Contains(body, `class="ds-button" href="/en/me"`) {
		t.Errorf("no button leads to what is missing (step at %d, front page at %d):\n%s", step, home, body)
	}
}

func TestMissingResultWasAPageForPrograms(t *testing.T) {
	w := newTown(t)
	res, body := w.do(t, "GET", kamnik+"/result.json", "", "Accept", "*/*")
	var p struct {
		Status int    `json:"status"`
		Code   string `json:"code"`
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil || p.Status != 404 || p.Code != "not_found" || res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %v: %s", res.Header.Get("Content-Type"), err, body)
	}
}
