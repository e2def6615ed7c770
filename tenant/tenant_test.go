package tenant_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"glas/internal/cache"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func TestRowsOfAnotherMunicipalityAreNeverSeen(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		park := tenant.Park{DB: w.DB}
		token, err := park.Park(w.Visitor(w.A), "/comments/x/y", url.Values{"body": {"Žoga"}})
		if err != nil {
			t.Fatal(err)
		}
		path, form, err := park.Parked(w.Visitor(w.A), token)
		if err != nil || path != "/comments/x/y" || form.Get("body") != "Žoga" {
			t.Fatalf("own form: %q %v %v", path, form, err)
		}
		if path, _, err := park.Parked(w.Visitor(w.B), token); err != nil || path != "" {
			t.Fatalf("another municipality saw %q, %v", path, err)
		}
		if err := park.Drop(w.Visitor(w.B), token); err != nil {
			t.Fatal(err)
		}
		if path, _, _ := park.Parked(w.Visitor(w.A), token); path == "" {
			t.Fatal("another municipality removed the form")
		}
	})
}

func TestUnconfinedStatementsAreStopped(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		if _, err := (tenant.Park{DB: w.DB}).Park(w.Visitor(w.A), "/x", nil); err != nil {
			t.Fatal(err)
		}
		for _, statement := range []string{
			"select count(*) from parked_forms",
			`select count(*) from "parked_forms" where path = '/x'`,
			"select count(*) from (select 1 from parked_forms) as f",
		} {
			n := 0
			err := w.DB.View(w.Visitor(w.B), func(ctx context.Context, tx *tenant.Tx) error {
				return tx.Raw(statement).Scan(ctx, &n)
			})
			if err == nil && n > 0 {
				t.Errorf("%s saw %d rows of another municipality", statement, n)
			}
		}
		err := w.DB.Update(w.Visitor(w.B), func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Raw("insert into parked_forms (tenant_id, id, path, form, expires_at) values (?, 'x', '/', '{}', ?)", w.A.ID, tx.Now()).Exec(ctx)
			return err
		})
		if err == nil {
			t.Error("a row was written for another municipality")
		}
	})
}

func TestNothingWithoutMunicipality(t *testing.T) {
	w := tenanttest.New(t)
	nothing := func(context.Context, *tenant.Tx) error { return nil }
	if err := w.DB.View(context.Background(), nothing); !errors.Is(err, tenant.ErrNone) {
		t.Errorf("view: %v", err)
	}
	if err := w.DB.Update(context.Background(), nothing); !errors.Is(err, tenant.ErrNone) {
		t.Errorf("update: %v", err)
	}
}

func TestFailedChangeLeavesNothing(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		boom := errors.New("boom")
		err := w.DB.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			row := &tenant.ParkedForm{Key: tenant.Key{ID: "a"}, Path: "/", ExpiresAt: tx.Now()}
			if _, err := tx.Insert(row).Exec(ctx); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("got %v", err)
		}
		w.View(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			n, err := tx.Select((*tenant.ParkedForm)(nil)).Count(ctx)
			if n != 0 {
				t.Errorf("%d rows were left", n)
			}
			return err
		})
	})
}

func TestReadOnlyMunicipalityRefusesChanges(t *testing.T) {
	w := tenanttest.New(t)
	closed := *w.A
	closed.State = tenant.ReadOnly
	w.Clock.Add(time.Minute)
	if err := w.Dir.Save(context.Background(), &closed, w.A.UpdatedAt); err != nil {
		t.Fatal(err)
	}
	_, err := (tenant.Park{DB: w.DB}).Park(w.Visitor(&closed), "/", nil)
	if fault.KindOf(err) != fault.KindForbidden {
		t.Fatalf("got %v", err)
	}
	if err := w.Dir.Save(context.Background(), &closed, w.A.UpdatedAt); !errors.Is(err, tenant.ErrStale) {
		t.Fatalf("saving over a newer version: %v", err)
	}
}

func TestDirectory(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		ctx := context.Background()
		if err := w.Dir.AddDomain(ctx, w.A, "posvetovanja.kamnik.si", true); err != nil {
			t.Fatal(err)
		}
		if err := w.Dir.AddDomain(ctx, w.B, "posvetovanja.kamnik.si", false); err == nil {
			t.Error("a domain was given to two municipalities")
		}
		for host, want := range map[string]struct {
			slug string
			main bool
		}{"posvetovanja.kamnik.si": {"kamnik", true}, "kamnik.localhost": {"kamnik", false}, "kalamata.localhost": {"kalamata", true}, "evil.example": {"", false}} {
			got, main, err := w.Dir.ByHost(ctx, host)
			if err != nil {
				t.Fatal(err)
			}
			if slug := ""; got != nil {
				slug = got.Slug
				if slug != want.slug || main != want.main {
					t.Errorf("%s: %s %v", host, slug, main)
				}
			} else if want.slug != "" {
				t.Errorf("%s: not found", host)
			}
		}
		for _, bad := range []tenant.New{
			{Slug: "Kamnik", Country: "si", Name: i18n.Text{"sl": "x"}},
			{Slug: "kamnik", Country: "si", Name: i18n.Text{"sl": "x"}},
			{Slug: "other", Country: "xx", Name: i18n.Text{"sl": "x"}},
			{Slug: "other", Country: "si", Name: i18n.Text{}},
			{Slug: "other", Country: "si", Name: i18n.Text{"sl": "x"}, Languages: []string{"sl", "xx"}},
		} {
			if _, err := w.Dir.Add(ctx, bad); err == nil {
				t.Errorf("accepted %+v", bad)
			}
		}
	})
}

func TestChangeByAnotherProcessIsSeenSoon(t *testing.T) {
	w := tenanttest.New(t)
	ctx := context.Background()
	other, err := tenant.NewDirectory(ctx, w.Raw, cache.NewMemory(1<<20, w.Clock), w.Clock, "localhost")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Add(ctx, tenant.New{Slug: "kranj", Country: "si", Name: i18n.Text{"sl": "Kranj"}}); err != nil {
		t.Fatal(err)
	}
	w.Clock.Add(time.Minute)
	if got, _, err := w.Dir.ByHost(ctx, "kranj.localhost"); err != nil || got == nil {
		t.Fatalf("a municipality that a command added is not found: %v", err)
	}
}

func TestRunningProgramDidNotNoticeANewMunicipality(t *testing.T) {
	w := tenanttest.New(t)
	// A command beside the program has a directory and a cache of its own.
	other, err := tenant.NewDirectory(context.Background(), w.Raw, cache.NewMemory(1<<20, w.Clock), w.Clock, "localhost")
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Add(time.Minute)
	look := func(host string) *tenant.Tenant {
		got, _, err := w.Dir.ByHost(context.Background(), host)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if look("kranj.localhost") != nil {
		t.Fatal("too early")
	}
	kranj, err := other.Add(context.Background(), tenant.New{Slug: "kranj", Country: "si", Name: i18n.Text{"sl": "Kranj"}, Brand: "#1b6b50"})
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Add(3 * time.Second)
	if look("kranj.localhost") == nil {
		t.Error("a municipality added by a command is not served")
	}
	w.Clock.Add(3 * time.Second)
	if err := other.AddDomain(context.Background(), kranj, "kranj.example", false); err != nil {
		t.Fatal(err)
	}
	changed := *kranj
	changed.State = tenant.Suspended
	if err := other.Save(context.Background(), &changed, kranj.UpdatedAt); err != nil {
		t.Fatal(err)
	}
	w.Clock.Add(3 * time.Second)
	if got := look("kranj.example"); got == nil || got.State != tenant.Suspended {
		t.Errorf("a domain and a state set by commands: %+v", got)
	}
}

func TestAddressOfANeighbourWasTaken(t *testing.T) {
	w := tenanttest.New(t)
	for _, domain := range []string{"kalamata.localhost", "later.localhost"} {
		if err := w.Dir.AddDomain(context.Background(), w.A, domain, true); err == nil {
			t.Errorf("%s was given away", domain)
		}
	}
}

func TestSwallowedErrorLookedLikeSuccess(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		if !w.Raw.PG {
			t.Skip("only PostgreSQL gives a transaction up after an error")
		}
		err := w.DB.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			row := &tenant.ParkedForm{Key: tenant.Key{ID: "a"}, Path: "/", ExpiresAt: tx.Now()}
			if _, err := tx.Insert(row).Exec(ctx); err != nil {
				return err
			}
			_, _ = tx.Raw("select 1 / 0 from parked_forms where tenant_id = ?", tx.ID()).Exec(ctx)
			return nil
		})
		if err == nil {
			t.Error("nothing was stored, and nobody was told")
		}
		w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error { // the connection is of use again
			n, err := tx.Select((*tenant.ParkedForm)(nil)).Count(ctx)
			if n != 0 {
				t.Errorf("%d rows were left", n)
			}
			return err
		})
	})
}

func TestLastStatementsAreUndoneTogether(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		put := "insert into parked_forms (tenant_id, id, path, form, expires_at) values (?, ?, '/', '{}', ?)"
		count := func() (n int) {
			w.View(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
				return tx.Raw("select count(*) from parked_forms where tenant_id = ?", tx.ID()).Scan(ctx, &n)
			})
			return n
		}
		err := w.DB.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			return errors.Join(tx.Last(ctx, put, tx.ID(), "a", tx.Now()), tx.Last(ctx, put, tx.ID(), "a", tx.Now()))
		})
		if err == nil || count() != 0 {
			t.Errorf("the same row twice: %v, %d rows", err, count())
		}
		w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			return errors.Join(tx.Last(ctx, put, tx.ID(), "a", tx.Now()), tx.Last(ctx, put, tx.ID(), "it's ?", tx.Now()))
		})
		if n := count(); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
		err = w.DB.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Last(ctx, put, w.B.ID, "b", tx.Now())
		})
		if err == nil {
			t.Error("a row was written for another municipality")
		}
	})
}
