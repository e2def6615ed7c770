package streets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"glas/internal/geo"
	"glas/tenant"
)

// hit is a word of the register that fits something typed.
type hit struct {
	Word         string
	StreetID     string
	SettlementID string
}

// hitMax bounds how many words one search looks at.
const hitMax = 4000

// wanted is a word that is looked for: itself, or everything that begins with it.
type wanted struct {
	word   string
	prefix bool
}

// fitting finds the words of the register for all that is wanted, in one statement.
func fitting(ctx context.Context, tx *tenant.Tx, list []wanted) ([]hit, error) {
	var rows []hit
	var or []string
	args := []any{tx.ID()}
	for _, w := range list {
		if w.prefix {
			or, args = append(or, "word >= ? and word < ?"), append(args, w.word, w.word+"\U0010ffff")
		} else {
			or, args = append(or, "word = ?"), append(args, w.word)
		}
	}
	if len(or) == 0 {
		return nil, nil
	}
	query := "select word, street_id, settlement_id from street_words where tenant_id = ? and (" + strings.Join(or, " or ") + ") order by word limit ?"
	if err := tx.Raw(query, append(args, hitMax)...).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("look for words of streets: %w", err)
	}
	return rows, nil
}

// wordMax is among how many different words of a register slips are looked for.
const wordMax = 30_000

func allWords(ctx context.Context, tx *tenant.Tx) ([]string, error) {
	var words []string
	err := tx.Select((*StreetWord)(nil)).ColumnExpr("DISTINCT street_word.word").Limit(wordMax).Scan(ctx, &words)
	if err != nil {
		return nil, fmt.Errorf("list words of streets: %w", err)
	}
	return words, nil
}

func streetsByID(ctx context.Context, tx *tenant.Tx, ids []string) ([]Street, error) {
	var rows []Street
	if len(ids) == 0 {
		return nil, nil
	}
	err := tx.Select(&rows).Column("id", "settlement_id", "name", "fold", "lat", "lng").Where("street.id IN (?)", bun.List(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load streets: %w", err)
	}
	return rows, nil
}

// beginning are the first streets whose compared name begins with what was typed.
func beginning(ctx context.Context, tx *tenant.Tx, fold string, n int) ([]Street, error) {
	var rows []Street
	err := tx.Select(&rows).Column("id", "settlement_id", "name", "fold", "lat", "lng").
		Where("street.fold >= ? AND street.fold < ?", fold, fold+"\U0010ffff").OrderExpr("street.fold, street.id").Limit(int64(n)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list streets: %w", err)
	}
	return rows, nil
}

// Settlements lists all settlements by their compared names, without shapes.
func Settlements(ctx context.Context, tx *tenant.Tx) ([]Settlement, error) {
	var rows []Settlement
	if err := tx.Select(&rows).ExcludeColumn("area").OrderExpr("settlement.fold").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list settlements: %w", err)
	}
	return rows, nil
}

// numbersOf finds one number in several streets.
func numbersOf(ctx context.Context, tx *tenant.Tx, streetIDs []string, fold string) (map[string]HouseNumber, error) {
	var rows []HouseNumber
	if len(streetIDs) == 0 || fold == "" {
		return nil, nil
	}
	err := tx.Select(&rows).Where("house_number.street_id IN (?)", bun.List(streetIDs)).Where("house_number.fold = ?", fold).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find house numbers: %w", err)
	}
	out := make(map[string]HouseNumber, len(rows))
	for _, r := range rows {
		out[r.StreetID] = r
	}
	return out, nil
}

// nearReach is how far from a point a house number may be to be called near, in metres.
const nearReach = 150

// nearest is the house number closest to a point, within nearReach; nil when there is none.
func nearest(ctx context.Context, tx *tenant.Tx, lat, lng float64) (*HouseNumber, error) {
	box := geo.Around(lat, lng, nearReach)
	var each []string // one branch for each stretch, so that every one is read from the index
	var args []any
	for _, s := range geo.Spans(box) {
		each = append(each, "select id, street_id, number, lat, lng from house_numbers where tenant_id = ? and cell between ? and ?")
		args = append(args, tx.ID(), s.From, s.To)
	}
	query := "select * from (" + strings.Join(each, " union all ") + ") some where lat between ? and ? and lng between ? and ? limit 500"
	var rows []HouseNumber
	if err := tx.Raw(query, append(args, box.South, box.North, box.West, box.East)...).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("find what is near: %w", err)
	}
	var best *HouseNumber
	far := float64(nearReach)
	for i := range rows {
		if d := geo.Distance(lat, lng, rows[i].Lat, rows[i].Lng); d <= far {
			best, far = &rows[i], d
		}
	}
	return best, nil
}

// boundaryOf is the boundary that was brought in, or the outline from the settings; the zero Area when there is neither.
func boundaryOf(ctx context.Context, tx *tenant.Tx) (geo.Area, error) {
	var b Boundary
	err := tx.Select(&b).Where("boundary.id = ?", boundaryID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return geo.Ring(tx.Tenant().Map.Boundary), nil
	}
	if err != nil {
		return nil, fmt.Errorf("load boundary: %w", err)
	}
	return b.Area, nil
}

// waterOf are the rivers and lakes; nowhere when none are known.
func waterOf(ctx context.Context, tx *tenant.Tx) (geo.Area, error) {
	var b Boundary
	err := tx.Select(&b).Where("boundary.id = ?", waterID).Scan(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("load water: %w", err)
	}
	return b.Area, nil
}

// Figures count a register.
type Figures struct {
	Settlements, Streets, Numbers, Placed int64
	Boundary                              bool
}

func figures(ctx context.Context, tx *tenant.Tx) (f Figures, err error) {
	err = tx.Raw(`select (select count(*) from settlements where tenant_id = ?) as settlements, (select count(*) from streets where tenant_id = ?) as streets,
		(select count(*) from house_numbers where tenant_id = ?) as numbers, (select count(*) from streets where tenant_id = ? and lat is not null) as placed,
		(select count(*) from boundaries where tenant_id = ? and id = ?) > 0 as boundary`, tx.ID(), tx.ID(), tx.ID(), tx.ID(), tx.ID(), boundaryID).Scan(ctx, &f)
	if err != nil {
		return f, fmt.Errorf("count streets: %w", err)
	}
	return f, nil
}
