#!/bin/bash
# dbmigrate_deploy with parallel: migrations outside a transaction at once.
# PostgreSQL.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# deploy NAME DATABASE OPTIONS: in the background.
deploy()
{
	PGAPPNAME=$1 psql -qAtX -d "$2" -c "call dbmigrate_deploy(null, '$3');" >"$tmp/$1.out" 2>&1 &
	eval "deploy_$1=\$!"
}

# outcome NAME: waits for the end of a deploy; leaves what it said in $said.
outcome()
{
	local job

	eval "job=\$deploy_$1"
	wait "$job" || true
	said=$(cat "$tmp/$1.out")
}

# eventually DATABASE SQL NAME: passed once a query gives t.
eventually()
{
	is "$(until_true "$1" "$2")" '' "$3"
}

# tables DATABASE: a database with tables t1 to t4 and a migration for each that
# builds an index.
tables()
{
	local n

	postgresql_new "$1"
	for n in 1 2 3 4; do
		echo "create table t$n (id integer, word text);
			insert into t$n select g, 'word ' || g from generate_series(1, 1000) as g;
			select dbmigrate_add('$n', 'index $n', 'create index concurrently i$n on t$n (id)',
				'drop index concurrently i$n', '{\"transactional\": false}');"
	done | postgresql "$1" >"$tmp/made"
}

workers="select count(*) from pg_stat_activity where backend_type = 'dbcare deploy'"
waiting="$workers and wait_event_type = 'Lock'"
states="select string_agg(version || ' ' || state, ', ' order by version) from dbmigrate_status();"
invalid='select count(*) from pg_index where not indisvalid;'
# an index build waits for this to end
old='begin isolation level repeatable read; select * from pg_class limit 1;'

start_server server max_worker_processes=8

# ---- at once ----

tables many
hold old many "$old"
deploy all many '{"parallel": 3}'
eventually many "select ($waiting) = 3" 'three migrations run at once'
release old
outcome all
like "$said" '"applied": \["1", "2", "3", "4"\].*"success": true' 'all of them are applied'
is "$(postgresql many <<<"$states $invalid select dbmigrate_version();")" $'1 applied, 2 applied, 3 applied, 4 applied\n0\n4' 'and recorded'
is "$(postgresql many <<<"select count(*) from dbmigrate_history() where event = 'apply'; select count(*) from dbcare.deployment;
	select count(*) from dbmigrate_verify();")" $'4\n0\n0' 'the log is complete, nothing is left in progress'
hold old many "$old"
deploy back many '{"parallel": 2, "rollback": true}'
outcome back
like "$said" '"rolled_back": \["4"\]' 'a rollback takes the option, too'
release old
is "$(postgresql many <<<"call dbmigrate_deploy('1', '{\"rollback\": true, \"parallel\": 4}');" | grep -c '"rolled_back": \["3", "2"\]')" 1 \
	'in its own order'

# ---- not at once ----

postgresql_new apart
postgresql apart >"$tmp/made" <<-'END'
	create table t1 (id integer, word text);
	create table t2 (id integer, word text);
	create table t3 (id integer, word text);
	select dbmigrate_add('1', 'one', 'create index concurrently i1 on t1 (id)');
	select dbmigrate_add('2', 'same table', 'create index concurrently i2 on t1 (word)');
	select dbmigrate_add('3', 'depends', 'create index concurrently i3 on t2 (id)', null, '{"depends_on": ["2"]}');
	select dbmigrate_add('4', 'unknown', 'vacuum');
	select dbmigrate_add('5', 'transactional', 'create table t4 (id integer)');
	select dbmigrate_add('6', 'its table', 'create index concurrently i4 on t4 (id)');
	select dbmigrate_add('7', 'at once', 'set lock_timeout = ''1min''; create index concurrently i5 on t3 (id)');
END
for n in 1 2 3 6; do
	hold old apart "$old"
	deploy alone apart '{"parallel": 4}'
	eventually apart "select ($waiting) > 0" "migration $n runs"
	if [ "$n" = 6 ]; then
		eventually apart "select ($workers) = 2" "$n with the next one"
	else
		sleep 0.3 # another one would have begun
		is "$(postgresql apart <<<"$workers")" 1 "$n alone"
	fi
	[ "$n" = 6 ] || postgresql apart <<<"select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'alone'
		and backend_type = 'client backend';" >"$tmp/canceled"
	[ "$n" != 6 ] || release old
	outcome alone
	[ "$n" = 6 ] || release old
	[ "$n" = 6 ] || postgresql apart <<<"call dbmigrate_deploy('$((n < 3 ? n : 5))');" >"$tmp/deployed"
done
like "$said" '"applied": \["6", "7"\]' 'in the order of their versions'

# ---- one fails ----

tables broken
postgresql broken >"$tmp/made" <<-'END'
	select dbmigrate_remove('2');
	select dbmigrate_add('2', 'unique', 'create unique index concurrently i2 on t2 (word)', null, '{"transactional": false}');
	insert into t2 select * from t2;
END
deploy one broken '{"parallel": 4}'
outcome one
like "$said" 'could not create unique index "i2".*remain applied: \["1", "3", "4"\]' 'if one fails, the others end'
is "$(postgresql broken <<<"$states $invalid
	select string_agg(event || ' ' || version, ', ' order by event_id) from dbmigrate_history() where event in ('apply', 'failure');")" \
	$'1 applied, 2 failed, 3 applied, 4 applied\n0\napply 1, apply 3, apply 4, failure 2' 'each is recorded'
deploy two broken '{"parallel": 4, "on_error": "report"}'
outcome two
like "$said" '"failed": "2".*"success": false' 'it fails again'
postgresql broken <<<'delete from t2 where ctid not in (select min(ctid) from t2 group by word);'
deploy three broken '{"parallel": 4}'
outcome three
like "$said" '"applied": \["2"\]' 'once its cause is fixed, only that one runs'

# ---- a lock timeout ----

postgresql_new locked
postgresql locked >"$tmp/made" <<-'END'
	create table t1 (id integer);
	create table t2 (id integer);
	select dbmigrate_add('1', 'one', 'vacuum full t1');
	select dbmigrate_add('2', 'two', 'vacuum full t2');
END
hold reader locked 'select * from t1;'
deploy retry locked '{"parallel": 2, "lock_timeout_ms": 100, "lock_retries": 100}'
eventually locked "select state = 'applied' from dbmigrate_status() where version = '2'" 'the other one is applied'
is "$(postgresql locked <<<"$states")" '1 failed, 2 applied' 'while one waits for a lock, as the states show'
release reader
outcome retry
like "$said" '"applied": \["2", "1"\].*"retries": [1-9].*"success": true' 'one that waits for a lock is retried'

# ---- cancel and crash ----

tables ended
hold old ended "$old"
deploy canceled ended '{"parallel": 4}'
eventually ended "select ($waiting) = 4" 'four of them run'
postgresql ended <<<"select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'canceled'
	and backend_type = 'client backend';" >"$tmp/canceled"
outcome canceled
like "$said" 'canceling statement due to user request' 'a cancel of the call'
is "$(postgresql ended <<<"$workers")" 0 'ends all workers'
deploy crashed ended '{"parallel": 4}'
eventually ended "select ($waiting) = 4" 'the next call runs them again'
kill -9 "$(postgresql ended <<<"select min(pid) from pg_stat_activity where backend_type = 'dbcare deploy';")"
outcome crashed
until_true ended 'select true' >"$tmp/waited"
# shellcheck disable=SC2154
exec {holder_old}>&-
rm "$tmp/old.fifo"
deploy after ended '{"parallel": 4}'
outcome after
like "$said" '"applied": \["1", "2", "3", "4"\]' 'after a crash the next call finishes'
is "$(postgresql ended <<<"$states $invalid")" $'1 applied, 2 applied, 3 applied, 4 applied\n0' 'and leaves no invalid index'

# ---- too few workers ----

test/pg_server.sh stop "$tmp/server"
test/pg_server.sh start "$tmp/server" max_worker_processes=2
tables few
deploy few few '{"parallel": 4}'
outcome few
like "$said" '"success": true.*"4"' 'without a worker for each, fewer run at once'
is "$(postgresql few <<<"$states $invalid")" $'1 applied, 2 applied, 3 applied, 4 applied\n0' 'and none is left out'
is "$(postgresql few <<<"call dbmigrate_deploy(null, '{\"parallel\": 0}');" | head -n 1)" \
	'ERROR:  option "parallel" cannot be 0' 'the option has a range'
like "$(sqlite x <<<"select dbmigrate_deploy(null, '{\"parallel\": 2}');")" \
	'dbcare: option "parallel" exists on PostgreSQL only. Remove the option parallel.' 'SQLite refuses it'
finish
