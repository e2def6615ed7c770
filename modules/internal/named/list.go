package named

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/tenant"
)

// nameLimit is the longest name in letters.
const nameLimit = 80

// Fields points at what every row of every list has.
type Fields struct {
	ID, Slug *string
	Name     *i18n.Text
	Position *int
	Archived *bool
	// Icon and Color are a drawing and its tone; nil where a list has none.
	Icon, Color *string
}

// List says what is particular about one list, whose rows are T.
type List[T any] struct {
	// One and Many are what a row and the list are called in addresses and ids: the permission is One.edit, the pages are
	// /admin/Many, the messages begin with Many.
	One, Many string
	// Summary says in English what the program interface gives, Operation is its id there.
	Summary, Operation string
	// Order is the place in the menu.
	Order int
	// Fields gives the common fields of a row.
	Fields func(*T) Fields
	// Read takes what only this list has from the form into a row, Fill puts it from a row into the form.
	Read, Fill func(*T, *form.Form)
	// Keep takes over from the old row what is particular to the list and not in the form; it may be nil.
	Keep func(row, old *T)
	// Saved keeps what a row has elsewhere, in the transaction that wrote it; it may be nil.
	Saved func(ctx context.Context, tx *tenant.Tx, row *T) error
	// Extra shows the fields that only this list has.
	Extra func(f *form.Form, people []ui.Option) templ.Component
}

// Permission is what staff needs to change anything here.
func (l *List[T]) Permission() string { return l.One + ".edit" }

func (l *List[T]) root() string { return "/admin/" + l.Many }

func (l *List[T]) id(row *T) string { return *l.Fields(row).ID }

// Choices are the options of a select for rows of the list: those that are not archived, and the chosen ones in any case.
func (l *List[T]) Choices(ctx context.Context, rows []T, chosen ...string) []ui.Option {
	var out []ui.Option
	for i := range rows {
		row := l.Fields(&rows[i])
		on := slices.Contains(chosen, *row.ID)
		if !*row.Archived || on {
			o := ui.Option{Value: *row.ID, Label: row.Name.In(ctx), Selected: on}
			if row.Icon != nil {
				o.Icon, o.Color = *row.Icon, *row.Color
			}
			out = append(out, o)
		}
	}
	return out
}

// read makes a row of what was typed.
func (l *List[T]) read(f *form.Form, languages []string) *T {
	row := new(T)
	*l.Fields(row).Name = f.Texts("name", languages, form.Limit{Min: 2, Max: nameLimit})
	l.Read(row, f)
	return row
}

// fill puts a row into a form.
func (l *List[T]) fill(row *T, f *form.Form) {
	for code, s := range *l.Fields(row).Name {
		f.Set("name."+code, s)
	}
	l.Fill(row, f)
}

// keep takes over what the form does not change.
func (l *List[T]) keep(row, old *T) {
	now, was := l.Fields(row), l.Fields(old)
	*now.Slug, *now.Position, *now.Archived = *was.Slug, *was.Position, *was.Archived
	if l.Keep != nil {
		l.Keep(row, old)
	}
}

// unique is slug, with a number when it is taken.
func (l *List[T]) unique(slug string, rows []T) string {
	if slug == "" {
		slug = l.One
	}
	name := slug
	for n := 2; slices.ContainsFunc(rows, func(row T) bool { return *l.Fields(&row).Slug == name }); n++ {
		name = slug + "-" + strconv.Itoa(n)
	}
	return name
}

// saved keeps what a row has elsewhere.
func (l *List[T]) saved(ctx context.Context, tx *tenant.Tx, row *T) error {
	if l.Saved == nil {
		return nil
	}
	return l.Saved(ctx, tx, row)
}
