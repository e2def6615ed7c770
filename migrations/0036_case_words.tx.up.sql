-- In which cases a word occurs, each word once for each case: staff find a case by a rare word without a look at every case.
create table case_words (
  tenant_id text not null references tenants (id),
  word text {{if .PG}}collate "C" {{end}}not null,
  case_id text {{if .PG}}collate "C" {{end}}not null,
  primary key (tenant_id, word, case_id)
){{if not .PG}} without rowid{{end}};
--bun:split
{{.RLS "case_words"}}
--bun:split
{{if .PG}}insert into case_words (tenant_id, word, case_id)
select distinct c.tenant_id, left(w.word, 20), c.id from cases c cross join lateral unnest(string_to_array(c.folded, ' ')) as w (word) where length(w.word) > 1;{{else}}insert or ignore into case_words (tenant_id, word, case_id)
with recursive split (tenant_id, case_id, word, rest) as (
  select tenant_id, id, '', folded || ' ' from cases where folded <> ''
  union all
  select tenant_id, case_id, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) from split where rest <> ''
)
select tenant_id, substr(word, 1, 20), case_id from split where length(word) > 1;{{end}}
