// Package photo takes in pictures that people upload: it looks at them before they are
// decoded, reads where they were taken, and makes upright copies without metadata.
package photo

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// Errors of Check and Render, usually wrapped.
var (
	// ErrFormat is returned for what is not JPEG, PNG, WebP or GIF, SVG and HEIC
	// among it: the first may carry scripts, the second cannot be decoded with
	// reasonable effort (phones convert it when the form asks for JPEG).
	ErrFormat = errors.New("picture format is not supported")
	// ErrTooBig is returned for pictures of more than MaxPixels.
	ErrTooBig = errors.New("picture has too many pixels")
	// ErrBroken is returned for pictures that cannot be decoded.
	ErrBroken = errors.New("picture is broken")
)

// MaxPixels is the largest picture that is decoded, in pixels: 40 million, which takes
// at most some 160 MB of memory.
const MaxPixels = 40_000_000

// Quality of the JPEG files that Render writes.
const Quality = 82

// Info is what a picture says about itself.
type Info struct {
	// Format is "jpeg", "png", "webp" or "gif".
	Format string
	// Width and Height in pixels, as the picture is meant to be seen: turned
	// upright when it says that it lies on its side.
	Width, Height int
}

// Check looks at the beginning of a file and refuses what Render would not take. It does
// not decode the picture, so that a small file that unpacks to gigabytes is
// refused cheaply; a picture that passes may still turn out to be broken.
func Check(data []byte) (info Info, err error) {
	defer guard(&err)
	info.Format = sniff(data)
	c, ok := codecOf(info.Format)
	if !ok {
		return Info{}, ErrFormat
	}
	config, err := c.config(bytes.NewReader(data))
	if err != nil {
		return Info{}, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	info.Width, info.Height = config.Width, config.Height
	if info.Width <= 0 || info.Height <= 0 {
		return Info{}, ErrBroken
	}
	if int64(info.Width)*int64(info.Height) > MaxPixels {
		return Info{}, ErrTooBig
	}
	if orientation(data) >= 5 {
		info.Width, info.Height = info.Height, info.Width
	}
	return info, nil
}

// Render returns a copy as JPEG without any metadata, turned upright, on white where it was
// transparent, and made smaller, never larger, until neither side is longer than
// maxSide pixels. Of an animation it takes the first picture. It needs about a
// second of processor time for 12 million pixels: call it in a job.
func Render(data []byte, maxSide int) (out []byte, width, height int, err error) {
	if maxSide < 1 {
		return nil, 0, 0, fmt.Errorf("render picture: longest side %d", maxSide)
	}
	info, err := Check(data)
	if err != nil {
		return nil, 0, 0, err
	}
	defer guard(&err)
	c, _ := codecOf(info.Format) // Check knows it
	picture, err := c.decode(bytes.NewReader(data))
	if err != nil {
		return nil, 0, 0, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	picture = turn(shrink(picture, maxSide), orientation(data))
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: Quality}); err != nil {
		return nil, 0, 0, fmt.Errorf("encode picture: %w", err)
	}
	size := picture.Bounds().Size()
	return b.Bytes(), size.X, size.Y, nil
}

// guard turns a panic of a decoder into ErrBroken. The decoders work on bytes that
// anybody may send, and some have panicked on crafted files before.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: decoder panicked: %v", ErrBroken, p)
	}
}

type codec struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// codecOf returns the decoder for a format that sniff names. The decoders are called
// directly rather than through the registry of package image, which any imported
// package can extend.
func codecOf(format string) (codec, bool) {
	switch format {
	case "jpeg":
		return codec{jpeg.DecodeConfig, jpeg.Decode}, true
	case "png":
		return codec{png.DecodeConfig, png.Decode}, true
	case "webp":
		return codec{webp.DecodeConfig, webp.Decode}, true
	case "gif":
		return codec{gif.DecodeConfig, gif.Decode}, true
	}
	return codec{}, false
}

// sniff tells the format by the first bytes; "" when it is none of ours.
func sniff(data []byte) string {
	has := func(at int, magic string) bool {
		return len(data) >= at+len(magic) && string(data[at:at+len(magic)]) == magic
	}
	switch {
	case has(0, "\xff\xd8\xff"):
		return "jpeg"
	case has(0, "\x89PNG\r\n\x1a\n"):
		return "png"
	case has(0, "RIFF") && has(8, "WEBP"):
		return "webp"
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return "gif"
	}
	return ""
}
