#!/bin/bash
# dbinit_*() over a connection: what the extension continues, what is refused and changes
# nothing, scripts that cannot leave the call, many processes and kills, and no code of
# others with the rights of the user.  Prints TAP.
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server s
psql -qd postgres -c 'create role app login' -c 'create database shop owner app' -c "alter role app set lock_timeout = '2min'"
for role in app postgres; do
	psql -qd shop -c "alter role $role set timezone = 'Asia/Tokyo'" -c "alter role $role set datestyle = 'German'"
done

# A call without the extension.
over()
{
	build/wire/call "dbname=shop user=$1" "${@:2}" 2>&1
}

# manifest NAME [MEMBERS]: one with a table, seeds, a rule and an expectation
manifest()
{
	printf '%s' "{\"name\": \"$1\", \"migrations\": [{\"version\": \"1\", \"up\": \"create table $1 (id int primary key, at timestamptz not null); create index ${1}_at on $1 (at)\"}],
		\"seeds\": [{\"name\": \"$1\", \"relation\": \"$1\", \"row_data\": [{\"id\": 1, \"at\": \"2026-02-01T00:00:00Z\"}]}],
		\"rules\": [{\"name\": \"$1\", \"relation\": \"$1\", \"expression\": \"id > 0\"}],
		\"expect\": [{\"name\": \"rows\", \"sql\": \"select count(*) = 1 from $1 where at = '2026-02-01 00:00+00'\"}]${2-}}"
}

# ---- begun without the extension, and continued with it ----

like "$(over app dbinit_run "$(manifest till)" '{"dry_run": true}')" '"success": true' 'a dry run'
is "$(psql -qAtXd shop -c "select to_regclass('till') is null")" t 'changes nothing'
like "$(over app dbinit_run "$(manifest till)")" '"success": true' 'a manifest is run'
is "$(over app dbinit_validate "$(manifest till)")" '' 'and the database is ready'
is "$(over app dbinit_status | jq -c '[.initialized, .manifests[0].name, .manifests[0].run_by]')" '[true,"till","app"]' 'which is recorded'
psql -qXd shop -c 'create extension dbcare' -c 'grant execute on all functions in schema public to app'
is "$(PGUSER=app psql -qAtXd shop -c "select count(*) from dbinit_validate('$(manifest till | sed "s/'/''/g")')")" 0 'the extension finds it ready'
psql -qXd shop -c 'drop index till_at'
like "$(PGUSER=app psql -qAtXd shop -c "select dbinit_repair('$(manifest till | sed "s/'/''/g")')")" '"success": true' 'and repairs it'
psql -qXd shop -c 'drop extension dbcare'
is "$(over app dbinit_validate "$(manifest till)")" '' 'without it again, it is ready'
psql -qXd shop -c 'drop index till_at'
like "$(over app dbinit_validate "$(manifest till)")" 'till_at\|is missing' 'damage is found'
like "$(over app dbinit_repair "$(manifest till)")" '"success": true' 'and repaired'
is "$(over app dbinit_run "$(manifest till)" '{"automatic": true}' | jq -c '[.success, (.steps_completed | length)]')" '[true,2]' 'a program that starts only looks'

# ---- what needs the extension ----

for part in archive audit policies; do
	answer=$(over app dbinit_run "$(manifest needs ", \"$part\": [{\"relation\": \"needs\", \"options\": {}}]")")
	like "$answer" '"success": false' "a manifest with $part fails"
	like "$answer" '"message": "db[a-z_]* needs the extension dbcare"' 'in words'
done
is "$(psql -qAtXd shop -c "select to_regclass('needs') is null")" t 'and changes nothing'
like "$(over app dbinit_run tenancy)" 'dbarchive_enable needs the extension dbcare' 'as the packs do'
answer=$(over app dbinit_run "$(manifest may ', "may_fail": ["policies"], "archive": [{"relation": "may"}]')")
is "$(jq -c '[.success, (.warnings | map(.message))]' <<<"$answer")" \
	'[true,["dbarchive_enable needs the extension dbcare","does not keep deleted rows"]]' 'unless these may fail'

# ---- scripts stay in the call ----

psql -qXd shop -c 'create table there (id int)' -c 'alter table there owner to app'
for statement in 'commit; begin' rollback abort 'savepoint a' 'set role low' 'copy there to stdout'; do
	like "$(over app dbinit_run "{\"name\": \"out\", \"migrations\": [{\"version\": \"1\", \"up\": \"create table outside (id int); $statement; drop table nowhere; create table there (id int)\"}]}")" \
		'"success": false' "a migration cannot leave its transaction: $statement"
	like "$(over app dbinit_run "{\"name\": \"out\", \"expect\": [{\"name\": \"e\", \"sql\": \"$statement; create table outside (id int); select true\"}]}")" \
		'"success": false' 'nor can an expectation'
done
is "$(psql -qAtXd shop -c "select to_regclass('outside') is null" -c "select count(*) from pg_namespace where nspname like 'dbcare_preview%'")" $'t\n0' 'nothing is left'
is "$(over app dbinit_run "{\"name\": \"out\", \"migrations\": [{\"version\": \"1\", \"up\": \"set search_path = pg_catalog; set timezone = 'UTC'\"}]}" then dbinit_validate "$(manifest till)" | tail -n +2)" '' \
	'settings of a script end with it'

# ---- many at once, and killed ----

pids=
for caller in 1 2 3; do
	over app dbinit_run "$(manifest crowd)" >"$tmp/answer.$caller" &
	pids+=" $!"
done
for caller in $pids; do wait "$caller"; done
is "$(cat "$tmp"/answer.* | grep -c '"success": true') $(cat "$tmp"/answer.* | grep -c '"applied"')" '3 1' 'of three at once all succeed, and one applies the migration'
hold user shop 'create table killed (id int);'
over app dbinit_run "$(manifest killed)" >"$tmp/killed" &
until_true shop 'select count(*) > 0 from pg_locks where not granted' >"$tmp/waited"
kill -9 "$(pgrep -P $! || echo $!)"
wait $! 2>>"$tmp/ends" || true
release user
until_true shop "select count(*) = 0 from pg_stat_activity where usename = 'app'" >"$tmp/waited"
psql -qXd shop -c 'drop table if exists killed'
like "$(over app dbinit_run "$(manifest killed)")" '"success": true' 'after a kill the next call succeeds'

# ---- rights ----

psql -qd postgres -c 'create role boss login' -c 'grant app to boss' -c 'create database den owner boss'
psql -qXd den -c 'create table noted (who name)' -c 'grant insert on noted to public' -c 'grant create on schema public to app'
PGUSER=app psql -qXd den <<'SQL'
create table own (id int primary key);
create function note() returns trigger language plpgsql as $$ begin insert into noted values (current_user); return new; end $$;
create trigger note before insert on own for each row execute function note();
create function yes(int) returns boolean language plpgsql immutable as $$ begin insert into noted values (current_user); return true; end $$;
create table checked (id int primary key);
insert into checked values (1);
SQL
den()
{
	build/wire/call "dbname=den user=$1" "${@:2}" 2>&1
}
like "$(den boss dbinit_run '{"name": "a", "seeds": [{"name": "a", "relation": "own", "row_data": [{"id": 1}]}]}')" 'code of role ."app."' 'seeds run no code of others'
like "$(den boss dbinit_run '{"name": "b", "rules": [{"name": "b", "relation": "own", "expression": "id > 0"}]}')" '"success": true|code of role' 'rules are added, or not'
like "$(den boss dbinit_run '{"name": "c", "migrations": [{"version": "1", "up": "create table checked (id int primary key, constraint c check (yes(id)))"}]}' '{"on_conflict": "migrate"}')" \
	'code of role ."app."|is missing|another definition' 'nor does a repair'
is "$(psql -qAtXd den -c 'select count(*) from noted')" 0 'none has run'
psql -qXd den -c 'drop schema dbcare cascade' 2>"$tmp/dropped"
like "$(den postgres dbinit_run "$(manifest over)")" 'cannot run as superuser without the extension' 'a superuser seeds nothing'
finish
