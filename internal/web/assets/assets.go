// Package assets holds the style sheets, scripts, fonts and pictures of the pages and names them by their content.
//
// Third-party files are vendored under vendor/ with a manifest of versions, licences and checksums; "go run
// ./internal/web/assets/renew" renews them. At start the sources are joined, addresses inside style sheets are replaced by
// hashed ones, and drawings that a style sheet carries as data: addresses become files of their own, because the content
// security policy of the pages allows pictures from the own host only.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed css js vendor
var files embed.FS

// Prefix is the path under which everything is served; the names below it are immutable.
const Prefix = "/assets/"

// Bundle is every file of the pages by hashed name.
type Bundle struct {
	urls   map[string]string
	byPath map[string]*file
}

type file struct {
	content []byte
	kind    string
	once    sync.Once
	gz, br  []byte
}

// New joins and names all files. It fails only when the embedded sources refer to something that is not there.
func New() (*Bundle, error) { return build(files) }

func build(src fs.FS) (*Bundle, error) {
	b := &Bundle{urls: map[string]string{}, byPath: map[string]*file{}}
	if err := b.addPlain(src); err != nil {
		return nil, err
	}
	if err := b.addStyles(src); err != nil {
		return nil, err
	}
	return b, b.addScripts(src)
}

// addPlain takes over fonts and pictures as they are.
func (b *Bundle) addPlain(src fs.FS) error {
	return fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch path.Ext(name) {
		case ".woff2", ".png", ".svg":
			content, err := fs.ReadFile(src, name)
			if err != nil {
				return fmt.Errorf("read asset: %w", err)
			}
			b.add(path.Base(name), content)
		}
		return nil
	})
}

// addStyles makes app.css: the component library, the map's styles, then ours: base, layout, components, the rest by name.
func (b *Bundle) addStyles(src fs.FS) error {
	own, err := fs.Glob(src, "css/*.css")
	if err != nil {
		return fmt.Errorf("list style sheets: %w", err)
	}
	first := []string{"css/base.css", "css/layout.css", "css/components.css"}
	rank := func(name string) int {
		if i := slices.Index(first, name); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(own, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	order := append([]string{"vendor/designsystemet/theme.css", "vendor/designsystemet/index.css", "vendor/leaflet/leaflet.css"}, own...)
	joined, err := join(src, order, "\n")
	if err != nil {
		return err
	}
	joined = comments.ReplaceAll(joined, nil)
	joined, err = b.rewrite(joined)
	if err != nil {
		return err
	}
	b.add("app.css", joined)
	return nil
}

// addScripts makes app.js (htmx and ours), map.js (Leaflet and ours), which only pages with a map load, and field.js of the page of
// people in the field.
func (b *Bundle) addScripts(src fs.FS) error {
	own, err := fs.Glob(src, "js/*.js")
	if err != nil {
		return fmt.Errorf("list scripts: %w", err)
	}
	slices.Sort(own)
	own = slices.DeleteFunc(own, func(name string) bool { return name == "js/map.js" || name == "js/field.js" })
	for name, order := range map[string][]string{
		"app.js":   append([]string{"vendor/htmx/htmx.min.js"}, own...),
		"map.js":   {"vendor/leaflet/leaflet.js", "js/map.js"},
		"field.js": {"js/field.js"},
	} {
		joined, err := join(src, order, "\n;\n")
		if err != nil {
			return err
		}
		b.add(name, sourceMap.ReplaceAll(joined, nil))
	}
	return nil
}

func join(src fs.FS, names []string, between string) ([]byte, error) {
	var all bytes.Buffer
	for _, name := range names {
		content, err := fs.ReadFile(src, name)
		if err != nil {
			return nil, fmt.Errorf("read asset: %w", err)
		}
		all.Write(content)
		all.WriteString(between)
	}
	return all.Bytes(), nil
}

var (
	comments  = regexp.MustCompile(`(?s)/\*.*?\*/`)
	sourceMap = regexp.MustCompile(`(?m)^//# sourceMappingURL=.*$`)
	address   = regexp.MustCompile(`url\(\s*("[^"]*"|'[^']*'|[^)"']*)\s*\)`)
)

// rewrite replaces the addresses of a style sheet by hashed ones and moves data: drawings to files.
func (b *Bundle) rewrite(css []byte) ([]byte, error) {
	var failed error
	out := address.ReplaceAllFunc(css, func(found []byte) []byte {
		target := strings.Trim(string(address.FindSubmatch(found)[1]), `"' `)
		if strings.HasPrefix(target, "#") {
			return found
		}
		if data, ok := strings.CutPrefix(target, "data:image/svg+xml"); ok {
			_, data, _ = strings.Cut(data, ",")
			svg, err := url.PathUnescape(data)
			if err != nil {
				failed = fmt.Errorf("drawing in style sheet: %w", err)
				return found
			}
			return []byte("url(" + b.add("drawing.svg", []byte(svg)) + ")")
		}
		u, ok := b.urls[path.Base(target)]
		if !ok {
			failed = fmt.Errorf("style sheet refers to unknown file %q", target)
			return found
		}
		return []byte("url(" + u + ")")
	})
	return out, failed
}

// add names content by its hash and gives its address.
func (b *Bundle) add(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	p := Prefix + strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
	kind := mime.TypeByExtension(ext)
	if ext == ".woff2" {
		kind = "font/woff2"
	}
	b.urls[name] = p
	b.byPath[p] = &file{content: content, kind: kind}
	return p
}

// URL is the address of a file by its plain name ("app.css", "app.js", "map.js", "marker-icon.png"); empty when unknown.
func (b *Bundle) URL(name string) string { return b.urls[name] }

// Get is the file at an address that URL gave.
func (b *Bundle) Get(p string) (content []byte, contentType string, ok bool) {
	f, ok := b.byPath[p]
	if !ok {
		return nil, "", false
	}
	return f.content, f.kind, true
}

// Encoded is Get in the best form that the Accept-Encoding header allows: br, gzip, or plain (encoding is empty).
// A file is compressed once, when it is first asked for.
func (b *Bundle) Encoded(p, accept string) (content []byte, contentType, encoding string, ok bool) {
	f, ok := b.byPath[p]
	if !ok {
		return nil, "", "", false
	}
	if strings.HasPrefix(f.kind, "font/") || strings.HasPrefix(f.kind, "image/png") {
		return f.content, f.kind, "", true
	}
	f.once.Do(f.compress)
	switch {
	case strings.Contains(accept, "br") && f.br != nil:
		return f.br, f.kind, "br", true
	case strings.Contains(accept, "gzip") && f.gz != nil:
		return f.gz, f.kind, "gzip", true
	}
	return f.content, f.kind, "", true
}

// compress keeps a form only when writing it went well and it is shorter; writing to memory cannot fail half-way.
func (f *file) compress() {
	var gz, br bytes.Buffer
	if w, err := gzip.NewWriterLevel(&gz, gzip.BestCompression); err == nil {
		if _, err := w.Write(f.content); err == nil && w.Close() == nil && gz.Len() < len(f.content) {
			f.gz = gz.Bytes()
		}
	}
	w := brotli.NewWriterLevel(&br, 9)
	if _, err := w.Write(f.content); err == nil && w.Close() == nil && br.Len() < len(f.content) {
		f.br = br.Bytes()
	}
}
