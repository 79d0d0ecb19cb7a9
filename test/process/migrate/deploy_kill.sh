#!/bin/bash
# kill -9 in the middle of dbmigrate_deploy(), of whatever works for it:
# dbmigrate_status() then tells the truth, and the next deploy finishes, each
# statement having done its work once.  Prints TAP.
#
# usage: test/process/migrate/deploy_kill.sh [KILLS]
#
# KILLS is the number of kills of each kind (default 2), spread at random over
# the whole length of the call.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

kills=${1:-2}
db=run

# The migrations; 2 and 4 run outside a transaction.
migrations()
{
	local first second

	if [ "$engine" = postgresql ]; then
		first='create index concurrently big_id on big (id)'
		second='create index concurrently on big (word); reindex index concurrently big_id'
	else
		first='vacuum'
		second='pragma wal_checkpoint(truncate); vacuum'
	fi
	cat <<-END
		create table run_log (step integer not null);
		create table big (id integer, word text);
		insert into big with recursive c(n) as
		    (select 1 union all select n + 1 from c where n < 40000)
		    select n, 'word ' || n from c;
		select dbmigrate_add('1', 'one', 'create table one (id integer); insert into run_log values (1)');
		select dbmigrate_add('2', 'two', 'insert into run_log values (20); $first; insert into run_log values (21)');
		select dbmigrate_add('3', 'three', 'create table three (id integer); insert into run_log values (3)');
		select dbmigrate_add('4', 'four', 'insert into run_log values (40); $second; vacuum; insert into run_log values (41)');
		select dbmigrate_add('5', 'five', 'create table five (id integer); insert into run_log values (5)');
	END
}

# Makes the database anew.
new_database()
{
	[ "$engine" = sqlite ] || "${psql_shell[@]}" -d postgres -c "drop database if exists $db"
	"${engine}_new" "$db"
	[ "$engine" = postgresql ] || sqlite "$db" <<<"pragma journal_mode = $mode" >"$tmp/made"
	migrations | "$engine" "$db" >"$tmp/made"
}

# What is not true after a kill: a transactional migration is applied if and
# only if it has run, another one only if all of it has; none is said to have
# failed but one outside a transaction; the log and the file are sound, and nothing
# is called drift.
truth_sql="
	select 'untrue', version, state from dbmigrate_status()
	where case when version in ('1', '3', '5')
	        then (state = 'applied') <> (select count(*) = 1 from run_log where cast(step as text) = version)
	            or state = 'failed'
	        else state = 'applied' and (select count(*) from run_log
	            where cast(step as text) in (version || '0', version || '1')) <> 2 end
	order by version;
	select 'twice', step, count(*) from run_log group by step having count(*) > 1 order by step;
	select 'found', finding, message from dbmigrate_verify() where finding <> 'unfinished'
	    or version not in (select version from dbmigrate_status() where state = 'failed');"

# What is not true once all is done.
end_sql="
	select 'not applied', version, state from dbmigrate_status() where state <> 'applied' order by version;
	select 'not run', count(*) from run_log having count(*) <> 7;
	select 'still found', finding, message from dbmigrate_verify();"

# The same of PostgreSQL's indexes, and of SQLite's file.
end_of()
{
	if [ "$engine" = postgresql ]; then
		postgresql "$db" <<-'END'
			select 'invalid', indexrelid::regclass from pg_index where not indisvalid;
			select 'indexes', count(*) from pg_index where indrelid = 'big'::regclass having count(*) <> 2;
			select 'note', version from dbcare.deployment;
		END
	else
		sqlite "$db" <<<'pragma integrity_check' | grep -vx ok || true
	fi
}

# Leaves the worker of a deploy in $server_worker, none if there is none.
find_worker()
{
	server_worker=$(postgresql "$db" <<<"select pid from pg_stat_activity where backend_type = 'dbcare deploy'")
}

# kill_deploys NAME VICTIM: kills the variable of that name, which has the
# number of a process, again and again.
kill_deploys()
{
	local name="$where: $1" i length wrong='' hits=0 middle=0 crashed said_at

	new_database
	start_call "$call"
	said_at=$(milliseconds)
	wait "$client"
	length=$(($(milliseconds) - said_at))
	for ((i = 0; i < kills; i++)); do
		new_database
		crashed=$(crashes)
		victim=$2
		start_call "$call"
		sleep_ms $((length * (i * 32768 + RANDOM) / 32768 / kills))
		[ "$2" != server_worker ] || find_worker
		if [ -n "${!victim}" ] && kill -9 "${!victim}" 2>>"$tmp/ends"; then
			hits=$((hits + 1))
		else
			victim=none
		fi
		recover
		wrong+=$("$engine" "$db" <<<"$truth_sql")
		[ "$("$engine" "$db" <<<"select count(*) from dbmigrate_status() where state = 'applied'")" = 5 ] ||
			middle=$((middle + 1))
		"$engine" "$db" <<<"$call" >"$tmp/completed" || true
		wrong+=$(grep -v '"success": true' "$tmp/completed" || true)
		wrong+=$("$engine" "$db" <<<"$truth_sql$end_sql")$(end_of)
	done
	echo "# $name: $hits of $kills kills hit it, $middle in the middle, it takes $length ms"
	is "$wrong" '' "$name: the status is correct, and the next deploy completes"
}

# Kills what waits in a concurrent index build.
kill_build()
{
	local name="postgresql: $1, in an index build" crashed

	new_database
	hold writer "$db" 'insert into big values (0);'
	crashed=$(crashes)
	start_call "$call"
	until_true "$db" "select exists (select from pg_stat_activity where backend_type = 'dbcare deploy'
		and wait_event_type = 'Lock')"
	victim=$2
	find_worker
	kill -9 "${!victim}"
	recover
	release writer 2>>"$tmp/ends" || true
	is "$(postgresql "$db" <<<"select version, state from dbmigrate_status() order by version")" \
		"$(printf '%s\n' '1 applied' '2 failed' '3 pending' '4 pending' '5 pending')" "$name: it failed"
	is "$(postgresql "$db" <<<'select count(*) from pg_index where not indisvalid')" 1 "$name: the kills left an index"
	postgresql "$db" <<<"$call" >"$tmp/completed" || true
	is "$(grep -v '"success": true' "$tmp/completed" || true)$(postgresql "$db" <<<"$truth_sql$end_sql")$(end_of)" '' \
		"$name: the next deploy finishes"
	is "$(postgresql "$db" <<<"select error from dbmigrate_history() where event = 'failure'")" \
		'interrupted. In migration 2 up, statement 2, line 1.' "$name: the log tells of it"
}

start_server server autovacuum=off
for where in postgresql 'sqlite delete' 'sqlite wal'; do
	engine=${where% *}
	mode=${where#* }
	[ "$engine" = postgresql ] && call='call dbmigrate_deploy();' || call='select dbmigrate_deploy();'
	kill_deploys 'the session' worker
	[ "$engine" = postgresql ] || continue
	kill_deploys 'the worker' server_worker
	kill_build 'the session' worker
	kill_build 'the worker' server_worker
done
finish
