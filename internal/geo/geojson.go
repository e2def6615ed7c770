package geo

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// Errors of ReadGeoJSON and of reading an Area, usually wrapped.
var (
	// ErrNotGeoJSON is returned for what is not GeoJSON (RFC 7946).
	ErrNotGeoJSON = errors.New("this is not GeoJSON")
	// ErrNotDegrees is returned for coordinates in metres of a national grid, or otherwise outside of the earth.
	ErrNotDegrees = errors.New("coordinates must be longitude and latitude in degrees (WGS 84)")
	// ErrTooMany is returned for more than MaxPoints points.
	ErrTooMany = errors.New("too many points")
)

// MaxPoints is how many points one file may have.
const MaxPoints = 2_000_000

// Feature is one thing of a GeoJSON file. At most one of Point, Line and Area is set.
type Feature struct {
	Properties map[string]any
	Point      *[2]float64 // longitude, latitude
	Line       Line
	Area       Area
}

// Text is the first of the named properties that holds a text or a number.
func (f Feature) Text(names ...string) string {
	for _, n := range names {
		switch v := f.Properties[n].(type) {
		case string:
			if s := strings.TrimSpace(v); s != "" {
				return s
			}
		case json.Number:
			return v.String()
		case float64, int64, int, bool:
			return fmt.Sprint(v)
		}
	}
	return ""
}

type wireObject struct {
	Type        string            `json:"type"`
	Features    []json.RawMessage `json:"features"`
	Geometry    *wireObject       `json:"geometry"`
	Geometries  []wireObject      `json:"geometries"`
	Coordinates json.RawMessage   `json:"coordinates"`
	Properties  map[string]any    `json:"properties"`
	CRS         json.RawMessage   `json:"crs"`
}

// ReadGeoJSON reads a FeatureCollection, a Feature or a bare geometry. Several points or lines of one feature become several features or
// one line of parts; features without a place are left out. Heights are dropped.
func ReadGeoJSON(data []byte) ([]Feature, error) {
	data = []byte(strings.TrimPrefix(string(data), "\ufeff"))
	var top wireObject
	if err := json.Unmarshal(data, &top); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotGeoJSON, err)
	}
	r := reader{}
	if top.Type != "FeatureCollection" {
		err := r.object(top)
		return r.out, err
	}
	for i, raw := range top.Features {
		var f wireObject
		if err := json.Unmarshal(raw, &f); err != nil {
			return nil, fmt.Errorf("feature %d: %w: %w", i+1, ErrNotGeoJSON, err)
		}
		if err := r.object(f); err != nil {
			return nil, fmt.Errorf("feature %d: %w", i+1, err)
		}
	}
	return r.out, nil
}

type reader struct {
	out    []Feature
	points int
}

func (r *reader) object(o wireObject) error {
	if o.Type == "Feature" {
		if o.Geometry == nil {
			return nil
		}
		return r.geometry(*o.Geometry, o.Properties)
	}
	return r.geometry(o, nil)
}

func (r *reader) geometry(g wireObject, properties map[string]any) error {
	f := Feature{Properties: properties}
	var err error
	switch g.Type {
	case "GeometryCollection":
		for _, part := range g.Geometries {
			if err := r.geometry(part, properties); err != nil {
				return err
			}
		}
		return nil
	case "Point", "MultiPoint":
		return r.place(g, properties)
	case "LineString":
		var one [][]float64
		if err = json.Unmarshal(g.Coordinates, &one); err == nil {
			f.Line, err = r.line([][][]float64{one})
		}
	case "MultiLineString":
		var many [][][]float64
		if err = json.Unmarshal(g.Coordinates, &many); err == nil {
			f.Line, err = r.line(many)
		}
	case "Polygon", "MultiPolygon":
		if err = json.Unmarshal(g.Coordinates, &f.Area); err == nil {
			r.points += f.Area.Points()
		}
	default:
		return fmt.Errorf("%w: type %q", ErrNotGeoJSON, g.Type)
	}
	if err != nil {
		return explained(err)
	}
	if r.points > MaxPoints {
		return ErrTooMany
	}
	if len(f.Line) > 0 || !f.Area.IsZero() {
		r.out = append(r.out, f)
	}
	return nil
}

// place reads one point or several.
func (r *reader) place(g wireObject, properties map[string]any) error {
	var list [][]float64
	if g.Type == "Point" {
		list = make([][]float64, 1)
		if err := json.Unmarshal(g.Coordinates, &list[0]); err != nil {
			return explained(err)
		}
	} else if err := json.Unmarshal(g.Coordinates, &list); err != nil {
		return explained(err)
	}
	for _, raw := range list {
		p, err := pair(raw)
		if err != nil {
			return err
		}
		r.out = append(r.out, Feature{Properties: properties, Point: &p})
	}
	return nil
}

func (r *reader) line(raw [][][]float64) (Line, error) {
	var out Line
	for _, part := range raw {
		var line [][2]float64
		for _, p := range part {
			at, err := pair(p)
			if err != nil {
				return nil, err
			}
			line = append(line, at)
		}
		r.points += len(line)
		if len(line) > 1 {
			out = append(out, line)
		}
	}
	return out, nil
}

// explained tells a complaint of ours from one of the JSON reader.
func explained(err error) error {
	if errors.Is(err, ErrNotDegrees) || errors.Is(err, ErrNotGeoJSON) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrNotGeoJSON, err)
}

func pair(p []float64) ([2]float64, error) {
	if len(p) < 2 {
		return [2]float64{}, fmt.Errorf("%w: a point needs two numbers", ErrNotGeoJSON)
	}
	if !Valid(p[1], p[0]) {
		return [2]float64{}, ErrNotDegrees
	}
	return [2]float64{p[0], p[1]}, nil
}

// UnmarshalJSON reads the coordinates of a MultiPolygon, of a Polygon, or of one ring.
func (a *Area) UnmarshalJSON(data []byte) error {
	*a = nil
	var many [][][][]float64
	if json.Unmarshal(data, &many) != nil {
		var one [][][]float64
		if json.Unmarshal(data, &one) != nil {
			var ring [][]float64
			if err := json.Unmarshal(data, &ring); err != nil {
				return fmt.Errorf("%w: %w", ErrNotGeoJSON, err)
			}
			one = [][][]float64{ring}
		}
		many = [][][][]float64{one}
	}
	for _, p := range many {
		polygon, err := polygonOf(p)
		if err != nil {
			return err
		}
		if len(polygon) > 0 {
			*a = append(*a, polygon)
		}
	}
	return nil
}

// polygonOf closes rings that are open and leaves out those that enclose nothing.
func polygonOf(rings [][][]float64) (orb.Polygon, error) {
	var out orb.Polygon
	for i, raw := range rings {
		ring := make(orb.Ring, 0, len(raw)+1)
		for _, p := range raw {
			at, err := pair(p)
			if err != nil {
				return nil, err
			}
			ring = append(ring, at)
		}
		if len(ring) > 2 && !ring.Closed() {
			ring = append(ring, ring[0])
		}
		if len(ring) >= 4 {
			out = append(out, ring)
		} else if i == 0 {
			return nil, nil
		}
	}
	return out, nil
}

// Shape is a feature as it is written into GeoJSON for a map.
type Shape struct {
	Type       string         `json:"type"`
	ID         string         `json:"id,omitempty"`
	Properties map[string]any `json:"properties"`
	Geometry   Geometry       `json:"geometry"`
}

// Geometry is where a shape is.
type Geometry struct {
	Type        string `json:"type"`
	Coordinates any    `json:"coordinates"`
}

// Collection is a GeoJSON FeatureCollection.
type Collection struct {
	Type     string  `json:"type"`
	Features []Shape `json:"features"`
}

// NewCollection makes one of shapes.
func NewCollection(shapes []Shape) Collection {
	if shapes == nil {
		shapes = []Shape{}
	}
	return Collection{Type: "FeatureCollection", Features: shapes}
}

// AreaShape, LineShape and PointShape write things; coordinates keep five decimals, about a metre.
func AreaShape(a Area, properties map[string]any) Shape {
	out := make([][][][2]float64, len(a))
	for i, p := range a {
		for _, ring := range p {
			thin := make([][2]float64, len(ring))
			for j, at := range ring {
				thin[j] = short(at)
			}
			out[i] = append(out[i], thin)
		}
	}
	return Shape{Type: "Feature", Properties: properties, Geometry: Geometry{"MultiPolygon", out}}
}

// LineShape writes a line.
func LineShape(l Line, properties map[string]any) Shape {
	out := make([][][2]float64, len(l))
	for i, part := range l {
		for _, at := range part {
			out[i] = append(out[i], short(at))
		}
	}
	return Shape{Type: "Feature", Properties: properties, Geometry: Geometry{"MultiLineString", out}}
}

// PointShape writes a point.
func PointShape(lat, lng float64, properties map[string]any) Shape {
	return Shape{Type: "Feature", Properties: properties, Geometry: Geometry{"Point", short([2]float64{lng, lat})}}
}

func short(p [2]float64) [2]float64 {
	return [2]float64{math.Round(p[0]*1e5) / 1e5, math.Round(p[1]*1e5) / 1e5}
}
