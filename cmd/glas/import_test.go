package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glas/internal/clock"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/records"
	"glas/modules/consultations"
	"glas/tenant"
)

// into is the consultation that rows are brought into.
const into = "uvoz"

// openForImport adds that consultation, in which everybody may vote.
func openForImport(t *testing.T, a *app) {
	t.Helper()
	ctx := a.as(context.Background(), a.town(t, "velenje"), "sl")
	err := a.rows.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return consultations.Add(ctx, tx, published(tx, into, consultations.Switches{Proposals: true, Comments: true, Votes: consultations.VoteRule{Kind: "support"}}))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// published is a consultation that has begun yesterday.
func published(tx *tenant.Tx, slug string, switches consultations.Switches) *consultations.Consultation {
	start, end := tx.Now().AddDate(0, 0, -1), tx.Now().AddDate(0, 0, 9)
	return &consultations.Consultation{Key: tenant.Key{ID: id.New()}, Slug: slug, Title: i18n.Text{"sl": "Posvet " + slug}, State: consultations.Published,
		StartsAt: start, EndsAt: end, PublishedAt: start, Phases: []*consultations.Phase{{ID: id.New(), StartsAt: start, EndsAt: end, Switches: switches}}}
}

func bringIn(t *testing.T, a *app, what, name, content string, mapping map[string]string, dry bool) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	rows, err := records.Read(file, mapping)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	j := importJob{app: a, what: what, rows: rows, slug: "velenje", consultation: into, dry: dry, create: true, out: &out, progress: func(int, int, string) {}}
	err = j.run(context.Background())
	return out.String(), err
}

// one reads a single row of the municipality.
func one(t *testing.T, a *app, query string, args []any, into ...any) {
	t.Helper()
	ctx := a.as(context.Background(), a.town(t, "velenje"), "sl")
	err := a.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Raw(query, append([]any{tx.ID()}, args...)...).Scan(ctx, into...)
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

const proposalsCSV = "št;naslov;besedilo;avtor;tema;glasovi;created_at\n" +
	"1;<i>Klopi</i> ob poti na grad;<p>Več <b>klopi</b><script>x</script></p>;Ana;Klopi in mize;12;22/01/2016\n" +
	"2;Drevored ob cesti;Lipe.;;Klopi in mize;3;23/01/2016\n"

func proposalColumns() map[string]string {
	return map[string]string{"id": "št", "title": "naslov", "body": "besedilo", "author": "avtor", "topic": "tema", "supports": "glasovi"}
}

const commentLines = `{"id": 3, "ancestry": "1/2", "commentable_id": 1, "body": "<p>Tudi jaz</p>", "author": {"name": "Cene"}, "created_at": "03/02/2016 10:00:00"}
{"id": 1, "ancestry": null, "commentable_id": 1, "body": "Dobro", "author": {"name": "Bor"}, "alignment": 1, "total_likes": 4, "total_dislikes": 1, "created_at": "01/02/2016 10:00:00"}
`

func TestImportBringsInWholeAndOnce(t *testing.T) {
	demoEach(t, func(t *testing.T, a *app) {
		openForImport(t, a)
		for range 2 {
			if out, err := bringIn(t, a, "proposals", "predlogi.csv", proposalsCSV, proposalColumns(), false); err != nil {
				t.Fatalf("%v %s", err, out)
			}
			out, err := bringIn(t, a, "comments", "komentarji.jsonl", commentLines, nil, false)
			if err != nil || !strings.Contains(out, "2 rows are in") {
				t.Fatalf("%v %s", err, out)
			}
		}
		before := fingerprint(t, a, a.town(t, "velenje"))
		if _, err := bringIn(t, a, "comments", "komentarji.jsonl", commentLines, nil, false); err != nil {
			t.Fatal(err)
		}
		after := fingerprint(t, a, a.town(t, "velenje"))
		for _, table := range sortedKeys(before) {
			if before[table] != after[table] {
				t.Errorf("bringing the same in again changed %s", table)
			}
		}
		var proposalID, title, body string
		var supports, said, below int64
		one(t, a, "select id, title, body, support_count, comment_count from proposals where tenant_id = ? and external_id = ?", []any{into + ":1"}, &proposalID, &title, &body, &supports, &said)
		if title != "Klopi ob poti na grad" || supports != 12 || said != 2 || strings.Contains(body, "<") || !strings.Contains(body, "klopi") {
			t.Errorf("%q: %d supports, %d comments, %q", title, supports, said, body)
		}
		one(t, a, "select reply_count from comments where tenant_id = ? and external_id = ?", []any{into + ":c1"}, &below)
		if below != 1 {
			t.Errorf("the answer to a lost comment does not stand below the one above: %d", below)
		}
		c := a.person(t, "velenje", "voter")
		if r := c.Post("/votes/proposal/"+proposalID, url.Values{"value": {"support"}}); r.Status != http.StatusSeeOther {
			t.Fatalf("the vote was not taken: %d", r.Status)
		}
		one(t, a, "select support_count from proposals where tenant_id = ? and id = ?", []any{proposalID}, &supports)
		if supports != 13 {
			t.Errorf("after one more vote there are %d", supports)
		}
	})
}

func TestImportRefusesWrongRows(t *testing.T) {
	a := demo(t, clock.NewFixed(now()))
	openForImport(t, a)
	before := fingerprint(t, a, a.town(t, "velenje"))
	const wrong = "id,title,supports,lat,lng\n7,Prvi predlog,1,,\n7,Drugi predlog,1,,\n8,,1,,\n9,Tretji predlog,veliko,,\n10,Četrti predlog,1,99,15\n"
	for _, dry := range []bool{true, false} {
		out, err := bringIn(t, a, "proposals", "predlogi.csv", wrong, nil, dry)
		for _, want := range []string{"line 3:", "line 2 too", "line 4:", "line 5:", `"veliko" is not a number`, "line 6:"} {
			if !strings.Contains(out, want) {
				t.Errorf("dry %v: %q is not said in\n%s", dry, want, out)
			}
		}
		if err == nil {
			t.Errorf("dry %v: wrong rows are no error", dry)
		}
	}
	if out, err := bringIn(t, a, "comments", "c.jsonl", `{"id": "5", "proposal": "nowhere", "body": "x"}`, nil, true); err == nil || !strings.Contains(out, "line 1:") {
		t.Errorf("%v %s", err, out)
	}
	if out, err := bringIn(t, a, "proposals", "predlogi.csv", proposalsCSV, proposalColumns(), true); err != nil || !strings.Contains(out, "2 rows can be brought in, 0 are wrong") {
		t.Errorf("%v %s", err, out)
	}
	for table, sum := range fingerprint(t, a, a.town(t, "velenje")) {
		if before[table] != sum {
			t.Errorf("a refused import changed %s", table)
		}
	}
}

// TestListsAskTheDatabaseTheSameHoweverLong counts the statements of pages with few rows and with many.
func TestListsAskTheDatabaseTheSameHoweverLong(t *testing.T) {
	a := demo(t, clock.NewFixed(now()))
	openForImport(t, a)
	link, err := a.oneTimeLink(context.Background(), a.town(t, "velenje"), "chief@person.example", "Chief", "administrator")
	if err != nil {
		t.Fatal(err)
	}
	r := a.visitor(t, "velenje").Post(link[strings.Index(link, "/sign-in"):], nil)
	cookie, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), ";")
	pages := []string{"/consultations", "/proposals", "/consultations/" + into + "/proposals", "/admin/consultations", "/admin/proposals", "/admin/answers", "/admin/moderation", "/admin/people", "/search?q=predlog"}
	few := map[string]int{}
	fill(t, a, 0, 10)
	var proposalID string
	one(t, a, "select id from proposals where tenant_id = ? and external_id = ?", []any{into + ":few0"}, &proposalID)
	pages = append(pages, "/comments/proposal/"+proposalID)
	for _, p := range pages {
		statements(t, a, a.town(t, "velenje").Host, p, cookie) // names are remembered from now on
		few[p] = statements(t, a, a.town(t, "velenje").Host, p, cookie)
	}
	fill(t, a, 10, 200)
	for _, p := range pages {
		statements(t, a, a.town(t, "velenje").Host, p, cookie)
		if many := statements(t, a, a.town(t, "velenje").Host, p, cookie); many > few[p] || many > 12 {
			t.Errorf("%s: %d statements with few rows, %d with many", p, few[p], many)
		}
	}
}

// fill adds consultations, proposals, comments on the first of those, and people.
func fill(t *testing.T, a *app, from, to int) {
	t.Helper()
	var made, said strings.Builder
	made.WriteString("id,title,body\n")
	for i := from; i < to; i++ {
		fmt.Fprintf(&made, "few%d,Predlog številka %d,Besedilo predloga.\n", i, i)
		fmt.Fprintf(&said, `{"id": "s%d", "proposal": "few0", "body": "Mnenje %d", "author": "Ana"}`+"\n", i, i)
	}
	if out, err := bringIn(t, a, "proposals", "p.csv", made.String(), nil, false); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if out, err := bringIn(t, a, "comments", "c.jsonl", said.String(), nil, false); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	ctx := a.as(context.Background(), a.town(t, "velenje"), "sl")
	err := a.rows.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		for i := from; i < to; i++ {
			if _, err := a.parts.accounts.Ensure(ctx, tx, fmt.Sprintf("p%d@person.example", i), fmt.Sprintf("Oseba %d", i)); err != nil {
				return err
			}
			c := published(tx, fmt.Sprintf("posvet-%d", i), consultations.Switches{Proposals: true})
			if err := consultations.Add(ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
