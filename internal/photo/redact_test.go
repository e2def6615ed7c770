package photo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image/jpeg"
	"math"
	"testing"

	"glas/internal/photo"
)

func TestRedactLeavesNothing(t *testing.T) {
	upright := asJPEG(t, flag(600, 400))
	for name, data := range map[string][]byte{"upright": upright, "lying": withExif(asJPEG(t, flag(400, 600)), exif(binary.BigEndian, 6, nil))} {
		out, w, h, err := photo.Redact(data, []photo.Rect{{X: 0.1, Y: 0.1, W: 0.2, H: 0.3}, {X: 0.9, Y: 0.9, W: 0.5, H: 0.5}}, 600)
		if err != nil || w != 600 || h != 400 {
			t.Fatalf("%s: %d x %d: %v", name, w, h, err)
		}
		m, err := jpeg.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		for y := range h {
			for x := range w {
				inside := x >= 60 && x < 180 && y >= 40 && y < 160 || x >= 540 && y >= 360
				r, g, b, _ := m.At(x, y).RGBA()
				if dark := r>>8 < 6 && g>>8 < 6 && b>>8 < 6; inside && !dark {
					t.Fatalf("%s: at %d, %d something is left", name, x, y)
				}
			}
		}
		if r, _, _, _ := m.At(300, 200).RGBA(); r>>8 < 6 {
			t.Errorf("%s: the middle is black", name)
		}
	}
	for _, r := range []photo.Rect{{}, {X: 1, Y: 0, W: 1, H: 1}, {X: -0.1, W: 1, H: 1}, {W: math.NaN(), H: 1}} {
		if _, _, _, err := photo.Redact(upright, []photo.Rect{r}, 600); !errors.Is(err, photo.ErrRect) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if _, _, _, err := photo.Redact([]byte("no picture"), nil, 600); !errors.Is(err, photo.ErrFormat) {
		t.Error(err)
	}
}
