package comments_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/comments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// street is a host whose only subject can be talked about.
type street struct {
	thread  comments.Thread
	counted map[string]int
}

func (s *street) Thread(ctx context.Context, tx *tenant.Tx, subjectID string) (comments.Thread, error) {
	if subjectID != s.thread.Ref.ID || tx.Tenant().Slug != "kamnik" {
		return comments.Thread{}, fault.NotFound("common.error.not_found")
	}
	t := s.thread
	if t.Post.Reason.ID == "" {
		t.Post = authz.Can(ctx, "comment.post", authz.Resource{})
	}
	t.Vote, t.Official = authz.Can(ctx, "comment.vote", authz.Resource{}), authz.Can(ctx, "comment.official", authz.Resource{}).Allowed
	return t, nil
}

func (s *street) Commented(_ context.Context, _ *tenant.Tx, subjectID string, delta int) error {
	s.counted[subjectID] += delta
	return nil
}

// gate lets everything wait while it is shut.
type gate struct {
	shut    bool
	waiting []subject.Ref
}

func (g *gate) Wait(context.Context, *tenant.Tx, authz.Actor, string) (bool, error) {
	return g.shut, nil
}

func (g *gate) Waiting(_ context.Context, _ *tenant.Tx, ref subject.Ref, _ string) error {
	g.waiting = append(g.waiting, ref)
	return nil
}

type ballots struct{ mine map[string]int }

func (b *ballots) Mine(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]int, error) {
	var n int // a real one asks the database once
	return b.mine, tx.Raw("select 1").Scan(ctx, &n)
}

// talk is a municipality with one street, in which Ana and Bor talk and Eva works for the municipality.
type talk struct {
	*tenanttest.World
	m             *comments.Module
	host          *street
	gate          *gate
	ballots       *ballots
	ref           subject.Ref
	ana, bor, eva context.Context
	anaID         string
}

func each(t *testing.T, fn func(t *testing.T, k *talk)) {
	t.Helper()
	subscriptions := comments.New(comments.Deps{}).Subscriptions()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, start(w)) }, subscriptions)
}

func start(w *tenanttest.World) *talk {
	k := &talk{World: w, ref: subject.Ref{Kind: "street", ID: id.New()}, gate: &gate{}, ballots: &ballots{mine: map[string]int{}}, anaID: id.New()}
	k.host = &street{counted: map[string]int{}, thread: comments.Thread{Ref: k.ref, Title: "Glavna ulica", Path: "/streets/1", Visible: true, Scope: "s",
		Stance: true, Moderation: "none"}}
	k.m = comments.New(comments.Deps{DB: w.DB, Hosts: map[string]comments.Host{"street": k.host}, Gate: k.gate, Ballots: k.ballots,
		Hints: func(_, text string) []string {
			if strings.Contains(text, "osel") {
				return []string{"osel"}
			}
			return nil
		}})
	k.ana, k.bor = w.Citizen(w.A, k.anaID, "Ana"), w.Citizen(w.A, id.New(), "Bor")
	k.eva = w.Staff(w.A, id.New(), "Eva", "moderator", "officer")
	return k
}

// say posts and fails the test on a refusal. The clock goes on by a second, so that nothing ties by chance.
func (k *talk) say(ctx context.Context, parent, body string) *comments.Comment {
	k.T.Helper()
	return k.post(ctx, comments.Draft{ParentID: parent, Body: body})
}

func (k *talk) post(ctx context.Context, d comments.Draft) *comments.Comment {
	k.T.Helper()
	k.Clock.Add(time.Second)
	c, err := k.m.Post(ctx, k.ref, d)
	if err != nil {
		k.T.Fatalf("post %q: %v", d.Body, err)
	}
	return c
}

// row reads a comment behind the doors.
func (k *talk) row(commentID string) *comments.Comment {
	k.T.Helper()
	c := new(comments.Comment)
	k.View(k.Visitor(k.A), func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Select(c).Where("?TableAlias.id = ?", commentID).Scan(ctx)
	})
	return c
}

func (k *talk) total() int64 {
	k.T.Helper()
	var n int64
	k.View(k.Visitor(k.A), func(ctx context.Context, tx *tenant.Tx) error {
		all, err := k.m.Counts(ctx, tx, []subject.Ref{k.ref})
		n = all[k.ref].Total
		return err
	})
	return n
}

// page renders the section as a host's page has it.
func (k *talk) page(ctx context.Context, address string) *goquery.Document {
	k.T.Helper()
	values, err := url.ParseQuery(address)
	if err != nil {
		k.T.Fatal(err)
	}
	var b strings.Builder
	k.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		t, err := k.host.Thread(ctx, tx, k.ref.ID)
		if err != nil {
			return err
		}
		section, err := k.m.Section(ctx, tx, t, comments.QueryFrom(formOf(values)))
		if err != nil {
			return err
		}
		return section.Render(ctx, &b)
	})
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		k.T.Fatal(err)
	}
	return doc
}

// roots are the ids of the comments at the top of a page, in its order.
func roots(doc *goquery.Document) []string {
	var out []string
	doc.Find(".g-comment:not(.g-comment--reply)").Each(func(_ int, s *goquery.Selection) {
		out = append(out, strings.TrimPrefix(s.AttrOr("id", ""), "c-"))
	})
	return out
}

func (k *talk) decide(commentID string, r comments.Ruling) {
	k.T.Helper()
	if err := k.m.Moderate(k.eva, commentID, r); err != nil {
		k.T.Fatalf("%s: %v", r.Verdict, err)
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind, id string) {
	t.Helper()
	e, ok := fault.As(err)
	if !ok || e.Kind != kind {
		t.Fatalf("error %v, want %s", err, kind)
	}
	if id != "" && e.Message.ID != id && e.Fields[""].ID != id {
		t.Fatalf("message %v %v, want %s", e.Message, e.Fields, id)
	}
}

// serve answers requests through the whole kernel.
func (k *talk) serve() func(method, path, who string, form url.Values) (*http.Response, string) {
	k.T.Helper()
	app := k.Serve(tenanttest.People(map[string]context.Context{"ana": k.ana, "bor": k.bor, "eva": k.eva}), k.m).App()
	return func(method, path, who string, form url.Values) (*http.Response, string) {
		k.T.Helper()
		r := httptest.NewRequest(method, "http://kamnik.localhost"+path, strings.NewReader(form.Encode()))
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		if who != "" {
			r.Header.Set("Cookie", "glas="+who)
		}
		res, err := app.Test(r, -1)
		if err != nil {
			k.T.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			k.T.Fatal(err)
		}
		return res, string(body)
	}
}
