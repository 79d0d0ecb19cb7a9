#!/bin/bash
# Processes that end while their lock waits are watched: scripts that fail,
# sessions and workers that are terminated, a fast shutdown.  The server and all
# other sessions go on, and the log holds no sign of a crash.  PostgreSQL alone.
# Prints TAP.
#
# usage: test/process/migrate/exits.sh [COUNT]
#
# COUNT is the number of exits of each kind (default 12).
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

count=${1:-12}
timeouts=(1 4 20)

# Ends a session, or the worker, at a random moment of its call.
terminate()
{
	postgresql exits <<-END
		do \$\$ declare p integer; begin
		    for i in 1 .. 5000 loop
		        select pid into p from pg_stat_activity where $1;
		        exit when p is not null;
		        perform pg_sleep(0.001), pg_stat_clear_snapshot();
		    end loop;
		    perform pg_sleep(random() * 0.06);
		    perform pg_terminate_backend(p);
		end \$\$
	END
}

# sweep NAME CALL CONDITION: that many times a call, whose process is ended.
sweep()
{
	local i client ended=0

	for ((i = 0; i < count; i++)); do
		PGAPPNAME=victim "${psql_shell[@]}" -d exits \
			-c "${2//TIMEOUT/${timeouts[i % 3]}}" >"$tmp/answer" 2>&1 &
		client=$!
		terminate "$3" >>"$tmp/terminated" 2>&1 || true
		wait "$client" || ended=$((ended + 1))
	done
	is "$ended" "$count" "$1: each of $count calls ends"
	is "$(crashes)" 0 "$1: the server keeps running"
	until_true exits "select not exists (select from pg_stat_activity
		where application_name = 'victim' or backend_type = 'dbcare deploy')"
	is "$(postgresql exits <<<"select count(*) from pg_locks as l
		where l.pid <> pg_backend_pid() and l.mode <> 'AccessShareLock'
		and l.database = (select oid from pg_database where datname = current_database())")" 0 \
		"$1: no lock is left"
}

# clean_log NAME: the log holds nothing that no server should say.
clean_log()
{
	is "$(grep -aE 'terminated by signal|abnormal|PANIC|TRAP|WARNING|leak|still referenced' \
		"$tmp/server/log" | sort | uniq -c)" '' "$1: the log holds no crash, no leak and no warning"
}

start_server server
postgresql_new exits
postgresql exits >"$tmp/made" <<-'END'
	create table t (id integer primary key, word text);
	-- more than all calls of the backfill change
	insert into t select generate_series(1, 200000);
	select dbmigrate_add('1', 'fails', 'vacuum t; select 1 / length(pg_sleep(0.01)::text)');
END

alike=0
for ((i = 0; i < count; i++)); do
	said=$("${psql_shell[@]}" -d exits 2>&1 \
		-c "call dbmigrate_deploy(null, '{\"lock_timeout_ms\": ${timeouts[i % 3]}}')" || true)
	[[ $said != *'division by zero'* ]] || alike=$((alike + 1))
done
is "$alike" "$count" "each of $count scripts fails with its own error"
sleep 0.2 # a crash is noticed a moment later
is "$(crashes)" 0 'failing scripts do not crash the server'

postgresql exits >"$tmp/made" <<-'END'
	select dbmigrate_repair();
	select dbmigrate_add('1', 'slow', 'select pg_sleep(20)');
END
deploy="call dbmigrate_deploy(null, '{\"lock_timeout_ms\": TIMEOUT}')"
backfill="call dbmigrate_backfill('words', 'update t set word = ''a'' where word is null',
	'{\"lock_timeout_ms\": TIMEOUT, \"batch_ms\": 1, \"pause_ms\": 5}')"
session="application_name = 'victim' and state = 'active' and query not like '%do %'"
worker="backend_type = 'dbcare deploy'"
sweep 'deploy, terminated' "$deploy" "$session"
sweep 'backfill, terminated' "$backfill" "$session"
postgresql exits >"$tmp/made" <<-'END'
	select dbmigrate_add('1', 'slow', 'vacuum t; select pg_sleep(20)');
END
sweep 'deploy with a worker, terminated' "$deploy" "$session"
sweep 'worker, terminated' "$deploy" "$worker"

# ---- a fast shutdown ----

for ((i = 0; i < (count + 5) / 6; i++)); do
	PGAPPNAME=victim "${psql_shell[@]}" -d exits -c "${deploy/TIMEOUT/4}" >"$tmp/answer" 2>&1 &
	client=$!
	until_true exits "select exists (select from pg_stat_activity where $worker)"
	test/pg_server.sh stop "$tmp/server"
	wait "$client" || true
	like "$(tail -n 1 "$tmp/server/log")" 'database system is shut down' 'a fast shutdown succeeds'
	test/pg_server.sh start "$tmp/server"
done
clean_log 'all of them'
is "$(postgresql exits <<<'select dbcare_version() is not null')" t 'the server answers'
finish
