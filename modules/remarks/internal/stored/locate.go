package stored

import "strings"

// Locate finds the quoted words of an anchor in a text, in bytes. Where they occur several times, that place wins which has the most in
// common with what stood before and after them. Words that were changed are not found.
func Locate(text string, a Anchor) (from, to int, found bool) {
	if a.Quote == "" {
		return 0, 0, false
	}
	best := -1
	for at := 0; ; {
		i := strings.Index(text[at:], a.Quote)
		if i < 0 {
			break
		}
		i += at
		end := i + len(a.Quote)
		if n := common(reversed(text[:i]), reversed(a.Prefix)) + common(text[end:], a.Suffix); n > best {
			best, from, to = n, i, end
		}
		at = i + 1
	}
	return from, to, best >= 0
}

// common counts the bytes that two texts begin with alike.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// reversed turns the bytes of the last part of a text round, for comparing ends.
func reversed(s string) string {
	const most = 4 * ContextMax
	if len(s) > most {
		s = s[len(s)-most:]
	}
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
