-- dbops_*: privileges, row security and search_path are those of the caller.
set client_min_messages = warning;
drop database if exists ops_security;
create database ops_security;
drop role if exists ops_reader, ops_writer, ops_owner;
\connect ops_security
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

create role ops_reader;
create role ops_writer;
create role ops_owner;
create table secret (id int primary key, owner name, value text);
alter table secret enable row level security;
create policy own on secret using (owner = current_user);
create table part_of (id int primary key, seen text, hidden text);
create table closed (id int primary key);
insert into secret values (1, 'ops_reader', 'mine'), (2, 'other', 'theirs');
insert into part_of values (1, 's', 'h');
grant select, insert, update, delete on secret to ops_reader;
grant select (id, seen), insert (id, seen) on part_of to ops_reader;
grant insert on closed to ops_writer;
grant execute on all routines in schema public to ops_reader, ops_writer;

-- a new role may only read
set role ops_writer;
select throws_ok('select dbops_select(''closed'')', '42501', null, 'SELECT without the privilege');
select throws_ok('select dbops_count(''closed'')', '42501', null, 'count without the privilege');
select lives_ok('select dbops_insert(''closed'', ''{"id": 1}'', ''{"keys": false}'')', 'INSERT alone suffices without keys');
select throws_ok('select dbops_insert(''closed'', ''{"id": 2}'')', '42501', null, 'keys need SELECT');
select throws_ok('select dbops_execute(''select * from closed'')', '42501', null, 'a statement runs as the caller');
reset role;

-- row and column security
set role ops_reader;
select is(dbops_select('secret') -> 'rows', '[{"id": 1, "owner": "ops_reader", "value": "mine"}]'::jsonb, 'row security hides rows');
select is(dbops_count('secret'), 1::bigint, 'also from counts');
select is(dbops_update('secret', '{"value": "x"}', '{}', '{"all": true}') ->> 'affected', '1', 'and from changes');
select is(dbops_delete('secret', '{"id": 2}') ->> 'affected', '0', 'and from deletions');
select throws_ok('select dbops_insert(''secret'', ''{"id": 3, "owner": "other"}'')', '42501', null, 'rows of others are not inserted');
select throws_ok('select dbops_select(''part_of'')', '42501', null, 'all columns need the privilege on all');
select is(dbops_select('part_of', '{"columns": ["seen"]}') -> 'rows', '[{"seen": "s"}]'::jsonb, 'columns that may be read');
select throws_ok('select dbops_count(''part_of'', ''{"hidden": "h"}'')', '42501', null, 'a filter needs the privilege, too');
select throws_ok('select dbops_select(''part_of'', ''{"columns": ["id"], "sort": ["hidden"]}'')', '42501', null, 'so does the order');
reset role;
-- a kept plan is not shared by roles
select is(dbops_count('secret'), 2::bigint, 'a plan with row security is planned again for another role');
select is(dbops_select('secret', '{"columns": ["id"], "verbose": true}') ->> 'plan', 'new', 'the first time a statement is new');
select is(dbops_select('secret', '{"columns": ["id"], "verbose": true}') ->> 'plan', 'reused', 'then its plan is reused');
alter table secret alter value type varchar;
select is(dbops_select('secret', '{"columns": ["id"], "verbose": true}') ->> 'plan', 'new', 'not after the table has changed');
select is(dbops_count('secret', '{"value": "x"}'), 1::bigint, 'and the parameters have the new type');

-- triggers behind foreign keys that change rows, too, run as who deletes: not as the superuser
create table referred (id int primary key, k int unique);
insert into referred select n, n from generate_series(1, 9) as n;
create table noted (who name, was text);
grant insert on noted to public;
grant references on referred to ops_owner;
create schema referring authorization ops_owner;
set role ops_owner;
create table referring.child (id int primary key, of int references public.referred on delete cascade) partition by range (id);
create table referring.child_1 partition of referring.child for values from (0) to (10);
create table referring.grandchild (id int primary key references referring.child on delete set null);
insert into referring.child select n, n from generate_series(1, 9) as n;
select lives_ok('select dbops_delete(''public.referred'', ''{"id": 1}'')', 'without triggers others refer to a row that is deleted') from (select set_config('role', 'none', true)) as r;
create function referring.note() returns trigger language plpgsql as $$ begin insert into public.noted values (current_user, tg_table_name); return null; end $$;
alter function referring.note() owner to ops_owner;
create trigger note after delete on referring.child_1 for each row execute function referring.note();
reset role;
select throws_ok('select dbops_delete(''referred'', ''{"id": 2}'')', '42501', null, 'a trigger of another owner behind a foreign key does not run');
create function pg_temp.detail_of(sql text) returns text language plpgsql as $$ declare found text; begin
	execute sql; return null; exception when others then get stacked diagnostics found = pg_exception_detail; return found; end $$;
select alike(pg_temp.detail_of('select dbops_delete(''referred'', ''{"id": 2}'')'),
	'The statement fires trigger "note" of table referring.child_1, whose function belongs to role "ops_owner". %', '... and is named');
select throws_ok('select dbarchive_delete(''referred'', 2)', '42501', null, 'nor when a row is kept') from (select dbarchive_enable('referred')) as r;
select lives_ok('select dbops_update(''referred'', ''{"k": 20}'', ''{"id": 2}'')', 'a change that keeps the key') from (select dbarchive_disable('referred')) as r;
drop trigger note on referring.child_1;
create trigger note after update on referring.grandchild for each statement execute function referring.note();
select throws_ok('select dbops_delete(''referred'', ''{"id": 2}'')', '42501', null, 'nor one behind two foreign keys');
drop trigger note on referring.grandchild;
create table back (id int primary key, of int references referred on delete cascade);
alter table referred add x int unique references back on delete set null;
set role ops_owner;
create table referring.cousin (x int references public.referred (x) on update cascade);
create trigger note after update on referring.cousin for each statement execute function referring.note();
reset role;
select throws_ok('select dbops_delete(''referred'', ''{"id": 2}'')', '42501', null, 'nor one behind a foreign key that leads back to the table');
select is((select count(*) from noted), 0::bigint, 'none of them has run');
drop table referring.cousin;
alter table referred drop x;
drop table back;
drop table referring.grandchild, referring.child;

-- a foreign partition is read if the owner of its server has the rights of the caller, also after the owner has changed
create extension postgres_fdw;
do $$begin execute format('create server far foreign data wrapper postgres_fdw options (host %L, port %L, dbname %L)',
	split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()); end $$;
create user mapping for current_user server far options (user 'postgres');
create table near (id int primary key);
create table split (id int) partition by range (id);
create foreign table split_far partition of split for values from (0) to (10) server far options (table_name 'near');
select lives_ok('select dbops_select(''split'')', 'a foreign partition is read');
grant usage on foreign data wrapper postgres_fdw to ops_owner;
alter server far owner to ops_owner;
select throws_ok('select dbops_select(''split'')', '42501', null, 'not from a server that has another owner now');
drop extension postgres_fdw cascade;

-- operators and functions of another schema are not used
create schema planted;
create function planted.never(int, int) returns boolean language sql as 'select false';
create operator planted.= (leftarg = int, rightarg = int, function = planted.never);
create function planted.always(text, text) returns boolean language sql as 'select true';
create operator planted.~~ (leftarg = text, rightarg = text, function = planted.always);
set search_path = planted, pg_catalog, public;
select public.is(public.dbops_count('secret', '{"id": 1}'), 1::bigint, 'an operator in the search path is not used');
select public.is(public.dbops_count('secret', '{"id": {"in": [1]}}'), 1::bigint, 'nor for lists');
select public.is(public.dbops_count('secret', '{"value": {"like": "nothing"}}'), 0::bigint, 'nor for patterns');
set search_path = public;

-- types
create type mood as enum ('sad', 'ok', 'happy');
create domain positive as int check (value > 0);
create table typed (id uuid primary key, n numeric(10, 2), m mood, d date, t timestamptz, tags text[], doc jsonb, raw bytea, p positive, c char(3), f float8, v tsvector, body text);
create index on typed using gin (to_tsvector('english', body));
select is(dbops_insert('typed', '{"id": "00000000-0000-0000-0000-000000000001", "n": 1.5, "m": "ok", "d": "2026-01-02", "t": "2026-01-02T03:04:05Z", "tags": ["a", "b"], "doc": {"k": [1]}, "raw": "\\x00ff", "p": 3, "c": "ab", "f": 0.1, "v": "dog", "body": "the dogs were running"}') ->> 'affected', '1', 'values of many types');
set timezone = 'Asia/Tokyo';
set datestyle = 'German';
select is(dbops_select('typed', '{"columns": ["n", "m", "d", "t", "tags", "doc", "raw", "p", "c", "f"]}') -> 'rows' -> 0,
	'{"n": "1.50", "m": "ok", "d": "2026-01-02", "t": "2026-01-02 03:04:05+00", "tags": "{a,b}", "doc": "{\"k\": [1]}", "raw": "\\x00ff", "p": 3, "c": "ab ", "f": "0.1"}'::jsonb, 'are written in fixed formats');
select is(dbops_count('typed', filter::jsonb), wanted::bigint, filter)
from (values ('{"n": 1.5}', 1), ('{"n": {"gt": "1.49"}}', 1), ('{"m": {"gte": "ok"}}', 1), ('{"m": {"lt": "ok"}}', 0), ('{"d": "2026-01-02"}', 1),
	('{"t": "2026-01-02 03:04:05"}', 1), ('{"doc": {"eq": {"k": [1]}}}', 1), ('{"raw": "\\x00ff"}', 1), ('{"p": {"in": [3, 4]}}', 1), ('{"p": -1}', 0), ('{"c": "ab"}', 1),
	('{"id": "00000000-0000-0000-0000-000000000001"}', 1), ('{"tags": "{a,b}"}', 1), ('{"body": {"search": "dog run"}}', 1), ('{"body": {"search": "cat"}}', 0),
	('{"v": {"search": "dog"}}', 1), ('{"f": {"between": [0.05, 0.2]}}', 1)) as t (filter, wanted);
reset timezone;
reset datestyle;
select throws_ok('select dbops_count(''typed'', ''{"d": "never"}'')', '22007', null, 'a value that is no date');
select throws_ok('select dbops_count(''typed'', ''{"c": {"search": "x"}}'')', '0A000', null, 'a column without a full-text index');
select is(dbops_insert('typed', dbops_select('typed', '{"columns": ["n", "m", "d", "t", "tags", "doc", "raw", "p", "c", "f"]}') -> 'rows' -> 0 || '{"id": "00000000-0000-0000-0000-000000000002"}') ->> 'affected', '1', 'what is read can be inserted');
select is(count(distinct (n, m, d, t, tags, doc, raw, p, c, f)), 1::bigint, 'without loss') from typed;

-- identity, defaults, triggers of the caller
create table counted (id int generated always as identity primary key, other int generated by default as identity, zone text default current_setting('TimeZone'));
set timezone = 'Asia/Tokyo';
select is(dbops_insert('counted', '[{}, {"other": 7}]', '{"returning": ["other", "zone"]}') - 'failed', '{"affected": 2, "keys": [1, 2], "rows": [{"other": 1, "zone": "Asia/Tokyo"}, {"other": 7, "zone": "Asia/Tokyo"}]}', 'identity columns, and defaults under the settings of the caller');
select throws_ok('select dbops_insert(''counted'', ''{"id": 5}'')', '23000', null, 'an identity column takes no value');

-- no transaction control, in any form
select throws_ok('select dbops_execute(''do $d$ begin commit; end $d$'')', '2D000', null, 'DO cannot commit');
select throws_ok('select dbops_execute(''vacuum'')', '0A000', null, 'VACUUM');
select throws_ok('select dbops_execute(''set role none'')', '0A000', null, 'SET');
select throws_ok('select dbops_execute(''copy counted from stdin'')', '0A000', null, 'COPY FROM STDIN');

-- pages of two rows over numbers without a value in JSON, in each direction
create table mixed (id int primary key, n numeric, f float8, b bytea, t timestamptz);
insert into mixed values (1, 'NaN', 'NaN', '\x00ff', 'infinity'), (2, 'Infinity', '-Infinity', '\x', '-infinity'),
	(3, null, '-0', null, null), (4, '-Infinity', 0, '\x00', '0044-03-15 12:00:00 BC'),
	(5, 12345678901234567890123456789.5, 5e-324, '\x5c78', '2026-01-01 00:00:00.123456'), (6, 1e-40, 'Infinity', null, '2026-01-01'),
	(7, null, null, '\x00ff', null), (8, 12345678901234567890123456789.4, '-Infinity', '\xff', 'infinity');
create function pages(sort jsonb) returns text language sql as $$
	with recursive page (number, result) as (
		select 1, dbops_select('mixed', jsonb_build_object('columns', '["id"]'::jsonb, 'sort', sort, 'limit', 2))
		union all
		select number + 1, dbops_select('mixed', jsonb_build_object('columns', '["id"]'::jsonb, 'sort', sort, 'limit', 2, 'after', result -> 'next'))
		from page where jsonb_typeof(result -> 'next') = 'array' and number < 9)
	select string_agg(r.value ->> 'id', ',' order by number, r.place) from page, jsonb_array_elements(result -> 'rows') with ordinality as r (value, place) $$;
select is(pages('["n"]'), (select string_agg(id::text, ',' order by n, id) from mixed), 'pages by numeric');
select is(pages('["-n"]'), (select string_agg(id::text, ',' order by n desc, id desc) from mixed), 'pages by numeric, descending');
select is(pages('["f", "-n"]'), (select string_agg(id::text, ',' order by f, n desc, id desc) from mixed), 'pages by a float and a numeric');
select is(pages('["-f", "t"]'), (select string_agg(id::text, ',' order by f desc, t, id) from mixed), 'pages by a float and a time');
select is(pages('["b", "-t"]'), (select string_agg(id::text, ',' order by b, t desc, id desc) from mixed), 'pages by bytes and a time');
select is(pages('["-t", "-b"]'), (select string_agg(id::text, ',' order by t desc, b desc, id desc) from mixed), 'pages by a time and bytes');
select is(dbops_count('mixed', filter::jsonb), wanted::bigint, filter)
from (values ('{"n": "NaN"}', 1), ('{"f": "Infinity"}', 1), ('{"f": {"lt": "-1e308"}}', 2), ('{"f": 0}', 2), ('{"f": "-0"}', 2), ('{"n": {"gt": 12345678901234567890123456789.4}}', 3)) as v (filter, wanted);
select throws_ok('select dbops_count(''mixed'', ''{"id": "Infinity"}'')', '22P02', 'column "id" takes a number, not Infinity', 'an integer is not infinite');

-- a rule that replaces a statement without RETURNING
create table ruled (id int primary key);
create table "old rules" (id int);
create rule "keep it" as on delete to ruled do instead insert into "old rules" values (old.id);
insert into ruled values (1);
select throws_ok('select dbops_delete(''ruled'', ''{"id": 1}'')', '0A000',
	'rule "keep it" of table public.ruled replaces DELETE and returns no rows', 'a rule is named that returns no keys');
select lives_ok('select dbops_update(''ruled'', ''{"id": 1}'', ''{"id": 1}'')', '... for its statement alone');
select is(dbops_delete('ruled', '{"id": 1}', '{"keys": false}') ->> 'affected', '0', '... and without keys it runs');
select is((select count(*) from "old rules"), 1::bigint, '... once');
alter table ruled disable rule "keep it";
select is(dbops_delete('ruled', '{"id": 1}') ->> 'affected', '1', 'a disabled one does nothing');

select * from finish();
\connect postgres
drop database ops_security;
drop role ops_reader, ops_writer, ops_owner;
