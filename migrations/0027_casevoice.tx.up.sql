-- E-mail about cases: what came in (direction in) and our own letters that can be answered (direction out, whose id is the first part of
-- their Message-ID). outcome says what became of a message, hint_id which case it may belong to.
create table case_mails (
  tenant_id text not null references tenants (id),
  id text not null,
  direction text not null,
  message_id text,
  sender text not null default '',
  sender_name text not null default '',
  recipient text not null default '',
  subject text not null default '',
  body text not null default '',
  kind text not null default '',
  outcome text not null default '',
  case_id text,
  hint_id text,
  files {{.JSON}} not null default '[]',
  problem text not null default '',
  bounce text not null default '',
  bounced_at {{.TS}},
  decided_by text,
  decided_at {{.TS}},
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id),
  foreign key (tenant_id, hint_id) references cases (tenant_id, id)
);
--bun:split
create unique index case_mails_message on case_mails (tenant_id, message_id) where message_id is not null;
--bun:split
create index case_mails_came on case_mails (tenant_id, direction, created_at, id);
--bun:split
create index case_mails_outcome on case_mails (tenant_id, direction, outcome, created_at, id);
--bun:split
create index case_mails_sender on case_mails (tenant_id, sender, created_at);
--bun:split
create index case_mails_case on case_mails (tenant_id, case_id);
--bun:split
create index case_mails_hint on case_mails (tenant_id, hint_id) where hint_id is not null;
--bun:split
create index case_mails_bounced on case_mails (tenant_id, bounced_at) where bounced_at is not null;
--bun:split
{{.RLS "case_mails"}}
--bun:split
alter table case_surveys add column reminded_at {{.TS}};
--bun:split
create index case_surveys_sent on case_surveys (tenant_id, submitted_at, sent_at);
--bun:split
-- Who wants to be told of what is near may choose several topics, and is written to at a place that he named.
alter table case_alerts add column topics {{.JSON}} not null default '[]';
--bun:split
alter table case_alerts add column address text not null default '';
--bun:split
create index case_alerts_due on case_alerts (tenant_id, confirmed_at, last_at);
--bun:split
-- What people in the field sent, by the id that their device gave it: the same one twice is one.
create table case_field_posts (
  tenant_id text not null references tenants (id),
  id text not null,
  case_id text not null,
  account_id text not null,
  action text not null,
  created_at {{.TS}} not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, case_id) references cases (tenant_id, id)
);
--bun:split
create index case_field_posts_at on case_field_posts (tenant_id, created_at);
--bun:split
{{.RLS "case_field_posts"}}
