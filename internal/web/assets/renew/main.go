// Command renew fetches the vendored third-party files of the pages again and rewrites their checksums.
//
// It is run by hand from the top of the repository when a version in the list below is changed:
//
//	go run ./internal/web/assets/renew
//
// It needs npm, whose settings decide where packages come from.
package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const target = "internal/web/assets/vendor"

// source is a package and the files taken from it: path in the package to path under vendor.
type source struct {
	name, version, licence string
	files                  map[string]string
}

// entry is one line of the manifest.
type entry struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Licence string `json:"licence"`
	File    string `json:"file"`
	SHA256  string `json:"sha256"`
}

func sources() []source {
	inter := map[string]string{"LICENSE": "inter/LICENSE"}
	for _, script := range []string{"latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext"} {
		inter["files/inter-"+script+"-wght-normal.woff2"] = "inter/inter-" + script + ".woff2"
	}
	return []source{
		{"@digdir/designsystemet-css", "1.22.0", "MIT", map[string]string{
			"LICENSE": "designsystemet/LICENSE", "dist/src/index.css": "designsystemet/index.css",
			"dist/theme/designsystemet.css": "designsystemet/theme.css",
		}},
		{"@fontsource-variable/inter", "5.3.0", "OFL-1.1", inter},
		{"htmx.org", "2.0.11", "0BSD", map[string]string{"LICENSE": "htmx/LICENSE", "dist/htmx.min.js": "htmx/htmx.min.js"}},
		{"leaflet", "1.9.4", "BSD-2-Clause", map[string]string{
			"LICENSE": "leaflet/LICENSE", "dist/leaflet.js": "leaflet/leaflet.js", "dist/leaflet.css": "leaflet/leaflet.css",
			"dist/images/layers.png": "leaflet/layers.png", "dist/images/layers-2x.png": "leaflet/layers-2x.png",
			"dist/images/marker-icon.png": "leaflet/marker-icon.png", "dist/images/marker-icon-2x.png": "leaflet/marker-icon-2x.png",
			"dist/images/marker-shadow.png": "leaflet/marker-shadow.png",
		}},
	}
}

func main() {
	if err := renew(); err != nil {
		fmt.Fprintln(os.Stderr, "renew:", err)
		os.Exit(1)
	}
}

func renew() error {
	if _, err := os.Stat(target); err != nil {
		return fmt.Errorf("run it from the top of the repository: %w", err)
	}
	temp, err := os.MkdirTemp("", "renew")
	if err != nil {
		return fmt.Errorf("make a temporary folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(temp) }() // only a leftover in the temporary folder
	var list []entry
	for _, s := range sources() {
		got, err := fetch(temp, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		list = append(list, got...)
	}
	raw, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	return os.WriteFile(filepath.Join(target, "manifest.json"), append(raw, '\n'), 0o644)
}

func fetch(temp string, s source) ([]entry, error) {
	cmd := exec.Command("npm", "pack", "--silent", s.name+"@"+s.version)
	cmd.Dir, cmd.Stderr = temp, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("npm pack: %w", err)
	}
	lines := strings.Fields(string(out))
	if len(lines) == 0 {
		return nil, errors.New("npm pack named no file")
	}
	found, err := unpack(filepath.Join(temp, filepath.Base(lines[len(lines)-1])), s.files)
	if err != nil {
		return nil, err
	}
	var list []entry
	for _, from := range sorted(s.files) {
		content, ok := found[from]
		if !ok {
			return nil, fmt.Errorf("%s is not in the package", from)
		}
		to := filepath.Join(target, s.files[from])
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(to, content, 0o644); err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		list = append(list, entry{s.name, s.version, s.licence, s.files[from], hex.EncodeToString(sum[:])})
	}
	return list, nil
}

func sorted(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	for i := range keys {
		for j := i + 1; j < len(keys); j++ {
			if m[keys[j]] < m[keys[i]] {
				keys[i], keys[j] = keys[j], keys[i]
			}
		}
	}
	return keys
}

func unpack(name string, want map[string]string) (map[string][]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only
	zip, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	found := map[string][]byte{}
	for r := tar.NewReader(zip); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		inside := strings.TrimPrefix(h.Name, "package/")
		if _, ok := want[inside]; !ok {
			continue
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		found[inside] = content
	}
}
