package records

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEveryKindOfFileGivesTheSameRows(t *testing.T) {
	for name, content := range map[string]string{
		"a.csv":      "\xef\xbb\xbfid;naslov;avtor.ime;glasovi\n1;Klop, lesena;Ana;12\n",
		"b.tsv":      "id\tnaslov\tavtor.ime\tglasovi\n1\tKlop, lesena\tAna\t12\n",
		"c.txt":      "id,naslov,avtor.ime,glasovi\n1,\"Klop, lesena\",Ana,12\n",
		"d.jsonl":    "\n{\"id\":1,\"naslov\":\"Klop, lesena\",\"avtor\":{\"ime\":\"Ana\"},\"glasovi\":12,\"nic\":null}\n",
		"e.jsonl.gz": packed(t, "{\"id\":\"1\",\"naslov\":\"Klop, lesena\",\"avtor\":{\"ime\":\"Ana\"},\"glasovi\":\"12\"}\n"),
	} {
		rows, err := Read(write(t, name, content), map[string]string{"title": "naslov"})
		if err != nil || len(rows) != 1 {
			t.Fatalf("%s: %d rows, %v", name, len(rows), err)
		}
		r := rows[0]
		n, err := r.Number("none", "glasovi")
		if r.First("id") != "1" || r.First("nic", "title") != "Klop, lesena" || r.First("avtor.ime") != "Ana" || n != 12 || err != nil {
			t.Errorf("%s: %v %v", name, r, err)
		}
	}
}

func TestWhatIsWrongNamesItsLine(t *testing.T) {
	rows, err := Read(write(t, "a.csv", "id,when,count\n1,22/01/2016,\n2,soon,many\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if at, err := rows[0].Time("when"); err != nil || !at.Equal(time.Date(2016, 1, 22, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("time %v, %v", at, err)
	}
	if _, err := rows[1].Time("when"); err == nil || err.Error() != `line 3: "soon" is not a time` {
		t.Errorf("error %v", err)
	}
	if _, err := rows[1].Number("count"); err == nil || err.Error() != `line 3: "many" is not a number` {
		t.Errorf("error %v", err)
	}
	for name, content := range map[string]string{"a.xlsx": "x", "b.jsonl": "{}\nno\n", "c.csv.gz": "not packed", "d.csv": ""} {
		if _, err := Read(write(t, name, content), nil); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
