#!/bin/bash
# A database without the extension: a role without privileges begins over the
# connection, the extension continues, and back; both judge it alike.
. "$(dirname "$0")/../../lib.sh"

OWN_INSTALLATION=1 start_server s
wire=build/wire/call
find "$tmp/s/root" -name dbcare.control -exec mv {} "$tmp/dbcare.control" \;
extension_dir=$(find "$tmp/s/root" -name 'dbcare--*.sql' -printf '%h\n' -quit)
psql -qd postgres -c 'create role app login createdb'
PGUSER=app psql -qd postgres -c 'create database shop'

# over CONNINFO FUNCTION ...: calls over the connection, as role app
over()
{
	"$wire" "dbname=shop user=app" "$@" 2>&1
}

if [[ $(build/dbcare lint --dialect postgresql /dev/null 2>&1) = *'built without'* ]]; then
	plan='1|3|up|1|create index concurrently t_b on t (b)|||||f|'
	lint='^ERROR: dbmigrate_lint needs the extension dbcare\.'
else
	plan='1|3|up|1|create index concurrently t_b on t (b)|SHARE UPDATE EXCLUSIVE|{"t": "SHARE UPDATE EXCLUSIVE"}|f|24576|f|'
	lint='drop-table'
fi

# ---- migrations ----
over dbmigrate_add 1 one 'create table t (a int primary key, b text)' 'drop table t' >/dev/null
over dbmigrate_add 2 two "insert into t values (1, 'x;y'); -- with a comment
create function twice(n int) returns int language sql begin atomic select n * 2; end;
select set_config('search_path', 'pg_catalog', false)" 'drop function twice; delete from t' >/dev/null
over dbmigrate_add 3 three 'create index concurrently t_b on t (b)' 'drop index concurrently t_b' >/dev/null
like "$(over dbmigrate_apply 2)" '"applied": \["1", "2"\]' 'apply over the connection'
is "$(over dbmigrate_plan)" "$plan" 'a plan has locks if there is a parser'
like "$(over dbmigrate_apply)" 'CREATE INDEX CONCURRENTLY cannot run inside a transaction' 'apply refuses what runs outside'
like "$(over dbmigrate_deploy)" '"applied": \["3"\]' 'deploy builds an index concurrently'
is "$(psql -qAtd shop -c "select indisvalid from pg_index where indexrelid = 't_b'::regclass")" t 'the index is valid'
over dbmigrate_add 4 bad 'create table u (a int);
select a,
  nosuch from u' >/dev/null
like "$(over dbmigrate_apply NULL '{"on_error": "report"}')" '"line": 3.*3 \|   nosuch.*\^' 'an error has its line'
is "$(psql -qAtd shop -c "select to_regclass('u') is null")" t 'a failed migration leaves nothing'
like "$(over dbmigrate_repair then dbmigrate_remove 4)" '"removed"' 'repaired and removed'
for statement in commit 'commit and chain' end rollback abort begin 'savepoint a' 'prepare transaction \u0027x\u0027' 'copy t to stdout'; do
	over dbmigrate_add 5 verified 'create table v (a int)' 'drop table v' "{\"verify_sql\": \"$statement; create table escaped (a int); select true\"}" >"$tmp/added"
	like "$(over dbmigrate_apply 5 '{"on_error": "report"}')" 'transaction statements cannot run|need a client' "a verify_sql cannot leave its transaction: $statement"
	is "$(psql -qAtd shop -c "select to_regclass('escaped') is null and to_regclass('v') is null")" t 'and changes nothing'
done
mark=$'\xef\xbb\xbf'
over dbmigrate_add 5 verified 'create table v (a int)' 'drop table v' \
	"{\"verify_sql\": \"select 1 as $mark\$a\$; commit; create table escaped (a int); select true as $mark\$a\$\"}" >"$tmp/added"
like "$(over dbmigrate_apply 5 '{"on_error": "report"}')" 'transaction statements cannot run' 'nor with a byte order mark, which is a part of a name'
for body in 'create function f(begin int) returns int language sql return 1' 'create function f() returns int begin atomic select 1 as case; end' \
	'create function f() returns int begin atomic select begin from (select 1 as begin) as atomic; select case when true then 1 end as end; end'; do
	over dbmigrate_add 5 hides "$body; commit; create table escaped (a int); select 1 / 0" 'select 1' >"$tmp/added"
	like "$(over dbmigrate_apply 5 '{"on_error": "report"}')" '"statement_no": 4' "a name does not hide the end of a statement: $body"
done
is "$(psql -qAtd shop -c "select to_regclass('escaped') is null and to_regproc('f') is null")" t 'and no statement of it is left'
over dbmigrate_repair then dbmigrate_remove 5 >"$tmp/removed"
over dbmigrate_add 5 verified 'create table v (a int)' 'drop table v' \
	'{"verify_sql": "do $$ begin perform set_config($q$transaction_read_only$q$, null, true); create table escaped (a int); exception when read_only_sql_transaction then null; end $$; select true"}' >"$tmp/added"
like "$(over dbmigrate_apply 5)" '"success": true' 'a verify_sql that resets the transaction to write'
is "$(psql -qAtd shop -c "select to_regclass('escaped') is null and to_regclass('v') is not null")" t 'leaves no table'
over dbmigrate_rollback then dbmigrate_repair then dbmigrate_remove 5 >"$tmp/removed"
psql -qXd shop -c 'create role "a;b"' -c 'grant "a;b" to app' -c 'create schema odd authorization "a;b"'
over dbmigrate_add 5 verified 'create table odd.v (a int)' 'drop table odd.v' '{"verify_sql": "select false"}' >"$tmp/added"
like "$(over dbmigrate_apply 5 '{"on_error": "report", "role": "a;b"}')" 'returned false' 'a verify_sql fails for a role with a semicolon in its name'
over dbmigrate_repair then dbmigrate_remove 5 >"$tmp/removed"
psql -qXd shop -c 'drop schema odd' -c 'drop role "a;b"'
is "$(over dbmigrate_verify then dbmigrate_drift)" '' 'nothing to verify, no drift'
like "$(over dbmigrate_lint 'drop table t')" "$lint" 'lint, or why there is none'
like "$(PGOPTIONS='-c search_path=nowhere' over dbmigrate_status)" '^1\|one\|applied' 'the search path does not matter'

# ---- the option role ----
psql -qd postgres -c 'create role owner_' -c 'grant owner_ to app'
psql -qd shop -c 'create schema owned authorization owner_'
for script in 'reset role' 'set local role app' 'set session authorization default' \
	'set "Role" to none; set "Role" to owner_' 'reset U&"\0072ole"; set U&"\0072ole" to owner_' \
	"set session_authorization to default; select set_config('role', 'owner_', true)" \
	"select set_config('role', 'none', false)" 'do $d$ begin reset role; end $d$'; do
	like "$(over dbmigrate_add 9 leaves "$script; create table owned.t (a int)" then dbmigrate_apply 9 '{"role": "owner_", "allow_out_of_order": true}')" \
		'ERROR: .*A call with the option role runs scripts as that role only' "$script is refused"
done
like "$(over dbmigrate_add 9 stays 'create table owned.t (a int)' 'drop table owned.t' then dbmigrate_apply 9 '{"role": "owner_"}')" '"applied": \["9"\]' 'a script that stays runs'
is "$(psql -qAtXd shop -c "select relowner::regrole from pg_class where relname = 't' and relnamespace = 'owned'::regnamespace")" owner_ 'and creates as the role'
like "$(over dbmigrate_rollback then dbmigrate_remove 9)" removed 'rolled back'
# ... also where its transactions are its own
like "$(over dbmigrate_add 9 discards 'discard all; create table owned.t (a int)' then dbmigrate_deploy NULL '{"role": "owner_", "allow_out_of_order": true}')" \
	'cannot set session_authorization' 'DISCARD ALL would leave the role'
psql -qd shop -c 'set role owner_' -c 'create table owned.d (a int)' -c 'create table owned.fired (who text)' \
	-c "create function owned.fire() returns trigger language plpgsql as 'begin insert into owned.fired select current_user; return null; end'" \
	-c 'create constraint trigger t after insert on owned.d deferrable initially deferred for each row execute function owned.fire()'
over dbmigrate_repair then dbmigrate_remove 9 >"$tmp/told"
over dbmigrate_add 9 fires 'begin isolation level repeatable read; insert into owned.d values (1); commit; insert into owned.d values (2)' 'select 1' >"$tmp/told"
like "$(over dbmigrate_deploy NULL '{"role": "owner_"}')" '"applied": \["9"\]' 'a deploy whose transactions are its own, as the role'
is "$(psql -qAtXd shop -c 'select who, count(*) from owned.fired group by who')" 'owner_|2' '... and so fire its deferred triggers'
over dbmigrate_add 10 leaves_pair 'begin isolation level repeatable read; do $d$ begin reset role; end $d$; commit; create table owned.t (a int)' >"$tmp/told"
like "$(over dbmigrate_deploy NULL '{"role": "owner_"}')" 'the script has changed its role' '... which it cannot leave'
is "$(psql -qAtXd shop -c "select to_regclass('owned.t') is null")" t '... so that nothing more of it runs'
over dbmigrate_repair then dbmigrate_remove 10 then dbmigrate_rollback then dbmigrate_remove 9 >"$tmp/told"
psql -qd shop -c 'drop table owned.d, owned.fired' -c 'drop function owned.fire'

# ---- the area migrate ----
psql -qd postgres -c 'create role keeper login' -c 'create role worker login' -c 'create database granted'
worker=('dbname=granted user=worker' dbmigrate_apply then dbmigrate_add 2 two 'create index concurrently one_a on one (a)'
	'drop index concurrently one_a' then dbmigrate_deploy then dbmigrate_deploy 1 '{"rollback": true}')
like "$("$wire" 'dbname=granted user=postgres' dbmigrate_add 1 one 'create table one (a int)' 'drop table one' then dbcare_grant worker migrate)" \
	'The role may read[.].*who is a superuser[.]' 'an area is for reading'
psql -qd granted -c 'grant create on schema public to worker'
like "$("$wire" "${worker[@]}" 2>&1)" \
	'dbmigrate_apply needs the rights of role "postgres", which owns schema dbcare[.].*let a role that is no superuser own' \
	'... which does not write'
is "$("$wire" 'dbname=granted user=worker' dbmigrate_status | grep -c pending)" 1 '... but reads'
psql -qd granted -c 'drop schema dbcare cascade' -c 'grant create on database granted to keeper' -c 'grant keeper to worker'
like "$("$wire" 'dbname=granted user=keeper' dbmigrate_add 1 one 'create table one (a int)' 'drop table one' then dbcare_grant worker migrate)" \
	'GRANT keeper TO worker; ALTER ROLE worker SET role = .keeper.;' 'a member of the owner acts as the owner'
like "$("$wire" "${worker[@]}" 2>&1)" 'belongs to role "keeper"[.].*Act as that role in new sessions: ALTER ROLE worker SET role = .keeper.;' \
	'... only then'
psql -qd granted -c "alter role worker set role = 'keeper'" -c 'grant create on schema public to keeper'
like "$("$wire" "${worker[@]}" 2>&1)" '"applied": \["1"\].*"applied": \["2"\].*"rolled_back": \["2"\]' '... and needs no more'

# ---- round trips ----
PGUSER=app psql -qd postgres -c 'create database many'
mkdir "$tmp/net"
: >"$tmp/trips"
for ((i = 1; i <= 100; i++)); do
	printf '"%s": "-- migrate:up\\ncreate table t%s (a int primary key); insert into t%s values (1);\\n-- migrate:down\\ndrop table t%s;", ' \
		"$i.sql" $i $i $i
done | sed 's/^/{/; s/, $/}/' >"$tmp/files"
"$wire" 'dbname=many user=app' dbmigrate_load "$(<"$tmp/files")" >/dev/null
python3 test/wire/relay.py "$PGHOST/.s.PGSQL.$PGPORT" "$tmp/net/.s.PGSQL.$PGPORT" count >"$tmp/trips" &
relay=$!
until [ -s "$tmp/trips" ]; do sleep 0.02; done
like "$("$wire" "dbname=many user=app host=$tmp/net" dbmigrate_apply)" '"100"' 'a hundred migrations'
wait $relay
trips=$(tail -1 "$tmp/trips")
# besides those of the call itself
is "$((trips <= 200 + 60))" 1 "apply takes at most two round trips for each ($trips)"

# ---- other functions ----
is "$(over dbcare_functions | grep -E '^[a-z_]+\|(READ|PURE|VOLATILE)\|(\[|\|)' | cut -d '|' -f 1 |
	while read -r function; do over "$function"; done |
	grep -E '^ERROR' | grep -vE ' needs the extension dbcare\. |^ERROR: (statements are not counted|slow executions are not|the directory of backups was not named)')" '' \
	'what only reads works, or is refused in words'
like "$(over dbhealth_ping)" '"read_only": false' 'a transaction of its own is no read-only database'
like "$(over dbmonitor_sample then dbmonitor_sample)" '^\{.*\}' 'a sample of monitoring'
like "$(over dbmonitor_statistics)" '^\{|\|' 'and what it measured'

# ---- a database of another role ----
psql -qd postgres -c 'create role low login' -c 'create database theirs'
like "$("$wire" 'dbname=theirs user=low' dbmigrate_add 1 one 'select 1' 2>&1)" \
	'^ERROR: permission denied for database theirs\. Schema dbcare cannot be created\. Grant this role CREATE on the database, or call dbcare_install\(\)' \
	'what to grant is said'
"$wire" "dbname=theirs user=$(psql -qAtXd postgres -c 'select current_user')" dbcare_install >/dev/null
like "$("$wire" 'dbname=theirs user=low' dbmigrate_add 1 one 'select 1' 2>&1)" \
	'^ERROR: permission denied for table .*The owner of schema dbcare can call dbcare_grant' 'so it is where the tables are those of another role'

# ---- the extension continues ----
PGUSER=app psql -qd shop -c 'create table numbered (id smallint generated always as identity primary key, n bigserial unique)' \
	-c "select setval('numbered_id_seq', 32000)" >/dev/null
like "$(over dbhealth_checks '{"checks": ["sequence_exhaustion", "backup_missing"]}')" \
	'^backup_missing\|.*\|unknown\|.*only the extension knows of backups.*sequence_exhaustion\|.*\|critical\|public.numbered_id_seq\|' \
	'sequences are read, backups are unknown'
over dbcheck_rule_add small numbered 'id < 9' >/dev/null
over dbcare_set slow_query_ms 60 >/dev/null
before=$(over dbmigrate_status then dbmigrate_history then dbmigrate_fingerprint then dbmigrate_schema)
checks=$(over dbhealth_checks | grep -vE '^(disk_free|memory_overcommit|backup_|extension_schema_open|[a-z_]*bloat)' | cut -d '|' -f 1-3 | sort)
is "$(PGUSER=app psql -qAtd shop -c 'create extension dbcare' 2>&1 | grep -c ERROR)" 1 'the extension cannot be created'
mv "$tmp/dbcare.control" "$extension_dir/"
psql -qd shop -c 'create extension dbcare'
psql -qd shop -c 'grant execute on all routines in schema public to app'
inside=$(
	for call in 'select * from dbmigrate_status()' 'select * from dbmigrate_history()' \
		'select dbmigrate_fingerprint()' 'select dbmigrate_schema()'; do
		PGUSER=app PGTZ=UTC psql -qAtX -F '|' -d shop -c "$call"
	done
)
normal()
{
	sed -E 's/ ([0-9:.]+)(\+00)/T\1Z/; s/([0-9]{2}\.[0-9]{3})[0-9]*(Z)/\1\2/g; s/(^|\|)t(\||$)/\11\2/g; s/(^|\|)t(\||$)/\11\2/g; s/(^|\|)f(\||$)/\10\2/g; s/[0-9-]{10}T[0-9:.]+Z//g'
}
is "$(normal <<<"$before")" "$(normal <<<"$inside")" 'status, history, fingerprint and schema are the same'
is "$checks" "$(PGUSER=app psql -qAtX -F '|' -d shop -c 'select check_id, category, severity from dbhealth_checks()' |
	grep -vE '^(disk_free|memory_overcommit|backup_|extension_schema_open|[a-z_]*bloat)' | sort)" 'the same findings'
is "$(PGUSER=app psql -qAtXd shop -c "select dbmigrate_rollback('2') ->> 'success'" 2>&1 | tail -1)" \
	"$(PGUSER=app psql -qAtXd shop -c "select 'x'" >/dev/null; echo 'HINT:  Roll the migration back with dbmigrate_deploy() and {"rollback": true}.')" 'rollback with the extension'
PGUSER=app psql -qXd shop -c "call dbmigrate_deploy('1', '{\"rollback\": true}')" >/dev/null
is "$(PGUSER=app psql -qAtXd shop -c "select dbcare_get('slow_query_ms'), (select name from dbcheck_rules()), (dbmonitor_status() ->> 'samples')::int" \
	-c "select dbmonitor_sample() is not null")" '60|small|2
t' 'the extension has the settings, rules and samples of the connection'
psql -qd shop -c 'drop extension dbcare'

# ---- and back ----
like "$(over dbcare_get slow_query_ms then dbcheck_rules then dbmonitor_status)" '^60.small\|public.numbered\|.*"samples": 3,' 'nothing is lost without it'
psql -qd shop -c 'drop table numbered'
like "$(over dbmigrate_status)" '2\|two\|pending' 'the connection sees what the extension did'
like "$(over dbmigrate_deploy)" '"applied": \["2", "3"\]' 'and goes on'
is "$(over dbmigrate_verify)" '' 'the chain of the log holds'
finish
