package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"glas/config"
	"glas/internal/clock"
	"glas/internal/i18n"
	"glas/internal/testenv"
	"glas/tenant"
)

// reporters is how many people report at the same moment; in tests fewer, because the race detector makes everything ten times as slow.
const reporters, fewReporters = 200, 60

// TestManyReportAtOnce has many people without an account report something with a photo at the same moment, on two cores and through
// the whole program, and confirm it at the same moment: no answer is an error, the numbers have no gap, and the photos are drawn by jobs.
func TestManyReportAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	old := runtime.GOMAXPROCS(2)
	defer runtime.GOMAXPROCS(old)
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		crowd(t, dir, "sqlite:"+filepath.Join(dir, "glas.db"), fewReporters)
	})
	if testenv.HasPostgres() {
		t.Run("postgres", func(t *testing.T) { crowd(t, t.TempDir(), testenv.EmptyPostgres(t), fewReporters) })
	}
}

// crowd says how long it took until all had reported and confirmed.
func crowd(t testing.TB, dir, database string, people int) time.Duration {
	a, err := openTest(config.Config{DataDir: dir, DatabaseURL: database, TrustedProxies: []string{"127.0.0.0/8"}}, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	})
	town, err := a.directory.Add(context.Background(), tenant.New{Slug: "gneca", Name: i18n.Text{"sl": "Občina Gneča"}, Country: "si"})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go a.fiber().Listener(ln)                      //nolint:errcheck // ends with the test
	t.Cleanup(func() { _ = a.fiber().Shutdown() }) // the test is over
	client := &http.Client{Timeout: 2 * time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{MaxIdleConnsPerHost: people}}
	post := func(n int, path, contentType string, body []byte) (int, string) {
		r, err := http.NewRequest(http.MethodPost, "http://"+ln.Addr().String()+path, bytes.NewReader(body))
		if err != nil {
			return 0, err.Error()
		}
		r.Host = town.Host
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.%d.%d", 100+n/250, 1+n%250))
		res, err := client.Do(r)
		if err != nil {
			return 0, err.Error()
		}
		defer res.Body.Close() //nolint:errcheck // read to its end
		page, err := io.ReadAll(res.Body)
		if err != nil {
			return 0, err.Error()
		}
		return res.StatusCode, complaint(page)
	}
	bodies := make([][]byte, people)
	kind, photos := "", snapshots(t, 4)
	for n := range bodies {
		kind, bodies[n] = reportOf(t, n, photos)
	}
	report := atOnce(t, people, http.StatusOK, func(n int) (int, string) { return post(n, "/report", kind, bodies[n]) })
	tokens := confirmTokens(t, a, town)
	if len(tokens) != people {
		t.Fatalf("%d reports wait to be confirmed", len(tokens))
	}
	confirm := atOnce(t, people, http.StatusSeeOther, func(n int) (int, string) {
		return post(n, "/c/"+tokens[n]+"/confirm", "application/x-www-form-urlencoded", nil)
	})
	began := clock.System.Now()
	for {
		n, err := a.runner.RunDue(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	t.Logf("reports: %s; confirmations: %s; jobs %s", report, confirm, clock.System.Now().Sub(began).Round(time.Millisecond))
	checkCrowd(t, a, town, people)
	return report + confirm
}

// complaint is the part of a page that says what is wrong.
func complaint(page []byte) string {
	i := max(0, bytes.Index(page, []byte("g-errors")))
	return string(page[i:min(len(page), i+600)])
}

// atOnce does something for all at the same moment and says how long it took until the last one was done.
func atOnce(t testing.TB, people, want int, do func(n int) (int, string)) time.Duration {
	t.Helper()
	var all sync.WaitGroup
	start := make(chan struct{})
	for n := range people {
		all.Add(1)
		go func() {
			defer all.Done()
			<-start
			if status, page := do(n); status != want {
				t.Errorf("%d: status %d: %s", n, status, page)
			}
		}()
	}
	began := clock.System.Now()
	close(start)
	all.Wait()
	return clock.System.Now().Sub(began)
}

// snapshots are photos, far smaller than those of phones: what is tried is that many come at once, not how fast they are drawn.
func snapshots(t testing.TB, n int) [][]byte {
	t.Helper()
	out := make([][]byte, n)
	for i := range out {
		r := rand.New(rand.NewPCG(uint64(i), 1))
		img := image.NewRGBA(image.Rect(0, 0, 256, 192))
		for y := range 192 {
			for x := range 256 {
				img.SetRGBA(x, y, color.RGBA{R: uint8(x), G: uint8(y), B: uint8(r.IntN(64)), A: 255})
			}
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 85}); err != nil {
			t.Fatal(err)
		}
		out[i] = b.Bytes()
	}
	return out
}

// reportOf is the form of one person, with a photo that nobody else sends: a comment in it says whose it is.
func reportOf(t testing.TB, n int, photos [][]byte) (string, []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary("one-of-a-crowd"); err != nil {
		t.Fatal(err)
	}
	for _, f := range [][2]string{{"kind", "defect"}, {"title", fmt.Sprintf("Luč številka %d ne gori", n)}, {"body", fmt.Sprintf("Pred hišo številka %d je že tri dni temno.", n)}, {"email", fmt.Sprintf("oseba%d@person.example", n)},
		{"place", fmt.Sprintf("Glavna cesta %d", n)}, {"lat", fmt.Sprintf("%.5f", 46.2+float64(n)/1000)}, {"lng", "14.61000"}, {"near_seen", "1"}, {"files.alts.1", "Ugasnjena luč"}} {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("files", "luc.jpg")
	if err != nil {
		t.Fatal(err)
	}
	data, note := photos[n%len(photos)], fmt.Appendf(nil, "person %d", n)
	whole := append([]byte{0xff, 0xd8, 0xff, 0xfe}, binary.BigEndian.AppendUint16(nil, uint16(len(note)+2))...)
	if _, err := file.Write(append(append(whole, note...), data[2:]...)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

func confirmTokens(t testing.TB, a *app, town *tenant.Tenant) (tokens []string) {
	t.Helper()
	err := a.rows.View(a.as(context.Background(), town, "sl"), func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Raw("select confirm_token from cases where tenant_id = ? and state = 'unconfirmed' order by id", tx.ID()).Scan(ctx, &tokens)
	})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// checkCrowd asks that every report has its number, its photo and its receipt.
func checkCrowd(t testing.TB, a *app, town *tenant.Tenant, people int) {
	t.Helper()
	for what, query := range map[string]string{
		"numbers":  "select count(distinct number) from cases where tenant_id = ? and state = 'received'",
		"last":     "select coalesce(max(serial), 0) from cases where tenant_id = ?",
		"photos":   "select count(*) from attachments where tenant_id = ? and subject_kind = 'case' and rendered_at is not null",
		"receipts": "select count(*) from mails where tenant_id = ? and kind = 'cases.received'",
	} {
		var n int
		err := a.rows.View(a.as(context.Background(), town, "sl"), func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Raw(query, tx.ID()).Scan(ctx, &n)
		})
		if err != nil || n != people {
			t.Errorf("%s: %d, want %d (%v)", what, n, people, err)
		}
	}
}
