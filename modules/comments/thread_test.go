package comments_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"glas/internal/authz"
	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/subject"
	"glas/modules/comments"
	"glas/tenant"
)

func formOf(v url.Values) *form.Form { return form.New(v, nil) }

func TestDeepAnswersGoFlat(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		parent, chain := "", []*comments.Comment{}
		for i := range 8 {
			c := k.say(k.ana, parent, fmt.Sprintf("stopnja %d", i))
			chain, parent = append(chain, c), c.ID
		}
		for i, c := range chain {
			if c.Depth != min(i, comments.MaxDepth) {
				t.Errorf("answer %d has depth %d", i, c.Depth)
			}
		}
		if last := chain[7]; last.ParentID != chain[3].ID || last.ReplyToID != chain[6].ID {
			t.Errorf("the deepest stands under %s and answers %s", last.ParentID, last.ReplyToID)
		}
		root := k.row(chain[0].ID)
		if root.ReplyCount != 1 || root.ThreadCount != 7 || root.ReplySeq != 7 || k.row(chain[3].ID).ReplyCount != 4 {
			t.Errorf("counters: %d %d %d, below depth 3: %d", root.ReplyCount, root.ThreadCount, root.ReplySeq, k.row(chain[3].ID).ReplyCount)
		}
		if k.total() != 8 || k.host.counted[k.ref.ID] != 8 {
			t.Errorf("totals %d, host %d, want 8", k.total(), k.host.counted[k.ref.ID])
		}
		doc := k.page(k.ana, "c_open="+chain[7].ID)
		if doc.Find("#c-"+chain[7].ID).Length() != 1 || doc.Find("#c-"+chain[3].ID).Length() != 1 {
			t.Error("the permalink does not open what stands above")
		}
		if note := doc.Find("#c-" + chain[7].ID + " .g-comment__context").Text(); !strings.Contains(note, "Ana") {
			t.Errorf("a flat answer does not say whom it answers: %q", note)
		}
	})
}

func TestPagesMeetEveryCommentOnce(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		// All at one moment with the same score: only the id tells them apart.
		var rows []comments.Imported
		for i := range 53 {
			rows = append(rows, comments.Imported{ExternalID: fmt.Sprint("x", i), Ref: k.ref, Body: fmt.Sprint("besedilo ", i), CreatedAt: k.Clock.Now()})
		}
		k.Update(k.eva, func(ctx context.Context, tx *tenant.Tx) error { return k.m.Import(ctx, tx, rows) })
		for _, name := range comments.Sorts() {
			seen, address := map[string]int{}, "c_sort="+name
			for range 4 {
				doc := k.page(k.Visitor(k.A), address)
				for _, r := range roots(doc) {
					seen[r]++
				}
				href, more := doc.Find("p.c-more a.ds-button").Attr("href")
				if !more {
					break
				}
				u, err := url.Parse(href)
				if err != nil {
					t.Fatal(err)
				}
				q := u.Query()
				q.Set("c_sort", name)
				address = q.Encode()
			}
			if len(seen) != 53 {
				t.Errorf("%s: %d comments seen, want 53", name, len(seen))
			}
			for r, n := range seen {
				if n != 1 {
					t.Errorf("%s: %s seen %d times", name, r, n)
				}
			}
		}
	})
}

func TestOrders(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		old, mid, fresh := k.say(k.ana, "", "prvi"), k.say(k.bor, "", "drugi"), k.say(k.ana, "", "tretji")
		k.say(k.bor, old.ID, "odgovor")
		k.Update(k.eva, func(ctx context.Context, tx *tenant.Tx) error { return k.m.CountVotes(ctx, tx, mid.ID, 5, 0) })
		for name, want := range map[string][]string{
			comments.SortNewest: {fresh.ID, mid.ID, old.ID}, comments.SortOldest: {old.ID, mid.ID, fresh.ID},
			comments.SortBest: {mid.ID, fresh.ID, old.ID}, comments.SortDiscussed: {old.ID, fresh.ID, mid.ID},
		} {
			if got := roots(k.page(k.Visitor(k.A), "c_sort="+name)); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
		official := k.post(k.eva, comments.Draft{Body: "stališče občine", Official: true})
		k.say(k.bor, "", "četrti")
		doc := k.page(k.Visitor(k.A), "")
		if roots(doc)[0] != official.ID || doc.Find("#c-"+official.ID+" .g-badge").Length() == 0 {
			t.Error("the official comment is not on top with its badge")
		}
		reply := k.post(k.eva, comments.Draft{ParentID: old.ID, Body: "odgovor občine", Official: true})
		first := k.page(k.Visitor(k.A), "").Find("#c-"+old.ID+" .c-reply .g-comment").First().AttrOr("id", "")
		if first != "c-"+reply.ID {
			t.Errorf("the first answer is %s, want the official one", first)
		}
	})
}

func TestStatementsAreFew(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		var open string
		for i := range 25 {
			c := k.post(k.ana, comments.Draft{Body: fmt.Sprint("misel ", i), Stance: []comments.Stance{comments.For, comments.Against, comments.Neutral}[i%3]})
			for j := range 5 {
				open = k.say(k.bor, c.ID, fmt.Sprint("odgovor ", i, j)).ID
			}
		}
		for _, columns := range []bool{false, true} {
			k.host.thread.Columns = columns
			for _, address := range []string{"", "c_sort=best", "c_open=" + open} {
				counted, counter := db.Counting(k.ana)
				k.page(counted, address)
				if counter.N() > 3 {
					t.Errorf("columns %v, %q: %d statements, want at most 3", columns, address, counter.N())
				}
			}
		}
		counted, counter := db.Counting(k.Visitor(k.A))
		doc := k.page(counted, "")
		if counter.N() > 2 {
			t.Errorf("a visitor costs %d statements", counter.N())
		}
		if n := doc.Find(".g-column .g-comment--reply").Length(); n != 25*3 {
			t.Errorf("%d answers shown, want 3 below each", n)
		}
		if text := doc.Find(".g-column[data-kind=for] .g-column__title").Text(); !strings.Contains(text, "9") {
			t.Errorf("for: %q, want 9", strings.TrimSpace(text))
		}
	})
}

func TestAnswersByPages(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		root := k.say(k.ana, "", "vprašanje")
		var want []string
		for i := range 30 {
			want = append(want, k.say(k.bor, root.ID, fmt.Sprint("odgovor ", i)).ID)
		}
		doc := k.page(k.Visitor(k.A), "")
		var got []string
		for range 4 {
			doc.Find(".c-reply .g-comment").Each(func(_ int, s *goquery.Selection) { got = append(got, strings.TrimPrefix(s.AttrOr("id", ""), "c-")) })
			href, more := doc.Find("#more-" + root.ID + " a").Attr("href")
			if !more {
				break
			}
			u, err := url.Parse(href)
			if err != nil {
				t.Fatal(err)
			}
			doc = k.page(k.Visitor(k.A), u.RawQuery)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d answers by pages, want %d in order", len(got), len(want))
		}
	})
}

func TestThreeTombstones(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		mine, rude, private := k.say(k.ana, "", "skrivnost ena"), k.say(k.ana, "", "skrivnost dva"), k.say(k.ana, "", "skrivnost tri")
		for _, c := range []*comments.Comment{mine, rude, private} {
			k.say(k.bor, c.ID, "odgovor ostane")
		}
		if _, err := k.m.Edit(k.ana, private.ID, "skrivnost tri popravljena", 0); err != nil {
			t.Fatal(err)
		}
		if _, err := k.m.Delete(k.ana, mine.ID); err != nil {
			t.Fatal(err)
		}
		k.decide(rude.ID, comments.Ruling{Verdict: comments.Hide, Reason: "Žaljivo do sosedov"})
		k.decide(private.ID, comments.Ruling{Verdict: comments.Remove, Reason: "Naslov stanovanja"})
		doc := k.page(k.Visitor(k.A), "")
		tombs := map[string]bool{}
		for _, c := range []*comments.Comment{mine, rude, private} {
			tombs[strings.TrimSpace(doc.Find("#c-"+c.ID+" > .g-comment__tomb").Text())] = true
			if doc.Find("#c-"+c.ID+" .c-reply").Length() != 1 {
				t.Error("the answers went with the text")
			}
		}
		if len(tombs) != 3 || tombs[""] {
			t.Errorf("tombstones %v, want three different ones", tombs)
		}
		if html, _ := doc.Html(); strings.Contains(html, "skrivnost") {
			t.Error("the page shows a hidden text")
		}
		if !strings.Contains(doc.Find("#c-"+rude.ID).Text(), "Žaljivo do sosedov") {
			t.Error("the reason of hiding is not said")
		}
		if k.total() != 3 || k.host.counted[k.ref.ID] != 3 {
			t.Errorf("%d comments counted, host %d, want 3", k.total(), k.host.counted[k.ref.ID])
		}
		if k.row(mine.ID).Body != "" || k.row(private.ID).Body != "" || k.row(rude.ID).Body == "" {
			t.Error("only the hidden text is kept")
		}
		k.leaksNowhere(t, "skrivnost", mine.ID, rude.ID, private.ID)
		k.decide(rude.ID, comments.Ruling{Verdict: comments.Restore})
		if got := k.page(k.Visitor(k.A), "").Find("#c-" + rude.ID).Text(); !strings.Contains(got, "skrivnost dva") || k.total() != 4 {
			t.Error("a restored comment is not back")
		}
		_, err := k.m.Post(k.bor, k.ref, comments.Draft{ParentID: mine.ID, Body: "prepozno"})
		wantKind(t, err, fault.KindConflict, "comments.error.parent_gone")
	})
}

// leaksNowhere looks for a hidden text wherever texts come out.
func (k *talk) leaksNowhere(t *testing.T, secret string, ids ...string) {
	t.Helper()
	do := k.serve()
	paths := []string{"/api/v1/comments?subject=" + url.QueryEscape(k.ref.String()), "/comments/street/" + k.ref.ID}
	for _, c := range ids {
		paths = append(paths, "/comments/"+c+"/history", "/comments/"+c, "/comments/street/"+k.ref.ID+"?c_root="+c, "/comments/street/"+k.ref.ID+"/new?parent="+c)
	}
	for _, p := range paths {
		for _, who := range []string{"", "bor"} {
			if res, body := do("GET", p, who, nil); strings.Contains(body, secret) || res.StatusCode >= 500 {
				t.Errorf("%s as %q: %d, the text comes out", p, who, res.StatusCode)
			}
		}
	}
	var left []struct{ SubjectID, Body string }
	k.View(k.Visitor(k.A), func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Raw("select subject_id, body from search_documents where tenant_id = ? and kind = 'comment'", tx.ID()).Scan(ctx, &left)
	})
	for _, d := range left {
		if strings.Contains(d.Body, secret) {
			t.Errorf("the search finds %s", d.SubjectID)
		}
	}
	if len(left) == 0 {
		t.Error("the search finds no comment at all")
	}
}

func TestEditing(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		c := k.say(k.ana, "", "prva misel")
		_, err := k.m.Edit(k.bor, c.ID, "tuja misel", 0)
		wantKind(t, err, fault.KindForbidden, "authz.owner")
		_, err = k.m.Edit(k.Visitor(k.A), c.ID, "tuja misel", 0)
		wantKind(t, err, fault.KindSignIn, "")
		k.Clock.Add(14 * time.Minute)
		if _, err := k.m.Edit(k.ana, c.ID, "druga misel", 0); err != nil {
			t.Fatal(err)
		}
		_, err = k.m.Edit(k.ana, c.ID, "tretja misel", 0)
		wantKind(t, err, fault.KindConflict, "comments.error.stale")
		if doc := k.page(k.Visitor(k.A), ""); !strings.Contains(doc.Find("#c-"+c.ID+" header").Text(), "urejeno") ||
			doc.Find("#c-"+c.ID+" a[href$='/history']").Length() != 1 {
			t.Error("the edit is not visible")
		}
		_, body := k.serve()("GET", "/comments/"+c.ID+"/history", "", nil)
		if !strings.Contains(body, "<del>") || !strings.Contains(body, "<ins>") || !strings.Contains(body, "prva") {
			t.Error("the difference is not shown")
		}
		k.Clock.Add(time.Minute)
		_, err = k.m.Edit(k.ana, c.ID, "tretja misel", 1)
		wantKind(t, err, fault.KindForbidden, "comments.error.edit_over")
	})
}

func TestWaitingForAModerator(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		root := k.say(k.bor, "", "odprto")
		k.gate.shut = true
		c := k.say(k.ana, root.ID, "osel čaka")
		if c.State != comments.Waiting || len(k.gate.waiting) != 1 || k.total() != 1 {
			t.Fatalf("state %s, queue %d, total %d", c.State, len(k.gate.waiting), k.total())
		}
		if k.page(k.bor, "").Find("#c-"+c.ID).Length() != 0 || k.page(k.ana, "").Find(".c-own #c-"+c.ID).Length() != 1 {
			t.Error("a waiting comment is seen by its author alone")
		}
		k.View(k.eva, func(ctx context.Context, tx *tenant.Tx) error {
			h, err := k.m.Held(ctx, tx, c.ID)
			if h.Text != "osel čaka" || h.Title != "Glavna ulica" || !slices.Equal(h.Hints, []string{"osel"}) {
				t.Errorf("the moderator sees %+v", h)
			}
			return err
		})
		wantKind(t, k.m.Moderate(k.ana, c.ID, comments.Ruling{Verdict: comments.Approve}), fault.KindForbidden, "")
		k.decide(c.ID, comments.Ruling{Verdict: comments.Approve})
		k.decide(c.ID, comments.Ruling{Verdict: comments.Approve})
		if k.page(k.bor, "").Find("#c-"+c.ID).Length() != 1 || k.total() != 2 || k.row(root.ID).ThreadCount != 1 {
			t.Error("an approved comment is not shown, or counted twice")
		}
		refused := k.say(k.ana, "", "brez smisla")
		k.decide(refused.ID, comments.Ruling{Verdict: comments.Refuse, Reason: "ni povezano s temo"})
		if k.total() != 2 || !strings.Contains(k.page(k.ana, "").Find("#c-"+refused.ID).Text(), "ni povezano s temo") {
			t.Error("the author is not told why it was refused")
		}
		if official := k.post(k.eva, comments.Draft{Body: "občina ne čaka", Official: true}); official.State != comments.Shown {
			t.Error("the municipality waits for itself")
		}
	})
}

func TestTheSameWordsTwiceAreOneComment(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		a, b := k.say(k.ana, "", "isto"), k.say(k.ana, "", "isto")
		if a.ID != b.ID || k.total() != 1 {
			t.Errorf("%d comments", k.total())
		}
		if other := k.say(k.bor, "", "isto"); other.ID == a.ID {
			t.Error("another person's words are taken for the same")
		}
		k.Clock.Add(11 * time.Minute)
		if later := k.say(k.ana, "", "isto"); later.ID == a.ID {
			t.Error("the same words cannot be said again")
		}
		d := k.say(k.bor, "", "umaknjeno")
		if _, err := k.m.Delete(k.bor, d.ID); err != nil {
			t.Fatal(err)
		}
		if again := k.say(k.bor, "", "umaknjeno"); again.ID == d.ID {
			t.Error("a deleted comment stands in the way")
		}
	})
}

func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		_, err := k.m.Post(k.Visitor(k.A), k.ref, comments.Draft{Body: "x"})
		wantKind(t, err, fault.KindSignIn, "")
		_, err = k.m.Post(k.ana, k.ref, comments.Draft{Body: "x", Official: true})
		wantKind(t, err, fault.KindForbidden, "authz.role")
		_, err = k.m.Post(k.ana, k.ref, comments.Draft{Body: "x", OpenedAt: k.Clock.Now().Add(-time.Second)})
		wantKind(t, err, fault.KindInvalid, "comments.error.too_fast")
		_, err = k.m.Post(k.ana, subject.Ref{Kind: "moon", ID: k.ref.ID}, comments.Draft{Body: "x"})
		wantKind(t, err, fault.KindNotFound, "")
		k.host.thread.Post = authz.Refuse("authz.only.group")
		_, err = k.m.Post(k.ana, k.ref, comments.Draft{Body: "x"})
		wantKind(t, err, fault.KindForbidden, "authz.only.group")
		if doc := k.page(k.ana, ""); doc.Find("form#comment-form").Length() != 0 || doc.Find(".ds-alert").Length() != 1 {
			t.Error("a closed thread shows the form and not the reason")
		}
		k.host.thread.Visible = false
		_, err = k.m.Post(k.ana, k.ref, comments.Draft{Body: "x"})
		wantKind(t, err, fault.KindNotFound, "")
	})
}

func TestTwoMunicipalitiesKnowNothingOfEachOther(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		c := k.say(k.ana, "", "samo v Kamniku")
		there := k.Citizen(k.B, k.anaID, "Ana")
		_, err := k.m.Post(there, k.ref, comments.Draft{ParentID: c.ID, Body: "od drugod"})
		wantKind(t, err, fault.KindNotFound, "")
		_, err = k.m.Edit(there, c.ID, "od drugod", 0)
		wantKind(t, err, fault.KindNotFound, "")
		_, err = k.m.Delete(there, c.ID)
		wantKind(t, err, fault.KindNotFound, "")
		wantKind(t, k.m.Moderate(k.Staff(k.B, "s", "S", "moderator"), c.ID, comments.Ruling{Verdict: comments.Hide}), fault.KindNotFound, "")
		k.View(there, func(ctx context.Context, tx *tenant.Tx) error {
			targets, err := k.m.VoteTargets(ctx, tx, []string{c.ID})
			if len(targets) != 0 {
				t.Error("a comment can be voted on from elsewhere")
			}
			return err
		})
	})
}

func TestVoteTargets(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		c, hidden := k.say(k.ana, "", "dobra misel"), k.say(k.ana, "", "slaba misel")
		k.decide(hidden.ID, comments.Ruling{Verdict: comments.Hide, Reason: "zaradi reda"})
		for _, v := range []struct {
			who     context.Context
			allowed bool
		}{{k.bor, true}, {k.ana, false}, {k.Visitor(k.A), false}} {
			k.View(v.who, func(ctx context.Context, tx *tenant.Tx) error {
				targets, err := k.m.VoteTargets(ctx, tx, []string{c.ID, hidden.ID})
				if len(targets) != 1 || targets[c.ID].Decision.Allowed != v.allowed {
					t.Errorf("targets %+v, want allowed %v", targets, v.allowed)
				}
				return err
			})
		}
	})
}
