package desk

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/consultations"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// enterData is the form of a remark that came by another way than the site.
type enterData struct {
	c         *consultations.Consultation
	form      *form.Form
	places    []ui.Option
	files     []attachments.Attachment
	languages []string
	today     string
	// entered is the remark before this one, whose receipt can be printed.
	entered *stored.Remark
}

func (d *Desk) newForm(c *fiber.Ctx) error {
	f := form.New(nil, nil)
	f.Set("consultation", c.Query("consultation"))
	f.Set("entered", c.Query("entered"))
	return d.renderEnter(c, f, attachments.Batch{})
}

func (d *Desk) renderEnter(c *fiber.Ctx, f *form.Form, files attachments.Batch) error {
	ctx := c.UserContext()
	e := enterData{form: f, languages: web.SiteOf(c).Languages, files: files.Existing(nil)}
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if e.c, err = consultations.Load(ctx, tx, f.Value("consultation")); err != nil {
			return err
		}
		if e.entered, err = before(ctx, tx, f.Value("entered"), e.c.ID); err != nil {
			return err
		}
		e.today = tx.Now().In(tx.Tenant().Zone()).Format(time.DateOnly)
		places, err := d.Places(ctx, tx, e.c.ID)
		for _, p := range places {
			e.places = append(e.places, ui.Option{Value: p.value(), Label: p.Label})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, staffPage(ctx, i18n.T(ctx, "remarks.enter.title"), e.c), enterPage(e))
}

func (d *Desk) enter(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	e := readEntry(f, i18n.Zone(ctx))
	if d.Files != nil {
		if e.Files, err = d.Files.Receive(ctx, f, core.Limits()); err != nil {
			return err
		}
	}
	var r *stored.Remark
	if err = f.Err(); err == nil {
		r, err = d.Enter(ctx, e)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderEnter(c, f, e.Files) })
	}
	web.Flash(c, "success", "remarks.flash.entered", "Number", r.Name())
	if f.Value("action") == "more" {
		return web.Redirect(c, Root+"/new?consultation="+r.ConsultationID+"&entered="+r.ID)
	}
	return web.Redirect(c, r.ReceiptPath())
}

// before is the remark that was entered just before, nil when there is none.
func before(ctx context.Context, tx *tenant.Tx, remarkID, consultationID string) (*stored.Remark, error) {
	if remarkID == "" {
		return nil, nil
	}
	r, err := stored.Find(ctx, tx, remarkID)
	if fault.Is(err, fault.KindNotFound) || err == nil && r.ConsultationID != consultationID {
		return nil, nil
	}
	return r, err
}

// readEntry reads the form; its rules are those of core.Entry.
func readEntry(f *form.Form, zone *time.Location) core.Entry {
	e := core.Entry{Anchor: anchorOf(f.Value("place"), f.Value("consultation")), Channel: stored.Channel(f.Value("channel")), Source: f.Line("source", form.Limit{Max: stored.SourceMax}),
		ReceivedAt: f.Date("received", zone), PublicName: f.Line("public_name", form.Limit{Max: stored.NameMax}), Association: f.Bool("association"), Lang: f.Value("lang"),
		Person: stored.Person{Name: f.Line("person_name", form.Limit{Max: stored.NameMax}), Email: f.Value("person_email"), Address: f.Line("person_address", form.Limit{Max: stored.AddressMax})}}
	e.Words = stored.Words{Stance: stored.Stance(f.OneOf("stance", "", string(stored.For), string(stored.Against), string(stored.Neutral))), Body: f.Text("body", form.Limit{Max: stored.BodyMax}),
		Wording: f.Text("wording", form.Limit{Max: stored.WordingMax}), Effects: f.Text("effects", form.Limit{Max: stored.EffectsMax})}
	return e
}

// anchorOf is the place that a select names; without one it is the whole consultation.
func anchorOf(place, consultationID string) stored.Anchor {
	name, block, _ := strings.Cut(place, "|")
	ref, ok := parseRef(name)
	if !ok {
		ref.Kind, ref.ID = consultations.Kind, consultationID
	}
	return stored.Anchor{Ref: ref, Block: block}
}

// export sends the table, or what a filter leaves of it. The people behind the names are part of it only for those who enter remarks,
// and it is put on record.
func (d *Desk) export(c *fiber.Ctx) error {
	ctx, q := c.UserContext(), web.Query(c)
	format := q.Value("format")
	people := q.Bool("people") && can(ctx, "remark.enter")
	var buf bytes.Buffer
	var one *consultations.Consultation
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if one, err = consultations.Load(ctx, tx, q.Value("consultation")); err != nil {
			return err
		}
		return writeTable(ctx, tx, &buf, format, staffFilter(q, one.ID), people)
	})
	if err == nil && people {
		err = d.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			return audit.Record(ctx, tx, audit.Entry{Action: "remark.export", Ref: one.Ref(), Data: map[string]any{"people": true, "by": authz.From(ctx).ID}})
		})
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, contentType(format))
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="remarks-`+one.Slug+`.`+extension(format)+`"`)
	return c.Send(buf.Bytes())
}
