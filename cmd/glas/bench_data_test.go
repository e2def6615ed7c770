package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"glas/config"
	"glas/internal/clock"
	"glas/internal/db"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/records"
	"glas/internal/subject"
	"glas/internal/testenv"
	"glas/internal/web/webtest"
	"glas/modules/consultations"
	"glas/tenant"
)

const (
	benchSlug      = "barcelona"
	benchProposals = 10_860
	benchComments  = 18_192
	longThread     = 10_000
	shortThread    = 100
	deepest        = 12
)

// benchWorld is the program on one database with a consultation of the size that the limits are about.
type benchWorld struct {
	*app
	cfg          config.Config
	url, bareURL string
	town         *tenant.Tenant
	consultation *consultations.Consultation
	// imported is how long bringing the data in took.
	imported time.Duration
	// long and short are the pages of threads with ten thousand and with a hundred comments.
	long, short string
}

// newBenchWorld seeds the demo municipalities, brings the data in by the command that an operator would use, and opens the program.
func newBenchWorld(b *testing.B, pg bool) *benchWorld {
	b.Helper()
	dir := b.TempDir()
	w := &benchWorld{url: "sqlite:" + filepath.Join(dir, "glas.db"), bareURL: "sqlite:" + filepath.Join(dir, "bare.db")}
	if pg {
		w.url, w.bareURL = testenv.EmptyPostgres(b), testenv.EmptyPostgres(b)
	}
	w.cfg = config.Config{DataDir: dir, DatabaseURL: w.url, TrustedProxies: []string{"0.0.0.0"}}
	ctx := context.Background()
	w.open(b)
	if err := w.seedDemo(ctx, io.Discard, true); err != nil {
		b.Fatal(err)
	}
	w.town = w.app.town(b, "velenje")
	w.addConsultation(b)
	if err := w.close(); err != nil {
		b.Fatal(err)
	}
	data := dataFiles(b)
	start := time.Now()
	w.bring(b, "proposals", data.proposals)
	w.bring(b, "comments", data.comments)
	w.imported = time.Since(start)
	w.bring(b, "comments", data.threads)
	w.open(b)
	w.check(b, data)
	return w
}

func (w *benchWorld) open(b *testing.B) {
	b.Helper()
	a, err := openTest(w.cfg, clock.System)
	if err != nil {
		b.Fatal(err)
	}
	w.app = a
	b.Cleanup(func() { _ = a.close() })
}

func (w *benchWorld) openBare(b *testing.B, url string) *db.DB {
	b.Helper()
	d, err := db.Open(context.Background(), url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	return d
}

// selectBare runs a query on the rows of the municipality: on PostgreSQL row level security has to be told whose they are.
func (w *benchWorld) selectBare(ctx context.Context, d *db.DB, fn func(idb bun.IDB) error) error {
	if !d.PG {
		return fn(d.Read)
	}
	return d.Look(ctx, w.town.ID, func(_ context.Context, idb bun.IDB) error { return fn(idb) })
}

// environ is the environment of the program as its own process.
func (w *benchWorld) environ(listen string) []string {
	return []string{"GLAS_DATA_DIR=" + w.cfg.DataDir, "GLAS_DATABASE_URL=" + w.url, "GLAS_SECRET_FILE=" + filepath.Join(w.cfg.DataDir, "secret"), "GLAS_LISTEN=" + listen, "GLAS_LOG_LEVEL=error"}
}

// bring runs the command that imports.
func (w *benchWorld) bring(b *testing.B, what, file string) {
	b.Helper()
	var out, errOut bytes.Buffer
	args := []string{"import", what, "--tenant", "velenje", "--consultation", benchSlug}
	if what == "proposals" {
		args = append(args, "--create")
	}
	if err := run(context.Background(), append(args, file), w.environ(":0"), &out, &errOut); err != nil {
		b.Fatalf("import %s: %v\n%s\n%s", what, err, out.String(), errOut.String())
	}
	slog.SetDefault(slog.New(slog.DiscardHandler))
}

func (w *benchWorld) addConsultation(b *testing.B) {
	b.Helper()
	text := func(s string) i18n.Text { return i18n.Text{"sl": s, "en": s} }
	now := time.Now()
	w.consultation = &consultations.Consultation{Key: tenant.Key{ID: id.New()}, Slug: benchSlug, Title: text("Pla d'actuació"), Summary: text("Merjenje"), State: consultations.Published,
		StartsAt: now.AddDate(0, 0, -10), EndsAt: now.AddDate(0, 0, 20), PublishedAt: now.AddDate(0, 0, -12),
		Phases: []*consultations.Phase{{ID: id.New(), Title: text("Predlogi"), StartsAt: now.AddDate(0, 0, -10), EndsAt: now.AddDate(0, 0, 20),
			Switches: consultations.Switches{Proposals: true, Comments: true, Stance: true, Sort: "newest", Votes: consultations.VoteRule{Kind: "support"}}}}}
	err := w.rows.Update(w.as(context.Background(), w.town, "sl"), func(ctx context.Context, tx *tenant.Tx) error {
		return consultations.Add(ctx, tx, w.consultation)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// data is what is brought in, and what must be there afterwards.
type data struct {
	proposals, comments, threads       string
	supports, likes, dislikes          int64
	perProposal                        map[string]int64
	proposalCount, commentCount        int
	longProposal, shortProposal, named string
}

// dataFiles are the files of the folder in GLAS_TEST_BENCH_DATA (proposals.jsonl.gz and comments.jsonl.gz), or else generated ones
// of the same size, always the same, with threads as deep. The two long threads are generated in both cases.
func dataFiles(b *testing.B) data {
	b.Helper()
	dir := b.TempDir()
	d := data{named: "generated data", perProposal: map[string]int64{}, threads: filepath.Join(dir, "threads.jsonl")}
	if given := os.Getenv("GLAS_TEST_BENCH_DATA"); given != "" {
		d.proposals, d.comments, d.named = filepath.Join(given, "proposals.jsonl.gz"), filepath.Join(given, "comments.jsonl.gz"), given
	} else {
		d.proposals, d.comments = filepath.Join(dir, "proposals.jsonl"), filepath.Join(dir, "comments.jsonl")
		generate(b, d.proposals, d.comments)
	}
	d.count(b)
	r := rand.New(rand.NewPCG(3, 4))
	writeLines(b, d.threads, func(line func(map[string]any)) {
		discussion(r, "long", d.longProposal, longThread, line)
		discussion(r, "short", d.shortProposal, shortThread, line)
	})
	d.perProposal[d.longProposal], d.perProposal[d.shortProposal] = longThread, shortThread
	return d
}

// count reads from the files themselves what must come out, and finds two proposals that nobody spoke about yet.
func (d *data) count(b *testing.B) {
	b.Helper()
	said, err := records.Read(d.comments, nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range said {
		d.perProposal[r.First("proposal", "commentable_id")]++
		d.likes += mustNumber(b, r, "up", "total_likes")
		d.dislikes += mustNumber(b, r, "down", "total_dislikes")
	}
	made, err := records.Read(d.proposals, nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range made {
		d.supports += mustNumber(b, r, "supports", "total_votes")
		switch one := r.First("id"); {
		case d.perProposal[one] > 0:
		case d.longProposal == "":
			d.longProposal = one
		case d.shortProposal == "":
			d.shortProposal = one
		}
	}
	d.proposalCount, d.commentCount = len(made), len(said)
}

func mustNumber(b *testing.B, r records.Row, names ...string) int64 {
	b.Helper()
	n, err := r.Number(names...)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// check compares what is in the database with the files: every total, and every proposal's own number of comments.
func (w *benchWorld) check(b *testing.B, d data) {
	b.Helper()
	ctx := w.as(context.Background(), w.town, "sl")
	var perProposal []struct {
		ID, ExternalID string
		N              int64
	}
	var made, supports, said, up, down, wrong int64
	err := w.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		err := tx.Raw("select count(*), sum(support_count) from proposals where tenant_id = ? and consultation_id = ?", tx.ID(), w.consultation.ID).Scan(ctx, &made, &supports)
		if err != nil {
			return err
		}
		err = tx.Raw("select count(*), sum(up), sum(down) from comments where tenant_id = ? and consultation_id = ?", tx.ID(), w.consultation.ID).Scan(ctx, &said, &up, &down)
		if err != nil {
			return err
		}
		return tx.Raw("select id, external_id, comment_count as n from proposals where tenant_id = ? and consultation_id = ?", tx.ID(), w.consultation.ID).Scan(ctx, &perProposal)
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range perProposal {
		raw := strings.TrimPrefix(p.ExternalID, benchSlug+":")
		if d.perProposal[raw] != p.N {
			wrong++
		}
		path := "/comments/proposal/" + p.ID
		switch raw {
		case d.longProposal:
			w.long = path
		case d.shortProposal:
			w.short = path
		}
	}
	extra := int64(longThread + shortThread)
	if made != int64(d.proposalCount) || said != int64(d.commentCount)+extra || supports != d.supports || up != d.likes || down != d.dislikes || wrong > 0 {
		b.Fatalf("came in: %d proposals, %d comments, %d supports, %d likes, %d dislikes, %d proposals with another number of comments; in the files: %+v",
			made, said, supports, up, down, wrong, d)
	}
}

// ballots are the votes that can be cast: the addresses of all proposals of the consultation.
func (w *benchWorld) ballots(b *testing.B) []string {
	b.Helper()
	var ids []string
	err := w.rows.View(w.as(context.Background(), w.town, "sl"), func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Raw("select id from proposals where tenant_id = ? and consultation_id = ? order by id", tx.ID(), w.consultation.ID).Scan(ctx, &ids)
	})
	if err != nil {
		b.Fatal(err)
	}
	for i, one := range ids {
		ids[i] = "/votes/" + subject.Ref{Kind: "proposal", ID: one}.Kind + "/" + one
	}
	return ids
}

// sessionsOf signs n people in and gives their cookies.
func (w *benchWorld) sessionsOf(b *testing.B, n int) []string {
	b.Helper()
	out := make([]string, n)
	for i := range out {
		// Each from an address of his own, because signing in is limited by address.
		out[i] = w.signIn(b, fmt.Sprintf("voter%d@person.example", i), fmt.Sprintf("Voter %d", i), fmt.Sprintf("10.0.%d.%d", i/200, 1+i%200))
	}
	return out
}

// signIn is the cookie of somebody who has just signed in.
func (w *benchWorld) signIn(b *testing.B, email, name, address string, roles ...string) string {
	b.Helper()
	link, err := w.oneTimeLink(context.Background(), w.town, email, name, roles...)
	if err != nil {
		b.Fatal(err)
	}
	c := &webtest.Client{T: b, App: w.fiber(), Host: w.town.Host}
	r := c.Post(link[strings.Index(link, "/sign-in"):], nil, "X-Forwarded-For", address)
	for _, cookie := range (&http.Response{Header: r.Header}).Cookies() {
		if cookie.Name == "glas" {
			return "glas=" + cookie.Value
		}
	}
	b.Fatalf("nobody was signed in: %d %s", r.Status, r.Body)
	return ""
}

func writeLines(b *testing.B, path string, fill func(line func(map[string]any))) {
	b.Helper()
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	fill(func(row map[string]any) {
		if err := e.Encode(row); err != nil {
			b.Fatal(err)
		}
	})
	if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
}

const benchWords = "cesta park otrok občina promet kolo avtobus voda zrak hrup drevo klop luč varno mesto šola igrišče pločnik tržnica knjižnica soseska dostop križišče prehod zelenje čiščenje"

func prose(r *rand.Rand, n int) string {
	words := strings.Fields(benchWords)
	out := make([]string, n)
	for i := range out {
		out[i] = words[r.IntN(len(words))]
	}
	return strings.Join(out, " ")
}

// generate writes a consultation of the usual size: most proposals with few comments, a few with many, chains down to the deepest.
func generate(b *testing.B, proposalFile, commentFile string) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	writeLines(b, proposalFile, func(line func(map[string]any)) {
		for i := range benchProposals {
			line(map[string]any{"id": i + 1, "title": fmt.Sprintf("Predlog %d: %s", i+1, prose(r, 6)), "body": "<p>" + prose(r, 60) + "</p>", "author": fmt.Sprintf("Oseba %d", r.IntN(4000)),
				"topic": fmt.Sprintf("Tema %d", r.IntN(5)), "area": fmt.Sprintf("Okraj %d", r.IntN(10)), "created_at": moment(i * 3), "supports": r.IntN(31)})
		}
	})
	writeLines(b, commentFile, func(line func(map[string]any)) {
		for left, n := benchComments, 0; left > 0; n++ {
			size := min(left, 1+int(12*r.ExpFloat64()*r.Float64()))
			discussion(r, fmt.Sprintf("g%d-", n), fmt.Sprint(3+r.IntN(benchProposals-2)), size, line)
			left -= size
		}
	})
}

func moment(minutes int) string {
	return time.Date(2016, 1, 22, 8, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339)
}

// discussion writes the comments on one proposal: six of ten at the top, the others as answers to one before them.
func discussion(r *rand.Rand, prefix, proposal string, n int, line func(map[string]any)) {
	depth := make([]int, n)
	for i := range n {
		row := map[string]any{"id": fmt.Sprintf("%s%d", prefix, i), "proposal": proposal, "body": "<p>" + prose(r, 20+r.IntN(30)) + "</p>",
			"author": fmt.Sprintf("Oseba %d", r.IntN(4000)), "stance": fmt.Sprint(r.IntN(3) - 1), "created_at": moment(40_000 + i)}
		if !strings.HasPrefix(prefix, "long") && !strings.HasPrefix(prefix, "short") {
			row["up"], row["down"] = r.IntN(3), r.IntN(2)
		}
		if i > 0 && r.IntN(10) >= 6 {
			above := max(0, i-1-r.IntN(3))
			if depth[above] < deepest-1 {
				depth[i] = depth[above] + 1
				row["parent"] = fmt.Sprintf("%s%d", prefix, above)
			}
		}
		line(row)
	}
}
