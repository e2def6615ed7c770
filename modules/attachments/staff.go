package attachments

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/subject"
	"glas/tenant"
)

// Official is what the municipality may add to one of its own things; it has to describe its photos.
func Official() Limits { return Limits{Photos: 5, Documents: 10, AltRequired: true} }

// Take receives the files of a form of staff, as Receive does, and notes in f which ones it stored, so that Field and Save find
// them there.
func (m *Module) Take(ctx context.Context, f *form.Form) error {
	b, err := m.Receive(ctx, f, Official())
	ids := make([]string, len(b.Staged))
	for i := range b.Staged {
		ids[i] = b.Staged[i].ID
	}
	f.Set("files.staged", ids...)
	return err
}

// Field is Upload for the files of ref, which may be zero while there is no such thing, as f was filled; f is nil for a fresh form.
func (m *Module) Field(ctx context.Context, tx *tenant.Tx, ref subject.Ref, f *form.Form) (templ.Component, error) {
	var has []Attachment
	if !ref.IsZero() {
		var err error
		if has, err = every(ctx, tx, ref); err != nil {
			return nil, err
		}
	}
	if f == nil {
		return Upload(UploadData{Limits: Official(), Existing: has}), nil
	}
	b, err := taken(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	return Upload(UploadData{Limits: Official(), Existing: b.Existing(has), Form: f}), nil
}

// Save carries out what Field says for the files of ref. New files stay hidden until Save is called with f nil, which shows all.
func (m *Module) Save(ctx context.Context, tx *tenant.Tx, ref subject.Ref, f *form.Form) error {
	if f == nil {
		return Show(ctx, tx, ref, true)
	}
	b, err := taken(ctx, tx, f)
	if err != nil {
		return err
	}
	return m.Add(ctx, tx, ref, b)
}

// taken is the batch that a form stands for after Take.
func taken(ctx context.Context, tx *tenant.Tx, f *form.Form) (Batch, error) {
	b := Batch{Limits: Official(), AltOf: map[string]string{}, Gone: f.Values("files.gone")}
	var err error
	b.Staged, err = stagedOf(ctx, tx, authz.From(ctx).ID, without(f.Values("files.staged"), b.Gone))
	for _, id := range append(f.Values("files.known"), f.Values("files.staged")...) {
		if name := "files.alt." + id; f.Has(name) {
			b.AltOf[id] = f.Line(name, form.Limit{Max: maxAlt})
		}
	}
	return b, err
}

// List shows the public files of many things; what belongs to a draft is left out for everybody.
func List(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]templ.Component, error) {
	by, err := Of(ctx, tx, refs)
	out := make(map[subject.Ref]templ.Component, len(by))
	for ref, list := range by {
		out[ref] = Both(slices.DeleteFunc(list, func(a Attachment) bool { return !a.Public }))
	}
	return out, err
}
