-- Reasons are edited by staff: nobody overwrites what somebody else just saved.
alter table case_survey_reasons add column row_version bigint not null default 0;
--bun:split
-- A system of others gets the words of cases that nobody may see only when the municipality says so.
alter table case_endpoints add column entrusted {{.BOOL}} not null default {{.FALSE}};
--bun:split
-- Who of the municipality's own people keeps an eye on a case, because he wants to or because the ladder made him; level is that of the ladder.
create table case_watchers (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  account_id text not null,
  level text not null default '',
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create unique index case_watchers_one on case_watchers (tenant_id, case_id, account_id);
--bun:split
create index case_watchers_of on case_watchers (tenant_id, account_id, case_id);
--bun:split
{{.RLS "case_watchers"}}
