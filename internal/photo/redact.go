package photo

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
)

// Rect is a part of an upright picture: left, top, width and height as parts of its sides, 0 to 1.
type Rect struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	W float64 `json:"w"`
	H float64 `json:"h"`
}

// ErrRect is returned for a rectangle that has no size or lies outside of the picture.
var ErrRect = errors.New("rectangle is not within the picture")

// Valid reports whether the rectangle has a size and begins within the picture.
func (r Rect) Valid() bool {
	for _, v := range []float64{r.X, r.Y, r.W, r.H} {
		if math.IsNaN(v) || v < 0 || v > 1 {
			return false
		}
	}
	return r.W > 0 && r.H > 0 && r.X < 1 && r.Y < 1
}

// Redact is Render with black rectangles burnt in: nothing of what was under them is in the new file. They grow to whole blocks of the
// coding, because what stands beside an edge is mixed into its block. Call it in a job.
func Redact(data []byte, rects []Rect, maxSide int) (out []byte, width, height int, err error) {
	for _, r := range rects {
		if !r.Valid() {
			return nil, 0, 0, ErrRect
		}
	}
	rendered, _, _, err := Render(data, maxSide)
	if err != nil {
		return nil, 0, 0, err
	}
	defer guard(&err)
	picture, err := jpeg.Decode(bytes.NewReader(rendered))
	if err != nil {
		return nil, 0, 0, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	size := picture.Bounds().Size()
	canvas := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(canvas, canvas.Bounds(), picture, picture.Bounds().Min, draw.Src)
	for _, r := range rects {
		draw.Draw(canvas, r.pixels(size), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, canvas, &jpeg.Options{Quality: Quality}); err != nil {
		return nil, 0, 0, fmt.Errorf("encode picture: %w", err)
	}
	return b.Bytes(), size.X, size.Y, nil
}

// block is the side of the squares in which JPEG keeps colour, in pixels.
const block = 16

// pixels is the rectangle on a picture of a size, grown to whole blocks.
func (r Rect) pixels(size image.Point) image.Rectangle {
	down := func(v float64) int { return int(math.Floor(v/block)) * block }
	up := func(v float64) int { return int(math.Ceil(v/block)) * block }
	w, h := float64(size.X), float64(size.Y)
	return image.Rect(down(r.X*w), down(r.Y*h), up((r.X+r.W)*w), up((r.Y+r.H)*h)).Intersect(image.Rectangle{Max: size})
}
