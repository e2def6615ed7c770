package figures

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"iter"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/sheet"
	"glas/internal/web"
	"glas/modules/cases/internal/counted"
	"glas/tenant"
)

func (m *Module) dataPage(c *fiber.Ctx) error {
	var d openData
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.years, err = counted.Years(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "casefigures.data.title"), Description: i18n.T(ctx, "casefigures.data.lead"), Current: dataPath}, dataPage(d))
}

// fileTime is how long a file may take to be read.
const fileTime = 10 * time.Minute

// writer writes all entries of a file.
type writer func(ctx context.Context, w io.Writer, all iter.Seq2[entry, error]) error

// send streams a file. Without a year it is the running one.
func (m *Module) send(c *fiber.Ctx, extension, contentType string, write writer) error {
	q, ctx := web.Query(c), c.UserContext()
	zone := tenant.From(ctx).Zone()
	year := q.Value("year")
	if year == "" {
		year = m.Clock.Now().In(zone).Format("2006")
	}
	from, to, ok := span(year, q.Value("month"), zone)
	if !ok {
		return fault.NotFound("casefigures.data.none")
	}
	// The context of a request ends when its handler returns, before the file is written.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fileTime)
	all := m.entries(ctx, web.SiteOf(c).Base, from, to)
	c.Set(fiber.HeaderContentType, contentType)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+title(ctx, from, to)+"."+extension+`"`)
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set("Link", "<"+licenceURL+`>; rel="license"`)
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer cancel()
		if err := write(ctx, w, all); err != nil {
			// The head is on its way: the file ends here, and a reader of JSON notices.
			slog.ErrorContext(ctx, "open data file broke off", "error", err)
		}
	})
	return nil
}

func (m *Module) sendCSV(c *fiber.Ctx) error {
	return m.send(c, "csv", sheet.CSV.ContentType(), func(ctx context.Context, w io.Writer, all iter.Seq2[entry, error]) error {
		var head []string
		for _, f := range fields() {
			head = append(head, f.name)
		}
		rows := func(yield func([]any, error) bool) {
			for e, err := range all {
				var row []any
				for _, f := range fields() {
					if err == nil {
						row = append(row, f.cell(ctx, e))
					}
				}
				if !yield(row, err) {
					return
				}
			}
		}
		return sheet.Write(w, sheet.Book{Comma: ',', Sheets: []sheet.Sheet{{Header: head, Rows: rows}}}, sheet.CSV)
	})
}

// object is an entry by the names of its columns.
func object(ctx context.Context, e entry) map[string]any {
	out := map[string]any{}
	for _, f := range fields() {
		v := f.cell(ctx, e)
		if t, ok := v.(time.Time); ok {
			v = t.Format(time.RFC3339)
		}
		out[f.name] = v
	}
	return out
}

// list writes head, the entries with commas between them, and tail.
func list(w io.Writer, head, tail string, all iter.Seq2[entry, error], one func(entry) any) error {
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	comma := ""
	for e, err := range all {
		if err != nil {
			return err
		}
		v := one(e)
		if v == nil {
			continue
		}
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if _, err := w.Write(append([]byte(comma+"\n"), b...)); err != nil {
			return err
		}
		comma = ","
	}
	_, err := io.WriteString(w, tail)
	return err
}

func (m *Module) sendJSON(c *fiber.Ctx) error {
	return m.send(c, "json", "application/json; charset=utf-8", func(ctx context.Context, w io.Writer, all iter.Seq2[entry, error]) error {
		return list(w, "[", "\n]\n", all, func(e entry) any { return object(ctx, e) })
	})
}

func (m *Module) sendGeoJSON(c *fiber.Ctx) error {
	return m.send(c, "geojson", "application/geo+json", func(ctx context.Context, w io.Writer, all iter.Seq2[entry, error]) error {
		return list(w, `{"type":"FeatureCollection","features":[`, "\n]}\n", all, func(e entry) any {
			lat, lng, ok := e.sight.PlaceFor(e.c)
			if !ok {
				return nil
			}
			return geo.PointShape(lat, lng, object(ctx, e))
		})
	})
}
