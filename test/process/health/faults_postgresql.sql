-- The faults of PostgreSQL for fix_sql.sh, which also says what a title means.
-- Other sessions are connections of dblink.

-- ---- archive_triggers ----
create table t (id int primary key);
select dbarchive_enable('t', '{"mode": "trash"}');
alter table t disable trigger dbcare_trash;

-- ---- audit_triggers ----
create table t (id int primary key, a text);
select dbaudit_enable('t');
alter table t disable trigger dbcare_audit;

-- ---- audit_unsealed ----
create table t (id int primary key);
select dbaudit_enable('t');
insert into t values (1);
select dbaudit_seal();
insert into t values (2);
update dbcare.audit_entry set logged_at = now() - interval '30 hours' where row_key = '2';

-- ---- autovacuum_off ----
create table t (id integer) with (autovacuum_enabled = off);
insert into t select generate_series(1, 10001);
analyze t;

-- ---- blocked_sessions ----
create table t (id integer);
select dbcare_set('check_blocked_sessions_warning', 0);
select dblink_connect(name, format('host=%s dbname=faulty', split_part(current_setting('unix_socket_directories'), ',', 1)))
from unnest(array['holder', 'waiting']) as name;
select dblink_exec('holder', 'begin; lock table t');
select dblink_send_query('waiting', 'select from t');
do 'begin loop exit when exists (select from pg_locks where not granted); end loop; end';

-- ---- collation_version_mismatch ----
create collation de (provider = icu, locale = 'de');
create table t (a text collate de);
create unique index "the index" on t (a);
alter table t add exclude using btree (a with =);
update pg_collation set collversion = '1' where collname = 'de';

-- ---- constraints_not_enforced, from 18 ----
create table p (id integer primary key);
create table c (p integer references p not enforced);

-- ---- constraints_not_validated ----
create table p (id integer primary key);
create table c (p integer);
alter table c add foreign key (p) references p not valid;
create domain d as integer;
create table of_d (d d);
alter domain d add check (value > 0) not valid;

-- ---- data_rules_failed ----
create table t (id integer primary key, a integer);
insert into t values (1, -1);
select dbcheck_rule_add('positive', 't', 'a > 0', '{"repair_sql": "a = abs(a)"}');

-- ---- disabled_ri_triggers ----
create table p (id integer primary key);
create table c (p integer references p);
alter table c disable trigger all;

-- ---- disabled_triggers ----
create table t (id integer);
create trigger "the trigger" before update on t for each row execute function suppress_redundant_updates_trigger();
alter table t disable trigger user;

-- ---- duplicate_fks ----
create table p (id integer primary key);
create table c (p integer references p references p);

-- ---- duplicate_indexes ----
create table t (a integer, b integer);
create index one on t (a, b);
create index "the ""second" on t (a, b);

-- ---- durability_settings ----
alter system set synchronous_commit = off;
select pg_reload_conf();
select pg_sleep(0.1);

-- ---- extension_outdated ----
create extension pg_stat_statements version '1.8';

-- ---- fk_type_mismatch ----
create table p (id bigint primary key);
create table c (p integer references p);

-- ---- heap_structure, not installed ----

-- ---- implied_fk_missing ----
create table customers (id integer primary key);
create table orders (id integer primary key, customer_id integer);

-- ---- index_bloat ----
select dbcare_set('bloat_min_mb', 1);
create table t (a integer);
insert into t select generate_series(1, 200000);
create index i on t (a);
delete from t where a % 10 > 0;
vacuum t;

-- ---- insert_only_unvacuumed ----
create table t (a integer);
insert into t select generate_series(1, 110000);
:flush

-- ---- integrity_index_match, not installed ----

-- ---- integrity_structure, not installed ----

-- ---- integrity_index_match ----
create extension amcheck;
create table t (a integer);
insert into t select generate_series(1, 1000);
create index whole on t (a);
create index part on t (a) where a > 500;
update pg_class set relfilenode = (select relfilenode from pg_class where relname = 'part') where relname = 'whole';

-- ---- integrity_structure ----
create extension amcheck;
create function compare(int, int) returns int language plpgsql immutable as 'begin return btint4cmp($1, $2); end';
create operator class fickle for type int using btree as operator 1 <, operator 2 <=, operator 3 =,
	operator 4 >=, operator 5 >, function 1 compare(int, int);
create table t (a integer);
insert into t select generate_series(1, 1000);
create index i on t (a fickle);
create or replace function compare(int, int) returns int language plpgsql immutable as 'begin return btint4cmp($2, $1); end';

-- ---- integrity_structure, of an exclusion constraint ----
create extension amcheck;
create function compare(int, int) returns int language plpgsql immutable as 'begin return btint4cmp($1, $2); end';
create operator class fickle for type int using btree as operator 1 <, operator 2 <=, operator 3 =,
	operator 4 >=, operator 5 >, function 1 compare(int, int);
create table t (a integer, exclude using btree (a fickle with =));
insert into t select generate_series(1, 1000);
create or replace function compare(int, int) returns int language plpgsql immutable as 'begin return btint4cmp($2, $1); end';

-- ---- invalid_indexes ----
\set ON_ERROR_STOP off
create table t (a integer);
insert into t values (0);
create index concurrently i on t ((1 / a));
update t set a = 1;

-- ---- invalid_indexes, another is equal ----
\set ON_ERROR_STOP off
create table t (a integer);
insert into t values (1), (1);
create unique index concurrently i on t (a);
delete from t;
create unique index j on t (a);

-- ---- invalid_indexes, over duplicate keys ----
\set ON_ERROR_STOP off
create table t (a integer);
insert into t values (1), (1);
create unique index concurrently i on t (a);

-- ---- invalid_indexes, left by REINDEX ----
\set ON_ERROR_STOP off
create table t (a integer);
insert into t values (1), (1);
create unique index concurrently i on t (a);
reindex index concurrently i;

-- ---- long_running_tx ----
select dbcare_set('check_long_running_tx_warning', 0);
select dblink_connect('holder', format('host=%s dbname=faulty', split_part(current_setting('unix_socket_directories'), ',', 1)));
select dblink_exec('holder', 'begin');

-- ---- missing_fk_index ----
create table p (id integer primary key);
create table "a child" (id integer primary key, "its parent" integer references p);

-- ---- mxid_wraparound ----
create table t (a integer);
insert into t values (0);
do $$
begin
	for i in 1..300 loop
		perform from t for key share;
		begin
			update t set a = a + 1;
		exception when division_by_zero then null;
		end;
		commit;
	end loop;
end $$;
select dbcare_set('check_mxid_wraparound_warning', 0.000005);

-- ---- orphaned_rows ----
create table p (id integer primary key);
create table "a child" (id integer primary key, p integer references p);
set session_replication_role = replica;
insert into "a child" values (1, 7);
set session_replication_role = origin;

-- ---- pk_int_headroom ----
create table t (id integer primary key);
insert into t values (2000000000);

-- ---- prepared_xacts ----
select dbcare_set('check_prepared_xacts_warning', 0);
begin;
create table t (id integer);
prepare transaction 'it''s prepared';

-- ---- public_schema_create ----
grant create on schema public to public;

-- ---- redundant_indexes ----
create table t (a integer, b integer);
create index short on t (a);
create index long on t (a, b);

-- ---- replica_role_default ----
create role replicating;
alter role replicating set session_replication_role = replica;
alter database faulty set session_replication_role = replica;

-- ---- replication_slots ----
-- one that is in use may be inactive for ten minutes from 17 on
select pg_create_physical_replication_slot('it');

-- ---- rls_gaps ----
create table t (id integer);
create policy p on t using (id > 0);

-- ---- secdef_search_path ----
create function "the function"(integer, text[]) returns integer language plpgsql security definer as 'begin return 1; end';

-- ---- sequence_behind_data ----
create table t (id serial primary key);
insert into t values (7);

-- ---- sequence_exhaustion ----
create table t (id smallserial primary key);
select setval('t_id_seq', 32000);

-- ---- slow_queries, not installed ----

-- ---- stats_stale ----
create table t (a integer);
insert into t select generate_series(1, 20000);
:flush

-- ---- table_bloat ----
select dbcare_set('bloat_min_mb', 1);
create table t (a integer, b text) with (autovacuum_enabled = off);
insert into t select n, repeat('x', 100) from generate_series(1, 50000) as n;
delete from t where a % 10 > 0;
analyze t;

-- ---- unlogged_tables ----
create unlogged table t (a integer);

-- ---- unused_indexes ----
set allow_system_table_mods = on;
select 'create or replace view pg_catalog.pg_stat_database as ' || regexp_replace(
	pg_get_viewdef('pg_catalog.pg_stat_database'::regclass),
	'pg_stat_get_db_stat_reset_time\([^)]*\)', 'now() - interval ''40 days''') \gexec
create table t (a integer);
insert into t select generate_series(1, 100000);
create index i on t (a);
do 'begin for i in 1..10 loop perform from t limit 1; end loop; end';
:flush

-- ---- vacuum_overdue ----
create table t (a integer);
insert into t select generate_series(1, 1000);
analyze t;
delete from t;
:flush

-- ---- visibility_map, not installed ----

-- ---- visibility_map ----
create extension pg_visibility;
create table frozen (a integer);
insert into frozen select generate_series(1, 1000);
vacuum freeze frozen;
create table t (a integer);
insert into t select generate_series(1, 1000);
checkpoint;
-- the rows of t with the visibility map of the other table
select format('cd %s && cp -p %s %s && cp -p %s_vm %3$s_vm', current_setting('data_directory'),
	pg_relation_filepath('t'), regexp_replace(pg_relation_filepath('t'), '\d+$', '99999'),
	pg_relation_filepath('frozen')) as copy \gset
\setenv COPY :copy
\! sh -c "$COPY"
update pg_class set relfilenode = 99999 where oid = 't'::regclass;

-- ---- xid_wraparound ----
do 'begin for i in 1..500 loop perform txid_current(); commit; end loop; end';
select dbcare_set('check_xid_wraparound_warning', 0.00001);

-- ---- xmin_horizon_held ----
select dbcare_set('check_xmin_horizon_held_warning', 50);
select dblink_connect('holder', format('host=%s dbname=faulty', split_part(current_setting('unix_socket_directories'), ',', 1)));
select dblink_exec('holder', 'begin isolation level repeatable read');
select * from dblink('holder', 'select txid_current()') as r (r bigint);
do 'begin for i in 1..100 loop perform txid_current(); commit; end loop; end';

-- ---- subscription_errors ----
-- last, since a database with a subscription cannot be dropped
select dblink_connect('publisher', format('host=%s dbname=base', split_part(current_setting('unix_socket_directories'), ',', 1)));
select dblink_exec('publisher', 'drop publication if exists p; create publication p');
select dblink_connect('slot', format('host=%s dbname=base', split_part(current_setting('unix_socket_directories'), ',', 1)));
select * from dblink('slot', 'select pg_create_logical_replication_slot(''s'', ''pgoutput'')') as r (r text);
select format('create subscription s connection ''host=%s dbname=base'' publication p with (create_slot = false, slot_name = ''s'', enabled = false)',
	split_part(current_setting('unix_socket_directories'), ',', 1)) \gexec
