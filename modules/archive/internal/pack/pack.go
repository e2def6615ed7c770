// Package pack writes files and tables into one ZIP with a list of fingerprints. The same content at the same moment gives the same bytes.
package pack

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/sheet"
)

// Type says what stands in a column.
type Type string

// The types of columns. Texts are written by people of the municipality in several languages: in CSV each has a column of its own.
const (
	Text   Type = "text"
	Texts  Type = "texts"
	Code   Type = "code"
	Number Type = "number"
	Moment Type = "moment"
	Day    Type = "day"
	Flag   Type = "flag"
)

// Column is a column of a table.
type Column struct {
	Name string
	Type Type
}

// Table is written as CSV and as JSON. Rows gives its rows, each with a cell for every column, and is called once for each format.
type Table struct {
	Name    string
	Columns []Column
	Rows    func(ctx context.Context, fn func(row []any) error) error
}

// Writer writes one ZIP.
type Writer struct {
	zip   *zip.Writer
	at    time.Time
	sums  strings.Builder
	names map[string]bool
}

// Sums is the name of the list of fingerprints.
const Sums = "SHA256SUMS"

// New begins a ZIP whose files bear the time at.
func New(w io.Writer, at time.Time) *Writer {
	return &Writer{zip: zip.NewWriter(w), at: at.UTC(), names: map[string]bool{}}
}

// Count is how many files are in it.
func (w *Writer) Count() int { return len(w.names) }

// File adds a file. Two of one name are an error.
func (w *Writer) File(name string, write func(out io.Writer) error) error {
	if w.names[name] {
		return fmt.Errorf("pack %s: the name is taken", name)
	}
	w.names[name] = true
	out, err := w.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method(name), Modified: w.at})
	if err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	sum := sha256.New()
	if err := write(io.MultiWriter(out, sum)); err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	fmt.Fprintf(&w.sums, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), name)
	return nil
}

// method leaves alone what is packed already.
func method(name string) uint16 {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".zip", ".docx", ".xlsx", ".odt", ".pdf":
		return zip.Store
	}
	return zip.Deflate
}

// Words adds a file with a text.
func (w *Writer) Words(name, words string) error {
	return w.File(name, func(out io.Writer) error {
		_, err := io.WriteString(out, words)
		return err
	})
}

// JSON adds a file with a value.
func (w *Writer) JSON(name string, v any) error {
	return w.File(name, func(out io.Writer) error {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	})
}

// Table adds a table in both formats; langs are those that texts have in CSV.
func (w *Writer) Table(ctx context.Context, t Table, langs []string) error {
	err := w.File(t.Name+".csv", func(out io.Writer) error {
		return sheet.Write(out, sheet.Book{Comma: ',', Sheets: []sheet.Sheet{{Name: t.Name, Header: t.header(langs), Rows: t.cells(ctx, langs)}}}, sheet.CSV)
	})
	if err != nil {
		return err
	}
	return w.File(t.Name+".json", func(out io.Writer) error { return t.writeJSON(ctx, out) })
}

// Heads are the names of the columns in CSV with the type of each.
func (t Table) Heads(langs []string) []Column {
	var out []Column
	for _, c := range t.Columns {
		if c.Type != Texts {
			out = append(out, c)
			continue
		}
		for _, l := range langs {
			out = append(out, Column{c.Name + "_" + l, Texts})
		}
	}
	return out
}

func (t Table) header(langs []string) []string {
	var out []string
	for _, c := range t.Heads(langs) {
		out = append(out, c.Name)
	}
	return out
}

var errStop = errors.New("no more rows are wanted")

func (t Table) cells(ctx context.Context, langs []string) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		err := t.Rows(ctx, func(row []any) error {
			var out []any
			for i, c := range t.Columns {
				if c.Type != Texts {
					out = append(out, row[i])
					continue
				}
				words, _ := row[i].(i18n.Text)
				for _, l := range langs {
					out = append(out, words[l])
				}
			}
			if !yield(out, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(nil, err)
		}
	}
}

// writeJSON writes a list of objects whose fields have the order of the columns.
func (t Table) writeJSON(ctx context.Context, out io.Writer) error {
	before := "[\n"
	err := t.Rows(ctx, func(row []any) error {
		var b strings.Builder
		b.WriteString(before)
		before = ",\n"
		for i, c := range t.Columns {
			if at, ok := row[i].(time.Time); ok && at.IsZero() {
				row[i] = nil
			}
			cell, err := json.Marshal(row[i])
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s%q:%s", map[bool]string{true: "{", false: ","}[i == 0], c.Name, cell)
		}
		b.WriteString("}")
		_, err := io.WriteString(out, b.String())
		return err
	})
	if err != nil {
		return err
	}
	end := "\n]\n"
	if before == "[\n" {
		end = "[]\n"
	}
	_, err = io.WriteString(out, end)
	return err
}

// Close adds the fingerprints and ends the ZIP.
func (w *Writer) Close() error {
	out, err := w.zip.CreateHeader(&zip.FileHeader{Name: Sums, Method: zip.Deflate, Modified: w.at})
	if err == nil {
		_, err = io.WriteString(out, w.sums.String())
	}
	if err = errors.Join(err, w.zip.Close()); err != nil {
		return fmt.Errorf("end archive: %w", err)
	}
	return nil
}

// Name makes a file name that every system takes out of what somebody called a file.
func Name(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, path.Base(s))
	s = strings.TrimLeft(s, ".")
	if ext := path.Ext(s); len(s) > 120 && len(ext) < 12 {
		return strings.ToValidUTF8(s[:120-len(ext)], "") + ext
	} else if len(s) > 120 {
		return strings.ToValidUTF8(s[:120], "")
	}
	if s == "" {
		return "file"
	}
	return s
}
