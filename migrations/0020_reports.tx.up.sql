-- Reports of consultations. One row is one version: a draft, then frozen and never changed; a correction is another row.
create table reports (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  version integer not null,
  state text not null,
  introduction {{.JSON}},
  conclusions {{.JSON}},
  next_step {{.JSON}},
  -- groups_missing is what the municipality says about who was not reached; evaluation says whether the report holds that part.
  groups_missing {{.JSON}},
  evaluation {{.BOOL}} not null default {{.FALSE}},
  correction {{.JSON}},
  replaces_id text,
  -- progress is the percentage of the formats that are written, failure why the last attempt ended.
  progress integer not null default 0,
  failure text not null default '',
  -- figures is what the register shows of it.
  figures {{.JSON}},
  part_count integer not null default 0,
  sha256 text not null default '',
  frozen_at {{.TS}},
  published_at {{.TS}},
  published_by text not null default '',
  row_version bigint not null default 1,
  created_by text not null default '',
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id)
);
--bun:split
create unique index reports_version on reports (tenant_id, consultation_id, version);
--bun:split
create index reports_published on reports (tenant_id, published_at, id);
--bun:split
{{.RLS "reports"}}
--bun:split
-- The files of a version, by language; lang is '' for what is the same in all.
create table report_files (
  tenant_id text not null references tenants (id),
  id text not null,
  report_id text not null,
  lang text not null,
  format text not null,
  name text not null,
  sha256 text not null,
  size bigint not null,
  blob_key text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, report_id) references reports (tenant_id, id)
);
--bun:split
create unique index report_files_of on report_files (tenant_id, report_id, lang, format);
--bun:split
create index report_files_hash on report_files (tenant_id, sha256);
--bun:split
{{.RLS "report_files"}}
--bun:split
-- Who was written to about a consultation, so that nobody is twice.
create table report_letters (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  account_id text not null,
  report_id text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id),
  foreign key (tenant_id, report_id) references reports (tenant_id, id)
);
--bun:split
create unique index report_letters_one on report_letters (tenant_id, consultation_id, account_id);
--bun:split
{{.RLS "report_letters"}}
--bun:split
-- How many people live there, as the municipality says: by area (kind 'area') or by age (kind 'age'), grp is the area or the group.
create table census_figures (
  tenant_id text not null references tenants (id),
  id text not null,
  kind text not null,
  grp text not null,
  people bigint not null,
  year integer not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index census_figures_one on census_figures (tenant_id, kind, grp);
--bun:split
{{.RLS "census_figures"}}
