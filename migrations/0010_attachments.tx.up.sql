-- Photos and documents that belong to things. What lies in the file store is found by the id of the row.
create table attachments (
  tenant_id text not null references tenants (id),
  id text not null,
  -- Without a subject a file was sent but not yet put to anything; it is swept away after a day.
  subject_kind text not null default '',
  subject_id text not null default '',
  kind text not null,
  name text not null,
  alt text not null default '',
  content_type text not null,
  size bigint not null,
  sha256 text not null,
  width integer not null default 0,
  height integer not null default 0,
  -- rendered_at is when the copies of a photo were made; its original is gone from then on.
  rendered_at {{.TS}},
  broken {{.BOOL}} not null default {{.FALSE}},
  scan {{.BOOL}} not null default {{.FALSE}},
  public {{.BOOL}} not null default {{.FALSE}},
  owner_id text not null default '',
  position integer not null default 0,
  created_at {{.TS}} not null,
  deleted_at {{.TS}},
  primary key (tenant_id, id)
);
--bun:split
create index attachments_subject on attachments (tenant_id, subject_kind, subject_id, position);
--bun:split
create index attachments_deleted on attachments (tenant_id, deleted_at);
--bun:split
create index attachments_owner on attachments (tenant_id, owner_id);
--bun:split
{{.RLS "attachments"}}
--bun:split
-- How many bytes an account sent on a day; the id is "account:yyyy-mm-dd".
create table attachment_days (
  tenant_id text not null references tenants (id),
  id text not null,
  bytes bigint not null,
  at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create index attachment_days_at on attachment_days (tenant_id, at);
--bun:split
{{.RLS "attachment_days"}}
