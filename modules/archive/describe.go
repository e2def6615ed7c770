package archive

import (
	"context"
	"fmt"
	"path"
	"strings"

	"glas/internal/i18n"
	"glas/modules/archive/internal/pack"
	"glas/modules/attachments"
	"glas/modules/documents"
	"glas/tenant"
)

// describe writes what explains the rest: for people, what it is and how it may be used; for programs, what each column means.
func (b *builder) describe(ctx context.Context) error {
	if err := b.dictionary(ctx); err != nil {
		return err
	}
	if err := b.w.Words("LICENCE.txt", b.licence.Name+"\n"+b.licence.URL+"\n"); err != nil {
		return err
	}
	return b.w.Words("README.txt", b.readme(ctx))
}

// readme says everything once in each language of the municipality.
func (b *builder) readme(ctx context.Context) string {
	t := tenant.From(ctx)
	var parts []string
	for _, lang := range b.langs {
		ctx := b.in(ctx, lang)
		title, _ := b.c.Title.Pick(lang, t.Default())
		name, _ := t.Name.Pick(lang, t.Default())
		lines := []string{
			i18n.T(ctx, "archive.readme.title", "Title", title), "",
			i18n.T(ctx, "archive.readme.by", "Name", name), strings.TrimSuffix(b.Base(ctx), "/") + b.c.Path(),
			i18n.T(ctx, "archive.readme.at", "At", i18n.DateTime(ctx, b.at)),
			i18n.T(ctx, "archive.readme.licence", "Licence", b.licence.Name), b.licence.URL, "",
			i18n.T(ctx, "archive.readme.attribution", "Name", name, "Title", title), "",
			i18n.T(ctx, "archive.readme.content"), "", i18n.T(ctx, "archive.readme.personal"), "", i18n.T(ctx, "archive.readme.check"), "",
		}
		parts = append(parts, strings.Join(lines, "\n"))
	}
	return strings.Join(parts, "\n"+strings.Repeat("-", 72)+"\n\n")
}

// dictionary lists every column of every table with its meaning in the languages of the municipality.
func (b *builder) dictionary(ctx context.Context) error {
	columns := []pack.Column{{Name: "file", Type: pack.Code}, {Name: "column", Type: pack.Code}, {Name: "type", Type: pack.Code}, {Name: "meaning", Type: pack.Texts}}
	b.tables = append(b.tables, pack.Table{Name: "dictionary", Columns: columns})
	rows := func(_ context.Context, fn func(row []any) error) error {
		for _, f := range files() {
			meaning := i18n.Text{}
			for _, lang := range b.langs {
				meaning[lang] = i18n.T(b.in(ctx, lang), "archive.file."+f[1]) //i18n: archive.file.*
			}
			if err := fn([]any{f[0], "*", "file", meaning}); err != nil {
				return err
			}
		}
		for _, t := range b.tables {
			for _, c := range t.Columns {
				for _, head := range (pack.Table{Columns: []pack.Column{c}}).Heads(b.langs) {
					meaning := i18n.Text{}
					for _, lang := range b.langs {
						meaning[lang] = i18n.T(b.in(ctx, lang), "archive.col."+c.Name) //i18n: archive.col.*
					}
					if err := fn([]any{t.Name, head.Name, string(head.Type), meaning}); err != nil {
						return err
					}
				}
			}
		}
		return nil
	}
	return b.w.Table(ctx, pack.Table{Name: "dictionary", Columns: columns, Rows: rows}, b.langs)
}

// files are the names of the files that are no tables, with the message that says what they hold. A star stands for anything.
func files() [][2]string {
	return [][2]string{{"consultation.json", "consultation"}, {"*.csv", "table"}, {"*.json", "rows"}, {"texts/*.md", "wording"}, {"texts/*.json", "blocks"}, {"votes/result-*.json", "result"},
		{"documents/*", "documents"}, {"attachments/*", "attachments"}, {"reports/*", "reports"}, {"README.txt", "readme"}, {"LICENCE.txt", "licence"}, {pack.Sums, "sums"}}
}

func documentName(d *documents.Document) string {
	return "documents/" + d.ID + "-" + pack.Name(d.FileName)
}

// attachmentName is where a file stands; photos were drawn anew as JPEG.
func attachmentName(a *attachments.Attachment) string {
	name := pack.Name(a.Name)
	if a.Kind == attachments.Photo {
		name = strings.TrimSuffix(name, path.Ext(name)) + ".jpg"
	}
	return "attachments/" + a.ID + "-" + name
}

func (b *builder) documentTable(ctx context.Context) pack.Table {
	return pack.Table{Name: "documents", Columns: columns("id", "kind", "kind_name:texts", "title:texts", "lang", "version:number", "file_name:text", "file", "size:number", "sha256",
		"added_at:moment", "replaced_by", "replace_reason:texts"),
		Rows: func(_ context.Context, fn func(row []any) error) error {
			for i := range b.docs {
				d := &b.docs[i]
				kind := i18n.Text{}
				for _, lang := range b.langs {
					kind[lang] = b.names.Of(b.in(ctx, lang), d.Kind)
				}
				if err := fn([]any{d.ID, d.Kind, kind, d.Title, d.Lang, d.Version, d.FileName, documentName(d), d.Size, d.SHA256, d.AddedAt.UTC(), d.ReplacedByID, d.ReplaceReason}); err != nil {
					return err
				}
			}
			return nil
		}}
}

func (b *builder) attachmentTable() pack.Table {
	return pack.Table{Name: "attachments", Columns: columns("id", "about_kind", "about_id", "kind", "file_name:text", "file", "alt:text", "size:number", "created_at:moment"),
		Rows: func(_ context.Context, fn func(row []any) error) error {
			for i := range b.files {
				a := &b.files[i]
				if err := fn([]any{a.ID, a.SubjectKind, a.SubjectID, a.Kind, a.Name, attachmentName(a), a.Alt, a.Size, a.CreatedAt.UTC()}); err != nil {
					return err
				}
			}
			return nil
		}}
}

// columns reads "name:type"; without a type it is a code.
func columns(list ...string) []pack.Column {
	out := make([]pack.Column, len(list))
	for i, s := range list {
		name, kind, ok := strings.Cut(s, ":")
		if !ok {
			kind = string(pack.Code)
		}
		out[i] = pack.Column{Name: name, Type: pack.Type(kind)}
	}
	return out
}

// number is how two digits more than needed never are: "03".
func number(n int) string { return fmt.Sprintf("%02d", n) }
