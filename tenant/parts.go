package tenant

import (
	"slices"
	"strings"
)

// Part is something that a municipality can do without: it has pages of its own, and nothing else needs it.
type Part struct {
	// Name is what Settings.Off lists. Routes and menus belong to it by web.Route.Part, which is the name of their module unless said.
	Name string
	// Kinds are the kinds of things (subject.Ref) that exist only with it, and the methods of a consultation that it opens.
	Kinds []string
	// Paths are how addresses of these things begin, for links in documents that were made while the part was on.
	Paths []string
}

// Parts are what can be switched off, in the order of the page of settings. Whoever leads to a thing asks Offers or Has; whoever
// shows many kinds leaves out Missing.
func Parts() []Part {
	return []Part{
		{Name: "proposals", Kinds: []string{"proposal"}, Paths: []string{"/proposals"}},
		{Name: "texts", Kinds: []string{"text", "text_block", "sheet"}, Paths: []string{"/texts", "/sheets"}},
		{Name: "remarks", Kinds: []string{"remark"}, Paths: []string{"/remarks"}},
		{Name: "positions", Kinds: []string{"position"}, Paths: []string{"/positions"}},
		{Name: "cases", Kinds: []string{"case"}, Paths: []string{"/cases"}},
		{Name: "register"},
	}
}

// Has reports whether a part is switched on.
func (t *Tenant) Has(part string) bool { return t == nil || !slices.Contains(t.Off, part) }

// Offers reports whether things of a kind exist here: those of a part that is switched off do not.
func (t *Tenant) Offers(kind string) bool { return !slices.Contains(t.Missing(), kind) }

// Reaches reports whether an address (without a language prefix) is not one of a part that is switched off.
func (t *Tenant) Reaches(path string) bool {
	for _, p := range Parts() {
		for _, begin := range p.Paths {
			if rest, ok := strings.CutPrefix(path, begin); ok && (rest == "" || rest[0] == '/' || rest[0] == '?') && !t.Has(p.Name) {
				return false
			}
		}
	}
	return true
}

// Missing lists the kinds of things of the parts that are switched off.
func (t *Tenant) Missing() []string {
	if t == nil || len(t.Off) == 0 {
		return nil
	}
	var out []string
	for _, p := range Parts() {
		if !t.Has(p.Name) {
			out = append(out, p.Kinds...)
		}
	}
	return out
}
