-- exports of tables that were renamed
create table flagged (id integer primary key, v text, deleted_at timestamp, deleted_by text, deletion_id bigint);
create table kept (id integer primary key, v text);
select dbarchive_enable('flagged', '{"mode": "flag"}') is not null, dbarchive_enable('kept') is not null;
insert into flagged (id, v) values (1, 'live'), (2, 'marked');
insert into kept values (1, 'live'), (2, 'deleted');
select dbarchive_delete('flagged', 2) is not null;
delete from kept where id = 2;
alter table flagged rename to f2;
alter table kept rename to k2;
select n, line from dbarchive_export_rows('f2', '{"columns": ["id", "v"]}') order by n;
select n, line from dbarchive_export_rows('f2', '{"columns": ["id", "v"], "where": "v <> ''x''"}') order by n;
select n, line from dbarchive_export_rows('f2', '{"columns": ["id", "v"], "deleted": true}') order by n;
select n, line from dbarchive_export_rows('k2', '{"deleted": true}') order by n;
-- another table has the old name
create table flagged (id integer primary key, v text);
create table kept (id integer primary key, v text);
insert into flagged values (9, 'other');
select n, line from dbarchive_export_rows('flagged') order by n;
select n, line from dbarchive_export_rows('flagged', '{"deleted": true}') order by n;
select n, line from dbarchive_export_rows('kept', '{"deleted": true}') order by n;
select n, line from dbarchive_export_rows('f2', '{"columns": ["id", "v"]}') order by n;
select n, line from dbarchive_export_rows('f2', '{"columns": ["id", "v"], "deleted": true}') order by n;
select n, line from dbarchive_export_rows('k2', '{"deleted": true}') order by n;
-- names are exchanged
create table a (id integer primary key, v text, deleted_at timestamp, deleted_by text, deletion_id bigint);
create table b (id integer primary key, v text, deleted_at timestamp);
select dbarchive_enable('a', '{"mode": "flag"}') is not null;
insert into a (id, v) values (1, 'live'), (2, 'marked');
insert into b (id, v, deleted_at) values (1, 'not marked', '2020-01-01');
select dbarchive_delete('a', 2) is not null;
alter table a rename to c;
alter table b rename to a;
alter table c rename to b;
select line from dbarchive_export_rows('a', '{"columns": ["id", "v"]}');
select line from dbarchive_export_rows('b', '{"columns": ["id", "v"]}');
