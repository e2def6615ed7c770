package portal

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strconv"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"glas/internal/text"
	"glas/internal/theme"
)

// Size of the picture that goes with a link elsewhere, in pixels (Open Graph).
const (
	pictureWide = 1200
	pictureHigh = 630
)

// drawPicture writes a title on the municipality's colour. The fonts hold Latin, Greek and Cyrillic letters.
func drawPicture(in theme.Input, title, name string) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, pictureWide, pictureHigh))
	base := hexColor(theme.Color(in, "base-default", false))
	ink := hexColor(theme.Color(in, "base-contrast-default", false))
	draw.Draw(img, img.Bounds(), image.NewUniform(base), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, pictureHigh-24, pictureWide, pictureHigh), image.NewUniform(ink), image.Point{}, draw.Src)
	bold, err := face(gobold.TTF, 68)
	if err != nil {
		return nil, err
	}
	plain, err := face(goregular.TTF, 34)
	if err != nil {
		return nil, err
	}
	y := 150
	for _, line := range wrapLines(bold, title, pictureWide-160, 5) {
		write(img, bold, ink, 80, y, line)
		y += 84
	}
	if name != title {
		write(img, plain, ink, 80, pictureHigh-70, name)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	return b.Bytes(), nil
}

func face(ttf []byte, size float64) (font.Face, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	return opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
}

// wrapLines breaks a title at spaces so that each line fits; a word that alone is too wide is broken between letters. What does not
// fit into most lines ends with an ellipsis.
func wrapLines(f font.Face, s string, wide, most int) []string {
	fits := func(s string) bool { return font.MeasureString(f, s).Ceil() <= wide }
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && !fits(longer) {
			lines = append(lines, line)
			longer = word
		}
		for !fits(longer) && text.Letters(longer) > 1 {
			head := fitting(longer, fits)
			lines = append(lines, head)
			longer = strings.TrimPrefix(longer, head)
		}
		line = longer
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > most {
		lines = lines[:most]
		last := lines[most-1]
		for !fits(last+"…") && last != "" {
			last = strings.TrimSuffix(text.Truncate(last, text.Letters(last)-1), "…")
		}
		lines[most-1] = last + "…"
	}
	return lines
}

// fitting is the longest beginning of a word that fits, at least one letter.
func fitting(word string, fits func(string) bool) string {
	for n := text.Letters(word) - 1; n > 1; n-- {
		head := strings.TrimSuffix(text.Truncate(word, n+1), "…")
		if head != "" && fits(head) {
			return head
		}
	}
	return strings.TrimSuffix(text.Truncate(word, 2), "…")
}

func write(img draw.Image, f font.Face, ink color.Color, x, y int, s string) {
	d := font.Drawer{Dst: img, Src: image.NewUniform(ink), Face: f, Dot: fixed.P(x, y)}
	d.DrawString(s)
}

func hexColor(s string) color.Color {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 {
		return color.Gray{Y: 40}
	}
	return color.RGBA{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n), A: 255}
}
