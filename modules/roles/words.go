package roles

import (
	"context"
	"slices"
	"strings"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web/ui"
)

func roleWord(ctx context.Context, name string) string {
	return i18n.T(ctx, "accounts.role."+name) //i18n: accounts.role.*
}

// group is the permissions on one kind of thing.
type group struct {
	Object  string
	Options []ui.Option
}

// groups are all offered permissions by kind of thing, ticked as the form says once it was sent, else as the role has them.
func groups(ctx context.Context, f *form.Form, r role) []group {
	held := r.May
	if f.Value("version") != "" {
		held = f.Values("may")
	}
	var out []group
	for _, p := range r.Offered {
		object, _, _ := strings.Cut(p, ".")
		if n := len(out); n == 0 || out[n-1].Object != object {
			out = append(out, group{Object: object})
		}
		o := ui.Option{Value: p, Label: i18n.T(ctx, "roles.may."+p), Selected: slices.Contains(held, p)} //i18n: roles.may.*
		if slices.Contains(r.Shared, p) != slices.Contains(r.May, p) {
			o.Help = i18n.T(ctx, "roles.edit.own")
		}
		g := &out[len(out)-1]
		g.Options = append(g.Options, o)
	}
	return out
}

// groupID names the boxes of a group; the first group is where a complaint leads.
//
// i18n: roles.group.*
func groupID(i int, g group) string {
	if i == 0 {
		return ""
	}
	return "may-" + g.Object
}
