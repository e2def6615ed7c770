-- Whoever looks for the vote of one voter on one subject finds exactly that row, by whichever index PostgreSQL takes: before it has
-- seen statistics it would take the shorter one and read every vote of the voter.
drop index votes_voter;
--bun:split
create index votes_voter on votes (tenant_id, voter_id, subject_kind, subject_id, scope);
--bun:split
-- Each new vote would lock and look at the row of its municipality three times. Row level security already lets nobody write under a
-- municipality that is not his own, and municipalities are never deleted.
{{if .PG}}alter table votes drop constraint votes_tenant_id_fkey;{{else}}select 1;{{end}}
--bun:split
{{if .PG}}alter table vote_changes drop constraint vote_changes_tenant_id_fkey;{{else}}select 1;{{end}}
--bun:split
{{if .PG}}alter table vote_totals drop constraint vote_totals_tenant_id_fkey;{{else}}select 1;{{end}}
