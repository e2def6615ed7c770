-- Acts of a consultation, article by article. A version is a draft until it is published; then its blocks are never changed again,
-- but for the counters of the remarks on them. The key of a block is the same in every version of its act.
create table texts (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  title text not null,
  lang text not null,
  position integer not null default 0,
  state text not null,
  -- The version that everybody reads and the one that staff works on; empty while there is none.
  version_id text not null default '',
  version_number integer not null default 0,
  draft_id text not null default '',
  next_key integer not null default 1,
  article_count integer not null default 0,
  -- remark_count is all shown remarks, whole_count those on the act as a whole.
  remark_count bigint not null default 0,
  whole_count bigint not null default 0,
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  published_at {{.TS}},
  row_version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id)
);
--bun:split
{{.RLS "texts"}}
--bun:split
create index texts_consultation on texts (tenant_id, consultation_id, position);
--bun:split
create table text_versions (
  tenant_id text not null references tenants (id),
  id text not null,
  text_id text not null,
  number integer not null default 0,
  state text not null,
  title text not null default '',
  note {{.JSON}},
  source text not null default '',
  -- gone are the blocks of the version before that are no longer there: key, label, and the remarks because of which.
  gone {{.JSON}},
  created_at {{.TS}} not null,
  published_at {{.TS}},
  published_by text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, text_id) references texts (tenant_id, id)
);
--bun:split
{{.RLS "text_versions"}}
--bun:split
create index text_versions_text on text_versions (tenant_id, text_id, number);
--bun:split
create table text_blocks (
  tenant_id text not null references tenants (id),
  id text not null,
  text_id text not null,
  version_id text not null,
  key text not null,
  position integer not null,
  kind text not null,
  depth integer not null default 0,
  number text not null default '',
  heading text not null default '',
  body text not null default '',
  label text not null default '',
  own_label {{.BOOL}} not null default {{.FALSE}},
  change text not null default '',
  -- because names the remarks that led to the change, as staff entered them.
  because text not null default '',
  remark_count bigint not null default 0,
  row_version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, text_id) references texts (tenant_id, id),
  foreign key (tenant_id, version_id) references text_versions (tenant_id, id)
);
--bun:split
{{.RLS "text_blocks"}}
--bun:split
create index text_blocks_version on text_blocks (tenant_id, version_id, position);
--bun:split
create index text_blocks_key on text_blocks (tenant_id, version_id, key);
--bun:split
-- Plan sheets: one picture with numbered zones. Points of zones are in per cent of the picture's width and height.
create table sheets (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  title text not null,
  lang text not null,
  note text not null default '',
  state text not null,
  position integer not null default 0,
  zones {{.JSON}},
  -- counts are the shown remarks by zone, "" the sheet as a whole.
  counts {{.JSON}},
  remark_count bigint not null default 0,
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  row_version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id)
);
--bun:split
{{.RLS "sheets"}}
--bun:split
create index sheets_consultation on sheets (tenant_id, consultation_id, position);
