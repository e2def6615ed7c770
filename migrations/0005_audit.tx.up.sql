-- Who did what: only added to, each entry carrying the hash of the one before it, so that a removed or changed entry shows.
create table audit_entries (
  tenant_id text not null references tenants (id),
  id text not null,
  seq bigint not null,
  at {{.TS}} not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  data text not null,
  public {{.BOOL}} not null default {{.FALSE}},
  before_hash text not null,
  hash text not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index audit_entries_seq on audit_entries (tenant_id, seq);
--bun:split
create index audit_entries_subject on audit_entries (tenant_id, subject_kind, subject_id, seq);
--bun:split
create index audit_entries_actor on audit_entries (tenant_id, actor_id, seq);
--bun:split
{{.RLS "audit_entries"}}
