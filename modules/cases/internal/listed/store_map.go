package listed

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"glas/internal/geo"
	"glas/modules/cases/internal/places"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Spot is a place on the map: one case, or several that lie close together, which Box holds.
type Spot struct {
	Lat, Lng float64
	N        int64
	// Case is what a map says of one that stands alone; of several nothing is known but how many they are.
	Case *stored.Case
	Box  *geo.Box
	cell int64
}

// SpotsMax is how many places a map gets.
const SpotsMax = 2000

// Spots are the places that everybody may know, clustered in the cells of a map at zoom: one statement that is answered from the index of
// places alone, and one for the titles of those that stand alone.
func Spots(ctx context.Context, tx *tenant.Tx, f Filter, zoom int) ([]Spot, error) {
	f.Mine = ""
	if zoom <= places.ZoomTo {
		zoom = max(zoom, places.ZoomFrom)
		read := parts
		if f.Kind == "" && f.TopicID == "" && f.AreaID == "" && f.Group == "" {
			read = counted
		}
		spots, err := read(ctx, tx, f, zoom)
		if err != nil {
			return nil, err
		}
		return spots, alone(ctx, tx, f, spots, zoom)
	}
	var rows []struct {
		Place    int64
		Lat, Lng float64
		N        int64
		Number   string
	}
	q := within(narrow(tx.Select((*stored.Case)(nil)), f), tx, f, "tenant_id, shown, cell, number, public_lat, public_lng, grp, kind, topic_id, area_id").Where("c.cell IS NOT NULL")
	err := q.ColumnExpr("c.cell >> ? AS place", geo.Shift(zoom)).ColumnExpr("avg(c.public_lat) AS lat, avg(c.public_lng) AS lng, count(*) AS n, min(c.number) AS number").
		GroupExpr("1").OrderExpr("n DESC, place").Limit(SpotsMax).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list places: %w", err)
	}
	out := make([]Spot, len(rows))
	var numbers []string
	for i, r := range rows {
		out[i] = Spot{Lat: r.Lat, Lng: r.Lng, N: r.N}
		if r.N > 1 {
			box := geo.CellBox(r.Place, zoom)
			out[i].Box = &box
		} else {
			numbers = append(numbers, r.Number)
		}
	}
	cards, err := cardsOf(ctx, tx, numbers)
	for i, r := range rows {
		if r.N == 1 {
			out[i].Case = cards[r.Number]
		}
	}
	return out, err
}

// aloneMax is how many that stand alone a map of counts names. More of them are numbers that lead closer.
const aloneMax = 40

// alone names those of a map of counts that stand alone, when they are few: one statement, a look into the index for each.
func alone(ctx context.Context, tx *tenant.Tx, f Filter, spots []Spot, zoom int) error {
	at := map[int64]int{}
	var spans []geo.Span
	for i, s := range spots {
		if s.N == 1 {
			at[s.cell] = i
			from := s.cell << geo.Shift(zoom)
			spans = append(spans, geo.Span{From: from, To: from + 1<<geo.Shift(zoom) - 1})
		}
	}
	if len(spans) == 0 || len(spans) > aloneMax {
		return nil
	}
	f.Box = nil
	var rows []*stored.Case
	if err := stretches(narrow(card(tx.Select(&rows)).Column("cell", "public_lat", "public_lng"), f), tx, spans, "*").Scan(ctx); err != nil {
		return fmt.Errorf("name places: %w", err)
	}
	for _, c := range rows {
		if i, ok := at[*c.Cell>>geo.Shift(zoom)]; ok {
			spots[i].Case, spots[i].Box = c, nil
		}
	}
	return nil
}

// counted are the clusters of a map of everything, from stored counts.
func counted(ctx context.Context, tx *tenant.Tx, f Filter, zoom int) ([]Spot, error) {
	var rows []places.CaseCell
	q := tx.Select(&rows).Where("case_cell.zoom = ?", zoom).Where("case_cell.n > 0")
	if err := inside(q, "case_cell.cell", f.Box, zoom).OrderExpr("case_cell.n DESC, case_cell.cell").Limit(SpotsMax).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list counted places: %w", err)
	}
	return clusters(rows, zoom), nil
}

// parts are the clusters of a map of one kind, topic, area or group, added up from stored counts.
func parts(ctx context.Context, tx *tenant.Tx, f Filter, zoom int) ([]Spot, error) {
	var rows []places.CaseCell
	fine := places.FacetZoom(zoom)
	q := tx.Select((*places.CaseFacet)(nil)).Where("case_facet.zoom = ?", fine).Where("case_facet.n > 0")
	for column, value := range map[string]string{"kind": f.Kind, "area_id": f.AreaID, "grp": string(f.Group)} {
		if value != "" {
			q = q.Where("? = ?", bun.Ident("case_facet."+column), value)
		}
	}
	switch {
	case len(f.TopicIDs) > 1:
		q = q.Where("case_facet.topic_id IN (?)", bun.List(f.TopicIDs))
	case f.TopicID != "":
		q = q.Where("case_facet.topic_id = ?", f.TopicID)
	}
	err := inside(q, "case_facet.cell", f.Box, fine).ColumnExpr("case_facet.cell >> ? AS cell", geo.Shift(zoom)-geo.Shift(fine)).
		ColumnExpr("CAST(sum(case_facet.n) AS bigint) AS n, sum(case_facet.lat) AS lat, sum(case_facet.lng) AS lng").
		GroupExpr("1").OrderExpr("n DESC, cell").Limit(SpotsMax).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list counted places of a part: %w", err)
	}
	return clusters(rows, zoom), nil
}

// inside asks for the cells of a zoom that cover a box.
func inside(q *bun.SelectQuery, column string, b *geo.Box, zoom int) *bun.SelectQuery {
	if b == nil {
		return q
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, s := range geo.Spans(*b) {
			q = q.WhereOr("? BETWEEN ? AND ?", bun.Ident(column), s.From>>geo.Shift(zoom), s.To>>geo.Shift(zoom))
		}
		return q
	})
}

func clusters(rows []places.CaseCell, zoom int) []Spot {
	out := make([]Spot, len(rows))
	for i, r := range rows {
		box := geo.CellBox(r.Cell, zoom)
		out[i] = Spot{Lat: r.Lat / float64(r.N), Lng: r.Lng / float64(r.N), N: r.N, Box: &box, cell: r.Cell}
	}
	return out
}

// card reads what a map says of a case.
func card(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Column("number", "lang", "title", "public_title", "public_lang", "state", "grp", "body_id", "answer")
}

// cardsOf are cases as a map shows them, by their numbers.
func cardsOf(ctx context.Context, tx *tenant.Tx, numbers []string) (map[string]*stored.Case, error) {
	out := map[string]*stored.Case{}
	if len(numbers) == 0 {
		return out, nil
	}
	var rows []*stored.Case
	if err := card(tx.Select(&rows)).Where("c.number IN (?)", bun.List(numbers)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read cards: %w", err)
	}
	for _, c := range rows {
		out[c.Number] = c
	}
	return out, nil
}
