package registry

import "testing"

func TestCheckNumber(t *testing.T) {
	tests := []struct {
		register, number string
		want             bool
	}{
		{"si_tax", "50223054", true}, {"si_tax", "50223055", false}, {"si_tax", "05022305", false}, {"si_tax", "5022305", false},
		{"si_reg", "9331310", true}, {"si_reg", "9331310000", true}, {"si_reg", "9331311", false}, {"si_reg", "933131", false},
		{"bg_eik", "175074752", true}, {"bg_eik", "175074751", false},
		{"gr_afm", "094259216", true}, {"gr_afm", "123456781", false}, {"gr_afm", "000000000", false},
		{"tr_vkn", "4540536920", true}, {"tr_vkn", "4540536921", false},
		{"tr_vkn", "454053692x", false}, {"", "1", false}, {"gr_afm", "", false}, {"gr_afm", "٠٩٤٢٥٩٢١٦", false},
	}
	for _, tt := range tests {
		if got := Valid(tt.register, Clean(tt.number)); got != tt.want {
			t.Errorf("Valid(%q, %q) = %v, want %v", tt.register, tt.number, got, tt.want)
		}
	}
	for in, want := range map[string]string{"SI 5022 3054": "50223054", "EL094259216": "094259216", "175.074.752": "175074752"} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}
