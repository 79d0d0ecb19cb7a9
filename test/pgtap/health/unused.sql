-- The health check unused_indexes.  Uses of an index show once a transaction has
-- ended, and the statistics must look as if they had been gathered for long:
-- hence a database of its own.
set client_min_messages = warning;
drop database if exists hc_unused;
create database hc_unused;
\connect hc_unused
\ir begin.psql
select no_plan();
create schema hc;

-- as if the statistics had been reset 40 days ago
set allow_system_table_mods = on;
select 'create or replace view pg_catalog.pg_stat_database as ' || regexp_replace(
	pg_get_viewdef('pg_catalog.pg_stat_database'::regclass),
	'pg_stat_get_db_stat_reset_time\([^)]*\)', 'now() - interval ''40 days''') \gexec
reset allow_system_table_mods;
create table hc.u (id int primary key, a int, b int, c int, d int);
insert into hc.u select i, i, i, i, i from generate_series(1, 100) as i;
create table hc.u_unread (a int); insert into hc.u_unread values (1);
create index on hc.u_unread (a);
create table hc.u_child (id int references hc.u); create index on hc.u_child (id);
create table hc.u_small (a int); create index on hc.u_small (a);
create index u_idle on hc.u (a);
create index u_used on hc.u (b);
create unique index u_unique on hc.u (c);
create index u_expression on hc.u ((a + b));
:flush
set enable_seqscan = off;
select count(*) from hc.u where b = 7;
reset enable_seqscan;
do $$
begin
	for i in 1 .. 10 loop
		perform from hc.u;
		perform from hc.u_child;
		perform from hc.u_small;
	end loop;
end $$;
:flush
update pg_class set relpages = 300 where oid in ('hc.u_idle'::regclass, 'hc.u_used'::regclass,
	'hc.u_expression'::regclass, 'hc.u_unique'::regclass, 'hc.u_child_id_idx'::regclass, 'hc.u_unread_a_idx'::regclass);
select is(pg_temp.found('unused_indexes'), 'hc.u_idle info', 'unused_indexes finds an index without scans or purpose');
select is(pg_temp.told('unused_indexes', 'hc.u_idle', 'message'), 'index hc.u_idle has not been used by any query for 40 days', 'the message has the length of the window');
select is(pg_temp.told('unused_indexes', 'hc.u_idle', 'fix_sql'), 'DROP INDEX CONCURRENTLY hc.u_idle;', 'fix_sql drops the unused index');
update pg_class set relpages = 3000 where oid = 'hc.u_idle'::regclass;
select is(pg_temp.found('unused_indexes'), 'hc.u_idle warning', 'a large share of the database is a warning');
select pg_create_physical_replication_slot('hc_standby');
select is(pg_temp.told('unused_indexes', 'hc.u_idle', 'fix_sql'), null, 'with standbys the suggestion mentions their queries');
select pg_drop_replication_slot('hc_standby');

select * from finish();
\connect postgres
drop database hc_unused;
