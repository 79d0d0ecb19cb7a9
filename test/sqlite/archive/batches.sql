-- what one command deletes is a batch, however short the time between commands
pragma foreign_keys = on;
create table leaf (id integer primary key autoincrement, leaf_id int references leaf (id) on delete cascade);
create table note (id integer primary key, leaf_id int references leaf (id) on delete set null);
with recursive n (i) as (select 1 union all select i + 1 from n where i < 9)
	insert into leaf select i, null from n union all select 90 + i, i from n;
insert into note values (1, 5);
select dbarchive_enable('leaf') is not null;
begin;
delete from leaf where id = 1;
delete from leaf where id in (2, 3);
delete from leaf where id = 4 returning id;
commit;
begin;
delete from leaf where id = 5;
delete from leaf where id = 6;
rollback;
savepoint s;
delete from leaf where id = 6;
rollback to s;
delete from leaf where id = 7;
release s;
select dbarchive_delete('leaf', 8) ->> '$.rows', dbarchive_delete('leaf', 9) ->> '$.rows', dbarchive_delete('leaf', 5, '{"dry_run": true}') ->> '$.rows';
delete from leaf where id = 5;
select min(row_key), max(rows_in_batch), count(*) from dbarchive_deleted('leaf') group by batch order by batch;
--> 1
--> 4
--> 2|2|2
--> 1|2|2
--> 2|4|4
--> 4|2|2
--> 7|2|2
--> 8|2|2
--> 9|2|2
--> 5|2|2

-- a command that replaces rows
pragma recursive_triggers = on;
insert into leaf values (201, null), (202, null), (203, null);
replace into leaf select id, null from leaf where id between 201 and 202;
update or replace leaf set id = 203 where id = 202;
select min(row_key), max(rows_in_batch), count(*) from dbarchive_deleted('leaf') where row_key in ('201', '202', '203') group by batch order by batch;
--> 201|2|2
--> 203|1|1

-- rows of a command are together after sqlite_sequence was emptied, too
insert into leaf values (301, null), (302, null);
delete from sqlite_sequence;
delete from leaf where id in (301, 302);
select row_key, rows_in_batch from dbarchive_deleted('leaf') where row_key in ('301', '302');
--> 302|2
--> 301|2
-- a trigger inserts what is purged again: the purge ends
create table again (id integer primary key, note text);
insert into again values (1, 'a'), (2, 'b');
select dbarchive_enable('again', '{"mode": "flag"}') is null, dbarchive_delete('again', 1) ->> 'rows';
update again set deleted_at = '2021-06-01T00:00:00.000Z' where id = 1;
create trigger put_back after delete on again begin
	insert into again (note, deleted_at, deletion_id) values (old.note, old.deleted_at, old.deletion_id);
end;
select dbarchive_purge('again', '{"older_than_days": 1}');
select count(*), count(deleted_at) from again;
--> 0|1
--> ERROR: dbcare: rows of table again that were deleted are there again. Completed batches are kept and do not run again. A trigger or a rule of the table inserts them: disable it.
--> 2|1
-- a trigger keeps a row
create table guarded (id integer primary key);
insert into guarded values (1);
create trigger keeps before delete on guarded begin select raise(ignore); end;
select dbarchive_enable('guarded') is null;
select dbarchive_delete('guarded', 1);
select dbarchive_delete('guarded', 2);
--> 0
--> ERROR: dbcare: row 1 of table guarded cannot be deleted. The statement has changed no row, though it is there. Look at the triggers and rules of the table, and at its row security.
--> ERROR: dbcare: table guarded has no row with the key 2
-- a table with marks was dropped, and another one has its name: rows of others are listed
create table marked (id integer primary key);
insert into marked values (1);
select dbarchive_enable('marked', '{"mode": "flag"}') is null, dbarchive_delete('marked', 1) ->> 'rows';
drop view marked_live;
drop table marked;
select count(*) > 0 from dbarchive_deleted;
create table marked (id integer primary key, deleted_at text);
select count(*) > 0 from dbarchive_deleted;
--> 0|1
--> 1
--> 1
