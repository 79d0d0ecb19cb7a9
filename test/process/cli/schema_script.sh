#!/bin/bash
# The verbs diff and new with a script in the place of a database.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/process/cli/roads.bash
. test/process/cli/roads.bash

# The databases of the server that were made for a script.
left()
{
	[ "$road" = sqlite ] || psql -d postgres -XAtc "select datname from pg_database where datname like 'dbcare\_schema\_%'"
}

for road in sqlite postgresql wire; do
	new_database source
	sql "create table parent (id integer primary key, name text not null default 'it''s');
		create view names as select name from parent;"
	(cd "$work" && "$dbcare" --db "$db" schema) >"$work/schema.sql"
	says '^no differences.exit 0$' 'a script of the schema is no difference' diff schema.sql "$db"
	says '^no differences.exit 0$' '... nor the other way round' diff "$db" schema.sql
	sql 'alter table parent add column born date; create table other (id integer primary key)'
	says 'TABLE .*other.*(add column|ADD COLUMN) born.*exit 1|(add column|ADD COLUMN) born.*TABLE .*other.*exit 1' \
		'what a database has more' diff schema.sql "$db"
	says 'destroys data: .*destroys data: .*exit 1' 'what a script has less' diff "$db" schema.sql
	says 'destroys data.*exit 1' '... is the way back' diff schema.sql "$db" --down
	sed 's/name text/name text, town text/' "$work/schema.sql" >"$work/wanted.sql"
	says '_town.sql.*exit 0' 'a migration to a script' new --from-diff wanted.sql town
	like "$(cat "$work"/db/migrations/*_town.sql)" 'migrate:up.*town text.*migrate:down' "$road: it has the SQL"
	rm -r "$work/db"

	printf 'create table a (id integer primary key);\n\ncreat table b (id integer);\n' >"$work/bad.sql"
	says 'the script does not run in an empty database: .*syntax error.*tatement 2, line 3 of bad.sql.*3 \| creat table b.*exit 2' \
		'the place of an error' diff bad.sql "$db"
	says 'both are scripts.*sqlite::memory:.*exit 2' 'two scripts say no engine' diff bad.sql schema.sql
	says 'could not open "none.sql".*exit 2' 'a script that is not there' diff "$db" none.sql
	printf 'create table a (id integer);\0' >"$work/nul.sql"
	says '"nul.sql" is not text in UTF-8.*exit 2' 'a script with a NUL' diff "$db" nul.sql
	is "$(left)" '' "$road: no database is left on the server"
done

road=postgresql
psql -d postgres -qc 'create role plain login'
PGUSER=plain says 'permission denied to create database.*exit 2' 'a role that cannot create databases' diff schema.sql "$db"

echo 'create table t (id integer); select pg_sleep(600);' >"$work/long.sql"
(cd "$work" && exec "$dbcare" diff long.sql "$db" >"$tmp/long" 2>&1) &
long=$!
until_true postgres "select exists (select from pg_stat_activity where datname like 'dbcare\_schema\_%' and query ~ 'pg_sleep' and state = 'active')"
kill -INT "$long"
code=0
wait "$long" || code=$?
like "$(cat "$tmp/long"); exit $code" 'does not run in an empty database: .*cancel.*exit (2|130)' 'a script that is cancelled'
is "$(left)" '' '... leaves no database'

(cd "$work" && exec "$dbcare" diff long.sql "$db" >"$tmp/long" 2>&1) &
long=$!
until_true postgres "select exists (select from pg_stat_activity where datname like 'dbcare\_schema\_%' and query ~ 'pg_sleep' and state = 'active')"
says 'TABLE .*exit 1' 'a script beside one that runs' diff "$db" schema.sql
is "$(left | wc -l)" 1 '... leaves the database of the other'
kill -KILL "$long"
wait "$long" 2>/dev/null || true
until_true postgres "select count(*) = 0 from pg_stat_activity where datname = 'source'"
says 'TABLE .*exit 1' 'a script after one that was killed' diff "$db" schema.sql
is "$(left)" '' '... drops the database that this has left'

echo 'select no_function(1);' >"$work/hint.sql"
says 'no_function.*HINT: *No function matches.*exit 2' 'the hint of an error' diff "$db" hint.sql

road=sqlite
new_database source
sqlite3 "$work/dumped.db" "create table t (id integer primary key, n text); insert into t values (1, 'x'); create index t_n on t (n);"
sqlite3 "$work/dumped.db" .dump >"$work/dump.sql"
says '^no differences.exit 0$' 'a dump of the shell' diff dump.sql dumped.db
printf "attach 'elsewhere.db' as e; create table e.t (id integer);" >"$work/attach.sql"
says 'exit 2' 'a script that attaches a database' diff attach.sql dumped.db
is "$(ls "$work/elsewhere.db" 2>&1 | grep -c 'No such')" 1 'which is not made'

finish
