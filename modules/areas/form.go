package areas

import (
	"strconv"

	"glas/internal/form"
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
}

// keep takes over what the form does not change.
func (a *Area) keep(old *Area) { a.Boundary = old.Boundary }

func number(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}
