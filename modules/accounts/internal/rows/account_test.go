package rows

import (
	"context"
	"errors"
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
		if got := CheckPassword(tt.password, tt.email, tt.name); got.ID != tt.want {
			t.Errorf("CheckPassword(%q) = %q, want %q", tt.password, got.ID, tt.want)
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
		StateUnverified: {}, StateVerified: {VerifiedAt: now}, StateBlocked: {VerifiedAt: now, BlockedAt: now}, StateDeleted: {BlockedAt: now, DeletedAt: now},
	} {
		if got := a.State(); got != want {
			t.Errorf("state %q, want %q", got, want)
		}
	}
}

func TestCheckBirthYear(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	for year, want := range map[int]bool{0: true, 1980: true, 2026: true, 2027: false, 1906: true, 1905: false, -3: false} {
		if got := CheckBirthYear(year, now); got != want {
			t.Errorf("CheckBirthYear(%d) = %v", year, got)
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
		if got := KindOf(tt.roles, tt.org); got != tt.want {
			t.Errorf("KindOf(%v, %q) = %v, want %v", tt.roles, tt.org, got, tt.want)
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
		if got := ShortAgent(agent); got != want {
			t.Errorf("ShortAgent(%q) = %q, want %q", agent, got, want)
		}
	}
}

const phrase = "a boat on the lake"

func TestHashingWaitsItsTurn(t *testing.T) {
	h := NewHasher(1)
	h.slots <- struct{}{}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := h.Hash(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a full house: %v", err)
	}
	<-h.slots
	s, err := h.Hash(context.Background(), phrase)
	if err != nil || !strings.HasPrefix(s, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %q, %v", s, err)
	}
	if ok, err := h.Matches(context.Background(), phrase, s); !ok || err != nil {
		t.Errorf("matches: %v, %v", ok, err)
	}
	if ok, err := h.Matches(context.Background(), "no such account", ""); ok || err != nil {
		t.Errorf("no account matches: %v, %v", ok, err)
	}
}
