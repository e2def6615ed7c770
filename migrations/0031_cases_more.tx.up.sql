-- The soonest date of cases that were joined to this one: it holds until the citizens were told something that counts.
alter table cases add column inherited_due {{.TS}};
--bun:split
create index cases_support_until on cases (tenant_id, support_until) where support_until is not null;
--bun:split
create index cases_closed_known on cases (tenant_id, closed_at) where anonymised_at is null and closed_at is not null;
--bun:split
-- How many cases everybody may see in each cell of a map of one kind, topic, area and group: id names all of it. Only a few zooms are
-- counted; coarser maps add them up.
create table case_facets (
  tenant_id text not null references tenants (id),
  id text not null,
  zoom bigint not null,
  cell bigint not null,
  kind text not null,
  topic_id text not null default '',
  area_id text not null default '',
  grp text not null,
  n bigint not null default 0,
  lat {{.FLOAT}} not null default 0,
  lng {{.FLOAT}} not null default 0,
  primary key (tenant_id, id)
);
--bun:split
create index case_facets_of on case_facets (tenant_id, zoom, cell, kind, topic_id, area_id, grp, n, lat, lng);
--bun:split
{{.RLS "case_facets"}}
