package main

import (
	"os"
	"testing"

	"glas/internal/web/browsertest"
)

// TestScreenshots takes pictures of the main pages into the folder that GLAS_TEST_SCREENSHOTS names, for people to look at.
func TestScreenshots(t *testing.T) {
	if os.Getenv("GLAS_TEST_SCREENSHOTS") == "" {
		t.Skip("GLAS_TEST_SCREENSHOTS names no folder")
	}
	s := play(t)
	visitor := s.browser.Page(t)
	visitor.AllowConsole("404") // one of the pictures is of a page that is missing
	for _, one := range []struct{ name, slug, path string }{
		{"home-sl", "velenje", "/"}, {"home-bg", "levski", "/"}, {"home-el", "nea-smyrni", "/"}, {"home-tr", "bornova", "/"}, {"home-en", "velenje", "/en"},
		{"list-el", "nea-smyrni", "/consultations"}, {"open-sl", "velenje", "/consultations/odlok-o-cestnem-prometu"},
		{"discussion-sl", "velenje", "/consultations/odlok-o-cestnem-prometu/comments"}, {"proposals-sl", "velenje", "/consultations/zelene-povrsine/proposals"},
		{"consultation-el", "nea-smyrni", "/consultations/perivallon-kai-poiotita-zois"}, {"consultation-tr", "bornova", "/consultations/mahalle-projeleri"},
		{"proposals-tr", "bornova", "/consultations/mahalle-projeleri/proposals"}, {"consultation-bg", "levski", "/consultations/proekt-za-byudzhet"},
		{"new-el", "nea-smyrni", "/consultations/perivallon-kai-poiotita-zois/proposals/new"},
		{"signin-bg", "levski", "/sign-in"}, {"register-sl", "velenje", "/register"}, {"search-tr", "bornova", "/search?q=park"}, {"act-sl", "velenje", "/consultations/odlok-o-cestnem-prometu/texts"},
		{"remarks-sl", "velenje", "/consultations/odlok-o-cestnem-prometu/remarks"}, {"cases-sl", "velenje", "/cases"}, {"cases-map-tr", "bornova", "/cases?view=map"},
		{"tell-tr", "bornova", "/report"}, {"figures-tr", "bornova", "/stats"}, {"register-el", "nea-smyrni", "/participation"}, {"missing-el", "nea-smyrni", "/nothing"},
	} {
		visitor.Goto(s.at(one.slug, one.path))
		both(visitor, one.name)
	}
	visitor.Goto("http://localhost:" + s.port + "/")
	both(visitor, "operator")
	admin := s.enter(t, "velenje", "skrbnica", "administrator")
	for _, one := range []struct{ name, path string }{
		{"staff-home", "/admin"}, {"staff-answers", "/admin/answers"}, {"staff-moderation", "/admin/moderation"}, {"staff-consultations", "/admin/consultations"},
		{"staff-new", "/admin/consultations/new"}, {"staff-settings", "/admin/settings"}, {"staff-people", "/admin/people"}, {"staff-proposals", "/admin/proposals"},
		{"staff-audit", "/admin/audit"}, {"staff-cases", "/admin/cases"}, {"staff-remarks", "/admin/remarks"}, {"staff-due", "/admin/due"}, {"staff-clocks", "/admin/clocks"}, {"me", "/me"}, {"following", "/me/following"},
	} {
		admin.Goto(s.at("velenje", one.path))
		both(admin, one.name)
	}
}

// both takes a picture on a desk in the light and on a phone in the dark.
func both(p *browsertest.Page, name string) {
	p.Screenshot(name, 1280, "light")
	p.Screenshot(name, 390, "dark")
}
