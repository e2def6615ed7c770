-- Consultations, and what is decided, when, by whom. What state they show is computed from the dates and stored nowhere.
create table consultations (
  tenant_id text not null references tenants (id),
  id text not null,
  slug text not null,
  title {{.JSON}},
  summary {{.JSON}},
  body {{.JSON}},
  decides {{.JSON}},
  input_use {{.JSON}},
  audience {{.JSON}},
  department_id text,
  contact_name text not null default '',
  contact_email text not null default '',
  contact_phone text not null default '',
  area_id text,
  cover_id text not null default '',
  cover_alt {{.JSON}},
  pattern text not null default '',
  state text not null,
  publish_at {{.TS}},
  published_at {{.TS}},
  starts_at {{.TS}},
  ends_at {{.TS}},
  answer_by {{.TS}},
  answered_at {{.TS}},
  short_reason {{.JSON}},
  topic_ids {{.JSON}},
  linked_ids {{.JSON}},
  milestones {{.JSON}},
  -- phases are always read and changed together with the consultation, under its row_version.
  phases {{.JSON}},
  document_count bigint not null default 0,
  blueprint text not null default '',
  title_fold text not null default '',
  proposal_count bigint not null default 0,
  comment_count bigint not null default 0,
  vote_count bigint not null default 0,
  participant_count bigint not null default 0,
  -- own_* are the votes on the consultation itself.
  own_up bigint not null default 0,
  own_down bigint not null default 0,
  own_abstain bigint not null default 0,
  own_count bigint not null default 0,
  own_sum bigint not null default 0,
  own_associations bigint not null default 0,
  -- From the first vote on, rules that would change a running count are only tightened.
  first_vote_at {{.TS}},
  told_opened_at {{.TS}},
  told_closing_at {{.TS}},
  row_version bigint not null default 1,
  created_by text not null default '',
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  deleted_at {{.TS}},
  primary key (tenant_id, id),
  foreign key (tenant_id, department_id) references departments (tenant_id, id),
  foreign key (tenant_id, area_id) references areas (tenant_id, id)
);
--bun:split
create unique index consultations_slug on consultations (tenant_id, slug);
--bun:split
create index consultations_state on consultations (tenant_id, state, starts_at);
--bun:split
{{.RLS "consultations"}}
--bun:split
create table consultation_results (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  text {{.JSON}} not null,
  published_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id)
);
--bun:split
create unique index consultation_results_one on consultation_results (tenant_id, consultation_id);
--bun:split
{{.RLS "consultation_results"}}
--bun:split
-- What changed while the consultation was public, told to everybody on its page.
create table consultation_changes (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  kind text not null,
  reason {{.JSON}},
  old_at {{.TS}},
  new_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id)
);
--bun:split
create index consultation_changes_order on consultation_changes (tenant_id, consultation_id, created_at);
--bun:split
{{.RLS "consultation_changes"}}
--bun:split
create table consultation_previews (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  token_hash text not null,
  expires_at {{.TS}} not null,
  uses bigint not null default 0,
  created_by text not null default '',
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id)
);
--bun:split
create unique index consultation_previews_token on consultation_previews (tenant_id, token_hash);
--bun:split
create index consultation_previews_of on consultation_previews (tenant_id, consultation_id, created_at);
--bun:split
{{.RLS "consultation_previews"}}
--bun:split
-- Who took part, once each, so that people can be counted and not only what they wrote.
create table consultation_participants (
  tenant_id text not null references tenants (id),
  id text not null,
  consultation_id text not null,
  account_id text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, consultation_id) references consultations (tenant_id, id)
);
--bun:split
create unique index consultation_participants_one on consultation_participants (tenant_id, consultation_id, account_id);
--bun:split
{{.RLS "consultation_participants"}}
