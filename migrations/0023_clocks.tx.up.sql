-- Which targets a thing gets: the first policy that fits and has a target of a metric counts for that metric.
create table clock_policies (
  tenant_id text not null references tenants (id),
  id text not null,
  name {{.JSON}} not null,
  fit {{.JSON}} not null,
  position integer not null default 0,
  archived {{.BOOL}} not null default {{.FALSE}},
  row_version bigint not null default 1,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "clock_policies"}}
--bun:split
-- calendar_id is empty for the default calendar and "department" for that of the department.
create table clock_targets (
  tenant_id text not null references tenants (id),
  id text not null,
  policy_id text not null,
  metric text not null,
  term {{.JSON}} not null,
  calendar_id text not null default '',
  pausable {{.BOOL}} not null default {{.FALSE}},
  legal_basis {{.JSON}} not null,
  row_version bigint not null default 1,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, policy_id) references clock_policies (tenant_id, id)
);
--bun:split
create unique index clock_targets_metric on clock_targets (tenant_id, policy_id, metric);
--bun:split
{{.RLS "clock_targets"}}
--bun:split
-- The ladder: at a point (so much after the start, percent used up, before or after it is due) a level is told or something is done.
create table clock_rules (
  tenant_id text not null references tenants (id),
  id text not null,
  target_id text not null,
  position integer not null default 0,
  point text not null,
  amount integer not null,
  repeats integer not null default 0,
  level text not null,
  act text not null,
  -- valid_from: nothing that lay before it is told.
  valid_from {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, target_id) references clock_targets (tenant_id, id)
);
--bun:split
create index clock_rules_target on clock_rules (tenant_id, target_id);
--bun:split
{{.RLS "clock_rules"}}
--bun:split
-- A running or ended clock with the target as it was when it began. fit: what the thing was then. policy_id and target_id may be those
-- of what is shipped, so they are no references.
create table clocks (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  cycle integer not null,
  metric text not null,
  policy_id text not null default '',
  target_id text not null default '',
  department_id text not null default '',
  term {{.JSON}} not null,
  calendar_id text not null default '',
  by_department {{.BOOL}} not null default {{.FALSE}},
  pausable {{.BOOL}} not null default {{.FALSE}},
  legal_basis {{.JSON}} not null,
  started_at {{.TS}} not null,
  due_at {{.TS}} not null,
  computed_at {{.TS}} not null,
  paused_since {{.TS}},
  watched_from {{.TS}} not null,
  next_at {{.TS}},
  stopped_at {{.TS}},
  outcome text not null default '',
  overshoot bigint not null default 0,
  explanation {{.JSON}},
  primary key (tenant_id, id)
);
--bun:split
create unique index clocks_running on clocks (tenant_id, subject_kind, subject_id, cycle, metric) where stopped_at is null;
--bun:split
create index clocks_subject on clocks (tenant_id, subject_kind, subject_id, started_at);
--bun:split
create index clocks_due on clocks (tenant_id, due_at, id) where stopped_at is null;
--bun:split
create index clocks_next on clocks (tenant_id, next_at, id) where next_at is not null;
--bun:split
create index clocks_paused on clocks (tenant_id, computed_at, id) where paused_since is not null;
--bun:split
create index clocks_target on clocks (tenant_id, target_id, id) where stopped_at is null;
--bun:split
{{.RLS "clocks"}}
--bun:split
-- When a clock stood still, and why.
create table clock_pauses (
  tenant_id text not null references tenants (id),
  id text not null,
  clock_id text not null,
  from_at {{.TS}} not null,
  to_at {{.TS}},
  reason text not null default '',
  actor_id text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, clock_id) references clocks (tenant_id, id)
);
--bun:split
create index clock_pauses_clock on clock_pauses (tenant_id, clock_id, from_at);
--bun:split
{{.RLS "clock_pauses"}}
--bun:split
-- What was told already; id is clock.rule.n, so that nothing is told twice.
create table clock_firings (
  tenant_id text not null references tenants (id),
  id text not null,
  clock_id text not null,
  rule_id text not null,
  n integer not null,
  level text not null,
  act text not null,
  people integer not null default 0,
  fired_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, clock_id) references clocks (tenant_id, id)
);
--bun:split
create index clock_firings_clock on clock_firings (tenant_id, clock_id, fired_at);
--bun:split
{{.RLS "clock_firings"}}
--bun:split
-- Who stands at a level of the ladder; id is the level, accounts are account ids.
create table clock_levels (
  tenant_id text not null references tenants (id),
  id text not null,
  accounts {{.JSON}} not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "clock_levels"}}
