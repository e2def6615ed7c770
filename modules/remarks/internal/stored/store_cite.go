package stored

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"glas/tenant"
)

// TextChange is a part of a text that was changed because of a remark.
type TextChange struct {
	// Label is how the part is called in its text, Path leads to the difference, Version is the number of the new version.
	Label   string `json:"label"`
	Path    string `json:"path"`
	Version int    `json:"version"`
}

// citeMost is how many remarks one change names at most.
const citeMost = 200

// SplitNames takes numbers of remarks apart that stand between commas, semicolons or spaces: "2026/4, 7".
func SplitNames(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\t' })
}

// Cite finds the remarks of a consultation that typed numbers mean, in the order of their numbers. A number without a year is that of
// the newest such remark of the consultation. What is no number, and what is not known to the public, is given back as unknown.
func Cite(ctx context.Context, tx *tenant.Tx, consultationID, typed string) (found []*Remark, unknown []string, err error) {
	names := SplitNames(typed)
	if len(names) == 0 {
		return nil, nil, nil
	}
	var numbers []int64
	for _, name := range names {
		if _, n, ok := parseName(name); ok {
			numbers = append(numbers, n)
		}
	}
	var rows []*Remark
	if len(numbers) > 0 {
		err = tx.Select(&rows).Where("remark.consultation_id = ?", consultationID).Where("remark.number IN (?)", bun.List(numbers)).
			Where("remark.state IN (?)", bun.List([]State{Shown, Hidden})).OrderExpr("remark.seq").Scan(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("find cited remarks: %w", err)
		}
	}
	met := map[string]bool{}
	for i, name := range names {
		r := cited(rows, name)
		if r == nil || i >= citeMost {
			unknown = append(unknown, name)
		} else if !met[r.ID] {
			met[r.ID] = true
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b *Remark) int { return int(a.Seq - b.Seq) })
	return found, unknown, nil
}

func cited(rows []*Remark, name string) (out *Remark) {
	year, number, ok := parseName(name)
	for _, r := range rows {
		if ok && r.Number == number && (year == 0 || r.Year == year) {
			out = r
		}
	}
	return out
}

// parseName reads "2026/4" or "4"; the year of the latter is 0.
func parseName(name string) (year int, number int64, ok bool) {
	y, n, both := strings.Cut(name, "/")
	if !both {
		y, n = "0", name
	}
	year, errY := strconv.Atoi(y)
	number, errN := strconv.ParseInt(n, 10, 64)
	return year, number, errY == nil && errN == nil && number > 0 && number < yearStep && year >= 0
}

// NoteChanges keeps with each remark which parts of a text were changed because of it.
func NoteChanges(ctx context.Context, tx *tenant.Tx, by map[string][]TextChange) error {
	ids := make([]string, 0, len(by))
	for remarkID := range by {
		ids = append(ids, remarkID)
	}
	slices.Sort(ids)
	list, err := FindMany(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, r := range list {
		r.Changes = append(r.Changes, by[r.ID]...)
		if err := Save(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}
