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
select is(pg_temp.found('autovacuum_off', '%'), 'nothing', 'a small table, other options, or on: no finding');
create table hc."Off" (a text) with (autovacuum_enabled = 'No', fillfactor = 90, toast.autovacuum_enabled = false);
update pg_class set reltuples = 10001 where oid = 'hc."Off"'::regclass;
select is(pg_temp.found('autovacuum_off', '%'), 'hc."Off" warning', 'autovacuum_off finds a table without it');
select is(pg_temp.told('autovacuum_off', 'hc."Off"', 'message'), 'hc."Off" is excluded from autovacuum', 'and says what that means');
select pg_temp.told('autovacuum_off', 'hc."Off"', 'fix_sql') as repair \gset
select is(:'repair'::text, 'ALTER TABLE hc."Off" RESET (autovacuum_enabled, toast.autovacuum_enabled);', 'the repair resets it, with TOAST');
:repair
select is(pg_temp.found('autovacuum_off', '%'), 'nothing', 'and nothing else');
select is((select reloptions::text from pg_class where oid = 'hc."Off"'::regclass), '{fillfactor=90}', 'other options stay');
set local track_counts = off;
select is(pg_temp.found('autovacuum_off', '%'), 'track_counts critical', 'without its counters none is');
reset track_counts;

-- ---- timeouts_unset ----

select is(pg_temp.found('timeouts_unset', '%'), 'idle_in_transaction_session_timeout info, lock_timeout info', 'timeouts_unset finds what nobody set');
set local lock_timeout = '1s';
select is(pg_temp.found('timeouts_unset', 'lock_timeout'), 'lock_timeout info', 'what this session sets is its own');
create role hc_timeout;
alter role hc_timeout set lock_timeout = 0;
select is(pg_temp.found('timeouts_unset', 'lock_timeout'), 'lock_timeout info', 'nought is no limit');
alter role hc_timeout set lock_timeout = '1s';
select format('alter database %I set idle_in_transaction_session_timeout = ''1h''', current_database()) \gexec
select is(pg_temp.found('timeouts_unset', '%'), 'nothing', 'set for a role, or for the database, they are set');

-- ---- extension_outdated ----

select is(pg_temp.found('extension_outdated', '%'), 'nothing', 'extensions are those of their files');
create extension pg_trgm version '1.4';
select is(pg_temp.found('extension_outdated', '%'), 'pg_trgm warning', 'extension_outdated finds an older one');
select matches(pg_temp.told('extension_outdated', 'pg_trgm', 'message'),
	'^extension pg_trgm is installed in version 1\.4, the installed files are those of 1\.[0-9]+$', 'and names both versions');
select pg_temp.told('extension_outdated', 'pg_trgm', 'fix_sql') as repair \gexec
select is(pg_temp.found('extension_outdated', '%'), 'nothing', 'the repair updates it');
update pg_extension set extversion = '99' where extname = 'pg_trgm';
select is(pg_temp.told('extension_outdated', 'pg_trgm', 'fix_sql'), null, 'one that is newer than its files is not updated');
update pg_extension set extname = 'Hc gone' where extname = 'pg_trgm';
select is(pg_temp.told('extension_outdated', '"Hc gone"', 'message'),
	'extension "Hc gone" is installed in version 99, but its files are missing', 'nor is one without files');

-- ---- memory_overcommit ----

select ok(pg_temp.found('memory_overcommit', '%') in ('nothing')
	or (select reason from pg_temp.said('memory_overcommit')) is not null, 'the memory is enough, or not known');

-- ---- checksums_disabled ----

select is(pg_temp.found('checksums_disabled', '%'), case current_setting('data_checksums') when 'off'
	then 'data_checksums info' else 'nothing' end, 'checksums_disabled says whether they are');

-- ---- pending_restart: what it finds needs a server of its own ----

select is(pg_temp.found('pending_restart', '%'), 'nothing', 'nothing waits for a restart');

select * from finish();
rollback;
