-- Municipalities, the addresses they are found by, and what of the shared role policy each of them changed.
create table tenants (
  id text not null primary key,
  slug text not null unique,
  state text not null,
  country text not null,
  listed {{.BOOL}} not null default {{.FALSE}},
  settings {{.JSON}} not null,
  policy_version bigint not null default 1,
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null
);
--bun:split
create table tenant_domains (
  domain text not null primary key,
  tenant_id text not null references tenants (id),
  main {{.BOOL}} not null default {{.FALSE}},
  created_at {{.TS}} not null
);
--bun:split
create index tenant_domains_tenant on tenant_domains (tenant_id);
--bun:split
create table tenant_policies (
  tenant_id text not null references tenants (id),
  id text not null,
  sub text not null,
  obj text not null,
  act text not null,
  eft text not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index tenant_policies_line on tenant_policies (tenant_id, sub, obj, act);
--bun:split
{{.RLS "tenant_policies"}}
--bun:split
-- What a visitor typed before he was asked to sign in; found by the hash of a token that only his browser holds.
create table parked_forms (
  tenant_id text not null references tenants (id),
  id text not null,
  path text not null,
  form {{.JSON}} not null,
  expires_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create index parked_forms_expiry on parked_forms (tenant_id, expires_at);
--bun:split
{{.RLS "parked_forms"}}
--bun:split
-- Work to be done soon, by whichever instance is free. A finished job is deleted; one that failed for good stays with failed_at.
-- The workers look at the jobs of all municipalities at once: no row level security, and the key is the id alone.
create table jobs (
  id text not null primary key,
  tenant_id text not null default '',
  kind text not null,
  payload text not null,
  run_at {{.TS}} not null,
  attempts integer not null default 0,
  max_attempts integer not null,
  lease_until {{.TS}},
  lease_owner text not null default '',
  -- unique_key is held while the job waits, and free again once it runs; unique_name keeps it for a later attempt.
  unique_key text,
  unique_name text,
  last_error text not null default '',
  failed_at {{.TS}},
  created_at {{.TS}} not null
);
--bun:split
create unique index jobs_unique on jobs (tenant_id, kind, unique_key);
--bun:split
create index jobs_due on jobs (run_at, id) where failed_at is null;
--bun:split
create index jobs_running on jobs (tenant_id, kind, unique_name) where lease_until is not null;
--bun:split
-- Mail to be sent. next_at is the moment of the next attempt, null when there is none any more: then sent_at or last_error tells
-- the outcome. Sent by one worker for all municipalities: no row level security, and the key is the id alone.
create table mails (
  id text not null primary key,
  tenant_id text not null default '',
  to_addr text not null,
  from_name text not null default '',
  reply_to text not null default '',
  subject text not null,
  text text not null,
  html text not null default '',
  headers {{.JSON}} not null,
  kind text not null,
  created_at {{.TS}} not null,
  sent_at {{.TS}},
  attempts integer not null default 0,
  next_at {{.TS}},
  last_error text not null default ''
);
--bun:split
create index mails_due on mails (next_at, id) where next_at is not null;
--bun:split
create index mails_newest on mails (tenant_id, created_at, id);
--bun:split
-- What can be found by words. The words are folded and cut by the product, so that both databases index the same ones:
-- PostgreSQL keeps them in the row, SQLite in a table of its own that holds no copy of the text.
create table search_documents (
  num {{if .PG}}bigint generated always as identity{{else}}integer primary key autoincrement{{end}},
  tenant_id text not null references tenants (id),
  kind text {{if .PG}}collate "C" {{end}}not null,
  subject_id text {{if .PG}}collate "C" {{end}}not null,
  title text not null,
  body text not null,
  path text not null,
  context text not null,
  lang text not null,
  area text not null,
  topic text not null,
  consultation_id text not null,
  updated_ms bigint not null,
  title_words text not null,
  lead_words text not null,
  {{if .PG}}words tsvector not null,
  primary key (tenant_id, kind, subject_id){{else}}unique (tenant_id, kind, subject_id){{end}}
);
--bun:split
create index search_documents_consultation on search_documents (tenant_id, consultation_id);
--bun:split
{{.RLS "search_documents"}}
--bun:split
{{if .PG}}create index search_documents_words on search_documents using gin (words);{{else}}create virtual table search_words using fts5 (tenant, title, body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', prefix='2 3 4');{{end}}
