-- Parts of a municipality, the topics that things are about, and the departments that answer for them.
create table areas (
  tenant_id text not null references tenants (id),
  id text not null,
  name {{.JSON}} not null,
  slug text not null,
  position integer not null default 0,
  archived {{.BOOL}} not null default {{.FALSE}},
  lat {{.FLOAT}},
  lng {{.FLOAT}},
  boundary {{.JSON}},
  primary key (tenant_id, id)
);
--bun:split
create unique index areas_slug on areas (tenant_id, slug);
--bun:split
{{.RLS "areas"}}
--bun:split
create table topics (
  tenant_id text not null references tenants (id),
  id text not null,
  name {{.JSON}} not null,
  slug text not null,
  position integer not null default 0,
  archived {{.BOOL}} not null default {{.FALSE}},
  colour text not null default '',
  icon text not null default '',
  primary key (tenant_id, id)
);
--bun:split
create unique index topics_slug on topics (tenant_id, slug);
--bun:split
{{.RLS "topics"}}
--bun:split
create table departments (
  tenant_id text not null references tenants (id),
  id text not null,
  name {{.JSON}} not null,
  slug text not null,
  position integer not null default 0,
  archived {{.BOOL}} not null default {{.FALSE}},
  email text not null default '',
  -- head_id is the account of the head; it may outlive the account, so it is not a reference.
  head_id text not null default '',
  primary key (tenant_id, id)
);
--bun:split
create unique index departments_slug on departments (tenant_id, slug);
--bun:split
{{.RLS "departments"}}
