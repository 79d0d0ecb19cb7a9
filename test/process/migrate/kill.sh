#!/bin/bash
# kill -9 in the middle of a call: afterwards the database is exactly as it was
# before the call or as it is after one that nobody disturbed, and the next
# call completes.  Prints TAP.
#
# usage: test/process/migrate/kill.sh [KILLS]
#
# KILLS is the number of kills of each kind (default 1), spread at random over
# the whole length of the call.  SQLite has one of its modes, in make soak both.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

kills=${1:-1}
steps=60

# ---- one state ----

# What the database holds, as a checksum; the text goes to $tmp/state.
state()
{
	{
		"$engine" "$db" <<<"$state_sql${rows_sql-}"
		[ "$engine" = postgresql ] || "$engine" "$db" <<<'pragma integrity_check;'
	} >"$tmp/state"
	sha256sum <"$tmp/state"
}

# ---- many of them ----

# Milliseconds of an undisturbed call.
measure()
{
	local start

	start_call "$1"
	start=$(milliseconds)
	wait "$client"
	echo $(($(milliseconds) - start))
}

# kill_calls NAME CALL UNDO [client]: kills what runs CALL, which leads from one
# state to another that UNDO leads back from.  With client the shell is killed
# and the server finds out later.
kill_calls()
{
	local name="$where: $1" call=$2 undo=$3 victim=${4:-worker}
	local from to length i crashed hits=0 before=0 wrong='' found

	from=$(state)
	length=$(measure "$call")
	to=$(state)
	complete "$undo"
	if [ "$from" = "$to" ] || [ "$(state)" != "$from" ]; then
		result 1 "$name" "$(cat "$tmp/answer" "$tmp/completed" "$tmp/state")"
		return
	fi
	# more if the call has become faster since it was measured
	for ((i = 0; i < kills || (i < kills + 20 && hits == 0); i++)); do
		crashed=$(crashes)
		start_call "$call"
		sleep_ms $((length * (i % kills * 32768 + RANDOM) / 32768 / kills))
		if kill -9 "${!victim}" 2>>"$tmp/ends"; then
			hits=$((hits + 1))
		else
			victim=none
		fi
		recover
		victim=${4:-worker}
		found=$(state)
		if [ "$found" = "$from" ]; then
			before=$((before + 1))
			complete "$call"
			[ "$(state)" = "$to" ] ||
				wrong+="not completed: $(cat "$tmp/completed" "$tmp/state")"
		elif [ "$found" != "$to" ]; then
			wrong+="neither before nor after: $(cat "$tmp/state")"
		fi
		complete "$undo"
	done
	echo "# $where: $1: $hits of $i kills hit it, $before left the state before, it takes $length ms"
	is "$wrong" '' "$name: the state is from before or after the call, and the next call completes"
	is $((hits > 0)) 1 "$name: the kills hit the call"
}

# Writes a directory of migrations; TAG makes their text differ.
write_files()
{
	local i

	mkdir "$tmp/$1"
	for ((i = 1; i <= steps; i++)); do
		{
			echo "-- $1"
			step_up $i 1
			# some work for the reader
			yes -- "-- text of step $i" | head -n 1000
		} >"$tmp/$1/$(printf '%03d' $i)_step.up.sql"
		step_down $i >"$tmp/$1/$(printf '%03d' $i)_step.down.sql"
	done
}

start_server server autovacuum=off
mapfile -t modes < <(sample 1 'sqlite delete' 'sqlite wal')
write_files first
write_files second
for where in postgresql "${modes[@]}"; do
	engine=${where% *}
	mode=${where#* }
	# some 200 ms for all of them
	[ "$engine" = postgresql ] && rows=500 || rows=5000
	for db in run loaded; do
		"${engine}_new" "$db"
		{
			[ "$engine" = postgresql ] || echo "pragma journal_mode = $mode;"
			echo 'create table run_log (step integer not null);'
		} | "$engine" "$db" >"$tmp/made"
	done
	db=run
	add_steps "$steps" "$rows" | "$engine" run >"$tmp/added"
	complete 'select dbmigrate_apply();'
	is "$(grep -c '"success": true' "$tmp/completed") $("$engine" run <<<"
		select count(*), (select count(*) from dbmigrate_status()
		where state = 'applied') from run_log;")" "1 $steps $steps" "$where: undisturbed"
	complete "select dbmigrate_rollback('0');"
	kill_calls apply 'select dbmigrate_apply();' "select dbmigrate_rollback('0');"
	complete 'select dbmigrate_apply();'
	kill_calls rollback "select dbmigrate_rollback('0');" 'select dbmigrate_apply();'
	complete "select dbmigrate_rollback('0');"
	if [ "$engine" = postgresql ]; then
		kill_calls 'apply, of psql alone' 'select dbmigrate_apply();' \
			"select dbmigrate_rollback('0');" client
	fi
	db=loaded
	complete "select dbmigrate_load('$tmp/first');"
	kill_calls load "select dbmigrate_load('$tmp/second');" \
		"select dbmigrate_load('$tmp/first');"
	if [ "$engine" = sqlite ]; then
		complete 'create table a (id integer primary key, b text);
			create table c (id integer primary key, a references a on delete cascade);
			create index a_b on a (b);
			create trigger a_i after insert on a begin delete from c where id = new.id; end;
			insert into a with recursive n(n) as (select 1 union all select n + 1 from n where n < 50000) select n, n from n;
			insert into c select id, id from a;'
		rows_sql="select count(*), sum(id), max(b) from a; select count(*), sum(a) from c;"
		kill_calls rebuild \
			"pragma foreign_keys = on; select dbmigrate_rebuild('a', 'create table a (b text not null, id integer primary key)');" \
			"pragma foreign_keys = on; select dbmigrate_rebuild('a', 'create table a (id integer primary key, b text)');"
		rows_sql=
	fi
done
finish
