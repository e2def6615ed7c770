package accounts

import (
	"strings"
	"testing"
	"time"

	"glas/internal/authz"
)

func TestCheckPassword(t *testing.T) {
	tests := []struct{ password, email, name, want string }{
		{"a boat on the lake", "ana@example.si", "Ana", ""},
		{"лодка на езерото", "", "", ""},
		{"short", "", "", "accounts.error.password_short"},
		{"čoln na j", "", "", "accounts.error.password_short"},
		{strings.Repeat("ab cd ef ", 30), "", "", "accounts.error.password_long"},
		{"aaaaaaaaaaaa", "", "", "accounts.error.password_weak"},
		{"1234567890", "", "", "accounts.error.password_weak"},
		{"qwertyuiop", "", "", "accounts.error.password_weak"},
		{"ana.novak@example.si", "ana.novak@example.si", "", "accounts.error.password_weak"},
		{"ana.novak12", "ana.novak@example.si", "", "accounts.error.password_weak"},
		{"Ana Marija Novak", "", "ana marija novak", "accounts.error.password_weak"},
	}
	for _, tt := range tests {
		if got := checkPassword(tt.password, tt.email, tt.name); got.ID != tt.want {
			t.Errorf("checkPassword(%q) = %q, want %q", tt.password, got.ID, tt.want)
		}
	}
}

func TestEffectiveLevel(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		level authz.Level
		until time.Time
		want  authz.Level
	}{
		{authz.LevelResidence, time.Time{}, authz.LevelResidence},
		{authz.LevelResidence, now.Add(time.Second), authz.LevelResidence},
		{authz.LevelResidence, now, authz.LevelEmail},
		{authz.LevelNone, now.Add(-time.Hour), authz.LevelNone},
		{authz.LevelEmail, now.Add(-time.Hour), authz.LevelEmail},
	}
	for _, tt := range tests {
		a := Account{Level: tt.level, LevelUntil: tt.until}
		if got := a.EffectiveLevel(now); got != tt.want {
			t.Errorf("%v until %v = %v, want %v", tt.level, tt.until, got, tt.want)
		}
	}
}

func TestState(t *testing.T) {
	now := time.Now()
	for want, a := range map[string]Account{
		stateUnverified: {}, stateVerified: {VerifiedAt: now}, stateBlocked: {VerifiedAt: now, BlockedAt: now}, stateDeleted: {BlockedAt: now, DeletedAt: now},
	} {
		if got := a.State(); got != want {
			t.Errorf("state %q, want %q", got, want)
		}
	}
}

func TestCheckBirthYear(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	for year, want := range map[int]bool{0: true, 1980: true, 2026: true, 2027: false, 1906: true, 1905: false, -3: false} {
		if got := checkBirthYear(year, now); got != want {
			t.Errorf("checkBirthYear(%d) = %v", year, got)
		}
	}
}

func TestKindOf(t *testing.T) {
	tests := []struct {
		roles []string
		org   string
		want  authz.Kind
	}{
		{nil, "", authz.Citizen}, {[]string{"editor"}, "", authz.Staff}, {[]string{"editor"}, "o1", authz.Association}, {[]string{"resident"}, "", authz.Citizen},
	}
	for _, tt := range tests {
		if got := kindOf(tt.roles, tt.org); got != tt.want {
			t.Errorf("kindOf(%v, %q) = %v, want %v", tt.roles, tt.org, got, tt.want)
		}
	}
}

func TestShortAgent(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox, Linux",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0":                               "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1": "Safari, iPhone",
		"Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36":                                "Chrome, Android",
		"curl/8": "", "": "",
	} {
		if got := shortAgent(agent); got != want {
			t.Errorf("shortAgent(%q) = %q, want %q", agent, got, want)
		}
	}
}

func TestNormalAddress(t *testing.T) {
	for in, want := range map[string]string{"Ana.Novak@Example.SI": "ana.novak@example.si", "ana@čebela.si": "ana@xn--ebela-gya.si", "ana": "", "ána@example.si": ""} {
		got, err := normalAddress(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("normalAddress(%q) = %q, %v", in, got, err)
		}
	}
}

func TestPseudonymWordIsThatOfTheMunicipality(t *testing.T) {
	for _, lang := range []string{"sl", "bg", "el", "tr", "en"} {
		a, b := pseudonym("key", "c1", lang), pseudonym("key", "c1", lang)
		if a != b || !strings.HasPrefix(a, pseudonymWord(lang)+" ") {
			t.Errorf("pseudonyms %q, %q", a, b)
		}
	}
}
