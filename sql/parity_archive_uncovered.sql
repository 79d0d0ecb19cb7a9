-- tables that were created after dbarchive_enable() of the table that they refer to
-- sqlite3: pragma foreign_keys = on;
create table parent (id integer primary key);
create table early (id integer primary key, parent_id integer references parent (id) on delete cascade);
select dbarchive_enable('parent') is not null;
insert into parent values (1), (2), (3), (4);
insert into early values (1, 1), (2, 2), (3, 3);
delete from parent where id = 1;
create table late (id integer primary key, parent_id integer references parent (id) on delete cascade);
create table unlinked (id integer primary key, parent_id integer references parent (id) on delete set null);
create table refused (id integer primary key, parent_id integer references parent (id));
insert into late values (2, 2);
delete from parent where id = 2;
select object, severity from dbhealth_checks('{"checks": ["archive_triggers"]}') order by 1;
select table_name, mode, deleted_rows, problem from dbarchive_status() order by 1;
-- the rows are back; the result says what is not
select cast(dbarchive_restore('parent', 2) as text) like '%not_kept%late%unlinked%';
select count(*) from late;
-- they could not have rows when the first row was deleted
select cast(dbarchive_restore('parent', 1) as text) not like '%not_kept%';
-- from now on their rows are kept
select dbarchive_enable('parent') is not null;
select count(*) from dbarchive_status() where problem is not null;
insert into late values (3, 3);
insert into unlinked values (3, 3);
delete from parent where id = 3;
select cast(dbarchive_restore('parent', 3) as text) not like '%not_kept%';
select * from late;
select * from unlinked;
