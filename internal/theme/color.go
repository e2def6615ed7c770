package theme

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// rgb is a colour of the screen, components 0 to 255.
type rgb struct{ r, g, b uint8 }

// lch is the same in OKLCH: lightness 0 to 1, chroma 0 to about 0.37, hue in radians.
// Source: Björn Ottosson, "A perceptual color space for image processing" (2020).
type lch struct{ l, c, h float64 }

var (
	white = rgb{255, 255, 255}
	black = rgb{0, 0, 0}
)

// parse reads #rgb or #rrggbb.
func parse(s string) (rgb, error) {
	hex := strings.TrimPrefix(strings.TrimSpace(s), "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	if len(hex) != 6 {
		return rgb{}, fmt.Errorf("colour %q: want #rrggbb", s)
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		return rgb{}, fmt.Errorf("colour %q: %w", s, err)
	}
	return rgb{uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
}

func (c rgb) String() string { return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b) }

func linear(v uint8) float64 {
	f := float64(v) / 255
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}

func gamma(f float64) float64 {
	if f <= 0.0031308 {
		return f * 12.92
	}
	return 1.055*math.Pow(f, 1/2.4) - 0.055
}

// luminance is the relative luminance of WCAG 2.
func (c rgb) luminance() float64 {
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

// ratio is the contrast of WCAG 2, 1 to 21.
func ratio(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

// Contrast is the WCAG 2 contrast of two colours written #rrggbb, from 1 to 21; 0 when one of them is no colour.
func Contrast(a, b string) float64 {
	x, err := parse(a)
	if err != nil {
		return 0
	}
	y, err := parse(b)
	if err != nil {
		return 0
	}
	return ratio(x, y)
}

func (c rgb) lch() lch {
	r, g, b := linear(c.r), linear(c.g), linear(c.b)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	light := 0.2104542553*l + 0.7936177850*m - 0.0040720468*s
	x := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	y := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	return lch{light, math.Hypot(x, y), math.Atan2(y, x)}
}

// try converts without clipping; ok says whether the screen can show it.
func (c lch) try() (out rgb, ok bool) {
	a, b := c.c*math.Cos(c.h), c.c*math.Sin(c.h)
	l := c.l + 0.3963377774*a + 0.2158037573*b
	m := c.l - 0.1055613458*a - 0.0638541728*b
	s := c.l - 0.0894841775*a - 1.2914855480*b
	l, m, s = l*l*l, m*m*m, s*s*s
	parts := [3]float64{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	}
	ok = true
	var bytes [3]uint8
	for i, p := range parts {
		v := gamma(p)
		if v < -0.001 || v > 1.001 || math.IsNaN(v) {
			ok = false
		}
		bytes[i] = uint8(math.Round(255 * math.Min(1, math.Max(0, v))))
	}
	return rgb{bytes[0], bytes[1], bytes[2]}, ok
}

// rgb gives up chroma, never lightness or hue, until the screen can show the colour.
func (c lch) rgb() rgb {
	if out, ok := c.try(); ok {
		return out
	}
	low, high := 0.0, c.c
	for range 24 {
		mid := (low + high) / 2
		if _, ok := (lch{c.l, mid, c.h}).try(); ok {
			low = mid
		} else {
			high = mid
		}
	}
	out, _ := lch{c.l, low, c.h}.try()
	return out
}

// reach moves the lightness of c (down when darker) as little as possible until its contrast to every one of the
// backgrounds is at least want. The colour that is returned is measured after rounding, so the promise holds on screen.
// When even black or white cannot, that is what comes back.
func reach(c lch, darker bool, want float64, backgrounds ...rgb) rgb {
	const step = 0.002
	for {
		out := c.rgb()
		if enough(out, want, backgrounds) {
			return out
		}
		if darker {
			c.l -= step
			if c.l <= 0 {
				return black
			}
		} else {
			c.l += step
			if c.l >= 1 {
				return white
			}
		}
	}
}

func enough(c rgb, want float64, backgrounds []rgb) bool {
	for _, b := range backgrounds {
		if ratio(c, b) < want {
			return false
		}
	}
	return true
}
