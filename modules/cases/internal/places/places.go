// Package places counts where cases are: how many everybody may see in each cell of the map, all together and by kind, topic, area and
// group. A change of a case moves it in the same transaction, so that a map of all or of a part reads counts and never cases.
package places

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"glas/internal/geo"
	"glas/tenant"
)

// Zooms of maps whose cells are counted; closer ones look at the cases themselves.
const (
	ZoomFrom = 6
	ZoomTo   = 14
)

// facetZooms are those at which parts are counted; maps between them add up the cells of the next closer one.
func facetZooms() []int { return []int{10, 12, ZoomTo} }

// FacetZoom is the zoom whose counts a map of a part at a zoom adds up.
func FacetZoom(zoom int) int {
	for _, z := range facetZooms() {
		if zoom <= z {
			return z
		}
	}
	return ZoomTo
}

// Spot is where everybody may know a case to be; the zero Spot is nowhere. Facet is what a map can be narrowed by (see Facet).
type Spot struct {
	Lat, Lng float64
	Shown    bool
	Facet    string
}

// Facet is kind, topic, area and group in one word, as a case remembers where it was counted.
func Facet(kind, topic, area, group string) string {
	return strings.Join([]string{kind, topic, area, group}, "|")
}

// CaseCell is how many cases lie in a cell of the map, and the sums of their places.
type CaseCell struct {
	tenant.Key
	Zoom     int
	Cell     int64
	N        int64
	Lat, Lng float64
}

// CaseFacet is the same for one kind, topic, area and group.
type CaseFacet struct {
	tenant.Key
	Zoom                       int
	Cell                       int64
	Kind, TopicID, AreaID, Grp string
	N                          int64
	Lat, Lng                   float64
}

// Move takes a case from where it was counted to where it belongs.
func Move(ctx context.Context, tx *tenant.Tx, was, is Spot) error {
	if was == is {
		return nil
	}
	for _, x := range []struct {
		at Spot
		by int
	}{{was, -1}, {is, 1}} {
		if !x.at.Shown {
			continue
		}
		if was.Lat != is.Lat || was.Lng != is.Lng || was.Shown != is.Shown {
			for zoom := ZoomFrom; zoom <= ZoomTo; zoom++ {
				if err := cell(ctx, tx, zoom, x.at, x.by); err != nil {
					return err
				}
			}
		}
		for _, zoom := range facetZooms() {
			if err := facet(ctx, tx, zoom, x.at, x.by); err != nil {
				return err
			}
		}
	}
	return nil
}

func cell(ctx context.Context, tx *tenant.Tx, zoom int, at Spot, by int) error {
	c := geo.Cell(at.Lat, at.Lng, zoom)
	_, err := tx.Raw(`insert into case_cells (tenant_id, id, zoom, cell, n, lat, lng) values (?, ?, ?, ?, ?, ?, ?)
		on conflict (tenant_id, id) do update set n = case_cells.n + excluded.n, lat = case_cells.lat + excluded.lat, lng = case_cells.lng + excluded.lng`,
		tx.ID(), strconv.Itoa(zoom)+":"+strconv.FormatInt(c, 10), zoom, c, by, at.Lat*float64(by), at.Lng*float64(by)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count places: %w", err)
	}
	return nil
}

func facet(ctx context.Context, tx *tenant.Tx, zoom int, at Spot, by int) error {
	c, f := geo.Cell(at.Lat, at.Lng, zoom), strings.Split(at.Facet, "|")
	if len(f) != 4 {
		return nil // counted before parts were
	}
	_, err := tx.Raw(`insert into case_facets (tenant_id, id, zoom, cell, kind, topic_id, area_id, grp, n, lat, lng) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (tenant_id, id) do update set n = case_facets.n + excluded.n, lat = case_facets.lat + excluded.lat, lng = case_facets.lng + excluded.lng`,
		tx.ID(), strconv.Itoa(zoom)+":"+strconv.FormatInt(c, 10)+":"+at.Facet, zoom, c, f[0], f[1], f[2], f[3], by, at.Lat*float64(by), at.Lng*float64(by)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count places of a part: %w", err)
	}
	return nil
}

// Recount counts everything anew from the cases, as after bringing in many at once.
func Recount(ctx context.Context, tx *tenant.Tx) error {
	for _, s := range []string{"delete from case_cells where tenant_id = ?", "delete from case_facets where tenant_id = ?",
		"update cases set facet = case when shown then kind || '|' || coalesce(topic_id, '') || '|' || coalesce(area_id, '') || '|' || grp else '' end where tenant_id = ?"} {
		if _, err := tx.Raw(s, tx.ID()).Exec(ctx); err != nil {
			return fmt.Errorf("count places anew: %w", err)
		}
	}
	for zoom := ZoomFrom; zoom <= ZoomTo; zoom++ {
		at := "(" + geo.CellSQL("cell", zoom) + ")"
		z := strconv.Itoa(zoom)
		_, err := tx.Raw("insert into case_cells (tenant_id, id, zoom, cell, n, lat, lng) select tenant_id, '"+z+":' || cast("+at+" as text), "+z+", "+at+", count(*), sum(public_lat), sum(public_lng)"+
			" from cases where tenant_id = ? and shown and cell is not null group by tenant_id, "+at, tx.ID()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("count places anew: %w", err)
		}
	}
	for _, zoom := range facetZooms() {
		at := "(" + geo.CellSQL("cell", zoom) + ")"
		z := strconv.Itoa(zoom)
		_, err := tx.Raw("insert into case_facets (tenant_id, id, zoom, cell, kind, topic_id, area_id, grp, n, lat, lng) select tenant_id, '"+z+":' || cast("+at+" as text) || ':' || facet, "+z+", "+at+
			", kind, coalesce(topic_id, ''), coalesce(area_id, ''), grp, count(*), sum(public_lat), sum(public_lng) from cases where tenant_id = ? and shown and cell is not null group by tenant_id, "+at+
			", facet, kind, coalesce(topic_id, ''), coalesce(area_id, ''), grp", tx.ID()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("count places of parts anew: %w", err)
		}
	}
	return nil
}

// Learn has the database look anew at how cases are spread, after many came in.
func Learn(ctx context.Context, tx *tenant.Tx) error {
	return tx.Learn(ctx, "cases", "case_words", "case_events", "case_cells", "case_facets")
}
