package texts

import (
	"context"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/remarks"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// sheetData is a plan sheet as everybody sees it.
type sheetData struct {
	s        *stored.Sheet
	c        *consultations.Consultation
	picture  *attachments.Attachment
	files    []attachments.Attachment
	decision authz.Decision
	open     bool
	zone     *stored.Zone // on the page of a zone
	anchor   remarks.Anchor
	pins     []remarks.Pin // on places that are in no zone
	beside   templ.Component
	form     templ.Component
}

func (m *Module) loadSheet(ctx context.Context, tx *tenant.Tx, c *fiber.Ctx) (d sheetData, err error) {
	if d.s, err = stored.LoadSheet(ctx, tx, c.Params("id")); err != nil {
		return d, err
	}
	if d.c, err = consultations.Load(ctx, tx, d.s.ConsultationID); err != nil {
		return d, err
	}
	if d.s.State != stored.Published || !visible(ctx, tx, d.c) {
		return d, stored.ErrUnknown()
	}
	files, err := attachments.Of(ctx, tx, []subject.Ref{d.s.Ref()})
	if err != nil {
		return d, err
	}
	d.picture, d.files = pictureOf(files[d.s.Ref()])
	if d.pins, err = remarks.Pins(ctx, tx, d.s.Ref()); err != nil {
		return d, err
	}
	d.decision = d.c.May(ctx, remarks.ActSend, tx.Now())
	d.open = m.Remarks != nil && d.c.Opens(remarks.ActSend)
	web.FreshUntil(c, d.c.NextChange(tx.Now()))
	return d, nil
}

// pictureOf is the picture of a sheet, and the documents beside it.
func pictureOf(files []attachments.Attachment) (*attachments.Attachment, []attachments.Attachment) {
	photos := attachments.Photos(files)
	if len(photos) == 0 {
		return nil, attachments.Files(files)
	}
	return &photos[len(photos)-1], attachments.Files(files)
}

func (m *Module) showSheet(c *fiber.Ctx) error {
	var d sheetData
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d, err = m.loadSheet(ctx, tx, c); err != nil {
			return err
		}
		q := web.Query(c)
		d.anchor = remarks.Anchor{Ref: d.s.Ref(), X: share(q.Value("x")), Y: share(q.Value("y"))}
		d.beside, d.form, err = m.remarksOn(ctx, tx, c, d.c, d.anchor)
		return err
	})
	if err != nil {
		return err
	}
	page := consultations.PageOf(c, d.c)
	page.Title, page.JSONLD = d.s.Title, nil
	return web.Render(c, page, sheetPage(d))
}

// share is a place from 0 to 1 of what is typed in per cent; 0 for none.
func share(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v > 0 && v <= 100) {
		return 0
	}
	return v / 100
}

func (m *Module) zone(c *fiber.Ctx) error {
	var d sheetData
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d, err = m.loadSheet(ctx, tx, c); err != nil {
			return err
		}
		if d.zone = d.s.Zone(c.Params("zone")); d.zone == nil {
			return stored.ErrUnknown()
		}
		d.anchor = zoneAnchor(d.s, d.zone)
		d.beside, d.form, err = m.remarksOn(ctx, tx, c, d.c, d.anchor)
		return err
	})
	if err != nil {
		return err
	}
	page := consultations.PageOf(c, d.c)
	page.Title, page.JSONLD, page.NoIndex = zoneName(c.UserContext(), d.zone)+" – "+d.s.Title, nil, true
	return web.Render(c, page, sheetPage(d))
}
