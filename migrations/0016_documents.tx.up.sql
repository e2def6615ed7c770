-- Documents of things, with their versions. What lies in the file store is found by blob_key.
create table documents (
  tenant_id text not null references tenants (id),
  id text not null,
  subject_kind text not null,
  subject_id text not null,
  kind text not null,
  lang text not null default '',
  title {{.JSON}} not null,
  -- version counts from 1 within a document that is replaced again and again; series is the id of the first of them.
  version integer not null default 1,
  series text not null,
  file_name text not null,
  mime text not null,
  size bigint not null,
  sha256 text not null,
  blob_key text not null,
  replaces_id text not null default '',
  replaced_by_id text not null default '',
  replaced_at {{.TS}},
  -- replace_reason is why this version took the place of the one before.
  replace_reason {{.JSON}},
  -- read_at is when the text was taken out; until then nothing is known about it.
  read_at {{.TS}},
  text_layer {{.BOOL}} not null default {{.TRUE}},
  images_without_alt integer not null default 0,
  pages integer not null default 0,
  alt text not null default '',
  public {{.BOOL}} not null default {{.FALSE}},
  -- path is the page on which it stands, consultation_id what it belongs to there; both are for the search.
  path text not null default '',
  consultation_id text not null default '',
  added_by text not null default '',
  added_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create index documents_subject on documents (tenant_id, subject_kind, subject_id, added_at);
--bun:split
{{.RLS "documents"}}
--bun:split
-- The text of documents, for the search; its id is that of the document.
create table document_texts (
  tenant_id text not null references tenants (id),
  id text not null,
  text text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references documents (tenant_id, id)
);
--bun:split
{{.RLS "document_texts"}}
--bun:split
-- Kinds of documents that a municipality named beside the usual ones.
create table document_kinds (
  tenant_id text not null references tenants (id),
  id text not null,
  name {{.JSON}} not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "document_kinds"}}
