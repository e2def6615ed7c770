package main

import (
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/uptrace/bun"
	"github.com/valyala/fasthttp"

	"glas/internal/db"
	"glas/internal/id"
	"glas/modules/proposals"
)

const (
	benchClients = 32
	benchRounds  = 7
	benchRound   = 500 * time.Millisecond
)

// target is a server on the loopback that requests are sent to, by clients that keep their connections.
type target struct {
	host   string
	client *fasthttp.HostClient
}

// listenOn serves app on a free port of the loopback until the benchmark ends.
func listenOn(b *testing.B, app *fiber.App, host string) *target {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }() // ends with the shutdown below
	b.Cleanup(func() { _ = app.ShutdownWithTimeout(5 * time.Second) })
	return dial(listener.Addr().String(), host)
}

func dial(address, host string) *target {
	return &target{host: host, client: &fasthttp.HostClient{Addr: address, MaxConns: 2 * benchClients, ReadTimeout: time.Minute, WriteTimeout: time.Minute}}
}

// ask describes one request. Path is needed; everything else may be empty.
type ask struct {
	method, path, body, cookie string
	fragment                   bool
	plain                      bool // without compression
}

// do sends a request and gives status, body and the cookie that was set.
func (t *target) do(a ask, into *fasthttp.Response) error {
	r := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(r)
	r.SetRequestURI("http://" + t.host + a.path)
	r.Header.SetHost(t.host)
	if a.method != "" {
		r.Header.SetMethod(a.method)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.SetContentType("application/x-www-form-urlencoded")
		r.SetBodyString(a.body)
	}
	if a.cookie != "" {
		r.Header.Set("Cookie", a.cookie)
	}
	if a.fragment {
		r.Header.Set("HX-Request", "true")
	}
	if !a.plain {
		r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	}
	return t.client.Do(r, into)
}

// get is one answer, which must be a good one.
func (t *target) get(b *testing.B, a ask) []byte {
	b.Helper()
	var res fasthttp.Response
	if err := t.do(a, &res); err != nil || res.StatusCode() != fiber.StatusOK {
		b.Fatalf("%s%s: %d, %v: %.300s", t.host, a.path, res.StatusCode(), err, res.Body())
	}
	return slices.Clone(res.Body())
}

// rate is how many requests a second the clients get answered in a while. next makes the n-th request of a client.
func (t *target) rate(b *testing.B, while time.Duration, next func(client, n int) ask) float64 {
	b.Helper()
	var answered atomic.Int64
	var failed atomic.Pointer[string]
	var wg sync.WaitGroup
	start := time.Now()
	for client := range benchClients {
		wg.Go(func() {
			var res fasthttp.Response
			for n := 0; time.Since(start) < while && failed.Load() == nil; n++ {
				a := next(client, n)
				if err := t.do(a, &res); err != nil || res.StatusCode() != fiber.StatusOK {
					why := fmt.Sprintf("%s%s: %d, %v: %.300s", t.host, a.path, res.StatusCode(), err, res.Body())
					failed.Store(&why)
					return
				}
				answered.Add(1)
			}
		})
	}
	wg.Wait()
	if why := failed.Load(); why != nil {
		b.Fatal(*why)
	}
	return float64(answered.Load()) / time.Since(start).Seconds()
}

// same sends one request over and over.
func same(a ask) func(int, int) ask { return func(int, int) ask { return a } }

// side is one of two that are compared.
type side struct {
	on   *target
	next func(client, n int) ask
}

// compare measures two sides in turns, so that both meet the same weather, and gives the median of the ratios of the second to the
// first and the median rates.
func compare(b *testing.B, first, second side) (ratio, one, two float64) {
	b.Helper()
	first.on.rate(b, benchRound/4, first.next)
	second.on.rate(b, benchRound/4, second.next)
	var ratios, ones, twos []float64
	for range benchRounds {
		x, y := first.on.rate(b, benchRound, first.next), second.on.rate(b, benchRound, second.next)
		ratios, ones, twos = append(ratios, y/x), append(ones, x), append(twos, y)
	}
	return median(ratios), median(ones), median(twos)
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// bareVote is the row of the bare insert.
type bareVote struct {
	ID        string `bun:",pk"`
	SubjectID string
	VoterID   string
	Value     string
	CastAt    time.Time
}

// listedColumns are what a list of proposals shows.
func listedColumns() []string {
	return []string{"tenant_id", "id", "number", "slug", "consultation_id", "state", "title", "excerpt", "lang", "topic_id", "area_id", "place", "lat", "lng",
		"author_id", "author_name", "author_kind", "organisation_id", "official", "answer", "answer_state", "support_count", "against_count",
		"abstain_count", "rating_count", "rating_sum", "association_count", "comment_count", "popular", "trend", "shuffle", "published_at",
		"created_at", "updated_at", "merged_into"}
}

// bare is what everything is measured by: the same framework without any of the program. /bytes sends page from memory, /rows
// selects the forty newest proposals of a consultation through bun and writes them as JSON, /insert inserts one row through bun and
// commits it. The rows are those of the program's own database, the inserts go to a database of their own with the same settings.
func bare(b *testing.B, w *benchWorld, page []byte, encoding string) *target {
	b.Helper()
	rows, inserts := w.openBare(b, w.url), w.openBare(b, w.bareURL)
	ctx := db.System(b.Context(), "benchmark")
	_, err := inserts.Write.ExecContext(ctx, `create table if not exists bare_votes (id text primary key, subject_id text not null, voter_id text not null,
		value text not null, cast_at timestamp not null)`)
	if err != nil {
		b.Fatal(err)
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/bytes", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		if encoding != "" {
			c.Set(fiber.HeaderContentEncoding, encoding)
		}
		return c.Send(page)
	})
	app.Get("/rows", func(c *fiber.Ctx) error {
		var list []*proposals.Proposal
		err := w.selectBare(ctx, rows, func(idb bun.IDB) error {
			return idb.NewSelect().Model(&list).Column(listedColumns()...).Where("proposal.tenant_id = ?", w.town.ID).Where("proposal.state = 'published'").
				Where("proposal.consultation_id = ?", w.consultation.ID).OrderExpr("proposal.published_at desc, proposal.id desc").Limit(proposals.PageSize).Scan(ctx)
		})
		if err != nil {
			return err
		}
		body, err := json.Marshal(list)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return c.Send(body)
	})
	app.Post("/insert", func(c *fiber.Ctx) error {
		row := &bareVote{ID: id.New(), SubjectID: c.Query("subject"), VoterID: c.Query("voter"), Value: "support", CastAt: time.Now()}
		if _, err := inserts.Write.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
		return c.SendString("ok")
	})
	return listenOn(b, app, "bare.localhost")
}
