-- Health checks of constraints: missing_primary_key, disabled_ri_triggers,
-- constraints_not_validated, sequence_exhaustion.
begin;
\ir begin.psql
select no_plan();
create schema hc;

-- ---- missing_primary_key ----

create table hc.with_key (id int primary key);
create table hc.deferred_key (id int primary key deferrable);
create table hc.with_unique (a int not null, b int not null, c int, unique (a, b) include (c));
create table hc.bare (a int);
create table hc.nullable (a int not null, b int, unique (a, b));
create table hc.partly (a int not null); create unique index on hc.partly (a) where a > 0;
create table hc.computed (a int not null); create unique index on hc.computed ((a + 1));
create table hc.deferred (a int not null unique deferrable);
create table hc.plain (a int not null); create index on hc.plain (a);
create table hc."Order ""Details""" (a int);
create unlogged table hc.unlogged (a int);
create view hc.v as select 1 as a;
create table hc.parted (a int) partition by range (a);
create table hc.parted_1 partition of hc.parted for values from (0) to (10);
create table hc.parted_2 partition of hc.parted for values from (10) to (20);
create table hc.parted_key (a int primary key) partition by range (a);
create table hc.parted_key_1 partition of hc.parted_key for values from (0) to (10);
create temporary table hc_temporary (a int);
select is(pg_temp.found('missing_primary_key'),
	'hc."Order ""Details""" info, hc.bare info, hc.computed info, hc.deferred info, hc.nullable info,'
	' hc.parted info, hc.partly info, hc.plain info, hc.unlogged info',
	'missing_primary_key accepts every kind of row identity');
select is(pg_temp.found('missing_primary_key', 'pg_temp%'), 'nothing', 'missing_primary_key ignores temporary tables');
update pg_class set reltuples = 999 where oid = 'hc.bare'::regclass;
select is(pg_temp.found('missing_primary_key', 'hc.bare'), 'hc.bare info', '999 rows are an info');
update pg_class set reltuples = 1000 where oid = 'hc.bare'::regclass;
select is(pg_temp.found('missing_primary_key', 'hc.bare'), 'hc.bare warning', '1,000 rows are a warning');
update pg_class set reltuples = 600 where oid in ('hc.parted_1'::regclass, 'hc.parted_2'::regclass);
select is(pg_temp.told('missing_primary_key', 'hc.parted', 'value'), '1200', 'a partitioned table has the rows of its partitions');
select is(pg_temp.found('missing_primary_key', 'dbcare.%'), 'nothing', 'dbcare''s tables are not checked');
select exists (select from pg_available_extensions where name = 'pg_partman') as has_partman \gset
\if :has_partman
create schema partman;
create extension pg_partman schema partman;
create table hc.reading (at timestamptz not null, n int) partition by range (at);
-- the type is optional from version 5 on, and named otherwise
select case when extversion < '5' then '''native'', ''monthly''' else '''1 month''' end as partman
from pg_extension where extname = 'pg_partman' \gset
select is((select count(*) from partman.create_parent('hc.reading', 'at', :partman) as made where made), 1::bigint, 'pg_partman makes a template table');
create table partman.other (n int);
select is(pg_temp.found('missing_primary_key', 'partman.%'), 'partman.other info', 'a template table of pg_partman needs no key');
insert into partman.template_hc_reading values (now(), 1);
analyze partman.template_hc_reading;
select is(pg_temp.found('missing_primary_key', 'partman.template%'), 'partman.template_hc_reading info', 'one with rows is another table');
\endif
alter extension dbcare add table hc.bare;
select is(pg_temp.found('missing_primary_key', 'hc.bare'), 'nothing', 'members of extensions are not checked');

-- ---- disabled_ri_triggers ----

create table hc.parent (id int primary key);
create table hc.child (id int, constraint "Fk" foreign key (id) references hc.parent);
create function hc.f() returns trigger language plpgsql as 'begin return new; end';
create trigger own before insert on hc.child for each row execute function hc.f();
alter table hc.child disable trigger own;
select is(pg_temp.found('disabled_ri_triggers'), 'nothing', 'a disabled user trigger is no finding of disabled_ri_triggers');
alter table hc.child disable trigger all;
select is(pg_temp.found('disabled_ri_triggers'), 'hc.child critical', 'disabled_ri_triggers finds a disabled foreign key of a child');
select is(pg_temp.told('disabled_ri_triggers', 'hc.child', 'message'),
	'foreign key "Fk" of hc.child is not enforced: its triggers are disabled', 'the message names the foreign key');
select pg_temp.told('disabled_ri_triggers', 'hc.child', 'fix_sql') as repair \gset
select lives_ok(:'repair', 'fix_sql of disabled_ri_triggers runs');
select is(pg_temp.found('disabled_ri_triggers'), 'nothing', 'fix_sql enables the foreign key');
select is((select tgenabled::text from pg_trigger where tgname = 'own'), 'D', 'fix_sql leaves user triggers disabled');
alter table hc.parent disable trigger all;
select is(pg_temp.found('disabled_ri_triggers'), 'hc.parent critical', 'disabled_ri_triggers finds a disabled foreign key of a parent');
alter table hc.parent enable trigger all;
alter table hc.child enable replica trigger own;
select is(pg_temp.found('disabled_ri_triggers'), 'nothing', 'a replica trigger of the user is no finding');

-- ---- constraints_not_validated ----

create table hc.nv (a int constraint ok check (a > 0));
select is(pg_temp.found('constraints_not_validated'), 'nothing', 'a valid constraint is no finding');
alter table hc.nv add constraint "Late" check (a < 100) not valid;
alter table hc.nv add constraint late_key foreign key (a) references hc.parent not valid;
create domain hc.positive as int;
alter domain hc.positive add constraint above check (value > 0) not valid;
create table hc.nv_child () inherits (hc.nv);
select is(pg_temp.found('constraints_not_validated'), 'hc.nv warning, hc.nv warning, hc.positive warning',
	'constraints_not_validated finds those of tables and domains, inherited ones once');
select results_eq(
	$$select message, fix_sql from pg_temp.said('constraints_not_validated') order by message collate "C"$$,
	$$values ('constraint "Late" of hc.nv has never been validated against existing rows',
			'ALTER TABLE hc.nv VALIDATE CONSTRAINT "Late";'),
		('constraint above of hc.positive has never been validated against existing rows',
			'ALTER DOMAIN hc.positive VALIDATE CONSTRAINT above;'),
		('constraint late_key of hc.nv has never been validated against existing rows',
			'ALTER TABLE hc.nv VALIDATE CONSTRAINT late_key;')$$,
	'fix_sql validates the constraints');
alter table hc.nv validate constraint "Late", validate constraint late_key;
alter domain hc.positive validate constraint above;
select is(pg_temp.found('constraints_not_validated'), 'nothing', 'validating ends the findings');

-- ---- sequence_exhaustion ----

-- the corpus: four sequences that are hard to judge
create sequence hc.s_fed; create table hc.fed (id int default nextval('hc.s_fed'));
select setval('hc.s_fed', 2000000000);
create table hc.widened (id serial); alter table hc.widened alter id type bigint;
select setval('hc.widened_id_seq', 2000000000);
create sequence hc.s_down increment -1 minvalue -100 maxvalue -1;
select setval('hc.s_down', -95);
create sequence hc.s_round maxvalue 100 cycle;
select setval('hc.s_round', 99);
select is((select string_agg(format('%s %s %s', object, severity, round(value)), ', ' order by object collate "C")
		from pg_temp.said('sequence_exhaustion') where object like 'hc.%'),
	'hc.s_down critical 95, hc.s_fed critical 93, hc.widened_id_seq critical 93',
	'sequence_exhaustion judges all four sequences');
select is(pg_temp.told('sequence_exhaustion', 'hc.s_fed', 'message'),
	'sequence hc.s_fed has used 93.1 % of its values; the limit is 2147483647, that of column id of hc.fed',
	'the message names the narrow column');

-- repairs
select pg_temp.told('sequence_exhaustion', object, 'fix_sql') as repair
from unnest(array['hc.s_fed', 'hc.widened_id_seq', 'hc.s_down']) as object \gexec
select is(pg_temp.found('sequence_exhaustion'), 'nothing', 'fix_sql ends the findings of sequence_exhaustion');

-- thresholds, and how far a sequence has come
create table hc.serial (id smallserial);
select is(pg_temp.found('sequence_exhaustion'), 'nothing', 'a sequence that was never used is no finding');
select setval('hc.serial_id_seq', 24574);
select is(pg_temp.found('sequence_exhaustion'), 'nothing', 'a sequence below 75 percent is no finding');
select setval('hc.serial_id_seq', 24577);
select is(pg_temp.found('sequence_exhaustion'), 'hc.serial_id_seq warning', 'a sequence above 75 percent is a warning');
select setval('hc.serial_id_seq', 29500);
select is(pg_temp.found('sequence_exhaustion'), 'hc.serial_id_seq critical', 'a sequence above 90 percent is critical');
update pg_class set relpages = 12801 where oid = 'hc.serial'::regclass;
select is(pg_temp.told('sequence_exhaustion', 'hc.serial_id_seq', 'fix_sql'), null, 'a table that takes long to rewrite has no fix_sql');
select matches(pg_temp.told('sequence_exhaustion', 'hc.serial_id_seq', 'suggestion'), 'dbmigrate_lint\(\) writes the steps',
	'but steps without a rewrite');
update pg_class set relpages = 1 where oid = 'hc.serial'::regclass;
select pg_temp.told('sequence_exhaustion', 'hc.serial_id_seq', 'fix_sql') as repair \gexec
select is(pg_temp.found('sequence_exhaustion'), 'nothing', 'widening column and sequence ends the finding');
create table hc."Id" ("Id" smallint generated always as identity);
select setval('hc."Id_Id_seq"', 32000);
select is(pg_temp.found('sequence_exhaustion'), 'hc."Id_Id_seq" critical', 'sequences of identity columns are checked');
select pg_temp.told('sequence_exhaustion', 'hc."Id_Id_seq"', 'fix_sql') as repair \gexec
select is(pg_temp.found('sequence_exhaustion'), 'nothing', 'fix_sql widens an identity column');
create sequence hc.whole minvalue -9223372036854775808 start 1;
select is(pg_temp.found('sequence_exhaustion'), 'nothing', 'the full bigint range is no finding');
select setval('hc.whole', 9223372036854775807);
select is(pg_temp.told('sequence_exhaustion', 'hc.whole', 'value'), '100', 'the last value of a bigint sequence is 100 percent');
select is(pg_temp.told('sequence_exhaustion', 'hc.whole', 'fix_sql'), null, 'a bigint sequence has no fix_sql');
create domain hc.number as int;
create sequence hc.s_domain; create table hc.domain (id hc.number default nextval('hc.s_domain'));
select setval('hc.s_domain', 2100000000);
select is(pg_temp.told('sequence_exhaustion', 'hc.s_domain', 'severity'), 'critical', 'a domain counts as its base type');
select is(pg_temp.told('sequence_exhaustion', 'hc.s_domain', 'fix_sql'), null, 'a domain has no fix_sql');

-- ends of columns that a sequence begins beyond are not its own
create sequence hc.s_late minvalue 32767; create table hc.late (id int default nextval('hc.s_late'));
create sequence hc.s_later minvalue 3000000000 maxvalue 4000000000;
create sequence hc.s_deep increment -1 minvalue -2000000 maxvalue -32768;
select setval('hc.s_late', 1800000000), setval('hc.s_later', 3800000000), setval('hc.s_deep', -1600000);
select is((select string_agg(format('%s %s', object, round(value)), ', ' order by object collate "C")
		from pg_temp.said('sequence_exhaustion') where object like 'hc.s_%e%'),
	'hc.s_deep 80, hc.s_late 84, hc.s_later 80', 'a sequence may start beyond the range of smaller columns');

-- many of them, of which none stays locked
create sequence hc.far;
select setval('hc.far', 9000000000000000000);
do $$
begin
	for i in 1 .. 500 loop
		execute format('create sequence hc.near_%s maxvalue 10', i);
	end loop;
end $$;
select is(pg_temp.found('sequence_exhaustion', 'hc.far'), 'hc.far critical', 'the last of many sequences is found');
select setval('hc.far', 1);
select is(pg_temp.found('sequence_exhaustion', 'hc.far'), 'nothing', 'the last of many sequences has a severity');

select * from finish();
rollback;
