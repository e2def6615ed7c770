-- The answer may be shown in another language where one is missing.
alter table case_answers add column fallback {{.BOOL}} not null default {{.FALSE}};
--bun:split
-- Under what the map counts a case: kind, topic, area and group.
alter table cases add column facet text not null default '';
--bun:split
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
--bun:split
update cases set facet = kind || '|' || coalesce(topic_id, '') || '|' || coalesce(area_id, '') || '|' || grp where shown;
--bun:split
insert into case_facets (tenant_id, id, zoom, cell, kind, topic_id, area_id, grp, n, lat, lng)
select tenant_id, '10:' || cast((cell >> 24) as text) || ':' || facet, 10, (cell >> 24), kind, coalesce(topic_id, ''), coalesce(area_id, ''), grp, count(*), sum(public_lat), sum(public_lng)
from cases where shown and cell is not null group by tenant_id, (cell >> 24), facet, kind, coalesce(topic_id, ''), coalesce(area_id, ''), grp;
--bun:split
insert into case_facets (tenant_id, id, zoom, cell, kind, topic_id, area_id, grp, n, lat, lng)
select tenant_id, '12:' || cast((cell >> 20) as text) || ':' || facet, 12, (cell >> 20), kind, coalesce(topic_id, ''), coalesce(area_id, ''), grp, count(*), sum(public_lat), sum(public_lng)
from cases where shown and cell is not null group by tenant_id, (cell >> 20), facet, kind, coalesce(topic_id, ''), coalesce(area_id, ''), grp;
--bun:split
insert into case_facets (tenant_id, id, zoom, cell, kind, topic_id, area_id, grp, n, lat, lng)
select tenant_id, '14:' || cast((cell >> 16) as text) || ':' || facet, 14, (cell >> 16), kind, coalesce(topic_id, ''), coalesce(area_id, ''), grp, count(*), sum(public_lat), sum(public_lng)
from cases where shown and cell is not null group by tenant_id, (cell >> 16), facet, kind, coalesce(topic_id, ''), coalesce(area_id, ''), grp;
