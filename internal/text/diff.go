package text

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Kind says what happened to a piece of text between two versions.
type Kind string

// The kinds of change.
const (
	Same    Kind = "same"
	Added   Kind = "added"
	Removed Kind = "removed"
)

// Change is a run of words with one fate. All the Same and Removed texts joined are the old version, all the Same and Added
// ones the new version.
type Change struct {
	Kind Kind
	Text string
}

// maxDiff bounds the work of a comparison (words of the old times words of the new version, after what is equal at both
// ends is taken off). Beyond it the whole differing part counts as replaced.
const maxDiff = 4_000_000

// Diff compares two versions word by word.
func Diff(before, after string) []Change {
	a, b := tokens(before), tokens(after)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	d := &differ{}
	d.add(Same, a[:start]...)
	d.middle(a[start:len(a)-end], b[start:len(b)-end])
	d.add(Same, a[len(a)-end:]...)
	return d.changes
}

// tokens are words, spaces and marks, each a piece.
func tokens(s string) []string {
	var out []string
	state := -1
	for s != "" {
		var word string
		word, s, state = uniseg.FirstWordInString(s, state)
		out = append(out, word)
	}
	return out
}

type differ struct{ changes []Change }

func (d *differ) add(kind Kind, pieces ...string) {
	if len(pieces) == 0 {
		return
	}
	s := strings.Join(pieces, "")
	if n := len(d.changes); n > 0 && d.changes[n-1].Kind == kind {
		d.changes[n-1].Text += s
		return
	}
	d.changes = append(d.changes, Change{Kind: kind, Text: s})
}

// middle finds the longest common subsequence and writes removals before additions.
func (d *differ) middle(a, b []string) {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > maxDiff {
		d.add(Removed, a...)
		d.add(Added, b...)
		return
	}
	width := len(b) + 1
	common := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i*width+j] = common[(i+1)*width+j+1] + 1
			} else {
				common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
			}
		}
	}
	d.walk(a, b, common, width)
}

func (d *differ) walk(a, b []string, common []int32, width int) {
	var removed, added []string
	flush := func() {
		d.add(Removed, removed...)
		d.add(Added, added...)
		removed, added = nil, nil
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			flush()
			d.add(Same, a[i])
			i++
			j++
		case common[(i+1)*width+j] >= common[i*width+j+1]:
			removed = append(removed, a[i])
			i++
		default:
			added = append(added, b[j])
			j++
		}
	}
	removed = append(removed, a[i:]...)
	added = append(added, b[j:]...)
	flush()
}
