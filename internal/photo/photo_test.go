package photo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"testing"

	"glas/internal/photo"
)

var (
	red   = color.RGBA{220, 20, 20, 255}
	green = color.RGBA{20, 180, 20, 255}
	blue  = color.RGBA{20, 20, 220, 255}
	white = color.RGBA{255, 255, 255, 255}
)

// flag draws a picture whose corners tell how it is turned: red above left, green above
// right, blue below left, white below right.
func flag(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := white
			switch {
			case x < w/2 && y < h/2:
				c = red
			case y < h/2:
				c = green
			case x < w/2:
				c = blue
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type place struct {
	latRef, lngRef string
	lat, lng       [6]uint32 // degrees, minutes, seconds as fractions
}

// exif writes a block by hand: an orientation and, when at is given, a position.
func exif(order binary.AppendByteOrder, orientation uint16, at *place) []byte {
	b := []byte("II*\x00")
	if order == binary.BigEndian {
		b = []byte("MM\x00*")
	}
	entry := func(tag, kind uint16, count uint32, value []byte) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, count)
		b = append(b, append(value, 0, 0, 0, 0)[:4]...)
	}
	b = order.AppendUint32(b, 8)
	n := uint16(1)
	if at != nil {
		n = 2
	}
	b = order.AppendUint16(b, n)
	entry(0x0112, 3, 1, order.AppendUint16(nil, orientation))
	if at == nil {
		return order.AppendUint32(b, 0)
	}
	gps := uint32(8 + 2 + 2*12 + 4)
	entry(0x8825, 4, 1, order.AppendUint32(nil, gps))
	b = order.AppendUint32(b, 0)
	b = order.AppendUint16(b, 4)
	values := gps + 2 + 4*12 + 4
	entry(1, 2, 2, []byte(at.latRef))
	entry(2, 5, 3, order.AppendUint32(nil, values))
	entry(3, 2, 2, []byte(at.lngRef))
	entry(4, 5, 3, order.AppendUint32(nil, values+24))
	b = order.AppendUint32(b, 0)
	for _, v := range append(at.lat[:], at.lng[:]...) {
		b = order.AppendUint32(b, v)
	}
	return b
}

// withExif puts a block into a JPEG, after the opening mark.
func withExif(file, block []byte) []byte {
	content := append([]byte("Exif\x00\x00"), block...)
	out := append([]byte{}, file[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(content)+2))
	return append(append(out, content...), file[2:]...)
}

var ljubljana = &place{"N", "E", [6]uint32{46, 1, 3, 1, 1234, 100}, [6]uint32{14, 1, 30, 1, 2052, 100}}

func near(a color.Color, b color.RGBA) bool {
	r, g, bl, _ := a.RGBA()
	d := func(x uint32, y uint8) bool { return math.Abs(float64(x>>8)-float64(y)) < 24 }
	return d(r, b.R) && d(g, b.G) && d(bl, b.B)
}

func decode(t *testing.T, b []byte) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("result is no JPEG: %v", err)
	}
	return m
}

// stored returns how a camera stores the flag under an orientation: the inverse of what Render does.
func stored(orientation int, m *image.RGBA) *image.RGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	sw, sh := w, h
	if orientation >= 5 {
		sw, sh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, sw, sh))
	for y := range sh {
		for x := range sw {
			// Row and column as the table of the Exif standard names them: where the first
			// row and the first column of the stored picture are seen.
			var seen image.Point
			switch orientation {
			case 1:
				seen = image.Pt(x, y)
			case 2:
				seen = image.Pt(w-1-x, y)
			case 3:
				seen = image.Pt(w-1-x, h-1-y)
			case 4:
				seen = image.Pt(x, h-1-y)
			case 5:
				seen = image.Pt(y, x)
			case 6:
				seen = image.Pt(w-1-y, x)
			case 7:
				seen = image.Pt(w-1-y, h-1-x)
			case 8:
				seen = image.Pt(y, h-1-x)
			}
			out.Set(x, y, m.At(seen.X, seen.Y))
		}
	}
	return out
}

func TestRenderMakesEveryOrientationUprightAndForgetsWhereItWas(t *testing.T) {
	for orientation := 1; orientation <= 8; orientation++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			for _, side := range []int{1000, 100, 60} { // untouched, halved, halved and scaled
				data := withExif(asJPEG(t, stored(orientation, flag(400, 200))), exif(order, uint16(orientation), ljubljana))
				info, err := photo.Check(data)
				if err != nil || info.Width != 400 || info.Height != 200 || info.Format != "jpeg" {
					t.Fatalf("orientation %d: Check = %+v, %v", orientation, info, err)
				}
				out, w, h, err := photo.Render(data, side)
				if err != nil {
					t.Fatalf("orientation %d: %v", orientation, err)
				}
				m := decode(t, out)
				want := image.Pt(min(400, side), min(200, side/2))
				if m.Bounds().Size() != want || image.Pt(w, h) != want {
					t.Fatalf("orientation %d: %v, said %dx%d, want %v", orientation, m.Bounds(), w, h, want)
				}
				for _, corner := range []struct {
					x, y int
					c    color.RGBA
				}{{w / 8, h / 8, red}, {w * 7 / 8, h / 8, green}, {w / 8, h * 7 / 8, blue}, {w * 7 / 8, h * 7 / 8, white}} {
					if got := m.At(corner.x, corner.y); !near(got, corner.c) {
						t.Errorf("orientation %d, side %d: at %d,%d is %v, want %v", orientation, side, corner.x, corner.y, got, corner.c)
					}
				}
				if _, _, ok := photo.Position(out); ok || bytes.Contains(out, []byte("Exif")) {
					t.Errorf("orientation %d: the result still holds metadata", orientation)
				}
			}
		}
	}
}

func TestRenderTakesEveryFormatAndPutsItOnWhite(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(10, 10, 111, 61)) // an odd size that does not begin at 0,0
	for x := 10; x < 61; x++ {
		for y := 10; y < 61; y++ {
			clear.Set(x, y, blue)
		}
	}
	palette := image.NewPaletted(image.Rect(0, 0, 101, 51), color.Palette{color.Transparent, blue})
	for x := range 51 {
		for y := range 51 {
			palette.SetColorIndex(x, y, 1)
		}
	}
	var moving bytes.Buffer
	second := image.NewPaletted(palette.Rect, color.Palette{red})
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{palette, second}, Delay: []int{5, 5}}); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"png": asPNG(t, clear), "palette": asPNG(t, palette), "gif": moving.Bytes()} {
		for _, side := range []int{200, 70, 33} {
			out, w, h, err := photo.Render(data, side)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			m := decode(t, out)
			if w != min(101, side) || h > w {
				t.Errorf("%s: %dx%d for side %d", name, w, h, side)
			}
			if got := m.At(w/4, h/2); !near(got, blue) {
				t.Errorf("%s, side %d: left is %v, want blue", name, side, got)
			}
			if got := m.At(w*7/8, h/2); !near(got, white) {
				t.Errorf("%s, side %d: clear part is %v, want white", name, side, got)
			}
		}
	}
}

func TestRenderOfGrayAndOddSizes(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 333, 1))
	for _, m := range []image.Image{gray, flag(1, 999), flag(3, 3), flag(1001, 333), flag(1, 1)} {
		for _, side := range []int{1, 2, 7, 50, 333} {
			out, w, h, err := photo.Render(asJPEG(t, m), side)
			if err != nil {
				t.Fatalf("%v to %d: %v", m.Bounds(), side, err)
			}
			if got := decode(t, out).Bounds().Size(); got != image.Pt(w, h) || max(w, h) > side || w < 1 || h < 1 {
				t.Errorf("%v to %d: %v", m.Bounds(), side, got)
			}
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	good := asPNG(t, flag(8, 8))
	huge := bytes.Clone(good)
	binary.BigEndian.PutUint32(huge[16:], 20_000) // width and height of the header chunk
	binary.BigEndian.PutUint32(huge[20:], 20_000)
	binary.BigEndian.PutUint32(huge[29:], crc(huge[12:29]))
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":      {nil, photo.ErrFormat},
		"text":         {[]byte("hello"), photo.ErrFormat},
		"svg":          {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), photo.ErrFormat},
		"svg with xml": {[]byte(`<?xml version="1.0"?><svg/>`), photo.ErrFormat},
		"heic":         {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), photo.ErrFormat},
		"huge":         {huge, photo.ErrTooBig},
		"cut png":      {good[:20], photo.ErrBroken},
		"cut jpeg":     {[]byte("\xff\xd8\xff\xe0"), photo.ErrBroken},
		"cut webp":     {[]byte("RIFF\x00\x00\x00\x00WEBPVP8 "), photo.ErrBroken},
		"cut gif":      {[]byte("GIF89a\x01"), photo.ErrBroken},
	} {
		if _, err := photo.Check(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: Check = %v, want %v", name, err, c.want)
		}
		if _, _, _, err := photo.Render(c.data, 100); !errors.Is(err, c.want) {
			t.Errorf("%s: Render = %v, want %v", name, err, c.want)
		}
	}
}

func crc(b []byte) uint32 {
	sum := ^uint32(0)
	for _, c := range b {
		sum ^= uint32(c)
		for range 8 {
			sum = sum>>1 ^ 0xedb88320&-(sum&1)
		}
	}
	return ^sum
}

func TestRenderRefusesAPictureThatBreaksOff(t *testing.T) {
	for _, data := range [][]byte{asJPEG(t, flag(300, 300)), asPNG(t, flag(300, 300))} {
		if _, _, _, err := photo.Render(data[:len(data)/2], 100); !errors.Is(err, photo.ErrBroken) {
			t.Errorf("Render = %v, want ErrBroken", err)
		}
	}
}

func TestPosition(t *testing.T) {
	file := asJPEG(t, flag(16, 16))
	for name, c := range map[string]struct {
		at       *place
		lat, lng float64
		ok       bool
	}{
		"north east":         {ljubljana, 46 + 3.0/60 + 12.34/3600, 14 + 30.0/60 + 20.52/3600, true},
		"south west":         {&place{"S", "W", [6]uint32{33, 1, 30, 1, 0, 1}, [6]uint32{70, 1, 0, 1, 36, 1}}, -33.5, -70.01, true},
		"fractions only":     {&place{"N", "E", [6]uint32{421234, 10000, 0, 0, 0, 0}, [6]uint32{23, 1, 0, 1, 0, 0}}, 42.1234, 23, true},
		"no reception":       {&place{"N", "E", [6]uint32{0, 1, 0, 1, 0, 1}, [6]uint32{0, 1, 0, 1, 0, 1}}, 0, 0, false},
		"divided by zero":    {&place{"N", "E", [6]uint32{46, 0, 0, 1, 0, 1}, [6]uint32{14, 1, 0, 1, 0, 1}}, 0, 0, false},
		"beyond the pole":    {&place{"N", "E", [6]uint32{91, 1, 0, 1, 0, 1}, [6]uint32{14, 1, 0, 1, 0, 1}}, 0, 0, false},
		"around the world":   {&place{"N", "E", [6]uint32{9, 1, 0, 1, 0, 1}, [6]uint32{181, 1, 0, 1, 0, 1}}, 0, 0, false},
		"unknown hemisphere": {&place{"X", "E", [6]uint32{46, 1, 0, 1, 0, 1}, [6]uint32{14, 1, 0, 1, 0, 1}}, 0, 0, false},
		"no position":        {nil, 0, 0, false},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			lat, lng, ok := photo.Position(withExif(file, exif(order, 1, c.at)))
			if ok != c.ok || math.Abs(lat-c.lat) > 1e-9 || math.Abs(lng-c.lng) > 1e-9 {
				t.Errorf("%s: Position = %v, %v, %v; want %v, %v, %v", name, lat, lng, ok, c.lat, c.lng, c.ok)
			}
		}
	}
	if _, _, ok := photo.Position(file); ok {
		t.Error("a file without Exif has a position")
	}
}

func TestPositionInPNGAndWebP(t *testing.T) {
	block := exif(binary.LittleEndian, 6, ljubljana)
	plain := asPNG(t, flag(400, 200))
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(block)))
	chunk = append(append(chunk, "eXIf"...), block...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc(chunk[4:]))
	withChunk := append(append(bytes.Clone(plain[:33]), chunk...), plain[33:]...) // after the header chunk
	if _, _, ok := photo.Position(withChunk); !ok {
		t.Error("no position found in PNG")
	}
	if info, err := photo.Check(withChunk); err != nil || info.Width != 200 || info.Height != 400 {
		t.Errorf("a PNG that lies on its side: %+v, %v", info, err)
	}
	riff := []byte("RIFF\x00\x00\x00\x00WEBPVP8 \x03\x00\x00\x00abc\x00EXIF")
	riff = append(binary.LittleEndian.AppendUint32(riff, uint32(len(block))), block...)
	if _, _, ok := photo.Position(riff); !ok {
		t.Error("no position found in WebP")
	}
}

func FuzzPosition(f *testing.F) {
	file := asJPEG(f, flag(16, 16))
	f.Add(withExif(file, exif(binary.LittleEndian, 6, ljubljana)))
	f.Add(withExif(file, exif(binary.BigEndian, 8, ljubljana)))
	f.Add(asPNG(f, flag(4, 4)))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPEXIF\xff\xff\xff\xffII*\x00\x08\x00\x00\x00"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffeXIf"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lat, lng, ok := photo.Position(data)
		if ok && (!(math.Abs(lat) <= 90) || !(math.Abs(lng) <= 180)) {
			t.Errorf("Position = %v, %v", lat, lng)
		}
		_, _ = photo.Check(data)
	})
}
