-- Files of document forms that came in, until the form is accepted or they are swept away. The id is that of the document to be.
create table waiting_documents (
  tenant_id text not null references tenants (id),
  id text not null,
  owner_id text not null,
  file_name text not null,
  mime text not null,
  size bigint not null,
  sha256 text not null,
  text_layer {{.BOOL}} not null default {{.TRUE}},
  blob_key text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create index waiting_documents_age on waiting_documents (tenant_id, created_at);
--bun:split
{{.RLS "waiting_documents"}}
