#!/bin/bash
# Calls that are cancelled, time out or wait too long: nothing of them stays,
# and the session goes on.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# Makes a database with three migrations; the last one never ends.
new_database()
{
	"${engine}_new" "$1"
	{
		echo 'create table run_log (step integer not null);'
		add_steps 2 100
		cat <<-'END'
			select dbmigrate_add('003', 'endless', 'create table endless (n integer);
			    insert into endless with recursive c(n) as
			    (select 1 union all select n + 1 from c where n < 1000000000)
			    select max(n) from c', 'drop table endless');
		END
	} | "$engine" "$1" >"$tmp/made"
}

# Starts SQL that will not end by itself, and waits until it is under way.
start_endless()
{
	local shell

	if [ "$engine" = sqlite ]; then
		shell=("${sqlite_shell[@]}" "$tmp/$db.db")
	else
		shell=("${psql_shell[@]}" -v VERBOSITY=verbose -d "$db")
	fi
	rm -f "$tmp/begun"
	{
		if [ "$engine" = sqlite ]; then
			echo ".shell touch $tmp/begun"
		else
			echo "\\! touch $tmp/begun"
		fi
		echo "$1"
	} >"$tmp/statement"
	timeout -k 1 20 "${shell[@]}" <"$tmp/statement" >"$tmp/answer" 2>&1 &
	client=$!
	until [ -e "$tmp/begun" ] || ! kill -0 $client 2>/dev/null; do sleep 0.02; done
}

# The backend of the session that was started last.
backend()
{
	postgresql "$db" <<-'END'
		select pid from pg_catalog.pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
		order by backend_start desc limit 1;
	END
}

# until_progress TEXT: waits until that is the progress of a call.
until_progress()
{
	until_true "$db" "select concat_ws(' ', function_name, phase, done, total) = '$1' from dbcare_progress()"
}

# Does what a user does: ctrl-C in the shell, or a cancel from elsewhere.
cancel()
{
	if [ "$engine" = sqlite ]; then
		# the shell is the only child of timeout; it may have ended
		interrupt "$(cat "/proc/$client/task/$client/children")" "$tmp/begun"
	else
		# one that comes before the statement has begun is lost
		while kill -0 "$client"; do
			postgresql "$db" <<<"select pg_cancel_backend($(backend));"
			sleep 0.2
		done
	fi >"$tmp/cancelled" 2>&1
	wait "$client" || true
}

# cancelled NAME: the last call said why, and left the state it found.
cancelled()
{
	like "$(cat "$tmp/answer")" "$why" "$engine: $1 is cancelled"
	is "$("$engine" "$db" <<<"$state_sql")" "$before" "$engine: nothing of $1 stays"
}

start_server server
db=cancel
for engine in postgresql sqlite; do
	[ "$engine" = sqlite ] && why='interrupted' || why='57014'
	new_database "$db"
	before=$("$engine" "$db" <<<"$state_sql")

	start_endless 'select dbmigrate_apply();'
	if [ "$engine" = postgresql ]; then
		is "$(until_progress 'dbmigrate_apply migration 003 2 3')" '' "$engine: its progress shows while it runs"
	fi
	cancel
	cancelled 'dbmigrate_apply()'
	start_endless "select dbmigrate_apply(null, '{\"on_error\": \"report\"}');"
	cancel
	cancelled 'a reporting dbmigrate_apply()'
	start_endless "select dbmigrate_apply(null, '{\"dry_run\": true}');"
	cancel
	cancelled 'a dry run'
	start_endless 'select dbmigrate_test();'
	cancel
	cancelled 'dbmigrate_test()'
	start_endless 'begin; insert into run_log values (0); select dbmigrate_apply();'
	cancel
	cancelled "dbmigrate_apply() in a transaction"

	# without the endless one, what was cancelled completes
	"$engine" "$db" <<<"select dbmigrate_apply('002');" >"$tmp/completed"
	like "$(cat "$tmp/completed")" '"applied": \["001", "002"\]' "$engine: the next call completes"
	"$engine" "$db" >"$tmp/added" <<-'END'
		select dbmigrate_add('002', 'step', 'select 1', 'select 1');
		select dbmigrate_rollback('001');
		select dbmigrate_add('002', 'step', 'create table two (n integer)',
		    'insert into two with recursive c(n) as
		    (select 1 union all select n + 1 from c where n < 1000000000)
		    select max(n) from c');
		select dbmigrate_apply('002');
	END
	before=$("$engine" "$db" <<<"$state_sql")
	start_endless 'select dbmigrate_rollback();'
	cancel
	cancelled 'dbmigrate_rollback()'
done

# ---- PostgreSQL ----

engine=postgresql

# the findings are ready, but those that are suppressed cannot be read
hold locker "$db" 'lock table dbcare.suppression;'
start_endless "select count(*) from dbhealth_checks('{\"checks\": [\"xid_wraparound\", \"long_running_tx\"]}');"
is "$(until_progress 'dbhealth_checks finishing 2 2')" '' 'at the end all units are completed'
release locker
wait "$client" || true

why=57014
db=timeouts
new_database "$db"
before=$(postgresql "$db" <<<"$state_sql")
start_endless "set statement_timeout = '300ms'; select dbmigrate_apply();"
wait "$client" || true
cancelled 'dbmigrate_apply() under statement_timeout'
start_endless 'select dbmigrate_apply();'
postgresql "$db" <<<"select pg_terminate_backend($(backend), 5000);" >"$tmp/terminated"
wait "$client" || true
why=57P01
cancelled 'dbmigrate_apply() of a terminated session'

is "$(psql -qAtX -F ' ' -v SHOW_CONTEXT=never -d "$db" 2>&1 <<-'END'
	set search_path = run, public;
	set statement_timeout = '300ms';
	begin;
	insert into run_log values (0);
	savepoint here;
	select dbmigrate_apply();
	rollback to here;
	set statement_timeout = 0;
	show search_path;
	commit;
	select step, (select count(*) from dbmigrate_status() where state = 'applied') from run_log;
	delete from run_log;
END
)" "$(printf '%s\n' 'ERROR:  canceling statement due to statement timeout' 'run, public' '0 0')" \
	'postgresql: a transaction goes on from its savepoint'

# ---- waiting ----

# gives_up SQL LIMIT NAME: the wait for the other session ends after that many ms.
gives_up()
{
	local start waited

	start=$(milliseconds)
	"$engine" "$db" <<<"$1" >"$tmp/answer" || true
	waited=$(($(milliseconds) - start))
	like "$(cat "$tmp/answer")" "$why" "$engine: $3 ends the wait for another runner"
	is $((waited >= $2 && waited < $2 + 5000)) 1 "$engine: ... after $2 ms (it took $waited)"
}

# Another session holds what the call needs.
db=waiting
mkfifo "$tmp/end"
for engine in postgresql sqlite; do
	"${engine}_new" "$db"
	{
		echo 'create table run_log (step integer not null);'
		add_steps 1 1
	} | "$engine" "$db" >"$tmp/made"
	before=$("$engine" "$db" <<<"$state_sql")
	"$engine" "$db" <<<"select dbcare_set('lock_timeout_ms', 2000);" >"$tmp/made"
	rm -f "$tmp/begun"
	{
		echo 'begin; select dbmigrate_apply();'
		[ "$engine" = sqlite ] && printf '.shell' || printf '\\!'
		echo " touch $tmp/begun"
		read -r _ <"$tmp/end"
		echo 'rollback;'
	} | "$engine" "$db" >"$tmp/other" &
	other=$!
	until [ -e "$tmp/begun" ]; do sleep 0.02; done
	[ "$engine" = postgresql ] && why='lock timeout' || why='locked by another connection'
	gives_up "select dbmigrate_apply(null, '{\"lock_timeout_ms\": 300}');" 300 'option lock_timeout_ms'
	gives_up "select dbmigrate_test(null, '{\"lock_timeout_ms\": 300}');" 300 'the same of a test'
	gives_up 'select dbmigrate_rollback();' 2000 'setting lock_timeout_ms'
	start_endless "select dbmigrate_apply(null, '{\"lock_timeout_ms\": 60000}');"
	start=$(milliseconds)
	cancel
	waited=$(($(milliseconds) - start))
	like "$(cat "$tmp/answer")" 'interrupted|57014' "$engine: a cancel ends the wait"
	is $((waited < 5000)) 1 "$engine: ... at once (it took $waited ms)"
	echo >"$tmp/end"
	wait "$other"
	is "$("$engine" "$db" <<<"$state_sql")" "$before" "$engine: cancelled waits leave nothing"
done
finish
