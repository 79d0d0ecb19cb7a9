-- dbmigrate_lint on PostgreSQL: what it may not do while it reads a script, and
-- how it knows what a name, a type and a default mean.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
select no_plan();

-- ---- nothing of a stranger runs ----

create schema lq;
set local search_path = lq, public;
create function trap(int) returns boolean immutable language plpgsql as $$
	begin
		if current_setting('lq.armed', true) = 'yes' then
			raise exception 'a function of a stranger runs';
		end if;
		return true;
	end $$;
create function trapped(int) returns int immutable language sql as 'select case when lq.trap($1) then $1 end';
create function trapped_text(int) returns text immutable language sql as 'select lq.trapped($1)::text';
create operator ### (leftarg = int, rightarg = int, function = int4pl);
create domain guarded as int check (trap(1));
create domain over_guarded as guarded;
create type boxed as (a int);
create function boxed_of(int) returns boxed immutable language sql as 'select row(lq.trapped($1))::lq.boxed';
create cast (int as boxed) with function boxed_of(int) as assignment;
create table victim (id int primary key, n int, g guarded, t varchar(10), at date not null, unique (t),
	check (trap(1) and n is not null), check (trap(n)), check (at >= '2024-01-01' and trap(2)));
insert into victim values (1, 1, 1, 'x', '2024-02-01');
create index on victim (trapped(n)) where trap(3);
create statistics victim_stat on (trapped(n)), t from victim;
create table divided (at date, n int) partition by range (at);
create table divided_a partition of divided for values from ('2030-01-01') to ('2031-01-01');
create table by_trap (n int) partition by list (trapped(n));
create rule r as on delete to victim do also select trapped(1);
create policy p on victim using (trap(1));

select set_config('lq.armed', 'yes', false);
select throws_ok('select trapped(1)', 'P0001', 'a function of a stranger runs', 'the planted function raises an error when called');
create temp table scripts (script text);
insert into scripts values
	('alter table victim add column a guarded default 1'),
	('alter table victim add column a over_guarded'),
	('alter table victim add column a int default trapped(1), add check (trap(1))'),
	('alter table victim add column a text default trapped_text(1) || trapped(2)'),
	('alter table victim add column a int default 1 ### 2'),
	('alter table victim add column a boolean generated always as (trap(1)) stored'),
	('alter table victim alter n type guarded'),
	('alter table victim alter n type over_guarded using trapped(n)'),
	('alter table victim alter n type boxed'),
	('alter table victim alter n type bigint'),
	('alter table victim alter t type text, alter t type varchar(20), alter at type timestamp'),
	('alter table victim alter g type int, alter g type bigint'),
	('alter table victim alter n set not null, alter n set default trapped(1)'),
	('alter table victim drop column n cascade'),
	('alter table divided attach partition victim for values from (''2024-01-01'') to (trapped_text(1)::date)'),
	('create table x partition of by_trap for values in (trapped(1))'),
	('create table x (a guarded default trapped(1) check (trap(a)), like victim including all)'),
	('create index on victim (trapped(n)) where trap(1)'),
	('alter domain guarded add check (trap(value))'),
	('create domain other as guarded default trapped(1) check (trap(value))'),
	('select trapped(1), trap(n) from victim; update victim set n = trapped(n); insert into victim select trapped(1)'),
	('drop function trap cascade'),
	('drop table victim cascade');
select lives_ok(format('select count(*) from dbmigrate_lint(%L)', script), 'nothing runs: ' || script) from scripts;
select set_config('lq.armed', 'no', false);

-- ---- nothing is locked ----

create function pg_temp.locked() returns text language sql as $$
	select string_agg(distinct c.relname || ' ' || l.mode, ', ' order by c.relname || ' ' || l.mode)
	from pg_locks as l join pg_class as c on c.oid = l.relation
	where l.pid = pg_backend_pid() and l.locktype = 'relation' and c.relnamespace = 'lq'::regnamespace
$$;
create temp table held as select pg_temp.locked() as locks;
select count(*) > 0 from scripts, dbmigrate_lint(script || '; drop table nothere');
select is(pg_temp.locked(), (select locks from held), 'no lock is taken');

-- ---- no right is wanted ----

create role lq_nobody;
create schema hidden;
create table hidden.secret (id int);
create type hidden.kind as enum ('a');
create function hidden.f() returns int language sql as 'select 1';
set local role lq_nobody;
set local search_path = public;
select lives_ok($$select count(*) from dbmigrate_lint('alter table hidden.secret add column x hidden.kind default hidden.f();
	drop function hidden.f() cascade; drop type hidden.kind cascade; alter domain hidden.kind add check (true);
	create index on hidden.secret (id); truncate hidden.secret; grant select on hidden.secret to public')$$,
	'the analysis reads schemas without USAGE');
reset role;

-- ---- names ----

-- Rules that find something in a script, in order.
create function pg_temp.found(script text, variadic rules text[]) returns text language sql as $$
	select string_agg(statement_no || ' ' || rule, ', ' order by statement_no, rule)
	from dbmigrate_lint($1, jsonb_build_object('rules', $2))
$$;
set local search_path = lq, public;
set local dbcare.lint_large_table_mb = 0.01;
create table busy (id int primary key, code varchar(10), score numeric(8,2), seen timestamptz, tags text[], label text collate "C");
insert into busy select i from generate_series(1, 1000) as i;
create index on busy (seen);
create index on busy (label);
create index on busy (lower(code));
create schema other;
create table other.busy (id int);

select is(pg_temp.found('create index on busy (code)', 'index-not-concurrent'), '1 index-not-concurrent', 'a name is that of the search path');
select is(pg_temp.found('create index on other.busy (id); create index on lq.busy (code)', 'index-not-concurrent'), '2 index-not-concurrent',
	'a qualified name is that of its schema');
select is(pg_temp.found('set search_path = other; create index on busy (id); reset search_path', 'index-not-concurrent'), null,
	'a search path that the script sets counts');
select is(pg_temp.found('create index on busy (code)', 'index-not-concurrent'), '1 index-not-concurrent', 'the search path of a script does not remain');
select is(pg_temp.found('alter table busy rename to old; create table busy (id int); create index on busy (id); create index on old (code)',
	'index-not-concurrent'), '4 index-not-concurrent', 'a table that takes the name of another is not the other');
select is(pg_temp.found('alter table busy set schema other; create index on busy (id)', 'index-not-concurrent'), '2 index-not-concurrent',
	'the name of a moved table does not find it');
select is(pg_temp.found('drop table busy; create table busy (id int); create index on busy (id)', 'index-not-concurrent'), null,
	'a recreated table is new');
select is(pg_temp.found('create table lq.fresh (id int); create index on fresh (id)', 'index-not-concurrent'), null,
	'a table is known with its schema and without');
select is(pg_temp.found('create table if not exists busy (id int); create index on busy (id)', 'index-not-concurrent'), '2 index-not-concurrent',
	'IF NOT EXISTS does not create an existing table');
select is(pg_temp.found('with busy as (select 1 as id) select * from busy; lock table busy', 'many-statements-under-ael'), null,
	'a common table expression is no table');

-- ---- types ----

select is(pg_temp.found('alter table busy alter ' || change, 'change-type') is null, free,
	change || case when free then ' is free' else ' is not' end)
from (values
	('code type varchar(10)', false),
	('code type varchar(20)', false), -- an index on an expression is built anew
	('code type varchar(5)', false),
	('score type numeric(10,2)', true),
	('score type numeric', true),
	('score type numeric(10,3)', false),
	('score type float8', false),
	('seen type timestamptz(6)', true),
	('seen type timestamptz(3)', false),
	('tags type varchar(3)[]', false),
	('label type varchar', false), -- the collation changes, which the index has
	('label type varchar collate "C"', true),
	('id type int', true),
	('id type bigint', false),
	('id type oid', false),
	('score type numeric(10,2) using score', true),
	('score type numeric(10,2) using score::numeric(10,2)', true),
	('score type numeric(10,2) using abs(score)', false),
	('id type nothere', false)) as c (change, free);
set local timezone = 'UTC';
select is(pg_temp.found('drop index busy_seen_idx; alter table busy alter seen type timestamp', 'change-type'), '2 change-type',
	'an index of another operator class is built anew');
drop index busy_seen_idx;
select is(pg_temp.found('alter table busy alter seen type timestamp', 'change-type'), null, 'under UTC timestamptz changes without a rewrite');
select is(pg_temp.found('set timezone = ''Europe/Rome''; alter table busy alter seen type timestamp', 'change-type'), '2 change-type',
	'in other time zones timestamptz is rewritten');

-- ---- defaults ----

select is(pg_temp.found('alter table busy add column x ' || column_text, 'add-column-volatile-default') is not null, rewrites,
	column_text || case when rewrites then ' fills each row' else ' does not' end)
from (values
	('text default ''x''', false),
	('timestamptz default now()', false),
	('timestamptz default current_timestamp', false),
	('timestamptz default clock_timestamp()', true),
	('float default pg_catalog.random()', true),
	('float default 1 + (2 * random())', true),
	('uuid default gen_random_uuid()', true),
	('int default nextval(''s'')', true),
	('int default lq.trapped(1)', false),
	('int default not_there(1)', true),
	('int default length(''x'', ''y'', ''z'')', true),
	('text default coalesce(null, lower(''X''))', false),
	('int default (array[1, 2])[1]', false)) as c (column_text, rewrites);

-- ---- columns and constraints, also as the script leaves them ----

create table facts (id int, name text);
insert into facts values (1, 'x');
alter table facts add constraint named check (name is not null) not valid;
select is(pg_temp.found('alter table facts alter name set not null', 'set-not-null'), '1 set-not-null', 'a NOT VALID check proves nothing');
select is(pg_temp.found('alter table facts validate constraint named; alter table facts alter name set not null', 'set-not-null'), null,
	'a validated check proves NOT NULL');
select is(pg_temp.found('alter table facts validate constraint named; alter table facts drop constraint named; alter table facts alter name set not null',
	'set-not-null'), '3 set-not-null', 'a dropped check proves nothing');
select is(pg_temp.found('alter table facts add check (id > 0 and id is not null); alter table facts rename id to nr; alter table facts alter nr set not null',
	'set-not-null'), null, 'a check added by the script proves NOT NULL, also after a rename');
select is(pg_temp.found('alter table facts alter id set not null; alter table facts drop column id; alter table facts add column id int; alter table facts alter id set not null',
	'set-not-null'), '1 set-not-null, 4 set-not-null', 'a recreated column does not keep the old properties');

select * from finish();
rollback;
