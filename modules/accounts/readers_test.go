package accounts

import (
	"context"
	"slices"
	"testing"
	"time"

	"glas/internal/fault"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

func TestReadingOfPeopleByStaffLeftNoTrace(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		moderator, _ := tw.staff("mod@example.si", "moderator")
		ana, _ := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		tw.audit = nil
		if p, err := tw.m.loadPerson(moderator, ana.ID); err != nil || p.Account.Name != "Ana Novak" {
			t.Fatalf("%+v, %v", p.Account, err)
		}
		if _, err := tw.m.listPeople(moderator, rows.PeopleQuery{Words: "ana@example.si"}); err != nil {
			t.Fatal(err)
		}
		if want := []string{"account.read", "account.list"}; !slices.Equal(tw.audit, want) {
			t.Errorf("trail %v, want %v", tw.audit, want)
		}
		for name, err := range map[string]error{
			"person":       func() error { _, err := tw.m.loadPerson(tw.Ctx(tw.A, ana), ana.ID); return err }(),
			"people":       func() error { _, err := tw.m.listPeople(tw.Ctx(tw.A, ana), rows.PeopleQuery{}); return err }(),
			"associations": func() error { _, err := tw.m.listAssociations(tw.Ctx(tw.A, ana), rows.OrgApplied, ""); return err }(),
		} {
			if !fault.Is(err, fault.KindForbidden) {
				t.Errorf("a citizen reads %s: %v", name, err)
			}
		}
	})
}

func TestNobodyCouldSignInWhereOnlyReadingIsAllowed(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		_, old := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		tw.Clock.Add(time.Minute)
		closed := *tw.A
		closed.State = tenant.ReadOnly
		if err := tw.Dir.Save(context.Background(), &closed, tw.A.UpdatedAt); err != nil {
			t.Fatal(err)
		}
		visitor := tw.Visitor(&closed)
		token, err := tw.m.signIn(visitor, "ana@example.si", good, "browser")
		if err != nil || tw.actor(&closed, token).Name != "Ana Novak" {
			t.Fatalf("by password: %v", err)
		}
		if err := tw.m.askForLink(visitor, forSignIn, "ana@example.si", "en", "/"); err != nil {
			t.Fatal(err)
		}
		if out, err := tw.m.open(visitor, tw.link(&closed, "ana@example.si"), "browser", forSignIn, forAdmin); err != nil || out.Session == "" {
			t.Errorf("by link: %v", err)
		}
		ana := tw.Ctx(&closed, tw.actor(&closed, token))
		if err := tw.m.endSession(ana, ""); err != nil || tw.actor(&closed, old).SignedIn() {
			t.Errorf("signing out everywhere: %v", err)
		}
		if err := tw.m.saveProfile(ana, profile{Name: "Ana Horvat", Lang: "sl"}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("changing oneself: %v", err)
		}
		if err := tw.m.deleteMe(ana, good); err != nil {
			t.Errorf("deleting oneself: %v", err)
		}
		if err := tw.m.register(visitor, registration{Email: "new@example.si", Name: "New", Password: good, Lang: "en"}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("registering: %v", err)
		}
	})
}

func TestNobodyCouldDownloadHisDataOnPostgres(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		ana, _ := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		out, err := tw.m.download(tw.Ctx(tw.A, ana))
		if err != nil || out["account"] == nil {
			t.Errorf("%v, %v", out, err)
		}
	})
}
