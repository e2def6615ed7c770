package topics

import "glas/internal/form"

// Colours are the tones of the theme that a topic can have; a topic without one is neutral.
func Colours() []string { return []string{"", "accent", "info", "success", "warning", "danger"} }

func (t *Topic) fill(f *form.Form) { f.Set("colour", t.Colour) }

func (t *Topic) read(f *form.Form) { t.Colour = f.OneOf("colour", Colours()...) }

// keep takes over what the form does not change.
func (t *Topic) keep(old *Topic) { t.Icon = old.Icon }
