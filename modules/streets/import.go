package streets

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"glas/internal/geo"
	"glas/internal/records"
	"glas/internal/text"
	"glas/tenant"
)

// Row is one line of a file: a settlement, a street, or a house number, whatever it names.
type Row struct {
	Line       int // from 1, for complaints
	Settlement string
	Street     string
	Number     string
	Postcode   string
	Lat, Lng   *float64
	Path       geo.Line
	Area       geo.Area
}

// Names of columns and properties that common exports have, besides our own.
func settlementNames() []string {
	return []string{"settlement", "naselje", "village", "town", "city_part", "neighbourhood", "mahalle", "населено място", "селище", "οικισμός", "addr:city"}
}
func streetNames() []string {
	return []string{"street", "ulica", "sokak", "улица", "οδός", "addr:street", "road"}
}
func numberNames() []string {
	return []string{"number", "house_number", "hisna_stevilka", "hs", "номер", "αριθμός", "kapi_no", "addr:housenumber"}
}

// ReadRows makes rows of a CSV file. mapping has been applied by records; a file of settlements may call their column "name".
func ReadRows(list []records.Row) ([]Row, []error) {
	var out []Row
	var wrong []error
	for _, r := range list {
		row := Row{Line: r.Line, Settlement: clean(r.First(settlementNames()...)), Street: clean(r.First(streetNames()...)),
			Number: clean(r.First(numberNames()...)), Postcode: clean(r.First("postcode", "posta", "zip"))}
		if row.Street == "" && row.Settlement == "" {
			row.Settlement = clean(r.First("name", "ime", "name_bg", "name_el", "ad"))
		}
		var err error
		if row.Lat, row.Lng, err = point(r); err == nil {
			err = row.check()
		}
		if err != nil {
			wrong = append(wrong, r.Wrong("%s", reason(err)))
			continue
		}
		out = append(out, row)
	}
	return out, wrong
}

// reason is a complaint without the line that another one will say.
func reason(err error) string {
	var e records.Error
	if errors.As(err, &e) {
		return e.What
	}
	return err.Error()
}

func point(r records.Row) (lat, lng *float64, err error) {
	a, b := r.First("lat", "latitude", "y_wgs84"), r.First("lng", "lon", "longitude", "x_wgs84")
	if a == "" && b == "" {
		return nil, nil, nil
	}
	x, errX := strconv.ParseFloat(strings.Replace(a, ",", ".", 1), 64)
	y, errY := strconv.ParseFloat(strings.Replace(b, ",", ".", 1), 64)
	if errX != nil || errY != nil || !geo.Valid(x, y) {
		return nil, nil, fmt.Errorf("%q, %q is not a position in degrees", a, b)
	}
	return &x, &y, nil
}

// ReadShapes makes rows of GeoJSON: lines are streets, areas are settlements, points are whatever their properties name.
func ReadShapes(list []geo.Feature) ([]Row, []error) {
	var out []Row
	var wrong []error
	for i, f := range list {
		row := Row{Line: i + 1, Settlement: clean(f.Text(settlementNames()...)), Street: clean(f.Text(streetNames()...)), Number: clean(f.Text(numberNames()...)),
			Postcode: clean(f.Text("postcode", "addr:postcode")), Path: f.Line, Area: f.Area}
		name := clean(f.Text("name", "ime", "NAME", "naziv"))
		switch {
		case len(f.Line) > 0 && row.Street == "":
			row.Street = name
		case row.Street == "" && row.Settlement == "":
			row.Settlement = name
		}
		if f.Point != nil {
			row.Lat, row.Lng = &f.Point[1], &f.Point[0]
		}
		if err := row.check(); err != nil {
			wrong = append(wrong, records.Error{Line: i + 1, What: err.Error()})
			continue
		}
		out = append(out, row)
	}
	return out, wrong
}

const nameMax = 120 // letters

func clean(s string) string { return text.CleanLine(s) }

func (r *Row) check() error {
	switch {
	case r.Street == "" && r.Settlement == "":
		return errors.New("a street or a settlement is needed")
	case text.Letters(r.Street) > nameMax || text.Letters(r.Settlement) > nameMax || text.Letters(r.Number) > 20:
		return errors.New("a name is too long")
	case len(tokens(r.Street+" "+r.Settlement, 1)) == 0:
		return errors.New("a name needs letters")
	case r.Number != "" && (r.Lat == nil || len(tokens(r.Number, 1)) == 0):
		return fmt.Errorf("the house number %q needs a position", r.Number)
	}
	return nil
}

// Counts are what an import changed.
type Counts struct{ Settlements, Streets, Numbers int }

// Importer brings rows in, in as many batches as the caller likes, all in one transaction. What is there already is changed, nothing is
// taken away; names that fold alike are the same.
type Importer struct {
	settlements map[string]*Settlement // by fold
	streets     map[string]*Street     // by settlement and fold
	drawn       map[*Street]bool       // those whose line this import has brought
	Counts      Counts
}

// Bring brings some rows in. All batches of one file go through the same Importer, one after another.
func (im *Importer) Bring(ctx context.Context, tx *tenant.Tx, rows []Row) error {
	b := batch{Importer: im, ctx: ctx, tx: tx, speech: speechOf(tx.Tenant())}
	if im.settlements == nil {
		if err := b.load(); err != nil {
			return err
		}
	}
	for i := range rows {
		b.row(&rows[i])
	}
	return b.write()
}
