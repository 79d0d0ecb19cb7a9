#!/bin/bash
# dbmigrate_backfill() among other sessions: one runs it at a time, others pause
# it or forget it, rows they have locked are waited for, a cancel leaves it where
# it is, and who owns the table may run it.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

db=run
table_sql="
	create table t (id integer primary key, a integer not null default 0);
	insert into t (id) with recursive n(i) as
	    (select 1 union all select i + 1 from n where i < 2000) select i from n;"
slow='{"batch_ms": 1, "pause_ms": 3000}'

# call [OPTIONS [NAME [SQL]]]: the call that runs a backfill.
call()
{
	[ "$engine" = sqlite ] && printf 'select' || printf 'call'
	printf " dbmigrate_backfill('%s', %s, '%s');" "${2-slow}" "${3-null}" "${1-$slow}"
}

# Starts one that takes its time, and waits until it has done something.
start_slow()
{
	local until=$((SECONDS + 60))

	start_call "$(call "$slow" slow "'update t set a = a + 1'")"
	until [[ $(progress) =~ ^running\ [1-9] ]] || [ $SECONDS -ge $until ]; do
		sleep 0.01
	done
}

# Its state and how far it is.
progress()
{
	"$engine" "$db" <<<"select state, rows_seen, pid from dbmigrate_backfills() where name = 'slow'" 2>&1
}

# changed: every row was changed once.
changed()
{
	is "$("$engine" "$db" <<<'select count(*), min(a), max(a) from t')" '2000 1 1' "$engine: $1"
}

start_server server
for engine in postgresql sqlite; do
	"${engine}_new" "$db"
	"$engine" "$db" <<<"$table_sql"

	start_slow
	like "$(progress)" "^running [0-9]+ $worker\$" "$engine: the status has the process that runs it"
	like "$("$engine" "$db" <<<"$(call)" || true)" "backfill \"slow\" is running in process $worker" \
		"$engine: a second call is refused"
	"$engine" "$db" <<<"$(call '{"action": "pause"}')" >"$tmp/paused"
	wait "$client"
	like "$(cat "$tmp/answer")" '"state": "paused"' "$engine: another session can pause it"
	like "$(progress)" '^paused [0-9]+ $' "$engine: a paused backfill has no runner"
	like "$("$engine" "$db" <<<"$(call '{}')" || true)" 'backfill "slow" is paused' "$engine: it stays paused"
	like "$("$engine" "$db" <<<"$(call '{"action": "resume", "batch_ms": 60000}')")" '"state": "complete"' \
		"$engine: it goes on"
	changed 'every row was changed once'

	"$engine" "$db" <<<"update t set a = 0; $(call '{"action": "forget"}')" >"$tmp/forgotten"
	start_slow
	"$engine" "$db" <<<"$(call '{"action": "forget"}')" >"$tmp/forgotten"
	wait "$client"
	like "$(cat "$tmp/answer")" '"state": "forgotten"' "$engine: another session can remove it"

	"$engine" "$db" <<<'update t set a = 0'
	start_slow
	if [ "$engine" = postgresql ]; then
		postgresql "$db" <<<"select pg_cancel_backend($worker)" >"$tmp/cancelled"
		wait "$client" || true
		like "$(cat "$tmp/answer")" 'canceling statement due to user request' "$engine: it can be cancelled"
	else
		kill -INT "$worker"
		wait "$client" 2>>"$tmp/ends" || true
		like "$(cat "$tmp/answer")" 'interrupted' "$engine: it can be interrupted"
	fi
	like "$(progress)" '^running [1-9][0-9]* $' "$engine: an interrupted backfill keeps its progress and has no runner"
	"$engine" "$db" <<<"$(call '{"batch_ms": 60000}')" >"$tmp/completed"
	changed 'then it goes on with what was left'
done

# ---- SQLite: a runner that was told to stop, and another backfill of its name ----

sqlite "$db" <<<"update t set a = 0; $(call '{"action": "forget"}')" >"$tmp/forgotten"
start_slow
sqlite "$db" <<<"$(call '{"action": "forget"}')" >"$tmp/forgotten"
like "$(sqlite "$db" <<<"$(call '{"max_seconds": 0}' slow "'update t set a = 100'")" || true)" \
	"backfill \"slow\" is running in process $worker" 'while it runs no other one begins'
# a runner that other processes take for dead
sqlite "$db" <<<'delete from dbcare_runner;'
sqlite "$db" <<<"$(call '{"max_seconds": 0}' slow "'update t set a = 100'")" >"$tmp/begun"
wait "$client"
is "$(progress)" 'running 0 ' 'a stopped runner does not continue the new backfill'
sqlite "$db" <<<"$(call '{"batch_ms": 60000}')" >"$tmp/completed"
is "$(sqlite "$db" <<<'select count(*), min(a), max(a) from t')" '2000 100 100' 'the new backfill processes every row'

# ---- PostgreSQL: locks, roles, places ----

engine=postgresql
postgresql "$db" <<<"update t set a = 0; $(call '{"action": "forget"}')" >"$tmp/forgotten"
hold locker "$db" 'update t set a = a + 10 where id = 1500;'
update="'update t set a = a + 1'"
like "$(postgresql "$db" <<<"$(call '{"batch_ms": 10, "pause_ms": 0, "lock_retries": 2}' slow "$update")" || true)" \
	'canceling statement due to lock timeout' 'a row that stays locked ends it'
like "$(postgresql "$db" <<<"select state, failure from dbmigrate_backfills()")" \
	'^failed canceling statement due to lock timeout: The lock was held by process [0-9]+' 'and it tells who has locked it'
start_call "$(call '{"batch_ms": 10, "pause_ms": 0, "lock_retries": 1000}')"
until_true "$db" "select exists (select from pg_stat_activity where wait_event_type = 'Lock')"
release locker
wait "$client"
like "$(cat "$tmp/answer")" '"state": "complete"' 'the backfill continues once the row is unlocked'
is "$(postgresql "$db" <<<'select count(*), min(a), max(a) from t')" '2000 1 11' 'no update is lost'

postgresql "$db" <<-'END'
	create role owner;
	create role guest;
	create schema app authorization owner;
	set role owner;
	create table app.t (id integer primary key, a integer);
	insert into app.t values (1), (2);
	reset role;
	select count(dbcare_grant('owner', 'migrate')), count(dbcare_grant('guest', 'migrate'));
END
like "$(postgresql "$db" <<<"set role owner; set search_path = app, public; $(call '{"max_seconds": 0}' owned "$update")")" \
	'"state": "running"' 'the owner of a table may start one'
like "$(postgresql "$db" <<<"set role guest; set search_path = app, public; $(call '{}' owned)" || true)" \
	'backfill "owned" was stored by role "owner"' 'others may not run it'
like "$(postgresql "$db" <<<"set role owner; set search_path = app, public; $(call '{}' owned)")" \
	'"state": "complete"' 'the owner may'
like "$(postgresql "$db" <<<"set role owner; set search_path = public, app; $(call '{}' owned)" || true)" \
	'the statement of backfill "owned" now updates table public.t' 'the table must stay the same'
finish
