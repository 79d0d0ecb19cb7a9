-- dbcheck_json() on PostgreSQL: where it is called for row after row, and what
-- jsonb has that text has not.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

-- ---- constraints, indexes and generated columns ----

create table orders (
	id integer primary key,
	document jsonb not null check (dbcheck_json(document,
		'{"type": "object", "required": ["total"], "properties": {"total": {"type": "number", "minimum": 0}}}')),
	complete boolean generated always as
		(dbcheck_json(document, '{"required": ["address"]}')) stored
);
select lives_ok($$insert into orders values (1, '{"total": 1.5}'), (2, '{"total": 0, "address": "x"}')$$, 'a CHECK accepts');
select throws_ok($$insert into orders values (3, '{"total": -1}')$$, '23514', null, 'a CHECK refuses a wrong value');
select throws_ok($$insert into orders values (3, '{}')$$, '23514', null, 'a CHECK refuses a missing value');
select throws_ok($$update orders set document = '[]'$$, '23514', null, 'a CHECK refuses an UPDATE');
select results_eq('select id from orders where complete', array[2], 'a generated column can call dbcheck_json()');
create index orders_complete on orders (id) where dbcheck_json(document, '{"required": ["address"]}');
create index orders_empty on orders ((dbcheck_json(document, '{"properties": {"total": {"const": 0}}}')));
insert into orders select i, jsonb_build_object('total', i) from generate_series(10, 2000) i;
analyze orders;
set local enable_seqscan = off;
create function plan_of(query text) returns setof text language plpgsql as $$
begin
	return query execute 'explain (costs off) ' || query;
end $$;
select matches((select string_agg(line, ' ') from plan_of($$select id from orders
	where dbcheck_json(document, '{"properties": {"total": {"const": 0}}}')$$) as line), 'orders_empty', 'an expression index is used');
select results_eq($$select id from orders where dbcheck_json(document, '{"properties": {"total": {"const": 0}}}')$$, array[2], 'the expression index gives the right rows');
select results_eq($$select count(*) from orders where dbcheck_json(document, '{"required": ["address"]}')$$, array[1::bigint], 'a partial index gives the right rows');
reset enable_seqscan;

create domain positive as jsonb check (dbcheck_json(value, '{"exclusiveMinimum": 0}'));
select lives_ok($$select '1'::positive$$, 'a domain accepts');
select throws_ok($$select '0'::positive$$, '23514', null, 'a domain refuses');

-- ---- the compiled schema is kept, but never the wrong one ----

select is((select count(*) from generate_series(1, 300) i
	where dbcheck_json(to_jsonb(i), jsonb_build_object('const', i))), 300::bigint,
	'each row can have its own schema');
select is((select count(*) from generate_series(1, 300) i
	where dbcheck_json(to_jsonb(i), jsonb_build_object('multipleOf', 1 + i % 3))), 150::bigint,
	'a few schemas can be used in turn');
select is((select count(*) from generate_series(1, 10) i
	where dbcheck_json('"x"', '{"format": "date"}', case when i % 2 = 0 then '{"format": true}'::jsonb end)), 5::bigint,
	'one schema can be used with and without options');
create function fail_often(times integer) returns bigint language plpgsql as $$
declare
	document jsonb := jsonb_build_array(repeat('a', 40) || 'b') || (select jsonb_agg(i) from generate_series(1, 10000) i);
begin
	for i in 1 .. times loop
		begin
			perform dbcheck_json(document, '{"items": {"pattern": "^(a|aa)+$"}}');
			raise 'it did not fail';
		exception when program_limit_exceeded then
		end;
	end loop;
	return (select sum(total_bytes) from pg_backend_memory_contexts where name = 'dbcare call');
end $$;
select cmp_ok(fail_often(1) + 1000000, '>', fail_often(20), 'failing calls free their memory');

prepare checked (jsonb, jsonb) as select dbcheck_json($1, $2);
set local plan_cache_mode = force_generic_plan;
select results_eq($$execute checked('1', '{"const": 1}')$$, array[true], 'a prepared statement can call dbcheck_json()');
select results_eq($$execute checked('1', '{"const": 2}')$$, array[false], 'a prepared statement can change the schema');
create function in_a_loop() returns text language plpgsql as $$
declare
	schemas jsonb[] := array['{"const": 1}', '{"const": 2}', 'true', 'false', '{"const": 1}'];
	results text := '';
	valid boolean;
begin
	for i in 1 .. array_length(schemas, 1) loop
		valid := dbcheck_json('1', schemas[i]);
		results := results || left(valid::text, 1);
	end loop;
	return results;
end $$;
select is(in_a_loop(), 'tftft', 'a PL/pgSQL expression can run again with other values');

-- ---- documents ----

select is(dbcheck_json(d, jsonb_build_object('const', d)), true, 'is itself: ' || left(d::text, 60))
from (values
	('1'::jsonb), ('"x"'), ('null'), ('true'), ('[]'), ('{}'), ('""'), ('{"": ""}'),
	('[1, 2.50, -3e10, "x", null, true, false, [], {}, [[]], {"a": {"b": [1]}}]'),
	('{"a": {"b": {"c": [1, {"d": null}]}}, "bb": [[[1]]], "ccc": 1e-20}'),
	((select jsonb_agg(i) from generate_series(1, 3000) i)),
	((select jsonb_object_agg('key' || i, array[i, -i]) from generate_series(1, 3000) i)),
	((select jsonb_agg(jsonb_build_object('a', i, 'b', repeat('x', i), 'c', array[i])) from generate_series(1, 100) i)),
	((repeat('[', 900) || '1' || repeat(']', 900))::jsonb)) as v (d);
select is(dbcheck_json((repeat('[', 3000) || repeat(']', 3000))::jsonb, '{"items": {"type": "array"}}'), true,
	'a document of jsonb''s maximum depth is read');
select throws_ok($$select dbcheck_json((repeat('[', 3000) || repeat(']', 3000))::jsonb, '{"items": {"$ref": "#"}}')$$,
	'54001', 'document or schema is nested too deeply: the check needs more than 1000 nested schemas',
	'a schema that follows such depth is refused');
create table stored (d jsonb);
alter table stored alter d set storage external;
insert into stored select jsonb_agg(jsonb_build_object('name', repeat('é', 20), 'n', i)) from generate_series(1, 2000) i;
select is(dbcheck_json(d, '{"maxItems": 2000, "items": {"properties": {"name": {"maxLength": 20}, "n": {"maximum": 2000}}}}'), true,
	'a document that is stored out of line') from stored;
select is(dbcheck_json(d, '{"items": {"properties": {"n": {"maximum": 1999}}}}'), false, 'with a value that is not valid') from stored;

-- ---- errors ----

select throws_ok($$select dbcheck_json('1', '{"type": 5}')$$, '22023', null, 'an invalid schema is refused');
select throws_ok($$select dbcheck_json('1', '{"$ref": "#"}')$$, '22023', null, 'a reference loop is refused');
select throws_ok($$select dbcheck_json('"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"', '{"pattern": "^(a+)+$"}')$$, '54000', null, 'a backtracking pattern is refused');
select results_eq($$select id, path, keyword from orders, dbcheck_json_errors(document, '{"properties": {"total": {"minimum": 1}}}')$$,
	$$values (2, '/total', '/properties/total/minimum')$$, 'dbcheck_json_errors() can be joined to a table');

-- ---- declaration ----

select results_eq($$select provolatile::text || proparallel::text from pg_proc where proname = 'dbcheck_json'$$,
	array['is'], 'dbcheck_json() is immutable and parallel safe');
set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
set local min_parallel_table_scan_size = 0;
set local max_parallel_workers_per_gather = 2;
select is((select count(*) from orders where dbcheck_json(document, '{"required": ["total"]}')), 1993::bigint, 'dbcheck_json() runs in parallel workers');

select * from finish();
rollback;
