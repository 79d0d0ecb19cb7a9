#!/bin/bash
# dbmigrate_deploy() through PgBouncer in transaction pooling, where each
# transaction of a client may have another session of the server.  A CALL is one
# statement, so that all its transactions have one.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/bouncer.sh
. "$(dirname "$0")/../../bouncer.sh"

# Runs SQL through it; options of the session are none of its business.
bounced()
{
	env -u PGOPTIONS PGHOST="$tmp/bouncer" PGPORT=6432 "${psql_shell[@]}" -d "$db" 2>&1
}

start_server server
db=bounced
postgresql_new "$db"
postgresql "$db" >"$tmp/made" <<-'END'
	create table t (id integer);
	create table run_log (step integer);
	select dbmigrate_add('1', 'one', 'create table one (id integer); insert into run_log values (1)');
	select dbmigrate_add('2', 'index', 'set work_mem = ''9MB''; insert into run_log values (2);
		create index concurrently t_id on t (id); vacuum t');
	select dbmigrate_add('3', 'three', 'set search_path = pg_catalog; insert into public.run_log values (3)');
END
start_bouncer 2

hold writer "$db" 'insert into t values (1);'
bounced <<<'call dbmigrate_deploy();' >"$tmp/first" &
first=$!
until_true "$db" "select exists (select from pg_stat_activity where backend_type = 'dbcare deploy'
	and wait_event_type = 'Lock')"
like "$(bounced <<<'select dbmigrate_apply()' || true)" 'ERROR:  migrations are running in process [0-9]+' \
	'another client is refused while it runs'
bounced <<<'call dbmigrate_deploy();' >"$tmp/second" &
second=$!
sleep 0.3 # the second one waits in a client of the pooler
release writer
wait "$first" || true
wait "$second" || true
like "$(cat "$tmp/first")" '"applied": \["1", "2", "3"\].*"success": true' 'a deploy with an index build'
like "$(cat "$tmp/second")" '"applied": \[\].*"success": true' 'a second deploy waits and has nothing to do'
is "$(postgresql "$db" <<<'select step from run_log order by step')" "$(printf '%s\n' 1 2 3)" 'each script ran once'
is "$(postgresql "$db" <<<"select count(*) from pg_locks where locktype = 'object' and classid = 1684169571")" 0 \
	'no session of the pool keeps the lock'
is "$(for i in 1 2 3 4; do bounced <<<'show work_mem; show search_path'; done | sort -u)" \
	"$(printf '%s\n' '"$user", public' 4MB)" '... or a setting'
like "$(bounced <<<"select dbmigrate_add('4', 'four', 'select 4') ->> 'action'; select dbmigrate_apply() ->> 'applied'")" \
	'added.*\["4"\]' 'and others can run migrations'

# a client that goes away
postgresql "$db" <<<"select dbmigrate_add('5', 'index', 'create index concurrently t_again on t (id)')" >"$tmp/made"
hold writer "$db" 'insert into t values (1);'
env -u PGOPTIONS PGHOST="$tmp/bouncer" PGPORT=6432 "${psql_shell[@]}" -d "$db" -c 'call dbmigrate_deploy();' >"$tmp/gone" 2>&1 &
gone=$!
until_true "$db" "select exists (select from pg_stat_activity where backend_type = 'dbcare deploy'
	and wait_event_type = 'Lock')"
kill -9 "$gone"
wait "$gone" 2>"$tmp/ends" || true
release writer
until_true "$db" "select not exists (select from pg_locks where locktype = 'object' and classid = 1684169571)"
bounced <<<'call dbmigrate_deploy();' >"$tmp/next"
is "$(bounced <<<"select state from dbmigrate_status() where version = '5'")" applied 'a disconnected client leaves no lock'
is "$(postgresql "$db" <<<'select count(*) from pg_index where not indisvalid')" 0 'a disconnected client leaves no invalid index'
# ---- without the extension ----
psql -qd postgres -c 'create database bare'
like "$(env -u PGOPTIONS build/dbcare --db "host=$tmp/bouncer port=6432 dbname=bare user=postgres" status 2>&1)" \
	'goes through a pooler in transaction mode.*Connect to the server itself' 'a session is needed without the extension'
sed -i 's/^pool_mode = .*/pool_mode = session/; $a server_reset_query = DISCARD ALL' "$tmp/bouncer/ini"
kill -HUP "$(jobs -p | tail -1)"
mode='env -u PGOPTIONS psql -qAtX -F= -h $tmp/bouncer -p 6432 -U postgres -d pgbouncer -c "show config"'
until eval "$mode" | grep -q '^pool_mode=session='; do sleep 0.05; done
pooled()
{
	env -u PGOPTIONS build/dbcare --db "host=$tmp/bouncer port=6432 dbname=bare user=postgres" "$@" 2>&1
}
is "$(pooled status)" 'no migrations' 'a pool in session mode has one'
mkdir "$tmp/scripts"
echo 'create table one (a int)' >"$tmp/scripts/1_one.sql"
printf -- '-- no-transaction\ncreate index concurrently one_a on one (a);\n' >"$tmp/scripts/2_index.sql"
pooled load --dir "$tmp/scripts" >"$tmp/loaded"
pooled -y deploy >"$tmp/deployed"
is "$(postgresql bare <<<"select indisvalid from pg_index where indexrelid = 'one_a'::regclass")" t 'and deploys there'
for i in 1 2 3; do
	is "$(bounced <<<"show search_path; select count(*) from pg_locks where locktype = 'advisory'")" "$(printf '%s\n' '"$user", public' 0)" \
		'the pool has no lock and no setting of it'
done
finish
