package reports

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/consultations"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// apiVersions lists the published versions of a report, the newest first.
type apiVersions struct {
	Versions []apiVersion `json:"versions"`
}

type apiVersion struct {
	Version     int       `json:"version"`
	PublishedAt time.Time `json:"published_at"`
	// SHA256 is the fingerprint of the canonical text.
	SHA256     string    `json:"sha256"`
	Correction i18n.Text `json:"correction,omitempty"`
	Path       string    `json:"path"`
	Files      []apiFile `json:"files"`
}

type apiFile struct {
	Format string `json:"format"`
	Lang   string `json:"lang,omitempty"`
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// apiReport lists the versions of the report of a consultation with their files; without any the list is empty.
func (m *Module) apiReport(c *fiber.Ctx) error {
	out := apiVersions{Versions: []apiVersion{}}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		one, err := consultations.Find(ctx, tx, c.Params("slug"))
		if err != nil {
			return err
		}
		list, err := stored.Versions(ctx, tx, one.ID)
		if err != nil {
			return err
		}
		files, err := stored.FilesOf(ctx, tx, one.ID)
		for _, r := range list {
			if r.State == stored.Published {
				out.Versions = append(out.Versions, versionOf(one.Path(), r, files[r.ID]))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

func versionOf(path string, r *stored.Report, files []*stored.ReportFile) apiVersion {
	v := apiVersion{Version: r.Version, PublishedAt: r.PublishedAt, SHA256: r.SHA256, Correction: r.Correction, Path: path + "/report/" + versionName(r), Files: []apiFile{}}
	for _, f := range files {
		v.Files = append(v.Files, apiFile{Format: f.Format, Lang: f.Lang, Path: filePath(path, r, f), Size: f.Size, SHA256: f.SHA256})
	}
	return v
}

func (m *Module) apiRegister(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var y *Year
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		year := web.Query(c).OptionalInt("year", 2000, 2200, tx.Now().In(tx.Tenant().Zone()).Year())
		y, err = yearOf(ctx, tx, year)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, y)
}

func apiRegister() *web.API {
	return &web.API{ID: "register", Summary: "The participation register of a year: length, numbers, punctuality and share accepted of every consultation", Result: Year{},
		Params: []web.Param{{Name: "year", In: "query", Description: "The year in which the consultations ended", Type: "integer"}}}
}

func apiReport() *web.API {
	return &web.API{ID: "listReports", Summary: "The published versions of the report of a consultation with their files and fingerprints, the newest first; the JSON file is the canonical text", Result: apiVersions{},
		Params: []web.Param{{Name: "slug", In: "path", Description: "The name of the consultation in its address", Type: "string", Required: true}}}
}
