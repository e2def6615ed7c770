package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of what is read.
const (
	MaxBytes   = 20 << 20
	MaxRows    = 100_000
	MaxColumns = 300
	maxUnzip   = 200 << 20
)

// What can be wrong with a file from outside.
var (
	ErrTooLarge = errors.New("sheet: the file is larger than can be read")
	ErrFormat   = errors.New("sheet: only CSV and XLSX can be read")
	ErrBroken   = errors.New("sheet: the file cannot be read as a table")
)

// Read reads the first table of a file: XLSX, or text whose delimiter and encoding are found. Cells are trimmed, empty lines are
// left out, and every row has as many cells as the longest. Numbers and dates of XLSX come as they are shown there; a date in the form
// that the reader's computer chooses comes as 2026-11-21.
func Read(name string, data []byte) ([][]string, error) {
	if len(data) > MaxBytes {
		return nil, ErrTooLarge
	}
	var rows [][]string
	var err error
	switch ext := strings.ToLower(path.Ext(name)); {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		rows, err = readXLSX(data)
	case ext == ".csv" || ext == ".tsv" || ext == ".txt" || ext == "":
		rows, err = readCSV(Decode(data))
	default:
		return nil, ErrFormat
	}
	if err != nil {
		return nil, err
	}
	return level(rows), nil
}

// level gives every row the same number of cells.
func level(rows [][]string) [][]string {
	longest := 0
	for _, r := range rows {
		longest = max(longest, len(r))
	}
	for i, r := range rows {
		for len(r) < longest {
			r = append(r, "")
		}
		rows[i] = r
	}
	return rows
}

// kept trims a row; an empty one is nil.
func kept(row []string) ([]string, error) {
	if len(row) > MaxColumns {
		return nil, ErrTooLarge
	}
	empty := true
	for i, cell := range row {
		row[i] = strings.TrimSpace(cell)
		empty = empty && row[i] == ""
	}
	if empty {
		return nil, nil
	}
	return row, nil
}

func readXLSX(data []byte) (rows [][]string, err error) {
	file, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: 16 << 20, ShortDatePattern: "yyyy-mm-dd"})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			return nil, ErrTooLarge
		}
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	names := file.GetSheetList()
	if len(names) == 0 {
		return nil, ErrBroken
	}
	read, err := file.Rows(names[0])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	defer func() { err = errors.Join(err, read.Close()) }()
	// Rows that hold nothing are counted too: a file can name a million of them.
	for n := 0; read.Next(); n++ {
		if n > MaxRows {
			return nil, ErrTooLarge
		}
		columns, err := read.Columns()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBroken, err)
		}
		row, err := kept(columns)
		if err != nil {
			return nil, err
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	if err := read.Error(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return rows, nil
}

func readCSV(text string) ([][]string, error) {
	comma := rune(0)
	// Spreadsheets may name the delimiter on the first line.
	if rest, named := strings.CutPrefix(text, "sep="); named && len(rest) > 0 {
		comma = rune(rest[0])
		_, text, _ = strings.Cut(text, "\n")
	}
	if !strings.ContainsRune(",;\t|", comma) || comma == 0 {
		comma = delimiter(text)
	}
	in := reader(text, comma)
	var rows [][]string
	for n := 0; ; n++ {
		line, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBroken, err)
		}
		if n > MaxRows {
			return nil, ErrTooLarge
		}
		row, err := kept(line)
		if err != nil {
			return nil, err
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
}

func reader(text string, comma rune) *csv.Reader {
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = comma, -1, true
	return in
}

// delimiter finds what stands between the cells: what gives most lines of the beginning the same number of cells, more than one.
func delimiter(text string) rune {
	best, most := ',', 0.0
	for _, comma := range ";\t,|" {
		in := reader(text, comma)
		counts := map[int]int{}
		lines := 0
		for lines < 30 {
			line, err := in.Read()
			if err != nil {
				break
			}
			counts[len(line)]++
			lines++
		}
		for cells, n := range counts {
			if cells < 2 {
				continue
			}
			// How many lines agree counts first; of two that agree equally, the one with more cells.
			if score := float64(n)/float64(lines) + float64(min(cells, 99))/1000; score > most {
				best, most = comma, score
			}
		}
	}
	return best
}
