-- Rules of terms that a municipality changed or made itself. One that is not here follows the preset of the country; a row whose id
-- is that of a preset takes its place.
create table rule_sets (
  tenant_id text not null references tenants (id),
  id text not null,
  act text not null,
  name {{.JSON}},
  normal {{.JSON}},
  minimum {{.JSON}},
  report {{.JSON}},
  answer {{.JSON}},
  reason_below integer not null default 0,
  reason_needed {{.BOOL}} not null default {{.FALSE}},
  notice_days integer not null default 0,
  documents {{.JSON}},
  hearing {{.BOOL}} not null default {{.FALSE}},
  restart {{.BOOL}} not null default {{.FALSE}},
  reminders {{.JSON}},
  next_working {{.BOOL}} not null default {{.FALSE}},
  firm {{.BOOL}} not null default {{.FALSE}},
  legal_basis {{.JSON}},
  archived {{.BOOL}} not null default {{.FALSE}},
  row_version bigint not null default 1,
  updated_at {{.TS}} not null,
  primary key (tenant_id, id)
);
--bun:split
{{.RLS "rule_sets"}}
--bun:split
-- What a consultation must hold to, and what it says about it.
alter table consultations add column act text not null default '';
--bun:split
alter table consultations add column rule_set_id text not null default '';
--bun:split
alter table consultations add column legal_basis {{.JSON}};
--bun:split
alter table consultations add column alternatives {{.JSON}};
--bun:split
alter table consultations add column plain {{.JSON}};
--bun:split
-- meetings and overrides are read and changed together with the consultation, under its row_version.
alter table consultations add column meetings {{.JSON}};
--bun:split
alter table consultations add column overrides {{.JSON}};
--bun:split
alter table consultations add column decision_url text not null default '';
--bun:split
alter table consultations add column decision_title {{.JSON}};
--bun:split
alter table consultations add column report_by {{.TS}};
--bun:split
-- term_days is how long the term was when it was published, so that a restart gives as much time again.
alter table consultations add column term_days integer not null default 0;
--bun:split
alter table consultation_changes add column about {{.JSON}};
