-- dbhealth_advise() on PostgreSQL: costs are those of EXPLAIN once the index is
-- built, and nothing but planning happens.
begin;
set client_min_messages = warning;
-- ANALYZE reads all rows, so that it finds the same twice
set default_statistics_target = 1000;
create extension if not exists pgtap;
create extension if not exists dbcare;
select no_plan();

create schema ad;
set search_path = ad, public;
create table ad.orders (id int primary key, customer int, status text, placed date, total int, note text, filler text);
insert into ad.orders
	select i, i * 7919 % 5000, case when i % 97 = 0 then 'open' else 'done' end, date '2020-01-01' + i / 20,
		i * 31 % 3331, 'Note ' || i % 20000, repeat('x', 60)
	from generate_series(1, 60000) as i;
create table ad.parts (id int, day date, name text) partition by range (day);
create table ad.parts_1 partition of ad.parts for values from ('2024-01-01') to ('2024-07-01');
create table ad.parts_2 (name text, dropped int, day date, id int);
alter table ad.parts_2 drop column dropped;
alter table ad.parts attach partition ad.parts_2 for values from ('2024-07-01') to ('2025-01-01');
insert into ad.parts select i % 9000, date '2024-01-01' + i % 366, 'n' || i from generate_series(1, 60000) as i;
create temporary table brief as select * from ad.orders;
analyze ad.orders, ad.parts, brief;

create function pg_temp.cost(query text)
returns float8 language plpgsql as $$
declare plan json;
begin
	execute 'explain (format json) ' || query into plan;
	return (plan -> 0 -> 'Plan' ->> 'Total Cost')::float8;
end $$;

-- The advice for a query; "nothing" if there is none.
create function pg_temp.advice(query text)
returns text language sql as $$
	select coalesce(string_agg(replace(index_sql, ' CONCURRENTLY', ''), ' '), 'nothing') from dbhealth_advise(query)
$$;

-- What is wrong with the costs of the advice, which is built here.
create function pg_temp.disagreement(query text)
returns text language plpgsql as $$
declare
	advice record;
	last_cost float8;
	before float8 := pg_temp.cost(query);
begin
	for advice in select * from dbhealth_advise(query) loop
		if last_cost is null and abs(advice.cost_before / before - 1) > 0.01 then
			return format('before: %s, really %s', advice.cost_before, before);
		end if;
		execute replace(advice.index_sql, ' CONCURRENTLY', '');
		last_cost := advice.cost_after;
	end loop;
	analyze ad.orders, ad.parts, brief;
	if last_cost is null then
		return 'no advice';
	elsif abs(last_cost / pg_temp.cost(query) - 1) > 0.05 then
		return format('after: %s, really %s', last_cost, pg_temp.cost(query));
	end if;
	raise exception 'undone' using errcode = 'AD000';
exception when sqlstate 'AD000' then
	return 'none';
end $$;

-- ---- costs ----

select is(pg_temp.disagreement('select * from ad.orders where customer = 42'), 'none', 'one column');
select is(pg_temp.disagreement('select * from ad.orders where customer = 42 and total > 3000'), 'none', 'two columns');
select is(pg_temp.disagreement('select total from ad.orders where customer = 42'), 'none', 'a column that is only read');
select is(pg_temp.disagreement('select id, total from ad.orders where status = ''open'' order by placed limit 10'), 'none', 'a condition with a value');
select is(pg_temp.disagreement('select * from ad.orders where lower(note) = ''note 5'''), 'none', 'an expression');
select is(pg_temp.disagreement('select * from ad.orders order by total desc limit 20'), 'none', 'a descending order');
select is(pg_temp.disagreement('select * from ad.parts where id = 5'), 'none', 'a partitioned table');
select is(pg_temp.disagreement('select * from brief where customer = 42'), 'none', 'a temporary table');
select is(pg_temp.disagreement('update ad.orders set note = null where customer = 42'), 'none', 'UPDATE without a change');
select is(pg_temp.disagreement('with o as (select * from ad.orders where customer = 42) select * from o'), 'none', 'WITH and a table');

set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
set local min_parallel_table_scan_size = 0;
set local min_parallel_index_scan_size = 0;
set local max_parallel_workers_per_gather = 2;
create temporary table cost as select cost_before, pg_temp.cost('select * from ad.orders where customer = 42') as parallel
	from dbhealth_advise('select * from ad.orders where customer = 42');
set local max_parallel_workers_per_gather = 0;
select ok(parallel < 0.95 * cost_before, 'a parallel plan costs less') from cost;
select is(cost_before, pg_temp.cost('select * from ad.orders where customer = 42'), 'costs are those of one process') from cost;

-- ---- parameters ----

select is(pg_temp.advice('select * from ad.orders where customer = $1'), 'CREATE INDEX orders_customer_idx ON ad.orders (customer);', 'a parameter gets the type of its column');
select is(pg_temp.advice('select $2 from ad.orders where customer = $1 and $3 is null'), 'CREATE INDEX orders_customer_idx ON ad.orders (customer);', 'a parameter without a type is text');
select is(pg_temp.advice('select * from ad.orders where customer = $1 limit $2'), 'CREATE INDEX orders_customer_idx ON ad.orders (customer);', 'LIMIT is a parameter');
select throws_ok('select pg_temp.advice(''select * from ad.orders where customer = $1 and $1 = true'')', '42883', null, 'types that differ are an error');

-- ---- nothing is executed ----

create sequence ad.counter;
create function ad.count() returns int language sql volatile as 'select nextval(''ad.counter'')::int';
select lives_ok('select pg_temp.advice(''select ad.count() from ad.orders where customer = ad.count()'')', 'a volatile function is planned');
select lives_ok('select pg_temp.advice(''with d as (delete from ad.orders returning *) select * from d'')', 'a DELETE in a WITH is planned');
select lives_ok('select pg_temp.advice(''insert into ad.orders select ad.count()'')', 'an INSERT is planned');
select throws_ok('select pg_temp.advice(''select ad.count() into ad.copied from ad.orders'')', '0A000', null, 'SELECT INTO is refused');
select throws_ok(format('select pg_temp.advice(%L)', statement), null, null, 'refused: ' || statement)
from unnest(array['drop table ad.orders', 'do $$begin perform ad.count(); end$$', 'explain analyze select ad.count()',
	'select 1; select ad.count()', 'create table ad.copied as select ad.count()', 'call ad.count()', 'execute s',
	'copy (select ad.count()) to stdout', 'declare c cursor for select ad.count()', 'vacuum', '', ';', 'begin',
	'create index on ad.orders (total)', 'table ad.orders; drop table ad.orders']) as statement;
select is((select last_value || ' ' || is_called from ad.counter), '1 false', 'no function has run');
select is((select count(*)::int from ad.orders), 60000, 'no row was deleted');
select is(array(select relname::text from pg_class where relnamespace = 'ad'::regnamespace and relkind in ('r', 'i') order by 1),
	array['orders', 'orders_pkey', 'parts_1', 'parts_2'], 'no relation was created or dropped');

-- ---- rights ----

create role ad_guest;
create role ad_app;
grant usage, create on schema ad to ad_app;
grant usage on schema ad to ad_guest;
grant select (id, customer) on ad.orders to ad_guest;
create view ad.shown as select * from ad.orders;
grant select on ad.shown to ad_guest;
set role ad_guest;
select throws_ok('select pg_temp.advice(''select * from ad.parts where id = 1'')', '42501', 'permission denied for table parts', 'a table without privilege');
select throws_ok('select pg_temp.advice(''select id from ad.orders where note = $1'')', '42501', 'permission denied for table orders', 'a column without privilege');
select throws_ok('select pg_temp.advice(''select 1 where exists (select from ad.parts)'')', '42501', 'permission denied for table parts', 'a table in a subquery');
select throws_ok('select pg_temp.advice(''delete from ad.orders where customer = 42'')', '42501', 'permission denied for table orders', 'a write without privilege');
select is(pg_temp.advice('select id from ad.orders where customer = 42'), 'CREATE INDEX orders_customer_idx ON ad.orders (customer);', 'columns with privilege');
select lives_ok('select pg_temp.advice(''select * from ad.shown where customer = 42'')', 'a view with privilege');
reset role;
create table ad.secret as select i as id, 'secret ' || i as word from generate_series(1, 5000) as i;
analyze ad.secret;
alter table ad.secret enable row level security;
alter table ad.secret owner to ad_app;
grant select on ad.secret to ad_guest;
set role ad_guest;
select throws_ok('select pg_temp.advice(''select * from ad.secret where word = $1'')', '42501', 'row security hides rows of table "secret"', 'rows that are hidden');
reset role;
select is(pg_temp.advice('select * from ad.secret where word = $1'), 'CREATE INDEX secret_word_idx ON ad.secret (word);', 'rows that are shown');

-- functions that planning runs have no more rights than their owners, and write
-- nothing
create role ad_other;
grant usage, create on schema ad to ad_other;
set role ad_app;
create table ad.seen (who text);
create function ad.note_role() returns void volatile language sql as 'insert into ad.seen values (current_user)';
create function ad.look() returns int immutable language plpgsql as 'begin perform ad.note_role(); return 1; end';
create function ad.tell_role() returns int immutable language plpgsql as $$begin raise exception 'role %', current_user; end$$;
set role ad_other;
create table ad.other (id int);
reset role;
select throws_ok('select pg_temp.advice(''select * from ad.orders where customer = ad.tell_role()'')', 'P0001', 'role ad_app', 'a function of another role');
select throws_ok('select pg_temp.advice(''select * from ad.orders where customer = ad.look()'')', '25006', null, 'a function that writes');
select throws_ok('select pg_temp.advice(''select * from ad.other where id = ad.tell_role()'')', '42501',
	'code of role "ad_app" would run with the rights of role "ad_other"', 'a function and a table of roles that do not trust each other');
create table ad.written (a int);
select lives_ok('insert into ad.written values (1)', 'the transaction can still write');

-- ---- sessions ----

select is(pg_temp.advice('select * from pg_catalog.pg_depend where refobjsubid = 1000'), 'nothing', 'no index on a system catalog');
select is(array(select distinct mode from pg_locks where pid = pg_backend_pid() and relation = 'pg_depend'::regclass), '{AccessShareLock}', 'no lock but that of EXPLAIN');
savepoint reading;
set transaction read only;
select is(pg_temp.advice('select * from ad.orders where customer = 42'), 'CREATE INDEX orders_customer_idx ON ad.orders (customer);', 'a read-only transaction');
select is(pg_temp.advice('update ad.orders set total = 1 where customer = 42'), 'CREATE INDEX orders_customer_idx ON ad.orders (customer);', 'UPDATE in a read-only transaction');
rollback to reading;
set enable_indexscan = off;
set enable_bitmapscan = off;
set enable_indexonlyscan = off;
select is(pg_temp.advice('select * from ad.orders where customer = 42'), 'nothing', 'the settings of the caller count');

select * from finish();
rollback;
