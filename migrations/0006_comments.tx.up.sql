-- Comments on anything. parent_id is what a comment stands under, reply_to_id what it answers; both lead to the same place unless
-- the thread is too deep. path orders the answers of one root and is compared byte by byte. Everything that a page counts or sorts by is a column.
create table comments (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  consultation_id text not null default '',
  root_id text not null,
  parent_id text,
  reply_to_id text,
  depth integer not null,
  path text {{if .PG}}collate "C" {{end}}not null default '',
  stance text not null default '',
  lane integer not null default 0,
  author_id text not null,
  author_name text not null,
  author_kind text not null,
  organisation_id text,
  official {{.BOOL}} not null default {{.FALSE}},
  pinned integer not null default 0,
  listed integer not null default 0,
  state text not null,
  reason text not null default '',
  rule text not null default '',
  lang text not null default '',
  body text not null,
  html text not null,
  hints text not null default '',
  revision integer not null default 0,
  up bigint not null default 0,
  down bigint not null default 0,
  score {{.FLOAT}} not null default 0,
  reply_count bigint not null default 0,
  thread_count bigint not null default 0,
  reply_seq bigint not null default 0,
  external_id text,
  dedupe text,
  created_at {{.TS}} not null,
  edited_at {{.TS}},
  removed_at {{.TS}},
  primary key (tenant_id, id),
  foreign key (tenant_id, root_id) references comments (tenant_id, id),
  foreign key (tenant_id, parent_id) references comments (tenant_id, id)
);
--bun:split
create unique index comments_external on comments (tenant_id, external_id);
--bun:split
create unique index comments_dedupe on comments (tenant_id, dedupe);
--bun:split
create index comments_newest on comments (tenant_id, subject_kind, subject_id, pinned, created_at, id) where depth = 0 and listed = 1;
--bun:split
create index comments_best on comments (tenant_id, subject_kind, subject_id, pinned, score, id) where depth = 0 and listed = 1;
--bun:split
create index comments_discussed on comments (tenant_id, subject_kind, subject_id, pinned, thread_count, id) where depth = 0 and listed = 1;
--bun:split
create index comments_lane_newest on comments (tenant_id, subject_kind, subject_id, lane, pinned, created_at, id) where depth = 0 and listed = 1;
--bun:split
create index comments_lane_best on comments (tenant_id, subject_kind, subject_id, lane, pinned, score, id) where depth = 0 and listed = 1;
--bun:split
create index comments_lane_discussed on comments (tenant_id, subject_kind, subject_id, lane, pinned, thread_count, id) where depth = 0 and listed = 1;
--bun:split
create index comments_replies on comments (tenant_id, root_id, path) where listed = 1 and depth > 0;
--bun:split
create index comments_parent on comments (tenant_id, parent_id);
--bun:split
create index comments_all on comments (tenant_id, subject_kind, subject_id, created_at, id) where listed = 1;
--bun:split
create index comments_held on comments (tenant_id, subject_kind, subject_id, author_id, created_at) where listed = 0;
--bun:split
create index comments_author on comments (tenant_id, author_id, created_at);
--bun:split
{{.RLS "comments"}}
--bun:split
-- What a comment said before an edit; revision 0 is the first version, created_at the moment at which it was written.
create table comment_revisions (
  tenant_id text not null references tenants (id),
  id text not null,
  comment_id text not null,
  revision integer not null,
  body text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, comment_id) references comments (tenant_id, id)
);
--bun:split
create unique index comment_revisions_comment on comment_revisions (tenant_id, comment_id, revision);
--bun:split
{{.RLS "comment_revisions"}}
--bun:split
-- How much is said about one subject; id is "kind:id" of the subject. Only shown comments count.
create table comment_threads (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  total bigint not null default 0,
  roots bigint not null default 0,
  for_count bigint not null default 0,
  against_count bigint not null default 0,
  neutral_count bigint not null default 0,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "comment_threads"}}
