#!/bin/bash
# False answers of a server to the command: it ends with a result or an error, not with
# a fault, with the extension and without it.  Prints TAP.
#
# usage: test/process/cli/answers.sh [COUNT [SEED]]
. "$(dirname "$0")/../../lib.sh"
dbcare=${DBCARE:-$PWD/build/dbcare}
first=${2-1}
last=$((first + ${1-24} - 1))

start_server s
postgresql_new extended
psql -qd postgres -c 'create database without'
for database in extended without; do
	psql -qd "$database" -c 'create table p (id int primary key)' \
		-c 'create table c (id int primary key, p int references p)' -c 'insert into p values (1)'
done
mkdir -p "$tmp/work/db/migrations"
echo 'create table m (a int);' >"$tmp/work/db/migrations/1_m.sql"
verbs=(health 'health --json' status plan doctor check 'report --html -' size growth slow alerts stats lint test
	verify drift settings 'list-deleted p' audit metrics 'diff dbname=without dbname=extended' 'check --json'
	'migrate --dry-run' 'settings environment' list-backups)
relay=$PWD/test/wire/relay.py
server=$PGHOST/.s.PGSQL.$PGPORT
cd "$tmp/work"

for ((seed = first; seed <= last; seed++)); do
	read -ra verb <<<"${verbs[(seed - first) % ${#verbs[@]}]}"
	database=$([ $((seed % 2)) = 0 ] && echo extended || echo without)
	rm -rf "$tmp/net"
	mkdir "$tmp/net"
	: >"$tmp/relay"
	python3 "$relay" "$server" "$tmp/net/.s.PGSQL.$PGPORT" "$seed" >"$tmp/relay" 2>"$tmp/relay.error" &
	pid=$!
	until [ -s "$tmp/relay" ]; do sleep 0.02; done
	ended=0
	timeout 60 "$dbcare" --db "dbname=$database host=$tmp/net" "${verb[@]}" >"$tmp/answer" 2>&1 </dev/null || ended=$?
	kill "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	{ [ "$ended" -le 2 ] && ! grep -qE 'Sanitizer|runtime error|SUMMARY' "$tmp/answer"; } ||
		result 1 "${verb[*]}, $database, seed $seed" "$ended $(grep -aE -m 4 'Sanitizer|runtime error| #[0-9] ' "$tmp/answer" | cut -c1-200)"
done
cd - >/dev/null
is "$failed" 0 "answers to seeds $first to $last"

# the shape is that of the function
psql -qd extended -c 'alter extension dbcare drop function dbhealth_text' \
	-c 'alter function dbhealth_text rename to other_text' \
	-c "create function dbhealth_text(options jsonb default null) returns setof text language sql as 'select null::text where false'"
like "$("$dbcare" --db dbname=extended health 2>&1 || true)" 'the server did not return the result of dbhealth_text\(\).*ALTER EXTENSION' \
	'a result of another shape is an error'
finish
