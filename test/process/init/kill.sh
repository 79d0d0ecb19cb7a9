#!/bin/bash
# dbinit_run() of each pack, killed at moments spread over a run: the database is
# ready or as it was before, and the next run makes it ready.  Prints TAP.
#
# usage: test/process/init/kill.sh [KILLS]
#
# KILLS is the number of kills of each pack (default 1).
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

kills=${1:-1}
packs='video_memory validation_platform validation_sessions tenancy'

# What there is of a pack: tables, migrations, and entries of every kind.
left()
{
	{
		if [ "$engine" = postgresql ]; then
			echo "select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema', 'dbcare');"
		else
			echo "select count(*) from sqlite_schema where name not glob 'dbcare_*' and name not glob 'sqlite_*' and tbl_name not glob 'dbcare_*';"
		fi
		for list in dbmigrate_status dbcheck_rules dbarchive_policies dbaudit_tables dbseed_status; do
			echo "select count(*) from $list();"
		done
	} | "$engine" "$1" | tr '\n' ' '
}

# kill_postgresql SECONDS: kills the process of the server that runs the call.
kill_postgresql()
{
	local pid client crashed

	crashed=$(crashes)
	psql -qAtX -d killed -c "$run" >"$tmp/killed" 2>&1 &
	client=$!
	sleep "$1"
	pid=$(postgresql postgres <<<"select pid from pg_stat_activity where datname = 'killed'" || true)
	[ -z "$pid" ] || ! kill -9 "$pid" 2>>"$tmp/ends" || await_restart
	wait $client || true
}

kill_sqlite()
{
	sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/killed.db" "$run" >"$tmp/killed" 2>&1 &
	sleep "$1"
	kill -9 $! 2>>"$tmp/ends" || true
	wait $! 2>>"$tmp/ends" || true
}

# again: a new database.  Before a checkpoint a crash takes back what the sequences
# of a copy return, since the copy is logged with values that PostgreSQL logs ahead.
postgresql_again() { postgresql postgres <<<'drop database killed; create database killed template template_killed; checkpoint;'; }
sqlite_again()
{
	rm -f "$tmp"/killed.db*
	sqlite killed <<<'select dbcare_install() is not null;' >"$tmp/made"
}

start_server server
postgresql_new template_killed
postgresql template_killed <<<'select dbcare_install() is not null;' >"$tmp/made"
postgresql postgres <<<'create database killed template template_killed;'
sqlite_new killed
for engine in postgresql sqlite; do
	for pack in $packs; do
		run="select dbinit_run('$pack');"
		"${engine}_again"
		started=$(date +%s%N)
		like "$("$engine" killed <<<"$run")" '"success": true' "$engine: $pack: a run succeeds"
		took=$((($(date +%s%N) - started) / 1000))
		ready=0 before=0 other=
		for ((kill = 1; kill <= kills; kill++)); do
			"${engine}_again"
			# a different moment of each part of the run
			"kill_$engine" "$(awk -v n=$kill -v of="$kills" -v us=$took -v r=$RANDOM \
				'BEGIN { printf "%.4f", (n - 1 + r / 32768) / of * us / 1e6 }')"
			if [ "$("$engine" killed <<<"select count(*) from dbinit_validate('$pack')")" = 0 ]; then
				ready=$((ready + 1))
			elif [ "$(left killed)" = '0 0 0 0 0 0 ' ]; then
				before=$((before + 1))
			else
				other+=" $(left killed)"
			fi
			again=$("$engine" killed <<<"$run") || true
			[[ $again == *'"success": true'* ]] || other+=" no success: $again"
			[ "$("$engine" killed <<<"select count(*) from dbinit_validate('$pack')")" = 0 ] || other+=' not ready'
		done
		is "$other" '' "$engine: $pack: after a kill it is ready or as before, and the next run makes it ready"
		echo "# $engine: $pack: $before as before, $ready ready"
	done
done
finish
