package geo

import "math"

// Ribbon is a line as an area so many metres wide, as a river is that a file gives as a line.
func Ribbon(l Line, wide float64) Area {
	var out Area
	for _, path := range l {
		if len(path) < 2 {
			continue
		}
		var left, right [][2]float64
		for i, p := range path {
			before, after := path[max(i-1, 0)], path[min(i+1, len(path)-1)]
			narrow := max(math.Cos(p[1]*math.Pi/180), 0.01)
			x, y := (after[0]-before[0])*narrow, after[1]-before[1]
			far := math.Hypot(x, y)
			if far == 0 {
				continue
			}
			side := wide / 2 / degree / far
			left = append(left, [2]float64{p[0] - y*side/narrow, p[1] + x*side})
			right = append(right, [2]float64{p[0] + y*side/narrow, p[1] - x*side})
		}
		for i := len(right) - 1; i >= 0; i-- {
			left = append(left, right[i])
		}
		out = append(out, Ring(left)...)
	}
	return out
}
