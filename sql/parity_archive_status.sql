-- What is kept of each table.
-- sqlite3: pragma foreign_keys = on;
select count(*) from dbarchive_status();
create table author (id integer primary key, name text);
create table book (id integer primary key, author_id integer references author (id) on delete cascade);
create table page (id integer primary key, deleted_at timestamp);
insert into author values (1, 'a'), (2, 'b');
insert into book values (1, 1), (2, 1), (3, 2);
insert into page (id) values (1), (2), (3);
select dbarchive_enable('author') is not null;
select dbarchive_enable('page') is not null;
select table_name, policy, mode, deleted_rows, deleted_bytes, held_rows, oldest_at, purgeable_rows from dbarchive_status() order by 1;
delete from author where id = 1;
select dbarchive_delete('page', 1) is not null;
select dbarchive_delete('page', 2) is not null;
select dbarchive_hold('page', 2, 'reason') is not null;
select dbarchive_hold('book', 3, 'reason') is not null;
select table_name, mode, deleted_rows, deleted_bytes > 0, held_rows, oldest_at is not null, purgeable_rows from dbarchive_status() order by 1;
select dbcare_set('purge_deleted_after_days', 0) is not null;
select table_name, purgeable_rows from dbarchive_status() order by 1;
-- all rows of a batch are held
select dbarchive_hold('book', 1, 'reason') is not null;
select table_name, held_rows, purgeable_rows from dbarchive_status() order by 1;
-- a table that is gone, and one whose rows are no longer kept
drop view page_live;
drop table page;
select dbarchive_disable('author') is not null;
select table_name, mode, deleted_rows, purgeable_rows, live_rows from dbarchive_status() order by 1;
-- a schedule needs monitoring
select dbarchive_schedule('03:00');
select dbarchive_schedule('24:00');
select dbarchive_schedule('03:00', '{"batch": 1}');
select dbarchive_schedule(null);
