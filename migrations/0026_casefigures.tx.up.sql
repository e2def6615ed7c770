-- How each case stands in the figures: year, quarter, kind and so on, with what is true of it; empty while it is not counted.
alter table cases add column counted text not null default '';
--bun:split
create index cases_uncounted on cases (tenant_id, id) where counted = '' and grp <> 'hidden';
--bun:split
-- What is still to be done, by department: how much, how old, how late.
create index cases_running on cases (tenant_id, department_id, registered_at, due_at) where grp in ('open', 'paused');
--bun:split
-- Counts of cases by year, kind, department (scope; empty is all of them) and one property (dim and value). id is made of these five.
create table case_figures (
  tenant_id text not null references tenants (id),
  id text not null,
  year bigint not null,
  kind text not null,
  scope text not null,
  dim text not null,
  value text not null,
  received bigint not null default 0,
  running bigint not null default 0,
  counting bigint not null default 0,
  answered bigint not null default 0,
  within bigint not null default 0,
  rated bigint not null default 0,
  content bigint not null default 0,
  primary key (tenant_id, id)
);
--bun:split
create index case_figures_scope on case_figures (tenant_id, scope, year);
--bun:split
{{.RLS "case_figures"}}
--bun:split
-- How long first answers took, in hours rounded down to classes, for each of the counts: medians come from here.
create table case_figure_times (
  tenant_id text not null references tenants (id),
  id text not null,
  year bigint not null,
  kind text not null,
  scope text not null,
  dim text not null,
  value text not null,
  hours bigint not null,
  n bigint not null default 0,
  primary key (tenant_id, id)
);
--bun:split
create index case_figure_times_scope on case_figure_times (tenant_id, scope, year);
--bun:split
{{.RLS "case_figure_times"}}
--bun:split
-- What a program sent once: the key of the program, what it called it, and which case it became. The same one twice is one.
create table case_api_updates (
  tenant_id text not null references tenants (id),
  id text not null,
  client_id text not null,
  update_id text not null,
  case_id text not null,
  status text not null default '',
  at {{.TS}} not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create unique index case_api_updates_one on case_api_updates (tenant_id, client_id, update_id);
--bun:split
create index case_api_updates_of on case_api_updates (tenant_id, case_id);
--bun:split
{{.RLS "case_api_updates"}}
--bun:split
-- Requests that wait for their number in batch mode.
create table case_api_tokens (
  tenant_id text not null references tenants (id),
  id text not null,
  client_id text not null,
  payload {{.JSON}} not null,
  case_id text,
  problem text not null default '',
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create index case_api_tokens_open on case_api_tokens (tenant_id, created_at) where case_id is null;
--bun:split
{{.RLS "case_api_tokens"}}
--bun:split
-- Systems of others that cases are handed to: of a department, of a topic, or of both. secret is the key that they gave, sealed.
create table case_endpoints (
  tenant_id text not null references tenants (id),
  id text not null,
  name text not null,
  url text not null,
  jurisdiction text not null default '',
  secret text not null default '',
  service_code text not null,
  department_id text,
  topic_id text,
  body_id text,
  active {{.BOOL}} not null default {{.FALSE}},
  polled_at {{.TS}},
  problem text not null default '',
  created_at {{.TS}} not null,
  row_version bigint not null default 0,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "case_endpoints"}}
--bun:split
-- A case that was handed to such a system, and what came back.
create table case_handovers (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  endpoint_id text not null,
  cycle bigint not null default 1,
  remote_id text not null default '',
  token text not null default '',
  status text not null default '',
  tries bigint not null default 0,
  next_at {{.TS}},
  problem text not null default '',
  sent_at {{.TS}},
  updated_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id),
  foreign key (tenant_id, endpoint_id) references case_endpoints (tenant_id, id)
);
--bun:split
create unique index case_handovers_one on case_handovers (tenant_id, case_id, endpoint_id, cycle);
--bun:split
create index case_handovers_next on case_handovers (tenant_id, next_at) where next_at is not null;
--bun:split
create index case_handovers_remote on case_handovers (tenant_id, endpoint_id, remote_id) where remote_id <> '';
--bun:split
{{.RLS "case_handovers"}}
