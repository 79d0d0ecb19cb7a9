-- Rows of the past, and changes that are undone, of tables that have changed since.
set client_min_messages = warning;
drop database if exists au_shapes;
create database au_shapes;
\connect au_shapes
set client_min_messages = warning;
create extension pgtap;
create extension dbcare;
select no_plan();

-- undoes the last entry of a table with an action; the row, or why it is refused
create function pg_temp.undone(rel text, action text) returns text language plpgsql as $$
declare
	detail text;
	result text;
begin
	perform dbaudit_undo(max(id)) from dbaudit_log(jsonb_build_object('table', rel, 'action', action));
	execute format('select string_agg(t::text, '' '' order by t::text) from only %s as t', rel) into result;
	return result;
exception when object_not_in_prerequisite_state then
	get stacked diagnostics detail = pg_exception_detail;
	return coalesce(nullif(detail, ''), sqlerrm);
end $$;
create function pg_temp.past(rel text, at timestamptz) returns text language plpgsql as $$
declare
	result text;
begin
	select string_agg(row_data::text, ' ' order by row_key::text) into result from dbaudit_table_as_of(rel, at::text);
	return result;
exception when object_not_in_prerequisite_state then
	return sqlerrm;
end $$;

-- ---- undo ----

create table a1 (id int primary key, v text);
select dbaudit_enable('a1') is not null;
insert into a1 values (1, 'old');
delete from a1;
alter table a1 add b int default 7;
alter table a1 add n int;
select is(pg_temp.undone('a1', 'delete'), '(1,old,7,)', 'a column that is new has the value that other rows have');
delete from a1;
alter table a1 add c int default 8;
vacuum full a1;
select is(pg_temp.undone('a1', 'delete'), 'column c was added to table public.a1, and its value for the row is not known.', '... or the row is refused');
create table a1x (id int primary key, v text);
insert into a1x values (1, 'old');
alter table a1x add b int default 7;
update a1x set b = 9;
select dbaudit_enable('a1x', '{"exclude": ["b"]}') is not null;
delete from a1x;
select dbaudit_enable('a1x') is not null;
select is(pg_temp.undone('a1x', 'delete'), 'the log does not have the value that the row had in column b of table public.a1x. It was not logged when the row was deleted.',
	'... and one that was not logged has no value');
create table a2 (id int primary key, a text, b text);
select dbaudit_enable('a2') is not null;
insert into a2 values (1, 'old_a', 'old_b');
update a2 set a = 'new a';
alter table a2 rename a to x;
alter table a2 rename b to a;
alter table a2 rename x to b;
select is(pg_temp.undone('a2', 'update'), '(1,old_a,old_b)', 'columns that have exchanged their names');
create table a3 (id int primary key, b int, a int);
select dbaudit_enable('a3') is not null;
insert into a3 values (1, 5, 5);
update a3 set b = 6;
alter table a3 alter a type int using a * 100;
select is(pg_temp.undone('a3', 'update'), '(1,5,500)', 'a change of another column than that of ALTER TYPE is undone');
update a3 set a = 6;
alter table a3 alter a type int using a * 100;
select is(pg_temp.undone('a3', 'update'), 'values of column a of table public.a3 may have been changed since by ALTER TABLE.', '... one of that column is refused');
create table parent (id int primary key, v text);
create table child () inherits (parent);
select dbaudit_enable('parent') is not null;
insert into parent values (1, 'of the parent');
insert into child values (1, 'of the child');
update only parent set v = 'new';
select is(pg_temp.undone('parent', 'update'), '(1,"of the parent")', 'an inheriting table has a row with the key');
create table ex (id int primary key, a int, secret text);
select dbaudit_enable('ex', '{"exclude": ["secret"]}') is not null;
insert into ex values (1, 1, 's');
update ex set a = 2;
select dbaudit_undo(max(id)) is not null from dbaudit_log('{"table": "ex", "action": "update"}');
select dbaudit_undo(null, jsonb_build_object('transaction', max(transaction_id))) is not null from dbaudit_log('{"table": "ex"}');
select is(ex::text, '(1,2,s)', 'an undo that is undone leaves columns that are not logged') from ex;
create table s (id int primary key, v int);
select dbaudit_enable('s') is not null;
set dbcare.actor = 'since';
insert into s values (1, 1);
update s set v = 2;
update s set v = 3;
reset dbcare.actor;
select is(dbaudit_undo(null, jsonb_build_object('actor', 'since', 'since', (select logged_at from dbcare.audit_entry order by entry_id desc limit 1))) ->> 'entries', '1',
	'a time has microseconds');

create table en (id int primary key, m text);
create type mood as enum ('sad', 'glad');
alter table en alter m type mood using m::mood;
select dbaudit_enable('en') is not null;
insert into en values (1, 'sad');
update en set m = 'glad';
alter type mood add value 'mad';
select is(pg_temp.undone('en', 'update'), '(1,sad)', 'a label that is new');
update en set m = 'glad';
alter type mood rename value 'sad' to 'x';
alter type mood rename value 'glad' to 'sad';
alter type mood rename value 'x' to 'glad';
select is(pg_temp.undone('en', 'update'), 'labels of the type of column m of table public.en were renamed since.', 'labels that were exchanged');
create table pt (id int primary key, v int) partition by range (id);
create table pt_1 partition of pt for values from (0) to (9);
select dbaudit_enable('pt') is not null;
insert into pt values (1, 5);
update pt set v = 6;
alter table pt rename v to w;
select dbaudit_undo(max(id)) is not null from dbaudit_log('{"table": "pt", "action": "update"}');
select is(w, 5, 'a column of a partitioned table that was renamed') from pt;
update pt set w = 6;
alter table pt alter w type int using w * 100;
select is(pg_temp.undone('pt', 'update'), 'values of column w of table public.pt may have been changed since by ALTER TABLE.', '... and one that ALTER TYPE has changed');

-- ---- rows of the past ----

create table p1 (id int primary key, price numeric);
insert into p1 values (1, 300), (2, 400);
select dbaudit_enable('p1') is not null;
select clock_timestamp() as t1 \gset
update p1 set price = 500 where id = 2;
alter table p1 alter price type numeric using price / 100.0;
select is(pg_temp.past('p1', :'t1'), 'values of column price of table public.p1 may have been changed since by ALTER TABLE', 'ALTER TYPE ... USING');
select is(dbaudit_as_of('p1', 2, :'t1') ->> 'price', '400', '... but a value that the log has is known');
create table p2 (id int primary key, gone text);
insert into p2 values (1, 'x');
select dbaudit_enable('p2') is not null;
select clock_timestamp() as t2 \gset
alter table p2 drop gone;
select is(pg_temp.past('p2', :'t2'), 'column gone of table public.p2 no longer exists, and the log does not have its value', 'a column that was dropped');
create table p3 (id int primary key, a text, b text);
insert into p3 values (1, 'old_a', 'old_b');
select dbaudit_enable('p3') is not null;
select clock_timestamp() as t3 \gset
alter table p3 rename a to x;
alter table p3 rename b to a;
alter table p3 rename x to b;
select is(pg_temp.past('p3', :'t3'), '{"a": "old_a", "b": "old_b", "id": 1}', 'names that were exchanged');
update p3 set b = 'new';
select is(pg_temp.past('p3', :'t3'), '{"a": "old_a", "b": "old_b", "id": 1}', '... and a change since');
select is(pg_temp.past('p3', clock_timestamp()), '{"a": "old_b", "b": "new", "id": 1}', '... which has the new names');

-- ---- columns that were added to a partitioned table ----

create table pa (id int primary key, v text) partition by hash (id);
create table pa0 partition of pa for values with (modulus 2, remainder 0);
create table pa1 partition of pa for values with (modulus 2, remainder 1);
select dbaudit_enable('pa') is not null;
insert into pa values (1, 'a'), (2, 'b');
delete from pa where id = 1;
delete from pa where id = 2;
alter table pa add at point default '(1,2)', add n int default 5, add free text;
select dbaudit_enable('pa') is not null;
create function pg_temp.undo(of int) returns text language plpgsql as $$ begin
	perform dbaudit_undo((select id from dbaudit_log('{"table": "pa", "action": "delete"}') where (row_key #>> '{}')::int = of));
	return (select string_agg(pa::text, ' ') from pa where id = of);
exception when others then return sqlerrm; end $$;
select is(pg_temp.undo(1), '(1,a,"(1,2)",5,)', 'a row from before has the defaults');
alter table pa alter n drop default, alter n set default 6;
vacuum full pa0, pa1;
select is(pg_temp.undo(2), 'the changes cannot be undone', '... as long as these are known');
select * from finish();
\connect postgres
drop database au_shapes;
