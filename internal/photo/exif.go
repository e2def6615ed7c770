package photo

import (
	"bytes"
	"encoding/binary"
	"math"
)

// The parts of Exif 2.32 that are read. Everything here works on bytes of unknown
// origin: whatever does not fit is answered with "nothing there".
const (
	tagOrientation = 0x0112
	tagGPS         = 0x8825
	tagLatRef      = 0x0001
	tagLat         = 0x0002
	tagLngRef      = 0x0003
	tagLng         = 0x0004

	typeASCII    = 2
	typeShort    = 3
	typeLong     = 4
	typeRational = 5
)

// maxEntries bounds the work on a directory; real ones have some dozens.
const maxEntries = 1000

// Position returns where a photo was taken, in degrees (WGS 84; north and east positive),
// when it says so. A photo that gives exactly 0,0 was taken without reception.
func Position(data []byte) (lat, lng float64, ok bool) {
	t, ok := openTIFF(exifBlock(data))
	if !ok {
		return 0, 0, false
	}
	at, ok := t.find(t.first, tagGPS)
	if !ok || at.kind != typeLong {
		return 0, 0, false
	}
	gps := t.order.Uint32(at.inline)
	lat, latOK := t.angle(gps, tagLat, tagLatRef, 'N', 'S')
	lng, lngOK := t.angle(gps, tagLng, tagLngRef, 'E', 'W')
	if !latOK || !lngOK || math.Abs(lat) > 90 || math.Abs(lng) > 180 || lat == 0 && lng == 0 {
		return 0, 0, false
	}
	return lat, lng, true
}

// orientation returns how the stored picture has to be turned: 1 (upright) to 8.
func orientation(data []byte) int {
	t, ok := openTIFF(exifBlock(data))
	if !ok {
		return 1
	}
	e, ok := t.find(t.first, tagOrientation)
	if !ok || e.kind != typeShort {
		return 1
	}
	if o := int(t.order.Uint16(e.inline)); o >= 1 && o <= 8 {
		return o
	}
	return 1
}

// tiff is a block in the format that Exif borrows from TIFF 6.0.
type tiff struct {
	data  []byte
	order binary.ByteOrder
	first uint32 // offset of the first directory
}

type field struct {
	kind   uint16
	count  uint32
	inline []byte // four bytes: the value, or where it is
}

func openTIFF(data []byte) (tiff, bool) {
	if len(data) < 8 {
		return tiff{}, false
	}
	t := tiff{data: data}
	switch string(data[:4]) {
	case "II*\x00":
		t.order = binary.LittleEndian
	case "MM\x00*":
		t.order = binary.BigEndian
	default:
		return tiff{}, false
	}
	t.first = t.order.Uint32(data[4:])
	return t, true
}

// at returns n bytes from an offset, or false when they are not all there.
func (t tiff) at(offset, n uint64) ([]byte, bool) {
	if offset+n > uint64(len(t.data)) { // both came from 32 bits: no overflow
		return nil, false
	}
	return t.data[offset : offset+n], true
}

// find looks for a tag in the directory at an offset.
func (t tiff) find(directory uint32, tag uint16) (field, bool) {
	head, ok := t.at(uint64(directory), 2)
	if !ok {
		return field{}, false
	}
	n := min(int(t.order.Uint16(head)), maxEntries)
	for i := range n {
		e, ok := t.at(uint64(directory)+2+uint64(i)*12, 12)
		if !ok {
			return field{}, false
		}
		if t.order.Uint16(e) == tag {
			return field{kind: t.order.Uint16(e[2:]), count: t.order.Uint32(e[4:]), inline: e[8:12]}, true
		}
	}
	return field{}, false
}

// angle reads degrees, minutes and seconds and the side of the world they are on.
func (t tiff) angle(directory uint32, tag, refTag uint16, positive, negative byte) (float64, bool) {
	ref, ok := t.find(directory, refTag)
	if !ok || ref.kind != typeASCII || ref.count == 0 || ref.count > 4 {
		return 0, false
	}
	e, ok := t.find(directory, tag)
	if !ok || e.kind != typeRational || e.count != 3 {
		return 0, false
	}
	raw, ok := t.at(uint64(t.order.Uint32(e.inline)), 3*8)
	if !ok {
		return 0, false
	}
	degrees := 0.0
	for i, unit := range []float64{1, 60, 3600} {
		over, under := t.order.Uint32(raw[i*8:]), t.order.Uint32(raw[i*8+4:])
		switch {
		case under != 0:
			degrees += float64(over) / float64(under) / unit
		case over != 0 || i == 0:
			return 0, false // some cameras write 0/0 for seconds; nothing else may
		}
	}
	switch ref.inline[0] {
	case positive:
		return degrees, true
	case negative:
		return -degrees, true
	}
	return 0, false
}

// exifBlock finds the TIFF block in a JPEG, PNG or WebP file; nil when there is none.
func exifBlock(data []byte) []byte {
	switch sniff(data) {
	case "jpeg":
		return exifOfJPEG(data)
	case "png":
		return exifOfPNG(data)
	case "webp":
		return exifOfWebP(data)
	}
	return nil
}

var exifMark = []byte("Exif\x00\x00")

func exifOfJPEG(data []byte) []byte {
	for p := 2; p+4 <= len(data); {
		if data[p] != 0xff {
			return nil
		}
		marker := data[p+1]
		switch {
		case marker == 0xff: // padding
			p++
			continue
		case marker == 0x01 || marker >= 0xd0 && marker <= 0xd7: // without content
			p += 2
			continue
		case marker == 0xda || marker == 0xd9: // the picture begins, or ends
			return nil
		}
		size := int(binary.BigEndian.Uint16(data[p+2:]))
		if size < 2 || p+2+size > len(data) {
			return nil
		}
		content := data[p+4 : p+2+size]
		if marker == 0xe1 && bytes.HasPrefix(content, exifMark) {
			return content[len(exifMark):]
		}
		p += 2 + size
	}
	return nil
}

func exifOfPNG(data []byte) []byte {
	for p := uint64(8); p+12 <= uint64(len(data)); {
		size := uint64(binary.BigEndian.Uint32(data[p:]))
		if p+12+size > uint64(len(data)) {
			return nil
		}
		if string(data[p+4:p+8]) == "eXIf" {
			return data[p+8 : p+8+size]
		}
		p += 12 + size
	}
	return nil
}

func exifOfWebP(data []byte) []byte {
	for p := uint64(12); p+8 <= uint64(len(data)); {
		size := uint64(binary.LittleEndian.Uint32(data[p+4:]))
		if p+8+size > uint64(len(data)) {
			return nil
		}
		if string(data[p:p+4]) == "EXIF" {
			return bytes.TrimPrefix(data[p+8:p+8+size], exifMark)
		}
		p += 8 + size + size%2
	}
	return nil
}
