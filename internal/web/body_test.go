package web_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"glas/internal/clock"
	"glas/internal/web"
)

// weigh answers with what it was sent: how many files, of how many bytes, and how long the rest is.
func (w *town) weigh(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	files, sum := f.Files("files", 100, 64<<20), int64(0)
	for _, file := range files {
		sum += file.Size
	}
	body := 0
	if len(files) == 0 {
		body = len(c.Body())
	}
	return c.SendString(fmt.Sprintf("%d files of %d, %d", len(files), sum, body))
}

// listen serves a town on a real socket, as it is served to people.
func listen(t *testing.T) string {
	t.Helper()
	w := newTown(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- w.app.Listener(web.Lingering(l, clock.System)) }()
	t.Cleanup(func() {
		if err := w.app.Shutdown(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return l.Addr().String()
}

// photo is a form with one file.
func photo(t *testing.T, size int) (string, []byte) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.SetBoundary("glas"); err != nil {
		t.Fatal(err)
	}
	part, err := m.CreateFormFile("files", "lamp.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = part.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if err = m.Close(); err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), b.Bytes()
}

func post(t *testing.T, addr, path, kind string, body io.Reader, head ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequest("POST", "http://"+addr+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "kamnik.example"
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b) + res.Header.Get("Location")
}

// TestStrangersHadTheServerHoldAnythingInMemory: any address took as much as the largest upload, from anybody, before it was known
// whether there is anything at the address.
func TestStrangersHadTheServerHoldAnythingInMemory(t *testing.T) {
	addr := listen(t)
	const formKind = "application/x-www-form-urlencoded"
	photoKind, large := photo(t, 9<<20)
	_, small := photo(t, 100)
	text := func(n int) []byte { return []byte("title=" + strings.Repeat("x", n)) }
	for _, c := range []struct {
		what, path, kind string
		body             []byte
		cookie           string
		status           int
		says             string
	}{
		{"words", "/no-photos", formKind, text(900 << 10), "", 200, "0 files of 0, " + strconv.Itoa(900<<10+6)},
		{"too many words", "/en/no-photos", formKind, text(1 << 20), "", 413, `lang="en"`},
		{"words where files are taken", "/photos", formKind, text(2 << 20), "", 413, `lang="sl"`},
		{"nothing there", "/nothing", photoKind, large, "", 413, "<html"},
		{"a photo", "/en/photos", photoKind, large, "", 200, "1 files of " + strconv.Itoa(9<<20)},
		{"a photo where none is taken", "/no-photos", photoKind, large, "", 413, "<html"},
		{"a small one where none is taken", "/no-photos", photoKind, small, "", 200, "0 files"},
		{"a stranger at the desk", "/admin/photos", photoKind, large, "", 303, "/sign-in?next="},
		{"a forged session", "/admin/photos", photoKind, large, "forged", 303, "/sign-in?next="},
		{"a citizen at the desk", "/admin/photos", photoKind, large, "good", 403, "<html"},
		{"a clerk", "/admin/photos", photoKind, large, "clerk", 200, "1 files of " + strconv.Itoa(9<<20)},
		{"a clerk's long act", "/admin/photos", formKind, text(7 << 20), "clerk", 200, "0 files of 0, " + strconv.Itoa(7<<20+6)},
		{"more than anybody may", "/admin/photos", formKind, text(9 << 20), "clerk", 413, "<html"},
		{"mail", "/hooks/mail", "message/rfc822", text(3 << 20), "", 200, strconv.Itoa(3<<20 + 6)},
		{"a large letter", "/hooks/mail", "message/rfc822", text(5 << 20), "", 413, "<html"},
	} {
		t.Run(c.what, func(t *testing.T) {
			var head []string
			if c.cookie != "" {
				head = []string{"Cookie", "glas=" + c.cookie}
			}
			status, body := post(t, addr, c.path, c.kind, bytes.NewReader(c.body), head...)
			if status != c.status || !strings.Contains(body, c.says) {
				t.Errorf("%d, want %d and %q in\n%.600s", status, c.status, c.says, body)
			}
		})
	}
}

// TestAnUndeclaredLengthWasHeldInMemory: files whose length is not declared cannot go to disk.
func TestAnUndeclaredLengthWasHeldInMemory(t *testing.T) {
	addr := listen(t)
	kind, large := photo(t, 9<<20)
	if status, body := post(t, addr, "/photos", kind, io.MultiReader(bytes.NewReader(large))); status != 413 {
		t.Errorf("%d %.200s", status, body)
	}
	if status, body := post(t, addr, "/hooks/mail", "message/rfc822", io.MultiReader(bytes.NewReader(large[:3<<20]))); status != 200 {
		t.Errorf("mail of unknown length: %d %.200s", status, body)
	}
}

// TestEveryReaderWasAskedHowMuchHeMaySend: a request without a body went through the whole question, and pages from the cache came at
// less than half the speed.
func TestEveryReaderWasAskedHowMuchHeMaySend(t *testing.T) {
	w := newTown(t)
	res, err := w.app.Test(httptest.NewRequest(http.MethodGet, "http://kamnik.example/things/7", nil), -1)
	if err != nil || res.StatusCode != 200 {
		t.Fatal(res, err)
	}
	if n := w.found.Load(); n != 1 {
		t.Errorf("the site was looked for %d times", n)
	}
}

// TestWhoWasRefusedSawABrokenConnection: the connection was closed while a browser was still sending, which shows that and not the page.
func TestWhoWasRefusedSawABrokenConnection(t *testing.T) {
	addr := listen(t)
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const size = 48 << 20
	fmt.Fprintf(c, "POST /en/photos HTTP/1.1\r\nHost: kamnik.example\r\nReferer: http://kamnik.example/en/things/new?a=b\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n", size)
	if _, err := c.Write(make([]byte, size)); err != nil {
		t.Fatalf("a browser could not send to the end: %v", err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 413 || !strings.Contains(string(b), `href="/en/things/new?a=b"`) {
		t.Errorf("%d, no way back to the form in\n%.900s", res.StatusCode, b)
	}
}
