-- The same thing in other languages: title and beginning of the text by language, for readers of that language. Empty when it is
-- written in one language only.
alter table search_documents add column versions text not null default '';
