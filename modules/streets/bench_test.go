package streets_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"glas/internal/geo"
	"glas/modules/streets"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// BenchmarkPlaces measures a large town: 5,000 streets with lines in 50 settlements, 100,000 house numbers, which stand for any 100,000
// things with a place on a map.
func BenchmarkPlaces(b *testing.B) {
	w := tenanttest.New(b)
	m := streets.New(streets.Deps{DB: w.DB})
	ctx := w.Visitor(w.A)
	r := rand.New(rand.NewPCG(1, 1))
	var rows []streets.Row
	for i := range 5000 {
		lat, lng := 46.2+r.NormFloat64()*0.03, 14.6+r.NormFloat64()*0.04
		name, town := fmt.Sprintf("%s %s %d ulica", syllables(r), syllables(r), i), fmt.Sprintf("%s vas %d", syllables(r), i%50)
		rows = append(rows, streets.Row{Street: name, Settlement: town, Path: geo.Line{{{lng, lat}, {lng + 0.002, lat + 0.001}, {lng + 0.003, lat}}}})
		for n := range 20 {
			a, o := lat+float64(n)*0.0001, lng+float64(n)*0.0001
			rows = append(rows, streets.Row{Street: name, Settlement: town, Number: fmt.Sprint(n + 1), Lat: &a, Lng: &o})
		}
	}
	started := time.Now()
	if _, err := m.Import(ctx, rows, false, nil); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d rows brought in in %v", len(rows), time.Since(started).Round(time.Millisecond))
	view := func(b *testing.B, fn func(ctx context.Context, tx *tenant.Tx) error) {
		for b.Loop() {
			if err := w.DB.View(ctx, fn); err != nil {
				b.Fatal(err)
			}
		}
	}
	for name, typed := range map[string]string{"address": rows[21].Street + " 7", "begun": rows[21].Street[:3], "slip": "x" + rows[21].Street[:6], "nothing": "neznanka"} {
		b.Run("find/"+name, func(b *testing.B) {
			view(b, func(ctx context.Context, tx *tenant.Tx) error { _, err := streets.Find(ctx, tx, typed, 8); return err })
		})
	}
	b.Run("near", func(b *testing.B) {
		view(b, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := streets.Near(ctx, tx, 46.2, 14.6)
			return err
		})
	})
	for _, zoom := range []int{10, 13, 16} {
		b.Run(fmt.Sprintf("grouped/zoom=%d", zoom), func(b *testing.B) {
			view(b, func(ctx context.Context, tx *tenant.Tx) error {
				var cells []struct{ Place, N int64 }
				return tx.Select((*streets.HouseNumber)(nil)).ColumnExpr(geo.CellSQL("house_number.cell", zoom)+" AS place").ColumnExpr("count(*) AS n").GroupExpr("1").Scan(ctx, &cells)
			})
		})
	}
	site := w.Serve(tenanttest.People(nil), m).As("")
	b.Run("base", func(b *testing.B) {
		size := 0
		for b.Loop() {
			size = len(site.Get("/map/base.geojson?zoom=13").Body)
		}
		b.ReportMetric(float64(size), "bytes")
	})
	b.Run("base/part", func(b *testing.B) {
		for b.Loop() {
			site.Get("/map/base.geojson?zoom=16&bbox=14.59,46.19,14.61,46.21")
		}
	})
}

func syllables(r *rand.Rand) string {
	s := ""
	for range 2 + r.IntN(3) {
		s += string("bcdgklmnprstvz"[r.IntN(14)]) + string("aeiou"[r.IntN(5)])
	}
	return s
}
