package theme

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func brands() []string {
	list := []string{"#000000", "#ffffff", "#ffff00", "#ffd500", "#ff0000", "#00ff00", "#0000ff", "#00ffff", "#ff00ff", "#808080",
		"#0b5cad", "#1c6f50", "#8b1a3f", "#f5f5dc", "#101010", "#7f7f00", "#c8a2c8", "#e30a17"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 250 {
		list = append(list, fmt.Sprintf("#%06x", r.IntN(1<<24)))
	}
	return list
}

func need(t *testing.T, brand, what string, a, b rgb, want float64) {
	t.Helper()
	if got := ratio(a, b); got < want {
		t.Errorf("%s: %s: %s on %s has %.2f, want %.1f", brand, what, a, b, got, want)
	}
}

func TestContrastHoldsForEveryBrandColour(t *testing.T) {
	for _, brand := range brands() {
		c := Input{Brand: brand}.brand()
		for name, s := range map[string]scale{"light": lightScale(c), "dark": darkScale(c)} {
			for _, surface := range []rgb{s.backgroundDefault, s.backgroundTinted, s.surfaceDefault, s.surfaceTinted, s.surfaceHover, s.surfaceActive} {
				need(t, brand, name+" text-subtle", s.textSubtle, surface, 4.5)
				need(t, brand, name+" text-default", s.textDefault, surface, 7)
				need(t, brand, name+" border-strong", s.borderStrong, surface, 3)
			}
			for _, surface := range []rgb{s.backgroundDefault, s.backgroundTinted, s.surfaceDefault, s.surfaceTinted} {
				need(t, brand, name+" border-default", s.borderDefault, surface, 3)
			}
			for _, base := range []rgb{s.baseDefault, s.baseHover, s.baseActive} {
				need(t, brand, name+" contrast-default", s.contrastDefault, base, 4.5)
				need(t, brand, name+" contrast-subtle", s.contrastSubtle, base, 4.5)
			}
			need(t, brand, name+" base on page", s.baseDefault, s.backgroundDefault, 3)
		}
		for name, h := range map[string]hero{"light": lightHero(c, lightScale(c)), "dark": darkHero(c)} {
			for _, ground := range []rgb{h.stage, h.panel} {
				need(t, brand, name+" hero text", h.text, ground, 4.5)
				need(t, brand, name+" hero quiet", h.quiet, ground, 4.5)
			}
			need(t, brand, name+" hero text on motif", h.text, h.motif, 3)
		}
	}
}

func TestNeutralTextStandsOnEveryTint(t *testing.T) {
	n, _ := parse("#262c36")
	for _, brand := range brands() {
		c := Input{Brand: brand}.brand()
		need(t, brand, "light", lightScale(n.lch()).textDefault, lightScale(c).surfaceActive, 4.5)
		need(t, brand, "light subtle", lightScale(n.lch()).textSubtle, lightScale(c).surfaceTinted, 4.5)
		need(t, brand, "dark", darkScale(n.lch()).textDefault, darkScale(c).surfaceActive, 4.5)
		need(t, brand, "dark subtle", darkScale(n.lch()).textSubtle, darkScale(c).surfaceTinted, 4.5)
	}
}

func TestStylesheetNamesEveryStepInBothSchemes(t *testing.T) {
	css := CSS(Input{Brand: "#1c6f50"})
	for _, name := range []string{"accent", "neutral", "info", "success", "warning", "danger"} {
		for _, s := range lightScale(lch{}).steps() {
			if n := strings.Count(css, "--ds-color-"+name+"-"+s.name+":"); n != 4 {
				t.Errorf("%s-%s is set %d times, want 4", name, s.name, n)
			}
		}
	}
	if Hash(Input{Brand: "#1c6f50"}) == Hash(Input{Brand: "#1c6f51"}) {
		t.Error("two colours share a hash")
	}
	if CSS(Input{Brand: "red;}"}) != CSS(Input{}) {
		t.Error("an unreadable colour must give the default theme")
	}
}

func TestContrast(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#000", "#fff", 21}, {"#777777", "#ffffff", 4.48}, {"#fff", "#ffffff", 1}, {"blue", "#fff", 0}} {
		if got := Contrast(c.a, c.b); got < c.want-0.01 || got > c.want+0.01 {
			t.Errorf("Contrast(%s, %s) = %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

func TestDrawingsAreStableAndCarryNoStyle(t *testing.T) {
	for _, p := range append(Patterns(), "", `"><script>`) {
		var a, b bytes.Buffer
		if err := Cover("x", p).Render(context.Background(), &a); err != nil {
			t.Fatal(err)
		}
		if err := Cover("x", p).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if a.String() != b.String() || strings.Contains(a.String(), "style") || strings.Contains(a.String(), "script") {
			t.Errorf("pattern %q: %s", p, a.String())
		}
	}
	var m bytes.Buffer
	if err := Mark(`M0 0"><script>`).Render(context.Background(), &m); err != nil || strings.Contains(m.String(), "script") {
		t.Errorf("crest lets markup through: %s %v", m.String(), err)
	}
}

func TestCoverElsewhereKeepsTheColourOfItsMunicipality(t *testing.T) {
	for brand, tone := range map[string]string{"#1B6B50": "success", "#8c1a3e": "danger", "#0b5cad": "info", "#d98a00": "warning"} {
		var b bytes.Buffer
		if err := CoverOf("velenje", Input{Brand: brand, Pattern: "waves"}).Render(context.Background(), &b); err != nil || !strings.Contains(b.String(), `data-color="`+tone+`"`) {
			t.Errorf("%s is not %s: %v %.80s", brand, tone, err, b.String())
		}
	}
}
