package ladder

import (
	"context"
	"testing"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/clocks"
	"glas/modules/departments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// TestTheLadderActs: it noted that somebody should watch and nobody did, and gave nothing to anybody that was already worked on.
func TestTheLadderActs(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		a := &acts.Acts{DB: w.DB, Names: listed.NewNameCache()}
		roads, head, mayor := id.New(), id.New(), id.New()
		eva := w.Staff(w.A, id.New(), "Eva Vidmar", "manager")
		dan := w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Dan Cestar", Kind: authz.Staff, Roles: []string{"officer"}, DepartmentID: roads})
		w.Update(eva, func(ctx context.Context, tx *tenant.Tx) error {
			return departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: roads}, Slug: "roads", Name: i18n.Text{"sl": "Ceste"}})
		})
		assigned := func(title string) *stored.Case {
			c, err := a.Report(w.Citizen(w.A, id.New(), "Ana"), acts.Report{Kind: stored.Defect, Title: title, Body: "Pred šolo že tri dni ne gori luč.", Lang: "sl", Address: "Šutna 10"})
			if err == nil {
				c, err = a.Assign(eva, acts.Key{ID: c.ID}, roads, "")
			}
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		step := func(c *stored.Case, act, level string, people ...string) *stored.Case {
			t.Helper()
			w.Update(eva, func(ctx context.Context, tx *tenant.Tx) error {
				return Escalate(ctx, tx, a, c.ID, clocks.Step{Act: act, Level: level, People: people})
			})
			var got *stored.Case
			w.View(eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
				got, err = stored.Find(ctx, tx, c.ID)
				return err
			})
			return got
		}
		c := assigned("Luč ne gori")
		if got := step(c, RaisePriority, "head"); got.Priority != stored.High {
			t.Errorf("priority %d", got.Priority)
		}
		once := step(c, AddWatcher, "head", head, mayor)
		again := step(c, AddWatcher, "mayor", mayor)
		if again.RowVersion != once.RowVersion {
			t.Error("who watches already was noted again")
		}
		w.View(eva, func(ctx context.Context, tx *tenant.Tx) error {
			list, err := Watchers(ctx, tx, c.ID)
			if len(list) != 2 || list[0].AccountID != head || list[0].Level != "head" {
				t.Errorf("%+v", list)
			}
			return err
		})
		if got := step(c, Reassign, "head", head); got.State != stored.Assigned || got.AssigneeID != head || got.DepartmentID != roads {
			t.Errorf("to the head: %s, %s", got.State, got.AssigneeID)
		}
		if got := step(c, Reassign, "coordinator", mayor); got.State != stored.InReview || got.Responsibility != stored.Declined || got.CoordinatorID != mayor || got.AssigneeID != "" {
			t.Errorf("back to the coordinator: %+v", got)
		}
		c = assigned("Voda pušča")
		if got := step(c, Reassign, "head"); got.State != stored.InReview { // nobody is named
			t.Errorf("without a head %s", got.State)
		}
		c = assigned("Luknja na cesti")
		if _, err := a.Accept(dan, acts.Key{ID: c.ID}); err != nil {
			t.Fatal(err)
		}
		if got := step(c, Reassign, "vice_mayor", mayor); got.State != stored.InProgress || got.AssigneeID != mayor || got.CoordinatorID != mayor || got.DepartmentID != roads {
			t.Errorf("what is worked on: %+v", got)
		}
		if c, err := a.Withdraw(w.Ctx(w.A, authz.Actor{ID: c.ReporterID, Kind: authz.Citizen}), c.ID, c.Token); err == nil {
			if got := step(c, RaisePriority, "head"); got.RowVersion != c.RowVersion {
				t.Error("what is over was raised")
			}
		}
	})
}

// TestTheLadderGivesATask: it could have people told, and gave nobody anything to do.
func TestTheLadderGivesATask(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		a := &acts.Acts{DB: w.DB, Names: listed.NewNameCache()}
		roads, head, mayor := id.New(), id.New(), id.New()
		eva := w.Staff(w.A, id.New(), "Eva Vidmar", "manager")
		w.Update(eva, func(ctx context.Context, tx *tenant.Tx) error {
			return departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: roads}, Slug: "roads", Name: i18n.Text{"sl": "Ceste"}})
		})
		ana := w.Citizen(w.A, id.New(), "Ana")
		c, err := a.Report(ana, acts.Report{Kind: stored.Defect, Title: "Luč ne gori", Body: "Pred šolo že tri dni ne gori luč.", Lang: "sl", Address: "Šutna 10"})
		if err == nil {
			c, err = a.Assign(eva, acts.Key{ID: c.ID}, roads, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		give := func(key, level string, people ...string) {
			t.Helper()
			w.Update(eva, func(ctx context.Context, tx *tenant.Tx) error {
				return Escalate(ctx, tx, a, c.ID, clocks.Step{Act: CreateTask, Level: level, People: people, Key: key, Words: "Poskrbite: prvi odgovor", DueAt: w.Clock.Now()})
			})
		}
		tasks := func(department, account string) (list []listed.Task) {
			t.Helper()
			w.View(eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
				list, err = listed.Tasks(ctx, tx, department, account, 10)
				return err
			})
			return list
		}
		give("first", "head", head)
		give("first", "head", head) // the same step again
		give("second", "mayor", mayor)
		if got := tasks(roads, ""); len(got) != 1 || got[0].Number != c.Number || got[0].Title != "Poskrbite: prvi odgovor" {
			t.Errorf("of the department %+v", got)
		}
		if got := tasks(roads, head); len(got) != 1 {
			t.Errorf("of the head %+v", got)
		}
		if got := tasks("", mayor); len(got) != 1 {
			t.Errorf("of the mayor %+v", got)
		}
		if err := a.DoneTask(eva, tasks(roads, "")[0].ID, "Poklicali smo.", false); err != nil {
			t.Fatal(err)
		}
		give("first", "head", head) // a task that was done is not given again by the same step
		if got := tasks(roads, head); len(got) != 0 {
			t.Errorf("given again %+v", got)
		}
		w.View(eva, func(ctx context.Context, tx *tenant.Tx) error {
			got, err := stored.Find(ctx, tx, c.ID)
			if got.OpenTasks != 1 {
				t.Errorf("%d open tasks", got.OpenTasks)
			}
			return err
		})
		if _, err := a.Withdraw(ana, c.ID, c.Token); err != nil {
			t.Fatal(err)
		}
		if give("third", "head", head); len(tasks(roads, "")) != 0 {
			t.Error("what is over got a task")
		}
	})
}
