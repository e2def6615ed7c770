package main

import (
	"bufio"
	"compress/gzip"
	"context"
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

// importRow is one row of a file, by the names of its columns.
type importRow struct {
	line   int
	fields map[string]string
}

// rowError is what is wrong with one row.
type rowError struct {
	line int
	what string
}

func (e rowError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.what) }

// readRecords reads CSV (with a head line; comma, semicolon or tab) or JSON Lines, plain or compressed by gzip. mapping renames
// columns: mapping["title"] is the column that holds the title.
func readRecords(path string, mapping map[string]string) ([]importRow, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	var r io.Reader = bufio.NewReaderSize(file, 1<<20)
	name := path
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
		}
		name = strings.TrimSuffix(name, ".gz")
	}
	var rows []importRow
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

func readJSONLines(r io.Reader) ([]importRow, error) {
	var rows []importRow
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
			return nil, rowError{line, "this is not JSON: " + err.Error()}
		}
		fields := map[string]string{}
		flatten("", raw, fields)
		rows = append(rows, importRow{line, fields})
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

func readCSV(r io.Reader) ([]importRow, error) {
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
	var rows []importRow
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
		rows = append(rows, importRow{line, fields})
	}
}

// first is the first of the named fields that is there.
func (r importRow) first(names ...string) string {
	for _, n := range names {
		if v := strings.TrimSpace(r.fields[n]); v != "" {
			return v
		}
	}
	return ""
}

// moment reads the times that exports of other systems write.
func (r importRow) moment(names ...string) (time.Time, error) {
	v := r.first(names...)
	if v == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 MST", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", time.DateOnly, "2.1.2006", "2.1.2006 15:04", "02/01/2006", "02/01/2006 15:04:05"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, rowError{r.line, fmt.Sprintf("%q is not a time", v)}
}

// number reads a count; what is absent is 0.
func (r importRow) number(names ...string) (int64, error) {
	v := r.first(names...)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return 0, rowError{r.line, fmt.Sprintf("%q is not a number", v)}
	}
	return n, nil
}

// importJob is what an import command was asked to do.
type importJob struct {
	app          *app
	what         string
	rows         []importRow
	slug         string
	consultation string
	dry, create  bool
	out          io.Writer
	progress     func(done, total int, name string)
}

const importUsage = `Brings proposals or comments in. The same file may be brought in again: rows are known by their external id.

Columns of proposals: id, title, body (text or HTML, which is cleaned), author, topic, area, lat, lng, created_at, supports.
Columns of comments:  id, proposal (external id of the proposal), parent (external id of the comment answered) or ancestry (a path of
                      ids), body, author, stance (1, 0, -1), up, down, created_at.
Other names are given by --map title=naslov,body=besedilo. Names of common exports are known already.`

func importCommand(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "import", "proposals|comments --tenant SLUG --consultation NAME [flags] FILE", importUsage)
	slug := f.String("tenant", "", "short name of the municipality")
	consultation := f.String("consultation", "", "name of the consultation in its address")
	create := f.Bool("create", false, "make topics and areas that are missing")
	dry := f.Bool("dry-run", false, "only say what would happen and which rows are wrong")
	mapping := f.String("map", "", "names of columns, such as title=naslov,body=besedilo")
	if len(args) == 0 || asksHelp(args) {
		f.Usage()
		return nil
	}
	what := args[0]
	if what != "proposals" && what != "comments" {
		return fmt.Errorf("%q cannot be brought in: proposals or comments", what)
	}
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	if *slug == "" || *consultation == "" || f.NArg() != 1 {
		f.Usage()
		return errors.New("--tenant, --consultation and one file are needed")
	}
	columns := map[string]string{}
	for pair := range strings.SplitSeq(*mapping, ",") {
		if field, column, ok := strings.Cut(pair, "="); ok {
			columns[field] = column
		} else if pair != "" {
			return fmt.Errorf("--map %q: write field=column", pair)
		}
	}
	rows, err := readRecords(f.Arg(0), columns)
	if err != nil {
		return err
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	j := importJob{app: a, what: what, rows: rows, slug: *slug, consultation: *consultation, dry: *dry, create: *create, out: env.out, progress: bar(env.errOut, "importing")}
	return j.run(ctx)
}
