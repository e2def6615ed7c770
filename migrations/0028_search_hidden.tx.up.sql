-- Consultations of which nothing is found by words while they are not public, whatever is in them; id is that of the consultation.
create table search_hidden (
  tenant_id text not null references tenants (id),
  id text not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "search_hidden"}}
