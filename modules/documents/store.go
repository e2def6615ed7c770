package documents

import (
	"context"
	"fmt"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/tenant"
)

// DocumentText is the text of a document, for the search.
type DocumentText struct {
	tenant.Key
	Text string
}

// DocumentKind is a kind of documents that the municipality named.
type DocumentKind struct {
	tenant.Key
	Name      i18n.Text `bun:"type:jsonb"`
	CreatedAt time.Time
}

// Of lists the documents of a thing that who acts in ctx may see, with the versions that were replaced, in the order of their kinds and
// then of their coming; one statement.
func Of(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]Document, error) {
	rows, err := every(ctx, tx, ref)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(d Document) bool { return !d.visible(ctx) })
	place := func(d Document) int {
		if i := slices.Index(Usual(), d.Kind); i >= 0 && d.Kind != Other {
			return i
		}
		return len(Usual())
	}
	slices.SortStableFunc(rows, func(a, b Document) int { return place(a) - place(b) })
	return rows, nil
}

// every lists all documents of a thing, whoever may see them.
func every(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]Document, error) {
	var rows []Document
	err := tx.Select(&rows).Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID).OrderExpr("added_at, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list documents of %s: %w", ref, err)
	}
	return rows, nil
}

// visible reports whether who acts in ctx may see it.
func (d *Document) visible(ctx context.Context) bool {
	return d.Public || authz.Can(ctx, "staff.enter", authz.Resource{}).Allowed
}

// Find is one document that who acts in ctx may see.
func Find(ctx context.Context, tx *tenant.Tx, documentID string) (*Document, error) {
	d, err := find(ctx, tx, documentID)
	if err != nil {
		return nil, err
	}
	if d == nil || !d.visible(ctx) {
		return nil, fault.NotFound("documents.error.unknown")
	}
	return d, nil
}

// find is one document, whoever may see it; nil when there is none.
func find(ctx context.Context, tx *tenant.Tx, documentID string) (*Document, error) {
	if !id.Valid(documentID) {
		return nil, nil
	}
	var rows []Document
	if err := tx.Select(&rows).Where("id = ?", documentID).Limit(1).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find document: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return &rows[0], nil
}

func insert(ctx context.Context, tx *tenant.Tx, d *Document) error {
	if _, err := tx.Insert(d).Exec(ctx); err != nil {
		return fmt.Errorf("insert document: %w", err)
	}
	return nil
}

// replaced notes that another version took the place of a document, unless one did already.
func replaced(ctx context.Context, tx *tenant.Tx, old, by string) error {
	res, err := tx.Update((*Document)(nil)).Set("replaced_by_id = ?", by).Set("replaced_at = ?", tx.Now()).
		Where("id = ?", old).Where("replaced_by_id = ''").Exec(ctx)
	if err != nil {
		return fmt.Errorf("mark document as replaced: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("mark document as replaced: %w", err)
	}
	if n == 0 {
		return fault.Conflict("documents.error.replaced")
	}
	return nil
}

// Show makes the documents of a thing public and findable, or hides them from everybody but staff.
func Show(ctx context.Context, tx *tenant.Tx, ref subject.Ref, visible bool) error {
	rows, err := every(ctx, tx, ref)
	if err != nil {
		return err
	}
	for i := range rows {
		d := &rows[i]
		if d.Public == visible {
			continue
		}
		d.Public = visible
		if _, err := tx.Update(d).Column("public").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("show document: %w", err)
		}
		if err := index(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

// textLetters bounds the text of one document that is searched.
const textLetters = 200_000

// index makes a public document findable by its text; what was replaced is not found any more, but stays readable.
func index(ctx context.Context, tx *tenant.Tx, d *Document) error {
	if !d.Public || !d.Current() {
		return tx.Unindex(ctx, d.Ref())
	}
	var words []string
	err := tx.Select((*DocumentText)(nil)).Column("text").Where("id = ?", d.ID).Scan(ctx, &words)
	if err != nil {
		return fmt.Errorf("read text of document: %w", err)
	}
	title, lang := d.Title.Pick(tx.Tenant().Default(), "")
	if d.Lang != "" {
		lang = d.Lang
	}
	doc := search.Document{Ref: d.Ref(), Title: title, Path: d.Path + "#doc-" + d.ID, Lang: lang, ConsultationID: d.ConsultationID, Updated: d.AddedAt}
	for _, t := range d.Title {
		doc.Body += t + "\n"
	}
	for _, w := range words {
		doc.Body += w
	}
	return tx.Index(ctx, doc)
}

// learned stores what reading a document told about it.
func learned(ctx context.Context, tx *tenant.Tx, d *Document, words string) error {
	d.ReadAt = tx.Now()
	_, err := tx.Update(d).Column("read_at", "text_layer", "images_without_alt", "pages").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("note what a document holds: %w", err)
	}
	row := &DocumentText{Key: tenant.Key{ID: d.ID}, Text: text.Truncate(words, textLetters)}
	if _, err := tx.Insert(row).On("conflict (tenant_id, id) do update").Set("text = excluded.text").Exec(ctx); err != nil {
		return fmt.Errorf("store text of document: %w", err)
	}
	return nil
}

// erase removes a document for good.
func erase(ctx context.Context, tx *tenant.Tx, d *Document) error {
	if err := tx.Unindex(ctx, d.Ref()); err != nil {
		return err
	}
	if _, err := tx.Delete((*DocumentText)(nil)).Where("id = ?", d.ID).Exec(ctx); err != nil {
		return fmt.Errorf("remove text of document: %w", err)
	}
	if _, err := tx.Delete((*Document)(nil)).Where("id = ?", d.ID).Exec(ctx); err != nil {
		return fmt.Errorf("remove document: %w", err)
	}
	_, err := tx.Update((*Document)(nil)).Set("replaced_by_id = ''").Set("replaced_at = NULL").Where("replaced_by_id = ?", d.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("remove document: %w", err)
	}
	return nil
}

// Names are the names of the kinds that a municipality uses.
type Names struct{ own []DocumentKind }

// KindNames reads the names of kinds; one statement.
func KindNames(ctx context.Context, tx *tenant.Tx) (Names, error) {
	var n Names
	if err := tx.Select(&n.own).OrderExpr("created_at, id").Scan(ctx); err != nil {
		return n, fmt.Errorf("list kinds of documents: %w", err)
	}
	return n, nil
}

// Of is the name of a kind in the reader's language.
func (n Names) Of(ctx context.Context, kind string) string {
	if slices.Contains(Usual(), kind) {
		return i18n.T(ctx, "documents.kind."+kind) //i18n: documents.kind.*
	}
	for _, k := range n.own {
		if k.ID == kind {
			return k.Name.In(ctx)
		}
	}
	return i18n.T(ctx, "documents.kind.other")
}

// Options are the choices of a select: the usual kinds, then the municipality's own, then "other".
func (n Names) Options(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, kind := range Usual() {
		if kind == Other {
			for _, k := range n.own {
				out = append(out, ui.Option{Value: k.ID, Label: k.Name.In(ctx)})
			}
		}
		out = append(out, ui.Option{Value: kind, Label: n.Of(ctx, kind)})
	}
	return out
}

// KindOptions are the choices of a select; one statement.
func KindOptions(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error) {
	n, err := KindNames(ctx, tx)
	return n.Options(ctx), err
}

func insertKind(ctx context.Context, tx *tenant.Tx, name i18n.Text) (string, error) {
	k := &DocumentKind{Key: tenant.Key{ID: id.New()}, Name: name, CreatedAt: tx.Now()}
	if _, err := tx.Insert(k).Exec(ctx); err != nil {
		return "", fmt.Errorf("add kind of documents: %w", err)
	}
	return k.ID, nil
}

// removeKind forgets a kind; documents of it are shown as "other".
func removeKind(ctx context.Context, tx *tenant.Tx, kindID string) error {
	if _, err := tx.Delete((*DocumentKind)(nil)).Where("id = ?", kindID).Exec(ctx); err != nil {
		return fmt.Errorf("remove kind of documents: %w", err)
	}
	return nil
}
