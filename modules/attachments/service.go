package attachments

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/tenant"
)

// stagedFor is how long a file that was sent may belong to nothing.
const stagedFor = 24 * time.Hour

// Receive reads what the fields of Upload carry: new files, descriptions, removals. Every file is looked into; complaints stand at
// the field "files" of f. The good files of somebody who may add files are stored at once, so that they survive a form that is
// refused for another reason: show it again with Upload and Batch.Existing. Call it before the transaction that calls Add. It returns
// errors only of other kinds, such as fault.TooMany when an account sent too much in a day.
func (m *Module) Receive(ctx context.Context, f *form.Form, l Limits) (Batch, error) {
	b := Batch{Limits: l, AltOf: map[string]string{}, Gone: f.Values("files.gone")}
	switch {
	case authz.Can(ctx, "attachment.add", authz.Resource{}).Allowed:
	case l.Visitors && !authz.From(ctx).SignedIn():
		b.Pass = passOf(f)
	default:
		return b, nil // whoever stores the thing says why
	}
	checked := readForm(f, l, &b)
	waiting := without(f.Values("files.staged"), b.Gone)
	if len(checked) == 0 && len(waiting) == 0 {
		return b, nil
	}
	var added []Attachment
	err := m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		kept, err := stagedOf(ctx, tx, owner(ctx, b.Pass), waiting)
		if err != nil {
			return err
		}
		if b.Pass != "" && len(kept)+len(checked) > l.total() {
			return fault.InvalidField("files", "attachments.error.too_many", "Photos", l.Photos, "Documents", l.Documents)
		}
		added, err = m.note(ctx, tx, checked, b.Pass)
		b.Staged = append(kept, added...)
		return err
	})
	if e, ok := fault.As(err); ok && b.Pass != "" { // the form is shown again with the reason, and goes without the files
		if e.Kind == fault.KindTooMany {
			f.Fail("files", "attachments.error.visitors")
		} else {
			f.Take(e)
		}
		return b, nil
	}
	if err == nil && len(added) > 0 {
		err = m.keep(ctx, added, checked)
	}
	if err != nil {
		return Batch{}, err
	}
	for i := range b.Staged {
		a := &b.Staged[i]
		b.AltOf[a.ID] = altOf(f, a, &b)
	}
	return b, nil
}

// passOf is the token of a form of somebody without an account; a form without one gets one.
func passOf(f *form.Form) string {
	if pass := f.Value(passField); len(pass) >= 20 && len(pass) <= 64 {
		return pass
	}
	pass := rand.Text()
	f.Set(passField, pass)
	return pass
}

// passField is the hidden field that carries it.
const passField = "files.pass"

// keep stores noted files, between two transactions: nobody has to wait while a file travels. Files that fail to arrive leave rows
// that nobody knows of and that are swept away.
func (m *Module) keep(ctx context.Context, rows []Attachment, files []content) error {
	if err := m.putAll(ctx, rows, files); err != nil {
		return err
	}
	jobs := renders(rows)
	if len(jobs) == 0 {
		return nil
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return tx.Enqueue(ctx, jobs...) })
}

// stage notes and stores files within the transaction, for callers that have only that one.
func (m *Module) stage(ctx context.Context, tx *tenant.Tx, files []content) ([]Attachment, error) {
	rows, err := m.note(ctx, tx, files, "")
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	if err := m.putAll(ctx, rows, files); err != nil {
		return nil, err
	}
	return rows, tx.Enqueue(ctx, renders(rows)...)
}

// note makes the rows of files that belong to nothing yet.
func (m *Module) note(ctx context.Context, tx *tenant.Tx, files []content, pass string) ([]Attachment, error) {
	if len(files) == 0 {
		return nil, nil
	}
	owner := owner(ctx, pass)
	if err := m.allow(ctx, tx, owner, files); err != nil {
		return nil, err
	}
	rows := make([]Attachment, len(files))
	for i, c := range files {
		rows[i] = Attachment{
			Key: tenant.Key{TenantID: tx.ID(), ID: id.New()}, Kind: c.kind, Name: c.name, Alt: c.alt, ContentType: c.contentType,
			Size: int64(len(c.data)), Sha256: c.sum, Width: c.width, Height: c.height, Scan: c.scan, OwnerID: owner, Position: i + 1,
			CreatedAt: tx.Now(),
		}
	}
	return rows, insert(ctx, tx, rows)
}

func (m *Module) putAll(ctx context.Context, rows []Attachment, files []content) error {
	for i, c := range files {
		if err := m.store.Put(ctx, rows[i].key(original), bytes.NewReader(c.data), c.contentType); err != nil {
			return err
		}
	}
	return nil
}

// renders are the jobs that draw the photos among rows.
func renders(rows []Attachment) []job.Spec {
	var jobs []job.Spec
	for _, a := range rows {
		if a.Kind == Photo {
			jobs = append(jobs, job.Spec{Kind: renderJob, Payload: renderPayload{ID: a.ID}})
		}
	}
	return jobs
}

// allow counts the bytes against what the account may send in a day (UTC).
func (m *Module) allow(ctx context.Context, tx *tenant.Tx, owner string, files []content) error {
	if owner == "" {
		return nil // the program itself
	}
	var bytes int64
	for _, c := range files {
		bytes += int64(len(c.data))
	}
	limit := m.day
	if strings.HasPrefix(owner, visitor) {
		owner, limit = "visitors", m.visitor // whoever has no account has no count of his own
	}
	sum, err := count(ctx, tx, owner, bytes)
	if err != nil {
		return err
	}
	if authz.Can(ctx, "attachment.manage", authz.Resource{}).Allowed {
		limit = m.staff
	}
	if sum > limit {
		return fault.TooMany(tx.Now().Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(tx.Now()))
	}
	return nil
}

// Add carries out a batch on a thing: removes, describes, and puts the new files behind those that it has. A file that the thing
// has already is not added again. What goes beyond the limits is fault.Invalid at the field "files". Whether the person in ctx may
// change the thing is for the caller to know.
func (m *Module) Add(ctx context.Context, tx *tenant.Tx, ref subject.Ref, b Batch) error {
	if len(b.Gone) > 0 {
		if err := Remove(ctx, tx, ref, b.Gone...); err != nil {
			return err
		}
	}
	has, err := every(ctx, tx, ref)
	if err != nil {
		return err
	}
	for _, a := range has {
		if alt, ok := b.AltOf[a.ID]; ok && alt != a.Alt {
			if err := describe(ctx, tx, ref, a.ID, alt); err != nil {
				return err
			}
		}
	}
	fresh, err := m.fresh(ctx, tx, b)
	if err != nil {
		return err
	}
	return m.place(ctx, tx, ref, has, fresh, b)
}

// fresh are the new files of a batch: those stored before, and those that it carries.
func (m *Module) fresh(ctx context.Context, tx *tenant.Tx, b Batch) ([]Attachment, error) {
	checked := make([]content, 0, len(b.Files))
	photos := 0
	for _, f := range b.Files {
		c, err := look(f)
		if err != nil {
			return nil, err
		}
		if c.kind == Photo {
			if photos < len(b.Alts) {
				c.alt = b.Alts[photos]
			}
			photos++
		}
		checked = append(checked, c)
	}
	ids := make([]string, len(b.Staged))
	for i := range b.Staged {
		ids[i] = b.Staged[i].ID
	}
	// Read again: they may have been used by another form meanwhile.
	staged, err := stagedOf(ctx, tx, owner(ctx, b.Pass), ids)
	if err != nil {
		return nil, err
	}
	added, err := m.stage(ctx, tx, checked)
	return append(staged, added...), err
}

func (m *Module) place(ctx context.Context, tx *tenant.Tx, ref subject.Ref, has, fresh []Attachment, b Batch) error {
	known, last := map[string]bool{}, 0
	photos, documents := 0, 0
	tally := func(a Attachment) {
		known[a.Sha256] = true
		if a.Kind == Photo {
			photos++
		} else {
			documents++
		}
	}
	for _, a := range has {
		tally(a)
		last = max(last, a.Position)
	}
	for _, a := range fresh {
		if known[a.Sha256] {
			continue // a double stays unused and is swept away
		}
		tally(a)
		last++
		if err := put(ctx, tx, a.ID, ref, last, b.Public); err != nil {
			return err
		}
		if alt, ok := b.AltOf[a.ID]; ok && alt != a.Alt {
			if err := describe(ctx, tx, ref, a.ID, alt); err != nil {
				return err
			}
		}
	}
	if l := b.Limits; l != (Limits{}) && (photos > l.Photos || documents > l.Documents) {
		return fault.InvalidField("files", "attachments.error.too_many", "Photos", l.Photos, "Documents", l.Documents)
	}
	return nil
}

type renderPayload struct {
	ID string `json:"id"`
}

// render draws the copies of a photo and throws the original away.
func (m *Module) render(ctx context.Context, j job.Job) error {
	var p renderPayload
	if err := j.Decode(&p); err != nil {
		return job.Permanent(err)
	}
	var a *Attachment
	err := m.db.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		a, err = anyOne(ctx, tx, p.ID)
		return err
	})
	if err != nil || a == nil {
		return err // erased meanwhile
	}
	if a.RenderedAt.IsZero() && a.DeletedAt.IsZero() {
		if err := m.draw(ctx, a); err != nil {
			return err
		}
	}
	if err := m.store.Delete(ctx, a.key(original)); err != nil {
		return fmt.Errorf("throw an original away: %w", err)
	}
	return nil
}
