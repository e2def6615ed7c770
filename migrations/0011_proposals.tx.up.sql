-- Proposals of residents and of the municipality. Everything that a list shows, counts or sorts by is a column: body_html, excerpt and
-- folded are made when the text is saved, trend and shuffle order without any computation at reading. A draft has no number.
create table proposals (
  tenant_id text not null references tenants (id),
  id text not null,
  number bigint,
  slug text not null default '',
  consultation_id text not null,
  state text not null,
  title text not null,
  body text not null,
  body_html text not null default '',
  excerpt text not null default '',
  folded text not null default '',
  lang text not null default '',
  topic_id text,
  area_id text,
  place text not null default '',
  lat {{.FLOAT}},
  lng {{.FLOAT}},
  author_id text not null,
  author_name text not null,
  author_kind text not null,
  organisation_id text,
  official {{.BOOL}} not null default {{.FALSE}},
  revision integer not null default 0,
  -- reason is the author's of a withdrawal or the moderator's of hiding; rule is the rule that was broken.
  reason text not null default '',
  rule text not null default '',
  merged_into text,
  hints text not null default '',
  -- answer is the published answer as a list shows it, answer_state its public state for filters.
  answer {{.JSON}},
  answer_state text not null default '',
  answered_at {{.TS}},
  support_count bigint not null default 0,
  against_count bigint not null default 0,
  abstain_count bigint not null default 0,
  rating_count bigint not null default 0,
  rating_sum bigint not null default 0,
  association_count bigint not null default 0,
  comment_count bigint not null default 0,
  -- popular is what "most supported" sorts by: supports, or the sum of ratings.
  popular bigint not null default 0,
  trend {{.FLOAT}} not null default 0,
  shuffle bigint not null default 0,
  external_id text,
  dedupe text,
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  published_at {{.TS}},
  edited_at {{.TS}},
  closed_at {{.TS}},
  row_version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id),
  foreign key (tenant_id, topic_id) references topics (tenant_id, id),
  foreign key (tenant_id, area_id) references areas (tenant_id, id),
  foreign key (tenant_id, merged_into) references proposals (tenant_id, id)
);
--bun:split
create unique index proposals_number on proposals (tenant_id, number);
--bun:split
create unique index proposals_external on proposals (tenant_id, external_id);
--bun:split
create unique index proposals_draft on proposals (tenant_id, consultation_id, author_id) where state = 'draft';
--bun:split
create index proposals_author on proposals (tenant_id, author_id, consultation_id, created_at);
--bun:split
create index proposals_merged on proposals (tenant_id, merged_into);
--bun:split
create index proposals_newest on proposals (tenant_id, consultation_id, state, published_at, id);
--bun:split
create index proposals_supported on proposals (tenant_id, consultation_id, state, popular, id);
--bun:split
create index proposals_discussed on proposals (tenant_id, consultation_id, state, comment_count, id);
--bun:split
create index proposals_trending on proposals (tenant_id, consultation_id, state, trend, id);
--bun:split
create index proposals_random on proposals (tenant_id, consultation_id, state, shuffle, id);
--bun:split
create index proposals_all_newest on proposals (tenant_id, state, published_at, id);
--bun:split
create index proposals_all_supported on proposals (tenant_id, state, popular, id);
--bun:split
create index proposals_all_discussed on proposals (tenant_id, state, comment_count, id);
--bun:split
create index proposals_all_trending on proposals (tenant_id, state, trend, id);
--bun:split
create index proposals_all_random on proposals (tenant_id, state, shuffle, id);
--bun:split
create index proposals_answered on proposals (tenant_id, answered_at, id) where answered_at is not null;
--bun:split
create index proposals_place on proposals (tenant_id, state, lat, lng) where lat is not null;
--bun:split
{{.RLS "proposals"}}
--bun:split
-- The last number given in each municipality; id is always "proposal".
create table proposal_numbers (
  tenant_id text not null references tenants (id),
  id text not null,
  last bigint not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "proposal_numbers"}}
--bun:split
-- What a proposal said before an edit; created_at is the moment at which that version was written.
create table proposal_revisions (
  tenant_id text not null references tenants (id),
  id text not null,
  proposal_id text not null,
  revision integer not null,
  title text not null,
  body text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, proposal_id) references proposals (tenant_id, id)
);
--bun:split
create unique index proposal_revisions_of on proposal_revisions (tenant_id, proposal_id, revision);
--bun:split
{{.RLS "proposal_revisions"}}
--bun:split
-- Authors beside the first one: those whose proposals were joined with this one.
create table proposal_authors (
  tenant_id text not null references tenants (id),
  id text not null,
  proposal_id text not null,
  from_id text not null,
  author_id text not null,
  author_name text not null,
  author_kind text not null,
  organisation_id text,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, proposal_id) references proposals (tenant_id, id)
);
--bun:split
create index proposal_authors_of on proposal_authors (tenant_id, proposal_id, created_at);
--bun:split
create index proposal_authors_person on proposal_authors (tenant_id, author_id);
--bun:split
{{.RLS "proposal_authors"}}
