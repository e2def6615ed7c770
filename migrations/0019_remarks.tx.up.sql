-- Remarks of residents and associations on a consultation, a text, one block of it, quoted words or a place on a plan sheet, by whatever
-- way they came. seq orders them: year * 100000000 + number, and never changes. What a table shows, filters or counts by is a column.
create table remarks (
  tenant_id text not null references tenants (id),
  id text not null,
  seq bigint not null,
  year integer not null,
  number bigint not null,
  token text not null,
  consultation_id text not null,
  -- What it is about: the host, the block ('' for the whole) as it was called and as it read then, quoted words, a zone or a point of a sheet.
  host_kind text not null,
  host_id text not null,
  block text not null default '',
  label text not null default '',
  version_id text not null default '',
  block_text text not null default '',
  quote text not null default '',
  quote_prefix text not null default '',
  quote_suffix text not null default '',
  zone text not null default '',
  x {{.FLOAT}} not null default 0,
  y {{.FLOAT}} not null default 0,
  channel text not null,
  source text not null default '',
  received_at {{.TS}} not null,
  stance text not null default '',
  body text not null,
  wording text not null default '',
  effects text not null default '',
  excerpt text not null default '',
  folded text not null default '',
  lang text not null default '',
  author_id text not null default '',
  author_name text not null default '',
  author_kind text not null,
  organisation_id text,
  -- Who sent it as the office knows it; never public.
  person_name text not null default '',
  person_email text not null default '',
  person_address text not null default '',
  -- Area and age of the author when it was sent, for the report; '' when not known.
  area_id text,
  age_band text not null default '',
  file_count integer not null default 0,
  state text not null,
  state_reason text not null default '',
  state_rule text not null default '',
  hints text not null default '',
  -- What became of the block in later versions, and of the remark after a document was replaced.
  carried text not null default '',
  carried_version text not null default '',
  reconfirm text not null default '',
  reconfirm_for text not null default '',
  reconfirm_at {{.TS}},
  -- The answer of the office: the working copy, and the published one as everybody sees it.
  disposition text not null default '',
  answer_reason {{.JSON}},
  department_id text,
  assignee_id text,
  due_at {{.TS}},
  change_block text not null default '',
  change_label text not null default '',
  change_version text not null default '',
  change_path text not null default '',
  decided_by text not null default '',
  decided_by_name text not null default '',
  decided_at {{.TS}},
  public_answer {{.JSON}},
  public_disposition text not null default '',
  published_at {{.TS}},
  told_at {{.TS}},
  group_id text,
  external_id text,
  dedupe text,
  revision integer not null default 0,
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  edited_at {{.TS}},
  closed_at {{.TS}},
  row_version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id),
  foreign key (tenant_id, area_id) references areas (tenant_id, id),
  foreign key (tenant_id, department_id) references departments (tenant_id, id)
);
--bun:split
create unique index remarks_seq on remarks (tenant_id, seq);
--bun:split
create unique index remarks_external on remarks (tenant_id, consultation_id, external_id);
--bun:split
create unique index remarks_dedupe on remarks (tenant_id, dedupe);
--bun:split
create index remarks_table on remarks (tenant_id, consultation_id, seq);
--bun:split
create index remarks_public on remarks (tenant_id, consultation_id, state, seq);
--bun:split
create index remarks_disposition on remarks (tenant_id, consultation_id, disposition, seq);
--bun:split
create index remarks_department on remarks (tenant_id, consultation_id, department_id, seq);
--bun:split
create index remarks_block on remarks (tenant_id, host_kind, host_id, block, state, seq);
--bun:split
create index remarks_group on remarks (tenant_id, group_id);
--bun:split
create index remarks_author on remarks (tenant_id, author_id, seq);
--bun:split
create index remarks_untold on remarks (tenant_id, published_at) where told_at is null and published_at is not null;
--bun:split
create index remarks_unasked on remarks (tenant_id, consultation_id, seq) where reconfirm = 'ask';
--bun:split
{{.RLS "remarks"}}
--bun:split
-- The last number given in each year; id is the year.
create table remark_numbers (
  tenant_id text not null references tenants (id),
  id text not null,
  last bigint not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "remark_numbers"}}
--bun:split
-- What a remark said before an edit; created_at is the moment at which that text was written.
create table remark_revisions (
  tenant_id text not null references tenants (id),
  id text not null,
  remark_id text not null,
  revision integer not null,
  stance text not null default '',
  body text not null,
  wording text not null default '',
  effects text not null default '',
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, remark_id) references remarks (tenant_id, id)
);
--bun:split
create unique index remark_revisions_of on remark_revisions (tenant_id, remark_id, revision);
--bun:split
{{.RLS "remark_revisions"}}
--bun:split
-- Remarks that say the same and get one answer.
create table remark_groups (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  title text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id)
);
--bun:split
create index remark_groups_of on remark_groups (tenant_id, consultation_id, created_at);
--bun:split
{{.RLS "remark_groups"}}
