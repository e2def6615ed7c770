package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"glas/internal/sheet"
)

func book(rows [][]any) sheet.Book {
	return sheet.Book{Title: "Предложения", Lang: "bg", Created: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC),
		Sheets: []sheet.Sheet{{Name: "A/B: [x]", Header: []string{"No", "Text"}, Rows: sheet.Rows(rows)}}}
}

func write(t *testing.T, b sheet.Book, f sheet.Format) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := sheet.Write(&out, b, f); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rows := [][]any{{1, "č; \"ş\"\nΐ"}, {int64(-2), "=1+1"}, {3.5, "plain"}, {nil, "last\x00"}}
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		data := write(t, book(rows), f)
		if again := write(t, book(rows), f); !bytes.Equal(data, again) {
			t.Errorf("%s: the same book gave other bytes", f)
		}
		got, err := sheet.Read("a."+string(f), data)
		if err != nil {
			t.Fatal(err)
		}
		formula := "=1+1"
		if f == sheet.CSV {
			formula = "'=1+1"
		}
		want := [][]string{{"No", "Text"}, {"1", "č; \"ş\"\nΐ"}, {"-2", formula}, {"3.5", "plain"}}
		if fmt.Sprint(got[:4]) != fmt.Sprint(want) {
			t.Errorf("%s: %q", f, got)
		}
	}
}

// A date typed into a spreadsheet came as 11-18-26, which no table of ours takes for a date.
func TestDatesOfSpreadsheetsAreRead(t *testing.T) {
	f := excelize.NewFile()
	at := time.Date(2026, 11, 18, 14, 30, 0, 0, time.UTC)
	own := "d. m. yyyy"
	for cell, style := range map[string]*excelize.Style{"A1": {NumFmt: 14}, "B1": {NumFmt: 22}, "C1": {CustomNumFmt: &own}} {
		n, err := f.NewStyle(style)
		if err := errors.Join(err, f.SetCellValue("Sheet1", cell, at), f.SetCellStyle("Sheet1", cell, cell, n)); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	got, err := sheet.Read("a.xlsx", out.Bytes())
	if want := "[[2026-11-18 2026-11-18 14:30 18. 11. 2026]]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("read %v, %v, want %s", got, err, want)
	}
}

func TestGuard(t *testing.T) {
	for _, bad := range []string{"=1", "+1", "-1", "@a", "\tx", "＝1"} {
		if !strings.HasPrefix(sheet.Guard(bad), "'") {
			t.Errorf("%q is not guarded", bad)
		}
	}
	for _, good := range []string{"", "a", "1-2", "č"} {
		if sheet.Guard(good) != good {
			t.Errorf("%q was changed", good)
		}
	}
}

func TestEncodingsAndDelimitersAreFound(t *testing.T) {
	for _, c := range []struct {
		name, text string
		encoding   encoding.Encoding
	}{
		{"sl", "ime;pripomba\nČrt;Žabe bi rade široko cesto. Več luči.\n", charmap.Windows1250},
		{"sl few", "ime\tpripomba\nAna\tvec luci in č\n", charmap.Windows1250},
		{"bg", "име;бележка\nИван;Улицата е тъмна и опасна, ѝ\n", charmap.Windows1251},
		{"el", "όνομα,σχόλιο\nΓιώργος,Η πλατεία είναι σκοτεινή τα βράδια\n", charmap.Windows1253},
		{"tr", "ad;görüş\nAyşe;Parkın ışıkları yanmıyor, İstanbul\n", charmap.Windows1254},
		{"utf16", "ime;pripomba\nČrt;α б ş\n", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"utf16 without mark", "ime;pripomba\nCrt;sest\n", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"utf8", "\ufeffsep=|\na|b\n1;2|3\n", encoding.Nop},
	} {
		data, err := c.encoding.NewEncoder().Bytes([]byte(c.text))
		if c.name == "bg" {
			data, err = c.encoding.NewEncoder().Bytes([]byte(strings.ReplaceAll(c.text, "ѝ", "и")))
		}
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		rows, err := sheet.Read("a.csv", data)
		if err != nil || len(rows) != 2 || len(rows[0]) != 2 {
			t.Errorf("%s: %q %v", c.name, rows, err)
			continue
		}
		if !strings.Contains(strings.ReplaceAll(c.text, "ѝ", "и"), rows[1][1]) || strings.Contains(rows[1][1], "\ufffd") {
			t.Errorf("%s: %q", c.name, rows)
		}
	}
}

func TestLimits(t *testing.T) {
	if _, err := sheet.Read("a.csv", bytes.Repeat([]byte("a\n"), sheet.MaxRows+2)); !errors.Is(err, sheet.ErrTooLarge) {
		t.Errorf("too many rows: %v", err)
	}
	if _, err := sheet.Read("a.csv", bytes.Repeat([]byte("a;"), sheet.MaxColumns+2)); !errors.Is(err, sheet.ErrTooLarge) {
		t.Errorf("too many columns: %v", err)
	}
	if _, err := sheet.Read("a.pdf", []byte("%PDF")); !errors.Is(err, sheet.ErrFormat) {
		t.Errorf("another format: %v", err)
	}
	if _, err := sheet.Read("a.xlsx", []byte("PK\x03\x04nonsense")); !errors.Is(err, sheet.ErrBroken) {
		t.Errorf("broken: %v", err)
	}
	if err := sheet.Write(&bytes.Buffer{}, sheet.Book{Sheets: make([]sheet.Sheet, 2)}, sheet.CSV); err == nil {
		t.Error("CSV of two tables")
	}
}

func TestLongTextFitsACell(t *testing.T) {
	data := write(t, book([][]any{{1, strings.Repeat("ж", 40000)}}), sheet.XLSX)
	rows, err := sheet.Read("a.xlsx", data)
	if err != nil || len([]rune(rows[1][1])) != 32767 {
		t.Errorf("%d %v", len([]rune(rows[1][1])), err)
	}
}

func BenchmarkWriteXLSX(b *testing.B) {
	rows := make([][]any, 5000)
	for i := range rows {
		rows[i] = []any{i, "Art. 7(2)", strings.Repeat("word ", 60), "accepted", time.Now()}
	}
	for b.Loop() {
		if err := sheet.Write(&bytes.Buffer{}, book(rows), sheet.XLSX); err != nil {
			b.Fatal(err)
		}
	}
}
