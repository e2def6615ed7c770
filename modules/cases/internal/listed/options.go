package listed

import (
	"context"

	"glas/internal/web/ui"
	"glas/modules/areas"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
)

// TopicOptions are the topics in the order of the tree, those below another one under its name. all adds those that only staff choose.
func (n *Names) TopicOptions(ctx context.Context, all bool) []ui.Option {
	var out []ui.Option
	for _, t := range n.Topics {
		if t.ParentID != "" || t.Archived || t.StaffOnly && !all {
			continue
		}
		out = append(out, ui.Option{Value: t.ID, Label: t.Name.In(ctx)})
		for _, sub := range n.Topics {
			if sub.ParentID == t.ID && !sub.Archived && (all || !sub.StaffOnly) {
				out = append(out, ui.Option{Value: sub.ID, Label: t.Name.In(ctx) + " – " + sub.Name.In(ctx)})
			}
		}
	}
	return out
}

// DepartmentOptions are the departments.
func (n *Names) DepartmentOptions(ctx context.Context) []ui.Option {
	return options(n.Departments, func(d departments.Department) (bool, ui.Option) {
		return d.Archived, ui.Option{Value: d.ID, Label: d.Name.In(ctx)}
	})
}

// AreaOptions are the areas.
func (n *Names) AreaOptions(ctx context.Context) []ui.Option {
	return options(n.Areas, func(a areas.Area) (bool, ui.Option) { return a.Archived, ui.Option{Value: a.ID, Label: a.Name.In(ctx)} })
}

// BodyOptions are the other authorities.
func (n *Names) BodyOptions(ctx context.Context) []ui.Option {
	return options(n.Bodies, func(b stored.ExternalBody) (bool, ui.Option) {
		return b.Archived, ui.Option{Value: b.ID, Label: b.Name.In(ctx)}
	})
}

// options are those of a list that are not archived.
func options[T any](list []T, of func(T) (archived bool, o ui.Option)) []ui.Option {
	var out []ui.Option
	for _, one := range list {
		if archived, o := of(one); !archived {
			out = append(out, o)
		}
	}
	return out
}
