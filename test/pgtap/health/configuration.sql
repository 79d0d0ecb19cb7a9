-- Health checks of settings: autovacuum_off, timeouts_unset, extension_outdated,
-- memory_overcommit, checksums_disabled, pending_restart.
begin;
\ir begin.psql
select no_plan();
create schema hc;

-- ---- autovacuum_off ----

create table hc.small (a int) with (autovacuum_enabled = off);
create table hc.other (a int) with (fillfactor = 90, autovacuum_vacuum_threshold = 0);
create table hc.enabled (a int) with (autovacuum_enabled = on);
update pg_class set reltuples = 20000 where oid in ('hc.other'::regclass, 'hc.enabled'::regclass);
update pg_class set reltuples = 10000 where oid = 'hc.small'::regclass;
select is(pg_temp.found('autovacuum_off', '%'), 'nothing', 'small tables and enabled autovacuum are no findings');
create table hc."Off" (a text) with (autovacuum_enabled = 'No', fillfactor = 90, toast.autovacuum_enabled = false);
update pg_class set reltuples = 10001 where oid = 'hc."Off"'::regclass;
select is(pg_temp.found('autovacuum_off', '%'), 'hc."Off" warning', 'autovacuum_off finds a table with autovacuum disabled');
select is(pg_temp.told('autovacuum_off', 'hc."Off"', 'message'), 'hc."Off" is excluded from autovacuum', 'the message of autovacuum_off has the consequence');
select pg_temp.told('autovacuum_off', 'hc."Off"', 'fix_sql') as repair \gset
select is(:'repair'::text, 'ALTER TABLE hc."Off" RESET (autovacuum_enabled, toast.autovacuum_enabled);', 'fix_sql resets autovacuum of the table and its TOAST table');
:repair
select is(pg_temp.found('autovacuum_off', '%'), 'nothing', 'fix_sql ends the finding of autovacuum_off');
select is((select reloptions::text from pg_class where oid = 'hc."Off"'::regclass), '{fillfactor=90}', 'fix_sql keeps other storage options');
set local track_counts = off;
select is(pg_temp.found('autovacuum_off', '%'), 'track_counts critical', 'without track_counts no table is vacuumed');
reset track_counts;

-- ---- timeouts_unset ----

select is(pg_temp.found('timeouts_unset', '%'), 'idle_in_transaction_session_timeout info, lock_timeout info', 'timeouts_unset finds unset timeouts');
set local lock_timeout = '1s';
select is(pg_temp.found('timeouts_unset', 'lock_timeout'), 'lock_timeout info', 'settings of the session do not count');
create role hc_timeout;
alter role hc_timeout set lock_timeout = 0;
select is(pg_temp.found('timeouts_unset', 'lock_timeout'), 'lock_timeout info', 'a timeout of 0 counts as unset');
alter role hc_timeout set lock_timeout = '1s';
select format('alter database %I set idle_in_transaction_session_timeout = ''1h''', current_database()) \gexec
select is(pg_temp.found('timeouts_unset', '%'), 'nothing', 'timeouts of a role or database count as set');

-- ---- extension_outdated ----

select is(pg_temp.found('extension_outdated', '%'), 'nothing', 'extensions with the version of their files are no finding');
create extension pg_trgm version '1.4';
select is(pg_temp.found('extension_outdated', '%'), 'pg_trgm warning', 'extension_outdated finds an older version');
select matches(pg_temp.told('extension_outdated', 'pg_trgm', 'message'),
	'^extension pg_trgm is installed in version 1\.4, the installed files are those of 1\.[0-9]+$', 'the message of extension_outdated has both versions');
select pg_temp.told('extension_outdated', 'pg_trgm', 'fix_sql') as repair \gexec
select is(pg_temp.found('extension_outdated', '%'), 'nothing', 'fix_sql updates the extension');
update pg_extension set extversion = '99' where extname = 'pg_trgm';
select is(pg_temp.told('extension_outdated', 'pg_trgm', 'fix_sql'), null, 'an extension newer than its files is no finding');
update pg_extension set extname = 'Hc gone' where extname = 'pg_trgm';
select is(pg_temp.told('extension_outdated', '"Hc gone"', 'message'),
	'extension "Hc gone" is installed in version 99, but its files are missing', 'an extension without files is no finding');

-- ---- memory_overcommit ----

select ok(pg_temp.found('memory_overcommit', '%') in ('nothing')
	or (select reason from pg_temp.said('memory_overcommit')) is not null, 'memory settings that fit or are unknown are no finding');

-- ---- checksums_disabled ----

select is(pg_temp.found('checksums_disabled', '%'), case current_setting('data_checksums') when 'off'
	then 'data_checksums info' else 'nothing' end, 'checksums_disabled agrees with data_checksums');

-- ---- pending_restart: what it finds needs a server of its own ----

select is(pg_temp.found('pending_restart', '%'), 'nothing', 'pending_restart finds nothing');

-- ---- memory_settings ----

select is(pg_temp.found('memory_settings', '%'), 'nothing', 'a small database needs no settings of its own');
set local dbcare.check_memory_settings_warning = '0';
set local random_page_cost = 1.1;
set local effective_cache_size = '1MB';
select matches(pg_temp.told('memory_settings', 'effective_cache_size', 'message'),
	'^effective_cache_size is 1 MB, of [0-9.]+ [GT]B of memory:', 'a planner that does not know of the cache is told');
select matches(pg_temp.told('memory_settings', 'effective_cache_size', 'suggestion'),
	'^Run ALTER SYSTEM SET effective_cache_size = ''[0-9]+ MB'', then', 'with the value to set');
set local effective_cache_size = '1TB';
set local random_page_cost = 4;
select is(pg_temp.told('memory_settings', 'random_page_cost', 'message'),
	'random_page_cost is 4, as for a disk that rotates: the planner avoids indexes', 'and a cost of disks that rotate');
reset random_page_cost;
reset effective_cache_size;
reset dbcare.check_memory_settings_warning;

select * from finish();
rollback;
