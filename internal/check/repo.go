package check

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// FasthttpVersion is the newest version with which Fiber's own test suite passes; any dependency could raise it unseen.
const FasthttpVersion = "v1.60.0"

var fasthttpLine = regexp.MustCompile(`(?m)^\s*(?:require\s+)?github\.com/valyala/fasthttp\s+(\S+)`)

// Fasthttp checks the version that go.mod asks for. What is really linked is for a test to ask.
func Fasthttp(t *Tree) []Finding {
	m := fasthttpLine.FindStringSubmatch(t.text("go.mod"))
	if m == nil {
		return []Finding{{"go.mod", 0, "does not name github.com/valyala/fasthttp, so that any dependency may choose it"}}
	}
	if m[1] != FasthttpVersion {
		return []Finding{{"go.mod", 0, fmt.Sprintf("fasthttp is %s, but Fiber's own tests pass only up to %s", m[1], FasthttpVersion)}}
	}
	return nil
}

// unwanted are words that must stand nowhere in the repository. They are put together here, so that this file is clean itself.
var unwanted = []struct {
	word string
	why  string
}{
	{"registry." + "npmjs", "the name of a package registry: name the package and its version, each client knows its registry"},
	{"registry." + "yarnpkg", "the name of a package registry"},
	{"proxy.golang" + ".org", "the name of a package registry"},
	{"files.python" + "hosted", "the name of a package registry"},
	{"AG" + "PL", "work under that licence must not be copied here"},
	{"Aff" + "ero", "work under that licence must not be copied here"},
	{"/wo" + "rk/main", "a path of one machine"},
	{"/wo" + "rk/shared", "a path of one machine"},
	{"/wo" + "rk/plan", "a path of one machine"},
	{"/fa" + "rm/in", "a path of one machine"},
	{"/ho" + "me/", "a path of one machine"},
	{"/Us" + "ers/", "a path of one machine"},
	{"/ro" + "ot/go", "a path of one machine"},
	{"PRIVATE " + "KEY-----", "a secret"},
}

// unwantedButThere are files in which a word is accepted, with the reason. The key is "file word".
var unwantedButThere = map[string]string{
	"internal/web/browsertest/axe.LICENSE Aff" + "ero": "the text of the Mozilla licence mentions it as a secondary licence",
}

// Words checks that no unwanted word stands in any text file.
func Words(t *Tree) []Finding {
	var all []Finding
	for _, p := range t.paths {
		if info, err := fs.Stat(t.fsys, p); err != nil || info.Size() > 4<<20 {
			continue
		}
		text := t.text(p)
		if !utf8.ValidString(text) || strings.ContainsRune(text[:min(len(text), 8000)], 0) {
			continue // a picture or a font
		}
		for _, u := range unwanted {
			if at := strings.Index(text, u.word); at >= 0 && unwantedButThere[p+" "+u.word] == "" {
				all = append(all, Finding{p, lineAt(text, at), fmt.Sprintf("%q is %s", u.word, u.why)})
			}
		}
	}
	return all
}

// vendor is where files of others stand, with a manifest that names each.
const vendor = "internal/web/assets/vendor"

// licences under which the files of others may be served by us.
var licences = []string{"MIT", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0", "OFL-1.1", "CC0-1.0", "Unlicense"}

// Vendored checks that every file of others is named in the manifest with a licence that we may use, and is what it was.
func Vendored(t *Tree) []Finding {
	manifest := path.Join(vendor, "manifest.json")
	text := t.text(manifest)
	if text == "" {
		return []Finding{{manifest, 0, "is missing: it names every file of others with version, licence and checksum"}}
	}
	var tree any
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		return []Finding{{manifest, 0, "cannot be read: " + err.Error()}}
	}
	all := checkManifest(manifest, tree)
	for _, p := range t.paths {
		name := path.Base(p)
		if !under(path.Dir(p), vendor) || p == manifest || strings.HasPrefix(strings.ToUpper(name), "LICEN") || strings.HasSuffix(name, ".go") {
			continue
		}
		if !slices.ContainsFunc(checksums([]byte(t.text(p))), func(sum string) bool { return strings.Contains(text, sum) }) {
			all = append(all, Finding{p, 0, "is not in the manifest with this content (SHA-256 or SHA-384)"})
		}
	}
	return all
}

// checkManifest looks at every object that has a version.
func checkManifest(file string, node any) []Finding {
	var all []Finding
	switch v := node.(type) {
	case []any:
		for _, e := range v {
			all = append(all, checkManifest(file, e)...)
		}
	case map[string]any:
		if _, ok := v["version"].(string); ok {
			name, _ := v["name"].(string)
			licence, _ := v["licence"].(string)
			if licence == "" {
				licence, _ = v["license"].(string)
			}
			if !slices.Contains(licences, licence) {
				all = append(all, Finding{file, 0, fmt.Sprintf("%s has the licence %q, accepted are %s", name, licence, strings.Join(licences, ", "))})
			}
		}
		for _, e := range v {
			all = append(all, checkManifest(file, e)...)
		}
	}
	return all
}

// checksums gives the forms in which a manifest may write what a file is.
func checksums(content []byte) []string {
	short, long := sha256.Sum256(content), sha512.Sum384(content)
	return []string{hex.EncodeToString(short[:]), base64.StdEncoding.EncodeToString(short[:]), base64.StdEncoding.EncodeToString(long[:])}
}
