-- Archives of consultations: everything of one as the public may read it, in one file.
create table archives (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  -- state is making, done or failed; progress is in percent, failure says why the last attempt ended.
  state text not null,
  progress integer not null default 0,
  failure text not null default '',
  licence text not null,
  -- public lets everybody fetch it; outdated ones hold something that was taken out since and are given to nobody.
  public {{.BOOL}} not null default {{.FALSE}},
  outdated {{.BOOL}} not null default {{.FALSE}},
  size bigint not null default 0,
  file_count integer not null default 0,
  sha256 text not null default '',
  -- taken_at is the moment of which everything in it is.
  taken_at {{.TS}},
  created_by text not null default '',
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id)
);
--bun:split
create index archives_of on archives (tenant_id, consultation_id, created_at, id);
--bun:split
create index archives_public on archives (tenant_id, public, outdated);
--bun:split
{{.RLS "archives"}}
