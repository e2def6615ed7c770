// Package words says in which cases a word occurs, so that staff find a case by a rare word without a look at every case.
//
// The decision bound here: words that occur often are not looked up here, because a look through the newest cases finds enough of them
// at once; only those that few cases have lead to their cases directly.
package words

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"glas/tenant"
)

const (
	// long is how many letters of a word are kept.
	long = 20
	// Few is how many cases a rare word occurs in at most.
	Few = 500
	// batch is how many words one statement writes.
	batch = 250
)

// of are the words of a folded text, each once.
func of(folded string) []string {
	var out []string
	for _, w := range strings.Fields(folded) {
		if w = short(w); utf8.RuneCountInString(w) > 1 {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func short(w string) string {
	if r := []rune(w); len(r) > long {
		return string(r[:long])
	}
	return w
}

// Change keeps the words of a case whose folded text changed.
func Change(ctx context.Context, tx *tenant.Tx, caseID, was, is string) error {
	if was == is {
		return nil
	}
	old, now := of(was), of(is)
	gone := slices.DeleteFunc(slices.Clone(old), func(w string) bool { _, has := slices.BinarySearch(now, w); return has })
	fresh := slices.DeleteFunc(now, func(w string) bool { _, has := slices.BinarySearch(old, w); return has })
	for some := range slices.Chunk(gone, batch) {
		if _, err := tx.Raw("delete from case_words where tenant_id = ? and case_id = ? and word in (?)", tx.ID(), caseID, bun.List(some)).Exec(ctx); err != nil {
			return fmt.Errorf("forget words of case: %w", err)
		}
	}
	return keep(ctx, tx, pairs(nil, caseID, fresh))
}

// Enter keeps the words of many new cases, given the folded text of each by its id.
func Enter(ctx context.Context, tx *tenant.Tx, folded map[string]string) error {
	var all [][2]string
	for caseID, text := range folded {
		all = pairs(all, caseID, of(text))
	}
	return keep(ctx, tx, all)
}

// pairs adds each word with its case.
func pairs(all [][2]string, caseID string, list []string) [][2]string {
	for _, w := range list {
		all = append(all, [2]string{w, caseID})
	}
	return all
}

func keep(ctx context.Context, tx *tenant.Tx, all [][2]string) error {
	for some := range slices.Chunk(all, batch) {
		args := make([]any, 0, 3*len(some))
		for _, p := range some {
			args = append(args, tx.ID(), p[0], p[1])
		}
		rows := strings.TrimSuffix(strings.Repeat("(?, ?, ?), ", len(some)), ", ")
		if _, err := tx.Raw("insert into case_words (tenant_id, word, case_id) values "+rows+" on conflict do nothing", args...).Exec(ctx); err != nil {
			return fmt.Errorf("keep words of cases: %w", err)
		}
	}
	return nil
}

// Rare are the cases of the rarest of some words, as beginnings; false when all of them occur often. One statement, which looks at a
// bounded number of rows for each word.
func Rare(ctx context.Context, tx *tenant.Tx, asked []string) (ids []string, rare bool, err error) {
	asked = slices.DeleteFunc(slices.Clone(asked), func(w string) bool { return utf8.RuneCountInString(w) < 2 })
	if len(asked) == 0 {
		return nil, false, nil
	}
	var parts []string
	var args []any
	for i, w := range asked {
		w = short(w)
		parts = append(parts, fmt.Sprintf("select * from (select %d as n, case_id from case_words where tenant_id = ? and word >= ? and word < ? limit %d) as w%d", i, Few+1, i))
		args = append(args, tx.ID(), w, w+"\U0010FFFF")
	}
	var rows []struct {
		N      int
		CaseID string
	}
	if err := tx.Raw(strings.Join(parts, " union all "), args...).Scan(ctx, &rows); err != nil {
		return nil, false, fmt.Errorf("look up words of cases: %w", err)
	}
	found := make([][]string, len(asked))
	for _, r := range rows {
		found[r.N] = append(found[r.N], r.CaseID)
	}
	best := slices.MinFunc(found, func(a, b []string) int { return len(a) - len(b) })
	return best, len(best) <= Few, nil
}
