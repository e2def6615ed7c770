package counted

import (
	"context"
	"fmt"
	"strings"

	"glas/tenant"
)

// batch is how many rows one statement writes: below the number of parameters that databases take.
const batch = 200

// Flush writes the changes.
func (l *Ledger) Flush(ctx context.Context, tx *tenant.Tx) error {
	keys := changed(l.cells, func(c *Cell) bool { return c.Sums == Sums{} })
	for len(keys) > 0 {
		some := keys[:min(batch, len(keys))]
		keys = keys[len(some):]
		var args []any
		for _, k := range some {
			c := l.cells[k]
			args = append(args, tx.ID(), k, c.Year, c.Kind, c.Scope, string(c.Dim), c.Value, c.Received, c.Running, c.Counting, c.Answered, c.Within, c.Rated, c.Content)
		}
		_, err := tx.Raw(`insert into case_figures (tenant_id, id, year, kind, scope, dim, value, received, running, counting, answered, within, rated, content) values `+rows(len(some), 14)+`
			on conflict (tenant_id, id) do update set received = case_figures.received + excluded.received, running = case_figures.running + excluded.running,
			counting = case_figures.counting + excluded.counting, answered = case_figures.answered + excluded.answered, within = case_figures.within + excluded.within,
			rated = case_figures.rated + excluded.rated, content = case_figures.content + excluded.content`, args...).Exec(ctx)
		if err != nil {
			return fmt.Errorf("count cases: %w", err)
		}
	}
	return l.flushTimes(ctx, tx)
}

func (l *Ledger) flushTimes(ctx context.Context, tx *tenant.Tx) error {
	keys := changed(l.times, func(t *timeCell) bool { return t.n == 0 })
	for len(keys) > 0 {
		some := keys[:min(batch, len(keys))]
		keys = keys[len(some):]
		var args []any
		for _, k := range some {
			t := l.times[k]
			args = append(args, tx.ID(), k, t.Year, t.Kind, t.Scope, string(t.Dim), t.Value, t.hours, t.n)
		}
		_, err := tx.Raw(`insert into case_figure_times (tenant_id, id, year, kind, scope, dim, value, hours, n) values `+rows(len(some), 9)+`
			on conflict (tenant_id, id) do update set n = case_figure_times.n + excluded.n`, args...).Exec(ctx)
		if err != nil {
			return fmt.Errorf("count times of answers: %w", err)
		}
	}
	return nil
}

// rows are n groups of k question marks.
func rows(n, k int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", k), ", ") + ")"
	return strings.TrimSuffix(strings.Repeat(one+", ", n), ", ")
}

// Move counts a case anew when it changed: was and is are what Fact.String wrote.
func Move(ctx context.Context, tx *tenant.Tx, was string, is Fact) error {
	if was == is.String() {
		return nil
	}
	old, err := Parse(was)
	if err != nil {
		return err
	}
	l := NewLedger()
	l.Move(old, is)
	return l.Flush(ctx, tx)
}

// Filter narrows figures: a year (0: all), a kind, a department as scope. Empty asks nothing.
type Filter struct {
	Year        int
	Kind, Scope string
}

func (f Filter) where() (string, []any) {
	s, args := " where tenant_id = ? and scope = ?", []any{f.Scope}
	if f.Year != 0 {
		s, args = s+" and year = ?", append(args, f.Year)
	}
	if f.Kind != "" {
		s, args = s+" and kind = ?", append(args, f.Kind)
	}
	return s, args
}

// Line is the sum of one value of a dim, over the kinds and, for quarters, apart by year.
type Line struct {
	Year  int
	Dim   Dim
	Value string
	Sums
	Times Times `bun:"-"`
}

// Read sums the figures: four statements whose cost hangs on how many topics, departments and so on there are, not on how many cases.
func Read(ctx context.Context, tx *tenant.Tx, f Filter) ([]Line, error) {
	lines, err := cut{year: "case when dim = 'quarter' then year else 0 end", dim: "dim", value: "value"}.read(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	kinds, err := cut{year: "0", dim: "'kind'", value: "kind", where: " and dim = 'all'"}.read(ctx, tx, f)
	return append(lines, kinds...), err
}

// cut is one way to sum: by what.
type cut struct{ year, dim, value, where string }

func (x cut) read(ctx context.Context, tx *tenant.Tx, f Filter) ([]Line, error) {
	where, args := f.where()
	columns, where := x.year+" as year, "+x.dim+" as dim, "+x.value+" as value", where+x.where
	args = append([]any{tx.ID()}, args...)
	var lines []Line
	err := tx.Raw(`select `+columns+`, cast(sum(received) as bigint) as received, cast(sum(running) as bigint) as running, cast(sum(counting) as bigint) as counting,
		cast(sum(answered) as bigint) as answered, cast(sum(within) as bigint) as within, cast(sum(rated) as bigint) as rated, cast(sum(content) as bigint) as content
		from case_figures`+where+` group by 1, 2, 3 having sum(received) > 0 order by 2, 1, 3`, args...).Scan(ctx, &lines)
	if err != nil {
		return nil, fmt.Errorf("read figures: %w", err)
	}
	type key struct {
		year  int
		dim   Dim
		value string
	}
	at := map[key]*Line{}
	for i := range lines {
		lines[i].Times = Times{}
		at[key{lines[i].Year, lines[i].Dim, lines[i].Value}] = &lines[i]
	}
	var times []struct {
		Year  int
		Dim   Dim
		Value string
		Hours int
		N     int64
	}
	err = tx.Raw(`select `+columns+`, hours, cast(sum(n) as bigint) as n from case_figure_times`+where+` group by 1, 2, 3, 4 having sum(n) > 0`, args...).Scan(ctx, &times)
	if err != nil {
		return nil, fmt.Errorf("read times of answers: %w", err)
	}
	for _, t := range times {
		if l := at[key{t.Year, t.Dim, t.Value}]; l != nil {
			l.Times[t.Hours] += t.N
		}
	}
	return lines, nil
}

// Years are those with cases, the newest first.
func Years(ctx context.Context, tx *tenant.Tx) ([]int, error) {
	var years []int
	err := tx.Raw("select year from case_figures where tenant_id = ? and scope = '' and dim = 'all' group by year having sum(received) > 0 order by year desc", tx.ID()).Scan(ctx, &years)
	if err != nil {
		return nil, fmt.Errorf("read years of figures: %w", err)
	}
	return years, nil
}

// Clear forgets all figures; the cases must be counted anew.
func Clear(ctx context.Context, tx *tenant.Tx) error {
	for _, s := range []string{"delete from case_figures where tenant_id = ?", "delete from case_figure_times where tenant_id = ?", "update cases set counted = '' where tenant_id = ? and counted <> ''"} {
		if _, err := tx.Raw(s, tx.ID()).Exec(ctx); err != nil {
			return fmt.Errorf("clear figures: %w", err)
		}
	}
	return nil
}
