package db

import (
	"strings"

	"github.com/uptrace/bun/dialect/pgdialect"
)

// Columns are rows turned on their side, one array for each column, as a prepared statement of PostgreSQL takes them: a long list of
// values would take longer to understand than to carry out.
type Columns struct {
	Text    [][]string
	Numbers [][]int64
}

// Add gives a row its texts.
func (c *Columns) Add(fields ...string) {
	if c.Text == nil {
		c.Text = make([][]string, len(fields))
	}
	for i, f := range fields {
		c.Text[i] = append(c.Text[i], f)
	}
}

// Count gives a row its numbers.
func (c *Columns) Count(numbers ...int64) {
	if c.Numbers == nil {
		c.Numbers = make([][]int64, len(numbers))
	}
	for i, n := range numbers {
		c.Numbers[i] = append(c.Numbers[i], n)
	}
}

// Execute is a call of a prepared statement with args and then the columns, texts before numbers.
func (c *Columns) Execute(name string, args ...any) (query string, all []any) {
	for _, column := range c.Text {
		args = append(args, pgdialect.Array(column))
	}
	for _, column := range c.Numbers {
		args = append(args, pgdialect.Array(column))
	}
	return "execute " + name + "(" + strings.TrimPrefix(strings.Repeat(", ?", len(args)), ", ") + ")", args
}
