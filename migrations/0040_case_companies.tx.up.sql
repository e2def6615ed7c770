-- For which company or other legal body somebody reported: its name, and its number in the register of its country.
alter table case_parties add column company text not null default '';
--bun:split
alter table case_parties add column register text not null default '';
--bun:split
alter table case_parties add column register_number text not null default '';
--bun:split
create index case_parties_number on case_parties (tenant_id, register_number, created_at) where register_number <> '';
