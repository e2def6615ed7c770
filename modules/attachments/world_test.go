package attachments_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"glas/internal/blob"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// shelf is a world with files.
type shelf struct {
	*tenanttest.World
	m        *attachments.Module
	store    blob.Store
	dir      string
	ana, bor context.Context
	eva      context.Context // staff
	anaB     context.Context // the same person's account in the other municipality
	ref      subject.Ref
	actors   map[string]context.Context
}

func each(t *testing.T, fn func(t *testing.T, s *shelf)) {
	t.Helper()
	m := attachments.New(attachments.Deps{})
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, shelve(t, w, 1<<20)) }, m.Subscriptions())
}

// shelve makes the world; day is how many bytes a resident may send.
func shelve(t *testing.T, w *tenanttest.World, day int64) *shelf {
	t.Helper()
	s := &shelf{World: w, dir: t.TempDir(), ref: subject.Ref{Kind: "proposal", ID: "p-1"}}
	folder, err := blob.NewFolder(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
	})
	s.store = folder
	s.m = attachments.New(attachments.Deps{DB: w.DB, Store: folder, DayBytes: day})
	s.ana, s.bor, s.eva, s.anaB = w.Citizen(w.A, "ana", "Ana"), w.Citizen(w.A, "bor", "Bor"), w.Staff(w.A, "eva", "Eva", "editor"), w.Citizen(w.B, "ana", "Ana")
	s.actors = map[string]context.Context{"ana": s.ana, "bor": s.bor, "eva": s.eva, "anab": s.anaB}
	return s
}

// receive sends a form with files as the page does.
func (s *shelf) receive(ctx context.Context, f *form.Form) attachments.Batch {
	s.T.Helper()
	b, err := s.m.Receive(ctx, f, usual)
	if err != nil {
		s.T.Fatal(err)
	}
	return b
}

// add sends files and puts them to the thing of the world.
func (s *shelf) add(ctx context.Context, public bool, files ...form.File) []attachments.Attachment {
	s.T.Helper()
	f := sent(nil, files...)
	b := s.receive(ctx, f)
	if err := f.Err(); err != nil {
		s.T.Fatal(err)
	}
	b.Public = public
	s.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return s.m.Add(ctx, tx, s.ref, b) })
	return s.of(ctx)
}

func (s *shelf) of(ctx context.Context) []attachments.Attachment {
	s.T.Helper()
	var list []attachments.Attachment
	s.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		by, err := attachments.Of(ctx, tx, []subject.Ref{s.ref, {Kind: "comment", ID: "c"}})
		list = by[s.ref]
		return err
	})
	return list
}

func (s *shelf) work() { s.T.Helper(); s.Jobs(s.m.Jobs()) }

// sent is a form with files.
func sent(values url.Values, files ...form.File) *form.Form {
	return form.New(values, map[string][]form.File{"files": files})
}

func file(name string, data []byte) form.File {
	return form.File{Name: name, ContentType: "application/octet-stream", Size: int64(len(data)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}}
}

func drawing(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), uint8(x + y), 255})
		}
	}
	return m
}

func asJPEG(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawing(w, h), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, drawing(w, h)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, drawing(30, 20), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// placed is a JPEG that says it was taken at 46.5 north, 15.25 east.
func placed(t testing.TB) []byte {
	t.Helper()
	o := binary.LittleEndian
	b := []byte("II*\x00\x08\x00\x00\x00")
	entry := func(tag, kind uint16, count, value uint32) {
		b = o.AppendUint32(o.AppendUint32(o.AppendUint16(o.AppendUint16(b, tag), kind), count), value)
	}
	b = o.AppendUint16(b, 1)
	entry(0x8825, 4, 1, 26)
	b = o.AppendUint32(b, 0)
	b = o.AppendUint16(b, 4)
	entry(1, 2, 2, 'N')
	entry(2, 5, 3, 80)
	entry(3, 2, 2, 'E')
	entry(4, 5, 3, 104)
	b = o.AppendUint32(b, 0)
	for _, n := range []uint32{46, 1, 30, 1, 0, 1, 15, 1, 15, 1, 0, 1} {
		b = o.AppendUint32(b, n)
	}
	block := append([]byte("Exif\x00\x00"), b...)
	picture := asJPEG(t, 640, 480)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, byte((len(block)+2)>>8), byte(len(block)+2))
	return append(append(out, block...), picture[2:]...)
}

func archive(t testing.TB, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(entries); i += 2 {
		w, err := z.Create(entries[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, entries[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// message is the complaint that a file gets, as its id.
func message(f *form.Form) string { return f.Error("files").ID }

// serve answers requests as the program does.
func (s *shelf) serve() func(host, path, who string, head ...string) (*http.Response, string) {
	s.T.Helper()
	app := s.Serve(tenanttest.People(s.actors), s.m).App()
	return func(host, path, who string, head ...string) (*http.Response, string) {
		s.T.Helper()
		r := httptest.NewRequest(http.MethodGet, "http://"+host+path, nil)
		if who != "" {
			r.Header.Set("Cookie", "glas="+who)
		}
		for i := 0; i+1 < len(head); i += 2 {
			r.Header.Set(head[i], head[i+1])
		}
		res, err := app.Test(r, -1)
		if err != nil {
			s.T.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			s.T.Fatal(err)
		}
		return res, string(body)
	}
}

// words renders a component in the language of ctx, complaining about missing messages.
func words(t testing.TB, ctx context.Context, c interface {
	Render(context.Context, io.Writer) error
}) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "⟦") {
		t.Errorf("a message is missing in %s: %s", i18n.Lang(ctx), b.String())
	}
	return b.String()
}

// crc is the checksum of a part of a PNG file.
func crc(b []byte) []byte { return binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(b)) }

// deleted is the event of an account that its person gave up.
type deleted struct {
	AccountID string `json:"account_id"`
}

func (deleted) EventName() string { return "accounts.deleted" }
