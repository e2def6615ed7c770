package streets

import (
	"context"
	"fmt"

	"glas/internal/geo"
	"glas/internal/id"
	"glas/tenant"
)

// batch is the part of an import that is written at once.
type batch struct {
	*Importer
	ctx    context.Context
	tx     *tenant.Tx
	speech speech

	newSettlements, oldSettlements []*Settlement
	newStreets, oldStreets         []*Street
	numbers                        []*HouseNumber
	words                          []*StreetWord
	touched                        map[any]bool
}

// load reads what the register has.
func (b *batch) load() error {
	b.settlements, b.streets, b.drawn = map[string]*Settlement{}, map[string]*Street{}, map[*Street]bool{}
	var towns []*Settlement
	if err := b.tx.Select(&towns).Scan(b.ctx); err != nil {
		return fmt.Errorf("load settlements: %w", err)
	}
	for _, s := range towns {
		b.settlements[s.Fold] = s
	}
	var rows []*Street
	if err := b.tx.Select(&rows).Scan(b.ctx); err != nil {
		return fmt.Errorf("load streets: %w", err)
	}
	for _, s := range rows {
		b.streets[s.SettlementID+" "+s.Fold] = s
	}
	return nil
}

func (b *batch) row(r *Row) {
	town := b.settlement(r)
	if r.Street == "" && r.Number == "" {
		return
	}
	name := r.Street
	if name == "" { // a village without streets: its numbers count on through the whole of it
		name = r.Settlement
	}
	street := b.street(name, town)
	if r.Number != "" {
		b.numbers = append(b.numbers, &HouseNumber{Key: tenant.Key{ID: id.New()}, StreetID: street.ID, Number: r.Number, Fold: numberFold(r.Number),
			Lat: *r.Lat, Lng: *r.Lng, Cell: geo.Key(*r.Lat, *r.Lng)})
		b.Counts.Numbers++
		if street.Lat == nil { // better than nothing until the street itself comes with a place
			street.Lat, street.Lng = r.Lat, r.Lng
			b.touch(street)
		}
		return
	}
	b.place(street, r)
}

// place takes over where a street is.
func (b *batch) place(s *Street, r *Row) {
	if len(r.Path) > 0 {
		path := r.Path.Simplify(1)
		if b.drawn[s] { // further pieces of the same street
			path = append(s.Line, path...)
		}
		b.drawn[s] = true
		box := path.Box()
		lat, lng := path.Middle()
		s.Line, s.Lat, s.Lng = path, &lat, &lng
		s.West, s.South, s.East, s.North = &box.West, &box.South, &box.East, &box.North
		b.touch(s)
	} else if r.Lat != nil {
		s.Lat, s.Lng = r.Lat, r.Lng
		b.touch(s)
	}
}

// settlement finds or makes the settlement of a row. Where it is, is taken from rows that are about nothing else.
func (b *batch) settlement(r *Row) *Settlement {
	if r.Settlement == "" {
		return nil
	}
	fold := b.speech.canon(r.Settlement)
	s := b.settlements[fold]
	if s == nil {
		s = &Settlement{Key: tenant.Key{ID: id.New()}, Name: r.Settlement, Fold: fold}
		b.settlements[fold] = s
		b.newSettlements = append(b.newSettlements, s)
		b.Counts.Settlements++
		for _, w := range b.speech.own(fold) {
			b.words = append(b.words, &StreetWord{Key: tenant.Key{ID: id.New()}, Word: w, SettlementID: s.ID})
		}
	}
	if r.Street != "" || r.Number != "" {
		return s
	}
	if r.Postcode != "" {
		s.Postcode = r.Postcode
	}
	switch {
	case !r.Area.IsZero():
		s.Area = r.Area.AtMost(300)
		if lat, lng := r.Area.Middle(); s.Lat == nil {
			s.Lat, s.Lng = &lat, &lng
		}
	case r.Lat != nil:
		s.Lat, s.Lng = r.Lat, r.Lng
	}
	b.touch(s)
	return s
}

func (b *batch) street(name string, town *Settlement) *Street {
	fold, townID := b.speech.canon(name), ""
	if town != nil {
		townID = town.ID
	}
	s := b.streets[townID+" "+fold]
	if s != nil {
		return s
	}
	s = &Street{Key: tenant.Key{ID: id.New()}, SettlementID: townID, Name: name, Fold: fold}
	b.streets[townID+" "+fold] = s
	b.newStreets = append(b.newStreets, s)
	b.Counts.Streets++
	for _, w := range b.speech.own(fold) {
		b.words = append(b.words, &StreetWord{Key: tenant.Key{ID: id.New()}, Word: w, StreetID: s.ID})
	}
	return s
}

// touch remembers a row that was there before and has changed; new ones are written whole anyway.
func (b *batch) touch(row any) {
	if b.touched == nil {
		b.touched = map[any]bool{}
	}
	if b.touched[row] {
		return
	}
	b.touched[row] = true
	switch r := row.(type) {
	case *Settlement:
		b.oldSettlements = append(b.oldSettlements, r)
	case *Street:
		b.oldStreets = append(b.oldStreets, r)
	}
}

// chunk is how many rows one statement writes; SQLite takes 32,766 parameters.
const chunk = 500

func (b *batch) write() error {
	isNew := map[any]bool{}
	for _, s := range b.newSettlements {
		isNew[s] = true
	}
	for _, s := range b.newStreets {
		isNew[s] = true
	}
	if err := insert(b.ctx, b.tx, b.newSettlements, ""); err != nil {
		return err
	}
	if err := insert(b.ctx, b.tx, b.newStreets, ""); err != nil {
		return err
	}
	for _, s := range b.oldSettlements {
		if !isNew[s] {
			if _, err := b.tx.Update(s).WherePK().Exec(b.ctx); err != nil {
				return fmt.Errorf("change settlement: %w", err)
			}
		}
	}
	for _, s := range b.oldStreets {
		if !isNew[s] {
			if _, err := b.tx.Update(s).WherePK().Exec(b.ctx); err != nil {
				return fmt.Errorf("change street: %w", err)
			}
		}
	}
	const again = "CONFLICT (tenant_id, street_id, fold) DO UPDATE SET number = EXCLUDED.number, lat = EXCLUDED.lat, lng = EXCLUDED.lng, cell = EXCLUDED.cell"
	if err := insert(b.ctx, b.tx, lastOf(b.numbers), again); err != nil {
		return err
	}
	return insert(b.ctx, b.tx, b.words, "")
}

// lastOf keeps the last of house numbers that occur more than once: one statement may change a row only once.
func lastOf(rows []*HouseNumber) []*HouseNumber {
	at := map[string]int{}
	var out []*HouseNumber
	for _, r := range rows {
		key := r.StreetID + " " + r.Fold
		if i, ok := at[key]; ok {
			out[i] = r
			continue
		}
		at[key] = len(out)
		out = append(out, r)
	}
	return out
}

func insert[T any](ctx context.Context, tx *tenant.Tx, rows []T, onConflict string) error {
	for len(rows) > 0 {
		some := rows[:min(chunk, len(rows))]
		rows = rows[len(some):]
		q := tx.Insert(&some)
		if onConflict != "" {
			q = q.On(onConflict)
		}
		if _, err := q.Exec(ctx); err != nil {
			return fmt.Errorf("write streets: %w", err)
		}
	}
	return nil
}

// SetBoundary keeps the boundary of the municipality, simplified to what a decision about a point needs (a metre or two), and gives the
// outline and middle for maps.
func SetBoundary(ctx context.Context, tx *tenant.Tx, area geo.Area) (outline [][2]float64, lat, lng float64, err error) {
	if err := setShape(ctx, tx, boundaryID, area.Simplify(1).AtMost(10_000)); err != nil {
		return nil, 0, 0, err
	}
	lat, lng = area.Middle()
	return area.AtMost(200).Outline(), lat, lng, nil
}

// SetWater keeps rivers and lakes, to be drawn.
func SetWater(ctx context.Context, tx *tenant.Tx, area geo.Area) error {
	return setShape(ctx, tx, waterID, area.Simplify(1).AtMost(20_000))
}

func setShape(ctx context.Context, tx *tenant.Tx, id string, area geo.Area) error {
	row := &Boundary{Key: tenant.Key{ID: id}, Area: area, UpdatedAt: tx.Now()}
	_, err := tx.Insert(row).On("CONFLICT (tenant_id, id) DO UPDATE SET area = EXCLUDED.area, updated_at = EXCLUDED.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("write boundary: %w", err)
	}
	return nil
}

// Clear takes the whole register away, as before a file that replaces it. The boundary stays.
func Clear(ctx context.Context, tx *tenant.Tx) error {
	for _, model := range []any{(*StreetWord)(nil), (*HouseNumber)(nil), (*Street)(nil), (*Settlement)(nil)} {
		if _, err := tx.Delete(model).Exec(ctx); err != nil {
			return fmt.Errorf("clear streets: %w", err)
		}
	}
	return nil
}
