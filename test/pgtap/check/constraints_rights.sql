-- dbcheck_constraints: a scan in C asks nobody for leave, so we do; and what
-- owners of tables have written runs with their rights, whoever verifies.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

create role dbcare_test_alice;
create role dbcare_test_mallory;
create role dbcare_test_bob;
create schema v;
grant usage on schema v to public;
grant create on schema v to dbcare_test_alice, dbcare_test_mallory;
set search_path = v, public;

create function v.found(relation text, options jsonb default '{}') returns setof text language sql as $$
	select concat_ws(' ', constraint_name, kind, coalesce(violations::text, 'unknown:'),
		case when violations is null then message else sample_keys::text end)
	from dbcheck_constraints(relation, options) $$;
-- what a role finds
create function v.found_by(role_name text, relation text, options jsonb default '{}') returns setof text language plpgsql as $$
begin
	perform set_config('role', role_name, true);
	return query select * from v.found(relation, options);
	perform set_config('role', 'none', true);
end $$;

-- ---- privileges ----

set role dbcare_test_alice;
create table parent (id int primary key, secret text);
create table child (id int primary key, p int, n int, secret text);
insert into parent values (1);
insert into child values (1, 1, 1), (2, 2, -1);
alter table child add constraint f foreign key (p) references parent not valid,
	add constraint k check (n > 0) not valid, add constraint s check (secret is null);
reset role;
select results_eq($$select found_by('dbcare_test_bob', 'child')$$,
	array['child_pkey primary_key unknown: SELECT on v.child is needed', 'f foreign_key unknown: SELECT on v.child is needed',
	'k check unknown: SELECT on v.child is needed', 's check unknown: SELECT on v.child is needed'],
	'a role without SELECT learns nothing about the rows');
grant select (id, n, p) on child to dbcare_test_bob;
select results_eq($$select found_by('dbcare_test_bob', 'child')$$,
	array['f foreign_key unknown: SELECT on v.parent is needed', 'k check 1 [2]', 's check unknown: SELECT on v.child is needed'],
	'SELECT on the columns of a constraint is enough');
grant select (id) on parent to dbcare_test_bob;
select results_eq($$select found_by('dbcare_test_bob', 'child', '{"kinds": ["foreign_key"]}')$$, array['f foreign_key 1 [2]'],
	'SELECT on the parent columns is enough for a foreign key');
revoke select (id) on child from dbcare_test_bob;
select results_eq($$select found_by('dbcare_test_bob', 'child', '{"constraints": ["k"]}')$$,
	array['k check unknown: SELECT on v.child is needed'], 'sample keys need SELECT on the primary key');
grant select on parent, child to dbcare_test_bob;
create table v.part_key (id int primary key, a int, secret text);
create unique index on v.part_key (a) where secret = 'x';
grant select (id, a) on v.part_key to dbcare_test_bob;
select results_eq($$select found_by('dbcare_test_bob', 'part_key', '{"all": true}')$$,
	array['part_key_pkey primary_key 0', 'part_key_a_idx unique unknown: SELECT on v.part_key is needed'], 'a partial index needs SELECT on the columns of its condition');
revoke usage on schema v from public;
select is((select message from dbcheck_constraints('child') where constraint_name = 'k'), '1 row violates k', 'a superuser may read all');
grant usage on schema v to public;

-- ---- row security ----

alter table parent enable row level security;
select results_eq($$select found_by('dbcare_test_bob', 'child')$$, array['f foreign_key unknown: row security hides rows of v.parent',
	'k check 1 [2]'], 'hidden parents make the result unknown');
select results_eq($$select found_by('dbcare_test_alice', 'child')$$, array['f foreign_key 1 [2]', 'k check 1 [2]'], 'row security does not bind the owner');
alter table parent force row level security;
select results_eq($$select found_by('dbcare_test_alice', 'child', '{"kinds": ["foreign_key"]}')$$,
	array['f foreign_key unknown: row security hides rows of v.parent'], 'forced row security makes the owner''s result unknown');
alter table parent disable row level security;
alter table child enable row level security;
select results_eq($$select found_by('dbcare_test_bob', 'child', '{"constraints": ["f", "k"]}')$$,
	array['f foreign_key unknown: row security hides rows of v.child', 'k check unknown: row security hides rows of v.child'],
	'row security makes another role''s result unknown');
alter role dbcare_test_bob bypassrls;
select results_eq($$select found_by('dbcare_test_bob', 'child', '{"constraints": ["f", "k"]}')$$,
	array['f foreign_key 1 [2]', 'k check 1 [2]'], 'a role with BYPASSRLS sees all rows');
alter role dbcare_test_bob nobypassrls;
alter table child disable row level security;

-- ---- code of the owner ----

set role dbcare_test_mallory;
-- does as it is told, and tells who it ran as
create function v.attack(n int) returns boolean language plpgsql immutable as $$
begin
	if current_setting('v.attack', true) = 'rise' then
		alter role dbcare_test_mallory superuser;
	elsif current_setting('v.attack', true) = 'role' then
		perform set_config('role', 'none', false);
	elsif current_setting('v.attack', true) = 'tell' then
		raise exception 'ran as %', current_user;
	end if;
	return true;
end $$;
create function v.attacking(n int) returns int language sql immutable as
	'select case when v.attack(n) then n end';
create domain v.trap as int constraint sprung check (v.attack(value));
create table bait (id int primary key, n int constraint c check (attack(n)), d trap);
create unique index e on bait (attacking(n));
insert into bait values (1, 1, 1), (2, 2, 2);
reset role;
select is_empty($$select found('bait')$$, 'code of the owner runs while it does no harm');
select set_config('v.attack', 'tell', true);
select results_eq($$select found('bait')$$, array['e unique unknown: ran as dbcare_test_mallory',
	'c check unknown: ran as dbcare_test_mallory', 'sprung type unknown: ran as dbcare_test_mallory'],
	'CHECK, index and domain run as the owner of the table when a superuser verifies it');
grant select on bait to dbcare_test_bob;
select results_eq($$select found_by('dbcare_test_bob', 'bait', '{"kinds": ["check"]}')$$, array['c check unknown: ran as dbcare_test_mallory'],
	'CHECK, index and domain run as the owner for other roles');
select set_config('v.attack', 'rise', true);
select matches((select string_agg(line, ' ') from found('bait', '{"kinds": ["check"]}') as line), '^c check unknown: ', 'code of the owner cannot become superuser');
select set_config('v.attack', 'role', true);
select results_eq($$select found('bait', '{"kinds": ["check"]}')$$,
	array['c check unknown: cannot set parameter "role" within security-restricted operation'], 'code of the owner cannot set another role');
select is((select rolsuper from pg_roles where rolname = 'dbcare_test_mallory'), false, 'code of the owner left no trace');
select is(current_user, session_user, 'the caller''s role is unchanged');

-- a query that has to look at an index asks the owner's function, too
select set_config('v.attack', '', true);
update pg_index set indisready = false where indexrelid = 'e'::regclass;
insert into bait values (3, 2, 1);
update pg_index set indisready = true where indexrelid = 'e'::regclass;
create function v.told(n int) returns int language plpgsql immutable as $$ begin
	if current_user <> 'dbcare_test_mallory' then raise exception 'ran as %', current_user; end if;
	return n; end $$;
create or replace function v.attacking(n int) returns int language sql immutable as 'select v.told(n)';
select results_eq($$select found('bait')$$, array['e unique 1 [3]'], 'queries run as the owner');

-- what others have in the search path is not found by the owner's code
set role dbcare_test_alice;
create function v.helper(n int) returns boolean language sql immutable as 'select n > 0';
create function v.calls(n int) returns boolean language plpgsql immutable as 'begin return helper(n); end';
create table trusting (id int primary key, n int check (calls(n)));
insert into trusting values (1, 1);
grant select on trusting to dbcare_test_bob;
reset role;
select results_eq($$select found('trusting')$$, array['trusting_n_check check unknown: function helper(integer) does not exist'],
	'code of the owner does not find objects of untrusted roles');
revoke create on schema v from dbcare_test_mallory;
create schema den authorization dbcare_test_bob;
set role dbcare_test_bob;
create function den.helper(n int) returns boolean language plpgsql immutable as $$ begin raise exception 'planted'; end $$;
set search_path = den, v, public;
select is_empty($$select v.found('v.trusting')$$, 'code of the owner does not find functions in the caller''s search_path');
create temp table trusting as select 1;
select is_empty($$select v.found('v.trusting')$$, 'code of the owner does not find objects in the caller''s pg_temp');
reset role;
set search_path = v, public;

-- ---- what the owner has forced on himself ----

set role dbcare_test_alice;
create table many (id int primary key);
insert into many select generate_series(1, 60000);
create table few (id int primary key, m int references many, t text unique);
insert into few values (1, 1, 'a');
alter table many enable row level security, force row level security;
alter table few enable row level security, force row level security;
select results_eq($$select v.found('few', '{"kinds": ["foreign_key"]}')$$, array['few_m_fkey foreign_key unknown: row security hides rows of v.few'],
	'forced row security hides rows from the owner');
reset role;
analyze many, few;
select results_eq($$select found('few', '{"kinds": ["foreign_key"], "all": true}')$$, array['few_m_fkey foreign_key 0'],
	'forced row security does not bind a superuser, although a query runs as the owner');
select results_eq($$select found('many', '{"all": true}')$$, array['many_pkey primary_key 0'], 'forced row security hides no foreign key rows from a superuser');
set role dbcare_test_alice;
create table spread (id int primary key) partition by range (id);
reset role;
create table spread_1 (id int primary key);
alter table spread_1 owner to dbcare_test_mallory;
alter table spread attach partition spread_1 for values from (0) to (100000);
insert into spread select generate_series(1, 20000);
select results_eq($$select found('spread', '{"all": true}')$$, array['spread_pkey primary_key 0'],
	'keys of a partition with another owner are verified');

-- ---- data rules ----

select dbcare_install();
select dbcheck_rule_add('positive', 'child', 'n > 0', '{"severity": "critical"}');
select dbcheck_rule_add('parents', 'child', 'exists (select from parent as p where p.id = child.p)', '{"where": "p is not null"}');
select dbcheck_rule_add('fails', 'child', '1 / (n + 1) < 5');
select dbcheck_rule_add('sound', 'child', 'id < 100');
create function reviewed(relation text) returns setof text language sql as $$
	select concat_ws(' ', name, severity, coalesce(violations::text, message), sample_keys::text)
	from dbcheck_run(jsonb_build_object('relation', relation, 'sources', array['rule'])) $$;
select bag_eq($$select reviewed('child')$$, array['positive critical 1 [2]', 'parents warning 1 [2]', 'fails unknown division by zero'],
	'a rule that fails does not stop the others');
select dbcheck_rule_drop('fails');
select bag_eq($$select reviewed('child')$$, array['positive critical 1 [2]', 'parents warning 1 [2]'], 'the rules of a table are counted in one scan');
create function v.who(n int) returns boolean language plpgsql as $$ begin raise exception 'ran as %', current_user; end $$;
select dbcheck_rule_add('who', 'child', 'who(n)');
select results_eq($$select line from reviewed('child') as line where line like 'who%'$$, array['who unknown ran as dbcare_test_alice'],
	'rules run as the owner of the table');
create or replace function v.who(n int) returns boolean language sql as 'delete from v.child returning true';
select results_eq($$select line from reviewed('child') as line where line like 'who%'$$,
	array['who unknown cannot execute DELETE in a read-only transaction'], 'rules cannot write');

set role dbcare_test_alice;
alter table parent enable row level security, force row level security;
reset role;
create function reviewed_by(role_name text, relation text) returns setof text language plpgsql as $$
begin
	perform set_config('role', role_name, true);
	return query select * from v.reviewed(relation);
	perform set_config('role', 'none', true);
end $$;
grant usage on schema dbcare to dbcare_test_alice;
grant select on all tables in schema dbcare to dbcare_test_alice;
select results_eq($$select line from reviewed_by('dbcare_test_alice', 'child') as line where line like 'parents%'$$,
	array['parents unknown query would be affected by row-level security policy for table "parent"'],
	'a rule that reads rows hidden by row security is unknown');
alter table parent disable row level security;

-- ---- rules that read other tables ----

create table counted (id int primary key, n int);
create function v.refused(statement text) returns text language plpgsql as $$
declare
	detail text;
	hint text;
begin
	execute statement;
	return 'nothing';
exception when others then
	get stacked diagnostics detail = pg_exception_detail, hint = pg_exception_hint;
	return concat_ws(' | ', sqlerrm, nullif(detail, ''), nullif(hint, ''));
end $$;
select is(v.refused($$select dbcheck_rule_add('pairs', 'counted', 'n in (select id from counted)')$$),
	'relation "counted" does not exist | Schema v is not searched, because untrusted roles may create objects in it.'
	' | Write v.NAME, or call REVOKE CREATE ON SCHEMA v FROM PUBLIC.', 'a rule does not search a schema that is open, and says so');
select is(v.refused($$select dbcheck_rule_add('pairs', 'counted', 'n in (select id from v.counted)')$$), 'nothing',
	'with the schema it finds the table');
revoke create on schema v from dbcare_test_alice, dbcare_test_mallory;
select is(v.refused($$select dbcheck_rule_add('one', 'counted', 'n in (select id from counted)')$$), 'nothing', 'a closed schema need not be named');
select is(v.refused($$select dbcheck_rule_add('two', 'counted', 'n in (select id from missing)')$$), 'relation "missing" does not exist',
	'a table that does not exist has no such hint');

-- ---- transactions ----
set transaction_read_only = on;
select results_eq($$select found('child')$$, array['f foreign_key 1 [2]', 'k check 1 [2]'], 'a read-only transaction can verify');

select * from finish();
rollback;
