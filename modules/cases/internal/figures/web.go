package figures

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/cases/internal/counted"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

const (
	statsPath = "/stats"
	dataPath  = "/opendata"
	adminPath = "/admin/cases/figures"
)

// Routes are the pages of figures and the files of open data.
func (m *Module) Routes() []web.Route {
	files := web.Limit{Name: "opendata", N: 60, Per: 10 * time.Minute}
	years := []web.Param{{Name: "year", Description: "Year of arrival", Type: "integer"}, {Name: "kind", Description: "Kind of case", Enum: stored.Kinds()}}
	routes := []web.Route{
		{Method: "GET", Path: statsPath, Handle: m.stats, Cache: true},
		{Method: "GET", Path: "/api/v1/stats/cases", Handle: m.apiStats, Cache: true, API: &web.API{ID: "caseFigures", Summary: "Figures of cases", Params: years, Result: Figures{}}},
		{Method: "GET", Path: dataPath, Handle: m.dataPage, Cache: true},
		{Method: "GET", Path: dataPath + "/figures.csv", Handle: m.figuresCSV, Limit: files},
		{Method: "GET", Path: dataPath + "/figures.json", Handle: m.figuresJSON, Limit: files},
		{Method: "GET", Path: dataPath + "/figures.geojson", Handle: m.figuresGeoJSON, Limit: files},
		{Method: "GET", Path: dataPath + "/cases.csv", Handle: m.sendCSV, Limit: files},
		{Method: "GET", Path: dataPath + "/cases.json", Handle: m.sendJSON, Limit: files},
		{Method: "GET", Path: dataPath + "/cases.geojson", Handle: m.sendGeoJSON, Limit: files},
	}
	return append(routes, m.adminRoutes()...)
}

// Menu are the entries of the pages.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{
		{Label: "casefigures.menu", Path: statsPath, Area: web.AreaFooter, Order: 16},
		{Label: "casefigures.menu_staff", Path: adminPath, Area: web.AreaStaff, Order: 18, Need: "case.work"},
	}
}

// readFilter takes year and kind from an address; what makes no sense is as if it were not there.
func readFilter(f *form.Form) counted.Filter {
	out := counted.Filter{Kind: stored.Known(f.Value("kind"), stored.Kinds()...)}
	if y, err := strconv.Atoi(f.Value("year")); err == nil && y > 1900 && y < 3000 {
		out.Year = y
	}
	return out
}

func (m *Module) stats(c *fiber.Ctx) error {
	var d data
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d, err = m.load(ctx, tx, readFilter(web.Query(c)), false)
		return err
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "casefigures.title"), Description: i18n.T(ctx, "casefigures.lead"), Current: statsPath}, statsPage(d))
}

// Figure is one line of the figures in the public interface. MedianDays is until the first answer, to a hundredth of a day.
type Figure struct {
	Key         string   `json:"key,omitempty"`
	Label       string   `json:"label,omitempty"`
	Received    int64    `json:"received"`
	Open        int64    `json:"open"`
	Answered    int64    `json:"answered"`
	Due         int64    `json:"due"`
	Within48    int64    `json:"within_48_hours"`
	MedianDays  *float64 `json:"median_days,omitempty"`
	Rated       int64    `json:"rated"`
	ContentRate *float64 `json:"content_share,omitempty"`
}

// Figures are all lines, by property.
type Figures struct {
	Year  int                 `json:"year,omitempty"`
	Kind  string              `json:"kind,omitempty"`
	Total Figure              `json:"total"`
	By    map[string][]Figure `json:"by"`
}

func figureOf(r row) Figure {
	f := Figure{Key: r.Key, Label: r.Label, Received: r.Received, Open: r.Running, Answered: r.Answered, Due: r.Due(), Within48: r.Within, Rated: r.Rated}
	if r.Median >= 0 {
		d := math.Round(r.Median/24*100) / 100
		f.MedianDays = &d
	}
	if s, ok := r.ContentShare(); ok {
		f.ContentRate = &s
	} else {
		f.Rated = 0
	}
	return f
}
