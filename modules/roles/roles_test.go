package roles_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"testing"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/internal/web/webtest"
	"glas/modules/roles"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

type town struct {
	*tenanttest.World
	m       *roles.Module
	changed []string
	audit   []map[string]any
}

func newTown(w *tenanttest.World) *town {
	tw := &town{World: w}
	tw.m = roles.New(roles.Deps{DB: w.DB, Policies: w.Policies,
		Changed: func(_ context.Context, id string) error { tw.changed = append(tw.changed, id); return nil },
		Audit: func(_ context.Context, _ *tenant.Tx, _ string, _ subject.Ref, data map[string]any) error {
			tw.audit = append(tw.audit, data)
			return nil
		}})
	return tw
}

// table is what roles may do in a municipality by its rows.
func (tw *town) table(t *tenant.Tenant) *authz.Table {
	tw.T.Helper()
	lines, err := tw.Dir.PolicyLines(context.Background(), t.ID)
	if err != nil {
		tw.T.Fatal(err)
	}
	table, err := tw.Policies.Compile(lines)
	if err != nil {
		tw.T.Fatal(err)
	}
	return table
}

var versionField = regexp.MustCompile(`name="version" value="(\w+)"`)

// set changes a role from what it may do now.
func (tw *town) set(ctx context.Context, t *tenant.Tenant, role string, change func(may []string) []string) error {
	page := tw.browser(tw.Staff(t, "reader", "Reader", "administrator")).Get("/admin/roles/" + role)
	version := versionField.FindStringSubmatch(page.Body)
	if version == nil {
		tw.T.Fatalf("the page of %s: %d", role, page.Status)
	}
	shared, err := tw.Policies.Compile(nil)
	if err != nil {
		tw.T.Fatal(err)
	}
	here := tw.table(t)
	may := slices.DeleteFunc(roles.Offered(tw.Policies, shared), func(p string) bool { return !here.Role(role, p) })
	return tw.m.Set(ctx, role, version[1], change(may))
}

func (tw *town) browser(ctx context.Context) *webtest.Client {
	return tw.Serve(tenanttest.People(map[string]context.Context{"x": ctx}), tw.m).As("x")
}

func plus(p string) func([]string) []string {
	return func(may []string) []string { return append(may, p) }
}

func minus(p string) func([]string) []string {
	return func(may []string) []string { return slices.DeleteFunc(may, func(x string) bool { return x == p }) }
}

func TestAMunicipalityChangesARole(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		tw := newTown(w)
		admin := w.Staff(w.A, "a", "Ana", "administrator")
		if err := tw.set(admin, w.A, "officer", plus("answer.publish")); err != nil {
			t.Fatal(err)
		}
		if err := tw.set(admin, w.A, "officer", minus("comment.official")); err != nil {
			t.Fatal(err)
		}
		here := tw.table(w.A)
		if !here.Role("officer", "answer.publish") || here.Role("officer", "comment.official") || !here.Role("officer", "answer.draft") {
			t.Error("the role is not as it was set")
		}
		if there := tw.table(w.B); there.Role("officer", "answer.publish") || !there.Role("officer", "comment.official") {
			t.Error("another municipality's role changed")
		}
		if len(tw.changed) != 2 || tw.changed[0] != w.A.ID || tw.audit[0]["given"] != "answer.publish" || tw.audit[1]["taken"] != "comment.official" {
			t.Errorf("told %v, recorded %v", tw.changed, tw.audit)
		}
		if err := tw.m.Reset(admin, "officer"); err != nil {
			t.Fatal(err)
		}
		if lines, err := tw.Dir.PolicyLines(context.Background(), w.A.ID); err != nil || len(lines) != 0 {
			t.Errorf("after going back: %v, %v", lines, err)
		}
	})
}

func TestNobodyGivesWhatHeLacksOrLocksHimselfOut(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		tw := newTown(w)
		admin := w.Staff(w.A, "a", "Ana", "administrator")
		if err := tw.set(admin, w.A, "manager", plus("role.grant")); err != nil {
			t.Fatal(err)
		}
		// The table of a request is that of its municipality as it was when the request came.
		table := tw.table(w.A)
		manager := authz.With(w.Staff(w.A, "m", "Miha", "manager"), authz.Actor{ID: "m", Name: "Miha", Kind: authz.Citizen, Roles: []string{"manager"}}, table)
		list, err := w.Dir.PolicyLines(context.Background(), w.A.ID)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		for what, err := range map[string]error{
			"giving what he lacks":          tw.set(manager, w.A, "officer", plus("settings.edit")),
			"locking himself out":           tw.set(manager, w.A, "manager", minus("role.grant")),
			"a role that does not exist":    tw.m.Set(admin, "king", "", nil),
			"the administrator's own role":  tw.m.Set(admin, "administrator", "", nil),
			"without the permission":        tw.m.Set(w.Staff(w.A, "e", "Eva", "editor"), "officer", "", nil),
			"with what somebody else undid": tw.m.Set(admin, "officer", "old", nil),
		} {
			if _, ok := fault.As(err); !ok {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := tw.set(admin, w.A, "editor", minus("proposal.merge")); err != nil {
			t.Fatal(err)
		}
		if tw.table(w.A).Role("manager", "proposal.merge") {
			t.Error("what was taken from the editor stayed with the manager")
		}
		if err := tw.set(admin, w.A, "manager", plus("proposal.merge")); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("giving to the manager what was taken from the editor: %v", err)
		}
	})
}

func TestTheFormKeepsWhatWasTicked(t *testing.T) {
	w := tenanttest.New(t)
	page := newTown(w).browser(w.Staff(w.A, "a", "Ana", "administrator")).Post("/admin/roles/officer", url.Values{"version": {"old"}, "may": {"answer.publish"}})
	ticked := regexp.MustCompile(`value="([a-z_.]+)" checked`).FindAllStringSubmatch(page.Body, -1)
	if page.Status != http.StatusConflict || len(ticked) != 1 || ticked[0][1] != "answer.publish" {
		t.Errorf("%d %v", page.Status, ticked)
	}
}
