package moderation

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"glas/internal/db"
	"glas/tenant/tenanttest"
)

func TestQueueAskedForEachEntry(t *testing.T) {
	s := &site{town: newTown(tenanttest.New(t, New(Deps{}).Subscriptions()))}
	served := s.Serve(tenanttest.Tokens(account), s.m)
	var count *db.Counter
	served.Bind = func(ctx context.Context) context.Context { ctx, count = db.Counting(ctx); return ctx }
	s.app = served.App()
	statements := map[int]int{}
	have := 0
	for _, n := range []int{5, 50} {
		for ; have < n; have++ {
			ref := s.comment(fmt.Sprintf("c%d", have), "author", "Beseda.")
			s.report(s.Visitor(s.A), ref, Spam, fmt.Sprintf("visitor%d", have))
		}
		s.do(200, http.MethodGet, "/admin/moderation", "mod", url.Values{})
		statements[n] = count.N()
	}
	if statements[5] == 0 || statements[50] > statements[5] {
		t.Errorf("statements by entries: %v", statements)
	}
}

func TestQueueNamedKindsAsTheyAreStored(t *testing.T) {
	s := newSite(t)
	for _, kind := range []string{"case", "comment", "position", "proposal", "remark"} {
		if got := kindWords(s.Visitor(s.A), kind); got == kind || strings.Contains(got, ".") {
			t.Errorf("%q is shown as %q", kind, got)
		}
	}
	if got := kindWords(s.Visitor(s.A), "novelty"); got != "novelty" {
		t.Errorf("a kind without a word is shown as %q", got)
	}
}
