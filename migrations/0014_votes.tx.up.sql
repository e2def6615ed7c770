-- What the orders "most supported" and "trending" are read from. Every vote changes both, and each index of a row that is changed has
-- to be written anew: a row of proposals has many and is long, a row of these is short and has few.
create table proposal_ranks (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  state text not null,
  popular bigint not null default 0,
  trend {{.FLOAT}} not null default 0,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references proposals (tenant_id, id) on delete cascade
){{if .PG}} with (fillfactor = 80){{end}};
--bun:split
{{if .PG}}alter table proposals no force row level security;{{else}}select 1;{{end}}
--bun:split
insert into proposal_ranks (tenant_id, id, consultation_id, state, popular, trend) select tenant_id, id, consultation_id, state, popular, trend from proposals;
--bun:split
{{if .PG}}alter table proposals force row level security;{{else}}select 1;{{end}}
--bun:split
create index proposal_ranks_supported on proposal_ranks (tenant_id, consultation_id, state, popular, id);
--bun:split
create index proposal_ranks_trending on proposal_ranks (tenant_id, consultation_id, state, trend, id);
--bun:split
create index proposal_ranks_all_supported on proposal_ranks (tenant_id, state, popular, id);
--bun:split
create index proposal_ranks_all_trending on proposal_ranks (tenant_id, state, trend, id);
--bun:split
{{.RLS "proposal_ranks"}}
--bun:split
drop index proposals_supported;
--bun:split
drop index proposals_trending;
--bun:split
drop index proposals_all_supported;
--bun:split
drop index proposals_all_trending;
--bun:split
-- Counters that no index knows are changed in place where a page has room for it.
{{if .PG}}alter table proposals set (fillfactor = 75);{{else}}select 1;{{end}}
--bun:split
{{if .PG}}alter table vote_totals set (fillfactor = 75);{{else}}select 1;{{end}}
--bun:split
{{if .PG}}alter table consultations set (fillfactor = 50);{{else}}select 1;{{end}}
--bun:split
-- Votes that came on paper or were given at a desk. reference is what stands on the paper, folded: the same paper counts once.
create table vote_papers (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  channel text not null,
  reference text not null,
  shown text not null,
  voter_id text not null,
  voter_kind text not null,
  value text not null,
  entered_by text not null,
  entered_at {{.TS}} not null,
  removed_by text not null default '',
  removed_at {{.TS}},
  reason text not null default '',
  primary key (tenant_id, id)
);
--bun:split
create unique index vote_papers_once on vote_papers (tenant_id, subject_kind, subject_id, channel, reference);
--bun:split
create index vote_papers_last on vote_papers (tenant_id, entered_at, id);
--bun:split
{{.RLS "vote_papers"}}
