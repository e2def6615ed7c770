-- How a municipality takes cases: one row, whose id is "cases". Without it the usual values count.
create table case_settings (
  tenant_id text not null references tenants (id),
  id text not null,
  prefix text not null default '',
  anonymous {{.BOOL}} not null default {{.FALSE}},
  confirm_days bigint not null default 0,
  wait_days bigint not null default 0,
  survey_days bigint not null default 0,
  coordinator_id text,
  data {{.JSON}} not null default '{}',
  row_version bigint not null default 0,
  primary key (tenant_id, id),
  foreign key (tenant_id, coordinator_id) references departments (tenant_id, id)
);
--bun:split
{{.RLS "case_settings"}}
--bun:split
-- What kinds of case a municipality takes, when they are not the usual ones.
create table case_kinds (
  tenant_id text not null references tenants (id),
  id text not null,
  code text not null,
  name {{.JSON}} not null default '{}',
  hint {{.JSON}} not null default '{}',
  position bigint not null default 0,
  archived {{.BOOL}} not null default {{.FALSE}},
  place {{.BOOL}} not null default {{.FALSE}},
  anonymous {{.BOOL}} not null default {{.FALSE}},
  support {{.BOOL}} not null default {{.FALSE}},
  threshold bigint not null default 0,
  support_days bigint not null default 0,
  publish_mode text not null default '',
  visibility text not null default '',
  formal {{.BOOL}} not null default {{.FALSE}},
  row_version bigint not null default 0,
  primary key (tenant_id, id)
);
--bun:split
create unique index case_kinds_code on case_kinds (tenant_id, code);
--bun:split
{{.RLS "case_kinds"}}
--bun:split
-- What a case can be about: a tree of one level. questions are in the datatypes of Open311. Zero numbers and empty words take the usual values.
create table case_topics (
  tenant_id text not null references tenants (id),
  id text not null,
  parent_id text,
  slug text not null,
  name {{.JSON}} not null default '{}',
  hint {{.JSON}} not null default '{}',
  kinds {{.JSON}} not null default '[]',
  icon text not null default '',
  colour text not null default '',
  department_id text,
  questions {{.JSON}} not null default '[]',
  publish_mode text not null default '',
  visibility text not null default '',
  location text not null default '',
  duplicate_radius bigint not null default 0,
  duplicate_days bigint not null default 0,
  four_eyes {{.BOOL}} not null default {{.FALSE}},
  reopen_days bigint not null default 0,
  updates_days bigint not null default 0,
  retention_days bigint not null default 0,
  photo {{.BOOL}} not null default {{.FALSE}},
  staff_only {{.BOOL}} not null default {{.FALSE}},
  archived {{.BOOL}} not null default {{.FALSE}},
  keywords text not null default '',
  grp text not null default '',
  position bigint not null default 0,
  row_version bigint not null default 0,
  primary key (tenant_id, id),
  foreign key (tenant_id, parent_id) references case_topics (tenant_id, id),
  foreign key (tenant_id, department_id) references departments (tenant_id, id)
);
--bun:split
create unique index case_topics_slug on case_topics (tenant_id, slug);
--bun:split
create index case_topics_parent on case_topics (tenant_id, parent_id);
--bun:split
{{.RLS "case_topics"}}
--bun:split
-- Other authorities that a case is passed to.
create table external_bodies (
  tenant_id text not null references tenants (id),
  id text not null,
  name {{.JSON}} not null default '{}',
  email text not null default '',
  phone text not null default '',
  url text not null default '',
  basis text not null default '',
  keywords text not null default '',
  archived {{.BOOL}} not null default {{.FALSE}},
  position bigint not null default 0,
  row_version bigint not null default 0,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "external_bodies"}}
--bun:split
-- What somebody told the municipality. number (of year and serial) is given when it is received, token leads to it without an account. What was typed
-- (title, body, lat, lng) stays; what everybody reads stands beside it (public_title, public_body, public_lat, public_lng, cell). shown says that
-- lists, maps, feeds and the search may name it; it is computed from the visibility whenever the row is saved.
create table cases (
  tenant_id text not null references tenants (id),
  id text not null,
  number text,
  year integer not null default 0,
  serial bigint not null default 0,
  token text not null,
  confirm_token text,
  kind text not null,
  topic_id text,
  channel text not null,
  channel_ref text,
  lang text not null default '',
  title text not null default '',
  body text not null default '',
  answers {{.JSON}} not null default '[]',
  public_title text not null default '',
  public_body text not null default '',
  public_lang text not null default '',
  visibility text not null default '',
  publish_mode text not null default '',
  published {{.BOOL}} not null default {{.FALSE}},
  shown {{.BOOL}} not null default {{.FALSE}},
  published_at {{.TS}},
  state text not null,
  grp text not null default '',
  state_since {{.TS}} not null,
  state_before text not null default '',
  lat {{.FLOAT}},
  lng {{.FLOAT}},
  address text not null default '',
  street_id text,
  area_id text,
  place_kind text not null default '',
  location text not null default '',
  public_lat {{.FLOAT}},
  public_lng {{.FLOAT}},
  cell bigint,
  asset text not null default '',
  reporter_id text,
  reporter_name text not null default '',
  name_public {{.BOOL}} not null default {{.FALSE}},
  entered_by text,
  on_behalf {{.BOOL}} not null default {{.FALSE}},
  registered_at {{.TS}},
  received_at {{.TS}},
  occurred_at {{.TS}},
  department_id text,
  assignee_id text,
  responsibility text not null default '',
  coordinator_id text,
  rule_id text,
  priority bigint not null default 1,
  parent_id text,
  merged_into text,
  body_id text,
  promise_at {{.TS}},
  promise {{.JSON}} not null default '{}',
  planned_at {{.TS}},
  wait_until {{.TS}},
  resolution text not null default '',
  answer_state text not null default '',
  reason text not null default '',
  answer {{.JSON}} not null default '{}',
  closed_at {{.TS}},
  first_answer_at {{.TS}},
  answered_at {{.TS}},
  ack_at {{.TS}},
  cycle bigint not null default 1,
  promises bigint not null default 0,
  supports bigint not null default 0,
  followers bigint not null default 0,
  messages bigint not null default 0,
  open_tasks bigint not null default 0,
  satisfaction text not null default '',
  due_at {{.TS}},
  support_until {{.TS}},
  threshold_met {{.BOOL}} not null default {{.FALSE}},
  hints text not null default '',
  folded text not null default '',
  dedupe text not null default '',
  spam_score bigint not null default 0,
  anonymised_at {{.TS}},
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  row_version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, topic_id) references case_topics (tenant_id, id),
  foreign key (tenant_id, area_id) references areas (tenant_id, id),
  foreign key (tenant_id, department_id) references departments (tenant_id, id),
  foreign key (tenant_id, parent_id) references cases (tenant_id, id),
  foreign key (tenant_id, merged_into) references cases (tenant_id, id),
  foreign key (tenant_id, body_id) references external_bodies (tenant_id, id)
);
--bun:split
create unique index cases_number on cases (tenant_id, number);
--bun:split
create unique index cases_serial on cases (tenant_id, year, serial) where serial > 0;
--bun:split
create unique index cases_token on cases (tenant_id, token);
--bun:split
create unique index cases_confirm on cases (tenant_id, confirm_token) where confirm_token is not null;
--bun:split
create unique index cases_channel_ref on cases (tenant_id, channel, channel_ref) where channel_ref is not null;
--bun:split
create index cases_shown on cases (tenant_id, shown, published_at, id);
--bun:split
create index cases_shown_grp on cases (tenant_id, shown, grp, published_at, id);
--bun:split
create index cases_shown_kind on cases (tenant_id, shown, kind, published_at, id);
--bun:split
create index cases_shown_topic on cases (tenant_id, shown, topic_id, published_at, id);
--bun:split
create index cases_shown_area on cases (tenant_id, shown, area_id, published_at, id);
--bun:split
create index cases_shown_supports on cases (tenant_id, shown, supports, id);
--bun:split
create index cases_shown_answered on cases (tenant_id, shown, answered_at, id) where answered_at is not null;
--bun:split
create index cases_cell on cases (tenant_id, shown, cell, number, public_lat, public_lng, grp, kind, topic_id, area_id) where cell is not null;
--bun:split
create index cases_place on cases (tenant_id, lat, lng) where lat is not null;
--bun:split
create index cases_reporter on cases (tenant_id, reporter_id, created_at, id) where reporter_id is not null;
--bun:split
create index cases_state on cases (tenant_id, state, due_at, id);
--bun:split
create index cases_department on cases (tenant_id, department_id, grp, due_at, id);
--bun:split
create index cases_department_state on cases (tenant_id, department_id, state, due_at, id);
--bun:split
create index cases_assignee on cases (tenant_id, assignee_id, grp, due_at, id) where assignee_id is not null;
--bun:split
create index cases_responsibility on cases (tenant_id, responsibility, grp, state_since, id);
--bun:split
create index cases_due on cases (tenant_id, grp, due_at, id);
--bun:split
create index cases_registered on cases (tenant_id, registered_at, id);
--bun:split
create index cases_updated on cases (tenant_id, updated_at, id);
--bun:split
create index cases_merged on cases (tenant_id, merged_into) where merged_into is not null;
--bun:split
create index cases_parent on cases (tenant_id, parent_id) where parent_id is not null;
--bun:split
create index cases_wait on cases (tenant_id, state, wait_until) where wait_until is not null;
--bun:split
create index cases_dedupe on cases (tenant_id, dedupe, created_at) where dedupe <> '';
--bun:split
create index cases_topic_registered on cases (tenant_id, topic_id, registered_at);
--bun:split
{{.RLS "cases"}}
--bun:split
-- The last serial number given in each year; id is the year.
create table case_numbers (
  tenant_id text not null references tenants (id),
  id text not null,
  last bigint not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "case_numbers"}}
--bun:split
-- How many cases everybody may see, by group of states; id is the group.
create table case_counts (
  tenant_id text not null references tenants (id),
  id text not null,
  n bigint not null default 0,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "case_counts"}}
--bun:split
-- Who stands behind a case, and how he is reached: apart from the case, because fewer may read it.
create table case_parties (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  role text not null,
  name text not null default '',
  email text not null default '',
  phone text not null default '',
  phone_key text not null default '',
  address text not null default '',
  identity_hash text not null default '',
  account_id text,
  organisation_id text,
  lang text not null default '',
  preferred text not null default '',
  consent {{.BOOL}} not null default {{.FALSE}},
  hidden {{.BOOL}} not null default {{.FALSE}},
  refused {{.BOOL}} not null default {{.FALSE}},
  verified_at {{.TS}},
  anonymised_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create index case_parties_of on case_parties (tenant_id, case_id, role);
--bun:split
create index case_parties_phone on case_parties (tenant_id, phone_key, created_at) where phone_key <> '';
--bun:split
create index case_parties_email on case_parties (tenant_id, email, created_at) where email <> '';
--bun:split
create index case_parties_account on case_parties (tenant_id, account_id) where account_id is not null;
--bun:split
create index case_parties_created on case_parties (tenant_id, created_at) where anonymised_at is null;
--bun:split
{{.RLS "case_parties"}}
--bun:split
-- The one thread of a case, whatever the channel: to and from the citizen, notes, questions.
create table case_messages (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  direction text not null,
  audience text not null,
  channel text not null default '',
  author_id text,
  author_name text not null default '',
  author_kind text not null default '',
  body text not null default '',
  lang text not null default '',
  template_id text,
  message_id text,
  in_reply_to text not null default '',
  recipient text not null default '',
  delivered_at {{.TS}},
  bounce text not null default '',
  question {{.BOOL}} not null default {{.FALSE}},
  from_case text,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create index case_messages_of on case_messages (tenant_id, case_id, created_at, id);
--bun:split
create unique index case_messages_id on case_messages (tenant_id, message_id) where message_id is not null;
--bun:split
{{.RLS "case_messages"}}
--bun:split
-- Answers: interim ones with a promised date, and exactly one final one in a cycle.
create table case_answers (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  cycle bigint not null,
  department_id text,
  version bigint not null default 1,
  body {{.JSON}} not null default '{}',
  state text not null,
  outcome text not null default '',
  final {{.BOOL}} not null default {{.FALSE}},
  public {{.BOOL}} not null default {{.FALSE}},
  promise_at {{.TS}},
  drafted_by text,
  approved_by text,
  published_at {{.TS}},
  note text not null default '',
  created_at {{.TS}} not null,
  updated_at {{.TS}} not null,
  row_version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create index case_answers_of on case_answers (tenant_id, case_id, cycle, created_at, id);
--bun:split
create unique index case_answers_final on case_answers (tenant_id, case_id, cycle) where state = 'published' and final;
--bun:split
{{.RLS "case_answers"}}
--bun:split
-- What is particular about a photo of a case: whether everybody may see it, and the rectangles (0 to 1) to be made black.
create table case_files (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  attachment_id text not null,
  public {{.BOOL}} not null default {{.FALSE}},
  redactions {{.JSON}} not null default '[]',
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create index case_files_of on case_files (tenant_id, case_id);
--bun:split
create unique index case_files_attachment on case_files (tenant_id, attachment_id);
--bun:split
{{.RLS "case_files"}}
--bun:split
-- The one history: an event for each change, seq is the row_version that it made.
create table case_events (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  seq bigint not null,
  action text not null,
  from_state text not null default '',
  to_state text not null default '',
  actor_kind text not null,
  actor_id text,
  actor_name text not null default '',
  data {{.JSON}} not null default '{}',
  public {{.BOOL}} not null default {{.FALSE}},
  at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create unique index case_events_seq on case_events (tenant_id, case_id, seq);
--bun:split
create index case_events_at on case_events (tenant_id, at, id);
--bun:split
{{.RLS "case_events"}}
--bun:split
-- Which department had a case from when to when, and whether it took it.
create table case_assignments (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  department_id text,
  assignee_id text,
  by_id text,
  rule_id text,
  state text not null default '',
  reason text not null default '',
  accepted_at {{.TS}},
  declined_at {{.TS}},
  ended_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create index case_assignments_of on case_assignments (tenant_id, case_id, created_at, id);
--bun:split
create index case_assignments_department on case_assignments (tenant_id, department_id, created_at);
--bun:split
{{.RLS "case_assignments"}}
--bun:split
-- Parts of the work that other departments do. The citizen never hears of them.
create table case_tasks (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  title text not null,
  body text not null default '',
  department_id text,
  assignee_id text,
  blocking {{.BOOL}} not null default {{.FALSE}},
  state text not null,
  result text not null default '',
  due_at {{.TS}},
  by_id text,
  done_at {{.TS}},
  created_at {{.TS}} not null,
  row_version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create index case_tasks_of on case_tasks (tenant_id, case_id, created_at, id);
--bun:split
create index case_tasks_department on case_tasks (tenant_id, department_id, state, due_at, id);
--bun:split
create index case_tasks_assignee on case_tasks (tenant_id, assignee_id, state, due_at, id);
--bun:split
{{.RLS "case_tasks"}}
--bun:split
-- Who supports a case; from_case is the merged one that a support came with.
create table case_supports (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  voter_id text not null,
  from_case text,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create unique index case_supports_voter on case_supports (tenant_id, case_id, voter_id);
--bun:split
create index case_supports_person on case_supports (tenant_id, voter_id, created_at);
--bun:split
{{.RLS "case_supports"}}
--bun:split
-- Who is told what becomes of a case, with an account or by an address of his own.
create table case_followers (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  account_id text,
  email text not null default '',
  lang text not null default '',
  token text not null,
  from_case text,
  confirmed_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create unique index case_followers_token on case_followers (tenant_id, token);
--bun:split
create unique index case_followers_account on case_followers (tenant_id, case_id, account_id) where account_id is not null;
--bun:split
create unique index case_followers_email on case_followers (tenant_id, case_id, email) where email <> '';
--bun:split
{{.RLS "case_followers"}}
--bun:split
-- Whether the citizen is content, asked once for each final answer.
create table case_surveys (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  cycle bigint not null,
  token text not null,
  sent_at {{.TS}},
  expires_at {{.TS}} not null,
  submitted_at {{.TS}},
  satisfied {{.BOOL}},
  score bigint not null default 0,
  reasons {{.JSON}} not null default '[]',
  body text not null default '',
  no_contact {{.BOOL}} not null default {{.FALSE}},
  channel text not null default '',
  recorded_by text,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create unique index case_surveys_token on case_surveys (tenant_id, token);
--bun:split
create unique index case_surveys_cycle on case_surveys (tenant_id, case_id, cycle);
--bun:split
create index case_surveys_submitted on case_surveys (tenant_id, submitted_at);
--bun:split
{{.RLS "case_surveys"}}
--bun:split
-- Reasons that can be ticked in the survey.
create table case_survey_reasons (
  tenant_id text not null references tenants (id),
  id text not null,
  text {{.JSON}} not null default '{}',
  satisfied {{.BOOL}} not null default {{.FALSE}},
  reopens {{.BOOL}} not null default {{.FALSE}},
  grp text not null default '',
  position bigint not null default 0,
  archived {{.BOOL}} not null default {{.FALSE}},
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "case_survey_reasons"}}
--bun:split
-- To whom a case was passed on, and that the citizen was told.
create table case_referrals (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  body_id text not null,
  reason text not null default '',
  notice text not null default '',
  reference text not null default '',
  sent_at {{.TS}},
  noticed_at {{.TS}},
  answered_at {{.TS}},
  by_id text,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id),
  foreign key (tenant_id, body_id) references external_bodies (tenant_id, id)
);
--bun:split
create index case_referrals_of on case_referrals (tenant_id, case_id, created_at);
--bun:split
create index case_referrals_body on case_referrals (tenant_id, body_id, created_at);
--bun:split
{{.RLS "case_referrals"}}
--bun:split
-- Which case was joined to which, with what is needed to take them apart again exactly.
create table case_merges (
  tenant_id text not null references tenants (id),
  id text not null,
  child_id text not null,
  master_id text not null,
  by_id text,
  snapshot {{.JSON}} not null default '{}',
  undone_at {{.TS}},
  undone_by text,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, child_id) references cases (tenant_id, id),
  foreign key (tenant_id, master_id) references cases (tenant_id, id)
);
--bun:split
create index case_merges_child on case_merges (tenant_id, child_id, created_at);
--bun:split
create index case_merges_master on case_merges (tenant_id, master_id, created_at);
--bun:split
{{.RLS "case_merges"}}
--bun:split
-- Words that staff write again and again, by language, with variables in braces.
create table case_templates (
  tenant_id text not null references tenants (id),
  id text not null,
  code text not null,
  state text not null default '',
  channel text not null default '',
  topic_id text,
  department_id text,
  subject {{.JSON}} not null default '{}',
  body {{.JSON}} not null default '{}',
  position bigint not null default 0,
  archived {{.BOOL}} not null default {{.FALSE}},
  row_version bigint not null default 0,
  primary key (tenant_id, id)
);
--bun:split
create unique index case_templates_code on case_templates (tenant_id, code);
--bun:split
{{.RLS "case_templates"}}
--bun:split
-- Filters of staff, kept under a name.
create table case_filters (
  tenant_id text not null references tenants (id),
  id text not null,
  owner_id text not null,
  name text not null,
  query text not null,
  shared {{.BOOL}} not null default {{.FALSE}},
  department_id text,
  position bigint not null default 0,
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create index case_filters_owner on case_filters (tenant_id, owner_id);
--bun:split
create index case_filters_shared on case_filters (tenant_id, shared);
--bun:split
{{.RLS "case_filters"}}
--bun:split
-- Who gets a case: the first rule that fits, in this order. direct hands it over without an editor.
create table case_rules (
  tenant_id text not null references tenants (id),
  id text not null,
  name text not null default '',
  position bigint not null default 0,
  active {{.BOOL}} not null default {{.FALSE}},
  match {{.JSON}} not null default '{}',
  department_id text,
  assignee_id text,
  priority bigint not null default 0,
  direct {{.BOOL}} not null default {{.FALSE}},
  body_id text,
  row_version bigint not null default 0,
  primary key (tenant_id, id),
  foreign key (tenant_id, department_id) references departments (tenant_id, id)
);
--bun:split
create index case_rules_order on case_rules (tenant_id, position, id);
--bun:split
{{.RLS "case_rules"}}
--bun:split
-- Ways by which cases come, when they are not the usual ones.
create table case_channels (
  tenant_id text not null references tenants (id),
  id text not null,
  code text not null,
  label {{.JSON}} not null default '{}',
  public {{.BOOL}} not null default {{.FALSE}},
  department_id text,
  ack {{.BOOL}} not null default {{.FALSE}},
  consent {{.JSON}} not null default '{}',
  archived {{.BOOL}} not null default {{.FALSE}},
  position bigint not null default 0,
  primary key (tenant_id, id)
);
--bun:split
create unique index case_channels_code on case_channels (tenant_id, code);
--bun:split
{{.RLS "case_channels"}}
--bun:split
-- Programs that may report for others (Open311), by the hash of their key.
create table case_clients (
  tenant_id text not null references tenants (id),
  id text not null,
  name text not null,
  contact text not null default '',
  key_hash text not null,
  active {{.BOOL}} not null default {{.FALSE}},
  test {{.BOOL}} not null default {{.FALSE}},
  channel text not null default '',
  callback text not null default '',
  used_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index case_clients_key on case_clients (tenant_id, key_hash);
--bun:split
{{.RLS "case_clients"}}
--bun:split
-- Who wants to hear of new cases around a place or of a topic.
create table case_alerts (
  tenant_id text not null references tenants (id),
  id text not null,
  account_id text,
  email text not null default '',
  lang text not null default '',
  token text not null,
  lat {{.FLOAT}},
  lng {{.FLOAT}},
  metres bigint not null default 0,
  area_id text,
  topic_id text,
  kind text not null default '',
  confirmed_at {{.TS}},
  last_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
create unique index case_alerts_token on case_alerts (tenant_id, token);
--bun:split
create index case_alerts_place on case_alerts (tenant_id, lat, lng);
--bun:split
create index case_alerts_account on case_alerts (tenant_id, account_id);
--bun:split
{{.RLS "case_alerts"}}
--bun:split
-- Mailboxes that are read for messages and new cases; secret is encrypted.
create table case_mailboxes (
  tenant_id text not null references tenants (id),
  id text not null,
  name text not null,
  protocol text not null default '',
  host text not null default '',
  port bigint not null default 0,
  username text not null default '',
  secret text not null default '',
  folder text not null default '',
  last_uid bigint not null default 0,
  department_id text,
  active {{.BOOL}} not null default {{.FALSE}},
  polled_at {{.TS}},
  problem text not null default '',
  created_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "case_mailboxes"}}
--bun:split
-- How many cases everybody may see in each cell of the map, by zoom, with the sums of their places: a map of all costs no look at all of
-- them. id is "zoom:cell".
create table case_cells (
  tenant_id text not null references tenants (id),
  id text not null,
  zoom bigint not null,
  cell bigint not null,
  n bigint not null default 0,
  lat {{.FLOAT}} not null default 0,
  lng {{.FLOAT}} not null default 0,
  primary key (tenant_id, id)
);
--bun:split
create index case_cells_of on case_cells (tenant_id, zoom, cell);
--bun:split
{{.RLS "case_cells"}}
