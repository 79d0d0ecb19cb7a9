#!/bin/bash
# Health checks of what needs a separate server: settings that risk
# the data, slots that are used or lost, damaged files, a standby.  PostgreSQL
# alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# the server warns of damage as well
export PGOPTIONS='-c client_min_messages=error'

# said CHECK [SQL]: "severity object: message" of its findings, after SQL.
said()
{
	postgresql sick <<-END
		${2-}
		select severity || coalesce(' ' || object, '') || ': ' || coalesce(reason, message)
		from dbhealth_checks('{"checks": ["$1"]}')
		order by object collate "C";
	END
}

# repair CHECK: runs what it says repairs, as it prints it.
repair()
{
	postgresql sick >"$tmp/repair" <<-END
		select distinct fix_sql from dbhealth_checks('{"checks": ["$1"]}')
		where fix_sql is not null;
	END
	postgresql sick <"$tmp/repair" >"$tmp/repaired"
}

# until SQL: waits until it is true.
until_true()
{
	local until=$((SECONDS + 60))

	until [ "$(postgresql sick <<<"$1")" = t ]; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.05
	done
}

# ---- settings ----

start_server server full_page_writes=off synchronous_commit=off \
	shared_preload_libraries="''" max_slot_wal_keep_size=1MB
postgresql_new sick
postgresql sick <<<'create role hc_guest;'
findings="critical fsync: fsync is off
critical full_page_writes: full_page_writes is off
info synchronous_commit: synchronous_commit is off"
is "$(said durability_settings)" "$findings" 'settings that risk the data are found'
is "$(said durability_settings 'set role hc_guest;')" "$findings" 'every role sees these settings'
is "$(postgresql sick <<<"select dbhealth_status('{\"checks\": [\"durability_settings\"]}');")" \
	critical 'the database is not healthy with them'
repair durability_settings
until_true "select current_setting('fsync') = 'on'" || true
is "$(said durability_settings)" 'ok: nothing found' 'fix_sql sets safe values'
postgresql sick <<<'alter system reset all; select pg_reload_conf();' >"$tmp/reset"

# ---- locks ----

postgresql sick <<-'END'
	create table parent (id integer primary key);
	create table child (parent_id integer references parent);
END
is "$(postgresql sick <<-'END'
	begin;
	select severity from dbhealth_checks('{"checks": ["orphaned_rows"]}');
	select count(*) from pg_locks as l join pg_class as c on c.oid = l.relation
	where l.pid = pg_backend_pid() and c.relname in ('parent', 'child');
END
)" "$(printf 'ok\n0')" 'a check keeps no locks'
postgresql sick <<<'drop table child, parent;'

postgresql sick <<<'create extension pg_stat_statements;'
is "$(said slow_queries)" \
	'not_applicable: pg_stat_statements is not among shared_preload_libraries' \
	'slow_queries says that its extension was not loaded'

# ---- slots ----

mkdir "$tmp/received"
pg_receivewal --slot hc_slot --create-slot
pg_receivewal --slot hc_slot --directory "$tmp/received" --no-loop 2>"$tmp/receiver" &
receiver=$!
until_true "select active and restart_lsn is not null from pg_replication_slots"
is "$(said replication_slots)" 'ok: nothing found' 'a slot in use is no finding'
like "$(said replication_slots 'set dbcare.check_replication_slots_warning = 0;')" \
	'^warning hc_slot: replication slot hc_slot: in use(; keeps [0-9.]+ [kMG]?B of WAL)?$' \
	'unless it keeps more of the log than it may'
kill "$receiver"
wait "$receiver" || true
until_true 'select not active from pg_replication_slots'
# from 17 on it is a finding after ten minutes
postgresql sick <<-'END'
	set allow_system_table_mods = on;
	select 'create or replace view pg_catalog.pg_replication_slots as ' || regexp_replace(
		pg_get_viewdef('pg_replication_slots'::regclass), '(l\.)?inactive_since', 'now() - interval ''1 hour'' as inactive_since') \gexec
END
like "$(said replication_slots)" '^warning hc_slot: .* not in use' 'an inactive slot is a finding'
for _ in 1 2 3; do
	postgresql sick <<<'create table filler (a int); drop table filler; select pg_switch_wal();' >"$tmp/switched"
done
like "$(said replication_slots)" '^critical hc_slot: .* about to be lost' 'a slot whose WAL may be removed is critical'
postgresql sick <<<'checkpoint;'
like "$(said replication_slots)" '^critical hc_slot: .* lost, its WAL has been removed$' \
	'and once it has gone'
repair replication_slots
is "$(said replication_slots)" 'ok: nothing found' 'fix_sql drops the slot'

# ---- damage ----

postgresql sick <<-'END'
	create extension amcheck;
	create table t (id int primary key);
	insert into t select generate_series(1, 1000);
	create index "Da""maged" on t (id);
	checkpoint;
END
file=$(postgresql sick <<<"select pg_relation_filepath('\"Da\"\"maged\"');")
owner=()
[ "$(id -u)" -ne 0 ] || owner=(setpriv --reuid="$(stat -c %u "$tmp/server/data")" --clear-groups)
test/pg_server.sh stop "$tmp/server"
# from 18 on they are
(cd "$tmp/server" && "${owner[@]}" pg_checksums --enable --no-sync -D data >"$tmp/checksums" 2>&1) ||
	grep -q 'already enabled' "$tmp/checksums"
test/pg_server.sh start "$tmp/server"
is "$(said pg_checksum_failures)" 'ok: nothing found' 'undamaged pages are no finding'
is "$(said integrity_structure)" 'ok: nothing found' 'undamaged indexes are no finding'
test/pg_server.sh stop "$tmp/server"
printf 'damage' | dd of="$tmp/server/data/$file" bs=1 seek=$((8192 + 4000)) conv=notrunc status=none
test/pg_server.sh start "$tmp/server"
like "$(said integrity_structure)" \
	'^critical public\."Da""maged": public\."Da""maged" is damaged: invalid page in block 1 of relation base/' \
	'a page that fails its checksum is found'
like "$(said pg_checksum_failures)" \
	'^critical sick: sick: 1 page failed checksum verification, last 20[0-9T:-]+Z$' 'and has been counted'
is "$(postgresql sick <<<"select dbhealth_score('{\"checks\": [\"integrity_structure\", \"pg_checksum_failures\"]}');")" \
	50 'damage costs fifty points, once'
repair integrity_structure
is "$(said integrity_structure)" 'ok: nothing found' 'fix_sql rebuilds the index'
postgresql sick <<<'select pg_stat_reset();' >"$tmp/reset"
is "$(said pg_checksum_failures)" 'ok: nothing found' 'the failure count can be reset'

# ---- a standby ----

postgresql sick <<<'create unlogged sequence s_unlogged;'
pg_basebackup -D "$tmp/standby/data" -R -c fast >"$tmp/copied" 2>&1
primary=$PGHOST
start_server standby hot_standby_feedback=on wal_receiver_status_interval=1
like "$(said replication_slots "select pg_create_physical_replication_slot('hc_standby', true);")" \
	'warning hc_standby: .* not in use' 'a standby knows its own slots'
repair replication_slots
is "$(said replication_slots)" 'ok: nothing found' 'and drops them'
is "$(said sequence_exhaustion)" \
	'unknown public.s_unlogged: unlogged sequences cannot be read on a standby' \
	'what only the primary can read is unknown'
# a standby that keeps a snapshot
PGAPPNAME=hc_reader postgresql sick >"$tmp/reader" <<-'END' &
	begin isolation level repeatable read;
	select count(*) from t;
	select pg_sleep(60);
END
until_true "select backend_xmin is not null from pg_stat_activity where application_name = 'hc_reader'"
PGHOST=$primary
for _ in 1 2 3 4 5; do
	postgresql sick <<<'create table filler (a int); drop table filler;'
done
until_true "select age(backend_xmin) > 4 from pg_stat_replication"
like "$(said xmin_horizon_held 'set dbcare.check_xmin_horizon_held_warning = 4;')" \
	'^warning standby walreceiver: .* holds back vacuum: [0-9]+ transactions have begun since' \
	'a standby that holds back vacuum is found on the primary'
is "$(postgresql sick <<-'END'
	set dbcare.check_xmin_horizon_held_warning = 4;
	select fix_sql is null from dbhealth_checks('{"checks": ["xmin_horizon_held"]}');
	END
	)" t 'and is not ended'
finish
