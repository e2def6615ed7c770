package topics

import (
	"net/url"
	"testing"

	"glas/internal/form"
)

// The drawing of a topic could be stored, but nobody could choose it, and saving a topic lost nothing only because it was copied.
func TestDrawingIsChosenFromThoseOfTheHouse(t *testing.T) {
	for sent, want := range map[string]struct {
		icon string
		ok   bool
	}{"tree": {"tree", true}, "": {"", true}, "skull": {"", false}} {
		f := form.New(url.Values{"icon": {sent}, "colour": {"success"}}, nil)
		topic := new(Topic)
		topic.read(f)
		if ok := f.Err() == nil; ok != want.ok || ok && topic.Icon != want.icon {
			t.Errorf("%q: icon %q, error %v", sent, topic.Icon, f.Err())
		}
		if !want.ok {
			continue
		}
		back := form.New(nil, nil)
		topic.fill(back)
		if back.Value("icon") != want.icon || back.Value("colour") != "success" {
			t.Errorf("%q: the form shows %q, %q", sent, back.Value("icon"), back.Value("colour"))
		}
	}
}
