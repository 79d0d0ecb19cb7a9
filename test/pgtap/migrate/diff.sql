-- What dbmigrate_diff() makes of every kind of object on PostgreSQL: for each
-- pair of schemas the script leads there and the other one back.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

-- What becomes of a schema, made by one script, on its way to the schema that
-- another one makes, and back; rows are there on the way if a third one says so.
create function pg_temp.way(before text, after text, filled text default '')
returns text language plpgsql as $$
declare
	a jsonb;
	b jsonb;
	scripts jsonb;
	outcome text;
	step text := 'before';
begin
	begin
		execute before;
		a := dbmigrate_schema();
		raise sqlstate 'DBC00';
	exception when sqlstate 'DBC00' then
	end;
	begin
		execute after;
		b := dbmigrate_schema();
		raise sqlstate 'DBC00';
	exception when sqlstate 'DBC00' then
	end;
	scripts := dbmigrate_diff(a, b);
	begin
		execute before;
		execute filled;
		step := 'up';
		execute scripts ->> 'up';
		outcome := case when dbmigrate_fingerprint() = b ->> 'fingerprint' then 'there' else pg_temp.differ(b) end;
		step := 'down';
		execute scripts ->> 'down';
		outcome := outcome || ' ' || case when dbmigrate_fingerprint() = a ->> 'fingerprint'
			then 'and back' else pg_temp.differ(a) end;
		raise sqlstate 'DBC00';
	exception
		when sqlstate 'DBC00' then
			return outcome;
		when others then
			return format(e'%s: %s\n%s', step, sqlerrm, scripts ->> step);
	end;
end $$;

-- How the schema differs from a document.
create function pg_temp.differ(wanted jsonb) returns text language sql as $$
	with w as (select o from jsonb_array_elements(wanted -> 'objects') as a (o)),
	g as (select o from jsonb_array_elements(dbmigrate_schema() -> 'objects') as a (o))
	select string_agg(format(e'\n%s %s: wanted %s, got %s', coalesce(w.o, g.o) ->> 'type', coalesce(w.o, g.o) ->> 'name',
		w.o ->> 'definition', g.o ->> 'definition'), '')
	from w full join g on (w.o ->> 'type', w.o ->> 'name') = (g.o ->> 'type', g.o ->> 'name')
	where w.o ->> 'definition' is distinct from g.o ->> 'definition' $$;

create function pg_temp.leads(before text, after text, name text, filled text default '')
returns text language sql as $$ select is(pg_temp.way(before, after, filled), 'there and back', name) $$;

-- The script between two schemas.
create function pg_temp.script(before text, after text) returns text language plpgsql as $$
declare
	a jsonb;
	b jsonb;
begin
	begin
		execute before;
		a := dbmigrate_schema();
		raise sqlstate 'DBC00';
	exception when sqlstate 'DBC00' then
	end;
	begin
		execute after;
		b := dbmigrate_schema();
		raise sqlstate 'DBC00';
	exception when sqlstate 'DBC00' then
	end;
	return dbmigrate_diff(a, b) ->> 'up';
end $$;

create schema app;

-- ---- tables and columns ----

select is(pg_temp.script('create table app.t (id int)', 'create table app.t (id int)'), '', 'equal schemas');
select pg_temp.leads('', 'create table app.t (id int primary key, "Odd ""name" text default ''x;'')', 'a table');
select is(pg_temp.script('create table app.t (id int, gone text)', 'create table app.t (id int)'),
	e'-- destroys data: column app.t.gone\nALTER TABLE app.t DROP COLUMN gone;\n', 'a dropped column is marked');
select is(pg_temp.script('create table app.t (id int)', ''),
	e'-- destroys data: table app.t\nDROP TABLE app.t;\n', 'a dropped table is marked');
select pg_temp.leads('create table app.t (id int)', 'create table app.t (id int, a int not null default 5, b text collate "C")',
	'columns added', 'insert into app.t values (1)');
select pg_temp.leads('create table app.t (a int default 1, b varchar(10), c int not null, d text default ''x'')',
	'create table app.t (a bigint default 2, b varchar(20) not null, c int, d text)', 'columns changed',
	'insert into app.t values (1, ''x'', 2, ''y'')');
select pg_temp.leads('create table app.t (a text default ''7'', b timestamptz, c boolean, d int[])',
	'create table app.t (a int default 7, b bigint, c int, d bigint[])', 'types with and without a cast',
	'insert into app.t values (''1'', null, true, ''{1,2}'')');
select pg_temp.leads('create table app.t (a text collate "C")', 'create table app.t (a text)', 'a collation');
select is(pg_temp.script('create table app.t (a numeric(10,2), b int, c text)', 'create table app.t (a numeric(8,2), b bigint, c varchar(5))'),
	e'-- fails if a value of column app.t.a is out of range of numeric(8,2)\nALTER TABLE app.t ALTER COLUMN a TYPE numeric(8,2);\n'
	'ALTER TABLE app.t ALTER COLUMN b TYPE bigint;\n'
	'-- fails if a value of column app.t.c is longer than 5 characters\nALTER TABLE app.t ALTER COLUMN c TYPE character varying(5);\n',
	'a narrower type is marked, a wider one is not');
select is(pg_temp.script('create table app.t (a varchar(9), b char(5))', 'create table app.t (a char(1), b varchar(3))'),
	e'-- fails if a value of column app.t.a is longer than 1 character\nALTER TABLE app.t ALTER COLUMN a TYPE character(1);\n'
	'-- fails if a value of column app.t.b is longer than 3 characters\nALTER TABLE app.t ALTER COLUMN b TYPE character varying(3);\n',
	'a shorter length fails, and does not cut');
select is(pg_temp.script('create table app.t (a bigint, b int, c numeric(9,0), d numeric(9,2), e numeric)',
	'create table app.t (a smallint, b numeric(4,1), c int, d int, e numeric(8,2))'),
	e'-- fails if a value of column app.t.a is out of range of smallint\nALTER TABLE app.t ALTER COLUMN a TYPE smallint;\n'
	'-- fails if a value of column app.t.b is out of range of numeric(4,1)\nALTER TABLE app.t ALTER COLUMN b TYPE numeric(4,1);\n'
	'-- fails if a value of column app.t.c is out of range of integer\nALTER TABLE app.t ALTER COLUMN c TYPE integer;\n'
	'-- destroys data: column app.t.d\nALTER TABLE app.t ALTER COLUMN d TYPE integer;\n'
	'-- destroys data: column app.t.e\nALTER TABLE app.t ALTER COLUMN e TYPE numeric(8,2);\n',
	'a smaller range fails, fewer decimals are rounded');
select is(pg_temp.script('create table app.t (a int)', 'create table app.t (a int not null, b text not null)'),
	e'-- fails if column a of table app.t is null\nALTER TABLE app.t ALTER COLUMN a SET NOT NULL;\n'
	'-- fails if there are rows: column b of table app.t has no default\nALTER TABLE app.t ADD COLUMN b text NOT NULL;\n',
	'statements that may fail are marked');
select pg_temp.leads('create table app.t (id serial, n int)', 'create table app.t (id int generated always as identity, n serial)',
	'serial and identity');
select pg_temp.leads('create table app.t (id int generated by default as identity)',
	'create table app.t (id int generated always as identity (start 10 increment 5 maxvalue 1000 cycle))', 'identity options');
select pg_temp.leads('create table app.t (id int generated always as identity)', 'create table app.t (id bigint generated always as identity)',
	'the type of an identity column');
select pg_temp.leads('create table app.t (a int, b int generated always as (a * 2) stored)',
	'create table app.t (a int, b int generated always as (a * 3) stored)', 'an expression',
	'insert into app.t values (1)');
select pg_temp.leads('create table app.t (a int, b int generated always as (a * 2) stored)',
	'create table app.t (a bigint, b int)', 'an expression dropped, its column retyped', 'insert into app.t values (1)');
select pg_temp.leads('create table app.t (a int, b bigint generated always as (a * 2) stored)',
	'create table app.t (a bigint, b bigint generated always as (a * 2) stored)', 'a generated column whose source is retyped');
select pg_temp.leads('create table app.t (a text, b text)', $s$create table app.t (a text, b text);
	alter table app.t alter a set storage external, alter a set statistics 500, alter b set (n_distinct = 5)$s$, 'storage and statistics of columns');
select pg_temp.leads('create unlogged table app.t (a int) with (fillfactor = 70, autovacuum_enabled = false)',
	'create table app.t (a int) with (fillfactor = 80)', 'storage parameters and unlogged');
select pg_temp.leads('create table app.t (a int)', 'create view app.t as select 1 as a', 'a table becomes a view');
select pg_temp.leads('create table app.t (a int); create index i on app.t (a)',
	'create table app.t (a int); create table app.i (a int)', 'an index becomes a table');
select pg_temp.leads('create table app.t (a int, constraint u unique (a))',
	'create table app.t (a int); create unique index u on app.t (a)', 'a constraint becomes an index');

-- ---- constraints and indexes ----

select pg_temp.leads('create table app.a (id int primary key); create table app.b (id int primary key, a int)',
	$s$create table app.a (id int primary key, b int); create table app.b (id int primary key, a int references app.a on delete cascade deferrable);
	alter table app.a add foreign key (b) references app.b$s$, 'foreign keys');
select pg_temp.leads('', $s$create table app.a (id int primary key, b int); create table app.b (id int primary key, a int references app.a);
	alter table app.a add foreign key (b) references app.b; create table app.c (id int primary key, c int references app.c)$s$,
	'tables that point to each other');
select pg_temp.leads('create table app.a (id int primary key); create table app.b (a int references app.a)',
	'create table app.a (id bigint primary key); create table app.b (a bigint references app.a)', 'both ends of a foreign key retyped');
select pg_temp.leads('create table app.a (id int primary key); create table app.b (a int references app.a)',
	'create table app.a (id int, constraint other primary key (id)); create table app.b (a int references app.a)', 'a key that is pointed to');
select pg_temp.leads('create table app.t (a int); alter table app.t add constraint c check (a > 0) not valid',
	'create table app.t (a int, constraint c check (a > 0))', 'a constraint validated');
select is(pg_temp.script('create table app.t (a int); alter table app.t add constraint c check (a > 0) not valid',
	'create table app.t (a int, constraint c check (a > 0))'), e'ALTER TABLE app.t VALIDATE CONSTRAINT c;\n', '... is validated');
select pg_temp.leads('create table app.t (a int4range, b int)', replace($s$create table app.t (a int4range, b int,
	exclude using gist (a with &&) where (b > 0), unique nulls not distinct (b) include (a))$s$,
	-- which came with 15
	'nulls not distinct', case when :SERVER_VERSION_NUM < 150000 then '' else 'nulls not distinct' end), 'exclusion, nulls not distinct');
-- ---- what 18 has added ----

select :SERVER_VERSION_NUM >= 180000 as since_18 \gset
\if :since_18
create extension btree_gist;
select pg_temp.leads('create table app.t (a int); alter table app.t add constraint there not null a not valid',
	'create table app.t (a int constraint there not null)', 'NOT NULL validated', 'insert into app.t values (1)');
select is(pg_temp.script('create table app.t (a int); alter table app.t add constraint there not null a not valid',
	'create table app.t (a int not null)'), e'-- fails if column a of table app.t is null\nALTER TABLE app.t ALTER COLUMN a SET NOT NULL;\n', '... by SET NOT NULL');
select pg_temp.leads('create table app.t (a int)', 'create table app.t (a int); alter table app.t add constraint "It is" not null a not valid',
	'NOT NULL that is not valid', 'insert into app.t values (null)');
select pg_temp.leads('', 'create table app.t (a int, b int); alter table app.t add constraint there not null b not valid', 'a table with it');
select pg_temp.leads('create table app.t (a int, b int not null, c int)', $$create table app.t (a int not null no inherit, b int);
	alter table app.t add constraint "It is" not null b no inherit not valid, add d int not null no inherit$$, 'NOT NULL NO INHERIT');
select pg_temp.leads('create table app.t (a int not null no inherit)', 'create table app.t (a int not null)', 'NOT NULL inherited', 'insert into app.t values (1)');
select is(pg_temp.script('create table app.t (a int not null)', 'create table app.t (a int not null no inherit)'),
	e'ALTER TABLE app.t ALTER COLUMN a DROP NOT NULL;\nALTER TABLE app.t ADD NOT NULL a NO INHERIT;\n', '... or not');
select pg_temp.leads('create table app.t (a int constraint there not null)', 'create table app.t (a int not null)', 'names of NOT NULL do not count');
select pg_temp.leads('create table app.p (id int primary key); create table app.t (a int)', $$create table app.p (id int primary key);
	create table app.t (a int, constraint c check (a > 0) not enforced, constraint f foreign key (a) references app.p not enforced)$$, 'NOT ENFORCED');
select pg_temp.leads('create table app.p (id int primary key); create table app.t (a int constraint f references app.p not enforced)',
	'create table app.p (id int primary key); create table app.t (a int constraint f references app.p)', 'a foreign key enforced');
select pg_temp.leads('create table app.t (a int)', 'create table app.t (a int, v int generated always as (a * 2) virtual, s int generated always as (a * 3) stored)',
	'virtual and stored columns', 'insert into app.t values (1)');
select pg_temp.leads('create table app.t (a int, v int generated always as (a * 2) virtual)', 'create table app.t (a int, v int generated always as (a * 3) virtual)',
	'another expression of a virtual column', 'insert into app.t values (1)');
select pg_temp.leads('create table app.t (a int, v int generated always as (a * 2) virtual)', 'create table app.t (a int, v int generated always as (a * 2) stored)',
	'a virtual column stored', 'insert into app.t values (1)');
select pg_temp.leads('create table app.p (a int, r int4range); create table app.t (a int, r int4range)',
	$$create table app.p (a int, r int4range, primary key (a, r without overlaps));
	create table app.t (a int, r int4range, constraint u unique (a, r without overlaps), constraint f foreign key (a, period r) references app.p (a, period r))$$,
	'temporal keys', $$insert into app.p values (1, '[1,5)')$$);
drop extension btree_gist;
\endif

select pg_temp.leads('create table app.t (a text, b int); create index i on app.t (a)',
	$s$create table app.t (a text, b int); create unique index i on app.t (lower(a) desc nulls last, b) include (a) where b > 0;
	create index "I 2" on app.t using hash (b) with (fillfactor = 50)$s$, 'indexes');
select pg_temp.leads('create table app.t (a int, b int)', $s$create table app.t (a int, b int);
	create statistics app.s (dependencies) on a, b from app.t; create statistics app.e on (a + b) from app.t$s$, 'statistics');
select pg_temp.leads('create table app.t (a int primary key, b int not null); create unique index u on app.t (b)',
	$s$create table app.t (a int primary key, b int not null); create unique index u on app.t (b);
	alter table app.t replica identity using index u; create table app.v (a int); alter table app.v replica identity full$s$, 'replica identity');
select pg_temp.leads('create table app.t (a int not null, constraint k unique (a)); alter table app.t replica identity using index k',
	$s$create table app.t (a int not null, b int not null, constraint k unique (a, b)); alter table app.t replica identity using index k$s$,
	'replica identity on a key that changes');

-- ---- sequences ----

select pg_temp.leads('create sequence app.s', 'create sequence app.s as integer increment -2 maxvalue 7 minvalue -7 start 3 cache 5 cycle', 'a sequence');
select pg_temp.leads('create table app.t (a int); create sequence app.s owned by app.t.a',
	'create table app.t (b int); create sequence app.s owned by app.t.b', 'a sequence with another owner');
select pg_temp.leads('create table app.t (a int); create sequence app.s owned by app.t.a', 'create sequence app.s',
	'a sequence outlives its table');
select pg_temp.leads('create table app.t (id serial)', 'create table app.t (id int)', 'a serial column keeps its values');
select pg_temp.leads('create table app.t (id serial, n int)', 'create table app.t (n int)', 'a serial column goes');

-- ---- views, rules, triggers, policies ----

select pg_temp.leads('create table app.t (a int, b int); create view app.v as select a from app.t',
	'create table app.t (a int, b int); create view app.v as select a, b from app.t', 'a view with one more column');
select ok(pg_temp.script('create table app.t (a int, b int); create view app.v as select a from app.t',
	'create table app.t (a int, b int); create view app.v as select a, b from app.t') like 'CREATE OR REPLACE VIEW app.v AS SELECT%', '... is replaced');
select pg_temp.leads($s$create table app.t (a int, b int); create view app.v with (security_barrier) as select a from app.t;
	create view app.w as select * from app.v; create materialized view app.m as select * from app.w; create index i on app.m (a)$s$,
	$s$create table app.t (a bigint, b int); create view app.v as select b as c, a from app.t;
	create view app.w as select a from app.v; create materialized view app.m as select * from app.w; create index i on app.m (a)$s$,
	'views on views of a column that is retyped');
select pg_temp.leads($s$create table app.t (a int); create view app.v as select a from app.t;
	create function app.f() returns setof app.v language sql stable as 'select * from app.v'$s$,
	$s$create table app.t (b int); create view app.v as select b as a from app.t;
	create function app.f() returns setof app.v language sql stable as 'select * from app.v'$s$, 'a view moves to another column');
select pg_temp.leads('create table app.t (a int)', $s$create table app.t (a int);
	create rule r as on insert to app.t where new.a < 0 do instead nothing; create rule s as on update to app.t do also select 1;
	alter table app.t disable rule s$s$, 'rules');
select pg_temp.leads($s$create table app.t (a int); create function app.f() returns trigger language plpgsql as 'begin return new; end';
	create trigger x before insert on app.t for each row execute function app.f()$s$,
	$s$create table app.t (a int, b int); create function app.f() returns trigger language plpgsql as 'begin return null; end';
	create trigger x after update on app.t referencing old table as o for each statement execute function app.f();
	create constraint trigger c after insert on app.t deferrable initially deferred for each row execute function app.f();
	alter table app.t disable trigger x$s$, 'triggers');
select pg_temp.leads($s$create table app.t (a int); create function app.f() returns trigger language plpgsql as 'begin return new; end';
	create trigger x before insert on app.t for each row execute function app.f(); alter table app.t enable always trigger x$s$,
	$s$create table app.t (a int); create function app.f() returns trigger language plpgsql as 'begin return new; end';
	create trigger x before insert on app.t for each row execute function app.f()$s$, 'a trigger changes its enabled state');
select pg_temp.leads('create table app.t (a int)', $s$create table app.t (a int);
	alter table app.t enable row level security; alter table app.t force row level security;
	create policy p on app.t as restrictive for update to current_user using (a > 0) with check (a > 1); create policy q on app.t$s$, 'row security');
select pg_temp.leads($s$create table app.t (a int, b text); create policy p on app.t using (a > 0); create view app.v as select a from app.t;
	create rule r as on insert to app.t do also select new.a; create function app.f() returns trigger language plpgsql as 'begin return new; end';
	create trigger x before update of a on app.t for each row when (old.a <> new.a) execute function app.f()$s$,
	$s$create table app.t (a bigint, b text); create policy p on app.t using (a > 0); create view app.v as select a from app.t;
	create rule r as on insert to app.t do also select new.a; create function app.f() returns trigger language plpgsql as 'begin return new; end';
	create trigger x before update of a on app.t for each row when (old.a <> new.a) execute function app.f()$s$,
	'all dependencies of a retyped column are recreated');

-- ---- functions ----

select pg_temp.leads($s$create function app.f(a int) returns int language sql as 'select 1'$s$,
	$s$create function app.f(a int) returns int language sql immutable as 'select 2'; create function app.f(a text) returns int language sql as 'select 3'$s$,
	'overloaded functions are matched by their arguments');
select pg_temp.leads($s$create function app.f(a int, b int default 2) returns int language sql immutable as 'select 1';
	create table app.t (a int default app.f(1), check (app.f(a) > 0)); create index i on app.t (app.f(a)); create view app.v as select app.f(a) as b from app.t$s$,
	$s$create function app.f(c int, b int) returns bigint language sql immutable as 'select 1::bigint';
	create table app.t (a int default app.f(1, 2), check (app.f(a, 1) > 0)); create index i on app.t (app.f(a, 2)); create view app.v as select app.f(a, 3) as b from app.t$s$,
	'a function used by other objects changes');
select pg_temp.leads($s$create function app.f(a int) returns int language sql immutable as 'select 1';
	create table app.t (a int default app.f(1), check (app.f(a) > 0)); create index i on app.t (app.f(a))$s$,
	$s$create function app.f(b int) returns int language sql immutable as 'select 1';
	create table app.t (a int default app.f(1), check (app.f(a) > 0)); create index i on app.t (app.f(a))$s$,
	'a function that cannot be replaced is recreated with its users');
select pg_temp.leads('', $s$create table app.t (a int); create function app.f() returns setof app.t language sql begin atomic select * from app.t; end;
	create function app.g(variadic a app.t[] default '{}') returns table (x int, y text) language plpgsql as 'begin return next; end';
	create procedure app.p(inout a int) language plpgsql as 'begin a := 1; end'; create view app.v as select * from app.f()$s$,
	'functions of tables, procedures');
select pg_temp.leads($s$create function app.x(a int) returns int language sql as 'select 1'$s$,
	$s$create procedure app.x(a int) language sql as 'select 1'$s$, 'a function becomes a procedure');
select pg_temp.leads('', $s$create aggregate app.total(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe);
	create aggregate app.count(*) (sfunc = int8inc, stype = bigint, initcond = '0');
	create aggregate app.best(order by anyelement) (sfunc = pg_catalog.ordered_set_transition, stype = internal, finalfunc = pg_catalog.mode_final, finalfunc_extra)$s$, 'aggregates');
select pg_temp.leads('', $s$create function app.f() returns event_trigger language plpgsql as 'begin end';
	create event trigger e on ddl_command_start when tag in ('CREATE SEQUENCE') execute function app.f(); alter event trigger e disable$s$, 'event triggers');

select pg_temp.leads('', $s$create table app.t (a int); create function app.g() returns int language sql begin atomic select max(a) from app.t; end;
	alter table app.t alter a set default app.g(), add check (a < app.g())$s$, 'a default that reads its own table');

-- ---- types ----

select is(pg_temp.script($s$create type app.e as enum ('a', 'c'); create table app.t (x app.e)$s$,
	$s$create type app.e as enum ('a', 'b', 'c', 'it''s'); create table app.t (x app.e)$s$),
	e'ALTER TYPE app.e ADD VALUE ''b'' BEFORE ''c'';\nALTER TYPE app.e ADD VALUE ''it''''s'';\n', 'labels are added');
select pg_temp.leads($s$create type app.e as enum ('a', 'b', 'c'); create table app.t (x app.e default 'a', y app.e[] default '{a}');
	create index i on app.t (x) where x <> 'b'; create view app.v as select x from app.t where x = 'a';
	create function app.f(app.e) returns app.e language sql as 'select $1'$s$,
	$s$create type app.e as enum ('a', 'c', 'b', 'd'); create table app.t (x app.e default 'd', y app.e[] default '{a}');
	create index i on app.t (x) where x <> 'b'; create view app.v as select x from app.t where x = 'a';
	create function app.f(app.e) returns app.e language sql as 'select $1'$s$, 'an enum made again', $s$insert into app.t values ('b', '{a,c}')$s$);
select pg_temp.leads($s$create type app.e as enum ('a')$s$, $s$create type app.e as enum ('a', 'b'); create table app.t (x app.e default 'b')$s$,
	'a new label that is used');
select pg_temp.leads($s$create domain app.d as int check (value > 0); create table app.t (x app.d)$s$,
	$s$create domain app.d as int default 5 not null constraint other check (value > 1); create table app.t (x app.d)$s$, 'a domain');
select pg_temp.leads('', $s$create table app.t (id int generated always as identity); create table app.u (like app.t including all)$s$,
	'a copy of an identity column');
select pg_temp.leads('', $s$create domain app.d as int check (value > 0); create type app.c as (x app.d[]);
	create table app.t (x app.c)$s$, 'a domain in a type of a column');
select pg_temp.leads($s$create domain app.d as int check (value > 0); create domain app.e as app.d; create table app.t (x app.d default 1, y app.e)$s$,
	$s$create domain app.d as bigint check (value > 0); create domain app.e as app.d; create table app.t (x app.d default 1, y app.e)$s$, 'domains made again',
	'insert into app.t values (1, 2)');
select pg_temp.leads($s$create type app.c as (a int, b text); create table app.t (x app.c)$s$,
	$s$create type app.c as (b text, "C c" int); create table app.t (x app.c)$s$, 'a row type');
select pg_temp.leads($s$create type app.c as (a int, b text); create function app.f(app.c) returns int language sql as 'select 1'$s$,
	$s$create type app.c as (a bigint, b text); create function app.f(app.c) returns int language sql as 'select 1'$s$, 'a recreated row type');
select is(pg_temp.script('create type app.r as range (subtype = float8); create table app.t (a app.r)',
	'create type app.r as range (subtype = int8); create table app.t (a app.r)'), e'-- not included: change of type app.r\n', 'a range that is in use');
select pg_temp.leads('create type app.r as range (subtype = float8)', 'create type app.r as range (subtype = int8)', 'a range that is not');
select pg_temp.leads('', $s$create type app.r as range (subtype = float8, subtype_diff = float8mi); create table app.t (a app.r, b app.r_multirange)$s$, 'a range');
select pg_temp.leads($s$create type app.x as enum ('a')$s$, 'create table app.x (a int)', 'a type becomes a table');
select pg_temp.leads($s$create type app.c as (a int); create table app.t of app.c$s$, 'create table app.t (a int)', 'a typed table');

-- ---- partitions and inheritance ----

select pg_temp.leads('', $s$create table app.p (id int, day date, primary key (id, day)) partition by range (day);
	create table app.p1 partition of app.p for values from ('2026-01-01') to ('2027-01-01');
	create table app.p2 partition of app.p default partition by hash (id); create table app.p3 partition of app.p2 for values with (modulus 1, remainder 0);
	create index i on app.p (id); alter table app.p1 alter id set default 5; create index own on app.p1 (day);
	create function app.f() returns trigger language plpgsql as 'begin return new; end';
	create trigger x after insert on app.p for each row execute function app.f()$s$, 'partitions');
select pg_temp.leads($s$create table app.p (id int, day date) partition by range (day); create table app.p1 partition of app.p for values from ('2026-01-01') to ('2027-01-01')$s$,
	$s$create table app.p (id bigint not null, day date, more text default 'x') partition by range (day); create table app.p1 partition of app.p for values from ('2026-01-01') to ('2028-01-01');
	alter table app.p1 alter more set default 'y'$s$, 'columns of partitions, another bound', $s$insert into app.p values (1, '2026-05-05')$s$);
select pg_temp.leads($s$create table app.p (id int primary key, n int, check (n > 0)) partition by range (id); create index i on app.p (n);
	create table app.p1 partition of app.p for values from (1) to (10)$s$,
	$s$create table app.p (id int primary key, n int, check (n > 0)) partition by range (id); create index i on app.p (n);
	create table app.p1 (id int not null, n int)$s$, 'a partition detached and attached', 'insert into app.p values (1, 1)');
select pg_temp.leads($s$create table app.p (id int primary key, n int, check (n > 0)) partition by range (id); create index i on app.p (n);
	create table app.p1 partition of app.p for values from (1) to (10)$s$,
	$s$create table app.p (id int primary key, n int, check (n > 0)) partition by range (id); create index i on app.p (n);
	create table app.p1 partition of app.p for values from (1) to (10); alter table app.p detach partition app.p1$s$,
	'a partition detached with all it keeps', 'insert into app.p values (1, 1)');
select pg_temp.leads($s$create table app.p(id int, region text, v int, primary key (id, region)) partition by list (region);
	create table app.p_eu partition of app.p for values in ('eu');
	create table app.p_us (id int not null, region text not null, v int, primary key (id, region), constraint vc check (v > 0));
	create index on app.p_us (v);
	create table app.r(id int, region text, foreign key (id, region) references app.p);
	create table app.inh (a int, constraint ic check (a > 0));
	create table app.kid (a int, b int, constraint ic check (a > 0));$s$,
	$s$create table app.p(id int, region text, v int, primary key (id, region), constraint vc check (v > 0)) partition by list (region);
	create index p_v_idx on app.p (v);
	create table app.p_eu partition of app.p for values in ('eu', 'fr');
	create table app.p_us partition of app.p for values in ('us');
	create table app.p_de partition of app.p for values in ('de') with (fillfactor=50);
	create table app.r(id int, region text, foreign key (id, region) references app.p on delete cascade);
	create table app.inh (a int, constraint ic check (a > 0));
	create table app.kid (a int, b int) ; alter table app.kid add constraint ic check (a > 0); alter table app.kid inherit app.inh;$s$, 'partitions and children that bring what is theirs',
	$s$insert into app.p values (1, 'eu', 2); insert into app.p_us values (1, 'us', 2); insert into app.kid values (1, 2)$s$);
select pg_temp.leads($s$create table app.p (id int)$s$, $s$create table app.p (id int) partition by list (id)$s$, 'a table becomes partitioned');
select pg_temp.leads($s$create table app.p (id int default 1, check (id > 0)); create table app.c (own text) inherits (app.p)$s$,
	$s$create table app.p (id bigint default 2, more int not null, check (id > 0)); create table app.c (own text) inherits (app.p); alter table app.c alter id set default 3;
	create table app.d (id bigint default 4) inherits (app.p, app.c)$s$, 'inheritance');
select pg_temp.leads($s$create table app.p (id int, constraint c check (id > 0)); create table app.c (own text) inherits (app.p)$s$,
	$s$create table app.p (id int, constraint c check (id > 0)); create table app.c (id int, own text)$s$, 'a table stops inheriting');

-- ---- the rest ----

select pg_temp.leads('', $s$create schema "Other"; create table "Other".t (a int); create view app.v as select * from "Other".t$s$, 'schemas');
select pg_temp.leads('create extension citext schema app; create table app.t (a app.citext); create index i on app.t (a)', 'create table app.t (a text)',
	'an extension and its type');
select pg_temp.leads('create extension citext schema app', 'create extension citext schema public', 'an extension moves');
select pg_temp.leads('', $s$create foreign data wrapper w options (a 'b'); create server s type 't' version '1' foreign data wrapper w options (host 'x', dbname 'it''s');
	create foreign table app.f (a int not null, check (a > 0)) server s options (table_name 't')$s$, 'foreign tables');
select pg_temp.leads($s$create foreign data wrapper w options (a 'b'); create server s foreign data wrapper w options (host 'x', "odd name" 'it''s');
	create foreign table app.f (a int options ("c d" 'x'), b text) server s options (t 'u'); create user mapping for current_user server s$s$,
	$s$create foreign data wrapper w options (c 'd'); create server s foreign data wrapper w options (host 'y', port '1');
	create foreign table app.f (a bigint options (e 'x'), b text options (f 'g'), c int options (h 'i')) server s options (t 'v', w 'x')$s$, 'options of foreign servers, wrappers and tables');
select pg_temp.leads('', $s$create type app.pair as (a int, b int); create function app.same(app.pair, app.pair) returns boolean language sql immutable as 'select true';
	create operator app.=== (function = app.same, leftarg = app.pair, rightarg = app.pair, commutator = operator(app.===));
	create cast (app.pair as text) with inout as assignment; create view app.v as select row(1, 2)::app.pair operator(app.===) row(1, 2)::app.pair as x$s$, 'operators and casts');
select pg_temp.leads('', $s$create text search dictionary app.d (template = pg_catalog.simple, stopwords = english);
	create text search configuration app.c (copy = pg_catalog.english); alter text search configuration app.c alter mapping for asciiword with app.d, english_stem;
	create table app.t (a text); create index i on app.t using gin (to_tsvector('app.c', a))$s$, 'text search');
select is(pg_temp.script('', $s$create collation app.c from "C"$s$), e'-- not included: creation of collation app.c\n', 'objects without SQL are reported');
select is(pg_temp.script($s$create collation app.c from "C"$s$, ''), e'-- not included: drop of collation app.c\n', 'dropped objects without SQL are reported');
select is(pg_temp.script('', e'create table app."a\nb" (c int)'), e'CREATE TABLE app."a\nb" (\n\tc integer\n);\n', 'names may contain line breaks');
select is(pg_temp.script(e'create table app."a\nb" (c int)', ''), e'-- destroys data: table app."a b"\nDROP TABLE app."a\nb";\n', 'comments contain no line breaks of names');

-- ---- all together ----

select pg_temp.leads($s$create table app.t (a int, b text); create view app.v as select a, b from app.t;
	create rule r as on insert to app.v do instead insert into app.t values (new.a); create function app.f() returns trigger language plpgsql as 'begin return new; end';
	create trigger x instead of update on app.v for each row execute function app.f()$s$,
	$s$create table app.t (a bigint, b text); create view app.v as select a, b from app.t;
	create rule r as on insert to app.v do instead insert into app.t values (new.a); create function app.f() returns trigger language plpgsql as 'begin return new; end';
	create trigger x instead of update on app.v for each row execute function app.f()$s$, 'a recreated view with its rule and trigger');
select pg_temp.leads($s$create type app.e as enum ('a', 'b'); create type app.c as (x app.e, y app.e[]); create domain app.d as app.e check (value <> 'b');
	create table app.t (x app.e not null default 'a', y app.c, z app.d, primary key (x)); create table app.u (x app.e references app.t, w app.c[]);
	create function app.f(app.c, x app.d default 'a') returns app.e language sql immutable as 'select $1.x'; create policy p on app.t using (x = 'a');
	create index i on app.t (app.f(y)); create materialized view app.m as select x, y, app.f(y) as f from app.t$s$,
	$s$create type app.e as enum ('b', 'a', 'c'); create type app.c as (x app.e, y app.e[]); create domain app.d as app.e check (value <> 'b');
	create table app.t (x app.e not null default 'c', y app.c, z app.d, primary key (x)); create table app.u (x app.e references app.t, w app.c[]);
	create function app.f(app.c, x app.d default 'a') returns app.e language sql immutable as 'select $1.x'; create policy p on app.t using (x = 'a');
	create index i on app.t (app.f(y)); create materialized view app.m as select x, y, app.f(y) as f from app.t$s$,
	'an enum made again below all that can be made of it', $s$insert into app.t values ('a', ('a', '{b,a}'), 'a')$s$);
select pg_temp.leads($s$create table app.a (x int); create unique index u on app.a (x); create table app.b (x int references app.a (x))$s$,
	$s$create table app.a (x int, y int); create unique index u on app.a (x) include (y); create table app.b (x int references app.a (x))$s$,
	'a foreign key that needs an index');
select pg_temp.leads('create table app.t (a int, b int, primary key (a, b))', 'create table app.t (a int, b int)', 'a key goes and its columns may be null',
	'insert into app.t values (1, 2)');
select pg_temp.leads($s$create sequence app.s; create table app.t (a int default nextval('app.s')); create table app.u (a int default nextval('app.s'), b serial)$s$,
	$s$create table app.t (a int); create sequence app.s as int owned by app.t.a; create table app.u (a int default nextval('app.s'), b int)$s$, 'one sequence for two tables');
select pg_temp.leads($s$create table app."T.a""b" ("c.d" int, "select" text default '''', constraint "x.y" unique ("c.d")); create index "i.j" on app."T.a""b" ("select");
	create sequence app."s.""q" owned by app."T.a""b"."c.d"$s$, '', 'names with dots and quotes');
select pg_temp.leads($s$create table app.p (a int, b text); create table app.q (a int, c text); create table app.c (own int) inherits (app.p, app.q)$s$,
	$s$create table app.p (a int, d int default 1); create table app.q (a int, c varchar(5), d int default 1, e int not null default 2); create table app.c (own int) inherits (app.p, app.q)$s$,
	'two parents');
select pg_temp.leads($s$create table app.p (id int, k int) partition by hash (id); create table app.p1 partition of app.p for values with (modulus 1, remainder 0);
	create view app.v as select k from app.p1; create index i on app.p1 (k)$s$,
	$s$create table app.p (id int, k bigint) partition by hash (id); create table app.p1 partition of app.p for values with (modulus 1, remainder 0);
	create view app.v as select k from app.p1; create index i on app.p1 (k)$s$, 'a view on a partition whose parent is retyped');
select pg_temp.leads($s$create table app.p (id int, gone int) partition by hash (id); create table app.p1 partition of app.p for values with (modulus 1, remainder 0);
	create view app.v as select id, gone from app.p1; create index i on app.p1 (gone)$s$,
	$s$create table app.p (id int) partition by hash (id); create table app.p1 partition of app.p for values with (modulus 1, remainder 0);
	create view app.v as select id from app.p1$s$, 'a column of a partition is dropped with that of its parent');
select pg_temp.leads($s$create table app.a (id int primary key) partition by hash (id); create table app.a1 partition of app.a for values with (modulus 1, remainder 0);
	create table app.b (id int, a int references app.a) partition by hash (id); create table app.b1 partition of app.b for values with (modulus 1, remainder 0)$s$,
	$s$create table app.a (id int primary key) partition by hash (id); create table app.a1 partition of app.a for values with (modulus 1, remainder 0);
	create table app.b (id int, a int) partition by hash (id); create table app.b1 (id int, a int references app.a1)$s$, 'foreign keys between partitions');
select pg_temp.leads($s$create table app.t (id int) partition by hash (id); create table app.t1 partition of app.t for values with (modulus 1, remainder 0)$s$,
	$s$create table app.t (id int); create table app.t1 () inherits (app.t)$s$, 'partitions become children');
select pg_temp.leads($s$create table app.t (a int); create function app.f(app.t) returns int language sql immutable as 'select 1';
	create view app.v as select app.f(t) as x from app.t; create function app.g() returns setof app.v language sql begin atomic select * from app.v; end$s$,
	$s$create table app.t (a int, b text); create function app.f(app.t) returns bigint language sql immutable as 'select 1::bigint';
	create view app.v as select app.f(t) as x from app.t; create function app.g() returns setof app.v language sql begin atomic select * from app.v; end$s$,
	'functions and views of each other''s row types');
select pg_temp.leads($s$create function app.add(int, int) returns int language sql immutable as 'select $1 + $2'; create aggregate app.total(int) (sfunc = app.add, stype = int, initcond = '0');
	create table app.t (a int); create view app.v as select app.total(a) as x from app.t$s$,
	$s$create function app.add(a int, b int) returns int language sql immutable as 'select $1 + $2'; create aggregate app.total(int) (sfunc = app.add, stype = int, initcond = '0');
	create table app.t (a int); create view app.v as select app.total(a) as x from app.t$s$, 'an aggregate of a function');
select pg_temp.leads($s$create function app.add(x int, y int) returns int language sql immutable as 'select $1 + $2'; create aggregate app.total(int) (sfunc = app.add, stype = int, initcond = '0');
	create table app.t (a int); create view app.v as select app.total(a) as x from app.t$s$,
	$s$create function app.add(a int, b int) returns int language sql immutable as 'select $1 + $2'; create aggregate app.total(int) (sfunc = app.add, stype = int, initcond = '0');
	create table app.t (a int); create view app.v as select app.total(a) as x from app.t$s$, 'an aggregate of a recreated function');
select pg_temp.leads($s$create extension btree_gist schema app; create table app.t (a int, b int4range, exclude using gist (a with =, b with &&)); create index i on app.t using gist (a)$s$,
	'create table app.t (a int, b int4range)', 'an extension in constraints and indexes');
select pg_temp.leads($s$create table app.t (a text, b text collate "C"); create index i on app.t (a text_pattern_ops, b collate "POSIX" desc)$s$,
	$s$create table app.t (a varchar(5), b text); create index i on app.t (a varchar_pattern_ops, b collate "POSIX" desc)$s$, 'operator classes and collations');
select pg_temp.leads($s$create table app.t (a int); create table app.u (b int); create policy p on app.t using (exists (select from app.u where b = a));
	create rule r as on delete to app.t do also delete from app.u where b = old.a; create view app.v as select (select max(b) from app.u) as m, t.* from app.t$s$,
	$s$create table app.t (a int, x int); create table app.u (b bigint); create policy p on app.t using (exists (select from app.u where b = a));
	create rule r as on delete to app.t do also delete from app.u where b = old.a; create view app.v as select (select max(b) from app.u) as m, t.* from app.t$s$,
	'policies, rules and views on two tables');
select pg_temp.leads($s$create table app.t (a int, b int generated always as (a + 1) stored); create index i on app.t (b); create view app.v as select b from app.t; create statistics app.s on a, b from app.t$s$,
	$s$create table app.t (a int, b int generated always as (a + 2) stored); create index i on app.t (b); create view app.v as select b from app.t; create statistics app.s on a, b from app.t$s$,
	'a generated column made again with all on it', 'insert into app.t values (1)');
select pg_temp.leads('create schema one; create table one.t (a serial primary key)', 'create schema two; create table two.t (a serial primary key)', 'a schema for another');
select pg_temp.leads($s$create domain app.d as text[]; create type app.c as (a app.d); create table app.t (a app.c[], b app.d default '{x}')$s$,
	$s$create domain app.d as varchar[]; create type app.c as (a app.d); create table app.t (a app.c[], b app.d default '{x}')$s$, 'domains over arrays',
	$s$insert into app.t values (array[row('{1,2}')]::app.c[])$s$);

-- ---- wrong documents ----

select throws_ok($$select dbmigrate_diff('{"engine": "postgresql", "objects": [{"type": "column", "name": "a.b.c", "definition": "integer"}]}', '{"engine": "postgresql", "objects": []}')$$,
	'22023', 'column a.b.c of a schema document has no parent', 'a column without a table');
select throws_ok($$select dbmigrate_diff('{"engine": "postgresql", "objects": []}',
	'{"engine": "postgresql", "objects": [{"type": "table", "name": "a.b", "definition": ""}, {"type": "column", "name": "a.b.c", "parent": "a.b", "definition": "integer"}]}')$$,
	'22023', 'column a.b.c of a schema document has no type', 'a column without a type');
select lives_ok($$select dbmigrate_diff('{"engine": "postgresql", "objects": []}',
	'{"engine": "postgresql", "objects": [{"type": "table", "name": "a.b", "definition": "", "details": {"with": [1, null, {"a": 2}], "parents": 7, "x": {"y": 1}}, "depends_on": [1, "table a.b", {"z": 0}]}]}')$$,
	'empty details are refused');

select lives_ok($$select dbmigrate_diff('{"engine": "postgresql", "objects": []}', '{"engine": "postgresql", "objects": [
	{"type": "table", "name": "a.b", "definition": "", "details": {"parents": ["a.c", "a.b"]}}, {"type": "table", "name": "a.c", "definition": "", "details": {"parents": ["a.b"]}},
	{"type": "column", "name": "a.b.x", "parent": "a.b", "details": {"type": "integer", "local": false}},
	{"type": "column", "name": "a.c.x", "parent": "a.c", "details": {"type": "integer", "local": false}}]}')$$,
	'tables that inherit each other terminate the diff');
select throws_ok($$select dbmigrate_diff('{"engine": "sqlite", "objects": []}', dbmigrate_schema())$$,
	'22023', 'argument old_schema is a schema of sqlite, not of postgresql', 'a schema of another engine');

-- ---- what a migration left ----

create type app.e as enum ('a "b"', 'ü\\');
create domain app.d as text check (value <> 'x');
create table app.t (id int generated always as identity primary key, a app.e, b app.d default 'it''s', c int[] check (c[1] > 0)) partition by hash (id);
create table app.p partition of app.t for values with (modulus 1, remainder 0);
create materialized view app.m as select a, count(*) from app.t group by a;
create function app.f() returns trigger language plpgsql as $$begin return new; end$$;
create trigger g before insert on app.t for each row execute function app.f();
create index i on app.t (lower(b)) where a is not null;
select ok(dbmigrate_add('1', 'all', 'create table app.one (a int)') is not null and dbmigrate_apply() is not null, 'a migration stores the schema');
select is(dbmigrate_snapshot(), dbmigrate_schema(), 'as the document of all objects');
create table app.two (id int primary key, e app.e);
drop materialized view app.m;
select ok(dbmigrate_add('2', 'undo', dbmigrate_diff(dbmigrate_schema(), dbmigrate_snapshot()) ->> 'up') is not null
	and dbmigrate_apply() is not null, 'a diff from today''s schema to that one runs');
select is(dbmigrate_schema() ->> 'fingerprint', dbmigrate_snapshot() ->> 'fingerprint', 'and is stored in turn');
select ok(to_regclass('app.two') is null and to_regclass('app.m') is not null, 'it removes the drift');

select * from finish();
rollback;
