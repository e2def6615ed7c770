package documents

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"glas/internal/authz"
	"glas/internal/blob"
	"glas/internal/extract"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/photo"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/tenant"
)

// Limits in letters.
const (
	titleMax  = 200
	altMax    = 500
	reasonMax = 1_000
)

// pictureSide is the longer side of a picture in pixels: enough to read a plan.
const pictureSide = 6000

// Receive reads what the fields of Fields carry and stores the file, before the transaction that uses it; complaints go to f. replace
// asks for a reason. A good file of a form that is refused for anything else waits a day for the next send of it by the same person:
// show the form again with Fields. Without a good file, or with complaints, Sent is nil.
func (m *Module) Receive(ctx context.Context, f *form.Form, languages []string, kinds []ui.Option, replace bool) (*Sent, error) {
	if err := authz.Can(ctx, "document.edit", authz.Resource{}).Err(); err != nil {
		return nil, err
	}
	s := readForm(f, languages, kinds, replace)
	w, err := m.file(ctx, f)
	if w == nil || err != nil {
		return nil, err
	}
	s.take(w)
	s.waits = true
	f.Check("alt", !w.picture() || s.Alt != "", "documents.error.alt")
	if !f.Valid() {
		return nil, nil
	}
	return s, nil
}

// file is the file that a form carries, or that an earlier send of it brought; nil, with a complaint, when there is none.
func (m *Module) file(ctx context.Context, f *form.Form) (*WaitingDocument, error) {
	files := f.Files("document", 1, MaxBytes)
	if len(files) == 0 && f.Value(waitingField) != "" {
		return m.waited(ctx, f)
	}
	if !f.Check("document", len(files) == 1, "documents.error.file") {
		return nil, nil
	}
	file, err := m.Look(files[0])
	if err == nil && file.Picture {
		file, err = redraw(file)
	}
	if e, ok := fault.As(err); ok {
		for _, msg := range e.Fields {
			f.Fail("document", msg.ID, msg.Args...) //i18n: attachments.error.*
		}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look into document: %w", err)
	}
	return m.wait(ctx, f, file)
}

// redraw makes a picture anew, so that nothing about who took it where is given out.
func redraw(file File) (File, error) {
	data, _, _, err := photo.Render(file.Data, pictureSide)
	if err != nil {
		return file, fault.InvalidField("document", "attachments.error.broken", "Name", file.Name).With(err)
	}
	file.Data, file.Mime = data, "image/jpeg"
	file.Name = strings.TrimSuffix(file.Name, path.Ext(file.Name)) + ".jpg"
	return file, nil
}

func readForm(f *form.Form, languages []string, kinds []ui.Option, replace bool) *Sent {
	var known []string
	for _, k := range kinds {
		known = append(known, k.Value)
	}
	s := &Sent{Title: f.Texts("title", languages, form.Limit{Max: titleMax}), Alt: f.Line("alt", form.Limit{Max: altMax}),
		Lang: f.OneOf("lang", append([]string{""}, languages...)...)}
	if !replace {
		f.Required("kind")
		s.Kind = f.OneOf("kind", known...)
		f.Check("title."+languages[0], s.Title[languages[0]] != "", "val.required")
		return s
	}
	s.Reason = f.Texts("reason", languages, form.Limit{Min: 5, Max: reasonMax})
	f.Check("reason."+languages[0], s.Reason[languages[0]] != "", "val.required")
	return s
}

// take notes which file it is.
func (s *Sent) take(w *WaitingDocument) {
	s.id, s.key, s.FileName, s.Mime, s.Size, s.SHA256, s.textLayer = w.ID, w.BlobKey, w.FileName, w.Mime, w.Size, w.SHA256, w.TextLayer
}

// Give is Receive for programs: demonstration, import, and documents that the product makes itself. When the transaction that uses it
// fails, call Discard.
func (m *Module) Give(ctx context.Context, s Sent, file File) (*Sent, error) {
	w, err := m.put(ctx, file)
	if err != nil {
		return nil, err
	}
	s.take(w)
	return &s, nil
}

// Discard throws a file away that was given and came to belong to nothing. That of a form waits for the next send of it.
func (m *Module) Discard(ctx context.Context, s *Sent) error {
	if s == nil || s.waits {
		return nil
	}
	return m.Store.Delete(ctx, s.key)
}

// Add gives a document to a thing. Whether who acts in ctx may change the thing is for the caller to know.
func (m *Module) Add(ctx context.Context, tx *tenant.Tx, p Place, s *Sent) (*Document, error) {
	d := &Document{Key: tenant.Key{ID: s.id}, SubjectKind: p.Ref.Kind, SubjectID: p.Ref.ID, Kind: s.Kind, Lang: s.Lang, Title: s.Title, Version: 1,
		Series: s.id, FileName: s.FileName, Mime: s.Mime, Size: s.Size, SHA256: s.SHA256, BlobKey: s.key, TextLayer: s.textLayer, Alt: s.Alt,
		Public: p.Public, Path: p.Path, ConsultationID: p.ConsultationID, AddedBy: authz.From(ctx).ID, AddedAt: tx.Now()}
	if err := used(ctx, tx, s); err != nil {
		return nil, err
	}
	return d, m.store(ctx, tx, d)
}

func (m *Module) store(ctx context.Context, tx *tenant.Tx, d *Document) error {
	if err := insert(ctx, tx, d); err != nil {
		return err
	}
	if err := index(ctx, tx, d); err != nil { // by its title; the text follows
		return err
	}
	if err := m.record(ctx, tx, "document.add", d); err != nil {
		return err
	}
	return tx.Enqueue(ctx, job.Spec{Kind: readJob, Payload: payload{ID: d.ID}})
}

// Replace puts another version in the place of a current document of a thing; title, language and alternative text stay unless others
// are given. The old version stays readable. It announces Replaced when the document is public.
func (m *Module) Replace(ctx context.Context, tx *tenant.Tx, p Place, oldID string, s *Sent) (fresh, old *Document, err error) {
	old, err = find(ctx, tx, oldID)
	if err != nil {
		return nil, nil, err
	}
	if old == nil || old.Subject() != p.Ref {
		return nil, nil, fault.NotFound("documents.error.unknown")
	}
	if old.SHA256 == s.SHA256 {
		return nil, nil, fault.InvalidField("document", "documents.error.same")
	}
	if err := used(ctx, tx, s); err != nil {
		return nil, nil, err
	}
	fresh = &Document{Key: tenant.Key{ID: s.id}, SubjectKind: p.Ref.Kind, SubjectID: p.Ref.ID, Kind: old.Kind, Lang: old.Lang, Title: i18n.Text{},
		Version: old.Version + 1, Series: old.Series, FileName: s.FileName, Mime: s.Mime, Size: s.Size, SHA256: s.SHA256, BlobKey: s.key,
		ReplacesID: old.ID, ReplaceReason: s.Reason, TextLayer: s.textLayer, Alt: s.Alt, Public: p.Public, Path: p.Path,
		ConsultationID: p.ConsultationID, AddedBy: authz.From(ctx).ID, AddedAt: tx.Now()}
	for lang, t := range old.Title {
		fresh.Title[lang] = t
	}
	for lang, t := range s.Title {
		if t != "" {
			fresh.Title[lang] = t
		}
	}
	if s.Lang != "" {
		fresh.Lang = s.Lang
	}
	if err := replaced(ctx, tx, old.ID, fresh.ID); err != nil {
		return nil, nil, err
	}
	old.ReplacedByID, old.ReplacedAt = fresh.ID, tx.Now()
	if err := index(ctx, tx, old); err != nil {
		return nil, nil, err
	}
	if err := m.store(ctx, tx, fresh); err != nil || !p.Public {
		return fresh, old, err
	}
	return fresh, old, tx.Announce(ctx, Replaced{Ref: p.Ref, ID: fresh.ID, OldID: old.ID, Kind: fresh.Kind})
}

// Remove takes a document away that was never public.
func (m *Module) Remove(ctx context.Context, tx *tenant.Tx, ref subject.Ref, documentID string) error {
	d, err := find(ctx, tx, documentID)
	if err != nil {
		return err
	}
	if d == nil || d.Subject() != ref {
		return fault.NotFound("documents.error.unknown")
	}
	if d.Public || !d.Current() {
		return fault.Conflict("documents.error.public")
	}
	if err := erase(ctx, tx, d); err != nil {
		return err
	}
	if err := m.record(ctx, tx, "document.remove", d); err != nil {
		return err
	}
	return tx.Enqueue(ctx, job.Spec{Kind: dropJob, Payload: payload{Key: d.BlobKey}})
}

func (m *Module) record(ctx context.Context, tx *tenant.Tx, action string, d *Document) error {
	if m.Audit == nil {
		return nil
	}
	return m.Audit(ctx, tx, action, d.Subject(), map[string]any{"document": d.ID, "kind": d.Kind, "version": d.Version, "sha256": d.SHA256, "title": d.Title})
}

// payload names a document, or what is stored of one that is gone.
type payload struct {
	ID  string `json:"id,omitempty"`
	Key string `json:"key,omitempty"`
}

func (m *Module) drop(ctx context.Context, j job.Job) error {
	var p payload
	if err := j.Decode(&p); err != nil {
		return job.Permanent(err)
	}
	return m.Store.Delete(ctx, p.Key)
}

// read takes the text out of a document and learns whether everybody can read it.
func (m *Module) read(ctx context.Context, j job.Job) error {
	var p payload
	if err := j.Decode(&p); err != nil {
		return job.Permanent(err)
	}
	var d *Document
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		d, err = find(ctx, tx, p.ID)
		return err
	})
	if err != nil || d == nil {
		return err // removed meanwhile
	}
	words, err := m.textOf(ctx, d)
	if err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		now, err := find(ctx, tx, d.ID)
		if err != nil || now == nil {
			return err
		}
		now.TextLayer, now.ImagesWithoutAlt, now.Pages = d.TextLayer, d.ImagesWithoutAlt, d.Pages
		if err := learned(ctx, tx, now, words); err != nil {
			return err
		}
		return index(ctx, tx, now)
	})
}

// textOf is the text of a file; one that cannot be read has none, and only its title is found.
func (m *Module) textOf(ctx context.Context, d *Document) (string, error) {
	r, _, err := m.Store.Get(ctx, d.BlobKey)
	if errors.Is(err, blob.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read document: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err := errors.Join(err, r.Close()); err != nil {
		return "", fmt.Errorf("read document: %w", err)
	}
	if d.Picture() {
		return d.Alt, nil
	}
	doc, err := extract.Paragraphs(d.FileName, data)
	if err != nil {
		return "", nil // its kind is not read, or it is broken: nothing to search
	}
	d.TextLayer, d.ImagesWithoutAlt, d.Pages = doc.TextLayer, doc.ImagesWithoutAlt, doc.Pages
	return extract.Text(doc), nil
}
