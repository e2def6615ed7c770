package geo

import (
	"encoding/json"
	"testing"
)

// FuzzReadGeoJSON: what is read lies on the earth and can be written and read again.
func FuzzReadGeoJSON(f *testing.F) {
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":{"type":"Polygon","coordinates":[[[15,46],[15.1,46],[15.1,46.1],[15,46]]]}}]}`))
	f.Add([]byte(`{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2,3],[4,5]]},{"type":"LineString","coordinates":[[1,2],[1,2]]}]}`))
	f.Add([]byte(`{"type":"MultiPolygon","coordinates":[[[[200,46],[15.1,1e309],[0,0],[0,0]]]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := ReadGeoJSON(data)
		if err != nil {
			return
		}
		on := func(p [2]float64) {
			if !Valid(p[1], p[0]) {
				t.Errorf("%v is not on the earth", p)
			}
		}
		for _, one := range list {
			if one.Point != nil {
				on(*one.Point)
			}
			for _, part := range one.Line {
				for _, p := range part {
					on(p)
				}
			}
			if len(one.Line) > 0 {
				one.Line.Simplify(5)
				lat, lng := one.Line.Middle()
				on([2]float64{lng, lat})
			}
			if one.Area.IsZero() {
				continue
			}
			for _, p := range one.Area.Outline() {
				on(p)
			}
			thin, err := json.Marshal(AreaShape(one.Area.AtMost(50), nil))
			if err != nil {
				t.Fatal(err)
			}
			if again, err := ReadGeoJSON(thin); err != nil || len(again) != 1 {
				t.Errorf("%s cannot be read again: %v", thin, err)
			}
		}
	})
}
