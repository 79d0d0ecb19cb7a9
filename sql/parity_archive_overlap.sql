-- retention policies that want the same rows
create table o (id integer primary key, at date, kind text, mail text);
insert into o values (1, '2020-01-01', 'a', 'x'), (2, '2020-01-01', 'b', 'x'), (3, '2020-01-01', 'c', 'x'), (4, '2999-01-01', 'a', 'x');
select dbarchive_policy('o', '{"name": "1 keep", "timestamp_column": "at", "archive_after_days": 10, "where": "kind = ''a''", "to": "o_kept"}') is not null;
select dbarchive_policy('o', '{"name": "2 hide", "timestamp_column": "at", "anonymise_after_days": 10, "columns": {"mail": null}}') is not null;
select dbarchive_policy('o', '{"name": "3 keep", "timestamp_column": "at", "archive_after_days": 20, "where": "kind in (''a'', ''b'')"}') is not null;
select dbarchive_policy('o', '{"name": "4 drop", "timestamp_column": "at", "delete_after_days": 5}') is not null;
-- they run in the order of their names, and each row goes once
call dbarchive_apply();
select * from o order by id;
select * from o_kept order by id;
select * from o_archive order by id;
call dbarchive_apply();
-- to archive and to purge the same rows
create table q (id integer primary key, at date);
select dbarchive_enable('q') is not null;
insert into q values (1, '2020-01-01'), (2, '2020-01-01'), (3, '2999-01-01');
delete from q where id = 1;
select dbarchive_policy('q', '{"name": "a", "timestamp_column": "at", "archive_after_days": 10}') is not null;
select dbarchive_policy('q', '{"name": "b", "purge_deleted_after_days": 0}') is not null;
select dbarchive_policy('q', '{"name": "c", "timestamp_column": "at", "archive_after_days": 10, "purge_deleted_after_days": 0, "to": "q_too"}') is not null;
call dbarchive_apply('{"relation": "q"}');
select id from q order by id;
select id from q_archive order by id;
select id from q_too order by id;
select row_key from dbarchive_deleted() where table_name like '%q';
-- a row that is held stays with all of them
insert into q values (4, '2020-01-01'), (5, '2020-01-01');
select dbarchive_hold('q', 4, 'case') is not null;
call dbarchive_apply('{"relation": "q"}');
select id from q order by id;
select id from q_archive order by id;
