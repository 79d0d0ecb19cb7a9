#!/bin/bash
# dbmigrate_deploy in a database that others use: locks, concurrent index
# builds, several runners, cancels.  PostgreSQL, but for callers at once.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# deploy NAME DATABASE [OPTIONS] [SQL before it]: in the background.
deploy()
{
	{
		echo "${4-}"
		echo "set client_min_messages = notice;"
		echo "call dbmigrate_deploy(null, '${3:-{\}}');"
	} | PGAPPNAME=$1 psql -qAtX -v VERBOSITY=verbose -d "$2" >"$tmp/$1.out" 2>&1 &
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

# The number of the process of a session.
pid_of()
{
	postgresql "$1" <<<"select pid from pg_stat_activity where application_name = '$2'
		and backend_type = 'client backend'"
}

building="select exists (select from pg_stat_activity where backend_type = 'dbcare deploy'
	and wait_event_type = 'Lock')"
no_worker="select not exists (select from pg_stat_activity where backend_type = 'dbcare deploy')"
invalid='select count(*) from pg_index where not indisvalid'
states="select version, state from dbmigrate_status() order by version"

start_server server max_worker_processes=6

# ---- waiting for a lock ----

postgresql_new locks
postgresql locks >"$tmp/made" <<-'END'
	create table busy (id integer);
	select dbmigrate_add('1', 'one', 'create table one (id integer)');
	select dbmigrate_add('2', 'two', 'create table two (id integer); alter table busy add word text');
END
hold reader locks 'select * from busy;'
deploy waiter locks '{"lock_timeout_ms": 400, "lock_retries": 30}'
longest=0
tried=0
# the pauses between its attempts are longer than a few of these
until [ $tried -ge 15 ] && [ $longest -gt 150 ] || [ $tried -ge 500 ]; do
	start=$(milliseconds)
	postgresql locks <<<'select count(*) from busy' >"$tmp/read"
	waited=$(($(milliseconds) - start))
	[ $waited -le $longest ] || longest=$waited
	tried=$((tried + 1))
done
blocker=$(pid_of locks reader)
is "$(postgresql locks <<<"$states")" "$(printf '%s\n' '1 applied' '2 pending')" \
	'what came before the one that waits is applied'
is "$(postgresql locks <<<"select count(*) from pg_tables where tablename = 'two'")" 0 \
	'... which holds nothing of what it began'
release reader
outcome waiter
is $((longest < 400 + 5000)) 1 "others wait no longer than its lock timeout (it was $longest ms)"
is $((longest > 150)) 1 'other sessions waited for the deploy'
like "$said" "NOTICE: .* migration 2: canceling statement due to lock timeout; attempt 2 of 31 in [0-9]+ ms\. The lock was held by process $blocker \(user \"postgres\", application \"reader\", idle in transaction\), whose query is: select \* from busy" \
	'a notice names who is in the way'
like "$said" '"applied": \["1", "2"\].*"success": true' 'the deploy succeeds once the lock is free'
hold reader locks 'select * from busy;'
postgresql locks <<<"select dbmigrate_add('3', 'three', 'drop table busy')" >"$tmp/made"
deploy waiter locks '{"lock_timeout_ms": 100, "lock_retries": 2}'
outcome waiter
like "$said" "ERROR:  55P03: .*DETAIL:  The lock was held by process $(pid_of locks reader) .*No migration was applied\." \
	'it gives up after so many attempts'
is "$(grep -c 'attempt' <<<"$said")" 2 'the deploy retried as often as allowed'
release reader
is "$(postgresql locks <<<"$states" | tail -n 1)" '3 failed' 'a deploy that gives up leaves a failed migration'

# ---- a concurrent index build ----

postgresql_new indexes
postgresql indexes >"$tmp/made" <<-'END'
	create table t (id integer);
	insert into t select generate_series(1, 1000);
	create table other (id integer);
	select dbmigrate_add('1', 'index', 'create index concurrently t_id on t (id)', 'drop index t_id');
	select dbmigrate_add('2', 'two', 'create table two (id integer)');
END
hold writer indexes 'insert into t values (0);'
deploy first indexes '{"lock_timeout_ms": 1000}'
until_true indexes "$building"
first=$(pid_of indexes first)
is "$(postgresql indexes <<<"select backend_xmin is null, backend_xid is null, wait_event_type
	from pg_stat_activity where pid = $first")" 't t Extension' \
	'a deploy that waits for its index build holds no snapshot'
is "$(postgresql indexes <<<"select usename, query from pg_stat_activity
	where backend_type = 'dbcare deploy'")" 'postgres create index concurrently t_id on t (id)' \
	'... which shows in pg_stat_activity'
for call in 'dbmigrate_apply()' 'dbmigrate_rollback()' "dbmigrate_add('9', 'nine', 'select 9')"; do
	start=$(milliseconds)
	said=$(psql -qAtX -v VERBOSITY=verbose -d indexes -c "select $call" 2>&1 || true)
	waited=$(($(milliseconds) - start))
	like "$said" "55P03: migrations are running in process $first"$'\n'"DETAIL:  The session belongs to user \"postgres\", application \"first\", since 20" \
		"${call%%(*} names the deploy"
	is $((waited < 5000)) 1 "... at once ($waited ms)"
done
is "$(postgresql indexes <<<"$states")" "$(printf '%s\n' '1 pending' '2 pending')" \
	'the states are still those from before'
deploy second indexes
is "$(until_true indexes "select exists (select from pg_stat_activity where application_name = 'second'
	and state = 'active' and backend_xmin is null)")" '' 'a second deploy waits without a snapshot'
until grep -q 'waits for a lock' "$tmp/first.out" || ! kill -0 "$deploy_first"; do sleep 0.02; done
release writer
outcome first
like "$said" 'NOTICE: .*migration 1, statement 1, waits for a lock. The lock was held by process [0-9]+ \(user "postgres", application "writer"' \
	'a patient wait is told of'
like "$said" '"applied": \["1", "2"\].*"success": true' 'the index build ends when the writer does'
outcome second
like "$said" '"applied": \[\].*"success": true' 'the second deploy finds nothing to do'
is "$(postgresql indexes <<<"$invalid")" 0 'no index is invalid'

# ---- cancel and terminate ----

end_deploy()
{
	local function=$1 code=$2

	postgresql indexes >"$tmp/made" <<<"select dbmigrate_add('3', 'index', 'create table if not exists made (n integer);
		create index concurrently t_again on t (id);
		insert into made values (1)')"
	hold writer indexes 'insert into t values (0);'
	deploy first indexes
	until_true indexes "$building"
	postgresql indexes <<<"select $function($(pid_of indexes first))" >"$tmp/made"
	outcome first
	like "$said" "$code" "$function ends a deploy"
	until_true indexes "$no_worker"
	is "$(postgresql indexes <<<"$no_worker")" t "$function ends the worker of a deploy"
	is "$(postgresql indexes <<<"$states" | tail -n 1)" '3 failed' "$function leaves a failed migration"
	is "$(postgresql indexes <<<"select count(*) from pg_locks where locktype = 'object' and classid = 1684169571")" 0 \
		'... and no lock'
	is "$(postgresql indexes <<<"select version, finding, message from dbmigrate_verify() where finding <> 'log_changed'")" \
		'3 unfinished statement 2 of the script has not completed; dbmigrate_deploy() resumes there' \
		'... and tells how far it came'
	release writer
	deploy first indexes
	outcome first
	like "$said" 'migration 3 resumes where it was interrupted: In migration 3 up, statement 2' \
		'the next one goes on there'
	like "$said" 'dropping index public.t_again, which is not valid' 'the next deploy drops the invalid index'
	like "$said" '"applied": \["3"\].*"success": true' 'the next deploy completes'
	is "$(postgresql indexes <<<"$invalid")" 0 'the next deploy leaves a valid index'
	is "$(postgresql indexes <<<"select event, error from dbmigrate_history() where version = '3' order by event_id")" \
		"$(printf '%s\n' 'register ' 'failure interrupted. In migration 3 up, statement 2, line 2.' 'apply ')" \
		'... and the log tells of it'
	is "$(postgresql indexes <<<'select count(*) from made')" 1 'each statement ran once'
	postgresql indexes >"$tmp/made" <<-'END'
		drop index t_again;
		drop table made;
		delete from dbcare.ledger where version = '3';
		delete from dbcare.migration where version = '3';
		delete from dbcare.history where version = '3';
	END
}
end_deploy pg_cancel_backend '57014'
end_deploy pg_terminate_backend '57P01'

# a worker that is ended is a failure
postgresql indexes >"$tmp/made" <<<"select dbmigrate_add('3', 'index', 'create index concurrently on t (id)')"
hold writer indexes 'insert into t values (0);'
deploy first indexes
until_true indexes "$building"
postgresql indexes <<<"select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'dbcare deploy'" >"$tmp/made"
until_true indexes "select not exists (select from pg_stat_activity where backend_type = 'dbcare deploy')" >"$tmp/made"
release writer
outcome first
like "$said" 'ERROR:  57P01: terminating background worker "dbcare deploy" due to' 'an ended worker fails the deploy'
is "$(postgresql indexes <<<"$invalid")" 0 'an ended worker leaves no invalid index, even without a name'
deploy first indexes
outcome first
like "$said" '"applied": \["3"\].*"success": true' 'a deploy can be repeated after an ended worker'

# ---- repair after a cancel ----

postgresql indexes >"$tmp/made" <<<"select dbmigrate_add('4', 'index', 'create index concurrently t_left on t (id)')"
hold writer indexes 'insert into t values (0);'
deploy first indexes
until_true indexes "$building"
postgresql indexes <<<"select pg_cancel_backend($(pid_of indexes first))" >"$tmp/made"
outcome first
release writer
is "$(postgresql indexes <<<"begin; select dbmigrate_repair() ->> 'leftovers'; rollback")" '["public.t_left"]' \
	'repair names what an interrupted deploy has left'
is "$(postgresql indexes <<<"select dbmigrate_repair('{\"drop_leftovers\": true}') ->> 'cleared'; $invalid")" \
	"$(printf '%s\n' '["4"]' 0)" '... and drops it when asked to'
is "$(postgresql indexes <<<"select dbmigrate_repair() ->> 'leftovers'; $states" | sed -n '1p;$p')" "$(printf '%s\n' '[]' '4 pending')" \
	'... and all is as before'

# ---- failures outside a transaction ----

postgresql_new outside
postgresql outside >"$tmp/made" <<-'END'
	create table t (id integer);
	insert into t values (1), (1);
	select dbmigrate_add('1', 'index', 'create table a (id integer);

	create unique index concurrently t_id on t (id); create table b (id integer)');
END
deploy first outside
outcome first
like "$said" 'ERROR:  23505: could not create unique index "t_id"'$'\n''DETAIL:  Key \(id\)=\(1\) is duplicated. No migration was applied.' \
	'a failure of the worker is raised in its own words'
like "$said" 'CONTEXT: .*In migration 1 up, statement 2, line 3.' 'the failure has its place'
is "$(postgresql outside <<<"$invalid")" 0 'a failed index build leaves no invalid index'
is "$(postgresql outside <<<"$states")" '1 failed' 'a failed index build leaves a failed migration'
postgresql outside <<<'delete from t where ctid = (select max(ctid) from t)'
deploy first outside
outcome first
like "$said" '"applied": \["1"\].*"success": true' 'the next deploy continues at the failed statement'
is "$(postgresql outside <<<"select count(*) from dbcare.deployment")" 0 'a completed deploy leaves no row in dbcare_deployment'
postgresql outside >"$tmp/made" <<-'END'
	select dbmigrate_add('2', 'index', 'select 1; vacuum t; create table t (id integer); select 2', null);
END
deploy first outside '{"on_error": "report"}'
outcome first
like "$said" '"statement_no": 3.*"success": false' 'or reported'

# ---- the session ----

postgresql outside >"$tmp/made" <<-'END'
	create role deployer login;
	create role owner_role;
	grant owner_role to deployer;
	create schema own authorization owner_role;
	select dbcare_grant('owner_role', 'migrate');
	select dbmigrate_repair();
	select dbmigrate_add('2', 'session', 'create table seen as select current_user as u, session_user as s,
		current_setting(''search_path'') as path, current_setting(''app.tenant'') as tenant,
		current_setting(''work_mem'') as mem, current_setting(''lock_timeout'') as timeout;
		do $$ begin raise notice ''from the worker''; end $$; set work_mem = ''9MB''; vacuum own.seen;
		insert into seen (mem) select current_setting(''work_mem'')');
END
PGUSER=deployer deploy first outside '' "set role owner_role; set search_path = own, public;
	set app.tenant = 'acme'; set work_mem = '7MB';"
outcome first
like "$said" '"applied": \["2"\].*"success": true' 'a role with the grant deploys'
like "$said" 'NOTICE: .*from the worker' 'a role with the grant sees notices'
is "$(postgresql outside <<<'select * from own.seen order by 1')" \
	"$(printf '%s\n' 'owner_role deployer own, public acme 7MB 5s' '    9MB ')" \
	'... and the worker has its user and its settings'
is "$(postgresql outside <<<"select role_name, actor from dbmigrate_history() where event = 'apply' and version = '2'")" \
	'owner_role deployer' '... which are in the log'

# ---- where it cannot be called ----

# refused SQL SQLSTATE NAME: SQL fails like that.
refused()
{
	like "$(psql -qAtX -v VERBOSITY=verbose -d outside 2>&1 <<<"$1")" "$2" "$3"
}
refused 'begin; call dbmigrate_deploy();' '25001: dbmigrate_deploy cannot run inside a transaction.*HINT:  Repeat the call outside a transaction, with autocommit on' 'refused in a transaction'
refused "create function f() returns jsonb language plpgsql as 'declare r jsonb; begin call dbmigrate_deploy(result => r); return r; end'; select f();" \
	'2D000: dbmigrate_deploy cannot be called from a function' 'refused in a function'
refused 'set default_transaction_read_only = on; call dbmigrate_deploy();' '25006: cannot execute dbmigrate_deploy\(\) in a read-only transaction' 'refused in a read-only transaction'
refused "do 'declare r jsonb; begin call dbmigrate_deploy(result => r); raise warning ''%'', r->>''success''; end'" 'WARNING: .*true' 'a DO block may call it'
refused "set default_transaction_isolation = serializable; call dbmigrate_deploy();" '"success": true' 'and any isolation level'

# no worker is free
postgresql outside <<<"select dbmigrate_add('3', 'vacuum', 'vacuum t')" >"$tmp/made"
"${psql_shell[@]}" -d outside -c 'alter system set max_worker_processes = 0'
test/pg_server.sh stop "$tmp/server"
test/pg_server.sh start "$tmp/server"
refused 'call dbmigrate_deploy();' '53400: no background worker is free to run migration 3.*HINT:  Wait for other workers to end, or increase max_worker_processes' 'no worker is free'
"${psql_shell[@]}" -d outside -c 'alter system reset max_worker_processes'
test/pg_server.sh stop "$tmp/server"
test/pg_server.sh start "$tmp/server"

# ---- what apply cannot do ----

postgresql_new separate
postgresql separate >"$tmp/made" <<-'END'
	create type mood as enum ('sad');
	create table p (id integer primary key);
	create table c (id integer references p deferrable initially deferred);
	select dbmigrate_add('1', 'value', 'alter type mood add value ''ok''');
	select dbmigrate_add('2', 'use', 'create table m (m mood default ''ok'')');
END
like "$(psql -qAtX -v VERBOSITY=verbose -d separate -c 'select dbmigrate_apply()' 2>&1 || true)" \
	'55P04.*dbmigrate_deploy\(\) runs each migration in its own transaction\.' 'apply points to deploy'
is "$(postgresql separate <<<'call dbmigrate_deploy()' | grep -c '"success": true')" 1 'deploy uses a new enum value in the next migration'

# ---- an interrupt of SQLite's second connection ----

sqlite_new endless
sqlite endless >"$tmp/made" <<-'END'
	create table endless (n integer);
	select dbmigrate_add('1', 'endless', 'vacuum; insert into endless with recursive c(n) as
	    (select 1 union all select n + 1 from c where n < 1000000000) select max(n) from c');
END
"${sqlite_shell[@]}" "$tmp/endless.db" 'select dbmigrate_deploy();' >"$tmp/endless.out" 2>&1 &
shell=$!
until [ "$(sqlite3 "$tmp/endless.db" 'select statement_no from dbcare_deployment' 2>&1)" = 2 ] || ! kill -0 $shell; do sleep 0.02; done
start=$(milliseconds)
kill -INT "$shell"
wait "$shell" || true
waited=$(($(milliseconds) - start))
like "$(cat "$tmp/endless.out")" 'interrupted' 'sqlite: an interrupt ends what runs on the second connection'
is $((waited < 5000)) 1 "sqlite: ... at once ($waited ms)"
is "$(sqlite endless <<<"$states")" '1 failed' 'sqlite: an interrupt leaves a failed migration'
is "$(sqlite endless <<<"select statement_no, begun from dbcare_deployment")" '2 0' '... that goes on at its second statement'

# ---- a deploy in a deploy ----

postgresql_new nested
is "$(postgresql nested 2>&1 <<-'END' | grep ERROR
	select dbmigrate_add('1', 'inner', 'vacuum; do $$ declare r jsonb; begin call dbmigrate_deploy(result => r); end $$');
	set statement_timeout = '10s';
	call dbmigrate_deploy();
END
)" 'ERROR:  dbmigrate_deploy cannot be called by a migration' 'a migration cannot wait for the deploy it is part of'

# ---- what needs a transaction without writes before it ----

slot="select pg_create_logical_replication_slot('made', 'pgoutput')"
postgresql_new slots
like "$(postgresql slots <<<"select dbmigrate_add('1', 'slot', \$\$$slot\$\$) is not null; call dbmigrate_deploy();")" \
	'performed writes.*HINT:  Mark the migration as one outside a transaction, by the option transactional' \
	'a replication slot cannot be made where dbcare has written, and the hint says what to do'
like "$(postgresql slots <<<"select dbmigrate_add('1', 'slot', \$\$$slot\$\$, null, '{\"transactional\": false}') is not null; call dbmigrate_deploy();")" \
	'"success": true' '... which works'
postgresql slots <<<"select pg_drop_replication_slot('made')" >"$tmp/out"

# ---- callers at once, on both engines ----

for engine in postgresql sqlite; do
	"${engine}_new" many
	{
		echo 'create table run_log (step integer not null);'
		add_steps 12 20
		echo "select dbmigrate_add('006', 'outside', 'insert into run_log values (6); vacuum', null);"
	} | "$engine" many >"$tmp/made"
	[ "$engine" = postgresql ] && call=call || call=select
	jobs=
	for i in 1 2 3 4; do
		"$engine" many <<<"$call dbmigrate_deploy();" >"$tmp/many.$i" 2>&1 &
		jobs+=" $!"
	done
	for job in $jobs; do
		wait "$job" || true
	done
	is "$(for i in 1 2 3 4; do grep -o '"success": true' "$tmp/many.$i" || cat "$tmp/many.$i"; done | sort | uniq -c | sed 's/^ *//')" \
		'4 "success": true' "$engine: concurrent deploys all succeed"
	is "$("$engine" many <<<"select count(*), count(distinct step), (select count(*) from dbmigrate_status()
		where state = 'applied'), (select count(*) from dbmigrate_verify()) from run_log")" '12 12 12 0' \
		"$engine: ... and each migration ran once"
	is "$("$engine" many <<<"select count(*) from dbmigrate_history() where event = 'apply'")" 12 "$engine: each migration is logged once"
done
finish
