-- People of a municipality: accounts, their sessions and one-time links, roles, associations, and what they agreed to.
-- A deleted account stays as a row without anything personal, so that votes keep counting and what was written keeps its author.
create table accounts (
  tenant_id text not null references tenants (id),
  id text not null,
  email text,
  password_hash text,
  name text not null default '',
  search_text text not null default '',
  pseudonym {{.BOOL}} not null default {{.FALSE}},
  pseudonym_key text not null default '',
  lang text not null default '',
  level bigint not null default 0,
  level_method text not null default '',
  level_until {{.TS}},
  birth_year bigint not null default 0,
  area_ids {{.JSON}} not null,
  groups {{.JSON}} not null,
  department_id text,
  verified_at {{.TS}},
  blocked_at {{.TS}},
  blocked_reason text not null default '',
  deleted_at {{.TS}},
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index accounts_email on accounts (tenant_id, email);
--bun:split
create index accounts_created on accounts (tenant_id, created_at, id);
--bun:split
create index accounts_unverified on accounts (tenant_id, verified_at, created_at);
--bun:split
{{.RLS "accounts"}}
--bun:split
create table organisations (
  tenant_id text not null references tenants (id),
  id text not null,
  name text not null,
  kind text not null,
  country text not null,
  register text not null,
  register_number text not null,
  representative text not null,
  state text not null,
  reason text not null default '',
  applied_by text not null,
  decided_by text,
  decided_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create index organisations_state on organisations (tenant_id, state, created_at, id);
--bun:split
create index organisations_number on organisations (tenant_id, register_number);
--bun:split
{{.RLS "organisations"}}
--bun:split
create table organisation_members (
  tenant_id text not null references tenants (id),
  id text not null,
  organisation_id text not null,
  account_id text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, organisation_id) references organisations (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
--bun:split
create unique index organisation_members_pair on organisation_members (tenant_id, account_id, organisation_id);
--bun:split
create index organisation_members_organisation on organisation_members (tenant_id, organisation_id);
--bun:split
{{.RLS "organisation_members"}}
--bun:split
-- Found by the SHA-256 of a token that only the browser holds.
create table sessions (
  tenant_id text not null references tenants (id),
  id text not null,
  token_hash text not null,
  account_id text not null,
  organisation_id text,
  agent text not null default '',
  created_at {{.TS}} not null,
  seen_at {{.TS}} not null,
  expires_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
--bun:split
create unique index sessions_token on sessions (tenant_id, token_hash);
--bun:split
create index sessions_account on sessions (tenant_id, account_id);
--bun:split
create index sessions_expiry on sessions (tenant_id, expires_at);
--bun:split
{{.RLS "sessions"}}
--bun:split
-- Links sent by mail. address is a keyed hash: it bounds how many letters one address gets, whether it has an account or not.
create table account_tokens (
  tenant_id text not null references tenants (id),
  id text not null,
  account_id text,
  purpose text not null,
  token_hash text not null,
  address text not null default '',
  data {{.JSON}} not null,
  created_at {{.TS}} not null,
  expires_at {{.TS}} not null,
  used_at {{.TS}},
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
--bun:split
create unique index account_tokens_token on account_tokens (tenant_id, token_hash);
--bun:split
create index account_tokens_account on account_tokens (tenant_id, account_id);
--bun:split
create index account_tokens_address on account_tokens (tenant_id, address, created_at);
--bun:split
create index account_tokens_expiry on account_tokens (tenant_id, expires_at);
--bun:split
{{.RLS "account_tokens"}}
--bun:split
create table memberships (
  tenant_id text not null references tenants (id),
  id text not null,
  account_id text not null,
  role text not null,
  granted_by text not null default '',
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
--bun:split
create unique index memberships_pair on memberships (tenant_id, account_id, role);
--bun:split
create index memberships_role on memberships (tenant_id, role);
--bun:split
{{.RLS "memberships"}}
--bun:split
create table consents (
  tenant_id text not null references tenants (id),
  id text not null,
  account_id text not null,
  kind text not null,
  lang text not null default '',
  given_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
--bun:split
create index consents_account on consents (tenant_id, account_id);
--bun:split
{{.RLS "consents"}}
