-- Where the text was changed because of a remark, once such a version is published: a list of label, path and version.
alter table remarks add column changes {{.JSON}};
