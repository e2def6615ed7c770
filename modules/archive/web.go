package archive

import (
	"context"
	"errors"
	"fmt"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/blob"
	"glas/internal/fault"
	"glas/modules/archive/internal/stored"
	"glas/modules/consultations"
	"glas/tenant"
)

// fetchPublic gives the newest archive that everybody may have, unless something in it was taken out meanwhile.
func (m *Module) fetchPublic(c *fiber.Ctx) error {
	var a *stored.Archive
	var one *consultations.Consultation
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if one, err = consultations.Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		if a, err = stored.Public(ctx, tx, one.ID); err != nil {
			return err
		}
		if a == nil || !one.Visible(tx.Now()) {
			return fault.NotFound("archive.error.unknown")
		}
		gone, err := stored.Gone(ctx, tx, one.ID, a.TakenAt)
		if err == nil && gone {
			err = fault.NotFound("archive.error.outdated")
		}
		return err
	})
	if err != nil {
		return err
	}
	return m.send(c, one, a)
}

func (m *Module) send(c *fiber.Ctx, one *consultations.Consultation, a *stored.Archive) error {
	in, info, err := m.Store.Get(c.UserContext(), a.BlobKey())
	if errors.Is(err, blob.ErrNotFound) {
		return fault.NotFound("archive.error.unknown").With(err)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderETag, `"`+a.SHA256+`"`)
	c.Set(fiber.HeaderCacheControl, "private, no-cache") // it may be taken back at any moment
	c.Set(fiber.HeaderContentType, "application/zip")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s-%s.zip"`, one.Slug, a.TakenAt.UTC().Format("2006-01-02")))
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return c.SendStream(in, int(info.Size)) // closes in
}

// Key is its name among the parts of a consultation (consultations.Method).
func (m *Module) Key() string { return "archive" }

// Tab is none: an archive is fetched and not read (consultations.Method).
func (m *Module) Tab(context.Context, *tenant.Tx, *consultations.Consultation) (consultations.Tab, bool, error) {
	return consultations.Tab{}, false, nil
}

// Panel offers the archive on the page of a consultation that is over (consultations.Method).
func (m *Module) Panel(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) (templ.Component, error) {
	if c.EndsAt.IsZero() || !tx.Now().After(c.EndsAt) {
		return nil, nil
	}
	a, err := stored.Public(ctx, tx, c.ID)
	if err != nil || a == nil {
		return nil, err
	}
	return panel(c, a), nil
}
