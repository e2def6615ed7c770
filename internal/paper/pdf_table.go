package paper

import "math"

const (
	cellInset = 1.2
	sizeTable = 8.8
)

// table draws a table; a row that is higher than a page goes on over the next ones, and the head stands on each.
func (p *pdf) table(t Table) {
	widths := shares(t)
	if need := p.begins(t); need <= bottom-marginTop {
		p.room(need)
	}
	if t.Caption != "" {
		p.flow(marginSide, p.wrap(Bold(t.Caption), bodyWidth, sizeBody), sizeBody)
		p.y += 1
	}
	head := p.cells(boldRow(t.Head), widths)
	p.row(t, head, widths, true)
	for i, row := range t.Rows {
		cells := p.cells(row, widths)
		h := height(cells)
		if with := h + p.lastRow(t, i, widths); p.y+h > bottom || p.y+with > bottom && with <= bottom-marginTop-height(head) {
			page := bottom - marginTop - height(head)
			if h <= page || p.y+4*lineHeight(sizeTable) > bottom {
				p.AddPage()
				p.y = marginTop
				p.row(t, head, widths, true)
			}
		}
		for height(cells) > bottom-p.y {
			fit := int(math.Max(1, (bottom-p.y-2*cellInset)/lineHeight(sizeTable)))
			upper, lower := cut(cells, fit)
			p.row(t, upper, widths, false)
			p.AddPage()
			p.y = marginTop
			p.row(t, head, widths, true)
			cells = lower
		}
		p.row(t, cells, widths, false)
	}
	p.y += 4
}

func boldRow(head []string) [][]Span {
	row := make([][]Span, len(head))
	for i, h := range head {
		row[i] = Bold(h)
	}
	return row
}

// shares turns the shares of the columns into millimetres.
func shares(t Table) []float64 {
	widths := make([]float64, len(t.Head))
	sum := 0.0
	for i := range widths {
		widths[i] = 1
		if i < len(t.Widths) && t.Widths[i] > 0 {
			widths[i] = t.Widths[i]
		}
		sum += widths[i]
	}
	for i := range widths {
		widths[i] *= bodyWidth / sum
	}
	return widths
}

func (p *pdf) cells(row [][]Span, widths []float64) [][]line {
	cells := make([][]line, len(widths))
	for i := range widths {
		if i < len(row) {
			cells[i] = p.wrap(row[i], widths[i]-2*cellInset, sizeTable)
		}
	}
	return cells
}

func height(cells [][]line) float64 {
	most := 1
	for _, c := range cells {
		most = max(most, len(c))
	}
	return float64(most)*lineHeight(sizeTable) + 2*cellInset
}

// cut parts a row after n lines.
func cut(cells [][]line, n int) (upper, lower [][]line) {
	upper, lower = make([][]line, len(cells)), make([][]line, len(cells))
	for i, c := range cells {
		at := min(n, len(c))
		upper[i], lower[i] = c[:at], c[at:]
	}
	return upper, lower
}

func (p *pdf) row(t Table, cells [][]line, widths []float64, head bool) {
	h := height(cells)
	x := marginSide
	p.SetDrawColor(150, 158, 170)
	p.SetLineWidth(0.2)
	for i, c := range cells {
		mode := "D"
		if head {
			p.SetFillColor(228, 233, 241)
			mode = "FD"
		}
		p.SetDrawColor(150, 158, 170)
		p.SetLineWidth(0.2)
		p.Rect(x, p.y, widths[i], h, mode)
		for n, l := range c {
			at := x + cellInset
			if i < len(t.Numbers) && t.Numbers[i] {
				used := 0.0
				for _, piece := range l {
					used += piece.width
				}
				at = x + widths[i] - cellInset - used
			}
			p.put(at, p.y+cellInset+float64(n)*lineHeight(sizeTable), l, sizeTable)
		}
		x += widths[i]
	}
	p.y += h
}
