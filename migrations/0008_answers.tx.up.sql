-- Official answers: the working copy that staff write, and every version that was published.
create table answers (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  consultation_id text not null default '',
  state text not null,
  text {{.JSON}} not null,
  cost_minor bigint,
  currency text not null default '',
  period {{.JSON}} not null,
  department_id text,
  due_at {{.TS}},
  -- draft is set while the working copy differs from what was published last.
  draft {{.BOOL}} not null default {{.TRUE}},
  -- The published content, and its number: 0 before the first publication.
  public_state text not null default '',
  public_text {{.JSON}},
  public_cost_minor bigint,
  public_period {{.JSON}},
  public_department_id text,
  version bigint not null default 0,
  published_at {{.TS}},
  first_published_at {{.TS}},
  row_version bigint not null default 1,
  changed_by text not null default '',
  changed_by_name text not null default '',
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, department_id) references departments (tenant_id, id),
  foreign key (tenant_id, public_department_id) references departments (tenant_id, id)
);
--bun:split
create unique index answers_subject on answers (tenant_id, subject_kind, subject_id);
--bun:split
create index answers_newest on answers (tenant_id, subject_kind, published_at);
--bun:split
create index answers_draft on answers (tenant_id, draft, due_at, id);
--bun:split
{{.RLS "answers"}}
--bun:split
create table answer_versions (
  tenant_id text not null references tenants (id),
  id text not null,
  answer_id text not null,
  number bigint not null,
  state text not null,
  text {{.JSON}} not null,
  cost_minor bigint,
  currency text not null default '',
  period {{.JSON}} not null,
  department_id text,
  published_at {{.TS}} not null,
  published_by text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, answer_id) references answers (tenant_id, id)
);
--bun:split
create unique index answer_versions_number on answer_versions (tenant_id, answer_id, number);
--bun:split
{{.RLS "answer_versions"}}
--bun:split
-- A municipality's own words and colours over the fixed meanings; the id is the meaning.
create table answer_labels (
  tenant_id text not null references tenants (id),
  id text not null,
  label {{.JSON}} not null,
  colour text not null default '',
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "answer_labels"}}
