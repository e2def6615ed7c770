package desk

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io"
	"maps"
	"net/url"
	"strings"
	"testing"

	"glas/internal/blob"
	"glas/internal/form"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// TestPartsOfAPhotoAreMadeBlack lets everybody see a copy in which a part is black; the photo itself stays with the municipality.
func TestPartsOfAPhotoAreMadeBlack(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		store, err := blob.NewFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		files := attachments.New(attachments.Deps{DB: h.DB, Store: store})
		h.d.Files = files
		c := h.report("Luč ne gori")
		white := image.NewRGBA(image.Rect(0, 0, 320, 160))
		draw.Draw(white, white.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
		var b bytes.Buffer
		if err := jpeg.Encode(&b, white, nil); err != nil {
			t.Fatal(err)
		}
		one := form.File{Name: "luc.jpg", ContentType: "image/jpeg", Size: int64(b.Len()), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
		if _, err := h.d.Attach(h.eva, acts.Key{ID: c.ID}, attachments.Batch{Files: []form.File{one}, Alts: []string{"Svetilka"}}); err != nil {
			t.Fatal(err)
		}
		jobs := maps.Clone(files.Jobs())
		maps.Copy(jobs, h.d.Jobs())
		h.Jobs(jobs)
		list := h.files(c)
		if len(list) != 1 || !list[0].Ready() {
			t.Fatalf("files %+v", list)
		}
		at, eva := WorkPath(c), h.site.As("eva")
		version := func() string { return number(int(h.load(c.ID).RowVersion)) }
		want(t, eva.Post(at+"/redact", url.Values{"version": {version()}, "file": {list[0].ID}, "rects": {"0 0 50"}}), 422)
		want(t, eva.Post(at+"/redact", url.Values{"version": {version()}, "file": {list[0].ID}, "rects": {"0 0 50 100"}}), 303)
		h.Jobs(jobs)
		list = h.files(c)
		if len(list) != 2 || list[1].Alt != "Svetilka" {
			t.Fatalf("after it %+v", list)
		}
		data, err := files.Bytes(h.eva, &list[1], attachments.Full)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		for x, black := range map[int]bool{40: true, 280: false} {
			if r, _, _, _ := picture.At(x, 80).RGBA(); (r < 0x2000) != black {
				t.Errorf("at %d: %x", x, r)
			}
		}
		has(t, eva.Get(at).Body, list[1].ID, "1 prekrit del", "Objavite raje to kopijo") // the photo itself stood first, with the same button
		if n := strings.Count(eva.Get(at).Body, "data-confirm=\"Na tej fotografiji ni nič prekrito"); n != 1 {
			t.Errorf("%d buttons ask before a photo without black parts is shown", n)
		}
		if _, err := h.d.EditPublic(h.eva, acts.Key{ID: c.ID}, acts.Edit{Lang: "sl", Visibility: stored.Nameless}); err != nil {
			t.Fatal(err)
		}
		want(t, eva.Post(at+"/publish", url.Values{"version": {version()}}), 303)
		want(t, eva.Post(at+"/photo", url.Values{"version": {version()}, "file": {list[1].ID}, "public": {"1"}}), 303)
		list = h.files(c)
		if list[0].Public || !list[1].Public {
			t.Errorf("everybody sees %v and %v", list[0].Public, list[1].Public)
		}
	})
}

// TestADocumentIsLetThrough: what another authority had sent could not be shown to anybody.
func TestADocumentIsLetThrough(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		store, err := blob.NewFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		h.d.Files = attachments.New(attachments.Deps{DB: h.DB, Store: store})
		c := h.report("Luč ne gori")
		data := []byte("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
		one := form.File{Name: "odgovor.pdf", ContentType: "application/pdf", Size: int64(len(data)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
		if _, err := h.d.Attach(h.eva, acts.Key{ID: c.ID}, attachments.Batch{Files: []form.File{one}}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.d.EditPublic(h.eva, acts.Key{ID: c.ID}, acts.Edit{Lang: "sl", Visibility: stored.Nameless}); err != nil {
			t.Fatal(err)
		}
		at, eva := WorkPath(c), h.site.As("eva")
		set := func(public string) {
			t.Helper()
			want(t, eva.Post(at+"/photo", url.Values{"version": {number(int(h.load(c.ID).RowVersion))}, "file": {h.files(c)[0].ID}, "public": {public}}), 303)
		}
		want(t, eva.Post(at+"/publish", url.Values{"version": {number(int(h.load(c.ID).RowVersion))}}), 303)
		has(t, eva.Get(at).Body, "Objavi dokument: odgovor.pdf")
		if h.files(c)[0].Public {
			t.Error("everybody sees it before it was let through")
		}
		set("1")
		has(t, eva.Get(at).Body, "Skrij dokument: odgovor.pdf")
		if !h.files(c)[0].Public {
			t.Error("nobody sees what was let through")
		}
		if _, err := h.d.EditPublic(h.eva, acts.Key{ID: c.ID}, acts.Edit{Title: "Luč", Lang: "sl", Visibility: stored.Nameless}); err != nil {
			t.Fatal(err)
		}
		if !h.files(c)[0].Public {
			t.Error("a change of words took it from sight")
		}
		set("0")
		if h.files(c)[0].Public {
			t.Error("it is still seen")
		}
	})
}

func (h *hall) files(c *stored.Case) (list []attachments.Attachment) {
	h.T.Helper()
	h.View(h.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = stored.FilesOf(ctx, tx, c.ID)
		return err
	})
	return list
}
