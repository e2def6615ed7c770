// Package streets knows where things are in a municipality: its streets with their house numbers, its settlements and its boundary.
//
// A resident types a street as he would write it on an envelope, or points at the map; both give the same kind of place. The register
// comes from files of the municipality, so that no address that anybody looks for leaves the house; and where no map server is set, maps
// are drawn from the register itself.
package streets

import (
	"context"
	"time"

	"glas/internal/blob"
	"glas/internal/cache"
	"glas/internal/geo"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/internal/imports"
	"glas/tenant"
)

// Kind is the subject kind of the register as a whole.
const Kind = "streets"

// permission is who may bring a register in.
const permission = "street.edit"

// Addresses of the module.
const (
	searchPath  = "/places"
	placeAtPath = "/places/at"
	basePath    = "/map/base.geojson"
	adminPath   = "/admin/streets"
	importPath  = adminPath + "/imports"
)

// Deps is what the module needs.
type Deps struct {
	DB *tenant.DB
	// Audit may be nil, as in tests.
	Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
	// Shapes are more things for the base map, such as areas; nil adds none.
	Shapes func(ctx context.Context, tx *tenant.Tx) ([]geo.Shape, error)
	// Store keeps the files that staff sends, until a job has brought them in, and Cache how far it is.
	Store blob.Store
	Cache cache.Cache
	// Outline keeps a simplified outline and its middle among the settings of the municipality, for maps; nil keeps none.
	Outline func(ctx context.Context, ring [][2]float64, lat, lng float64) error
}

// Module is the register of all municipalities.
type Module struct {
	Deps
	imports imports.Keeper
}

// New makes the module.
func New(d Deps) *Module { return &Module{d, imports.Keeper{Cache: d.Cache, Store: d.Store}} }

// Name implements web.Module.
func (m *Module) Name() string { return "streets" }

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "streets.title", Path: adminPath, Area: web.AreaStaff, Order: 420, Need: permission}}
}

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	often := web.Limit{Name: "places", N: 120, Per: time.Minute}
	query := []web.Param{{Name: "q", Description: "A street with or without a house number, or a settlement", Required: true}}
	point := []web.Param{{Name: "lat", Type: "number", Required: true, Description: "Degrees north (WGS 84)"}, {Name: "lng", Type: "number", Required: true, Description: "Degrees east (WGS 84)"}}
	return []web.Route{
		{Method: "GET", Path: searchPath, Handle: m.search, Cache: true, Limit: often},
		{Method: "GET", Path: placeAtPath, Handle: m.placeAt, Limit: often},
		{Method: "GET", Path: basePath, Handle: m.baseMap, Cache: true},
		{Method: "GET", Path: "/api/v1/places", Handle: m.searchAPI, Cache: true, Limit: often,
			API: &web.API{ID: "searchPlaces", Summary: "Find addresses, streets and settlements of the municipality", Params: query, Result: web.List[Place]{}}},
		{Method: "GET", Path: "/api/v1/places/at", Handle: m.placeAt, Limit: often,
			API: &web.API{ID: "placeAt", Summary: "What is at a point, and whether it lies in the municipality", Params: point, Result: Where{}}},
		{Method: "GET", Path: adminPath, Handle: m.admin, Need: permission},
		{Method: "POST", Path: adminPath, Handle: m.upload, Need: permission, Limit: web.Limit{Name: "streets", N: 30, Per: time.Hour}, Files: true},
		{Method: "GET", Path: importPath + "/:import", Handle: m.imported, Need: permission},
		{Method: "POST", Path: importPath + "/:import", Handle: m.importChecked, Need: permission},
	}
}

// importJob is the kind of the job that reads and writes a register.
const importJob = "streets.import"

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{importJob: m.work}
}

// record keeps what staff did.
func (m *Module) record(ctx context.Context, tx *tenant.Tx, action string, data map[string]any) error {
	if m.Audit == nil {
		return nil
	}
	return m.Audit(ctx, tx, action, subject.Ref{Kind: Kind, ID: tx.ID()}, data)
}
