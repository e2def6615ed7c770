-- Where things are: settlements, streets and house numbers as the municipality's register has them, its boundary, and the shapes of areas.
create table settlements (
  tenant_id text not null references tenants (id),
  id text not null,
  name text not null,
  -- fold is the name as it is compared: folded, abbreviations written out.
  fold text not null,
  postcode text not null default '',
  lat {{.FLOAT}},
  lng {{.FLOAT}},
  -- area is the simplified shape (coordinates of a GeoJSON MultiPolygon), for drawing.
  area {{.JSON}},
  primary key (tenant_id, id)
);
--bun:split
create unique index settlements_fold on settlements (tenant_id, fold);
--bun:split
{{.RLS "settlements"}}
--bun:split
create table streets (
  tenant_id text not null references tenants (id),
  id text not null,
  -- settlement_id is empty where streets are not registered by settlement.
  settlement_id text not null default '',
  name text not null,
  fold text not null,
  lat {{.FLOAT}},
  lng {{.FLOAT}},
  -- line holds the coordinates of a GeoJSON MultiLineString, the four sides its box.
  line {{.JSON}},
  west {{.FLOAT}},
  south {{.FLOAT}},
  east {{.FLOAT}},
  north {{.FLOAT}},
  primary key (tenant_id, id)
);
--bun:split
create unique index streets_fold on streets (tenant_id, fold, settlement_id);
--bun:split
create index streets_box on streets (tenant_id, south, north, west, east) where west is not null;
--bun:split
{{.RLS "streets"}}
--bun:split
create table house_numbers (
  tenant_id text not null references tenants (id),
  id text not null,
  street_id text not null,
  number text not null,
  fold text not null,
  lat {{.FLOAT}} not null,
  lng {{.FLOAT}} not null,
  -- cell is the place in the grid of maps, to find what is near a point.
  cell bigint not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, street_id) references streets (tenant_id, id) on delete cascade
);
--bun:split
create unique index house_numbers_fold on house_numbers (tenant_id, street_id, fold);
--bun:split
create index house_numbers_cell on house_numbers (tenant_id, cell);
--bun:split
{{.RLS "house_numbers"}}
--bun:split
-- The words by which a street or a settlement is found, beginnings of words by a range.
create table street_words (
  tenant_id text not null references tenants (id),
  id text not null,
  word text{{if .PG}} collate "C"{{end}} not null,
  street_id text not null default '',
  settlement_id text not null default '',
  primary key (tenant_id, id)
);
--bun:split
create index street_words_word on street_words (tenant_id, word, street_id, settlement_id);
--bun:split
create index street_words_street on street_words (tenant_id, street_id);
--bun:split
{{.RLS "street_words"}}
--bun:split
-- The boundary of the municipality; id is always "municipality".
create table boundaries (
  tenant_id text not null references tenants (id),
  id text not null,
  area {{.JSON}} not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "boundaries"}}
--bun:split
-- The shape of an area; id is the area's. It stands apart because lists of areas are read often and shapes rarely.
create table area_shapes (
  tenant_id text not null references tenants (id),
  id text not null,
  area {{.JSON}} not null,
  west {{.FLOAT}} not null,
  south {{.FLOAT}} not null,
  east {{.FLOAT}} not null,
  north {{.FLOAT}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references areas (tenant_id, id) on delete cascade
);
--bun:split
{{.RLS "area_shapes"}}
