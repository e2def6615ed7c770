-- Positions of associations on a consultation. At most one of an association is shown or hidden by a moderator; earlier wordings stay.
create table positions (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  author_id text not null,
  author_name text not null,
  author_kind text not null,
  organisation_id text not null,
  title text not null,
  text text not null,
  lang text not null,
  stance text not null,
  adopted_by text not null,
  adopted_on {{.TS}} not null,
  signatories {{.JSON}} not null,
  state text not null,
  reason text not null default '',
  replaces_id text,
  row_version bigint not null default 1,
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id),
  foreign key (tenant_id, organisation_id) references organisations (tenant_id, id)
);
--bun:split
create unique index positions_one on positions (tenant_id, consultation_id, organisation_id) where state in ('shown', 'hidden');
--bun:split
create index positions_of on positions (tenant_id, consultation_id, state, created_at);
--bun:split
create index positions_author on positions (tenant_id, author_id);
--bun:split
{{.RLS "positions"}}
