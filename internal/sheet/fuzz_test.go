package sheet

import (
	"bytes"
	"slices"
	"testing"
	"unicode/utf8"
)

// FuzzRead: what was read is a table of texts, all rows of the same length.
func FuzzRead(f *testing.F) {
	f.Add("a.csv", []byte("a;b\n\"1;2\";\"x\"\"\"\n"))
	f.Add("a.csv", []byte("\xff\xfea\x00,\x00b\x00\n\x00"))
	f.Add("a.tsv", []byte("\xef\xbb\xbfa\tb\r\n=1+1\t\xe8"))
	var x bytes.Buffer
	if err := Write(&x, Book{Sheets: []Sheet{{Name: "a", Header: []string{"a"}, Rows: Rows([][]any{{"b"}})}}}, XLSX); err != nil {
		f.Fatal(err)
	}
	f.Add("a.xlsx", x.Bytes())
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		rows, err := Read(name, data)
		if err != nil {
			return
		}
		for _, row := range rows {
			if len(row) != len(rows[0]) || slices.ContainsFunc(row, func(s string) bool { return !utf8.ValidString(s) }) {
				t.Errorf("%q", row)
			}
		}
	})
}
