package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestLinkCheckersWereToldThatPagesDoNotExist(t *testing.T) {
	w := newTown(t)
	for _, path := range []string{"/things/7", "/things/new"} {
		if res, body := w.do(t, "HEAD", kamnik+path, ""); res.StatusCode != 200 || body != "" {
			t.Errorf("HEAD %s: %d %q", path, res.StatusCode, body)
		}
	}
}

func TestNoughtByteInAnAddressFailedInside(t *testing.T) {
	w := newTown(t)
	for _, path := range []string{"/things/%00", "/things/%ff", "/en/things/a%0d%0ab", "/%00"} {
		if res, _ := w.do(t, "GET", kamnik+path, ""); res.StatusCode != 404 {
			t.Errorf("GET %s: %d", path, res.StatusCode)
		}
	}
}

func TestErrorPageLinkedToAnotherHost(t *testing.T) {
	w := newTown(t)
	for _, path := range []string{"//evil.example/x", "/en//evil.example/x", "/%2fevil.example", `/%5cevil.example`} {
		if res, body := w.do(t, "GET", kamnik+path, ""); res.StatusCode != 404 || strings.Contains(body, "evil.example") {
			t.Errorf("GET %s: %d names the other host: %v", path, res.StatusCode, strings.Contains(body, "evil.example"))
		}
	}
}

func TestPartOfAPageWasShownWhenGoingBack(t *testing.T) {
	w := newTown(t)
	w.do(t, "GET", kamnik+"/things/7", "", "HX-Request", "true")
	res, body := w.do(t, "GET", kamnik+"/things/7", "", "HX-Request", "true", "HX-History-Restore-Request", "true")
	if !strings.Contains(body, "<html") {
		t.Errorf("going back shows a part only: %.80s", body)
	}
	if !strings.Contains(res.Header.Get("Vary"), "HX-Request") {
		t.Errorf("whole pages vary by %q only", res.Header.Get("Vary"))
	}
}

func TestSignedInPageCouldBeKeptByProxies(t *testing.T) {
	w := newTown(t)
	res, _ := w.do(t, "GET", kamnik+"/things/7", "", "Cookie", "glas=good")
	if got := res.Header.Get("Cache-Control"); !strings.Contains(got, "private") {
		t.Errorf("Cache-Control: %q", got)
	}
}

func TestTooLargeWasAnsweredInNoLanguage(t *testing.T) {
	w := newTown(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = w.app.Listener(l) }()
	defer w.app.Shutdown() //nolint:errcheck // the test is over
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST /en/things HTTP/1.1\r\nHost: kamnik.example\r\nContent-Length: %d\r\n\r\n", 2<<20)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	body := string(b)
	if res.StatusCode != 413 || !strings.Contains(body, `lang="en"`) || res.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("%d %.200s", res.StatusCode, body)
	}
}

func TestStrangersCouldFillTheDisk(t *testing.T) {
	w := newTown(t)
	if res, _ := w.do(t, "POST", kamnik+"/things", "title="+strings.Repeat("x", 600<<10)); res.StatusCode != 413 || w.parked != nil {
		t.Errorf("an enormous form waits: %d", res.StatusCode)
	}
	last := 0
	for range 70 {
		res, _ := w.do(t, "POST", kamnik+"/admin/things/none", "title=x")
		if last = res.StatusCode; last == http.StatusTooManyRequests {
			break
		}
		res, _ = w.do(t, "POST", kamnik+"/closed", "title=x")
		if last = res.StatusCode; last == http.StatusTooManyRequests {
			break
		}
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("any number of forms is kept: %d", last)
	}
}

func TestNobodySaidWhenToTryAgain(t *testing.T) {
	w := newTown(t)
	body := ""
	for range 4 {
		_, body = w.do(t, "POST", kamnik+"/en/things", "a=b", "Cookie", "glas=good")
	}
	if !strings.Contains(body, "8:01") { // the window of a minute began at eight
		t.Errorf("%.4000s", body)
	}
}
