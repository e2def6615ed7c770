package newest

import (
	"errors"
	"sync"
	"testing"
)

func TestMadeOncePerVersion(t *testing.T) {
	var m Map[string, int, int]
	made := 0
	produce := func() (int, error) { made++; return made, nil }
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if v, err := m.Of("a", 1, produce); v != 1 || err != nil {
				t.Errorf("%d, %v", v, err)
			}
		})
	}
	all.Wait()
	if v, err := m.Of("b", 1, produce); v != 2 || err != nil {
		t.Errorf("another key: %d, %v", v, err)
	}
	if v, err := m.Of("a", 2, produce); v != 3 || err != nil {
		t.Errorf("a new version: %d, %v", v, err)
	}
}

func TestAnErrorIsNotRemembered(t *testing.T) {
	var m Map[string, int, int]
	if _, err := m.Of("a", 1, func() (int, error) { return 7, errors.New("no") }); err == nil {
		t.Error("no error")
	}
	if v, err := m.Of("a", 1, func() (int, error) { return 8, nil }); v != 8 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
}
