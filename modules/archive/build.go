package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"glas/internal/authz"
	"glas/internal/blob"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/archive/internal/pack"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/documents"
	"glas/modules/remarks"
	"glas/tenant"
)

// Made is what became of the making of an archive: the moment of which it is, and how many files are in it.
type Made struct {
	At    time.Time
	Files int
}

// Rows make up this share of the progress, in percent; files the rest.
const rowShare = 60

// builder packs one consultation.
type builder struct {
	*Module
	c       *consultations.Consultation
	w       *pack.Writer
	at      time.Time
	licence Licence
	langs   []string
	tick    func(percent int) error
	// done of all rows are written, each counted in both formats.
	done, all int64
	tables    []pack.Table
	// open are the ids of the proposals that everybody can open, titles what those that can be read are called.
	open   map[string]bool
	titles map[string]string
	// refs are the things whose attachments come along.
	refs    []subject.Ref
	names   documents.Names
	docs    []documents.Document
	files   []attachments.Attachment
	reports []ReportFile
}

// Build writes everything of a consultation that the public may read into a ZIP, all of it as of one moment. tick is told how far it is,
// in percent. Memory does not grow with the number of contributions; a file of the consultation is held as a whole.
func (m *Module) Build(ctx context.Context, consultationID, licence string, out io.Writer, tick func(percent int) error) (Made, error) {
	ctx = authz.With(ctx, authz.Actor{Kind: authz.Visitor}, nil)
	b := &builder{Module: m, licence: licenceOf(licence), tick: tick, open: map[string]bool{}, titles: map[string]string{}}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if b.c, err = consultations.Load(ctx, tx, consultationID); err != nil {
			return err
		}
		if !b.c.Visible(tx.Now()) {
			return fault.Conflict("archive.error.private")
		}
		b.at, b.langs = tx.Now().UTC().Truncate(time.Second), tx.Tenant().Languages
		b.w = pack.New(out, b.at)
		return b.rows(ctx, tx)
	})
	if err != nil {
		return Made{}, fmt.Errorf("make archive: %w", err)
	}
	for _, step := range []func(context.Context) error{b.putFiles, b.describe} {
		if err := step(ctx); err != nil {
			return Made{}, fmt.Errorf("make archive: %w", err)
		}
	}
	return Made{At: b.at, Files: b.w.Count() + 1}, b.w.Close()
}

// rows writes everything that comes from the database, and notes which files belong to it.
func (b *builder) rows(ctx context.Context, tx *tenant.Tx) error {
	totals, err := remarks.TotalsOf(ctx, tx, b.c.ID)
	if err != nil {
		return err
	}
	b.all = 2 * (b.c.ProposalCount + b.c.CommentCount + int64(totals.All))
	b.refs = []subject.Ref{b.c.Ref(), b.c.CoverRef()}
	for _, step := range []func(context.Context, *tenant.Tx) error{b.consultation, b.changes, b.proposals, b.comments, b.remarks, b.positions, b.votes, b.texts, b.zones, b.list} {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// table writes a table and remembers it for the dictionary.
func (b *builder) table(ctx context.Context, t pack.Table) error {
	b.tables = append(b.tables, t)
	return b.w.Table(ctx, t, b.langs)
}

// row counts one row that was written.
func (b *builder) row() error {
	b.done++
	return b.tick(int(min(rowShare, b.done*rowShare/max(1, b.all))))
}

// list notes the files that everybody may fetch.
func (b *builder) list(ctx context.Context, tx *tenant.Tx) (err error) {
	if b.names, err = documents.KindNames(ctx, tx); err != nil {
		return err
	}
	all, err := documents.Of(ctx, tx, b.c.Ref())
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.Public {
			b.docs = append(b.docs, d)
		}
	}
	for from := 0; from < len(b.refs); from += batch {
		some := b.refs[from:min(from+batch, len(b.refs))]
		found, err := attachments.Of(ctx, tx, some)
		if err != nil {
			return err
		}
		for _, r := range some {
			for _, a := range found[r] {
				if a.Public && a.Ready() {
					b.files = append(b.files, a)
				}
			}
		}
	}
	if b.Reports != nil {
		b.reports, err = b.Reports(ctx, tx, b.c.ID)
	}
	return err
}

// batch is how many things are asked for at once.
const batch = 500

// putFiles copies the files, and then writes their tables.
func (b *builder) putFiles(ctx context.Context) error {
	all, done := len(b.docs)+len(b.files)+len(b.reports), 0
	next := func() error {
		done++
		return b.tick(rowShare + done*(99-rowShare)/max(1, all))
	}
	for i := range b.docs {
		if err := errors.Join(b.copy(ctx, documentName(&b.docs[i]), b.docs[i].BlobKey), next()); err != nil {
			return err
		}
	}
	for i := range b.files {
		if err := errors.Join(b.attachment(ctx, &b.files[i]), next()); err != nil {
			return err
		}
	}
	for _, r := range b.reports {
		if err := errors.Join(b.copy(ctx, fmt.Sprintf("reports/v%d/%s", r.Version, pack.Name(r.Name)), r.BlobKey), next()); err != nil {
			return err
		}
	}
	if err := b.table(ctx, b.documentTable(ctx)); err != nil {
		return err
	}
	return b.table(ctx, b.attachmentTable())
}

func (b *builder) attachment(ctx context.Context, a *attachments.Attachment) error {
	variant := attachments.File
	if a.Kind == attachments.Photo {
		variant = attachments.Full
	}
	data, err := b.Files.Bytes(ctx, a, variant)
	if err != nil {
		return fmt.Errorf("read attachment %s: %w", a.ID, err)
	}
	return b.w.File(attachmentName(a), func(out io.Writer) error {
		_, err := out.Write(data)
		return err
	})
}

// copy takes a file out of the store. One that is lost there is named in the archive, so that the rest can still be kept.
func (b *builder) copy(ctx context.Context, name, key string) error {
	in, _, err := b.Store.Get(ctx, key)
	if errors.Is(err, blob.ErrNotFound) {
		return b.w.Words(name+".missing.txt", "This file is no longer in the store.\n")
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	err = b.w.File(name, func(out io.Writer) error {
		_, err := io.Copy(out, in)
		return err
	})
	return errors.Join(err, in.Close())
}

// in speaks a language of the municipality.
func (b *builder) in(ctx context.Context, lang string) context.Context {
	t := tenant.From(ctx)
	return i18n.With(ctx, b.Catalogue.Localizer(lang, t.Zone(), "").Fallback(t.Default()))
}
