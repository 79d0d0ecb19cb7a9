-- dbmigrate_lint on PostgreSQL: what a name in a script means.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

create schema lint;
set search_path = lint, public;

-- what is found in a script: "rule statement", or nothing
create function found(script text) returns text language sql as $$
	select coalesce(string_agg(rule || ' ' || statement_no, ', '), 'nothing') from dbmigrate_lint(script) $$;

-- indexes without a name get the one PostgreSQL will choose
select is(found('create table a (b int, c text);
	create index on a (b, c);
	create index on a (lower(c));
	create index on a ((b + 1));
	drop index a_b_c_idx, a_lower_idx, a_expr_idx;'), 'nothing', 'an unnamed index gets the name of its columns');
select is(found('create table a (b int); create index on a (b); create index on a (b);
	drop index a_b_idx, a_b_idx1;'), 'nothing', 'a second unnamed index gets a number');
select is(found('create table a (b int); create index on a (b); drop index a_b_idx;
	create index on a (b); drop index a_b_idx1;'), 'drop-index-not-concurrent 5', 'a free name needs no number');
select is(found('create table a (b int); create index on a (b); create index on a (b); create index on a (b);
	drop index a_b_idx2;'), 'nothing', 'the numbers go on');
create table there (b int);
create index on there (b);
insert into there values (1);
select alike((select message from dbmigrate_lint('create index on there (b); drop index there_b_idx1;')
	where statement_no = 2), '%writes of there (%', 'a name in the catalog is not free');
select is(found('drop index there_b_idx; create table other (b int); create index there_b_idx on other (b);
	drop index there_b_idx;'), 'drop-index-not-concurrent 1', 'a dropped name is free');

-- a name that a script gives to something else means that, with its schema and without
select is(found('create table a (b int, c text); alter table a rename to old; drop table old;'), 'nothing', 'a renamed object belongs to the script');
select is((select string_agg(rule || ' ' || message, ' | ') from dbmigrate_lint('{
	"1_a.sql": "create table t (a int); create table lint.u (a int)",
	"2_b.sql": "drop table if exists t_old; alter table t rename to t_old; create table t (a int); insert into t select a from t_old; drop table t_old; alter table u rename to u_old; create table lint.u (a int); create index on u (a);",
	"3_c.sql": "create index i on t (a); create index j on lint.u (a)"}') where file like '3%'),
	'index-not-concurrent building index i blocks writes to t | ' ||
	'index-not-concurrent building index j blocks writes to lint.u', 'the new table has the name');
select is(found('alter table there rename to there_old; create table there (b int); insert into there select b from there_old; drop table there_old'),
	'nothing', 'a recreated table is neither dropped nor renamed');
select is(found('alter table there rename to there_old; insert into there_old values (1)'), 'rename-table 1', 'a renamed table is reported');

-- ---- suggestions ----

-- what is suggested instead of a statement, by a rule
create function suggested(script text, named text) returns text language sql as $$
	select string_agg(suggestion, ' | ') from dbmigrate_lint(script) where rule = named $$;

select is(suggested('create index if not exists i on there (b)', 'index-not-concurrent'),
	E'-- a separate migration, outside a transaction\ncreate index CONCURRENTLY i on there (b);', 'a suggested index build has no IF NOT EXISTS');
select is(suggested('drop index if exists there_b_idx', 'drop-index-not-concurrent'),
	E'-- a separate migration, outside a transaction\ndrop index CONCURRENTLY if exists there_b_idx;', 'a suggested index drop keeps IF EXISTS');
create table kept (id int primary key, a int not null, b int);
insert into kept values (1, 1, 1);
select alike(suggested('alter table kept drop column a', 'drop-column'), '%ALTER COLUMN a DROP NOT NULL;%', 'a dropped column may be made nullable first');
select unalike(suggested('alter table kept drop column b', 'drop-column'), '%NOT NULL%', 'a nullable column needs no such step');
select unalike(suggested('alter table kept drop column id', 'drop-column'), '%NOT NULL%', 'a primary key column is not made nullable first');
select alike(suggested('alter table kept drop constraint kept_pkey; alter table kept add constraint kept_pkey primary key (a)', 'unique-constraint-direct'),
	'%CREATE UNIQUE INDEX CONCURRENTLY kept_a_new ON kept (a);%ALTER TABLE kept DROP CONSTRAINT kept_pkey, ADD CONSTRAINT kept_pkey PRIMARY KEY USING INDEX kept_a_new;',
	'a replaced key gets an index with another name');
select alike(suggested('alter table kept drop constraint other; alter table kept add constraint k unique (a)', 'unique-constraint-direct'),
	'%CREATE UNIQUE INDEX CONCURRENTLY k ON kept (a);%ALTER TABLE kept ADD CONSTRAINT k UNIQUE USING INDEX k;', 'a new key has its own name');

create table bare (a int, b text);
insert into bare values (1, '2');
select is(suggested('update bare set b = ''3''', 'update-no-where'),
	'-- update the rows in batches; dbmigrate_backfill() needs a primary key, and the table has none', 'a table without a key is not backfilled');
select alike(suggested('update kept set b = 3', 'update-no-where'), 'CALL dbmigrate_backfill(''kept'', %', 'a table with a key is backfilled');
select alike(suggested('alter table bare add primary key (a); update bare set b = ''3''', 'backfill-in-ddl-txn'), '%CALL dbmigrate_backfill(''bare'', %', 'a table that gets a key is backfilled');
select is(suggested('create table parent (a int, b int, primary key (a, b)); create table child (a int, b int, foreign key (a, b) references parent)', 'fk-without-index'),
	'CREATE INDEX child_a_b_idx ON child (a, b);', 'the index of a key has the name of all its columns');
-- MERGE came with PostgreSQL 15
select is(case when current_setting('server_version_num')::int >= 150000 then
	suggested('alter table kept add column c int; merge into kept using bare on kept.id = bare.a when matched then update set c = 1', 'backfill-in-ddl-txn')
	else 'Change the rows in a separate migration, in batches.' end,
	'Change the rows in a separate migration, in batches.', 'MERGE is not backfilled');

-- a table that is moved to where it is stays what it was
select alike((select message from dbmigrate_lint('alter table lint.there set schema lint; create index on lint.there (b)')
	where rule = 'index-not-concurrent'), '% to lint.there (%', 'SET SCHEMA may change nothing');

select * from finish();
rollback;
