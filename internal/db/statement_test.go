package db

import "testing"

func TestStatementsFooledTheGuard(t *testing.T) {
	tables := map[string]struct{}{"comments": {}, "votes": {}}
	for query, want := range map[string]bool{
		`select * from tenants`: true,
		`select 'comments'`:     true,
		`SELECT "comment"."id" FROM "comments" AS "comment" WHERE ("comment".tenant_id = 'a') AND (("x" = 1) OR ("y" = 2))`: true,
		`UPDATE "comments" AS "comment" SET "body" = 'tenant_id' WHERE ("comment".tenant_id = 'a') AND (id = 'x')`:          true,
		`INSERT INTO "comments" ("tenant_id", "id") VALUES ('a', 'x') ON CONFLICT (tenant_id, id) DO UPDATE SET body = 'b'`: true,
		`delete from comments where tenant_id = 'a'`:                                                                                          true,
		`select 1 from comments c join votes v on v.tenant_id = c.tenant_id and v.id = c.id where c.tenant_id = 'a'`:                          true,
		`select (select count(*) from votes v where v.tenant_id = c.tenant_id) from comments c where c.tenant_id = 'a' and exists (select 1)`: true,
		`with x as (select id from comments where tenant_id = 'a') select * from x`:                                                           true,
		`insert into votes (tenant_id, id) select 'a', id from comments where tenant_id = 'a'`:                                                true,
		`select * from comments`:                                                          false,
		`select * from COMMENTS`:                                                          false,
		`select * from main.comments`:                                                     false,
		`select * from [comments]`:                                                        false,
		"select * from `comments`":                                                        false,
		`select * from comments where tenant_id = 'b'`:                                    false,
		`insert into comments (tenant_id, id) values ('b', 'x')`:                          false,
		`select * from comments where tenant_id = 'a' or 1 = 1`:                           false,
		`SELECT * FROM "comments" WHERE ("tenant_id" = 'a') OR ("id" = 'x')`:              false,
		`select * from comments where tenant_id = 'a' or tenant_id = 'b'`:                 false,
		`select * from comments -- where tenant_id = 'a'`:                                 false,
		`select * from comments /* tenant_id = 'a' */`:                                    false,
		`select * from comments where body = 'tenant_id = ''a'''`:                         false,
		`select * from comments where "body" = 'a'`:                                       false,
		`select * from comments where tenant_id <> 'a'`:                                   false,
		`select * from comments where tenant_id >= 'a'`:                                   false,
		`select * from comments c, votes v where c.tenant_id = 'a' and c.id = v.id`:       false,
		`select * from comments c join votes v on v.id = c.id where c.tenant_id = 'a'`:    false,
		`select (select count(*) from votes) from comments where tenant_id = 'a'`:         false,
		`with x as (select * from votes) select * from comments where tenant_id = 'a'`:    false,
		`select * from comments where tenant_id = 'a' union all select * from votes`:      false,
		`insert into comments (tenant_id, id) select tenant_id, id from votes`:            false,
		`update comments set body = (select body from votes limit 1) where tenant_id='a'`: false,
	} {
		if got := confined(query, "a", tables); got != want {
			t.Errorf("%v for %s", got, query)
		}
	}
	if confined("select * from comments where tenant_id = ''", "", tables) {
		t.Error("without a tenant everything is open")
	}
}
