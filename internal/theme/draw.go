package theme

import (
	"context"
	"fmt"
	"hash/fnv"
	"html"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/a-h/templ"
)

// Patterns are the drawings a municipality can choose from.
func Patterns() []string { return []string{"waves", "roofs", "fields", "rings", "trees", "stones"} }

// Crests are the drawn marks a municipality without an own one can choose from.
func Crests() []string { return []string{"shield", "tower", "river", "tree", "sun", "bridge"} }

func drawing(svg string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, svg)
		return err
	})
}

func chance(seed string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(seed))
	return rand.New(rand.NewPCG(h.Sum64(), 0x9e3779b97f4a7c15))
}

// Cover is the picture of a thing that has no photo: the same seed always gives the same drawing.
// Its colours come from the theme through the classes of the stylesheet. An unknown pattern is chosen by the seed.
func Cover(seed, pattern string) templ.Component {
	r := chance(seed)
	tones := []string{"accent", "accent", "success", "info", "warning"}
	return cover(tones[r.IntN(len(tones))], pattern, r)
}

// CoverOf is the picture of a municipality on pages that are not its own: in the colour there that comes nearest to its own.
func CoverOf(seed string, in Input) templ.Component {
	own, nearest, least := in.brand(), "accent", math.Inf(1)
	for _, n := range support()[1:] {
		c, _ := parse(n.hex)
		if apart := math.Abs(math.Remainder(c.lch().h-own.h, 2*math.Pi)); apart < least {
			nearest, least = n.name, apart
		}
	}
	return cover(nearest, in.Pattern, chance(seed))
}

func cover(tone, pattern string, r *rand.Rand) templ.Component {
	if !known(pattern) {
		pattern = Patterns()[r.IntN(len(Patterns()))]
	}
	return drawing(`<svg class="g-cover" data-color="` + tone + `" viewBox="0 0 360 128" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">` +
		`<rect class="g-cover__sky" width="360" height="128"></rect>` + shapes(pattern, r) + `</svg>`)
}

// Motif is the large drawing behind a hero.
func Motif(pattern string) templ.Component {
	if !known(pattern) {
		pattern = "waves"
	}
	r := chance("hero " + pattern)
	body := shapes(pattern, r)
	if pattern == "rings" {
		body = ""
		for _, radius := range []int{20, 36, 52, 68, 84} {
			body += fmt.Sprintf(`<circle class="g-cover__line g-cover__line--wide" cx="286" cy="78" r="%d"></circle>`, radius)
		}
	}
	return drawing(`<svg class="g-motif" viewBox="0 0 360 128" preserveAspectRatio="xMaxYMid slice" aria-hidden="true" focusable="false">` + body + `</svg>`)
}

func known(pattern string) bool {
	for _, p := range Patterns() {
		if p == pattern {
			return true
		}
	}
	return false
}

func shapes(pattern string, r *rand.Rand) string {
	switch pattern {
	case "roofs":
		return roofs(r)
	case "fields":
		return fields(r)
	case "rings":
		return rings(r)
	case "trees":
		return trees(r)
	case "stones":
		return stones(r)
	default:
		return waves(r)
	}
}

func waves(r *rand.Rand) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<circle class="g-cover__sun" cx="%d" cy="%d" r="%d"></circle>`, 230+r.IntN(90), 26+r.IntN(18), 13+r.IntN(8))
	for i := range 3 {
		y, swing := 70+i*20, 12+r.IntN(16)
		fmt.Fprintf(&b, `<path class="g-cover__land g-cover__land--%d" d="M0 %d C60 %d 120 %d 180 %d S300 %d 360 %d V128 H0z"></path>`,
			i+1, y, y-swing, y+swing, y-r.IntN(10), y+swing/2, y-swing/2)
	}
	return b.String()
}

func roofs(r *rand.Rand) string {
	var b strings.Builder
	for row := range 2 {
		x := -r.IntN(20)
		for x < 360 {
			w, top := 38+r.IntN(40), 44+row*26+r.IntN(26)
			class := fmt.Sprintf("g-cover__land g-cover__land--%d", row+1+r.IntN(2))
			if r.IntN(3) > 0 {
				fmt.Fprintf(&b, `<path class="%s" d="M%d 128V%dl%d -%d l%d %dV128z"></path>`, class, x, top, w/2, 12+w/6, w-w/2, 12+w/6)
			} else {
				fmt.Fprintf(&b, `<path class="%s" d="M%d 128V%dh%dV128z"></path>`, class, x, top-6, w)
			}
			if row == 1 {
				fmt.Fprintf(&b, `<path class="g-cover__line" d="M%d %dv12M%d %dv12"></path>`, x+w/3, top+18, x+2*w/3, top+18)
			}
			x += w + 3 + r.IntN(10)
		}
	}
	return b.String()
}

func fields(r *rand.Rand) string {
	var b strings.Builder
	horizon := 46 + r.IntN(14)
	fmt.Fprintf(&b, `<circle class="g-cover__sun" cx="%d" cy="%d" r="18"></circle>`, 50+r.IntN(250), horizon-6)
	fmt.Fprintf(&b, `<path class="g-cover__land g-cover__land--1" d="M0 %d Q180 %d 360 %d V128 H0z"></path>`, horizon, horizon-14, horizon+4)
	middle := 120 + r.IntN(120)
	for i := range 7 {
		if i%2 == 0 {
			fmt.Fprintf(&b, `<path class="g-cover__land g-cover__land--%d" d="M%d %d L%d 128 H%d z"></path>`, 2+i/2%2, middle+(i-3)*10, horizon+4, (i-1)*70-30, i*70-20)
		} else {
			fmt.Fprintf(&b, `<path class="g-cover__line" d="M%d %d L%d 128"></path>`, middle+(i-3)*10, horizon+6, i*70-40)
		}
	}
	return b.String()
}

func rings(r *rand.Rand) string {
	var b strings.Builder
	for range 3 {
		x, y := r.IntN(360), 20+r.IntN(100)
		for i := 1; i <= 3+r.IntN(3); i++ {
			fmt.Fprintf(&b, `<circle class="g-cover__line" cx="%d" cy="%d" r="%d"></circle>`, x, y, i*15)
		}
		fmt.Fprintf(&b, `<circle class="g-cover__land g-cover__land--3" cx="%d" cy="%d" r="6"></circle>`, x, y)
	}
	return b.String()
}

func trees(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString(`<path class="g-cover__land g-cover__land--1" d="M0 108 Q90 98 180 106 T360 102 V128 H0z"></path>`)
	for x := 22 + r.IntN(20); x < 350; x += 34 + r.IntN(34) {
		h, w := 34+r.IntN(38), 13+r.IntN(9)
		fmt.Fprintf(&b, `<path class="g-cover__line" d="M%d 110V%d"></path><ellipse class="g-cover__land g-cover__land--%d" cx="%d" cy="%d" rx="%d" ry="%d"></ellipse>`,
			x, 110-h/2, 2+r.IntN(2), x, 104-h/2-w/2, w, w+h/5)
	}
	return b.String()
}

func stones(r *rand.Rand) string {
	var b strings.Builder
	for row := range 4 {
		for x := -r.IntN(40); x < 360; {
			w := 36 + r.IntN(46)
			fmt.Fprintf(&b, `<rect class="g-cover__land g-cover__land--%d" x="%d" y="%d" width="%d" height="26" rx="7"></rect>`, 1+r.IntN(3), x, 10+row*31, w)
			x += w + 6
		}
	}
	return b.String()
}

// pathData allows only the letters, numbers and separators of an SVG path, so that no markup can be smuggled in.
var pathData = regexp.MustCompile(`^[MmLlHhVvCcSsQqTtAaZz0-9eE.,+\- \n]+$`)

// Mark is the drawn crest for the head of the pages. A value that is neither a known name nor path data gives the shield.
func Mark(crest string) templ.Component {
	inner, ok := marks()[crest]
	if !ok {
		inner = marks()["shield"]
		if len(crest) < 4000 && pathData.MatchString(crest) {
			return drawing(`<svg class="g-mark" viewBox="0 0 40 48" focusable="false"><path class="g-mark__field" d="` + html.EscapeString(crest) + `"></path></svg>`)
		}
	}
	return drawing(`<svg class="g-mark" viewBox="0 0 40 48" focusable="false"><path class="g-mark__field" d="M1 1h38v26c0 10-8 16.5-19 20.500C9 43.5 1 37 1 27z"></path>` + inner + `</svg>`)
}

// Icon is the mark of a municipality as a picture file of its own, in its colour, for the tabs of browsers.
func Icon(in Input) string {
	var svg strings.Builder
	if err := Mark(in.Crest).Render(context.Background(), &svg); err != nil {
		return "" // a drawing in memory cannot fail
	}
	style := `<style>.g-mark__field{fill:` + Color(in, "base-default", false) + `}.g-mark__line{fill:none;stroke:#fff;stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round}</style>`
	out := strings.Replace(svg.String(), `<svg class="g-mark"`, `<svg xmlns="http://www.w3.org/2000/svg" class="g-mark"`, 1)
	return strings.Replace(out, ">", ">"+style, 1)
}

func marks() map[string]string {
	line := func(d string) string { return `<path class="g-mark__line" d="` + d + `"></path>` }
	return map[string]string{
		"shield": line("M20 8v13M13 14.500h14M9 33c6-8 16-8 22 0"),
		"tower":  line("M12 36V17h16v19M12 17v-6h4v3h2.500v-3h3v3H24v-3h4v6M18 36v-7h4v7"),
		"river":  line("M7 17c4.5-4 8.5-4 13 0s8.5 4 13 0M7 25c4.5-4 8.5-4 13 0s8.5 4 13 0M10 33c3.5-3 6.5-3 10 0s6.5 3 10 0"),
		"tree":   line("M20 38V20M20 30l7-6M20 26l-6-5M20 8c7 0 10 5 10 9s-4 8-10 8-10-4-10-8 3-9 10-9z"),
		"sun":    line("M20 15a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM20 6v4M20 34v4M6 22h4M30 22h4M10.5 12.500l3 3M26.5 28.500l3 3M29.5 12.500l-3 3M13.5 28.500l-3 3"),
		"bridge": line("M6 28h28M9 28v7M31 28v7M9 28c0-9 22-9 22 0M20 21v7M14.5 22.500V28M25.5 22.500V28M12 12l8-5 8 5"),
	}
}
