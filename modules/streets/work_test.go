package streets_test

import (
	"context"
	"encoding/json"
	"errors"
	"path"
	"regexp"
	"strings"
	"testing"

	"glas/internal/blob"
	"glas/internal/cache"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web/webtest"
	"glas/modules/internal/imports"
	"glas/modules/streets"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// importing is a register with everything that bringing files in takes; work does the job of the import with this address, as the attempt of
// the given number.
func importing(t *testing.T, w *tenanttest.World) (m *streets.Module, work func(page string, attempt int) error) {
	t.Helper()
	store, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m = streets.New(streets.Deps{DB: w.DB, Store: store, Cache: cache.NewMemory(1<<20, w.Clock)})
	return m, func(page string, attempt int) error {
		payload, err := json.Marshal(imports.Work{ImportID: path.Base(page)})
		if err != nil {
			t.Fatal(err)
		}
		j := job.Job{Kind: "streets.import", TenantID: w.A.ID, Payload: payload, Attempt: attempt, MaxAttempts: 3}
		ctx, err := w.Enter(context.Background(), j)
		if err != nil {
			t.Fatal(err)
		}
		return m.Jobs()[j.Kind](ctx, j)
	}
}

// desk is a clerk who may bring registers in.
func desk(w *tenanttest.World, m *streets.Module) *webtest.Client {
	return w.Serve(tenanttest.People(map[string]context.Context{"editor": w.Staff(w.A, "eva", "Eva", "editor")}), m).As("editor")
}

func upload(c *webtest.Client, do, data string) webtest.Response {
	return c.Upload("/admin/streets", map[string][]string{"what": {"register"}, "do": {do}, "replace": {"1"}}, map[string][2]string{"file": {"r.csv", data}})
}

// TestNobodySawHowFarAnImportWas: a register was written while the browser waited, and a slow one was cut off.
func TestNobodySawHowFarAnImportWas(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m, work := importing(t, w)
		c := desk(w, m)
		page := upload(c, "import", register).Location
		seen := ""
		m.Audit = func(context.Context, *tenant.Tx, string, subject.Ref, map[string]any) error {
			seen = c.Get(page).Body // by others, while all of it is still being written
			return nil
		}
		if err := work(page, 1); err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`<progress value="99" max="100"`).MatchString(seen) {
			t.Errorf("while it was written: %.2000s", seen)
		}
		if body := c.Get(page).Body; strings.Contains(body, "<progress") || !strings.Contains(body, "12") {
			t.Errorf("afterwards: %.2000s", body)
		}
		if err := work(page, 2); err != nil { // done twice
			t.Error(err)
		}
		if body := c.Get("/admin/streets").Body; !strings.Contains(body, page) {
			t.Error("the import is not listed")
		}
	})
}

// TestHalfOfAFileCameIn: what failed in the middle left the register empty or half.
func TestHalfOfAFileCameIn(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m, work := importing(t, w)
		c := desk(w, m)
		if err := work(upload(c, "import", register).Location, 1); err != nil {
			t.Fatal(err)
		}
		m.Audit = func(context.Context, *tenant.Tx, string, subject.Ref, map[string]any) error {
			return errors.New("disk full")
		}
		page := upload(c, "import", "settlement,street,lat,lng\nNovo,Nova ulica,46.1,14.6\n").Location
		if err := work(page, 1); err == nil {
			t.Error("no failure was told to the queue")
		}
		if body := c.Get(page).Body; !strings.Contains(body, "<progress") {
			t.Error("an import that is tried again is given up")
		}
		if err := work(page, 3); err == nil {
			t.Error("no failure was told to the queue")
		}
		if body := c.Get(page).Body; !strings.Contains(body, `data-color="danger"`) || strings.Contains(body, "disk full") {
			t.Errorf("the failure is not said: %.2000s", body)
		}
		if body := c.Get("/admin/streets?q=kidriceva+10").Body; !strings.Contains(body, "Kidričeva cesta 10, Kamnik") {
			t.Error("what was there is gone")
		}
		if body := c.Get("/admin/streets?q=nova").Body; strings.Contains(body, "Nova ulica") {
			t.Error("a file that failed is in")
		}
	})
}

// TestACheckedFileHadToBeSentAgain: what a check found was gone with the next page, and the file with it.
func TestACheckedFileHadToBeSentAgain(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m, work := importing(t, w)
		c := desk(w, m)
		first := upload(c, "check", "street,number\nA,1\n").Location
		if err := work(first, 1); err != nil {
			t.Fatal(err)
		}
		page := upload(c, "check", register).Location
		if err := work(page, 1); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if body := c.Get(page).Body; !strings.Contains(body, "12") || !strings.Contains(body, `action="`+page+`"`) {
				t.Errorf("the result is not kept: %.2000s", body)
			}
		}
		if body := c.Get(first).Body; !strings.Contains(body, "line 2") || strings.Contains(body, `action="`+first+`"`) {
			t.Errorf("the wrong rows are not kept, or are offered: %.2000s", body)
		}
		if res := c.Post(page, nil); res.Status != 303 || res.Location != page {
			t.Fatalf("bring in: %d %s", res.Status, res.Location)
		}
		if err := work(page, 1); err != nil {
			t.Fatal(err)
		}
		if body := c.Get("/admin/streets?q=kidriceva+10").Body; !strings.Contains(body, "Kidričeva cesta 10, Kamnik") {
			t.Error("it is not in")
		}
		if res := c.Post(page, nil); res.Status != 303 {
			t.Errorf("again: %d", res.Status)
		}
		if body := c.Get(page).Body; strings.Contains(body, "<progress") {
			t.Error("a file that is in is brought in again")
		}
	})
}
