-- Rows as lines of text.
-- sqlite3: pragma foreign_keys = on;
create table thing (id integer primary key, name text, "odd, ""name""" text, born date);
insert into thing values (2, 'a "quoted", text', '', null), (1, null, 'é', '2026-01-02'), (3, 'two
lines', 'c', null);
select n, line from dbarchive_export_rows('thing') order by n;
select n, line from dbarchive_export_rows('thing', '{"format": "csv"}') order by n;
select line from dbarchive_export_rows('thing', '{"columns": ["name", "id"], "where": "id > 1 -- all but one"}') order by n;
select line from dbarchive_export_rows('thing', '{"columns": ["born", "id"], "where": "id = 1 or id = 3", "format": "csv"}') order by n;
-- counted only
select cast(dbarchive_export('thing', '/nowhere/file', '{"dry_run": true, "format": "csv", "columns": ["id"]}') as text);
select count(*) from dbarchive_export_rows('thing', '{"deleted": true}');
-- deleted rows
select dbarchive_enable('thing') is not null;
select count(*) from dbarchive_export_rows('thing', '{"deleted": true}');
delete from thing where id < 3;
select line from dbarchive_export_rows('thing', '{"deleted": true}') order by 1;
select line from dbarchive_export_rows('thing', '{"deleted": true, "columns": ["name", "id"]}') order by 1;
select line from dbarchive_export_rows('thing', '{"deleted": true, "format": "csv"}') order by 1;
select count(*) from dbarchive_export_rows('thing', '{"deleted": true, "where": "id = 1"}');
create table page (id integer primary key, title text, deleted_at timestamp);
insert into page (id, title) values (1, 'a'), (2, 'b'), (3, 'c');
select dbarchive_enable('page') is not null;
select dbarchive_delete('page', 2) is not null;
select line from dbarchive_export_rows('page', '{"columns": ["id"]}') order by n;
select line from dbarchive_export_rows('page', '{"columns": ["id", "title"], "deleted": true, "where": "id < 3"}') order by n;
-- refused
select count(*) from dbarchive_export_rows('missing');
select count(*) from dbarchive_export_rows('thing', '{"columns": ["id", "nothing"]}');
select count(*) from dbarchive_export_rows('thing', '{"columns": []}');
select count(*) from dbarchive_export_rows('thing', '{"format": "xml"}');
select count(*) from dbarchive_export_rows('thing', '{"compress": "zstd"}');
select dbarchive_export('thing', null);
select dbarchive_export('thing', '/nowhere/file');
select dbarchive_export('thing', '/dev/null', '{"overwrite": true}');
select dbarchive_export('thing', '/etc/passwd');
select count(*) from thing;
