package listed

import (
	"context"

	"glas/internal/web/ui"
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
	var out []ui.Option
	for _, x := range n.Departments {
		if !x.Archived {
			out = append(out, ui.Option{Value: x.ID, Label: x.Name.In(ctx)})
		}
	}
	return out
}

// AreaOptions are the areas.
func (n *Names) AreaOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, a := range n.Areas {
		if !a.Archived {
			out = append(out, ui.Option{Value: a.ID, Label: a.Name.In(ctx)})
		}
	}
	return out
}

// BodyOptions are the other authorities.
func (n *Names) BodyOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, b := range n.Bodies {
		if !b.Archived {
			out = append(out, ui.Option{Value: b.ID, Label: b.Name.In(ctx)})
		}
	}
	return out
}
