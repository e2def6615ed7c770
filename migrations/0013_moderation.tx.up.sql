-- One case for each thing that somebody reported, that waits to be read before it is shown, or that holds a word to look at.
create table moderation_cases (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  author_id text not null default '',
  open {{.BOOL}} not null,
  waiting {{.BOOL}} not null default {{.FALSE}},
  hints text not null default '',
  reports bigint not null default 0,
  top_reason text not null default '',
  weight {{.FLOAT}} not null default 0,
  opened_at {{.TS}} not null,
  closed_at {{.TS}},
  primary key (tenant_id, id)
);
--bun:split
create unique index moderation_cases_subject on moderation_cases (tenant_id, subject_kind, subject_id);
--bun:split
create index moderation_cases_weight on moderation_cases (tenant_id, weight, opened_at, id) where open;
--bun:split
create index moderation_cases_opened on moderation_cases (tenant_id, opened_at, id) where open;
--bun:split
create index moderation_cases_author on moderation_cases (tenant_id, author_id);
--bun:split
{{.RLS "moderation_cases"}}
--bun:split
-- What people reported. reporter is the account, or a keyed hash of the address of a visitor: one report each for a thing.
create table moderation_reports (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  reporter text not null,
  visitor {{.BOOL}} not null,
  reason text not null,
  text text not null default '',
  weight {{.FLOAT}} not null,
  outcome text not null default '',
  month text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references moderation_cases (tenant_id, id)
);
--bun:split
create unique index moderation_reports_once on moderation_reports (tenant_id, case_id, reporter);
--bun:split
create index moderation_reports_reporter on moderation_reports (tenant_id, reporter, outcome);
--bun:split
create index moderation_reports_month on moderation_reports (tenant_id, month);
--bun:split
{{.RLS "moderation_reports"}}
--bun:split
-- What was decided, why, by which rule, and what became of an appeal. hinted words and texts of others are not kept here.
create table moderation_decisions (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  author_id text not null default '',
  title text not null default '',
  path text not null default '',
  act text not null,
  reason text not null default '',
  rule text not null default '',
  moderator_id text not null default '',
  month text not null,
  created_at {{.TS}} not null,
  appeal text not null default '',
  appeal_text text not null default '',
  appealed_at {{.TS}},
  settled_by text not null default '',
  settled_reason text not null default '',
  settled_at {{.TS}},
  primary key (tenant_id, id)
);
--bun:split
create index moderation_decisions_subject on moderation_decisions (tenant_id, subject_kind, subject_id, created_at);
--bun:split
create index moderation_decisions_month on moderation_decisions (tenant_id, month);
--bun:split
create index moderation_decisions_appeal on moderation_decisions (tenant_id, appeal, appealed_at) where appeal <> '';
--bun:split
create index moderation_decisions_author on moderation_decisions (tenant_id, author_id);
--bun:split
{{.RLS "moderation_decisions"}}
--bun:split
-- The first published posts of each account; id is "kind:id" of the thing.
create table moderation_posts (
  tenant_id text not null references tenants (id),
  id text not null,
  author_id text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create index moderation_posts_author on moderation_posts (tenant_id, author_id);
--bun:split
{{.RLS "moderation_posts"}}
--bun:split
-- The municipality's own words to look at, one to a line; id is always "own".
create table moderation_words (
  tenant_id text not null references tenants (id),
  id text not null,
  words text not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "moderation_words"}}
