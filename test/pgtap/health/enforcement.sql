-- Health checks of what is declared and does not hold: disabled_triggers,
-- replica_role_default, constraints_not_enforced, duplicate_fks,
-- composite_fk_nullable, unlogged_tables.
begin;
\ir begin.psql
select no_plan();
create schema hc;
create table hc.parent (id int primary key, a int, b int, unique (a, b), unique (b, a));

-- ---- disabled_triggers ----

create function hc.f() returns trigger language plpgsql as 'begin return new; end';
create table hc.t (id int references hc.parent);
create trigger "On" before insert on hc.t for each row execute function hc.f();
alter table hc.t enable replica trigger "On";
select is(pg_temp.found('disabled_triggers'), 'nothing', 'a replica trigger is no disabled trigger');
alter table hc.t disable trigger all;
select is(pg_temp.found('disabled_triggers'), 'hc.t warning', 'disabled_triggers finds user triggers, not those of foreign keys');
select is(pg_temp.told('disabled_triggers', 'hc.t', 'message'), 'trigger "On" of hc.t is disabled', 'the message names the trigger');
select pg_temp.told('disabled_triggers', 'hc.t', 'fix_sql') as repair \gexec
select is(pg_temp.found('disabled_triggers'), 'nothing', 'fix_sql enables the trigger');
create table hc.p (id int) partition by range (id);
create table hc.p_1 partition of hc.p default;
create trigger p_on after insert on hc.p for each row execute function hc.f();
alter table hc.p disable trigger p_on;
select is(pg_temp.found('disabled_triggers', 'hc.p'), 'hc.p warning', 'a disabled trigger of a partitioned table is found on that table');
alter table hc.p enable trigger p_on;
alter table hc.p_1 disable trigger p_on;
select is(pg_temp.found('disabled_triggers'), 'hc.p_1 warning', 'a trigger disabled on one partition is found there');
drop table hc.p;

-- ---- replica_role_default ----

create role "hc ""Replica""";
alter role "hc ""Replica""" set work_mem = '4MB';
alter role "hc ""Replica""" set session_replication_role = origin;
set local session_replication_role = replica;
select is(pg_temp.found('replica_role_default', '%'), 'nothing', 'settings of a session do not count');
reset session_replication_role;
alter role "hc ""Replica""" in database postgres set session_replication_role = replica;
alter role "hc ""Replica""" set session_replication_role = replica;
select format('alter database %I set session_replication_role = local', current_database()) \gexec
select is(pg_temp.found('replica_role_default', '%'), format('database %I critical, role "hc ""Replica""" critical%s', current_database(),
		case when current_database() = 'postgres' then ', role "hc ""Replica""" critical' end),
	'replica_role_default finds roles and databases');
select is((select message from pg_temp.said('replica_role_default') where object like 'role%' limit 1),
	'role "hc ""Replica""": session_replication_role is set to replica, so neither triggers nor foreign keys are enforced', 'the message of replica_role_default has the consequence');
select fix_sql from pg_temp.said('replica_role_default') \gexec
select is(pg_temp.found('replica_role_default', '%'), 'nothing', 'fix_sql resets session_replication_role');

-- ---- constraints_not_enforced ----

create table hc.e (a int constraint old check (a > 0));
alter table hc.e add constraint late check (a < 9) not valid;
select is(pg_temp.found('constraints_not_enforced'), 'nothing', 'a NOT VALID constraint counts as enforced');
select case when current_setting('server_version_num')::int < 180000 then
	'select skip(''NOT ENFORCED came with PostgreSQL 18'', 2)'
	else $$alter table hc.e add constraint idle check (a <> 5) not enforced,
			add constraint idle_key foreign key (a) references hc.parent not enforced;
		select is(pg_temp.found('constraints_not_enforced'), 'hc.e info, hc.e info', 'constraints_not_enforced finds both');
		select is((select string_agg(fix_sql, '') from pg_temp.said('constraints_not_enforced')),
			'ALTER TABLE hc.e ALTER CONSTRAINT idle_key ENFORCED;', 'and enforces the foreign key')$$ end as test \gset
:test;

-- ---- duplicate_fks ----

create table hc.twice (a int, b int, c int, foreign key (a) references hc.parent,
	constraint twice_ab foreign key (a, b) references hc.parent (a, b),
	constraint twice_ba foreign key (b, a) references hc.parent (a, b),
	constraint twice_c foreign key (c) references hc.parent);
select is(pg_temp.found('duplicate_fks'), 'nothing', 'foreign keys on other columns are no duplicates');
alter table hc.twice add constraint z_ab foreign key (b, a) references hc.parent (b, a);
alter table hc.twice add constraint "Z c" foreign key (c) references hc.parent on delete cascade;
select results_eq($$select severity, object, message, fix_sql from pg_temp.said('duplicate_fks') order by message collate "C"$$, $$values
	('warning', 'hc.twice', 'foreign keys of hc.twice: twice_c repeats "Z c"', null),
	('warning', 'hc.twice', 'foreign keys of hc.twice: z_ab repeats twice_ab', 'ALTER TABLE hc.twice DROP CONSTRAINT z_ab;')$$,
	'duplicate_fks finds equal foreign keys and drops the redundant ones');
alter table hc.twice drop constraint "Z c";
alter table hc.twice add constraint a_c foreign key (c) references hc.parent not valid;
select is((select message from pg_temp.said('duplicate_fks') where message like '%c'), 'foreign keys of hc.twice: a_c repeats twice_c', 'of two foreign keys the valid one stays');
drop table hc.twice;
-- columns of SET NULL came with 15
select :SERVER_VERSION_NUM >= 150000 as since_15 \gset
\if :since_15
\set null_1 'set null (a)'
\set null_2 'set null (b)'
\else
\set null_1 'set null'
\set null_2 'set default'
\endif
create table hc.twice (a int, b int, c int,
	constraint c_1 foreign key (c) references hc.parent, constraint c_2 foreign key (c) references hc.parent,
	constraint null_1 foreign key (a, b) references hc.parent (a, b) on delete :null_1,
	constraint null_2 foreign key (a, b) references hc.parent (a, b) on delete :null_2);
update pg_trigger set tgenabled = 'D' where tgconstraint in (select oid from pg_constraint where conname = 'c_1');
select results_eq($$select message, fix_sql from pg_temp.said('duplicate_fks') order by message collate "C"$$, $$values
	('foreign keys of hc.twice: c_2 repeats c_1', null::text), ('foreign keys of hc.twice: null_2 repeats null_1', null)$$,
	'foreign keys with other enforcement or actions are no duplicates');
drop table hc.twice;

-- ---- composite_fk_nullable ----

create table hc.sound (a int not null, b int not null, foreign key (a, b) references hc.parent (a, b));
create table hc.full (a int, b int, foreign key (a, b) references hc.parent (a, b) match full);
create table hc.single (a int references hc.parent);
select is(pg_temp.found('composite_fk_nullable'), 'nothing', 'NOT NULL columns, MATCH FULL and single columns are no finding');
create table hc.partial (a int, "B" int, c int not null, foreign key (c, "B") references hc.parent (a, b));
select is(pg_temp.found('composite_fk_nullable'), 'hc.partial info', 'composite_fk_nullable finds one with a null column');
select is(pg_temp.told('composite_fk_nullable', 'hc.partial', 'message'),
	'hc.partial: a row is not checked by foreign key "partial_c_B_fkey" if "B" is null', 'a foreign key of several columns is named');
select is(pg_temp.told('composite_fk_nullable', 'hc.partial', 'suggestion'),
	'Declare "B" of hc.partial NOT NULL, or foreign key "partial_c_B_fkey" MATCH FULL.', 'and what is to be declared');

-- ---- unlogged_tables ----

create temporary table hc_temporary (a int);
select is(pg_temp.found('unlogged_tables', '%'), 'nothing', 'temporary tables are not unlogged');
create unlogged table hc."Fleeting" (id int primary key);
create unlogged table hc.fleeting_child (id int references hc."Fleeting");
select is(pg_temp.found('unlogged_tables'), 'hc."Fleeting" info, hc.fleeting_child info', 'unlogged_tables finds unlogged tables');
select is(pg_temp.told('unlogged_tables', 'hc.fleeting_child', 'fix_sql'), null, 'an unlogged child of an unlogged parent has no fix_sql');
select pg_temp.told('unlogged_tables', 'hc."Fleeting"', 'fix_sql') as repair \gset
drop table hc.fleeting_child;
select lives_ok(:'repair', 'fix_sql of unlogged_tables runs');
select is(pg_temp.found('unlogged_tables'), 'nothing', 'fix_sql makes the table logged');

select * from finish();
rollback;
