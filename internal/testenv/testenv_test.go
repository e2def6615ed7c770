package testenv_test

import (
	"context"
	"testing"

	"glas/internal/db"
	"glas/internal/id"
	"glas/internal/testenv"
)

func TestTwoTestsNeverShareADatabase(t *testing.T) {
	first, second := testenv.Databases(t), testenv.Databases(t)
	for i := range first {
		if first[i].URL == second[i].URL {
			t.Errorf("%s: both got %s", first[i].Name, first[i].URL)
		}
		one, two := testenv.Open(t, first[i]), testenv.Open(t, second[i])
		ctx := db.System(context.Background(), "test")
		if _, err := one.Write.ExecContext(ctx, "create table only_here (n integer)"); err != nil {
			t.Fatal(err)
		}
		if _, err := two.Read.ExecContext(ctx, "select n from only_here"); err == nil {
			t.Errorf("%s: a table of the first database is in the second", first[i].Name)
		}
	}
}

func TestEachRunsOnEveryKindOfDatabase(t *testing.T) {
	kinds := map[bool]int{}
	testenv.Each(t, func(_ *testing.T, d *db.DB) { kinds[d.PG]++ })
	if kinds[false] != 1 || (kinds[true] == 1) != testenv.HasPostgres() {
		t.Errorf("ran %v, want SQLite once and PostgreSQL once when it is offered", kinds)
	}
}

func TestRedisAnswers(t *testing.T) {
	client, ctx := testenv.Redis(t), context.Background()
	key := id.New()
	if err := client.Set(ctx, key, "there", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if got := client.GetDel(ctx, key).Val(); got != "there" {
		t.Errorf("got %q", got)
	}
}
