-- Opening hours. always: never closed. holidays: follows the holidays of the country as shipped.
create table calendars (
  tenant_id text not null references tenants (id),
  id text not null,
  name {{.JSON}} not null,
  week {{.JSON}} not null,
  always {{.BOOL}} not null default {{.FALSE}},
  holidays {{.BOOL}} not null default {{.TRUE}},
  is_default {{.BOOL}} not null default {{.FALSE}},
  archived {{.BOOL}} not null default {{.FALSE}},
  row_version bigint not null default 1,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index calendars_default on calendars (tenant_id) where is_default;
--bun:split
{{.RLS "calendars"}}
--bun:split
-- Days that differ from the week and from the shipped holidays. calendar_id is empty for a day of all calendars; kind is closed, open
-- (windows), until (a half day that closes at minute until) or ordinary (a holiday that is none here); source is manual or ical.
create table calendar_days (
  tenant_id text not null references tenants (id),
  id text not null,
  calendar_id text not null default '',
  day text not null,
  kind text not null,
  windows {{.JSON}} not null,
  until integer not null default 0,
  label {{.JSON}} not null,
  source text not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index calendar_days_day on calendar_days (tenant_id, calendar_id, day, source);
--bun:split
{{.RLS "calendar_days"}}
--bun:split
-- Departments that work by a calendar of their own; id is that of the department.
create table calendar_departments (
  tenant_id text not null references tenants (id),
  id text not null,
  calendar_id text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, calendar_id) references calendars (tenant_id, id)
);
--bun:split
create index calendar_departments_calendar on calendar_departments (tenant_id, calendar_id);
--bun:split
{{.RLS "calendar_departments"}}
