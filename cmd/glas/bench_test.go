package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/valyala/fasthttp"

	"glas/internal/db"
	"glas/internal/testenv"
	"glas/modules/proposals"
	"glas/tenant"
)

// measured is one line of the table.
type measured struct {
	what, value, limit string
	held               bool
}

// limits collects what was measured.
type limits struct{ lines []measured }

func (l *limits) least(what string, ratio, limit, ours, bare float64) {
	l.lines = append(l.lines, measured{what, fmt.Sprintf("%.2f (%.0f/s beside %.0f/s)", ratio, ours, bare), fmt.Sprintf("at least %.2f", limit), ratio >= limit})
}

func (l *limits) most(what, unit string, value, limit float64) {
	l.lines = append(l.lines, measured{what, fmt.Sprintf("%.4g%s", value, unit), fmt.Sprintf("at most %g%s", limit, unit), value <= limit})
}

// print writes the table and fails the benchmark when a limit was missed.
func (l *limits) print(b *testing.B) {
	b.Helper()
	var buf bytes.Buffer
	t := tabwriter.NewWriter(&buf, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nwhat\tmeasured\tlimit\t")
	missed := 0
	for _, m := range l.lines {
		word := "held"
		if !m.held {
			word = "MISSED"
			missed++
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", m.what, m.value, m.limit, word)
	}
	if err := t.Flush(); err != nil {
		b.Fatal(err)
	}
	fmt.Println(buf.String())
	if missed > 0 {
		b.Fatalf("%d limits are missed", missed)
	}
}

// databaseName is the name of the database that a line of the table is about.
func databaseName(pg bool) string {
	if pg {
		return "PostgreSQL"
	}
	return "SQLite"
}

// crowd has many people report something with a photo at the same moment and confirm it.
func (l *limits) crowd(b *testing.B, pg bool) {
	dir := b.TempDir()
	l.most(fmt.Sprintf("%d reports with photos at once sent and confirmed, %s", reporters, databaseName(pg)), " s", crowd(b, dir, newDatabase(b, dir, pg), reporters).Seconds(), 30)
}

// newDatabase is the address of an empty database; one of SQLite lies in dir.
func newDatabase(b *testing.B, dir string, pg bool) string {
	b.Helper()
	if pg {
		return testenv.EmptyPostgres(b)
	}
	return "sqlite:" + filepath.Join(dir, "glas.db")
}

// BenchmarkLimits measures the whole program beside bare handlers of the same framework, in the same run, on loopback connections
// that are kept open, and prints every figure with its limit. GLAS_TEST_BENCH_DATA is a folder with an export to bring in.
func BenchmarkLimits(b *testing.B) {
	var l limits
	w := newBenchWorld(b, false)
	list := "/consultations/" + benchSlug + "/proposals"
	b.Run("sqlite", func(b *testing.B) {
		l.most("import, SQLite", " s", w.imported.Seconds(), 60)
		work, stop := context.WithCancel(context.Background())
		defer stop()
		go w.runner.Run(work)
		people := w.sessionsOf(b, 320)
		l.pages(b, w, list, people)
		l.threads(b, w)
		l.votes(b, w, people)
		l.book(b, w)
		l.crowd(b, false)
		l.cases(b, false)
	})
	if err := w.close(); err != nil {
		b.Fatal(err)
	}
	b.Run("process", func(b *testing.B) { l.process(b, w, list) })
	if testenv.HasPostgres() {
		b.Run("postgres", func(b *testing.B) {
			w := newBenchWorld(b, true)
			l.most("import, PostgreSQL", " s", w.imported.Seconds(), 60)
			work, stop := context.WithCancel(context.Background())
			defer stop()
			go w.runner.Run(work)
			l.votes(b, w, w.sessionsOf(b, 320))
			l.book(b, w)
			l.crowd(b, true)
			l.cases(b, true)
		})
	}
	l.print(b)
}

// nobody is a session that does not exist: the page is that of a visitor, but the cache of pages does not serve people with sessions,
// so that it is rendered each time, after a look for the session.
const nobody = "glas=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// pages compares the list page: from the cache, rendered, and for somebody who is signed in.
func (l *limits) pages(b *testing.B, w *benchWorld, list string, people []string) {
	ours := listenOn(b, w.fiber(), w.town.Host)
	var res fasthttp.Response
	for range 2 {
		if err := ours.do(ask{path: list}, &res); err != nil || res.StatusCode() != 200 {
			b.Fatalf("%s: %d, %v", list, res.StatusCode(), err)
		}
	}
	if rows := bytes.Count(ours.get(b, ask{path: list, plain: true}), []byte(`class="g-row`)); rows < proposals.PageSize {
		b.Fatalf("%s shows %d rows", list, rows)
	}
	packed := bare(b, w, bytes.Clone(res.Body()), string(res.Header.Peek("Content-Encoding")))
	plain := bare(b, w, ours.get(b, ask{path: list, plain: true}), "")
	bytesOf := same(ask{path: "/bytes"})
	ratio, one, two := compare(b, side{packed, bytesOf}, side{ours, same(ask{path: list})})
	l.least(fmt.Sprintf("cached list page, compressed (%d kB) / same bytes from memory", len(res.Body())>>10), ratio, 0.5, two, one)
	ratio, one, two = compare(b, side{plain, bytesOf}, side{ours, same(ask{path: list, plain: true})})
	l.least("cached list page, not compressed / same bytes from memory", ratio, 0.5, two, one)
	rows := side{plain, same(ask{path: "/rows"})}
	ratio, one, two = compare(b, rows, side{ours, same(ask{path: list, cookie: nobody})})
	l.least("rendered list page, SQLite / the same 40 rows as JSON", ratio, 0.25, two, one)
	ratio, one, two = compare(b, rows, side{ours, same(ask{path: list, cookie: people[0]})})
	l.least("signed-in list page, SQLite / the same 40 rows as JSON", ratio, 0.2, two, one)
	// Somebody else, because a session that was just asked for is remembered for two seconds.
	l.most("statements of the signed-in list page", "", float64(statements(b, w.app, w.town.Host, list, people[1])), 6)
}

// statements counts what a page asks the database.
func statements(t testing.TB, a *app, host, path, cookie string) int {
	t.Helper()
	ctx, counter := db.Counting(context.Background())
	r := httptest.NewRequest(http.MethodGet, "http://"+host+path, nil)
	r.Header.Set("Cookie", cookie)
	status := a.under(ctx, r)
	if status != 200 {
		t.Fatalf("%s: %d", path, status)
	}
	return counter.N()
}

// under answers a request whose work happens under ctx.
func (a *app) under(ctx context.Context, r *http.Request) int {
	var fctx fasthttp.RequestCtx
	fctx.Request.Header.SetMethod(r.Method)
	fctx.Request.SetRequestURI(r.URL.RequestURI())
	fctx.Request.Header.SetHost(r.Host)
	fctx.Request.Header.Set("Cookie", r.Header.Get("Cookie"))
	fctx.SetUserValue("__local_user_context__", ctx)
	a.fiber().Handler()(&fctx)
	return fctx.Response.StatusCode()
}

// threads compares the first page of a long thread with that of a short one, rendered each time.
func (l *limits) threads(b *testing.B, w *benchWorld) {
	ours := listenOn(b, w.fiber(), w.town.Host)
	ratio, short, long := compare(b, side{ours, same(ask{path: w.short, cookie: nobody})}, side{ours, same(ask{path: w.long, cookie: nobody})})
	l.lines = append(l.lines, measured{"first page of a thread with 10,000 comments / with 100", fmt.Sprintf("%.2f times as long (%.0f/s beside %.0f/s)", 1/ratio, long, short),
		"at most 1.3 times", 1/ratio <= 1.3})
}

// votes compares votes by 32 clients through the whole program with bare inserts.
func (l *limits) votes(b *testing.B, w *benchWorld, people []string) {
	name := databaseName(w.db.PG)
	ours, other := listenOn(b, w.fiber(), w.town.Host), bare(b, w, nil, "")
	ballots := w.ballots(b)
	each := len(people) / benchClients
	var cast [benchClients]int
	vote := func(client, _ int) ask {
		n := cast[client]
		cast[client]++
		// Every vote is a new one: another person each time, and another proposal when all of a client's people have voted on it.
		return ask{method: "POST", path: ballots[(n/each*7+client*331)%len(ballots)], body: "value=support", cookie: people[client*each+n%each], fragment: true}
	}
	insert := func(client, n int) ask {
		return ask{method: "POST", path: "/insert?subject=s" + strconv.Itoa(n%20) + "&voter=v" + strconv.Itoa(client)}
	}
	before := w.counted(b)
	ratio, one, two := compare(b, side{other, insert}, side{ours, vote})
	l.least("vote through the whole program, 32 clients, "+name+" / bare insert", ratio, 0.4, two, one)
	sent := 0
	for _, n := range cast {
		sent += n
	}
	if after := w.counted(b); after[0]-before[0] != int64(sent) || after[1]-before[1] != int64(sent) || after[2]-before[2] != int64(sent) {
		b.Fatalf("%d votes were sent; rows, trail and counters grew from %v to %v", sent, before, after)
	}
}

// counted is how many votes there are, how many steps of their trail, and what the proposals' own counters say.
func (w *benchWorld) counted(b *testing.B) (n [3]int64) {
	b.Helper()
	err := w.rows.View(w.as(context.Background(), w.town, "sl"), func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Raw(`select (select count(*) from votes where tenant_id = ?), (select count(*) from vote_changes where tenant_id = ?),
			(select sum(support_count) from proposals where tenant_id = ?)`, tx.ID(), tx.ID(), tx.ID()).Scan(ctx, &n[0], &n[1], &n[2])
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// process measures the built program as a process of its own, with the import in place: how long until the first page, and its
// memory while many read.
func (l *limits) process(b *testing.B, w *benchWorld, list string) {
	binary := filepath.Join(b.TempDir(), "glas")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	var starts []float64
	for range 3 {
		stop, _, took := startProgram(b, w, binary, list)
		starts = append(starts, took.Seconds())
		stop()
	}
	l.most("start to first page with the import in place", " s", median(starts), 1)
	stop, on, _ := startProgram(b, w, binary, list)
	defer stop()
	peak := 0.0
	pages := []ask{{path: list}, {path: list, cookie: nobody}, {path: list + "?sort=supported"}, {path: w.long, cookie: nobody}, {path: "/"}, {path: "/consultations/" + benchSlug},
		{path: "/search?q=park"}, {path: "/proposals?sort=trending", cookie: nobody}}
	for range 10 {
		on.rate(b, time.Second, func(client, n int) ask {
			if n%3 == 0 { // pages that are not in the cache yet
				return ask{path: fmt.Sprintf("%s?sort=newest&x=%d-%d", list, client, n%200)}
			}
			return pages[(client+n)%len(pages)]
		})
		peak = max(peak, resident(b, on.pid))
	}
	l.most("resident memory while 32 clients read", " MB", peak, 150)
}

// program is the built program while it runs.
type program struct {
	*target
	pid int
}

// startProgram starts the built program and waits for its first page.
func startProgram(b *testing.B, w *benchWorld, binary, page string) (stop func(), on program, took time.Duration) {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		b.Fatal(err)
	}
	c := exec.Command(binary)
	c.Env = append(w.environ(address), "PATH="+os.Getenv("PATH"))
	start := time.Now()
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	on = program{dial(address, w.town.Host), c.Process.Pid}
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	var res fasthttp.Response
	for on.do(ask{path: page}, &res) != nil || res.StatusCode() != 200 {
		if time.Since(start) > 20*time.Second {
			b.Fatalf("the program does not answer: %d %.300s", res.StatusCode(), res.Body())
		}
		<-again.C
	}
	took = time.Since(start)
	return func() { _ = c.Process.Signal(os.Interrupt); _ = c.Wait() }, on, took
}

// resident is the memory of a process in megabytes (VmRSS of proc(5)).
func resident(b *testing.B, pid int) float64 {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("no /proc on this system")
	}
	for line := range strings.SplitSeq(string(raw), "\n") {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmRSS:" {
			n, err := strconv.ParseFloat(f[1], 64)
			if err != nil {
				b.Fatal(err)
			}
			return n / 1024
		}
	}
	b.Fatal("no VmRSS")
	return 0
}
