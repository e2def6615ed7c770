package texts

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// textsJSON is what can be read in a consultation.
type textsJSON struct {
	Texts  []textJSON  `json:"texts"`
	Sheets []sheetJSON `json:"sheets"`
}

// sheetJSON is a plan sheet in the public interface. Places are in per cent of its width and height, from the left and from the top.
type sheetJSON struct {
	ID             string     `json:"id"`
	ConsultationID string     `json:"consultation_id"`
	Title          string     `json:"title"`
	Lang           string     `json:"lang"`
	Note           string     `json:"note,omitempty"`
	URL            string     `json:"url"`
	Image          string     `json:"image,omitempty"`
	ImageAlt       string     `json:"image_alt,omitempty"`
	Files          []fileJSON `json:"files,omitempty"`
	RemarkCount    int64      `json:"remark_count"`
	WholeCount     int64      `json:"whole_remark_count"`
	Zones          []zoneJSON `json:"zones"`
	Pins           []pinJSON  `json:"pins,omitempty"`
}

type fileJSON struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type zoneJSON struct {
	Key         string         `json:"key"`
	Number      string         `json:"number"`
	Name        string         `json:"name,omitempty"`
	URL         string         `json:"url"`
	Outline     []stored.Point `json:"outline"`
	RemarkCount int64          `json:"remark_count"`
}

type pinJSON struct {
	Remark string  `json:"remark"`
	URL    string  `json:"url"`
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
}

func (m *Module) apiList(c *fiber.Ctx) error {
	out := textsJSON{Texts: []textJSON{}, Sheets: []sheetJSON{}}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		one, err := consultations.Find(ctx, tx, c.Params("slug"))
		if err != nil {
			return err
		}
		l, err := m.published(ctx, tx, one)
		for _, t := range l.texts {
			out.Texts = append(out.Texts, asJSON(t, nil))
		}
		for _, s := range l.sheets {
			out.Sheets = append(out.Sheets, sheetAsJSON(sheetData{s: s}))
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

func (m *Module) apiSheet(c *fiber.Ctx) error {
	var d sheetData
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d, err = m.loadSheet(ctx, tx, c)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, sheetAsJSON(d))
}

func sheetAsJSON(d sheetData) sheetJSON {
	s := d.s
	out := sheetJSON{ID: s.ID, ConsultationID: s.ConsultationID, Title: s.Title, Lang: s.Lang, Note: s.Note, URL: s.Path(), RemarkCount: s.RemarkCount, WholeCount: s.Counts[""], Zones: []zoneJSON{}}
	if d.picture != nil && d.picture.Ready() {
		out.Image, out.ImageAlt = d.picture.Path(attachments.Full), d.picture.Alt
	}
	for _, f := range d.files {
		out.Files = append(out.Files, fileJSON{f.Name, f.Main()})
	}
	for _, z := range s.Zones {
		out.Zones = append(out.Zones, zoneJSON{Key: z.Key, Number: z.Number, Name: z.Label, URL: s.Path() + "/zones/" + z.Key, Outline: z.Corners(), RemarkCount: s.Counts[z.Key]})
	}
	for _, p := range d.pins {
		out.Pins = append(out.Pins, pinJSON{p.Name(), p.Path(), p.X * 100, p.Y * 100})
	}
	return out
}
