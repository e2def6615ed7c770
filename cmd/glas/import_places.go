package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/text"
	"glas/modules/areas"
	"glas/modules/streets"
	"glas/tenant"
)

const placesUsage = `Brings in where things are. The same file may be brought in again.

streets   settlements, streets and house numbers: CSV with the columns settlement, street, number, lat and lng as far as there are any
          (a line with a number is a house number, one with a street and no number a street, any other a settlement), or GeoJSON, where
          lines are streets. A file of settlements alone may call its column "name".
boundary  the boundary of the municipality: all polygons of a GeoJSON file together.
water     rivers and lakes, to be drawn on maps: all lines and polygons of a GeoJSON file together.
areas     boundaries of areas: polygons of a GeoJSON file whose name is that of an area; --create makes areas that are missing.

Other names are given by --map settlement=naselje. Of a file with more than one municipality, --where district=Bornova takes a part.`

// placesCommand brings streets, a boundary or areas in.
func placesCommand(ctx context.Context, env *environment, what string, args []string) error {
	f := flags(env, "import "+what, "--tenant SLUG [flags] FILE", placesUsage)
	slug := f.String("tenant", "", "short name of the municipality")
	dry := f.Bool("dry-run", false, "only say what would happen and which rows are wrong")
	replace := f.Bool("replace", false, "take away the streets that are there first")
	create := f.Bool("create", false, "make areas that are missing")
	mapping := f.String("map", "", "names of columns, such as settlement=naselje,street=ulica")
	where := f.String("where", "", "only rows with these values, such as district=Bornova")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *slug == "" || f.NArg() != 1 {
		f.Usage()
		return errors.New("--tenant and one file are needed")
	}
	columns, err := pairs("--map", *mapping)
	if err != nil {
		return err
	}
	only, err := pairs("--where", *where)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(f.Arg(0))
	if err != nil {
		return err
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	t, err := a.directory.BySlug(ctx, *slug)
	if err != nil {
		return err
	}
	p := placesJob{importJob: importJob{app: a, what: what, slug: *slug, dry: *dry, create: *create, out: env.out, progress: bar(env.errOut, "importing")}, columns: columns, only: only}
	ctx = a.as(ctx, t, t.Default())
	switch what {
	case "boundary":
		return p.boundary(ctx, data, streets.ReadArea, a.parts.streets.KeepBoundary)
	case "water":
		return p.boundary(ctx, data, streets.ReadWater, a.parts.streets.KeepWater)
	case "areas":
		return p.areas(ctx, data)
	}
	return p.streets(ctx, f.Arg(0), data, *replace)
}

// pairs reads "field=value,field=value".
func pairs(flag, s string) (map[string]string, error) {
	out := map[string]string{}
	for pair := range strings.SplitSeq(s, ",") {
		if field, value, ok := strings.Cut(pair, "="); ok {
			out[field] = value
		} else if pair != "" {
			return nil, fmt.Errorf("%s %q: write field=value", flag, pair)
		}
	}
	return out, nil
}

// placesJob is what such a command was asked to do.
type placesJob struct {
	importJob
	columns, only map[string]string
}

func (p *placesJob) streets(ctx context.Context, name string, data []byte, replace bool) error {
	rows, wrong, err := streets.ReadFile(name, data, p.columns, p.only)
	if err != nil {
		return err
	}
	for i, e := range wrong {
		if i == shownErrors {
			fmt.Fprintf(p.out, "... and %d more\n", len(wrong)-shownErrors)
			break
		}
		fmt.Fprintln(p.out, e)
	}
	switch {
	case p.dry:
		return dryRun(p.out, len(rows), len(wrong))
	case len(wrong) > 0:
		return fmt.Errorf("%d of %d rows are wrong; nothing was brought in", len(wrong), len(rows)+len(wrong))
	case len(rows) == 0:
		return errors.New("there is no row to bring in")
	}
	n, err := p.app.parts.streets.Import(ctx, rows, replace, p.progress)
	if err != nil {
		return p.app.inWords(ctx, err)
	}
	fmt.Fprintf(p.out, "%d rows are in. New: %d settlements, %d streets, %d house numbers (or changed).\n", len(rows), n.Settlements, n.Streets, n.Numbers)
	return nil
}

// boundary brings in an outline, that of the municipality or of its water.
func (p *placesJob) boundary(ctx context.Context, data []byte, read func([]byte, map[string]string) (geo.Area, error), keep func(context.Context, geo.Area) error) error {
	area, err := read(data, p.only)
	if err != nil {
		return err
	}
	lat, lng := area.Middle()
	fmt.Fprintf(p.out, "%d polygons with %d points around %.4f, %.4f.\n", len(area), area.Points(), lat, lng)
	if p.dry {
		fmt.Fprintln(p.out, "Nothing was changed.")
		return nil
	}
	return keep(ctx, area)
}

func (p *placesJob) areas(ctx context.Context, data []byte) error {
	list, err := geo.ReadGeoJSON(data)
	if err != nil {
		return err
	}
	shapes, names := map[string]geo.Area{}, []string{}
	for _, f := range list {
		for property, value := range p.only {
			if f.Text(property) != value {
				f.Area = nil
			}
		}
		name := text.CleanLine(f.Text(p.columns["name"], "name", "NAME", "ime", "naziv"))
		if f.Area.IsZero() || name == "" {
			continue
		}
		if shapes[name] == nil {
			names = append(names, name)
		}
		shapes[name] = append(shapes[name], f.Area...)
	}
	kept := 0
	keep := func(ctx context.Context, tx *tenant.Tx) error {
		known, err := areaNames(ctx, tx)
		if err != nil {
			return err
		}
		for i, name := range names {
			p.progress(i, len(names), name)
			if kept, err = p.area(ctx, tx, name, shapes[name], known, kept); err != nil {
				return err
			}
		}
		p.progress(len(names), len(names), "")
		return nil
	}
	if p.dry {
		err = p.app.rows.View(ctx, keep)
	} else {
		err = p.app.rows.Update(ctx, keep)
	}
	if err == nil {
		fmt.Fprintf(p.out, "%d of %d boundaries are those of areas.\n", kept, len(names))
	}
	return err
}

// areaNames are the ids of areas by their folded names.
func areaNames(ctx context.Context, tx *tenant.Tx) (map[string]string, error) {
	list, err := areas.All(ctx, tx)
	known := map[string]string{}
	for _, a := range list {
		for _, name := range a.Name {
			known[search.Fold(name)] = a.ID
		}
	}
	return known, err
}

// area keeps the boundary of one area, and makes it when it is missing and that was asked for.
func (p *placesJob) area(ctx context.Context, tx *tenant.Tx, name string, shape geo.Area, known map[string]string, kept int) (int, error) {
	areaID := known[search.Fold(name)]
	switch {
	case areaID == "" && !p.create:
		fmt.Fprintf(p.out, "not known here: %s\n", name)
		return kept, nil
	case p.dry:
		return kept + 1, nil
	case areaID == "":
		areaID = id.New()
		lang := tx.Tenant().Default()
		lat, lng := shape.Middle()
		row := &areas.Area{Key: tenant.Key{ID: areaID}, Name: i18n.Text{lang: name}, Slug: text.Slug(name, lang), Position: 1000 + kept, Lat: &lat, Lng: &lng}
		if err := areas.Insert(ctx, tx, row); err != nil {
			return kept, err
		}
	}
	return kept + 1, areas.SetShape(ctx, tx, areaID, shape)
}
