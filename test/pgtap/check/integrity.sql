-- dbcheck_integrity: indexes, heaps, files and the catalog.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();
create schema hi;

-- What is found of the things made here.
create function pg_temp.found(level text default 'full') returns text language sql as $$
	select coalesce(string_agg(format('%s %s: %s', object, severity, problem), '; ' order by object, problem), 'nothing')
	from dbcheck_integrity(json_build_object('level', level)::jsonb)
	where object ~ 'hi\.|amcheck|hi_|^information_schema'
$$;

-- ---- amcheck ----

drop extension if exists amcheck;
select results_eq($$select object, severity, fix_sql from dbcheck_integrity() where object = 'amcheck'$$,
	$$values ('amcheck', 'unknown', 'CREATE EXTENSION amcheck SCHEMA public;')$$, 'without amcheck the structure is unknown');
create schema "Am Check";
create extension amcheck schema "Am Check";
create table hi.sound (a int primary key, t text);
insert into hi.sound select i, repeat('x', i) from generate_series(1, 100) as i;
select is(pg_temp.found(), 'nothing', 'undamaged indexes give no rows');
select is((select count(*) from dbcheck_integrity()), 0::bigint, 'an undamaged catalog gives no rows');

-- an operator class that changes its mind is as good as a damaged index
create function hi.compare(int, int) returns int language plpgsql immutable as 'begin return btint4cmp($1, $2); end';
create operator class hi.fickle for type int using btree as operator 1 <, operator 2 <=, operator 3 =,
	operator 4 >=, operator 5 >, function 1 hi.compare(int, int);
create index "Shaky" on hi.sound (a hi.fickle);
create or replace function hi.compare(int, int) returns int language plpgsql immutable as 'begin return btint4cmp($2, $1); end';
select is(pg_temp.found('quick'), 'hi."Shaky" critical: item order invariant violated for index "Shaky"', 'an index out of order is found');
select is((select fix_sql from dbcheck_integrity() where object = 'hi."Shaky"'), 'REINDEX INDEX CONCURRENTLY hi."Shaky";', 'the finding has fix_sql');
drop index hi."Shaky";

-- a row that its index does not have
create table hi.lossy (a int);
create index lossy_a on hi.lossy (a);
insert into hi.lossy values (1);
update pg_index set indisready = false where indexrelid = 'hi.lossy_a'::regclass;
insert into hi.lossy values (2);
update pg_index set indisready = true where indexrelid = 'hi.lossy_a'::regclass;
select is(pg_temp.found('quick'), 'nothing', 'level quick does not compare an index with its table');
select alike(pg_temp.found(), 'hi.lossy_a critical: heap tuple (0,2) from table "lossy" lacks matching index tuple within index "lossy_a"%',
	'level full compares an index with its table');
update pg_index set indisvalid = false where indexrelid = 'hi.lossy_a'::regclass;
select is(pg_temp.found(), 'hi.lossy_a warning: it is not valid: queries do not use it', 'an invalid index is reported and not checked');
drop table hi.lossy;

-- pages that were overwritten: those of a table, changed, in the file of another
create function pg_temp.overwrite(victim regclass, page bytea) returns void language plpgsql as $$
declare
	object oid := lo_from_bytea(0, page);
begin
	perform lo_export(object, pg_relation_filepath(victim));
end $$;
create table hi.source (a int, t text);
insert into hi.source values (1, 'one'), (2, 'two');
checkpoint;
create table hi.line (a int, t text);
create table hi."Garbage" (a int, t text);
select pg_temp.overwrite('hi.line', set_byte(pg_read_binary_file(pg_relation_filepath('hi.source')), 25, 255));
select pg_temp.overwrite('hi."Garbage"', decode(repeat('01', 8192), 'hex'));
-- with data checksums no changed page can be read
select alike(pg_temp.found(), 'hi."Garbage" critical: invalid page in block 0 of relation %; hi.line critical: '
	|| case current_setting('data_checksums') when 'on' then 'invalid page in block 0 %' else 'block 0, item 1: line pointer %' end,
	'overwritten pages of tables are found');
drop table hi.line, hi."Garbage";

-- ---- files and the catalog ----

create table hi.lost (a int);
update pg_class set relfilenode = 99999999 where oid = 'hi.lost'::regclass;
select alike(pg_temp.found(), '%hi.lost critical: its file base/%/99999999 is missing%', 'a file that is missing is found');
drop table hi.lost;

-- of a view that this session does not know yet
update pg_class set relnatts = relnatts + 1 where oid = 'information_schema.schemata'::regclass;
select is(pg_temp.found('quick'), 'information_schema.schemata critical: it has 8 columns, of which 7 are described', 'columns that are missing are found');
update pg_class set relnatts = relnatts - 1 where oid = 'information_schema.schemata'::regclass;

create table hi.keyed (a int, constraint hi_key unique (a));
update pg_constraint set conindid = 99999999 where conname = 'hi_key';
select is(pg_temp.found('quick'), 'constraint hi_key critical: its index 99999999 does not exist', 'a constraint without its index is found');
update pg_constraint set conindid = 'hi.hi_key'::regclass where conname = 'hi_key';

insert into pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
values ('pg_class'::regclass, 99999999, 0, 'pg_namespace'::regclass, 'hi'::regnamespace, 0, 'n');
select results_eq($$select object, severity, problem from dbcheck_integrity('{"level": "quick"}')$$,
	$$values ('relation 99999999', 'warning', 'it does not exist, but dependencies say so')$$, 'a dependency on a missing object is found');
delete from pg_depend where objid = 99999999;
select is((select count(*) from dbcheck_integrity()), 0::bigint, 'restoring the catalog ends the findings');

-- ---- who may look ----

create role hi_reader;
grant usage on schema "Am Check" to hi_reader;
set local role hi_reader;
select is((select string_agg(problem, '; ' order by problem) from dbcheck_integrity() where severity = 'unknown'),
	'EXECUTE on its function bt_index_check is needed; EXECUTE on its function verify_heapam is needed', 'a role without the privilege gets unknown');
reset role;
grant execute on all functions in schema "Am Check" to hi_reader;
set local role hi_reader;
select is((select count(*) from dbcheck_integrity()), 0::bigint, 'a role with the privilege finds the damage');
reset role;

select * from finish();
rollback;
-- failed checksums were counted, which other tests would find
select pg_stat_reset();
