package paper

import "math"

// whole is the height up to which what belongs together goes to the next page rather than over two: a third of a page.
const whole = (bottom - marginTop) / 3

// keep begins a new page before a heading when what stands under it would begin on the next one, or would be torn although it is short.
func (p *pdf) keep(blocks []Block, i int) {
	if !isHeading(blocks[i]) || p.y == marginTop || i > 0 && isHeading(blocks[i-1]) {
		return
	}
	n := i
	for n < len(blocks) && isHeading(blocks[n]) {
		n++
	}
	if n == len(blocks) {
		return
	}
	if _, table := blocks[n].(Table); bottom-p.y >= whole && !table { // it fits, or its first lines do
		return
	}
	headings := 0.0
	for _, b := range blocks[i:n] {
		headings += p.heightOf(b)
	}
	total := headings
	for m := n; m < len(blocks) && total <= whole; m++ {
		if isHeading(blocks[m]) {
			break
		}
		total += p.heightOf(blocks[m])
	}
	need := headings + p.lead(blocks[n])
	if total <= whole {
		need = total
	}
	if need <= bottom-marginTop {
		p.room(need)
	}
}

func isHeading(b Block) bool {
	_, ok := b.(Heading)
	return ok
}

// lead is what must stand under a heading on the same page.
func (p *pdf) lead(b Block) float64 {
	if t, ok := b.(Table); ok {
		return p.begins(t)
	}
	return math.Min(p.heightOf(b), 3*lineHeight(sizeBody))
}

// heightOf is how high a block is, a very long one at least higher than whole.
func (p *pdf) heightOf(b Block) float64 {
	h := lineHeight(sizeBody)
	switch b := b.(type) {
	case Heading:
		size := headingSize(b.Level)
		return float64(len(p.wrap(Bold(b.Text), bodyWidth, size)))*lineHeight(size) + 6.5
	case Paragraph:
		size := sizeBody
		if b.Small {
			size = sizeSmall
		}
		return float64(len(p.wrap(b.Spans, bodyWidth, size)))*lineHeight(size) + 2
	case Pairs:
		sum := 2.0
		for _, pair := range b {
			sum += h*float64(max(len(p.wrap(Bold(pair.Key), keys-3, sizeBody)), len(p.wrap(pair.Value, bodyWidth-keys, sizeBody)))) + 1
		}
		return sum
	case Table:
		return p.tableHeight(b, whole) + 4
	case List:
		sum := 1.6
		for _, item := range b.Items {
			sum += h*float64(len(p.wrap(item, bodyWidth-7, sizeBody))) + 0.6
		}
		return sum
	case Note:
		return h*float64(1+len(p.wrap(b.Spans, bodyWidth-8, sizeBody))) + 6
	}
	return 0
}

// tableHeight is how high a table is with its caption and its head; it stops to reckon above most.
func (p *pdf) tableHeight(t Table, most float64) float64 {
	widths, sum := shares(t), 0.0
	if t.Caption != "" {
		sum = float64(len(p.wrap(Bold(t.Caption), bodyWidth, sizeBody)))*lineHeight(sizeBody) + 1
	}
	sum += height(p.cells(boldRow(t.Head), widths))
	for _, row := range t.Rows {
		if sum > most {
			break
		}
		sum += height(p.cells(row, widths))
	}
	return sum
}

// begins is what of a table must stand on one page: all of a short one, otherwise its caption, its head and two rows.
func (p *pdf) begins(t Table) float64 {
	if all := p.tableHeight(t, whole); all <= whole {
		return all
	}
	t.Rows = t.Rows[:min(2, len(t.Rows))]
	most := 2 * whole
	need := p.tableHeight(t, most)
	if need > most { // a row as high as a page begins anywhere
		t.Rows = nil
		return p.tableHeight(t, most) + 3*lineHeight(sizeTable)
	}
	return need
}

// lastRow is the height of the last row when i is the one before it, so that no row goes over alone; otherwise 0.
func (p *pdf) lastRow(t Table, i int, widths []float64) float64 {
	if i == 0 || i != len(t.Rows)-2 {
		return 0
	}
	return height(p.cells(t.Rows[i+1], widths))
}
