package topics

import (
	"glas/internal/form"
	"glas/internal/web/ui"
)

// Colours are the tones of the theme that a topic can have; a topic without one is neutral.
func Colours() []string { return []string{"", "accent", "info", "success", "warning", "danger"} }

// Icons are the drawings that a topic can have; the empty one is none.
func Icons() []string { return append([]string{""}, ui.TopicIcons()...) }

func (t *Topic) fill(f *form.Form) {
	f.Set("colour", t.Colour)
	f.Set("icon", t.Icon)
}

func (t *Topic) read(f *form.Form) {
	t.Colour = f.OneOf("colour", Colours()...)
	t.Icon = f.OneOf("icon", Icons()...)
}
