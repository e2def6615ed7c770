package web

import (
	"net/http/httptest"
	"testing"

	"github.com/gofiber/fiber/v2"
)

func TestLimitsWereEvadedByAMadeUpHeader(t *testing.T) {
	for _, tt := range []struct{ name, header, want string }{
		{"no proxy", "", "0.0.0.0"},
		{"one proxy", "203.0.113.7", "203.0.113.7"},
		{"made up before it", "198.51.100.1, 203.0.113.7", "203.0.113.7"},
		{"two proxies", "198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"},
		{"nonsense", "x, y", "0.0.0.0"},
		{"a household", "2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := &Kernel{proxies: networks([]string{"0.0.0.0", "10.0.0.0/8"})} // a test's connection has no address
			app, got := fiber.New(), ""
			app.Get("/", func(c *fiber.Ctx) error { got = k.network(c); return nil })
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("X-Forwarded-For", tt.header)
			res, err := app.Test(r)
			if err != nil {
				t.Fatal(err)
			}
			if err := res.Body.Close(); err != nil || got != tt.want {
				t.Errorf("%q, want %q (%v)", got, tt.want, err)
			}
		})
	}
	k := &Kernel{}
	app, got := fiber.New(), ""
	app.Get("/", func(c *fiber.Ctx) error { got = k.network(c); return nil })
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Forwarded-For", "203.0.113.7")
	if _, err := app.Test(r); err != nil || got != "0.0.0.0" {
		t.Errorf("a header was believed without a trusted proxy: %q, %v", got, err)
	}
}
