// Package theme turns one colour of a municipality and a few choices into everything that the pages are coloured with.
//
// The sixteen steps of Designsystemet's token scales are computed in OKLCH, for light and dark. Contrast is not hoped for
// but constructed: text keeps 4.5:1 on every surface it may stand on, borders and controls 3:1, whatever colour is given.
// Where the brand colour itself cannot (yellow on white), it is darkened or lightened as little as needed, hue kept.
package theme

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// DefaultBrand is used when no or no valid colour is given.
const DefaultBrand = "#0b5cad"

// Input is what a municipality chooses.
type Input struct {
	Brand   string // "#rrggbb"
	Crest   string // one of Crests, or the d attribute of an SVG path in a 40 by 48 box
	Pattern string // one of Patterns; empty means waves
}

// Valid says whether the brand colour can be read.
func (in Input) Valid() error {
	_, err := parse(in.Brand)
	return err
}

func (in Input) brand() lch {
	c, err := parse(in.Brand)
	if err != nil {
		c, _ = parse(DefaultBrand)
	}
	return c.lch()
}

// Action is the ground of a button and the ink on it, for letters, which know no style sheet.
func (in Input) Action() (ground, ink string) {
	s := lightScale(in.brand())
	return s.baseDefault.String(), s.contrastDefault.String()
}

// named is one colour of the system beside the brand.
type named struct{ name, hex string }

// support are the colours whose meaning must not depend on the municipality.
func support() []named {
	return []named{
		{"neutral", "#262c36"}, {"info", "#0a71c0"}, {"success", "#0a7a2a"}, {"warning", "#e09a1a"}, {"danger", "#c01b1b"},
	}
}

// tokens writes the sixteen custom properties of one scale.
func (s scale) tokens(b *strings.Builder, name string) {
	for _, t := range s.steps() {
		fmt.Fprintf(b, "--ds-color-%s-%s:%s;", name, t.name, t.color)
	}
}

type step struct {
	name  string
	color rgb
}

func (s scale) steps() []step {
	return []step{
		{"background-default", s.backgroundDefault}, {"background-tinted", s.backgroundTinted},
		{"surface-default", s.surfaceDefault}, {"surface-tinted", s.surfaceTinted},
		{"surface-hover", s.surfaceHover}, {"surface-active", s.surfaceActive},
		{"border-subtle", s.borderSubtle}, {"border-default", s.borderDefault}, {"border-strong", s.borderStrong},
		{"text-subtle", s.textSubtle}, {"text-default", s.textDefault},
		{"base-default", s.baseDefault}, {"base-hover", s.baseHover}, {"base-active", s.baseActive},
		{"base-contrast-subtle", s.contrastSubtle}, {"base-contrast-default", s.contrastDefault},
	}
}

func (h hero) tokens(b *strings.Builder) {
	fmt.Fprintf(b, "--g-hero-stage:%s;--g-hero-panel:%s;--g-hero-line:%s;--g-hero-text:%s;--g-hero-quiet:%s;--g-hero-motif:%s;",
		h.stage, h.panel, h.line, h.text, h.quiet, h.motif)
}

// block is all properties of one scheme.
func (in Input) block(dark bool) string {
	var b strings.Builder
	brand := in.brand()
	make16 := lightScale
	if dark {
		make16 = darkScale
	}
	accent := make16(brand)
	accent.tokens(&b, "accent")
	for _, n := range support() {
		c, _ := parse(n.hex)
		make16(c.lch()).tokens(&b, n.name)
	}
	if dark {
		darkHero(brand).tokens(&b)
		b.WriteString("--ds-color-focus-inner:#0e1116;--ds-color-focus-outer:#fff;--ds-link-color-visited:#c9b6f2;--g-sun:rgb(255 255 255/.2);color-scheme:dark")
	} else {
		lightHero(brand, accent).tokens(&b)
		b.WriteString("--ds-color-focus-inner:#fff;--ds-color-focus-outer:#1b1f24;--ds-link-color-visited:#663299;--g-sun:rgb(255 255 255/.75);color-scheme:light")
	}
	return b.String()
}

// CSS is the stylesheet of a municipality: light, and dark by the device's wish or by data-color-scheme.
func CSS(in Input) string {
	light, dark := in.block(false), in.block(true)
	return "@layer ds.theme{" +
		":root,[data-color-scheme=light]{" + light + "}" +
		"@media (prefers-color-scheme:dark){:root:not([data-color-scheme=light]){" + dark + "}}" +
		"[data-color-scheme=dark]{" + dark + "}" +
		"@media print{:root{" + light + "}}}\n"
}

// Hash names a stylesheet: it changes when the content does (16 hex digits).
func Hash(in Input) string {
	sum := sha256.Sum256([]byte(CSS(in)))
	return hex.EncodeToString(sum[:8])
}

// Color is one step of the computed accent scale as #rrggbb, for mails and pictures that know no stylesheet.
// Names are those of Designsystemet ("base-default"); an unknown name gives the empty string.
func Color(in Input, name string, dark bool) string {
	s := lightScale(in.brand())
	if dark {
		s = darkScale(in.brand())
	}
	for _, t := range s.steps() {
		if t.name == name {
			return t.color.String()
		}
	}
	return ""
}
