-- Deleted rows of tables that have changed since: values return to the columns that
-- they were in, or the row is refused with the reason.
set client_min_messages = warning;
drop database if exists ar_shapes;
create database ar_shapes;
\connect ar_shapes
set client_min_messages = warning;
create extension pgtap;
create extension dbcare;
select no_plan();

-- restores the last batch; the rows of the table, or why it is refused
create function pg_temp.back(rel text) returns text language plpgsql as $$
declare
	detail text;
	result text;
begin
	perform dbarchive_restore_batch(max(batch_id)) from dbcare.trash where action = 'delete';
	execute format('select string_agg(t::text, '' '' order by t::text) from %s as t', rel) into result;
	return result;
exception when object_not_in_prerequisite_state or undefined_table or unique_violation or not_null_violation then
	get stacked diagnostics detail = pg_exception_detail;
	return coalesce(nullif(detail, ''), sqlerrm);
end $$;

-- ---- names ----

create table r1 (id int primary key, a text);
select dbarchive_enable('r1') is not null;
insert into r1 values (1, 'old a');
delete from r1;
alter table r1 rename a to b;
alter table r1 add a text;
select is(pg_temp.back('r1'), '(1,"old a",)', 'a value returns to its column, which was renamed, not to a new one of its name');
create table r2 (id int primary key, a text, b text);
select dbarchive_enable('r2') is not null;
insert into r2 values (1, 'was a', 'was b');
delete from r2;
alter table r2 rename a to x;
alter table r2 rename b to a;
alter table r2 rename x to b;
select is(pg_temp.back('r2'), '(1,"was a","was b")', 'nor to another one after two have exchanged their names');
select is((select a from r2), 'was b', '... by their new names');
create table r3 (uuid text, user_uuid text, v int, primary key (uuid, user_uuid));
select dbarchive_enable('r3') is not null;
insert into r3 values ('u', 'w', 1);
delete from r3;
alter table r3 rename uuid to k1;
alter table r3 rename user_uuid to uuid;
select is(pg_temp.back('r3'), '(u,w,1)', 'a key of two columns, of which one got the name of the other');
create table x1 (id int primary key, a text);
create table x2 (id int primary key, a text);
select dbarchive_enable('x1') is not null, dbarchive_enable('x2') is not null;
insert into x1 values (1, 'of x1');
delete from x1;
alter table x1 rename to x0;
alter table x2 rename to x1;
alter table x0 rename to x2;
select is(pg_temp.back('x2'), '(1,"of x1")', 'two tables that have exchanged their names');
select is((select count(*) from x1), 0::bigint, '... and nothing is in the other one');
insert into x1 values (5, 'of the second');
insert into x2 values (6, 'of the first');
delete from x1;
delete from x2 where id = 6;
select is(dbarchive_restore('x1', 5) ->> 'rows', '1', 'a row is found by the present name of its table');
select is((select a from x1), 'of the second', '... and returns there');
select throws_ok($$select dbarchive_restore('x1', 6)$$, '42704', null, 'not by that of the other one');

-- ---- columns that are gone, new or others ----

create table c1 (id int primary key, a text);
select dbarchive_enable('c1') is not null;
insert into c1 values (1, 'old');
delete from c1;
alter table c1 drop a;
select is(pg_temp.back('c1'), 'Row 1 of table public.c1: column a of table public.c1 no longer exists.', 'a column that is gone');
alter table c1 add a text;
select is(pg_temp.back('c1'), 'Row 1 of table public.c1: column a of table public.c1 was dropped, and another one created under its name.',
	'... and made again under its name');
create table c2 (id int primary key);
select dbarchive_enable('c2') is not null;
insert into c2 values (1), (2);
delete from c2 where id = 1;
alter table c2 add b int default 7;
alter table c2 add n int;
select is(pg_temp.back('c2'), '(1,7,) (2,7,)', 'a column that is new has the value that other rows have');
delete from c2 where id = 2;
alter table c2 add d int default 8;
vacuum full c2;
select is(pg_temp.back('c2'), 'Row 2 of table public.c2: column d was added to table public.c2, and its value for the row is not known.',
	'... or the row is refused, if that is no longer known');

-- ---- types and values ----

create table t1 (id int primary key, a int);
select dbarchive_enable('t1') is not null;
insert into t1 values (1, 5), (2, 6);
delete from t1 where id = 1;
alter table t1 alter a type int using a * 100;
select is(pg_temp.back('t1'),
	'Row 1 of table public.t1: values of column a of table public.t1 may have been changed since by ALTER TABLE.', 'ALTER TYPE ... USING, the same type');
delete from t1;
vacuum full t1;
select is(pg_temp.back('t1'), '(2,600)', 'a table that was rewritten for another reason');
create table t2 (id int primary key, a varchar(5));
select dbarchive_enable('t2') is not null;
insert into t2 values (1, 'ab');
delete from t2;
alter table t2 alter a type text;
select is(pg_temp.back('t2'), '(1,ab)', 'a wider type that leaves the values');
create table t3 (id int primary key, price numeric);
select dbarchive_enable('t3') is not null;
insert into t3 values (1, 300);
delete from t3;
alter table t3 alter price type numeric(8, 2) using price / 100.0;
select is(pg_temp.back('t3'),
	'Row 1 of table public.t3: values of column price of table public.t3 may have been changed since by ALTER TABLE (numeric, now numeric(8,2)).',
	'another type');
create type mood as enum ('sad', 'glad');
create table e (id int primary key, m mood, l mood[]);
select dbarchive_enable('e') is not null;
insert into e values (1, 'sad', '{sad,glad}');
delete from e;
alter type mood add value 'mad' before 'glad';
select is(pg_temp.back('e'), '(1,sad,"{sad,glad}")', 'a label that is new');
delete from e;
alter type mood rename value 'sad' to 'x';
alter type mood rename value 'glad' to 'sad';
alter type mood rename value 'x' to 'glad';
select is(pg_temp.back('e'), 'Row 1 of table public.e: labels of the type of column m of table public.e were renamed.', 'labels that were exchanged');
create table g1 (id int primary key, a int, b int);
select dbarchive_enable('g1') is not null;
insert into g1 values (1, 5, 10), (2, 5, 11);
delete from g1 where id = 1;
alter table g1 drop b;
alter table g1 add b int generated always as (a * 2) stored;
select alike(pg_temp.back('g1'), '%column b of table public.g1 was dropped, and another one%', 'a column that is generated now');
create table g2 (id int primary key, a int, b int generated always as (a * 2) stored);
select dbarchive_enable('g2') is not null;
insert into g2 values (1, 5);
delete from g2;
alter table g2 alter b drop expression;
select is(pg_temp.back('g2'), '(1,5,10)', 'a column that was generated');
create table g3 (id int primary key, a int);
select dbarchive_enable('g3') is not null;
insert into g3 values (1, 5);
delete from g3;
alter table g3 add b int generated always as (a * 2) stored;
select is(pg_temp.back('g3'), '(1,5,10)', 'a generated column that was added is computed');
create domain pos as int;
create domain pos2 as pos;
create table d1 (id int primary key, a pos2);
select dbarchive_enable('d1') is not null;
insert into d1 values (1, -5);
delete from d1;
alter domain pos add check (value > 0);
select alike(pg_temp.back('d1'), '%rows of public.d1 violate constraints or bounds added since then%', 'a new CHECK of a domain');
alter domain pos drop constraint pos_check;
alter domain pos add check (value > 0) not valid;
select is(pg_temp.back('d1'), '(1,-5)', '... but not one that old rows may violate');

-- ---- other tables of the name ----

create table n1 (id int primary key, a text, b text);
select dbarchive_enable('n1') is not null;
insert into n1 values (1, 'a', 'b');
delete from n1;
drop table n1;
select is((select string_agg(row_key::text, '') from dbarchive_deleted('public.n1')), '1', 'rows of a dropped table are listed by its name');
select alike(pg_temp.back('dbcare.setting'), '%table public.n1 no longer exists%', 'a table that was dropped');
create table n1 (id int primary key, a text);
select alike(pg_temp.back('n1'), '%column b of table public.n1 no longer exists%', 'another one of its name with fewer columns');
alter table n1 add b text, add c text;
select alike(pg_temp.back('n1'), '%table public.n1 was created since, with column c, which the table of the row did not have%', '... with more');
alter table n1 drop c, alter b type varchar(9);
select alike(pg_temp.back('n1'), '%column b of table public.n1 was text and is now character varying(9)%', '... with another type');
alter table n1 alter b type text;
select is(pg_temp.back('n1'), '(1,a,b)', '... and with the same columns');

-- ---- names of rows ----

create schema v;
create table v.q (id int primary key, a text);
select dbarchive_enable('v.q') is not null, dbaudit_enable('v.q') is not null;
insert into v.q values (1, 'a'), (2, 'b');
select dbarchive_hold('v.q', 1, 'case') is not null;
set quote_all_identifiers = on;
delete from v.q;
reset quote_all_identifiers;
select is((select string_agg(table_name || row_key::text, ' ' order by row_key::text) from dbarchive_deleted('v.q')), 'v.q1 v.q2', 'the session quotes all identifiers');
call dbarchive_purge('v.q', '{"older_than_days": 0}');
select is((select count(*) from dbarchive_deleted('v.q')), 2::bigint, '... and holds are known');
select is(dbarchive_restore('v.q', 2) ->> 'rows', '2', '... and rows are restored');

create table h1 (id int primary key);
create table h2 (id int primary key);
select dbarchive_enable('h1') is not null, dbarchive_enable('h2') is not null;
insert into h1 values (1);
insert into h2 values (1);
alter table h1 rename to h0;
alter table h2 rename to h1;
alter table h0 rename to h2;
select dbarchive_hold('h1', 1, 'case') is not null;
select dbarchive_enable('h1') is not null;
select is((select string_agg(table_name, '') from dbarchive_holds() where reason = 'case' and table_name ~ 'h'), 'public.h1',
	'a row that is held after two tables have exchanged their names stays that of its table');

-- ---- links ----

create table p (id int primary key);
create table k (id int primary key, a int references p on delete set null, b int);
select dbarchive_enable('p') is not null;
insert into p values (1);
insert into k values (1, 1, 7);
delete from p;
alter table k rename a to x;
alter table k rename b to a;
alter table k rename x to b;
update k set a = null;
select is(dbarchive_restore('p', 1) ->> 'links', '1', 'a foreign key that was set to null, whose column has another name now');
select is(k::text, '(1,1,)', '... gets its value') from k;
delete from p;
select is(dbarchive_restore('p', 1) ->> 'links', '1', '... and one that was renamed before');
select is(k::text, '(1,1,)', '... too') from k;
-- a table that has its old name again is purged of what was deleted under the name between
create table back (id int primary key);
select dbarchive_enable('back') is not null;
insert into back values (1), (2);
delete from back where id = 1;
alter table back rename to away;
delete from away where id = 2;
alter table away rename to back;
call dbarchive_purge('back', $${"older_than_days": 0}$$);
select is((select count(*) from dbarchive_deleted('back')), 0::bigint, 'rows that were deleted under a name between are purged');

select * from finish();
\connect postgres
drop database ar_shapes;
