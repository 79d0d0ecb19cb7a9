#!/bin/bash
# The option retries of dbops_*(): which failures are repeated, and which cannot
# be.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# ---- PostgreSQL ----

# an error must not end a session
psql_shell=(psql -qAtX)
start_server server
postgresql_new ops
postgresql ops <<-'END'
	create table t (id int primary key, n int default 0);
	create table p (id int, k int, n int default 0) partition by list (k);
	create table p1 partition of p for values in (1);
	create table p2 partition of p for values in (2);
	insert into p values (1, 1);
END

# start NAME SQL: a session that runs SQL, and ends.
start()
{
	PGAPPNAME=$1 "${psql_shell[@]}" -d ops >"$tmp/$1.said" 2>&1 <<<"$2" &
	eval "job_$1=$!"
}
# said NAME: waits for it to end, and prints what it said.
said()
{
	local job=job_$1

	wait "${!job}" || true
	cat "$tmp/$1.said"
}
until_waiting()
{
	until_true ops "select exists (select from pg_stat_activity where application_name = '$1' and wait_event_type = 'Lock')"
}

# deadlock OPTIONS: the call locks row 2, waits for 3, then for 1, whose holder waits
# for 2.
deadlock()
{
	postgresql ops <<<'truncate t; insert into t values (2), (3), (1);'
	hold first ops "set deadlock_timeout = '10min'; update t set n = 1 where id = 1;"
	hold second ops 'update t set n = 1 where id = 3;'
	start caller "set deadlock_timeout = '10ms'; select dbops_update('t', '{\"n\": 5}', '{\"n\": {\"gte\": 0}}', '$1')"
	until_waiting caller
	# set by hold
	# shellcheck disable=SC2154
	echo 'update t set n = 1 where id = 2;' >&"$holder_first"
	until_waiting first
	release second
	until_true ops "select not exists (select from pg_stat_activity where application_name = 'first' and wait_event_type = 'Lock')"
	release first
	said caller
}
like "$(deadlock '{}')" 'ERROR:  deadlock detected' 'a deadlock'
is "$(deadlock '{"retries": 1, "keys": false}')" '{"affected": 3}' '... is overcome by a retry'

# lock_timeout OPTIONS: the row is locked until the call has failed, or pauses before
# a retry.
lock_timeout()
{
	hold first ops 'update t set n = 2 where id = 3;'
	start caller "select dbops_update('t', '{\"n\": 5}', '{\"id\": 3}', '$1')"
	until_waiting caller
	until_true ops "select bool_and(wait_event = 'PgSleep') is distinct from false from pg_stat_activity where application_name = 'caller' and state = 'active'"
	release first
	said caller
}
like "$(lock_timeout '{"lock_timeout_ms": 100}')" 'ERROR:  canceling statement due to lock timeout' 'a lock timeout'
is "$(lock_timeout '{"lock_timeout_ms": 100, "retries": 100}')" '{"keys": [3], "affected": 1}' '... is repeated'

# moved OPTIONS [BEGIN]: another transaction moves the row to another partition.
moved()
{
	hold first ops 'update p set k = 3 - k where id = 1;'
	start caller "${2-} select dbops_update('p', '{\"n\": 5}', '{\"id\": 1}', '$1')"
	until_waiting caller
	release first
	said caller
}
like "$(moved '{}')" 'ERROR:  tuple to be .* was already moved to another partition' 'a row that was moved to another partition'
is "$(moved '{"retries": 1}')" '{"affected": 1}' '... is found again'
like "$(moved '{"retries": 1}' 'begin isolation level repeatable read;')" \
	'ERROR:  could not serialize access .*HINT:  The snapshot belongs to the transaction: repeat the whole transaction.' \
	'... but not in a transaction with one snapshot'

# ---- SQLite ----

sqlite_new ops
sqlite ops <<<'create table t (id integer primary key);'
mkfifo "$tmp/holder"

# write SQL [SECONDS]: what SQL prints while another connection has the write lock; that
# ends with the call, or when so much time is over.
write()
{
	rm -f "$tmp/held"
	sqlite ops <"$tmp/holder" >"$tmp/held" &
	exec {fd}>"$tmp/holder"
	echo 'begin immediate; select 1;' >&"$fd"
	until [ -s "$tmp/held" ]; do sleep 0.02; done
	sqlite ops <<<"$1" >"$tmp/said" &
	caller=$!
	local until=$((SECONDS + ${2-600}))
	while kill -0 $caller 2>/dev/null && [ $SECONDS -lt $until ]; do sleep 0.02; done
	echo 'rollback;' >&"$fd"
	exec {fd}>&-
	wait
	cat "$tmp/said"
}
like "$(write "select dbops_insert('t', '{\"id\": 1}', '{\"lock_timeout_ms\": 100}');")" \
	'the database is locked by another connection' 'the write lock of another connection'
is "$(write "select dbops_insert('t', '{\"id\": 1}', '{\"lock_timeout_ms\": 100, \"retries\": 100}');" 2)" \
	'{"keys": [1], "failed": 0, "affected": 1}' '... is waited for'
like "$(write "begin; select count(*) from t; select dbops_insert('t', '{\"id\": 2}', '{\"retries\": 100}');")" \
	'is locked by another connection. Start the transaction with BEGIN IMMEDIATE' '... but not in a transaction that has read'
finish
