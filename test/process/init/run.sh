#!/bin/bash
# dbinit_run() by many processes at once, killed in the middle, and on databases in
# every state: each ends ready, or unchanged with a list.  Prints TAP.
#
# usage: test/process/init/run.sh [CALLERS]
#
# CALLERS is the number of processes (default 20).
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

callers=${1:-20}
run="select dbinit_run('video_memory');"

# Whether the pack is there: the number of problems, and of its tables.
state()
{
	"$engine" "$1" <<-'END' | tr '\n' ' '
		select count(*) from dbinit_validate('video_memory');
		select count(*) from videos;
	END
}

start_server server max_connections=$((callers + 20))
for engine in postgresql sqlite; do
	"${engine}_new" crowd
	pids=
	for ((caller = 1; caller <= callers; caller++)); do
		"$engine" crowd <<<"$run" >"$tmp/answer.$caller" 2>&1 &
		pids+=" $!"
	done
	for caller in $pids; do
		wait "$caller" || true
	done
	is "$(cat "$tmp"/answer.* | grep -c '"success": true')" "$callers" "$engine: $callers processes at once succeed"
	is "$(cat "$tmp"/answer.* | grep -c '"applied"')" 1 "$engine: one of them applies the migration"
	is "$(state crowd)" '0 0 ' "$engine: the database is ready"

	# killed at moments spread over a run
	"${engine}_new" killed
	for delay in 0.01 0.03 0.06 0.1 0.2; do
		if [ "$engine" = postgresql ]; then
			crashed=$(crashes)
			psql -qAtX -d killed -c "$run" >"$tmp/killed" 2>&1 &
			sleep "$delay"
			pid=$(postgresql killed <<<"select pid from pg_stat_activity where query like '%dbinit_run%' and pid <> pg_backend_pid()")
			[ -z "$pid" ] || ! kill -9 "$pid" 2>>"$tmp/ends" || await_restart
			wait $! || true
		else
			sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/killed.db" "$run" >"$tmp/killed" 2>&1 &
			sleep "$delay"
			kill -9 $! 2>>"$tmp/ends" || true
			wait $! 2>>"$tmp/ends" || true
		fi
	done
	like "$("$engine" killed <<<"$run")" '"success": true' "$engine: after kills the next call succeeds"
	is "$(state killed)" '0 0 ' "$engine: and the database is ready"

	# damage of several kinds
	if [ "$engine" = postgresql ]; then
		damage='drop trigger dbcare_trash on videos;
			alter table video_kinds disable trigger dbcare_audit;
			alter table video_context drop constraint video_context_confidence_check;'
	else
		damage="drop trigger dbcare_trash_videos;
			drop trigger dbcare_audit_1_insert;

.dbconfig defensive off
			pragma writable_schema = on;
			update sqlite_schema set sql = replace(sql, ' check (confidence between 0 and 1)', '') where name = 'video_context';
			pragma writable_schema = reset;"
	fi
	"$engine" killed <<-END >"$tmp/made" 2>&1
		drop index videos_status;
		drop table memory;
		drop index conversations_created;
		$damage
	END
	is "$("$engine" killed <<<"select count(*) from dbinit_validate('video_memory')")" 6 "$engine: damage is found"
	like "$("$engine" killed <<<"select dbinit_repair('video_memory')")" '"success": true' "$engine: it is repaired"
	is "$(state killed)" '0 0 ' "$engine: after the repair it is ready"

	# tables of that name with other columns
	"${engine}_new" other
	"$engine" other <<<"create table videos (id integer primary key, path text, duration_seconds text); create table mine (a integer); insert into mine values (1);" >"$tmp/made"
	"$engine" other <<<"$run" >"$tmp/answer"
	like "$(cat "$tmp/answer")" '"success": false' "$engine: another definition stops the run"
	like "$(cat "$tmp/answer")" 'column [a-z.]*videos.duration_seconds' "$engine: the conflict is named"
	is "$("$engine" other <<<"select count(*) from mine; select count(*) from dbmigrate_status();" | tr '\n' ' ')" '1 0 ' "$engine: nothing is changed"
done

# a role that may not call what the manifest needs, nor create schemas
postgresql_new rights
postgresql rights <<-'END' >"$tmp/made"
	select dbcare_install();
	create role builder;
	grant execute on function dbinit_run(text, jsonb) to builder;
	grant create on schema public to builder;
END
like "$(postgresql rights <<<"set role builder; select dbinit_run('video_memory');" 2>&1)" \
	'permission denied' 'a role without rights on the ledger is refused'
postgresql rights <<-'END' >"$tmp/made"
	create role maker;
	select dbcare_grant('maker', 'admin');
	grant create on schema public to maker;
	create table there (a integer);
END
like "$(postgresql rights <<<"set role maker; select dbinit_run('{\"name\": \"made\", \"migrations\": [{\"version\": \"1\", \"up\": \"create table made (id integer primary key)\"}]}');" 2>&1)" \
	'"success": true.*could not be compared' 'a role that may not create schemas applies the migrations without a comparison'
chmod a-w "$tmp/killed.db"
like "$(sqlite3 -readonly -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/killed.db" "select dbinit_run('video_memory')" 2>&1 || true)" \
	'readonly|read-only' 'a read-only file is refused'
is "$(sqlite3 -readonly -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/killed.db" "select count(*) from dbinit_validate('video_memory')")" 0 \
	'but can be validated'
finish
