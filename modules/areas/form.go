package areas

import (
	"errors"
	"io"
	"strconv"

	"glas/internal/form"
	"glas/internal/geo"
)

// fill puts what only an area has into a form.
func (a *Area) fill(f *form.Form) {
	f.Set("lat", number(a.Lat))
	f.Set("lng", number(a.Lng))
}

// read takes it from there. A middle has both numbers, or none.
func (a *Area) read(f *form.Form) {
	if f.Value("lat") != "" || f.Value("lng") != "" {
		lat, lng := f.Float("lat", -90, 90), f.Float("lng", -180, 180)
		a.Lat, a.Lng = &lat, &lng
	}
	a.readShape(f)
}

// fileMax is the largest file of a boundary, in bytes.
const fileMax = 8 << 20

// readShape reads a boundary that was pasted or sent as a file.
func (a *Area) readShape(f *form.Form) {
	data := []byte(f.Value("boundary"))
	for _, file := range f.Files("boundary_file", 1, fileMax) {
		r, err := file.Open()
		if err == nil {
			data, err = io.ReadAll(io.LimitReader(r, fileMax))
			err = errors.Join(err, r.Close())
		}
		f.Check("boundary_file", err == nil, "areas.error.boundary")
	}
	if a.redraw = f.Bool("boundary_remove"); a.redraw || len(data) == 0 {
		return
	}
	list, err := geo.ReadGeoJSON(data)
	for _, feature := range list {
		a.shape = append(a.shape, feature.Area...)
	}
	a.redraw = f.Check("boundary", err == nil && !a.shape.IsZero(), "areas.error.boundary")
	if a.redraw && a.Lat == nil {
		lat, lng := a.shape.Middle()
		a.Lat, a.Lng = &lat, &lng
	}
}

func number(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}
