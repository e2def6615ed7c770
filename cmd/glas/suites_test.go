package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"glas/internal/authz"
	"glas/internal/clock"
	"glas/internal/db"
	"glas/internal/web/webtest"
	"glas/tenant"
)

const walkLimit = 400

// TestEveryRouteAsEveryRole asks every registered route as every role.
func TestEveryRouteAsEveryRole(t *testing.T) {
	a := demo(t, clock.NewFixed(now()))
	clients := map[string]*webtest.Client{"visitor": a.visitor(t, "velenje"), "citizen": a.person(t, "velenje", "citizen")}
	for _, role := range authz.StaffRoles() {
		clients[role] = a.person(t, "velenje", role, role)
	}
	w := clients["administrator"].Crawl(walkLimit, "/", "/admin", "/me", "/consultations", "/proposals")
	table, err := a.policies.Table("", 0, noOverrides)
	if err != nil {
		t.Fatal(err)
	}
	may := func(role, permission string) bool {
		actor := authz.Actor{ID: "x", Roles: []string{role}}
		if role == "visitor" {
			actor = authz.Actor{}
		}
		return table.Allows(actor, permission)
	}
	webtest.Roles(t, a.kernel.Routes(), clients, w, may)
	unshared(t, a)
}

// unshared holds that no two modules serve the same address: the later one would never be asked. Addresses of the deployment stand for
// themselves, because another host answers them.
func unshared(t *testing.T, a *app) {
	t.Helper()
	seen := map[string]string{}
	for _, r := range a.kernel.Routes() {
		key := fmt.Sprint(r.Method, " ", r.Path, " ", r.Deployment)
		if other := seen[key]; other != "" {
			t.Errorf("%s is served by %s and by %s", key, other, r.Module)
		}
		seen[key] = r.Module
	}
}

// TestAnotherMunicipalitySeesNothing replays everything that an administrator of one municipality can reach as one of another.
func TestAnotherMunicipalitySeesNothing(t *testing.T) {
	t.Parallel()
	demoEach(t, func(t *testing.T, a *app) {
		owner := a.person(t, "velenje", "owner", "administrator")
		w := owner.Crawl(walkLimit, "/", "/admin", "/me", "/consultations", "/proposals", "/admin/people", "/admin/audit")
		stranger := a.person(t, "levski", "stranger", "administrator")
		before := fingerprint(t, a, a.town(t, "velenje"))
		webtest.Isolation(t, a.kernel.Routes(), w, stranger, []string{"Velenj", "owner@person.example", "Kidričeva"})
		after := fingerprint(t, a, a.town(t, "velenje"))
		for _, table := range sortedKeys(before) {
			if before[table] != after[table] {
				t.Errorf("rows of %s were changed from another municipality", table)
			}
		}
		foreign(t, a)
	})
}

// fingerprint is a hash of all rows of a municipality, by table.
func fingerprint(t *testing.T, a *app, town *tenant.Tenant) map[string]string {
	t.Helper()
	ctx := tenant.With(context.Background(), town)
	names, err := a.db.TenantTables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	err = a.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		for _, name := range names {
			var rows []map[string]any
			if err := tx.Raw("select * from "+name+" where tenant_id = ?", town.ID).Scan(ctx, &rows); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			lines := make([]string, len(rows))
			for i, r := range rows {
				lines[i] = fmt.Sprint(r)
			}
			sort.Strings(lines)
			sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
			out[name] = hex.EncodeToString(sum[:])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// foreign looks into every table for rows that belong to no municipality.
func foreign(t *testing.T, a *app) {
	t.Helper()
	if a.db.PG {
		return // row level security lets nobody look across
	}
	ctx := db.System(context.Background(), "test")
	names, err := a.db.TenantTables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 20 {
		t.Errorf("only %d tables were found: %v", len(names), names)
	}
	for _, name := range names {
		var n int
		if err := a.db.Read.NewRaw("select count(*) from "+name+" where tenant_id not in (select id from tenants)").Scan(ctx, &n); err != nil || n > 0 {
			t.Errorf("%s: %d rows of nobody, %v", name, n, err)
		}
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// TestHostileInput sends hostile values through every field of every form that a citizen or an administrator can reach.
func TestHostileInput(t *testing.T) {
	t.Parallel()
	a := demo(t, clock.NewFixed(now()))
	for name, roles := range map[string][]string{"citizen": nil, "administrator": {"administrator"}} {
		c := a.person(t, "nea-smyrni", name, roles...)
		w := c.Crawl(walkLimit, "/", "/me", "/consultations", "/proposals", "/admin")
		if len(w.Forms) < 5 {
			t.Fatalf("%s: only %d forms were met on %d pages", name, len(w.Forms), len(w.Paths))
		}
		webtest.BadInput(t, c, w.Forms, webtest.Hostile())
	}
	v := a.visitor(t, "nea-smyrni")
	w := v.Crawl(walkLimit, "/", "/sign-in", "/register", "/consultations", "/proposals")
	webtest.BadInput(t, v, w.Forms, webtest.Hostile())
	if r := v.Get("/"); r.Status != 200 {
		t.Errorf("afterwards the front page answers %d", r.Status)
	}
}

// TestNoMessageIsMissing walks through every page in every language, and in the other municipalities that speak it through a part of
// them: words depend on the language, and only their own names and rules on the municipality.
func TestNoMessageIsMissing(t *testing.T) {
	a := demo(t, clock.NewFixed(now()))
	walked := map[string]bool{}
	for _, slug := range []string{"velenje", "levski", "nea-smyrni", "bornova"} {
		c := a.person(t, slug, "reader", "administrator")
		c.Seen = func(path string, r webtest.Response) {
			if at := strings.Index(r.Body, "⟦"); at >= 0 {
				t.Errorf("%s %s: a message is missing: %.80s", slug, path, r.Body[at:])
			}
		}
		for _, lang := range a.town(t, slug).Languages {
			prefix := "/" + lang
			if lang == a.town(t, slug).Default() {
				prefix = ""
			}
			limit := walkLimit
			if walked[lang] {
				limit = 60
			}
			walked[lang] = true
			c.Crawl(limit, prefix+"/", prefix+"/admin", prefix+"/me", prefix+"/consultations", prefix+"/proposals", prefix+"/cases")
		}
	}
	if missing := a.catalogue.Missing(); len(missing) > 0 {
		t.Errorf("messages that nobody wrote: %v", missing)
	}
}
