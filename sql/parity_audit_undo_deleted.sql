-- Deleted rows and the log of changes: why rows were deleted, and undone deletions.
create table shelf (id integer primary key, name text);
create table book (id integer primary key, shelf_id integer references shelf on delete cascade, title text, price integer);
-- sqlite3: pragma foreign_keys = on;
select dbarchive_enable('shelf') is not null, dbarchive_enable('book') is not null;
select dbaudit_enable('shelf') is not null, dbaudit_enable('book') is not null;
insert into shelf values (1, 'a'), (2, 'b');
insert into book values (1, 1, 'one', 5), (2, 1, null, 2), (3, 2, 'three', null);
-- the reason is that of the batch
select dbarchive_delete('shelf', 1, '{"reason": "moved out"}') is not null;
delete from book where id = 3;
select table_name like '%book', row_key, rows_in_batch, reason from dbarchive_deleted() order by 1, 2;
-- the same row was deleted before with other values
insert into book values (3, 2, 'new three', null);
begin;
select dbaudit_actor('eve') is not null;
delete from book where id = 3;
commit;
select row_key, reason from dbarchive_deleted('book') order by batch, 1;
-- a dry run changes nothing, an undone deletion leaves the list
select dbaudit_undo(null, '{"actor": "eve", "since": "2000-01-01", "dry_run": true}') is not null;
select count(*) from dbarchive_deleted('book');
select dbaudit_undo(null, '{"actor": "eve", "since": "2000-01-01"}') is not null;
select * from book order by id;
select row_key, row_data from dbarchive_deleted('book') order by 1;
-- the other rows of the batch can still be restored
select dbarchive_restore('shelf', 1) is not null;
select id, title from book order by id;
select count(*) from dbarchive_deleted();
-- marked rows
create table page (id integer primary key, deleted_at timestamp, deleted_by text, deletion_id bigint);
select dbarchive_enable('page', '{"mode": "flag"}') is not null;
insert into page (id) values (1), (2);
select dbarchive_delete('page', 2, '{"reason": "empty"}') is not null;
select row_key, reason from dbarchive_deleted('page');
-- an undo that gives a row its key back does not bring back one that was deleted with this key
create table leaf (id integer primary key, text text);
select dbarchive_enable('leaf') is not null, dbaudit_enable('leaf') is not null;
insert into leaf values (1, 'same');
delete from leaf;
insert into leaf values (1, 'same');
begin;
select dbaudit_actor('fay') is not null;
update leaf set id = 2;
commit;
select dbaudit_undo(null, '{"actor": "fay", "since": "2000-01-01"}') is not null;
select id, text from leaf;
select row_key from dbarchive_deleted('leaf');
