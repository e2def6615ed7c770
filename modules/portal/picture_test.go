package portal

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"glas/internal/theme"
)

// letters are those that the five languages write with.
const letters = "abcčćdđefghijklmnoprsštuvzžABCČĆDĐEFGHIJKLMNOPRSŠTUVZŽ" +
	"абвгдежзийклмнопрстуфхцчшщъьюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯѝ" +
	"αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏΪΫ" +
	"çğıöşüâîûÇĞİÖŞÜqwxyQWXY0123456789.,:;!?()«»„“”’–…·%€"

func TestFontsHaveEveryLetter(t *testing.T) {
	for name, ttf := range map[string][]byte{"bold": gobold.TTF, "regular": goregular.TTF} {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			t.Fatal(err)
		}
		var buf sfnt.Buffer
		for _, r := range letters {
			if i, err := f.GlyphIndex(&buf, r); err != nil || i == 0 {
				t.Errorf("%s has no %q (%U)", name, r, r)
			}
		}
	}
}

// drawn is one letter as the picture would show it.
func drawn(t *testing.T, f font.Face, s string) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 120, 120))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	write(img, f, color.Black, 20, 90, s)
	return string(img.Pix)
}

func TestLettersAreNotTheMissingBox(t *testing.T) {
	f, err := face(gobold.TTF, 68)
	if err != nil {
		t.Fatal(err)
	}
	blank, box := drawn(t, f, " "), drawn(t, f, "\U000F0000")
	for _, r := range "şğıčžъώΩЖ" {
		switch drawn(t, f, string(r)) {
		case blank:
			t.Errorf("%q is not drawn", r)
		case box:
			t.Errorf("%q is drawn as a box", r)
		}
	}
}

func TestPicture(t *testing.T) {
	for _, title := range []string{"Čiščenje Žužemberka", "Обновяване на площада", "Διαβούλευση για τον προϋπολογισμό", "Şehir meydanı için ağaçlar", strings.Repeat("Δ", 300), ""} {
		b, err := drawPicture(theme.Input{Brand: "#1b6b50"}, title, "Občina Kamnik")
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds().Dx() != pictureWide || img.Bounds().Dy() != pictureHigh {
			t.Errorf("%q: %v", title, img.Bounds())
		}
		colours := map[color.Color]bool{}
		for x := 0; x < pictureWide; x += 2 {
			for y := 0; y < pictureHigh; y += 2 {
				colours[img.At(x, y)] = true
			}
		}
		if len(colours) < 3 {
			t.Errorf("%q: nothing is written", title)
		}
	}
}

func TestLinesFit(t *testing.T) {
	f, err := face(gobold.TTF, 68)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"kratko", strings.Repeat("Διαβούλευση", 20), strings.Repeat("dolga beseda ", 80), strings.Repeat("şğ", 200)} {
		lines := wrapLines(f, s, 1040, 5)
		if len(lines) == 0 || len(lines) > 5 {
			t.Errorf("%.20q: %d lines", s, len(lines))
		}
		for _, l := range lines {
			if font.MeasureString(f, l).Ceil() > 1040 {
				t.Errorf("%.20q: too wide: %q", s, l)
			}
		}
	}
	if got := wrapLines(f, "  ", 100, 5); len(got) != 0 {
		t.Errorf("nothing gives %q", got)
	}
}
