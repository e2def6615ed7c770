package attachments_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/blob"
	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/photo"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/tenant"
)

// usual is what the forms of residents take.
var usual = attachments.Limits{Photos: 5, Documents: 3}

const here, there = "kamnik.localhost", "kalamata.localhost"

func TestPhotoIsDrawnAnewAndItsOriginalThrownAway(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		original := placed(t)
		b := s.receive(s.ana, sent(nil, file("a.jpg", original)))
		if !b.Placed || b.Lat != 46.5 || b.Lng != 15.25 {
			t.Error("the position is not offered")
		}
		s.Update(s.ana, func(ctx context.Context, tx *tenant.Tx) error { return s.m.Add(ctx, tx, s.ref, b) })
		a := s.of(s.ana)[0]
		if a.Ready() || !strings.Contains(words(t, s.ana, attachments.Gallery(s.of(s.ana))), "g-photo--waiting") {
			t.Error("there is something to see before the copies are made")
		}
		do := s.serve()
		if res, _ := do(here, a.Path(attachments.Thumb), "ana"); res.StatusCode != 404 {
			t.Errorf("answers %d before the copies are made", res.StatusCode)
		}
		s.work()
		a = s.of(s.ana)[0]
		if !a.Ready() || a.Width != 640 || a.Height != 480 {
			t.Fatalf("after the job: %+v", a)
		}
		if _, _, err := s.store.Get(context.Background(), s.A.ID+"/att/"+a.ID+"/original"); err == nil {
			t.Error("the original is still there")
		}
		for _, variant := range []string{attachments.Thumb, attachments.Full} {
			res, body := do(here, a.Path(variant), "ana")
			if res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/jpeg" {
				t.Fatalf("%s answers %d %s", variant, res.StatusCode, res.Header.Get("Content-Type"))
			}
			if strings.Contains(body, "Exif") {
				t.Errorf("%s carries metadata", variant)
			}
			if _, _, ok := photo.Position([]byte(body)); ok {
				t.Errorf("%s tells where it was taken", variant)
			}
			config, err := jpeg.DecodeConfig(strings.NewReader(body))
			if err != nil || variant == attachments.Thumb && config.Width != 400 {
				t.Errorf("%s: %v %v", variant, config, err)
			}
		}
		s.work() // once more does no harm
	})
}

func TestWhoSeesAFile(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		s.add(s.ana, false, file("načrt ulice.txt", []byte("Žička je češnja")))
		a := s.of(s.ana)[0]
		do := s.serve()
		status := func(host, who string, want int) *http.Response {
			t.Helper()
			res, _ := do(host, a.Path(attachments.File), who)
			if res.StatusCode != want {
				t.Errorf("%s as %q answers %d, want %d", host, who, res.StatusCode, want)
			}
			return res
		}
		status(here, "", 404)
		status(here, "bor", 404)
		status(there, "", 404)
		status(there, "anab", 404)
		status(here, "eva", 200)
		res := status(here, "ana", 200)
		if got := res.Header.Get("Cache-Control"); strings.Contains(got, "public") {
			t.Errorf("a hidden file may be kept: %s", got)
		}
		if len(s.of(s.bor)) != 0 || len(s.of(s.Visitor(s.A))) != 0 || len(s.of(s.anaB)) != 0 || len(s.of(s.eva)) != 1 {
			t.Error("lists show files to others")
		}
		s.Update(s.ana, func(ctx context.Context, tx *tenant.Tx) error { return attachments.Show(ctx, tx, s.ref, true) })
		res = status(here, "", 200)
		status(there, "", 404)
		for name, want := range map[string]string{
			"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff",
			"Content-Disposition": `attachment; filename="na_rt ulice.txt"; filename*=UTF-8''na%C4%8Drt%20ulice.txt`,
			"Cache-Control":       "public, max-age=600", "Content-Security-Policy": "default-src 'none'; sandbox",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		if res, body := do(here, a.Path(attachments.File), "", "If-None-Match", res.Header.Get("ETag")); res.StatusCode != 304 || body != "" {
			t.Errorf("a known file answers %d", res.StatusCode)
		}
		for _, path := range []string{a.Path("original"), a.Path("thumb"), a.Path("full"), a.Path("..%2foriginal"), "/files/x/file", "/files/%27/file"} {
			if res, _ := do(here, path, "ana"); res.StatusCode != 404 {
				t.Errorf("%s answers %d", path, res.StatusCode)
			}
		}
	})
}

func TestListsCostOneStatement(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		s.add(s.ana, true, file("a.txt", []byte("a")))
		s.View(s.ana, func(ctx context.Context, tx *tenant.Tx) error {
			ctx, counter := db.Counting(ctx)
			refs := []subject.Ref{s.ref}
			for i := range 50 {
				refs = append(refs, subject.Ref{Kind: []string{"proposal", "comment"}[i%2], ID: fmt.Sprint(i)})
			}
			_, err := attachments.Of(ctx, tx, refs)
			if counter.N() != 1 {
				t.Errorf("%d statements", counter.N())
			}
			return err
		})
	})
}

func TestRefusedFilesSayWhy(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		pic := asJPEG(t, 300, 200)
		for name, v := range map[string]struct {
			file form.File
			want string
		}{
			"empty":            {file("a.jpg", nil), "attachments.error.empty"},
			"heic":             {file("IMG_1.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00")), "attachments.error.heic"},
			"heic as jpg":      {file("IMG_1.jpg", []byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00")), "attachments.error.heic"},
			"svg":              {file("a.svg", []byte("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")), "attachments.error.svg"},
			"svg as png":       {file("a.png", []byte("\ufeff  <?xml version='1.0'?><!-- x --><svg onload=alert(1)>")), "attachments.error.svg"},
			"html":             {file("a.html", []byte("hello")), "attachments.error.html"},
			"html as txt":      {file("a.txt", []byte("  <!DOCTYPE html><script>alert(1)</script>")), "attachments.error.html"},
			"program":          {file("a.exe", []byte("MZ\x90\x00\x03\x00")), "attachments.error.format"},
			"jpeg as pdf":      {file("a.pdf", pic), "attachments.error.mismatch"},
			"pdf as jpg":       {file("a.jpg", []byte("%PDF-1.4 /Font")), "attachments.error.mismatch"},
			"zip as docx":      {file("a.docx", archive(t, "a.txt", "x")), "attachments.error.format"},
			"docx with macros": {file("a.docx", archive(t, "[Content_Types].xml", "x", "word/document.xml", "x", "word/vbaProject.bin", "x")), "attachments.error.format"},
			"broken zip":       {file("a.docx", []byte("PK\x03\x04garbage")), "attachments.error.format"},
			"broken jpeg":      {file("a.jpg", pic[:len(pic)/3]), "attachments.error.broken"},
			"head only":        {file("a.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")), "attachments.error.broken"},
			"too many pixels":  {file("a.png", bomb(t)), "attachments.error.pixels"},
			"too large":        {form.File{Name: "a.pdf", Size: attachments.MaxBytes + 1}, "val.file_too_big"},
			"binary as txt":    {file("a.txt", []byte("a\x00b")), "attachments.error.format"},
		} {
			f := sent(url.Values{}, v.file)
			b := s.receive(s.ana, f)
			if got := message(f); got != v.want || len(b.Staged) != 0 {
				t.Errorf("%s: %q, want %q; %d stored", name, got, v.want, len(b.Staged))
			}
			for _, lang := range []string{"en", "sl", "bg", "el", "tr"} {
				ctx := i18n.With(s.ana, s.Catalogue.Localizer(lang, s.A.Zone(), ""))
				if said := i18n.Message(ctx, f.Error("files")); said == "" || strings.Contains(said, "⟦") || strings.Contains(said, "attachments.") {
					t.Errorf("%s in %s: %q", name, lang, said)
				}
			}
		}
	})
}

// bomb is a small PNG that says it is enormous.
func bomb(t testing.TB) []byte {
	data := asPNG(t, 10, 10)
	copy(data[16:], []byte{0, 0, 0x80, 0, 0, 0, 0x80, 0})
	// The checksum of the head has to fit, or it is only broken.
	copy(data[29:], crc(data[12:29]))
	return data
}

func TestWhatIsTaken(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		fmt.Fprint(z, "1 0 << /Type /Font >>")
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		for _, v := range []struct {
			file         form.File
			kind, typ    string
			scan, usable bool
		}{
			{file("a.PNG", asPNG(t, 20, 10)), attachments.Photo, "image/png", false, true},
			{file("a.gif", asGIF(t)), attachments.Photo, "image/gif", false, true},
			{file("photo", asJPEG(t, 20, 10)), attachments.Photo, "image/jpeg", false, true},
			{file("a.pdf", []byte("%PDF-1.4\n1 0 obj << /Type /Font >>")), attachments.Document, "application/pdf", false, true},
			{file("b.pdf", []byte("%PDF-1.7\n1 0 obj << /Subtype /Image >>")), attachments.Document, "application/pdf", true, true},
			{file("c.pdf", append([]byte("%PDF-1.7\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\r\n"), packed.Bytes()...)), attachments.Document, "application/pdf", false, true},
			{file("a.docx", archive(t, "[Content_Types].xml", "x", "word/document.xml", "x")), attachments.Document, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", false, true},
			{file("a.xlsx", archive(t, "[Content_Types].xml", "x", "xl/workbook.xml", "x")), attachments.Document, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false, true},
			{file("a.odt", archive(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "x")), attachments.Document, "application/vnd.oasis.opendocument.text", false, true},
			{file("Σχέδιο.txt", []byte("Δρόμος, ışık, č\r\n")), attachments.Document, "text/plain; charset=utf-8", false, true},
		} {
			f := sent(nil, v.file)
			b := s.receive(s.ana, f)
			if len(b.Staged) != 1 {
				t.Errorf("%s: %v", v.file.Name, f.Err())
				continue
			}
			if a := b.Staged[0]; a.Kind != v.kind || a.ContentType != v.typ || a.Scan != v.scan || a.Ready() != (v.kind == attachments.Document) {
				t.Errorf("%s: %+v", v.file.Name, a)
			}
		}
		s.work()
	})
}

// A broken photo that is too large to be tried while its sender waits is found by the job.
func TestLargeBrokenPhoto(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 2200, 1500)), &jpeg.Options{Quality: 20}); err != nil {
			t.Fatal(err)
		}
		s.add(s.ana, true, file("a.jpg", b.Bytes()[:b.Len()/2]))
		s.work()
		a := s.of(s.ana)[0]
		if !a.Broken || a.Ready() || !strings.Contains(words(t, s.ana, attachments.Gallery(s.of(s.ana))), i18n.T(s.ana, "attachments.broken")) {
			t.Errorf("%+v", a)
		}
		if _, _, err := s.store.Get(context.Background(), s.A.ID+"/att/"+a.ID+"/original"); err == nil {
			t.Error("the original is still there")
		}
	})
}

func TestFilesSurviveARefusedForm(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		first := sent(url.Values{"files.alts.1": {"Ulica v dežju"}, "files.alts.2": {"Druga"}}, file("a.jpg", asJPEG(t, 60, 40)), file("b.txt", []byte("b")), file("c.png", asPNG(t, 9, 9)))
		b := s.receive(s.ana, first)
		if len(b.Staged) != 3 || b.Staged[0].Alt != "Ulica v dežju" || b.Staged[2].Alt != "Druga" {
			t.Fatalf("%+v", b.Staged)
		}
		page := words(t, s.ana, attachments.Upload(attachments.UploadData{Limits: usual, Existing: b.Existing(nil), Form: first}))
		values := url.Values{}
		for _, a := range b.Staged {
			if !strings.Contains(page, `name="files.staged" value="`+a.ID+`"`) {
				t.Error("the page forgets a file")
			}
			values.Add("files.staged", a.ID)
		}
		values.Set("files.alt."+b.Staged[0].ID, "Ulica po dežju")
		values.Set("files.gone", b.Staged[2].ID)
		b = s.receive(s.ana, sent(values))
		s.Update(s.ana, func(ctx context.Context, tx *tenant.Tx) error { return s.m.Add(ctx, tx, s.ref, b) })
		list := s.of(s.ana)
		if len(list) != 2 || list[0].Alt != "Ulica po dežju" || list[1].Name != "b.txt" {
			t.Fatalf("%+v", list)
		}
		// Nobody can take files that another person sent, nor those of a thing that is not his form's.
		other := s.receive(s.bor, sent(url.Values{"files.staged": values["files.staged"], "files.gone": {list[0].ID}}))
		s.Update(s.bor, func(ctx context.Context, tx *tenant.Tx) error {
			return s.m.Add(ctx, tx, subject.Ref{Kind: "proposal", ID: "p-2"}, other)
		})
		if len(other.Staged) != 0 || len(s.of(s.ana)) != 2 {
			t.Error("files of another person were taken")
		}
		s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
			by, err := attachments.Of(ctx, tx, []subject.Ref{{}})
			if len(by) != 0 {
				t.Error("files that belong to nothing are listed")
			}
			return err
		})
		if b := s.receive(s.Visitor(s.A), sent(nil, file("a.jpg", asJPEG(t, 60, 40)))); len(b.Staged) != 0 {
			t.Error("files of a stranger are kept")
		}
	})
}

func TestLimitsAndDoubles(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		same := asJPEG(t, 50, 50)
		s.add(s.ana, true, file("a.jpg", same), file("again.jpg", same))
		if list := s.add(s.ana, true, file("third.jpg", same), file("b.png", asPNG(t, 8, 8))); len(list) != 2 {
			t.Fatalf("%d files, want 2", len(list))
		}
		var more []form.File
		for i := range 4 {
			more = append(more, file(fmt.Sprint(i, ".png"), asPNG(t, 10+i, 10)))
		}
		b := s.receive(s.ana, sent(nil, more...))
		err := s.DB.Update(s.ana, func(ctx context.Context, tx *tenant.Tx) error { return s.m.Add(ctx, tx, s.ref, b) })
		if e, ok := fault.As(err); !ok || e.Fields["files"].ID != "attachments.error.too_many" {
			t.Errorf("six photos: %v", err)
		}
		if len(s.of(s.ana)) != 2 {
			t.Error("a refused batch left something")
		}
		f := sent(nil, append(more, append(more, file("x.png", asPNG(t, 5, 5)))...)...)
		s.receive(s.ana, f)
		if message(f) != "val.too_many_files" {
			t.Errorf("nine files: %q", message(f))
		}
	})
}

func TestADayHasItsLimit(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		big := func(n int) form.File { return file("a.txt", bytes.Repeat([]byte{'a' + byte(n)}, 400<<10)) }
		for n := range 2 {
			s.receive(s.ana, sent(nil, big(n)))
		}
		_, err := s.m.Receive(s.ana, sent(nil, big(2)), usual)
		if e, ok := fault.As(err); !ok || e.Kind != fault.KindTooMany || e.After != 16*time.Hour {
			t.Fatalf("the third: %v", err)
		}
		s.receive(s.bor, sent(nil, big(2)))
		s.receive(s.anaB, sent(nil, big(2)))
		s.Clock.Add(17 * time.Hour)
		s.receive(s.ana, sent(nil, big(2)))
	})
}

func TestRemoveSweepAndForget(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		list := s.add(s.ana, true, file("a.jpg", asJPEG(t, 50, 50)), file("b.txt", []byte("b")), file("c.txt", []byte("c")))
		s.work()
		s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return attachments.Remove(ctx, tx, s.ref, list[0].ID, list[1].ID)
		})
		if left := s.of(s.Visitor(s.A)); len(left) != 1 || left[0].Name != "c.txt" {
			t.Fatalf("%+v", left)
		}
		s.receive(s.ana, sent(nil, file("unused.txt", []byte("u"))))
		s.work()
		for _, variant := range []string{"full.jpg", "thumb.jpg", "original"} {
			if _, _, err := s.store.Get(context.Background(), s.A.ID+"/att/"+list[0].ID+"/"+variant); err == nil {
				t.Errorf("%s of a removed photo is still there", variant)
			}
		}
		if _, _, err := s.store.Get(context.Background(), s.A.ID+"/att/"+list[2].ID+"/original"); err != nil {
			t.Errorf("a kept document is gone: %v", err)
		}
		s.Update(s.ana, func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Announce(ctx, deleted{"ana"})
		})
		s.work()
		if left := s.of(s.Visitor(s.A)); len(left) != 1 || left[0].OwnerID != "" {
			t.Errorf("after the account is gone: %+v", left)
		}
		var rows int64
		s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
			rows, err = tx.Select((*attachments.Attachment)(nil)).Count(ctx)
			return err
		})
		if rows != 1 {
			t.Errorf("%d rows are left, want 1", rows)
		}
	})
}

func TestUnusedFilesAreSweptAway(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		b := s.receive(s.ana, sent(nil, file("unused.txt", []byte("u"))))
		s.Clock.Add(25 * time.Hour)
		s.Update(s.ana, func(ctx context.Context, tx *tenant.Tx) error { return attachments.Remove(ctx, tx, s.ref) })
		s.work()
		_, _, err := s.store.Get(context.Background(), s.A.ID+"/att/"+b.Staged[0].ID+"/original")
		if err == nil {
			t.Error("it is still there")
		} else if !strings.Contains(err.Error(), blob.ErrNotFound.Error()) {
			t.Error(err)
		}
	})
}

func TestStaffDescribeTheirPhotos(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		f := sent(url.Values{}, file("a.jpg", asJPEG(t, 50, 50)), file("b.txt", []byte("b")))
		if err := s.m.Take(s.eva, f); err != nil {
			t.Fatal(err)
		}
		if message(f) != "attachments.error.alt_for" || len(f.Values("files.staged")) != 2 {
			t.Fatalf("%v %v", f.Err(), f.Values("files.staged"))
		}
		var page string
		s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
			field, err := s.m.Field(ctx, tx, subject.Ref{}, f)
			page = words(t, ctx, field)
			return err
		})
		photoID := f.Values("files.staged")[0]
		if !strings.Contains(page, `name="files.alt.`+photoID+`"`) {
			t.Error("there is no field for the description")
		}
		f = sent(url.Values{"files.staged": f.Values("files.staged"), "files.alt." + photoID: {"Most"}})
		if err := s.m.Take(s.eva, f); err != nil || !f.Valid() {
			t.Fatal(err, f.Err())
		}
		s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error { return s.m.Save(ctx, tx, s.ref, f) })
		if list := s.of(s.eva); len(list) != 2 || list[0].Alt != "Most" || list[0].Public {
			t.Fatalf("%+v", list)
		}
		s.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error { return s.m.Save(ctx, tx, s.ref, nil) })
		s.work()
		s.View(s.Visitor(s.A), func(ctx context.Context, tx *tenant.Tx) error {
			shown, err := attachments.List(ctx, tx, []subject.Ref{s.ref})
			page = words(t, ctx, shown[s.ref])
			return err
		})
		if !strings.Contains(page, `alt="Most"`) || !strings.Contains(page, "b.txt") || len(attachments.Items(s.of(s.eva))) != 2 {
			t.Error(page)
		}
	})
}

func TestEveryLanguage(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		list := s.add(s.ana, true, file("a.jpg", asJPEG(t, 50, 50)), file("b.pdf", []byte("%PDF-1.4 nothing")))
		for _, lang := range []string{"en", "sl", "bg", "el", "tr"} {
			ctx := i18n.With(s.ana, s.Catalogue.Localizer(lang, s.A.Zone(), ""))
			for _, l := range []attachments.Limits{usual, {Photos: 1}, {Documents: 2}, attachments.Official()} {
				words(t, ctx, attachments.Upload(attachments.UploadData{Limits: l, Existing: list}))
			}
			if page := words(t, ctx, attachments.Both(list)); !strings.Contains(page, i18n.T(ctx, "attachments.scan")) {
				t.Errorf("%s: a scan is not marked", lang)
			}
		}
	})
}
