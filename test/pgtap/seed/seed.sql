-- dbseed_*: privileges, sequences, triggers, types and secrets on PostgreSQL.
set client_min_messages = warning;
drop database if exists seed_rows;
create database seed_rows;
drop role if exists seed_app, seed_deploy;
\connect seed_rows
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

create role seed_app;
create role seed_deploy;
create table kind (
	id serial primary key,
	code varchar(10) not null unique,
	tags text[],
	doc jsonb,
	plain json,
	made timestamptz,
	fixed char(5),
	price numeric(10, 2),
	size int generated always as (length(code)) stored
);
select lives_ok($$select dbseed_add('kinds', 'kind', '[{"id": 500, "code": "a", "tags": ["x", "y"], "doc": {"b": 1, "a": [2]}, "plain": {"$ref": 1}, "made": "2026-01-01", "fixed": "ab", "price": 1.5}, {"id": 5000, "code": "b"}]', '{"key": ["code"]}')$$, 'types are registered');
select is(dbseed_apply() #> '{seeds,0,records_created}', '2', 'rows are created');
select is((select r.xmin::text from kind as r where code = 'a'), (select s.xmin::text from kind as s where code = 'b'), 'in one transaction');
select is(dbseed_apply() #> '{seeds,0,records_unchanged}', '2', 'and unchanged afterwards');
create temp table before as select ctid as place, xmin::text as writer, code from kind;
select is(dbseed_apply() #> '{seeds,0,records_unchanged}', '2', 'once more');
select is((select count(*) from kind as k join before as b on b.place = k.ctid and b.writer = k.xmin::text), 2::bigint, 'unchanged rows are not written');
select is((select count(*) from dbcare.seed_row where xmin::text = (select xmin::text from dbcare.seed)), 0::bigint, 'nor is what is known of them');

-- sequences
select is((select last_value from kind_id_seq), 5000::bigint, 'the sequence is set behind explicit values');
insert into kind (code) values ('next');
select is((select id from kind where code = 'next'), 5001, 'and gives the next one');
select setval('kind_id_seq', 9000);
select lives_ok($$select dbseed_add('low', 'kind', '[{"id": 3, "code": "low"}]', '{"key": ["code"]}')$$, 'a lower value');
select is(dbseed_apply('{"names": ["low"]}') #> '{seeds,0,records_created}', '1', 'is created');
select is((select last_value from kind_id_seq), 9000::bigint, 'and no sequence goes back');
select is(dbseed_apply('{"names": ["low"], "dry_run": true}') ->> 'dry_run', 'true', 'a dry run');

-- what triggers change is reported, and only once a conflict
create table upper_case (code text primary key, name text);
create function shout() returns trigger language plpgsql as $$begin new.name := upper(new.name); return new; end$$;
create trigger shout before insert or update on upper_case for each row execute function shout();
select dbseed_add('upper', 'upper_case', '[{"code": "a", "name": "quiet"}]');
select is(dbseed_apply('{"names": ["upper"]}') #>> '{problems,0,message}', 'the column has "QUIET" after "quiet" was written', 'a trigger that changes values is reported');
select is(dbseed_apply('{"names": ["upper"]}') #> '{seeds,0,records_unchanged}', '1', 'it is no conflict later');
create function prevent() returns trigger language plpgsql as $$begin return null; end$$;
create trigger prevent before insert on upper_case for each row execute function prevent();
select dbseed_add('upper', 'upper_case', '[{"code": "a", "name": "quiet"}, {"code": "b", "name": "x"}]');
select alike(dbseed_apply('{"names": ["upper"]}') #>> '{problems,0,message}', 'the row is not there after it was written%', 'so is a trigger that prevents rows');

-- exact comparison
create table exact (id int primary key, t text, c char(4), n numeric, f float8);
select dbseed_add('exact', 'exact', '[{"id": 1, "t": "A", "c": "x", "n": 1.50, "f": 0.1}]');
select dbseed_apply('{"names": ["exact"]}');
select dbseed_add('exact', 'exact', '[{"id": 1, "t": "a", "c": "x", "n": 1.5, "f": 0.1}]');
select is(dbseed_apply('{"names": ["exact"]}') #> '{seeds,0,records_updated}', '1', 'upper and lower case differ');
select is((select t from exact), 'a', 'and the case is stored');
update exact set n = 1.500, c = 'x   ';
select is(dbseed_apply('{"names": ["exact"]}') #> '{seeds,0,conflicts}', '0', 'equal numbers are equal');

-- deferrable keys cannot find a row
create table later (id int unique deferrable);
select throws_ok($$select dbseed_add('later', 'later', '[]', '{"key": ["id"]}')$$, '42P10', null, 'a deferrable key is refused');
create table partly (id int);
create unique index on partly (id) where id > 0;
select throws_ok($$select dbseed_add('partly', 'partly', '[]', '{"key": ["id"]}')$$, '42P10', null, 'so is a partial index');
select throws_ok($$select dbseed_add('catalog', 'pg_catalog.pg_class', '[]')$$, '0A000', null, 'so are catalogs');
select throws_ok($$select dbseed_add('own', 'dbcare.seed', '[]')$$, null, null, 'and tables of dbcare');

-- rights are those of the caller
grant execute on all routines in schema public to seed_deploy;
set role seed_deploy;
select throws_ok('select dbseed_apply()', '42501', null, 'applying needs dbcare''s tables');
select throws_ok('select * from dbseed_status()', '42501', null, 'so does the list');
reset role;
select dbcare_grant('seed_deploy', 'migrate');
set role seed_deploy;
select is((select count(*) from dbseed_status()), 4::bigint, 'area migrate lists seeds');
select throws_ok('select dbseed_apply(''{"names": ["exact"]}'')', '42501', null, 'without rights on the table nothing is applied');
reset role;
grant select, insert, update on exact to seed_deploy;
set role seed_deploy;
select is(dbseed_apply('{"names": ["exact"]}') ->> 'success', 'true', 'with them it is');

-- secrets: the environment of the server is for superusers, or listed
reset role;
create table account (name text primary key, password text not null);
grant select, insert, update on account to seed_deploy;
set role seed_deploy;
select dbseed_add('accounts', 'account', '[{"name": "root", "password": {"$hash": "scrypt", "from_env": "PATH"}}]');
select throws_ok('select dbseed_apply(''{"names": ["accounts"]}'')', '42501', null, 'an environment variable that is not listed');
select throws_ok('set dbcare.seed_environment = ''PATH''', '42501', null, 'only superusers list variables');
reset role;
set dbcare.seed_environment = 'HOME, PATH';
set role seed_deploy;
select is(dbseed_apply('{"names": ["accounts"]}') #> '{seeds,0,records_created}', '1', 'one that is listed');
select is(dbseed_apply('{"names": ["accounts"]}') #> '{seeds,0,records_unchanged}', '1', 'its hash stays as long as the password is the same');
reset role;
update account set password = dbseed_password_hash('mine');
set role seed_deploy;
select is(dbseed_apply('{"names": ["accounts"]}') #>> '{problems,0,message}', 'the table has another password', 'a password that the user has changed stays');
reset role;
select ok((select dbseed_password_verify('mine', password) from account), 'and is valid');
set role seed_deploy;
select is(dbseed_apply('{"names": ["accounts"], "on_conflict": "overwrite"}') #> '{seeds,0,records_updated}', '1', 'unless it is overwritten');
reset role;
select ok((select not dbseed_password_verify('mine', password) from account), 'then it is not');
-- generated
select dbseed_add('accounts', 'account', '[{"name": "gen", "password": {"$generate": "password"}}]');
create temp table applied as select dbseed_apply('{"names": ["accounts"]}') as result;
select ok((select dbseed_password_verify(result #>> '{passwords,0,password}', password) from applied, account where name = 'gen'), 'a generated password is that of the row');
select is((select count(*) from dbcare.event as e, applied where e::text like '%' || (result #>> '{passwords,0,password}') || '%'), 0::bigint, 'and in no event');
select is((select count(*) from dbcare.seed as s, dbcare.seed_row as r, applied where (s::text || r::text) like '%' || (result #>> '{passwords,0,password}') || '%'), 0::bigint, 'nor in a table of dbcare');
select is((select count(*) from dbcare.seed_row as r, account as a where r.stored like '%' || substr(a.password, 20) || '%'), 0::bigint, 'which has no hash either');

-- rows that only are marked as deleted
create table flagged (id int primary key, name text);
select dbarchive_enable('flagged', '{"mode": "flag"}');
select dbseed_add('flagged', 'flagged', '[{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]', '{"mode": "sync"}');
select dbseed_apply('{"names": ["flagged"]}');
select dbarchive_delete('flagged', 1);
select is(dbseed_apply('{"names": ["flagged"]}') #>> '{problems,0,kind}', 'deleted', 'a row marked as deleted is deleted');
select dbseed_add('flagged', 'flagged', '[{"id": 1, "name": "a"}]', '{"mode":"sync"}');
select is(dbseed_apply('{"names": ["flagged"]}') #> '{seeds,0,records_removed}', '1', 'a row that leaves the seed');
select is((select count(*) from flagged where deleted_at is not null), 2::bigint, 'is marked, too');

-- what is stored may have been changed
update dbcare.seed set rows_data = '[{"id": null}]' where name = 'exact';
select throws_ok('select dbseed_apply(''{"names": ["exact"]}'')', '22023', null, 'rows without a key');
update dbcare.seed set rows_data = 'x' where name = 'exact';
select throws_ok('select dbseed_apply(''{"names": ["exact"]}'')', 'XX001', null, 'text that is not JSON');
update dbcare.seed set rows_data = '[]', key_columns = '["n"]' where name = 'exact';
select throws_ok('select dbseed_apply(''{"names": ["exact"]}'')', '42P10', null, 'a key that is not unique');
delete from dbcare.seed where name = 'exact';
drop table upper_case;
select throws_ok('select dbseed_apply(''{"names": ["upper"]}'')', '42P01', null, 'a table that was dropped');
begin isolation level repeatable read;
select 1 from account limit 1;
select throws_ok('select dbseed_apply(''{"names": ["low"]}'')', '25001', null, 'an old snapshot');
commit;

select * from finish();
\connect postgres
drop database seed_rows;
drop role seed_app, seed_deploy;
