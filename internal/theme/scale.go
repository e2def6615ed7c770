package theme

import "math"

// The contrasts that every scale keeps (WCAG 2.2, 1.4.3 and 1.4.11), with a little to spare.
const (
	textContrast    = 4.5
	controlContrast = 3.0
	readable        = 7.0
)

// scale is the sixteen steps of one colour in one scheme, in the order of Designsystemet's tokens.
type scale struct {
	backgroundDefault, backgroundTinted                        rgb
	surfaceDefault, surfaceTinted, surfaceHover, surfaceActive rgb
	borderSubtle, borderDefault, borderStrong                  rgb
	textSubtle, textDefault                                    rgb
	baseDefault, baseHover, baseActive                         rgb
	contrastSubtle, contrastDefault                            rgb
}

// tint is a step of fixed lightness that keeps a part of the chroma.
func tint(c lch, light, part, most float64) rgb {
	return lch{light, math.Min(c.c*part, most), c.h}.rgb()
}

// lightScale is the scale of c on white.
func lightScale(c lch) scale {
	s := scale{
		backgroundDefault: white,
		backgroundTinted:  tint(c, 0.968, 0.10, 0.014),
		surfaceDefault:    white,
		surfaceTinted:     tint(c, 0.932, 0.22, 0.030),
		surfaceHover:      tint(c, 0.892, 0.34, 0.045),
		surfaceActive:     tint(c, 0.848, 0.46, 0.062),
		borderSubtle:      tint(c, 0.800, 0.52, 0.075),
	}
	s.borderDefault = reach(lch{0.64, c.c * 0.9, c.h}, true, controlContrast+0.1, s.surfaceTinted, s.backgroundTinted, white)
	s.textSubtle = reach(lch{0.54, c.c, c.h}, true, textContrast, s.surfaceHover, s.surfaceActive)
	s.borderStrong = s.textSubtle
	s.textDefault = reach(lch{0.32, c.c * 0.75, c.h}, true, readable, s.surfaceActive)
	s.base(reach(c, true, controlContrast, white, s.backgroundTinted))
	return s
}

// darkScale is the scale of c on a deep page.
func darkScale(c lch) scale {
	s := scale{
		backgroundDefault: tint(c, 0.185, 0.30, 0.010),
		backgroundTinted:  tint(c, 0.215, 0.32, 0.018),
		surfaceDefault:    tint(c, 0.228, 0.30, 0.012),
		surfaceTinted:     tint(c, 0.270, 0.26, 0.040),
		surfaceHover:      tint(c, 0.308, 0.32, 0.050),
		surfaceActive:     tint(c, 0.345, 0.38, 0.060),
		borderSubtle:      tint(c, 0.400, 0.34, 0.055),
	}
	s.borderDefault = reach(lch{0.56, c.c * 0.8, c.h}, false, controlContrast+0.1, s.surfaceTinted, s.surfaceDefault, s.backgroundDefault)
	s.textSubtle = reach(lch{0.72, c.c * 0.75, c.h}, false, textContrast, s.surfaceActive)
	s.borderStrong = s.textSubtle
	s.textDefault = reach(lch{0.93, c.c * 0.22, c.h}, false, readable, s.surfaceActive)
	start := c
	start.l = math.Max(start.l, 0.3)
	s.base(reach(start, false, controlContrast, s.backgroundDefault, s.surfaceDefault))
	return s
}

// base fills the filled steps. Of black and white one always reaches 4.58:1; hover and active move away from it.
func (s *scale) base(base rgb) {
	s.baseDefault, s.contrastDefault = base, white
	c := base.lch()
	step := -0.055
	if ratio(base, white) < textContrast {
		s.contrastDefault = black
		step = 0.045
	}
	s.baseHover = lch{math.Max(0, math.Min(1, c.l+step)), c.c, c.h}.rgb()
	s.baseActive = lch{math.Max(0, math.Min(1, c.l+2*step)), c.c, c.h}.rgb()
	quiet := lch{0.93, math.Min(c.c*0.3, 0.04), c.h}
	if s.contrastDefault == black {
		quiet = lch{0.24, math.Min(c.c*0.4, 0.05), c.h}
	}
	s.contrastSubtle = reach(quiet, s.contrastDefault == black, textContrast, s.baseDefault, s.baseHover, s.baseActive)
}

// hero is the tinted stage at the top of a home page: the base colour by day, a deep surface by night.
type hero struct{ stage, panel, line, text, quiet, motif rgb }

// A bright brand colour is kept as it is, with dark text: a stage needs no contrast to the page.
func lightHero(brand lch, s scale) hero {
	c := s.baseDefault.lch()
	h := hero{stage: s.baseDefault, text: s.contrastDefault}
	if h.text == white {
		h.panel = lch{math.Max(0.12, c.l-0.10), c.c * 0.9, c.h}.rgb()
		h.quiet = reach(lch{0.93, math.Min(c.c*0.3, 0.04), c.h}, false, textContrast, h.stage, h.panel)
		h.motif = lch{math.Min(1, c.l+0.09), c.c * 0.8, c.h}.rgb()
		h.line = lch{math.Min(1, c.l+0.12), c.c * 0.7, c.h}.rgb()
		return h
	}
	c, h.stage = brand, brand.rgb()
	h.panel = lch{math.Min(0.985, c.l+0.09), c.c * 0.45, c.h}.rgb()
	h.quiet = reach(lch{0.26, math.Min(c.c*0.4, 0.05), c.h}, true, textContrast, h.stage, h.panel)
	h.motif = lch{c.l - 0.035, c.c * 0.95, c.h}.rgb()
	h.line = lch{c.l - 0.10, c.c * 0.7, c.h}.rgb()
	return h
}

func darkHero(brand lch) hero {
	h := hero{
		stage: lch{0.285, math.Min(brand.c*0.55, 0.085), brand.h}.rgb(),
		panel: lch{0.225, math.Min(brand.c*0.40, 0.060), brand.h}.rgb(),
		line:  lch{0.42, math.Min(brand.c*0.55, 0.080), brand.h}.rgb(),
		motif: lch{0.335, math.Min(brand.c*0.60, 0.090), brand.h}.rgb(),
	}
	h.text = reach(lch{0.97, math.Min(brand.c*0.06, 0.01), brand.h}, false, readable, h.stage, h.panel)
	h.quiet = reach(lch{0.88, math.Min(brand.c*0.15, 0.03), brand.h}, false, textContrast, h.stage, h.panel)
	return h
}
