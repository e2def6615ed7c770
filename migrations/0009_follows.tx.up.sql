-- Who follows what. A row that is not active says that the person does not want to hear of the thing, also not through anything else.
create table follows (
  tenant_id text not null references tenants (id),
  id text not null,
  account_id text not null,
  subject_kind text not null,
  subject_id text not null,
  active {{.BOOL}} not null,
  own {{.BOOL}} not null default {{.FALSE}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index follows_account on follows (tenant_id, account_id, subject_kind, subject_id);
--bun:split
create index follows_subject on follows (tenant_id, subject_kind, subject_id, account_id);
--bun:split
{{.RLS "follows"}}
--bun:split
-- How often a person wants mail; id is the account. Who has no row has the usual settings.
create table follow_settings (
  tenant_id text not null references tenants (id),
  id text not null,
  frequency text not null,
  own {{.BOOL}} not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "follow_settings"}}
--bun:split
-- What happened, told once: unique_key names the occasion.
create table follow_news (
  tenant_id text not null references tenants (id),
  id text not null,
  unique_key text not null,
  event text not null,
  refs {{.JSON}} not null,
  also {{.JSON}} not null,
  except_ids {{.JSON}} not null,
  direct {{.BOOL}} not null default {{.FALSE}},
  titled {{.BOOL}} not null default {{.FALSE}},
  subject_kind text not null,
  subject_id text not null,
  title text not null,
  path text not null,
  excerpt text not null default '',
  actor_id text not null default '',
  actor_name text not null default '',
  urgent {{.BOOL}} not null default {{.FALSE}},
  until_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index follow_news_key on follow_news (tenant_id, unique_key);
--bun:split
create index follow_news_subject on follow_news (tenant_id, subject_kind, subject_id, created_at);
--bun:split
create index follow_news_created on follow_news (tenant_id, created_at);
--bun:split
{{.RLS "follow_news"}}
--bun:split
-- What one person is told. via is what he follows, or is concerned by; pending ones wait for his next digest.
create table follow_notices (
  tenant_id text not null references tenants (id),
  id text not null,
  news_id text not null,
  account_id text not null,
  via_kind text not null,
  via_id text not null,
  pending {{.BOOL}} not null,
  mailed_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, news_id) references follow_news (tenant_id, id)
);
--bun:split
create unique index follow_notices_once on follow_notices (tenant_id, news_id, account_id);
--bun:split
create index follow_notices_account on follow_notices (tenant_id, account_id, created_at);
--bun:split
create index follow_notices_pending on follow_notices (tenant_id, created_at, account_id) where pending;
--bun:split
create index follow_notices_created on follow_notices (tenant_id, created_at);
--bun:split
{{.RLS "follow_notices"}}
