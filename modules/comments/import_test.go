package comments_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"glas/internal/db"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/modules/comments"
	"glas/tenant"
)

func (k *talk) bring(rows []comments.Imported) error {
	return k.DB.Update(k.eva, func(ctx context.Context, tx *tenant.Tx) error { return k.m.Import(ctx, tx, rows) })
}

// chain is answers to answers, the deepest first, so that nothing depends on the order of rows.
func (k *talk) chain(from, to int) []comments.Imported {
	var rows []comments.Imported
	for i := to - 1; i >= from; i-- {
		r := comments.Imported{ExternalID: fmt.Sprint("e", i), Ref: k.ref, Title: "Glavna ulica", Body: fmt.Sprint("globina ", i), Up: int64(i),
			Byline: accounts.Byline{AuthorName: "participant"}, CreatedAt: k.Clock.Now().Add(-time.Duration(100-i) * time.Hour)}
		if i > 0 {
			r.ParentExternalID = fmt.Sprint("e", i-1)
		}
		rows = append(rows, r)
	}
	return rows
}

func TestImportComesInWhole(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		for range 2 { // the second time changes nothing
			if err := k.bring(k.chain(0, 12)); err != nil {
				t.Fatal(err)
			}
		}
		if err := k.bring(k.chain(0, 15)); err != nil { // some answers come later
			t.Fatal(err)
		}
		var list []*comments.Comment
		k.View(k.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Select(&list).Order("comment.created_at").Scan(ctx)
		})
		if len(list) != 15 || k.total() != 15 || k.host.counted[k.ref.ID] != 15 {
			t.Fatalf("%d comments, total %d, host %d", len(list), k.total(), k.host.counted[k.ref.ID])
		}
		paths := map[string]bool{}
		for i, c := range list {
			if c.Depth != min(i, comments.MaxDepth) || i > 0 && c.ReplyToID != list[i-1].ID || i > 0 && paths[c.Path] {
				t.Errorf("comment %d: depth %d, path %q", i, c.Depth, c.Path)
			}
			paths[c.Path] = true
		}
		if r := list[0]; r.ThreadCount != 14 || r.ReplySeq != 14 || r.ReplyCount != 1 || list[3].ReplyCount != 11 || list[5].Score == 0 {
			t.Errorf("counters %d %d %d %d", r.ThreadCount, r.ReplySeq, r.ReplyCount, list[3].ReplyCount)
		}
		before := fmt.Sprint(list[0].ThreadCount, list[0].ReplyCount, list[3].ReplyCount)
		k.Update(k.eva, func(ctx context.Context, tx *tenant.Tx) error { return k.m.Recount(ctx, tx, []subject.Ref{k.ref}) })
		root, third := k.row(list[0].ID), k.row(list[3].ID)
		if after := fmt.Sprint(root.ThreadCount, root.ReplyCount, third.ReplyCount); after != before || k.total() != 15 || k.host.counted[k.ref.ID] != 15 {
			t.Errorf("recounted %s, were %s", after, before)
		}
		if c := k.say(k.ana, list[14].ID, "odgovor danes"); c.Depth != comments.MaxDepth || paths[c.Path] {
			t.Errorf("an answer to an imported one: depth %d, path %q", c.Depth, c.Path)
		}
	})
}

func TestImportRefusesWhatHasNoPlace(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		for name, rows := range map[string][]comments.Imported{
			"detour": {{ExternalID: "a", ParentExternalID: "b", Ref: k.ref, Body: "x"}, {ExternalID: "b", ParentExternalID: "a", Ref: k.ref, Body: "x"}},
			"no id":  {{Ref: k.ref, Body: "x"}},
		} {
			if err := k.bring(rows); err == nil || k.total() != 0 {
				t.Errorf("%s: error %v, %d comments", name, err, k.total())
			}
		}
	})
}

func TestImportKeepsAnswersToWhatIsLost(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		at := k.Clock.Now()
		err := k.bring([]comments.Imported{{ExternalID: "a", Ref: k.ref, Body: "vrh", CreatedAt: at},
			{ExternalID: "c", ParentExternalID: "b", Ancestors: []string{"a", "b"}, Ref: k.ref, Body: "vnuk", CreatedAt: at},
			{ExternalID: "d", ParentExternalID: "x", Ref: k.ref, Body: "sirota", CreatedAt: at}})
		if err != nil || k.total() != 3 {
			t.Fatalf("error %v, %d comments", err, k.total())
		}
		doc := k.page(k.Visitor(k.A), "c_sort=discussed")
		if len(roots(doc)) != 2 || doc.Find(".c-reply").Length() != 1 {
			t.Error("an answer to a lost comment has lost its place too")
		}
	})
}

func TestADeletedAccountLeavesNoName(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		c := k.say(k.ana, "", "ostane")
		k.Update(k.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Announce(ctx, accounts.Deleted{AccountID: k.anaID})
		})
		handlers := k.m.Jobs()
		k.Jobs(handlers)
		row := k.row(c.ID)
		if row.AuthorID != "" || row.AuthorName != "" || row.AuthorKind != accounts.AuthorDeleted || row.Body != "ostane" {
			t.Errorf("left: %+v", row.Byline)
		}
		if text := k.page(k.bor, "").Find("#c-" + c.ID).Text(); strings.Contains(text, "Ana") || !strings.Contains(text, "ostane") {
			t.Errorf("the page says %q", text)
		}
		if err := handlers["comments.forget"](context.Background(), job.Job{Kind: "comments.forget", Payload: []byte("{}")}); err == nil {
			t.Error("a job without an account is done")
		}
	})
}

// TestALongThreadCostsWhatAShortOneDoes compares the first pages of a hundred and of twelve hundred comments: they take the same
// statements and show as many comments. How long they take is measured by the benchmarks.
func TestALongThreadCostsWhatAShortOneDoes(t *testing.T) {
	each(t, func(t *testing.T, k *talk) {
		long := subject.Ref{Kind: "street", ID: "long"}
		var rows []comments.Imported
		for _, v := range []struct {
			ref subject.Ref
			n   int
		}{{k.ref, 100}, {long, 1_200}} {
			for i := range v.n {
				r := comments.Imported{ExternalID: fmt.Sprint(v.ref.ID, i), Ref: v.ref, Body: fmt.Sprint("misel ", i%100), CreatedAt: k.Clock.Now().Add(time.Duration(i%1000) * time.Minute)}
				if i%4 != 0 {
					r.ParentExternalID = fmt.Sprint(v.ref.ID, i-i%4)
				}
				rows = append(rows, r)
			}
		}
		if err := k.bring(rows); err != nil {
			t.Fatal(err)
		}
		cost := func(ref subject.Ref, sort string) (statements, shown int) {
			k.ref, k.host.thread.Ref = ref, ref
			ctx, count := db.Counting(k.Visitor(k.A))
			shown = k.page(ctx, "c_sort="+sort).Find("[id^=c-]").Length()
			return count.N(), shown
		}
		short := k.ref
		for _, sort := range comments.Sorts() {
			few, first := cost(short, sort)
			many, page := cost(long, sort)
			if few == 0 || many != few || first == 0 || page != first {
				t.Errorf("%s: %d statements for %d of 100 comments, %d for %d of 1,200", sort, few, first, many, page)
			}
		}
	})
}
