package extract

import (
	"strconv"
	"strings"
)

// formatNumber writes a number as a word processor does. format is a name of Word ("upperRoman") or a sample of ODF ("I").
// A format that is not known is written in digits, "" and "none" as nothing.
func formatNumber(n int, format string) string {
	switch format {
	case "", "none", "bullet":
		return ""
	case "upperRoman", "I":
		return roman(n)
	case "lowerRoman", "i":
		return strings.ToLower(roman(n))
	case "upperLetter", "A":
		return strings.ToUpper(letters(n, "abcdefghijklmnopqrstuvwxyz"))
	case "lowerLetter", "a":
		return letters(n, "abcdefghijklmnopqrstuvwxyz")
	case "russianLower", "а, б, .., аа, аб, ...", "а":
		return letters(n, "абвгдежзиклмнопрстуфхцчшщэюя")
	case "russianUpper", "А":
		return strings.ToUpper(letters(n, "абвгдежзиклмнопрстуфхцчшщэюя"))
	case "α, β, γ, ...", "α":
		return letters(n, "αβγδεζηθικλμνξοπρστυφχψω")
	case "Α, Β, Γ, ...", "Α":
		return letters(n, "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ")
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
	case "ordinal":
		return strconv.Itoa(n) + "."
	}
	return strconv.Itoa(n)
}

// letters counts a, b, ... z, aa, bb as word processors do.
func letters(n int, alphabet string) string {
	set := []rune(alphabet)
	if n < 1 || n > 100*len(set) {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(set[(n-1)%len(set)]), (n-1)/len(set)+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	values := []int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1}
	signs := []string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}
	var b strings.Builder
	for i, v := range values {
		for ; n >= v; n -= v {
			b.WriteString(signs[i])
		}
	}
	return b.String()
}

// level is how the paragraphs of one depth of a numbering are numbered.
type level struct {
	start  int
	format string
	text   string // "%1.%2)" with the counters of this and the levels above; "" for a mere sign
	style  string // the paragraph style that is numbered so
}

const maxLevels = 10

// counter counts one numbering.
type counter struct {
	at   [maxLevels]int
	used [maxLevels]bool
}

// next counts one paragraph on a level and writes its number. Deeper levels begin again.
func (c *counter) next(levels *[maxLevels]level, depth int) string {
	if !c.used[depth] {
		c.at[depth] = levels[depth].start
	} else {
		c.at[depth]++
	}
	c.used[depth] = true
	for i := depth + 1; i < maxLevels; i++ {
		c.used[i] = false
	}
	if levels[depth].format == "bullet" || levels[depth].format == "none" {
		return ""
	}
	out := levels[depth].text
	for i := 0; i <= depth; i++ {
		n := c.at[i]
		if !c.used[i] {
			n = levels[i].start
		}
		out = strings.ReplaceAll(out, "%"+strconv.Itoa(i+1), formatNumber(n, levels[i].format))
	}
	return strings.Join(strings.Fields(out), " ")
}

// number reads a whole number that may be missing.
func number(s string, missing int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return missing
}
