// Package records reads rows from files that other systems write: CSV and JSON Lines, plain or compressed.
package records

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Row is one row of a file, by the names of its columns.
type Row struct {
	// Line is where the row begins in its file, from 1.
	Line   int
	fields map[string]string
}

// Error is what is wrong with one row.
type Error struct {
	Line int
	What string
}

// Error implements error.
func (e Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.What) }

// Read reads CSV (with a head line; comma, semicolon or tab) or JSON Lines, plain or compressed by gzip. mapping renames
// columns: mapping["title"] is the column that holds the title.
func Read(path string, mapping map[string]string) ([]Row, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	return ReadFrom(file, path, mapping)
}

// ReadFrom is Read for what is not a file on this machine; the name tells the format.
func ReadFrom(from io.Reader, path string, mapping map[string]string) ([]Row, error) {
	var r io.Reader = bufio.NewReaderSize(from, 1<<20)
	var err error
	name := path
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
		}
		name = strings.TrimSuffix(name, ".gz")
	}
	var rows []Row
	switch filepath.Ext(name) {
	case ".jsonl", ".ndjson", ".json":
		rows, err = readJSONLines(r)
	case ".csv", ".tsv", ".txt":
		rows, err = readCSV(r)
	default:
		return nil, fmt.Errorf("%s: CSV (.csv, .tsv) and JSON Lines (.jsonl), each also with .gz, can be read", filepath.Base(path))
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	for i := range rows {
		for field, column := range mapping {
			if v, ok := rows[i].fields[column]; ok {
				rows[i].fields[field] = v
			}
		}
	}
	return rows, nil
}

func readJSONLines(r io.Reader) ([]Row, error) {
	var rows []Row
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 1<<20), 64<<20)
	for line := 1; s.Scan(); line++ {
		if len(strings.TrimSpace(s.Text())) == 0 {
			continue
		}
		var raw map[string]any
		d := json.NewDecoder(strings.NewReader(s.Text()))
		d.UseNumber()
		if err := d.Decode(&raw); err != nil {
			return nil, Error{line, "this is not JSON: " + err.Error()}
		}
		fields := map[string]string{}
		flatten("", raw, fields)
		rows = append(rows, Row{line, fields})
	}
	return rows, s.Err()
}

// flatten writes every value as text, that of a nested object under both names joined by a dot; null is as good as absent.
func flatten(prefix string, raw map[string]any, out map[string]string) {
	for name, v := range raw {
		switch v := v.(type) {
		case nil:
		case string:
			out[prefix+name] = v
		case json.Number:
			out[prefix+name] = v.String()
		case bool:
			out[prefix+name] = strconv.FormatBool(v)
		case map[string]any:
			flatten(prefix+name+".", v, out)
		}
	}
}

func readCSV(r io.Reader) ([]Row, error) {
	buffered := bufio.NewReader(r)
	if bom, err := buffered.Peek(3); err == nil && string(bom) == "\xef\xbb\xbf" {
		if _, err := buffered.Discard(3); err != nil {
			return nil, err
		}
	}
	head, err := buffered.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	first, _, _ := strings.Cut(string(head), "\n")
	c := csv.NewReader(buffered)
	c.FieldsPerRecord = -1
	for _, comma := range []rune{'\t', ';'} {
		if strings.Count(first, string(comma)) > strings.Count(first, string(c.Comma)) {
			c.Comma = comma
		}
	}
	columns, err := c.Read()
	if err != nil {
		return nil, err
	}
	var rows []Row
	for {
		values, err := c.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := c.FieldPos(0)
		fields := map[string]string{}
		for i, v := range values {
			if i < len(columns) && v != "" {
				fields[strings.TrimSpace(columns[i])] = v
			}
		}
		rows = append(rows, Row{line, fields})
	}
}

// Wrong says what is wrong with the row.
func (r Row) Wrong(format string, args ...any) error {
	return Error{r.Line, fmt.Sprintf(format, args...)}
}

// First is the first of the named fields that is there.
func (r Row) First(names ...string) string {
	for _, n := range names {
		if v := strings.TrimSpace(r.fields[n]); v != "" {
			return v
		}
	}
	return ""
}

// Time reads the times that exports of other systems write.
func (r Row) Time(names ...string) (time.Time, error) {
	v := r.First(names...)
	if v == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 MST", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", time.DateOnly, "2.1.2006", "2.1.2006 15:04", "02/01/2006", "02/01/2006 15:04:05"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, r.Wrong("%q is not a time", v)
}

// Number reads a count; what is absent is 0.
func (r Row) Number(names ...string) (int64, error) {
	v := r.First(names...)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return 0, r.Wrong("%q is not a number", v)
	}
	return n, nil
}
