-- One row for each person and subject. voter_id is an account or an association, without a foreign key: when an account goes, the
-- vote stays as a count under an id that leads to nobody.
create table votes (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  voter_id text not null,
  voter_kind text not null,
  value text not null,
  scope text not null default '',
  channel text not null,
  cast_at {{.TS}} not null,
  changed_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index votes_once on votes (tenant_id, subject_kind, subject_id, voter_id);
--bun:split
create index votes_voter on votes (tenant_id, voter_id, scope);
--bun:split
{{.RLS "votes"}}
--bun:split
-- How the votes on one subject stand; id is "kind:id" of the subject. Exact at every commit.
create table vote_totals (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  scope text not null default '',
  up bigint not null default 0,
  down bigint not null default 0,
  abstain bigint not null default 0,
  rated1 bigint not null default 0,
  rated2 bigint not null default 0,
  rated3 bigint not null default 0,
  rated4 bigint not null default 0,
  rated5 bigint not null default 0,
  votes bigint not null default 0,
  points bigint not null default 0,
  associations bigint not null default 0,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "vote_totals"}}
--bun:split
-- Every cast, change and withdrawal, only ever added to. An empty value is "no vote".
create table vote_changes (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  voter_id text not null,
  voter_kind text not null,
  old_value text not null,
  new_value text not null,
  channel text not null,
  changed_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create index vote_changes_voter on vote_changes (tenant_id, voter_id);
--bun:split
{{.RLS "vote_changes"}}
--bun:split
-- The result at the close, of one subject or of a whole scope (subject_kind "scope"); id is "kind:id". body is the exact text whose
-- SHA-256 is hash. Until the close the row only says when that will be.
create table vote_snapshots (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  closes_at {{.TS}},
  frozen_at {{.TS}},
  body text not null default '',
  hash text not null default '',
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "vote_snapshots"}}
