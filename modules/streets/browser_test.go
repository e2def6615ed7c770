package streets_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp/kb"
	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/web"
	"glas/internal/web/browsertest"
	"glas/internal/web/ui"
	"glas/modules/streets"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// host is a page with a picker, one with a crowded map, and one whose tiles do not come.
type host struct {
	db   *tenant.DB
	sent chan *form.Form
}

func (h *host) Name() string         { return "host" }
func (h *host) Menu() []web.MenuItem { return nil }
func (h *host) Routes() []web.Route {
	return []web.Route{{Method: "GET", Path: "/try", Handle: h.try}, {Method: "POST", Path: "/try", Handle: h.try}, {Method: "GET", Path: "/crowd", Handle: h.crowd}, {Method: "GET", Path: "/crowd.json", Handle: h.marks}}
}

func (h *host) try(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if c.Method() == "GET" {
		f, err = form.New(nil, nil), nil
	}
	if err != nil {
		return err
	}
	var d streets.PickerData
	err = h.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) { d, err = streets.Pick(ctx, tx, f); return err })
	if err != nil {
		return err
	}
	if c.Method() == "POST" && !d.Asked {
		h.sent <- f
	}
	return web.Render(c, web.Page{Title: "Try", Map: true}, frame(streets.Picker(d)))
}

// spots are many places close together, and one apart, as cells of a map at zoom.
func spots(zoom int) map[int64]*geo.Cluster {
	cells := map[int64]*geo.Cluster{}
	add := func(lat, lng float64) {
		key := geo.Key(lat, lng) >> geo.Shift(zoom)
		if cells[key] == nil {
			cells[key] = &geo.Cluster{Box: [4]float64{lng, lat, lng, lat}}
		}
		c := cells[key]
		c.Count++
		c.Lat, c.Lng = c.Lat+(lat-c.Lat)/float64(c.Count), c.Lng+(lng-c.Lng)/float64(c.Count)
		c.Box = [4]float64{min(c.Box[0], lng), min(c.Box[1], lat), max(c.Box[2], lng), max(c.Box[3], lat)}
	}
	add(46.25, 14.65)
	for i := range 3000 {
		add(46.2+float64(i%60)*0.0002, 14.6+float64(i/60)*0.0002)
	}
	return cells
}

func (h *host) crowd(c *fiber.Ctx) error {
	m := streets.MapOf(c.UserContext(), tenant.From(c.UserContext()), "Crowd")
	m.MarkersURL, m.Zoom, m.Lat, m.Lng = "/crowd.json", 13, 46.2, 14.6
	if c.Query("tiles") != "" {
		m.Tiles, m.Attribution = "https://127.0.0.1:9/{z}/{x}/{y}.png", "nobody"
	}
	return web.Render(c, web.Page{Title: "Crowd", Map: true}, headed(ui.MapBox(m)))
}

func (h *host) marks(c *fiber.Ctx) error {
	zoom := c.QueryInt("zoom")
	marks := geo.Marks{Points: []geo.Spot{}}
	for _, cell := range spots(zoom) {
		if cell.Count == 1 {
			marks.Points = append(marks.Points, geo.Spot{ID: "1", Lat: cell.Lat, Lng: cell.Lng, Title: "Alone", Href: "/try"})
		} else {
			marks.Cells = append(marks.Cells, *cell)
		}
	}
	return web.JSON(c, marks)
}

// listen serves a site and gives its address.
func listen(t *testing.T, app *fiber.App, name string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- app.Listener(l) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return fmt.Sprintf("http://%s:%d", name, l.Addr().(*net.TCPAddr).Port)
}

// located is a photo of 3000 by 2000 pixels that says where it was taken.
func located(t *testing.T, lat, lng float64) string {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 3000, 2000))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i * 7)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	x := []byte("II*\x00\x08\x00\x00\x00")
	entry := func(tag, kind uint16, n, v uint32) {
		x = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(x, tag), kind), n), v)
	}
	x = le.AppendUint16(x, 1)
	entry(0x8825, 4, 1, 26)
	x = le.AppendUint32(x, 0)
	x = le.AppendUint16(x, 4)
	entry(1, 2, 2, 'N')
	entry(2, 5, 3, 80)
	entry(3, 2, 2, 'E')
	entry(4, 5, 3, 104)
	x = le.AppendUint32(x, 0)
	for _, v := range []float64{lat, lng} {
		d := math.Floor(v)
		for _, n := range []uint32{uint32(d), 1, 0, 1, uint32(math.Round((v - d) * 3600 * 1000)), 1000} {
			x = le.AppendUint32(x, n)
		}
	}
	segment := append([]byte("\xff\xe1"), binary.BigEndian.AppendUint16(nil, uint16(len(x)+8))...)
	segment = append(append(segment, "Exif\x00\x00"...), x...)
	data := append(append([]byte("\xff\xd8"), segment...), b.Bytes()[2:]...)
	name := filepath.Join(t.TempDir(), "klop.jpg")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestChoosingAPlaceInABrowser(t *testing.T) {
	browser := browsertest.Start(t)
	w := tenanttest.New(t)
	m := streets.New(streets.Deps{DB: w.DB})
	ctx := w.Visitor(w.A)
	bring(t, w, m, ctx, "r.csv", register)
	bring(t, w, m, ctx, "s.geojson", shapes)
	area, err := streets.ReadArea([]byte(boundary), nil)
	if err == nil {
		err = m.KeepBoundary(ctx, area)
	}
	if err != nil {
		t.Fatal(err)
	}
	h := &host{db: w.DB, sent: make(chan *form.Form, 10)}
	base := listen(t, w.Serve(tenanttest.People(nil), m, h).App(), w.A.Host)

	t.Run("typed", func(t *testing.T) {
		p := browser.Page(t)
		p.AllowConsole("favicon")
		p.Goto(base + "/try")
		p.WaitFor(".g-map__street")
		p.Fill("place", "kidriceva 10")
		p.WaitFor("[role=option]")
		p.Press(kb.ArrowDown)
		p.Press(kb.Enter)
		p.WaitUntil(`document.querySelector("[name=lat]").value === "46.220100"`)
		p.WaitText("Kidričeva cesta 10, Kamnik")
		if got := p.Value("[name=place]"); got != "Kidričeva cesta 10, Kamnik" {
			t.Error(got)
		}
		p.Axe()
		p.Screenshot("places-picker", 390, "dark")
		p.Fits()
	})
	t.Run("keyboard", func(t *testing.T) {
		p := browser.Page(t)
		p.AllowConsole("favicon")
		p.Goto(base + "/try")
		p.WaitFor(".g-map__street")
		browsertest.Eval[bool](p, `(document.querySelector("[data-map]").focus(), true)`)
		p.Press(kb.ArrowLeft)
		p.Press(kb.Enter)
		p.WaitUntil(`document.querySelector("[name=lat]").value !== ""`)
		browsertest.Eval[bool](p, `(document.querySelector("[data-map]").glasMap.setView([47, 14.6], 14, {animate: false}), true)`)
		p.Press(kb.Enter)
		p.WaitUntil(`document.querySelector("[data-map-status]").textContent.includes("zunaj občine")`)
	})
	t.Run("photo", func(t *testing.T) {
		p := browser.Page(t)
		p.AllowConsole("favicon")
		p.Goto(base + "/try")
		p.Upload("#f-files", located(t, 46.2101, 14.6111))
		p.WaitUntil(`document.querySelector("#f-files").files[0].size < 4e6 && !document.querySelector("#f-files").dataset.shrinking`)
		if browsertest.Eval[int](p, `document.querySelector("#f-files").files.length`) != 1 {
			t.Error("the photo is lost")
		}
		if got := p.Value("[data-photo-at]"); got != "46.210100,14.611100" {
			t.Errorf("the photo is smaller and no longer says where it was taken; the form says %q", got)
		}
		p.Click("[data-place-photo]")
		p.WaitUntil(`document.querySelector("[name=lat]").value.startsWith("46.2101") && document.querySelector("[name=lng]").value.startsWith("14.6111")`)
	})
	t.Run("without script", func(t *testing.T) {
		p := browser.Page(t)
		p.AllowConsole("favicon")
		p.NoJS()
		p.Goto(base + "/try")
		p.Fill("place", "kidriceva c")
		p.Click("[name=place_find]")
		p.WaitText("Kidričeva cesta, Šmarca")
		p.Click("Kidričeva cesta, Šmarca")
		p.Click("Pošlji")
		f := <-h.sent
		if f.Value("place") != "Kidričeva cesta, Šmarca" || f.Value("lat") != "46.195000" {
			t.Errorf("%q %q", f.Value("place"), f.Value("lat"))
		}
	})
	t.Run("crowd", func(t *testing.T) {
		p := browser.Page(t)
		p.AllowConsole("favicon")
		p.Goto(base + "/crowd")
		p.WaitFor(".g-map__cell")
		before := browsertest.Eval[int](p, `Array.from(document.querySelectorAll(".g-map__cell")).reduce(function (n, e) { return Math.max(n, Number(e.textContent.replace(/\D/g, ""))); }, 0)`)
		browsertest.Eval[bool](p, `(document.querySelector(".g-map__cell").click(), true)`)
		p.WaitUntil(fmt.Sprintf(`document.querySelector(".g-map__cell") && Array.from(document.querySelectorAll(".g-map__cell")).every(function (e) { return Number(e.textContent.replace(/\D/g, "")) < %d; })`, before))
		p.Axe()
	})
	t.Run("tiles that do not come", func(t *testing.T) {
		p := browser.Page(t)
		p.AllowConsole("favicon")
		p.AllowConsole("127.0.0.1:9")
		p.AllowConsole("Content Security Policy")
		p.Goto(base + "/crowd?tiles=1")
		p.WaitFor(".g-map__street")
		p.WaitText("Strežnik zemljevidov se ne odziva")
		if n := p.Count(".leaflet-tile"); n != 0 {
			t.Errorf("%d broken tiles", n)
		}
	})
}

// frame is the form around a picker, with photos.
func frame(inner templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, err := io.WriteString(w, `<div class="g-wrap"><h1>Try</h1><form class="g-form" method="post" action="/try">`)
		if err == nil {
			err = inner.Render(ctx, w)
		}
		if err == nil {
			_, err = io.WriteString(w, `<input type="hidden" name="photo_at" data-photo-at><label for="f-files">Foto</label><input class="ds-input" id="f-files" type="file" name="files" accept="image/jpeg"><button class="ds-button" type="submit">Pošlji</button></form></div>`)
		}
		return err
	})
}

// headed is a page with a heading.
func headed(inner templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, `<div class="g-wrap"><h1>Crowd</h1>`); err != nil {
			return err
		}
		if err := inner.Render(ctx, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, `</div>`)
		return err
	})
}
