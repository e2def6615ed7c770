package remarks

import (
	"net/url"
	"strconv"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/attachments"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/stored"
)

const (
	// Action is where the form is sent.
	Action     = "/remarks"
	newPath    = "/remarks/new"
	trapName   = "website"
	openedName = "_opened"
)

// NewPath is the page with the form for a remark at a place; asked for as a fragment it is the form alone.
func NewPath(a Anchor) string { return newPath + "?" + query(a).Encode() }

// query is an anchor as parameters of an address; form fields have the same names.
func query(a Anchor) url.Values {
	v := url.Values{"about": {a.Ref.String()}}
	for name, value := range map[string]string{"block": a.Block, "version": a.Version, "quote": a.Quote, "prefix": a.Prefix, "suffix": a.Suffix, "zone": a.Zone,
		"x": coordinate(a.X), "y": coordinate(a.Y)} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func coordinate(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', 4, 64)
}

// AnchorFrom reads an anchor from an address or a form; ok is false when it names nothing.
func AnchorFrom(f *form.Form) (a Anchor, ok bool) {
	ref, err := subject.Parse(f.Value("about"))
	if err != nil {
		return a, false
	}
	a = Anchor{Ref: ref, Block: cut(f.Value("block"), 200), Version: cut(f.Value("version"), 100), Quote: text.Truncate(f.Value("quote"), stored.QuoteMax), Prefix: cut(f.Value("prefix"), 500),
		Suffix: cut(f.Value("suffix"), 500), Zone: cut(f.Value("zone"), 100)}
	a.X, a.Y = position(f.Value("x")), position(f.Value("y"))
	return a, true
}

// cut drops a value that nobody typed.
func cut(s string, most int) string {
	if len(s) > most {
		return ""
	}
	return s
}

func position(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return v
}

// readWords reads what an author says; lengths are checked where it is known what stands there now.
func readWords(f *form.Form) Words {
	return Words{Stance: Stance(f.OneOf("stance", "", string(For), string(Against), string(Neutral))), Body: f.Text("body", form.Limit{Max: stored.BodyMax}),
		Wording: f.Text("wording", form.Limit{Max: stored.WordingMax}), Effects: f.Text("effects", form.Limit{Max: stored.EffectsMax})}
}

func readDraft(f *form.Form, a Anchor) Draft {
	d := Draft{Anchor: a, Words: readWords(f), Pseudonym: f.Bool("pseudonym"), OpenedAt: f.Moment(openedName)}
	f.Check("", f.Value(trapName) == "", "remarks.error.trap")
	return d
}

// formData is the form of a remark.
type formData struct {
	core.Place
	anchor Anchor
	form   *form.Form
	files  []attachments.Attachment
	opened int64
	// own is the remark that is changed; nil for a new one.
	own    *Remark
	action string
	inline bool
	actor  authz.Actor
}

// id keeps the fields of several forms on one page apart.
func (d *formData) id(name string) string {
	if !d.inline || d.anchor.Block == "" {
		return "remark-" + name
	}
	return "remark-" + d.anchor.Block + "-" + name
}

// fill puts the words of a remark into its form.
func fill(f *form.Form, r *Remark) {
	f.Set("stance", string(r.Stance))
	f.Set("body", r.Body)
	f.Set("wording", r.Wording)
	if r.Wording == "" {
		f.Set("wording", r.BlockText)
	}
	f.Set("effects", r.Effects)
	f.Set("revision", strconv.Itoa(r.Revision))
}
