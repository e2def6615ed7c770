-- Files that staff brings in by a job: how far that is, and what came of it.
create table imports (
  tenant_id text not null references tenants (id),
  id text not null,
  -- kind is what is brought in: streets.
  kind text not null,
  -- state is working, checked, done or failed.
  state text not null,
  file_name text not null,
  -- kept says that the file is still stored; only the last one of a kind is.
  kept {{.BOOL}} not null default {{.FALSE}},
  -- options is what was asked for, result what came of it, in the words of the kind.
  options {{.JSON}},
  result {{.JSON}},
  created_by text not null default '',
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create index imports_recent on imports (tenant_id, kind, created_at, id);
--bun:split
{{.RLS "imports"}}
