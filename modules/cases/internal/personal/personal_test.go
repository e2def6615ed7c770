package personal

import (
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Pišite na ana.novak@example.si ali 041 123 456.", "email ana.novak@example.si\nphone 041 123 456"},
		{"EMŠO 0101006500006, star", "emso 0101006500006"},
		{"ЕГН 7523169263 и 8032056031", "egn 7523169263\negn 8032056031"},
		{"ΑΦΜ 094259216", "afm 094259216"},
		{"TC 17291716060 ve 10000000146", "tckn 17291716060\ntckn 10000000146"},
		{"Avto LJ AB-123 stoji", "plate LJ AB-123"},
		{"кола СА 1234 АВ пред входа", "plate СА 1234 АВ"},
		{"το όχημα ΙΚΑ-1234", "plate ΙΚΑ-1234"},
		{"35 ABC 123 plakalı araç", "plate 35 ABC 123"},
		{"Tel. +90 232 999 19 19", "phone +90 232 999 19 19"},
		{"Kidričeva 10, od 8.00 do 12.30, leta 2026, 123456789012", ""},
		{"7523169264 in 17291716061 in 994259217", ""},
		{"SI56 1910 0000 0123 438", "iban SI56 1910 0000 0123 438"},
	} {
		if got := Lines(c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, strings.ReplaceAll(got, "\n", " | "), c.want)
		}
	}
}
