#!/bin/bash
# Monitoring makes a backup once a day, at the time that dbbackup_schedule() says,
# as the role that has scheduled it, and removes old ones only then.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 5000')

# await QUERY RESULT NAME: waits until a query has a result, for two minutes at most.
await()
{
	local got= i

	for ((i = 0; i < 600; i++)); do
		got=$("$engine" shop <<<"$1")
		[ "$got" != "$2" ] || break
		sleep 0.2
	done
	is "$got" "$2" "$3"
}

# say SQL: its result, or its error.
say()
{
	"$engine" shop <<<"$1" 2>&1 || true
}

# schedule OPTIONS: for a minute ago.
schedule()
{
	say "select dbbackup_schedule('$(date -u -d '1 minute ago' +%H:%M)', '$1');" >"$tmp/out"
}

# next_day: the last run was yesterday.
next_day()
{
	if [ "$engine" = postgresql ]; then
		say "update dbcare.schedule set started_at = started_at - interval '1 day', finished_at = null"
	else
		say "update dbcare_schedule set started_at = strftime('%Y-%m-%dT%H:%M:%fZ', started_at, '-1 day'), finished_at = null"
	fi
}

# monitor: starts monitoring, on SQLite in two processes.
monitor()
{
	local i

	if [ "$engine" = postgresql ]; then
		postgresql shop >"$tmp/out" <<<'select dbmonitor_start(0.2);'
		return
	fi
	sessions=()
	for i in 1 2; do
		rm -f "$tmp/session$i"*
		mkfifo "$tmp/session$i"
		"${sqlite_shell[@]}" "$tmp/shop.db" <"$tmp/session$i" >"$tmp/session$i.out" 2>&1 &
		sessions+=($!)
		eval "exec {session$i}>'$tmp/session$i'"
		eval "echo \"select dbmonitor_start(0.2) ->> 'running';\" >&\$session$i"
		until [ -s "$tmp/session$i.out" ]; do
			sleep 0.02
		done
	done
}

# until_making: waits until a backup is made; on a busy machine it may be over before.
until_making()
{
	until compgen -G "$tmp/shop.db-backups/.*.tmp" >"$tmp/out"; do
		[ "$(say "$done_runs")" != 1 ] || next_day
		sleep 0.01
	done
}

# alerted: the alerts of the daily backup, after the health checks.
alerted()
{
	say "select dbmonitor_sample('{\"level\": \"full\"}') is null" >"$tmp/out"
	say "select count(*), max(severity) from dbmonitor_alerts() where alert = 'backup_failed'" | xargs
}

done_runs='select count(*) from dbbackup_status() where finished_at is not null'
backups='select count(*) from dbbackup_list() where problem is null'

mkdir "$tmp/backups" "$tmp/bin"
for program in "$(${PG_CONFIG:-pg_config} --bindir)"/*; do
	ln -s "$program" "$tmp/bin/"
done
# a pg_dump that waits as long as there is a file, and says who it is for
rm "$tmp/bin/pg_dump"
cat >"$tmp/bin/pg_dump" <<-END
	#!/bin/bash
	echo "\$@" >>'$tmp/dumps'
	while [ -e '$tmp/wait' ]; do sleep 0.05; done
	exec '$(${PG_CONFIG:-pg_config} --bindir)/pg_dump' "\$@"
END
chmod 777 "$tmp" "$tmp/backups"
chmod +x "$tmp/bin/pg_dump"
start_server server "shared_preload_libraries='dbcare'" "dbcare.backup_roots = '$tmp/backups'" "dbcare.bindir = '$tmp/bin'"
for engine in postgresql sqlite; do
	"${engine}_new" shop
	say 'create table thing (id integer primary key, t text); insert into thing values (1);
	    select dbcare_install() is null;' >"$tmp/out"
	like "$(say "select dbbackup_schedule('03:00')")" 'monitoring is off.*dbmonitor_start.*cron' \
		"$engine: nothing is scheduled without monitoring"
	monitor
	like "$(say "select dbbackup_schedule('3:00')")" 'cannot be "3:00"' "$engine: a time of day"
	like "$(say "select dbbackup_schedule('03:00', '{\"schema\": \"x\"}')")" 'unknown option "schema".*directory, verify, .*keep, confirm' \
		"$engine: options of a backup"
	like "$(say "select dbbackup_schedule('03:00', '{\"keep\": {\"keep\": 1}}')")" 'unknown option "keep".*keep_days' "$engine: rules of retention"
	is "$(say 'select count(*) from dbbackup_status()')" 0 "$engine: without a schedule no row"

	say "select dbbackup_schedule('$(date -u -d '2 hours ago' +%H:%M)') ->> 'at' is null" >"$tmp/out"
	await_samples shop
	is "$(say "$backups")" 0 "$engine: nothing happens if it is scheduled two hours after the time"
	is "$(say "select count(*) from dbbackup_status() where next_run_at is not null and last_run_at is null")" 1 "$engine: the next run is known"
	schedule '{"keep": {"keep_last": 1}}'
	await "$done_runs" 1 "$engine: at the time it runs"
	is "$(say "$backups")" 1 "$engine: ... and makes a backup"
	is "$(say 'select last_error is null, verified_ok from dbbackup_status(), dbbackup_list()' | tr 01 ft)" 't t' "$engine: ... that is verified"
	await_samples shop
	is "$(say "$backups")" 1 "$engine: it runs once, whichever process is first"
	first=$(say 'select name from dbbackup_list()')
	next_day
	await "$done_runs" 1 "$engine: on the next day it runs again"
	like "$(say 'select name from dbbackup_list()')" "^shop[^ ]*\$" "$engine: ... and removes what no rule keeps"
	is "$(say "select count(*) from dbbackup_list() where name = '$first'")" 0 "$engine: ... which is the old one"

	# a failure removes nothing
	say "select dbbackup_create('extra') ->> 'name'" >"$tmp/out"
	if [ "$engine" = postgresql ]; then
		mv "$tmp/bin/pg_dump" "$tmp/bin/away"
		what='pg_dump'
	else
		chmod 777 "$tmp"
		mv "$tmp/shop.db-backups" "$tmp/away"
		touch "$tmp/shop.db-backups"
		what='Not a directory'
	fi
	next_day
	await "$done_runs" 1 "$engine: a run that fails"
	like "$(say 'select last_error from dbbackup_status()')" "^dbbackup_create: .*$what" "$engine: ... is in the status"
	like "$(say "select severity, message from dbhealth_checks('{\"checks\": [\"backup_failed\"]}')")" \
		"^warning the daily backup of shop[.db]* failed: dbbackup_create: .*$what" "$engine: ... and a finding"
	is "$(say "select count(*) from dbcare_events() where function_name = 'dbbackup_schedule' and outcome = 'failed'")" 1 "$engine: ... and an event"
	is "$(alerted)" '1 warning' "$engine: ... and an alert"
	if [ "$engine" = postgresql ]; then
		mv "$tmp/bin/away" "$tmp/bin/pg_dump"
	else
		rm "$tmp/shop.db-backups"
		mv "$tmp/away" "$tmp/shop.db-backups"
	fi
	is "$(say "$backups")" 2 "$engine: ... and removes no backup"

	# killed in the middle
	if [ "$engine" = postgresql ]; then
		touch "$tmp/wait"
		: >"$tmp/dumps"
		next_day
		until [ -s "$tmp/dumps" ]; do sleep 0.05; done
		await_samples shop
		is "$(wc -l <"$tmp/dumps")" 1 'postgresql: other samplers make no backup meanwhile'
		crashed=$(crashes)
		kill -9 "$(postgresql shop <<<"select pid from pg_stat_activity where query like '%dbbackup_create%' and pid <> pg_backend_pid()")"
		rm "$tmp/wait"
		await_restart
	else
		say 'insert into thing select value, hex(randomblob(50000)) from generate_series(2, 1500)' >"$tmp/out"
		next_day
		until_making
		kill -9 "${sessions[@]}"
		wait "${sessions[@]}" 2>/dev/null || true
		monitor
	fi
	await_samples shop
	is "$(say "$backups")" 2 "$engine: what a killed run has made is not listed"
	is "$(say 'select count(*) from dbbackup_status() where last_run_at is not null and finished_at is null')" 1 "$engine: ... and it has not ended"
	next_day
	await "$done_runs" 1 "$engine: but the next day it runs"
	is "$(say 'select last_error from dbbackup_status()')" '' "$engine: ... without an error"
	is "$(say "select severity from dbhealth_checks('{\"checks\": [\"backup_failed\"]}')")" ok "$engine: ... nor a finding"
	is "$(alerted)" 0 "$engine: ... and the alert is cleared"
	# an application that ends meanwhile leaves the backup to others
	if [ "$engine" = sqlite ]; then
		exec {session2}>&-
		wait "${sessions[1]}"
		is "$(find "$tmp/shop.db-backups" -name '.*')" '' 'sqlite: ... which removes what the killed run has left'
		next_day
		until_making
		exec {session1}>&-
		wait "${sessions[@]}"
		is "$(say 'select count(*) from dbbackup_status() where last_run_at is null and last_error is null')" 1 \
			'sqlite: a backup is given up when the last connection is closed'
		monitor
		await "$done_runs" 1 'sqlite: ... and made by the next process'
	fi
	# in production
	say "select dbcare_set('environment', 'production') is null" >"$tmp/out"
	like "$(say "select dbbackup_schedule('03:00')")" 'confirm' "$engine: in production it needs a confirmation"
	schedule "{\"keep\": {\"keep_last\": 1}, \"confirm\": \"shop$([ "$engine" = postgresql ] || echo .db)\"}"
	next_day
	await "$done_runs" 1 "$engine: ... and runs with it"
	is "$(say 'select last_error from dbbackup_status()') $(say "$backups")" ' 1' "$engine: ... and removes old ones"
	say "select dbcare_set('environment', 'development') is null; select dbbackup_schedule(null)" >"$tmp/out"
	is "$(say 'select count(*) from dbbackup_status()')" 0 "$engine: null ends it"
done

# Another role, in PostgreSQL: it makes backups with its own rights, and nobody
# schedules them in the name of another one.
engine=postgresql
# as ROLE SQL
as()
{
	PGUSER=$1 "${psql_shell[@]}" -d shop 2>&1 <<<"$2" || true
}
say "create role maker login; create role admin login; create role group_role; grant group_role to maker;
    grant pg_read_all_data, pg_write_server_files to maker; alter role maker bypassrls;
    select dbcare_grant('maker', 'admin') is null, dbcare_grant('admin', 'admin') is null, dbcare_grant('group_role', 'admin') is null" >"$tmp/out"
now=$(date -u -d '1 minute ago' +%H:%M)
like "$(as admin "select dbbackup_schedule('$now')")" 'permission denied to write backups' 'scheduling needs the rights of a backup'
like "$(as maker "select dbbackup_schedule('$now')")" 'pg_execute_server_program' '... all of them'
say "grant pg_execute_server_program to maker, group_role; grant pg_write_server_files to group_role" >"$tmp/out"
like "$(as maker "set role group_role; select dbbackup_schedule('$now')")" 'role group_role cannot log in' '... and a role that can log in'
: >"$tmp/dumps"
is "$(as maker "select dbbackup_schedule('$now') ->> 'at'")" "$now" 'a role with these rights schedules backups'
await "$done_runs" 1 '... that are made'
is "$(say 'select role, last_error from dbbackup_status()')" 'maker ' '... as this role'
like "$(cat "$tmp/dumps")" "user='maker'" '... which pg_dump connects as'
like "$(as admin "update dbcare.schedule set role_name = 'maker', started_at = null, options = '{}'")" \
	'permission denied for table schedule' 'a role cannot change it in the name of another one'
say "update dbcare.schedule set role_name = 'admin', started_at = null, finished_at = null" >"$tmp/out"
await "$done_runs" 1 'a schedule without the rights runs'
like "$(say 'select last_error from dbbackup_status()')" '^dbbackup_create: permission denied to write backups$' '... and fails'
say 'drop owned by maker; drop role maker' >"$tmp/out"
say "update dbcare.schedule set role_name = 'maker', started_at = null, finished_at = null" >"$tmp/out"
await "$done_runs" 1 'a schedule of a role that was dropped runs'
like "$(say 'select last_error from dbbackup_status()')" 'does not exist' '... and fails, too'
finish
