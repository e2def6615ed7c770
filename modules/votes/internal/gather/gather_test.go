package gather

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
)

func here(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

func TestBatchesOvertookEachOther(t *testing.T) {
	var mu sync.Mutex
	var written, sizes []int
	g := New(here, func(_ context.Context, batch []*Ask[int, int], turn *Turn) error {
		turn.Wait()
		mu.Lock()
		defer mu.Unlock()
		sizes = append(sizes, len(batch))
		turn.Pass()
		for _, a := range batch {
			written = append(written, a.Cmd)
			a.Result = -a.Cmd
		}
		return nil
	})
	var all sync.WaitGroup
	for person := range 8 {
		all.Go(func() {
			for n := range 200 {
				if r, err := g.Do(t.Context(), "a", person*1000+n); err != nil || r != -(person*1000+n) {
					t.Errorf("%d: %d, %v", person*1000+n, r, err)
				}
			}
		})
	}
	all.Wait()
	last := map[int]int{}
	for _, n := range written {
		if before, ok := last[n/1000]; ok && n != before+1 {
			t.Fatalf("%d was written after %d", n, before)
		}
		last[n/1000] = n
	}
	if len(written) != 1600 {
		t.Errorf("%d were written in %d batches", len(written), len(sizes))
	}
}

func TestOneBadCommandSpoiledABatch(t *testing.T) {
	bad := errors.New("bad")
	hold, held := make(chan struct{}), make(chan struct{})
	first := true
	g := New(here, func(_ context.Context, batch []*Ask[int, int], turn *Turn) error {
		turn.Wait()
		if first {
			first = false
			close(held)
			<-hold
		}
		for _, a := range batch {
			if a.Cmd == 13 {
				panic(bad)
			}
			a.Result = a.Cmd
		}
		return nil
	})
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := g.Do(t.Context(), "a", 0); err != nil {
			t.Error(err)
		}
	})
	<-held
	for n := 10; n < 16; n++ {
		all.Go(func() {
			r, err := g.Do(t.Context(), "a", n)
			if n == 13 && err == nil || n != 13 && (err != nil || r != n) {
				t.Errorf("%d: %d, %v", n, r, err)
			}
		})
	}
	close(hold)
	all.Wait()
}

func TestACrowdWaitedForOneBatch(t *testing.T) {
	hold, held := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	var sizes []int
	g := New(here, func(_ context.Context, batch []*Ask[int, int], turn *Turn) error {
		turn.Wait()
		mu.Lock()
		sizes = append(sizes, len(batch))
		first := len(sizes) == 1
		mu.Unlock()
		if first {
			close(held)
			<-hold
		}
		return nil
	})
	var all sync.WaitGroup
	ask := func() {
		if _, err := g.Do(t.Context(), "a", 0); err != nil {
			t.Error(err)
		}
	}
	all.Go(ask)
	<-held
	const crowd = 32
	for range crowd {
		all.Go(ask)
	}
	for g.lane("a").fewer(crowd) {
		runtime.Gosched()
	}
	close(hold)
	all.Wait()
	if len(sizes) < 3 || slices.Max(sizes) > crowd/2+1 || slices.Max(sizes) < crowd/2 {
		t.Errorf("%d who waited went in batches of %v", crowd, sizes)
	}
}
