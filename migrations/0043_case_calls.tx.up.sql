-- Who has no e-mail hears what became of his case by phone or by a letter on paper: what he is to be told, until somebody did.
-- way: phone or post. state: open, done or dropped. until: the date that was promised with it.
create table case_calls (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  way text not null,
  kind text not null,
  body text not null default '',
  lang text not null default '',
  until {{.TS}},
  state text not null,
  attempts bigint not null default 0,
  tried_at {{.TS}},
  due_at {{.TS}},
  result text not null default '',
  by_id text,
  done_at {{.TS}},
  created_at {{.TS}} not null,
  row_version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create index case_calls_of on case_calls (tenant_id, case_id, created_at);
--bun:split
-- One at a time for a case: what comes later is said in the same call.
create unique index case_calls_open on case_calls (tenant_id, case_id) where state = 'open';
--bun:split
create index case_calls_due on case_calls (tenant_id, due_at, id) where state = 'open';
--bun:split
{{.RLS "case_calls"}}
--bun:split
-- Whether a clock stands still too while another authority has to act; while the citizen is asked it does when it is pausable.
alter table clock_targets add column pausable_outside {{.BOOL}} not null default {{.FALSE}};
--bun:split
alter table clocks add column pausable_outside {{.BOOL}} not null default {{.FALSE}};
--bun:split
-- When somebody of the municipality last did something about a case, so that those can be listed that nobody looks at.
alter table cases add column worked_at {{.TS}};
--bun:split
update cases set worked_at = updated_at;
--bun:split
create index cases_worked on cases (tenant_id, worked_at, id) where grp = 'open';
