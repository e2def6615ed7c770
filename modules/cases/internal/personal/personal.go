// Package personal finds what looks like personal data in a text, so that who writes it and who publishes it are told. It hides nothing
// by itself: a phone number of the municipality looks the same.
package personal

import (
	"regexp"
	"slices"
	"strings"
)

// Kind is what something looks like.
type Kind string

// The kinds. The four numbers are national identity numbers, told by their check digit.
const (
	Email Kind = "email"
	Phone Kind = "phone"
	Plate Kind = "plate"
	EMSO  Kind = "emso"
	EGN   Kind = "egn"
	TCKN  Kind = "tckn"
	AFM   Kind = "afm"
	IBAN  Kind = "iban"
)

// Hint is one place of a text, in bytes.
type Hint struct {
	Kind     Kind
	Text     string
	From, To int
}

var (
	emailLike = regexp.MustCompile(`(?i)[\p{L}\p{N}._%+\-]+@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)+`)
	digits    = regexp.MustCompile(`\d+`)
	phoneLike = regexp.MustCompile(`(?:\+|00|\b0)\d[\d \-/().]{5,17}\d`)
	// Plates: Slovenia LJ AB-123 or LJ 12-ABC, Bulgaria CA 1234 AB, Greece ABΓ-1234, Turkey 35 ABC 123.
	plateLike = regexp.MustCompile(`(?i)(?:^|[^\p{L}\p{N}])((?:LJ|MB|CE|KR|KP|NM|GO|MS|SG|PO|KK)[ -]?(?:[A-ZČŠŽ]{2}[ -]?\d{3}|\d{2}[ -]?[A-ZČŠŽ]{3}|[A-ZČŠŽ]\d[ -]?\d{2}[A-ZČŠŽ])|[ABEKMHOPCTYXАВЕКМНОРСТУХ]{1,2}[ ]?\d{4}[ ]?[ABEKMHOPCTYXАВЕКМНОРСТУХ]{2}|[ABEZHIKMNOPTYXΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]{3}[ -]?\d{4}|(?:0[1-9]|[1-7]\d|8[01])[ ]?[A-PR-VYZ]{1,3}[ ]?\d{2,4})(?:$|[^\p{L}\p{N}])`)
	ibanLike  = regexp.MustCompile(`(?i)\b(?:SI|BG|GR|TR)\d{2}(?: ?[A-Z0-9]{2,4}){3,7}\b`)
)

// Find gives everything in a text that looks like personal data, in the order of the text.
func Find(s string) []Hint {
	var out []Hint
	add := func(k Kind, from, to int) {
		if !slices.ContainsFunc(out, func(h Hint) bool { return from < h.To && h.From < to }) {
			out = append(out, Hint{k, s[from:to], from, to})
		}
	}
	for _, m := range emailLike.FindAllStringIndex(s, -1) {
		add(Email, m[0], m[1])
	}
	for _, m := range ibanLike.FindAllStringIndex(s, -1) {
		add(IBAN, m[0], m[1])
	}
	for _, m := range digits.FindAllStringIndex(s, -1) {
		if k := identity(s[m[0]:m[1]]); k != "" {
			add(k, m[0], m[1])
		}
	}
	for _, m := range plateLike.FindAllStringSubmatchIndex(s, -1) {
		add(Plate, m[2], m[3])
	}
	for _, m := range phoneLike.FindAllStringIndex(s, -1) {
		if n := len(digitsOf(s[m[0]:m[1]])); n >= 8 && n <= 14 {
			add(Phone, m[0], m[1])
		}
	}
	slices.SortFunc(out, func(a, b Hint) int { return a.From - b.From })
	return out
}

// Lines are the hints of a text as a row keeps them: "kind text", one to a line.
func Lines(s string) string {
	var out []string
	for _, h := range Find(s) {
		out = append(out, string(h.Kind)+" "+strings.Join(strings.Fields(h.Text), " "))
	}
	return strings.Join(out, "\n")
}

func digitsOf(s string) []int {
	var d []int
	for _, b := range []byte(s) {
		if b >= '0' && b <= '9' {
			d = append(d, int(b-'0'))
		}
	}
	return d
}

// identity tells a national identity number by length and check digit, empty when it is none.
func identity(s string) Kind {
	d := digitsOf(s)
	switch {
	case len(d) == 13 && emso(d):
		return EMSO
	case len(d) == 11 && tckn(d):
		return TCKN
	case len(d) == 10 && egn(d):
		return EGN
	case len(d) == 9 && afm(d):
		return AFM
	}
	return ""
}

func weighted(d, w []int) int {
	sum := 0
	for i, x := range w {
		sum += d[i] * x
	}
	return sum
}

func two(d []int, at int) int { return d[at]*10 + d[at+1] }

// emso is the EMŠO: weights 7 to 2 twice, 11 minus the rest, 10 is never issued; it begins with a date.
func emso(d []int) bool {
	c := (11 - weighted(d, []int{7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2})%11) % 11
	return c != 10 && c == d[12] && two(d, 0) >= 1 && two(d, 0) <= 31 && two(d, 2) >= 1 && two(d, 2) <= 12
}

// egn is the ЕГН: the rest of 11, 10 stands as 0; the month is raised by 20 or 40 for other centuries.
func egn(d []int) bool {
	month := two(d, 2) % 20
	return weighted(d, []int{2, 4, 8, 5, 10, 9, 7, 3, 6})%11%10 == d[9] && month >= 1 && month <= 12 && two(d, 2) <= 52 && two(d, 4) >= 1 && two(d, 4) <= 31
}

// tckn is the T.C. kimlik numarası.
func tckn(d []int) bool {
	odd, even, sum := d[0]+d[2]+d[4]+d[6]+d[8], d[1]+d[3]+d[5]+d[7], 0
	for _, x := range d[:10] {
		sum += x
	}
	return d[0] != 0 && ((odd*7-even)%10+10)%10 == d[9] && sum%10 == d[10]
}

// afm is the ΑΦΜ: powers of two.
func afm(d []int) bool {
	sum, all := 0, 0
	for i := range 8 {
		sum += d[i] << (8 - i)
		all += d[i]
	}
	return all > 0 && sum%11%10 == d[8]
}
