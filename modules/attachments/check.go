package attachments

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/photo"
)

// content is a file that was looked into.
type content struct {
	kind, name, contentType, sum, alt string
	data                              []byte
	width, height                     int
	scan                              bool
}

// Accept lists what the file field offers to choose.
const Accept = ".jpg,.jpeg,.png,.webp,.gif,.pdf,.docx,.odt,.xlsx,.txt,image/jpeg,image/png,image/webp,image/gif"

// look reads a file and tells by its content what it is. What is not taken is fault.Invalid at "files", in words that say what to do.
func look(f form.File) (content, error) {
	refuse := func(id string) (content, error) {
		return content{}, fault.InvalidField("files", id, "Name", f.Name)
	}
	data, err := read(f)
	switch {
	case errors.Is(err, errTooBig):
		return refuse("attachments.error.too_big")
	case err != nil:
		return content{}, err
	case len(data) == 0:
		return refuse("attachments.error.empty")
	}
	sum := sha256.Sum256(data)
	c := content{name: f.Name, data: data, sum: hex.EncodeToString(sum[:])}
	ending := strings.ToLower(path.Ext(f.Name))
	if id := danger(data, ending); id != "" {
		return refuse(id)
	}
	if id := c.photo(); id != "" {
		return refuse(id)
	}
	if c.kind == "" {
		c.document()
	}
	switch {
	case c.kind == "":
		return refuse("attachments.error.format")
	case ending != "" && !slices.Contains(endings(c.contentType), ending):
		return refuse("attachments.error.mismatch")
	}
	return c, nil
}

var errTooBig = errors.New("file is too big")

func read(f form.File) ([]byte, error) {
	if f.Size > MaxBytes {
		return nil, errTooBig
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err := errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, errTooBig
	}
	return data, nil
}

// danger recognises what is refused with advice of its own.
func danger(data []byte, ending string) string {
	if len(data) > 12 && string(data[4:8]) == "ftyp" {
		switch string(data[8:12]) {
		case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif", "avis":
			return "attachments.error.heic"
		}
	}
	// Where browsers would look for a page or a drawing (WHATWG MIME Sniffing, 1445 bytes), after spaces and comments.
	head := bytes.ToLower(bytes.TrimLeft(data[:min(len(data), 1445)], "\xef\xbb\xbf \t\r\n\f"))
	switch {
	case ending == ".svg" || ending == ".svgz" || bytes.HasPrefix(head, []byte("<")) && bytes.Contains(head, []byte("<svg")):
		return "attachments.error.svg"
	case slices.Contains([]string{".html", ".htm", ".xhtml", ".xml", ".mht", ".js"}, ending), markup(head):
		return "attachments.error.html"
	case ending == ".heic" || ending == ".heif" || ending == ".avif":
		return "attachments.error.heic"
	}
	return ""
}

func markup(head []byte) bool {
	for _, tag := range []string{"<!doctype", "<html", "<head", "<script", "<iframe", "<body", "<?xml", "<!--", "<style", "<title", "<table", "<div", "<img", "<a "} {
		if bytes.HasPrefix(head, []byte(tag)) {
			return true
		}
	}
	return false
}

// smallPixels is up to which size a photo is decoded while its sender waits, so that he hears at once when it is broken. Larger ones are
// decoded by the job only: two hundred people who send photos at once would wait for each other.
const smallPixels = 500_000

func (c *content) photo() string {
	info, err := photo.Check(c.data)
	switch {
	case errors.Is(err, photo.ErrFormat):
		return ""
	case errors.Is(err, photo.ErrTooBig):
		return "attachments.error.pixels"
	case err != nil:
		return "attachments.error.broken"
	}
	if info.Width*info.Height <= smallPixels {
		if _, _, _, err := photo.Render(c.data, thumbSide); err != nil {
			return "attachments.error.broken"
		}
	}
	c.kind, c.contentType, c.width, c.height = Photo, "image/"+info.Format, info.Width, info.Height
	return ""
}

const (
	typePDF  = "application/pdf"
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeODT  = "application/vnd.oasis.opendocument.text"
	typeTXT  = "text/plain; charset=utf-8"
)

func endings(contentType string) []string {
	switch contentType {
	case typePDF:
		return []string{".pdf"}
	case typeDOCX:
		return []string{".docx"}
	case typeXLSX:
		return []string{".xlsx"}
	case typeODT:
		return []string{".odt"}
	case typeTXT:
		return []string{".txt", ".text", ".md", ".csv"}
	}
	// Phones mislabel photos among each other; they are drawn anew in any case.
	return []string{".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif"}
}

func (c *content) document() {
	switch {
	case bytes.Contains(c.data[:min(len(c.data), 1024)], []byte("%PDF-")):
		c.kind, c.contentType, c.scan = Document, typePDF, !hasFonts(c.data)
	case bytes.HasPrefix(c.data, []byte("PK\x03\x04")):
		if t := office(c.data); t != "" {
			c.kind, c.contentType = Document, t
		}
	case utf8.Valid(c.data) && !bytes.ContainsFunc(c.data, unprintable):
		c.kind, c.contentType = Document, typeTXT
	}
}

func unprintable(r rune) bool {
	return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' || r == 0x7f
}

// office tells a text document from a table by what the archive holds; nothing is unpacked but the name of the type, and
// documents with programs inside are not recognised.
func office(data []byte) string {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return ""
	}
	has := map[string]*zip.File{}
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		if strings.HasSuffix(name, "vbaproject.bin") || strings.HasPrefix(name, "basic/") {
			return ""
		}
		has[name] = f
	}
	switch {
	case has["[content_types].xml"] != nil && has["word/document.xml"] != nil:
		return typeDOCX
	case has["[content_types].xml"] != nil && has["xl/workbook.xml"] != nil:
		return typeXLSX
	case has["mimetype"] != nil && has["content.xml"] != nil && start(has["mimetype"]) == typeODT:
		return typeODT
	}
	return ""
}

// start is the beginning of a packed file, as long as the longest type that is asked for.
func start(f *zip.File) string {
	r, err := f.Open()
	if err != nil {
		return ""
	}
	data, err := io.ReadAll(io.LimitReader(r, 100))
	if errors.Join(err, r.Close()) != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}
