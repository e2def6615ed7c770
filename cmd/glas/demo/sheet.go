package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"

	"glas/internal/form"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/reports"
	"glas/modules/texts"
	"glas/tenant"
)

func noFiles() attachments.Batch { return attachments.Batch{} }

// sheet draws the plan, with its zones, and publishes it.
func (w *bound) sheet() error {
	in := w.b.Sheet
	if in == nil {
		return nil
	}
	work := texts.SheetWork{Title: in.Title, Lang: w.m.Default, Note: in.Note}
	for i, z := range in.Zones {
		if len(z) != 6 {
			return fmt.Errorf("zone %d of the sheet needs a number, a name and four sides", i+1)
		}
		var sides [4]float64
		for n := range sides {
			side, _ := z[n+2].(int64)
			sides[n] = float64(side)
		}
		work.Zones = append(work.Zones, texts.Zone{Key: fmt.Sprintf("z%d", i+1), Number: fmt.Sprint(z[0]), Label: fmt.Sprint(z[1]), Points: []texts.Point{{sides[0], sides[1]}, {sides[2], sides[3]}}})
	}
	picture, err := plan1000(work.Zones)
	if err != nil {
		return err
	}
	ctx := w.as(w.who, w.opened(7))
	sheetID, err := w.past.Texts.SaveSheet(ctx, w.c.ID, "", work, nil)
	if err != nil {
		return err
	}
	err = w.past.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		file := form.File{Name: "plan.png", ContentType: "image/png", Size: int64(len(picture)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(picture)), nil }}
		return w.past.Texts.Files.Add(ctx, tx, subject.Ref{Kind: texts.KindSheet, ID: sheetID}, attachments.Batch{Files: []form.File{file}, Alts: []string{in.Title}, Public: true})
	})
	if err != nil {
		return fmt.Errorf("store plan: %w", err)
	}
	return w.past.Texts.PublishSheet(ctx, sheetID, 1, true)
}

// plan1000 draws zones as coloured areas on a grid of streets.
func plan1000(zones []texts.Zone) ([]byte, error) {
	const width, height = 1400, 1000
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	fill := func(x0, y0, x1, y1 float64, c color.RGBA) {
		r := image.Rect(int(x0*width/100), int(y0*height/100), int(x1*width/100), int(y1*height/100))
		draw.Draw(img, r, &image.Uniform{c}, image.Point{}, draw.Src)
	}
	fill(0, 0, 100, 100, color.RGBA{244, 241, 232, 255})
	for i := 0.0; i < 100; i += 4 { // contour lines
		fill(0, i, 100, i+0.15, color.RGBA{226, 221, 207, 255})
	}
	fill(0, 2, 100, 7, color.RGBA{255, 255, 255, 255})
	fill(43.5, 0, 46.5, 100, color.RGBA{255, 255, 255, 255})
	fill(46, 29.5, 100, 32.5, color.RGBA{255, 255, 255, 255})
	fill(0, 94, 100, 98, color.RGBA{176, 208, 222, 255})
	tones := []color.RGBA{{238, 199, 140, 255}, {163, 203, 150, 255}, {240, 226, 150, 255}, {226, 160, 150, 255}, {205, 205, 214, 255}}
	for i, z := range zones {
		a, b := z.Points[0], z.Points[1]
		fill(a[0], a[1], b[0], b[1], color.RGBA{90, 84, 74, 255})
		fill(a[0]+0.3, a[1]+0.4, b[0]-0.3, b[1]-0.4, tones[i%len(tones)])
		for x := a[0] + 3; x+4 < b[0] && i%len(tones) != 1 && i%len(tones) != 4; x += 8 { // buildings
			fill(x, a[1]+3, x+4, a[1]+7, color.RGBA{150, 132, 112, 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("draw plan: %w", err)
	}
	return out.Bytes(), nil
}

// census gives the municipality of the finished report the figures with which those who took part are compared.
func (h *history) census() error {
	if h.m.Slug != "velenje" {
		return nil
	}
	rows := []*reports.CensusFigure{}
	for _, b := range []struct {
		band string
		n    int64
	}{{"0-17", 5890}, {"18-29", 4230}, {"30-44", 7050}, {"45-59", 7640}, {"60-74", 6170}, {"75+", 2710}} {
		rows = append(rows, &reports.CensusFigure{Kind: reports.ByAge, Grp: b.band, People: b.n, Year: 2025})
	}
	for i, a := range h.m.Areas {
		rows = append(rows, &reports.CensusFigure{Kind: reports.ByArea, Grp: h.places["area:"+a.Key], People: int64(1100 + 637*i%4100), Year: 2025})
	}
	return h.past.DB.Update(h.town, func(ctx context.Context, tx *tenant.Tx) error { return reports.PutCensus(ctx, tx, rows) })
}
