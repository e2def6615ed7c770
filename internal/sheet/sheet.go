// Package sheet writes and reads tables as CSV and XLSX.
//
// What is written can be opened in a spreadsheet without harm: a text that a spreadsheet would take for a formula is kept a
// text. What is read is bounded: a file from outside cannot grow beyond the limits named here.
package sheet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Format is how a table is written.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// ContentType is the media type of the format.
func (f Format) ContentType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Sheet is one table. A cell is a string, an int, an int64, a float64, a bool, a time.Time (written as it stands in its zone) or
// nil for nothing.
type Sheet struct {
	Name   string // of the tab; letters that a spreadsheet forbids are replaced, and it is cut to 31
	Header []string
	Rows   iter.Seq2[[]any, error]
	Widths []float64 // of the columns in letters; 0 or missing: chosen by the header
}

// Book is what is written.
type Book struct {
	Title   string // of the file's properties
	Author  string
	Lang    string // of the content, as in "sl"
	Created time.Time
	Sheets  []Sheet
	Comma   rune // between the cells of CSV; ';' when zero, which a spreadsheet opens right in the countries served
}

// Rows gives rows that are already in memory.
func Rows(rows [][]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Write writes the book. CSV holds one table only, so that a book of several is refused there. The same book gives the same bytes.
func Write(w io.Writer, b Book, format Format) error {
	switch format {
	case CSV:
		return writeCSV(w, b)
	case XLSX:
		return writeXLSX(w, b)
	}
	return fmt.Errorf("write sheet: unknown format %q", format)
}

func writeCSV(w io.Writer, b Book) error {
	if len(b.Sheets) != 1 {
		return fmt.Errorf("write sheet: CSV holds one table, not %d", len(b.Sheets))
	}
	buffered := bufio.NewWriter(w)
	// Without the mark, a spreadsheet takes the file for the machine's old code page.
	if _, err := buffered.WriteString("\ufeff"); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	out := csv.NewWriter(buffered)
	out.Comma, out.UseCRLF = ';', true
	if b.Comma != 0 {
		out.Comma = b.Comma
	}
	if err := out.Write(Guarded(b.Sheets[0].Header)); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	var line []string
	for row, err := range b.Sheets[0].Rows {
		if err != nil {
			return err
		}
		line = line[:0]
		for _, cell := range row {
			line = append(line, csvCell(cell))
		}
		if err := out.Write(line); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	}
	out.Flush()
	if err := errors.Join(out.Error(), buffered.Flush()); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

func csvCell(cell any) string {
	switch v := cell.(type) {
	case nil:
		return ""
	case string:
		return Guard(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.Format(time.RFC3339)
	}
	return Guard(fmt.Sprint(cell))
}

// Guard keeps a text from being taken for a formula by a spreadsheet that opens CSV: an apostrophe stands before it.
func Guard(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return "'" + s
	}
	// Full-width signs are taken for the plain ones in some languages of spreadsheets.
	if r, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("\uff1d\uff0b\uff0d\uff20", r) {
		return "'" + s
	}
	return s
}

// Guarded guards each text of a row.
func Guarded(row []string) []string {
	out := make([]string, len(row))
	for i, s := range row {
		out[i] = Guard(s)
	}
	return out
}

func writeXLSX(w io.Writer, b Book) (err error) {
	if len(b.Sheets) == 0 {
		return errors.New("write sheet: a book needs a table")
	}
	file := excelize.NewFile()
	defer func() { err = errors.Join(err, file.Close()) }()
	created := b.Created.UTC().Format(time.RFC3339)
	if err := file.SetDocProps(&excelize.DocProperties{Title: clean(b.Title), Creator: clean(b.Author), LastModifiedBy: clean(b.Author),
		Language: b.Lang, Created: created, Modified: created}); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	styles, err := newStyles(file)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for i, s := range b.Sheets {
		name := tabName(s.Name, i, taken)
		if i == 0 {
			err = file.SetSheetName("Sheet1", name)
		} else {
			_, err = file.NewSheet(name)
		}
		if err != nil {
			return fmt.Errorf("write xlsx: %w", err)
		}
		if err := writeTab(file, name, s, styles); err != nil {
			return err
		}
	}
	if _, err := file.WriteTo(w); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	return nil
}

type styles struct{ head, body, moment int }

func newStyles(file *excelize.File) (s styles, err error) {
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	moment := "yyyy\\-mm\\-dd hh:mm"
	if s.head, err = file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: wrap}); err != nil {
		return s, fmt.Errorf("write xlsx: %w", err)
	}
	if s.body, err = file.NewStyle(&excelize.Style{Alignment: wrap}); err != nil {
		return s, fmt.Errorf("write xlsx: %w", err)
	}
	if s.moment, err = file.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}, CustomNumFmt: &moment}); err != nil {
		return s, fmt.Errorf("write xlsx: %w", err)
	}
	return s, nil
}

func writeTab(file *excelize.File, name string, s Sheet, st styles) error {
	out, err := file.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	for i, head := range s.Header {
		if err := out.SetColWidth(i+1, i+1, width(s.Widths, i, head)); err != nil {
			return fmt.Errorf("write xlsx: %w", err)
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	head := make([]any, len(s.Header))
	for i, h := range s.Header {
		head[i] = excelize.Cell{StyleID: st.head, Value: clean(h)}
	}
	if err := out.SetRow("A1", head); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	line := 1
	for row, err := range s.Rows {
		if err != nil {
			return err
		}
		line++
		if err := out.SetRow("A"+strconv.Itoa(line), st.cells(row)); err != nil {
			return fmt.Errorf("write xlsx: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	return nil
}

func (st styles) cells(row []any) []any {
	cells := make([]any, len(row))
	for i, cell := range row {
		switch v := cell.(type) {
		case nil:
		case string:
			cells[i] = excelize.Cell{StyleID: st.body, Value: fit(clean(v))}
		case time.Time:
			if !v.IsZero() {
				// A spreadsheet knows no zones: the local wall clock is what its reader expects.
				wall := time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), 0, time.UTC)
				cells[i] = excelize.Cell{StyleID: st.moment, Value: wall}
			}
		default:
			cells[i] = excelize.Cell{StyleID: st.body, Value: v}
		}
	}
	return cells
}

func width(widths []float64, i int, head string) float64 {
	if i < len(widths) && widths[i] > 0 {
		return min(widths[i], 120)
	}
	return float64(min(40, max(12, utf8.RuneCountInString(head)+3)))
}

// maxCell is the most UTF-16 units a cell of a spreadsheet holds.
const maxCell = 32767

// fit cuts a text to what a cell holds.
func fit(s string) string {
	if len(s) <= maxCell {
		return s
	}
	n := 0
	for i, r := range s {
		if n += utf16.RuneLen(r); n > maxCell-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// clean leaves out what XML forbids.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}

// tabName makes a name that a spreadsheet takes: 31 letters, none of :\/?*[], no apostrophe at the ends, no name twice.
func tabName(name string, i int, taken map[string]bool) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return ' '
		}
		return r
	}, clean(name)), "' ")
	runes := []rune(name)
	name = string(runes[:min(len(runes), 31)])
	if key := strings.ToLower(name); name == "" || taken[key] {
		tail := " " + strconv.Itoa(i+1)
		name = strings.TrimSpace(string(runes[:min(len(runes), 31-len(tail))]) + tail)
	}
	taken[strings.ToLower(name)] = true
	return name
}
