package attachments

import (
	"bytes"
	"compress/zlib"
	"io"
)

// unpackAtMost bounds the work of looking for fonts, in bytes of unpacked objects.
const unpackAtMost = 8 << 20

// hasFonts guesses whether a PDF has a layer of text: without a font there is none. Fonts of newer files stand in packed streams of
// objects, which are unpacked up to a bound. It says yes when it cannot know.
func hasFonts(data []byte) bool {
	font := []byte("/Font")
	if bytes.Contains(data, font) || bytes.Contains(data, []byte("/Encrypt")) {
		return true
	}
	left := int64(unpackAtMost)
	for rest := data; ; {
		at := bytes.Index(rest, []byte("/ObjStm"))
		if at < 0 {
			return false
		}
		rest = rest[at:]
		begin := bytes.Index(rest, []byte("stream"))
		if begin < 0 {
			return false
		}
		rest = bytes.TrimLeft(rest[begin+len("stream"):], "\r\n")
		z, err := zlib.NewReader(bytes.NewReader(rest))
		if err != nil {
			continue
		}
		objects, _ := io.ReadAll(io.LimitReader(z, left)) // what was unpacked before an error counts as well
		if bytes.Contains(objects, font) {
			return true
		}
		if left -= int64(len(objects)); left <= 0 {
			return true
		}
	}
}
