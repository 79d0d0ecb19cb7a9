-- Health checks of free space: table_bloat, index_bloat.  What they estimate
-- from some pages is held against pgstattuple, which reads all of them.
drop database if exists hc_bloat;
create database hc_bloat;
\connect hc_bloat
\ir begin.psql
create extension dblink;
create extension pgstattuple;
create role hc_guest;
create schema hc;
select no_plan();

-- What a check measures, whatever the size and however little.
create function pg_temp.measured(check_name text)
returns table (object text, value numeric)
language sql
set dbcare.bloat_min_mb = '0'
set dbcare.check_table_bloat_warning = '-1'
set dbcare.check_index_bloat_warning = '-1'
as $$
	select s.object, round(s.value::numeric, 1) from pg_temp.said(check_name) as s where s.object like '%hc.%'
$$;

-- ---- what is measured ----

create table hc.halved (id int, filler text) with (autovacuum_enabled = off);
insert into hc.halved select i, repeat('x', 50) from generate_series(1, 60000) as i;
create index halved_id on hc.halved (id);
create table hc.dead (id int, filler text) with (autovacuum_enabled = off);
insert into hc.dead select i, repeat('x', 50) from generate_series(1, 60000) as i;
delete from hc.halved where id % 2 = 0;
delete from hc.dead where id % 2 = 0;
create table hc.padded (yes bool, big bigint, no bool, bigger bigint) with (autovacuum_enabled = off);
insert into hc.padded select true, i, false, i from generate_series(1, 60000) as i;
create table hc.wide (id int, filler text) with (autovacuum_enabled = off, toast.autovacuum_enabled = off);
alter table hc.wide alter filler set storage external;
insert into hc.wide select i, repeat('x', 5000) from generate_series(1, 2000) as i;
delete from hc.wide where id % 5 < 3;
create table hc.roomy (id int, filler text) with (autovacuum_enabled = off, fillfactor = 70);
insert into hc.roomy select i, repeat('x', 50) from generate_series(1, 40000) as i;
create table hc.grown (id bigint, filler text) with (autovacuum_enabled = off);
insert into hc.grown select i, repeat('x', i % 90) from generate_series(1, 60000) as i;
create table hc.repeated (a int) with (autovacuum_enabled = off);
insert into hc.repeated select i % 100 from generate_series(1, 70000) as i;
create index repeated_a on hc.repeated (a);
create index repeated_dense on hc.repeated (a) with (fillfactor = 100);
delete from hc.repeated where a < 30;
vacuum (truncate off) hc.halved, hc.wide, hc.repeated;
analyze hc.dead, hc.padded, hc.roomy, hc.grown;

-- what pgstattuple says, without what the fill factor of hc.roomy keeps free
create view hc.truth as
	select case when c.relkind = 't' then 'the TOAST of hc.wide' else c.oid::regclass::text end as object,
		t.free_percent + t.dead_tuple_percent - case when c.relname = 'roomy' then 30 else 0 end as value
	from pg_class as c
	cross join lateral pgstattuple(c.oid) as t
	where c.relnamespace = 'hc'::regnamespace and c.relkind = 'r'
		or c.oid = (select reltoastrelid from pg_class where oid = 'hc.wide'::regclass);
select results_eq($$
		select m.object, abs(m.value - t.value) <= greatest(0.15 * t.value, 1)
		from pg_temp.measured('table_bloat') as m join hc.truth as t using (object) order by m.object collate "C"$$,
	$$values ('hc.dead', true), ('hc.grown', true), ('hc.halved', true), ('hc.padded', true), ('hc.repeated', true),
		('hc.roomy', true), ('hc.wide', true), ('the TOAST of hc.wide', true)$$,
	'the free space of tables is within 15 percent of pgstattuple');
-- pages that have left the tree count as free
select results_eq($$
		select m.object, abs(m.value - (t.leaf_pages * (100 - t.avg_leaf_density) + 100 * t.deleted_pages)
				/ (t.leaf_pages + t.deleted_pages)) <= 1.5
		from pg_temp.measured('index_bloat') as m
		cross join lateral pgstatindex(m.object) as t order by m.object collate "C"$$,
	$$values ('hc.halved_id', true), ('hc.repeated_a', true), ('hc.repeated_dense', true)$$,
	'the free space of indexes is close to pgstattuple, also with deduplication');

-- ---- what is found ----

select is(pg_temp.found('table_bloat') || ', ' || pg_temp.found('index_bloat'), 'nothing, nothing', 'small tables are no finding');
set dbcare.bloat_min_mb = '2';
select is(pg_temp.found('table_bloat'), 'hc.dead warning, hc.halved warning, hc.repeated warning',
	'table_bloat finds tables above a size');
select matches(pg_temp.told('table_bloat', 'hc.dead', 'suggestion'), 'with pg_repack or pg_squeeze, or at a quiet time',
	'its suggestion names what could be installed');
begin;
set local allow_system_table_mods = on;
insert into pg_extension select 1, 'pg_squeeze', extowner, extnamespace, false, '1' from pg_extension where extname = 'plpgsql';
select is(pg_temp.told('table_bloat', 'hc.dead', 'suggestion'),
	'Rewrite hc.dead with pg_squeeze, which is installed here and lets others read and write meanwhile.', 'or what is installed');
rollback;
set dbcare.bloat_min_mb = '0.2';
select is(pg_temp.found('table_bloat', '%TOAST%'), 'the TOAST of hc.wide critical', 'table_bloat is critical above ten times the size');
select is(pg_temp.told('table_bloat', 'the TOAST of hc.wide', 'fix_sql'), 'VACUUM (FULL, ANALYZE) hc.wide;', 'TOAST is rewritten with its table');
set dbcare.bloat_min_mb = '2';
select matches(pg_temp.told('table_bloat', 'hc.halved', 'message'),
	'^hc.halved: about (49|50|51)(\.\d)? % is free space, 2(\.\d+)? MB, plus or minus \d(\.\d+)? %$', 'the message has the size and its margin');
select is(pg_temp.found('index_bloat'), 'hc.halved_id warning', 'index_bloat finds indexes with half of their space free');
select matches(pg_temp.told('index_bloat', 'hc.halved_id', 'message'),
	'^index hc.halved_id: about 5\d(\.\d)? % is free space, \d+ kB(, plus or minus \d+(\.\d+)? %)?$', 'the message of index_bloat has the share');
set dbcare.check_index_bloat_warning = '60';
select is(pg_temp.found('index_bloat'), 'nothing', 'index_bloat has its own threshold');
reset dbcare.check_index_bloat_warning;
set dbcare.check_table_bloat_warning = '40';
set dbcare.check_table_bloat_critical = '45';
set dbcare.bloat_min_mb = '0.1';
select is(pg_temp.found('table_bloat', 'hc.%'), 'hc.dead critical, hc.halved critical, hc.wide warning',
	'both thresholds can be set');
reset dbcare.check_table_bloat_warning;
reset dbcare.check_table_bloat_critical;
set dbcare.bloat_min_mb = '2';

-- ---- whoever asks, whatever happens ----

set role hc_guest;
select is(pg_temp.found('table_bloat') || ', ' || pg_temp.found('index_bloat'),
	'hc.dead warning, hc.halved warning, hc.repeated warning, hc.halved_id warning', 'no privilege is needed');
reset role;
select dblink_connect('other', format('host=%s port=%s dbname=%s user=%s',
	split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database(), session_user));
select dblink_exec('other', 'begin; lock table hc.halved');
select is(pg_temp.found('table_bloat'), 'hc.dead warning, hc.halved skipped, hc.repeated warning', 'table_bloat does not wait for a lock');
select is(pg_temp.told('table_bloat', 'hc.halved', 'reason'), 'another session has locked the relation', 'a locked table is unknown with a reason');
select dblink_exec('other', 'rollback');
begin;
select count(*) from dbhealth_checks('{"checks": ["table_bloat"]}');
select is((select count(*) from pg_locks where pid = pg_backend_pid() and relation = 'hc.halved'::regclass), 0::bigint,
	'the check keeps no lock');
rollback;
create temporary table temporary_one (a int) with (autovacuum_enabled = off);
insert into temporary_one select generate_series(1, 100000);
delete from temporary_one;
analyze temporary_one;
select is(pg_temp.found('table_bloat', '%temporary%'), 'nothing', 'temporary tables are not checked');

select pg_temp.told('table_bloat', 'hc.halved', 'fix_sql') as repair \gexec
select is(pg_temp.found('table_bloat', '%halved'), 'nothing', 'fix_sql rewrites the table');
delete from hc.halved where id % 4 = 1;
vacuum (truncate off) hc.halved;
select is(pg_temp.found('index_bloat'), 'nothing', 'fix_sql of the table rebuilds its index');
set dbcare.bloat_min_mb = '1';
select is(pg_temp.found('index_bloat', '%halved%'), 'hc.halved_id warning', 'a sparse index is found again');
select pg_temp.told('index_bloat', 'hc.halved_id', 'fix_sql') as repair \gexec
select is(pg_temp.found('index_bloat', '%halved%'), 'nothing', 'fix_sql rebuilds the index');

select dblink_disconnect('other');
select * from finish();
drop role hc_guest;
\connect postgres
drop database hc_bloat;
