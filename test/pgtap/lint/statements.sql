-- dbmigrate_lint on PostgreSQL reads every kind of statement, whether what it
-- names is there or not, and whatever it is wrong about.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
select no_plan();
create schema ls;
set local search_path = ls, public;
create table customers (id int primary key, name varchar(20), score numeric(8,2));
create table orders (id serial primary key, total int, note text, customer_id int references customers);
create table lines (id int primary key, order_id int references orders);
create unique index orders_total on orders (total);
create view shown as select id, note from orders;
create view plain as select 1 as one;
create materialized view summed as select count(*) as n from orders;
create table events (id int, at date) partition by range (at);
create table events_1 partition of events for values from ('2024-01-01') to ('2025-01-01');
create domain positive as int check (value > 0);
create type mood as enum ('sad', 'ok');
create table typed (m mood, p positive);
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger orders_touch before update on orders for each row execute function touch();
create statistics orders_stat on total, note from orders;
create schema store;

create temp table statements as
select statement from regexp_split_to_table($list$
alter aggregate f(int) rename to g
alter collation c refresh version
alter conversion c owner to x
alter database postgres set work_mem='1MB'
alter database postgres set tablespace x
alter default privileges grant select on tables to public
alter event trigger e disable
alter extension dbcare update
alter extension dbcare add table orders
alter foreign data wrapper f options (set a 'b')
alter foreign table ft alter a options (set b 'c')
alter function f(int) stable
alter function f(int) security definer set search_path from current
alter function f(int) reset all
alter function f rename to g
alter function f(int) set schema store
alter function f(int) depends on extension x
alter group g add user u
alter language l rename to k
alter large object 1 owner to x
alter materialized view summed rename column n to m
alter materialized view summed set tablespace x
alter operator + (int, int) owner to x
alter operator class c using btree rename to d
alter operator family c using btree add operator 1 < (int,int)
alter policy p on nothere using (true)
alter procedure p(int) set work_mem='1'
alter role r set search_path = x
alter routine r() cost 3
alter rule r on orders rename to s
alter schema store rename to shop
alter schema store owner to x
alter sequence if exists nothere owned by none
alter server s options (add a 'b')
alter statistics orders_stat set statistics 3
alter statistics orders_stat rename to s
alter subscription s disable
alter system set work_mem='1MB'
alter table all in tablespace x set tablespace y
alter table orders rename constraint a to b
alter table if exists nothere add column if not exists a int
alter table orders of mood
alter table orders not of
alter table orders add constraint x foreign key (a,b) references customers (c,d) match full on delete set null (a) deferrable initially deferred
alter table orders alter constraint x deferrable
alter table orders add constraint e exclude using gist (a with =, lower(note) with &&) where (a > 0)
alter table orders alter note set (n_distinct = 3)
alter table orders alter note reset (n_distinct)
alter table orders alter total drop expression if exists
alter table orders alter total drop identity if exists
alter table orders alter total set generated always restart with 3
alter table orders alter 1 set statistics 3
alter table orders replica identity using index orders_total
alter table orders set without oids
alter table orders set without cluster
alter table orders inherit nothere
alter table orders disable trigger user, enable replica trigger t, enable always rule r, no force row level security
alter tablespace x rename to y
alter text search configuration c add mapping for word with simple
alter text search dictionary d (a = b)
alter trigger t on orders depends on extension x
alter type mood add attribute a int cascade
alter type mood owner to x
alter type mood set schema store
alter type mood rename attribute a to b cascade
alter type nothere set (receive = none)
alter user mapping for x server s options (a 'b')
alter view shown alter column id drop default
alter view shown set (security_barrier)
alter view if exists nothere rename to v
analyze verbose
analyze (verbose, skip_locked) orders(id), customers
begin isolation level serializable
call p(1, x => 2)
checkpoint
close all
cluster
cluster verbose nothere
comment on function f(int) is 'x'
comment on column orders.nothere is null
comment on column a.b.c.d is 'x'
comment on domain positive is 'x'
comment on constraint c on domain positive is 'x'
comment on large object 1 is 'x'
comment on operator + (int,int) is 'x'
comment on database postgres is 'x'
comment on role x is 'x'
comment on cast (int as text) is 'x'
commit and chain
commit prepared 'x'
copy orders from '/tmp/x' with (format csv) where id > 1
copy orders (id) to stdout
copy (delete from orders returning *) to '/tmp/x'
copy (with x as (select 1) select * from x) to program 'cat'
create access method m type table handler h
create aggregate a (int) (sfunc = f, stype = int)
create or replace aggregate a (*) (sfunc = f, stype = int)
create cast (int as mood) without function as implicit
create collation c from "C"
create conversion c for 'utf8' to 'latin1' from f
create database d template template0
create domain d as text collate "C" default 'x' constraint n not null check (value ~ 'x')
create event trigger e on ddl_command_end when tag in ('x') execute function f()
create extension if not exists x schema store version '1' cascade
create foreign data wrapper f
create foreign table ft (a int options (b 'c') not null, check (a > 0)) server s options (d 'e')
create foreign table ft partition of events for values from ('2030-01-01') to ('2031-01-01') server s
create function f() returns trigger as 'x', 'y' language c strict leakproof parallel safe cost 1 rows 2 support g
create group g
create index concurrently on only orders using gin (to_tsvector('simple', note) tsvector_ops (a=1) desc nulls last, (total + 1), id collate "C") include (note) with (fillfactor=3) tablespace x where note is not null
create index if not exists i on nothere (a)
create language l handler h
create materialized view if not exists summed as select 1 with no data
create operator class c default for type int using btree as operator 1 <, function 1 f(int,int)
create operator family f using btree
create policy p on orders as permissive for select to public, current_user using (true) with check (false)
create procedure p() language plpgsql as ''
create publication p for all tables
create role r superuser password 'x' in role y
create or replace recursive view v (n) as values (1) union all select n+1 from v
create rule r as on insert to orders where new.id > 0 do instead (insert into lines values (1,1); notify x)
create schema authorization x
create schema if not exists store
create schema s create table t (a int references orders) create view v as select * from t create index on t(a) create sequence q grant select on t to public
create sequence if not exists numbers as bigint increment 3
create temp sequence s
create server s foreign data wrapper f
create statistics if not exists s (ndistinct) on (lower(note)), total from orders
create subscription s connection 'x' publication p
create table t ()
create table t of mood (primary key (a), b with options default 3)
create table t partition of events (note default 'x' not null, check (id > 0)) for values in (1, null) partition by hash (lower(note), (id + 1))
create table t partition of nothere default
create table t (a int) partition by list (a) using heap with (fillfactor=3) on commit drop tablespace x
create table t (a nothere(3) default nothere.f(1), b int default (select 1), c int default a.b, d int check (f(b) is not distinct from null), e timestamptz default current_timestamp, f date default 'now'::date)
create table a.b.c (x int)
create table orders (a int)
create table if not exists store.new (a int references store.new)
create unlogged table t as table orders
create table t as execute p(1)
create table t as with x as (select 1) select * from x with no data
create table if not exists orders as select 1
select 1 into t
select * into temp t from orders
with x as (insert into lines values (1,1) returning *) select * into unlogged t from x
create tablespace x location '/x'
create text search configuration c (copy = simple)
create text search dictionary d (template = simple)
create transform for int language sql (from sql with function f(internal))
create trigger t after truncate on nothere execute procedure f()
create constraint trigger t after insert on orders from lines deferrable initially deferred for each row execute function f()
create type t as (a int, b text)
create type t as enum ()
create type t as range (subtype = int)
create type t (input = f, output = g)
create type t
create user mapping for x server s
create or replace view store.v with (security_barrier) as select * from nothere with local check option
create temp view v as select 1
deallocate all
declare c cursor with hold for select * from orders for update
delete from only orders using lines where orders.id = lines.id returning *
delete from orders where current of c
discard all
do language plpgsql $$ begin end $$
drop access method m
drop aggregate a(int), b(*) cascade
drop cast if exists (int as text)
drop collation c
drop conversion c
drop database if exists d with (force)
drop domain if exists positive, nothere
drop event trigger e
drop extension dbcare cascade
drop foreign data wrapper f
drop foreign table ft
drop function if exists touch
drop function touch(), f(int, out text) cascade
create function typed_as(a orders.id%type) returns setof orders language sql as ''
drop group g
drop index concurrently if exists nothere
drop index orders_total, nothere
drop language l
drop materialized view if exists summed, nothere cascade
drop operator === (int, none)
drop operator class c using btree
drop operator family c using btree
drop owned by x cascade
drop policy if exists p on nothere
drop procedure p
drop publication p
drop role r
drop routine touch
drop rule if exists r on orders
drop schema if exists store, nothere restrict
drop sequence orders_id_seq cascade
drop server s
drop statistics orders_stat
drop subscription s
drop table orders, lines, nothere.x, a.b.c
drop table events, events_1
drop tablespace x
drop text search parser p
drop transform for int language sql
drop trigger if exists t on a.b.c
drop type if exists mood, t[] cascade
drop user mapping if exists for x server s
drop view shown, plain
execute p (1, 2)
explain (analyze, costs off) delete from orders
explain select * from orders
fetch all from c
grant select (id), update on orders, lines to group x, current_role
grant execute on function f(int) to public
grant usage on schema store to x
grant a, b to c with admin option granted by d
import foreign schema s limit to (t) from server v into w
insert into orders default values
insert into orders as o (id) overriding system value values (1), (default) on conflict (id) where id > 0 do update set note = excluded.note where o.id > 1 returning *
insert into orders with x as (select 1) select * from x on conflict do nothing
insert into nothere.t table orders
listen x
load 'x'
lock table only orders, lines in access share mode nowait
lock shown
move forward 3 from c
notify x, 'y'
prepare p (int) as delete from orders where id = $1
prepare p as insert into lines select * from lines
prepare transaction 'x'
reassign owned by x to y
refresh materialized view concurrently nothere with no data
reindex (verbose, tablespace x) index concurrently orders_total
reindex schema store
reindex system postgres
reindex index nothere
reindex table events
release savepoint x
reset all
reset session authorization
revoke grant option for all on orders from x cascade
rollback to savepoint x
rollback prepared 'x'
savepoint x
security label for x on column orders.id is 'y'
select * from orders, lateral (select 1) x, rows from (f(1), g(2) as (a int)) with ordinality, xmltable('x' passing y columns z int), orders tablesample system (1), (a join b using (c) as d) e
with x as (update orders set id = 1 returning *), y as materialized (delete from lines) select * from x intersect all select * from y except select 1
values (1), (2) order by 1 limit 1
table orders
set transaction isolation level serializable
set session characteristics as transaction read only
set local time zone interval '1' hour to minute
set time zone default
set search_path to store, public, "$user"
set names 'utf8'
set session authorization x
set role none
set xml option document
set constraints all deferred
set a.b = 1, 2.5, 'x'
set schema 'store'
set seed to 0.5
show all
start transaction read only deferrable
truncate only orders, events continue identity
truncate nothere
unlisten *
update only orders o set (id, note) = (select 1, 'x'), total = default, arr[1] = 2, comp.f = 3 from lines where true returning *
update orders set id = 1 where current of c
vacuum (full, freeze, verbose, analyze, index_cleanup off, parallel 2) orders, events
vacuum (full true) orders (id)
vacuum freeze
update shown set id = 1
insert into shown values (1)
delete from summed
alter table orders_id_seq rename to x
drop table shown
alter index orders rename to y
alter sequence orders restart
create index on shown (id)
alter table customers alter column name type varchar(0)
alter table customers alter column name type numeric(5000, 1)
alter table customers alter column name type nothere.x using nothere.f(name)
alter table customers alter column nothere type int
alter table customers alter score type int using score::int, alter score set not null
alter table pg_class add column x int
drop table pg_catalog.pg_class
alter table information_schema.sql_features add x int
alter table pg_temp.t add column x int
create table pg_temp.t (a int)
create table t (a int, b int generated always as (a * 2) stored, c text collate "C" default 'x' || 'y' not null, constraint n unique (a, b) include (c) using index tablespace x, like orders including all excluding defaults, primary key (a) deferrable)
create table t (a serial, b serial4[], c pg_catalog.int4, d store.mood, g "Quoted Type"(1,'x'), h interval day to second (3), i numeric(10,2), j bit varying(3), k time(2) with time zone, l double precision, m mood[3][])
select f(variadic array[1]), g(a, b => 2) filter (where true) over (partition by a order by b rows between 1 preceding and current row exclude ties), array(select 1), row(1), exists (select 1 from orders), case a when 1 then 2 else 3 end, a[1:2], a::int at time zone 'x', grouping(a), cast(x as mood), coalesce(1), greatest(1), nullif(1,2), xmlelement(name a, xmlattributes(b as c)), current_date, x collate "C", orders.*, 'a' similar to 'b', interval '1' day, b'1', $1, a in (1,2), a = any(array[1]), a between symmetric 1 and 2, not a, - a, a @> b from nothere group by rollup (a), grouping sets ((a), ()) having true window w as (order by a) order by a using < fetch first 3 rows with ties for update of orders skip locked
$list$, '\n') as statement
where statement <> ''
	-- columns of SET NULL came with 15
	and (current_setting('server_version_num')::int >= 150000 or statement !~ 'set null \(');
select is((select string_agg(format('%s: %s', statement, message), E'\n') from statements, dbmigrate_lint(statement)
	where rule = 'refused' and message like 'syntax error%'), null, 'each statement can be parsed');
select ok((select count(*) from dbmigrate_lint((select string_agg(statement, E';\n') from statements
	where statement not in (select statement from statements, dbmigrate_lint(statement) where rule = 'refused')))) > 100,
	'all statements can be parsed as one script');
select lives_ok(format('select dbmigrate_lint(%L)', script), 'deep: ' || left(script, 40))
from (values
	('select ' || repeat('(', 3000) || '1' || repeat(')', 3000)),
	('select 1' || repeat(' + 1', 100000)),
	('select 1' || repeat(' union select 1', 50000)),
	('alter table orders add check (' || repeat('not ', 20000) || 'true)'),
	('alter table orders add check (id > 0' || repeat(' and id > 0', 20000) || ')'),
	('alter table orders add column x int default 1' || repeat(' + 1', 50000)),
	('create table wide (' || (select string_agg(format('c%s int default %s check (c%s > 0)', i, i, i), ', ') from generate_series(1, 1500) as i) || ')'),
	(repeat('alter table orders add column x int default 3;', 2000))) as s (script);

select * from finish();
rollback;
