package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

func bundle(t *testing.T) *Bundle {
	t.Helper()
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVendoredFilesAreThoseOfTheManifest(t *testing.T) {
	raw, err := files.ReadFile("vendor/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct{ Name, Version, Licence, File, SHA256 string }
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"vendor/manifest.json": true}
	for _, e := range list {
		content, err := files.ReadFile("vendor/" + e.File)
		if err != nil {
			t.Error(err)
			continue
		}
		known["vendor/"+e.File] = true
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != e.SHA256 {
			t.Errorf("%s was changed by hand", e.File)
		}
		if e.Name == "" || e.Version == "" || e.Licence == "" {
			t.Errorf("%s: name, version or licence is missing", e.File)
		}
	}
	err = fs.WalkDir(files, "vendor", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !known[name] {
			t.Errorf("%s is not in the manifest", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestStyleSheetNeedsOnlyOwnFiles(t *testing.T) {
	b := bundle(t)
	css, kind, ok := b.Get(b.URL("app.css"))
	if !ok || !strings.HasPrefix(kind, "text/css") {
		t.Fatalf("app.css: %v %q", ok, kind)
	}
	for _, m := range regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(string(css), -1) {
		if _, _, ok := b.Get(m[1]); !ok && !strings.HasPrefix(m[1], "#") {
			t.Errorf("style sheet needs %q", m[1])
		}
	}
	if bytes.Contains(css, []byte("data:")) {
		t.Error("style sheet carries data: addresses, which the content security policy refuses")
	}
	if o, c := bytes.Count(css, []byte("{")), bytes.Count(css, []byte("}")); o != c {
		t.Errorf("style sheet has %d opening and %d closing braces", o, c)
	}
}

func TestScriptOfAPageWithoutMapIsSmall(t *testing.T) {
	b := bundle(t)
	small, kind, encoding, ok := b.Encoded(b.URL("app.js"), "gzip, deflate")
	if !ok || encoding != "gzip" || !strings.Contains(kind, "javascript") {
		t.Fatalf("app.js: %v %q %q", ok, kind, encoding)
	}
	if len(small) > 60_000 {
		t.Errorf("app.js has %d bytes (gzip), want at most 60000", len(small))
	}
	r, err := gzip.NewReader(bytes.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if want, _, _ := b.Get(b.URL("app.js")); !bytes.Equal(plain, want) {
		t.Error("the compressed form differs")
	}
	if _, _, encoding, _ := b.Encoded(b.URL("map.js"), "gzip, br"); encoding != "br" {
		t.Errorf("map.js comes as %q, want br", encoding)
	}
}

func TestUnknownAddressesAreNotFound(t *testing.T) {
	b := bundle(t)
	if _, _, ok := b.Get("/assets/app.css"); ok {
		t.Error("a name without hash must not be found")
	}
	if b.URL("nothing.css") != "" {
		t.Error("an unknown name must have no address")
	}
}
