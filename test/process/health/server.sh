#!/bin/bash
# Health checks of a server among others: standbys that lag or are missing,
# subscriptions, the archiver, the size of the log.  PostgreSQL alone.  Prints
# TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

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

# on SERVER COMMAND ...: runs it against that server.
on()
{
	local server=$1

	shift
	PGHOST=$tmp/$server "$@"
}

# wait_for SQL [DATABASE]: waits until it is true, for a minute at most.
wait_for()
{
	local until=$((SECONDS + 60))

	until [ "$(postgresql "${2-sick}" <<<"$1")" = t ]; do
		if [ $SECONDS -ge $until ]; then
			echo "# never true: $1"
			return
		fi
		sleep 0.05
	done
}

# Changes a setting of the server.
configure()
{
	postgresql sick <<<"alter system set $1; select pg_reload_conf();" >"$tmp/configured"
}

# Makes the server begin a new file of its log.
switch_log()
{
	postgresql sick <<<'create table filler (a int); drop table filler; select pg_switch_wal();' >"$tmp/switched"
}

start_server server archive_mode=on archive_command=true max_wal_size=32MB min_wal_size=32MB
postgresql_new sick
postgresql sick <<<'create role hc_guest; create role hc_monitor; grant pg_monitor to hc_monitor;'

# ---- the archiver ----

is "$(said archiver_failing)" 'ok: nothing found' 'a working archive is no finding'
configure "archive_command = 'false'"
switch_log
wait_for "select last_failed_time > coalesce(last_archived_time, '-infinity') from pg_stat_archiver"
is "$(said archiver_failing)" 'ok: nothing found' 'a segment that has waited briefly is no finding'
sensitive='set dbcare.check_archiver_failing_warning = 0;'
failing=': WAL is not archived: 1 segment waits, [0-9A-F]{24} could not be archived$'
like "$(said archiver_failing "$sensitive")" "^warning the log$failing" 'a segment that has waited long is a finding'
like "$(said archiver_failing "$sensitive set dbcare.check_archiver_failing_critical = 0;")" \
	"^critical the log$failing" 'critical has a threshold of its own'
like "$(said archiver_failing "$sensitive set role hc_monitor;")" "^warning the log$failing" 'pg_monitor sees the archive'
like "$(said archiver_failing 'set role hc_guest;')" \
	'^warning the log: WAL is not archived: archiving fails, [0-9A-F]{24} could not be archived$' \
	'others only that it fails'
configure "archive_command = 'true'"
wait_for "select last_archived_time > last_failed_time from pg_stat_archiver"
is "$(said archiver_failing "$sensitive")" 'ok: nothing found' 'an archive that works again is no finding'
is "$(said archiver_failing 'set role hc_guest;')" \
	'unknown the log: membership in pg_monitor is needed to see the waiting segments' 'which not everybody may know'

# ---- the log ----

is "$(said wal_dir_size)" 'ok: nothing found' 'a WAL of its usual size is no finding'
postgresql sick <<<"select pg_create_physical_replication_slot('hc_slot', true);" >"$tmp/made"
for _ in 1 2 3 4 5 6; do
	switch_log
done
like "$(said wal_dir_size)" \
	'^warning the log: pg_wal is [3-9](\.[0-9]+)? times its configured size: [0-9.]+ MB, slot hc_slot keeps [0-9.]+ MB$' \
	'one that a slot keeps is, with its cause'
like "$(said wal_dir_size 'set role hc_monitor;')" '^warning the log: ' 'pg_monitor sees the size of the WAL'
is "$(said wal_dir_size 'set role hc_guest;')" \
	'unknown the log: membership in pg_monitor is needed to see the size of pg_wal' 'others not'
postgresql sick <<<"select pg_drop_replication_slot('hc_slot');" >"$tmp/dropped"

# ---- standbys ----

is "$(said replication_lag)" 'ok: nothing found' 'without standbys none lags'
is "$(said standby_missing)" 'ok: nothing found' 'without standbys none is missing'
pg_basebackup -D "$tmp/standby/data" -R -d application_name=hc_standby -c fast >"$tmp/copied" 2>&1
start_server standby
. "$tmp/server/env"
streaming="select exists (select from pg_stat_replication where application_name = 'hc_standby'
	and state = 'streaming' and replay_lsn = pg_current_wal_lsn())"
wait_for "$streaming"
exact='set dbcare.check_replication_lag_warning = 1;'
is "$(said replication_lag)" 'ok: nothing found' 'a standby that keeps up is no finding'
on standby postgresql sick <<<'select pg_wal_replay_pause();' >"$tmp/paused"
on standby wait_for "select pg_get_wal_replay_pause_state() = 'paused'"
postgresql sick <<<'create table late as select generate_series(1, 1000);'
wait_for "select exists (select from pg_stat_replication where flush_lsn > replay_lsn and flush_lsn = pg_current_wal_lsn())"
like "$(said replication_lag "$exact")" \
	'^warning standby hc_standby: standby hc_standby: [0-9.]+ [kM]B behind, most of them not replayed yet(, [0-9]+ s)?$' \
	'one that does not is, and where it hangs'
like "$(said replication_lag "$exact set dbcare.check_replication_lag_critical = 2;")" \
	'^critical standby hc_standby: ' 'critical has a threshold of its own'
is "$(said replication_lag "$exact set role hc_guest;")" \
	'unknown standbys: membership in pg_monitor is needed to see the state of standbys' 'not everybody may know'
like "$(on standby said replication_lag "$exact")" \
	'^warning this standby: this standby: [0-9.]+ [kM]B behind, most of them not replayed yet$' 'a standby knows itself'
on standby postgresql sick <<<'select pg_wal_replay_resume();' >"$tmp/resumed"
wait_for "$streaming"
is "$(said replication_lag "$exact")" 'ok: nothing found' 'a standby that catches up is no finding'

configure "synchronous_standby_names = 'hc_standby, \"Other, one\"'"
wait_for "select exists (select from pg_stat_replication where sync_state = 'sync')"
is "$(said standby_missing)" \
	'warning synchronous_standby_names: synchronous_standby_names: 1 standby is streaming, 2 are listed, 1 is needed' \
	'one that is listed is missing'
is "$(said standby_missing 'set role hc_guest;')" \
	'unknown synchronous_standby_names: membership in pg_monitor is needed to see standbys' 'not everybody may know'
configure "synchronous_standby_names = 'ANY 2 (hc_standby, other)'"
wait_for "select exists (select from pg_stat_replication where sync_state = 'quorum')"
is "$(said standby_missing)" \
	'critical synchronous_standby_names: synchronous_standby_names: 1 standby is streaming, 2 are listed, 2 are needed: commits wait' \
	'with one that is needed commits wait'
configure "synchronous_standby_names = 'FIRST 1 (*)'"
wait_for "select exists (select from pg_stat_replication where sync_state = 'sync')"
is "$(said standby_missing)" 'ok: nothing found' 'FIRST 1 (*) is satisfied by any standby'
configure "synchronous_standby_names = ''"

# ---- what only a primary has ----

is "$(on standby postgresql sick <<-'END'
	select string_agg(check_id, ' ' order by check_id) from dbhealth_checks('{"categories": ["operations"], "verbose": true}')
	where reason ~ 'standby|primary';
END
)" 'archiver_failing insert_only_unvacuumed prepared_xacts standby_missing subscription_errors vacuum_overdue' \
	'a standby says which checks are not about it'
is "$(on standby postgresql sick <<<"select string_agg(check_id, ' ') from dbhealth_checks() where severity = 'unknown';")" \
	'' 'and knows everything else'

# ---- subscriptions ----

postgresql_new target
postgresql sick <<-END >"$tmp/published"
	create table sent (id int primary key);
	create publication hc_sent for table sent;
	select pg_create_logical_replication_slot('hc_sub', 'pgoutput') is not null;
END
postgresql target <<-END >"$tmp/subscribed"
	create table sent (id int primary key);
	create subscription "Hc sub" connection 'host=$tmp/server dbname=sick user=postgres'
		publication hc_sent with (create_slot = false, slot_name = 'hc_sub');
END
# subscribed [SQL]: what the check says in the database that subscribes.
subscribed()
{
	postgresql target <<-END
		${1-}
		select severity || coalesce(' ' || object, '') || ': ' || coalesce(reason, message)
		from dbhealth_checks('{"checks": ["subscription_errors"]}');
	END
}
wait_for 'select exists (select from pg_stat_subscription where pid is not null)' target
is "$(subscribed)" 'ok: nothing found' 'a subscription that is applied is no finding'
is "$(said subscription_errors)" 'ok: nothing found' 'a subscription of another database is no finding'
postgresql target <<<'alter subscription "Hc sub" disable;'
is "$(subscribed)" 'warning "Hc sub": subscription "Hc sub": disabled' 'a disabled subscription is a finding'
is "$(subscribed 'set role hc_guest;')" 'warning "Hc sub": subscription "Hc sub": disabled' 'every role sees a disabled subscription'
postgresql target <<<"select fix_sql from dbhealth_checks('{\"checks\": [\"subscription_errors\"]}');" >"$tmp/repair"
postgresql target <"$tmp/repair"
wait_for 'select exists (select from pg_stat_subscription where pid is not null)' target
is "$(subscribed)" 'ok: nothing found' 'fix_sql enables the subscription'
if [ "$(postgresql sick <<<"select current_setting('server_version_num')::int >= 150000;")" = t ]; then
	postgresql target <<<'alter subscription "Hc sub" set (disable_on_error = true); insert into sent values (1);'
	postgresql sick <<<'insert into sent values (1);'
	wait_for 'select not subenabled from pg_subscription' target
	wait_for 'select apply_error_count > 0 from pg_stat_subscription_stats' target
	like "$(subscribed)" '^critical "Hc sub": subscription "Hc sub": disabled, [1-9][0-9]* errors? so far$' \
		'one that is disabled for an error is critical'
else
	skip 'one that is disabled for an error is critical' 'version 15 and later count errors'
fi
postgresql target <<<'alter subscription "Hc sub" disable; alter subscription "Hc sub" set (slot_name = none); drop subscription "Hc sub";'

# ---- a standby that is left alone ----

test/pg_server.sh stop "$tmp/server"
servers=" $tmp/standby"
on standby wait_for 'select not exists (select from pg_stat_wal_receiver)'
is "$(on standby said replication_lag)" \
	'warning this standby: this standby: no WAL is received; the server that sends it may be down' \
	'a standby notices that its primary is gone'
finish
