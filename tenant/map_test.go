package tenant_test

import (
	"testing"

	"glas/tenant"
)

func TestTilesOfAMap(t *testing.T) {
	for _, c := range []struct {
		m     tenant.Map
		valid bool
		host  string
	}{
		{tenant.Map{}, true, ""},
		{tenant.Map{Layers: "a"}, false, ""},
		{tenant.Map{Tiles: "https://tiles.example.org/{z}/{x}/{y}.png"}, true, "https://tiles.example.org"},
		{tenant.Map{Tiles: "https://{s}.tile.example.org/{z}/{x}/{y}.png"}, true, "https://*.tile.example.org"},
		{tenant.Map{Tiles: "https://maps.example.org:8443/wms", Layers: "ortho,names"}, true, "https://maps.example.org:8443"},
		{tenant.Map{Tiles: "https://maps.example.org/wms"}, false, "https://maps.example.org"},
		{tenant.Map{Tiles: "https://tiles.example.org/{z}/{x}/{y}.png", Layers: "a"}, false, "https://tiles.example.org"},
		{tenant.Map{Tiles: "http://tiles.example.org/{z}/{x}/{y}.png"}, false, ""},
		{tenant.Map{Tiles: "https://a.org;script-src/{z}/{x}/{y}"}, false, ""},
		{tenant.Map{Tiles: "https://a.org 'unsafe-inline'/{z}/{x}/{y}"}, false, ""},
		{tenant.Map{Tiles: "javascript:alert(1)//{z}{x}{y}"}, false, ""},
	} {
		if got := c.m.ValidTiles(); got != c.valid {
			t.Errorf("%q with layers %q: valid = %v", c.m.Tiles, c.m.Layers, got)
		}
		if got := c.m.TileHost(); got != c.host {
			t.Errorf("%q: host %q, wanted %q", c.m.Tiles, got, c.host)
		}
	}
}
