-- Two settings of cases that nothing followed.
alter table case_kinds drop column formal;
--bun:split
alter table case_topics drop column updates_days;
