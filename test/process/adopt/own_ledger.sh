#!/bin/bash
# A folder of sqlx with a script that changes the ledger of sqlx: adopt creates it.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/process/cli/roads.bash
. test/process/cli/roads.bash

for road in sqlite postgresql wire; do
	new_database shop
	echo 'create table item (id integer primary key);' >"$migrations/20240101000000_item.sql"
	printf '%s\n' '-- what an older release had applied' 'delete from _sqlx_migrations where version = 20230101000000;' \
		>"$migrations/20240102000000_forget.sql"
	says '_sqlx_migrations.*The script uses the ledger of sqlx.*dbcare adopt --tool sqlx --keep-old.*exit 1' 'a script that needs it' migrate
	says 'no ledger of sqlx was found.*exit 2' 'a dry run creates none' adopt --tool sqlx --keep-old --dry-run
	is "$(exists _sqlx_migrations)" 0 "$road: ... indeed"
	says 'no ledger of sqlx was found.*exit 2' 'nor does it without keep_old' adopt --tool sqlx
	says 'no ledger of refinery was found.*exit 2' 'nor for another tool' adopt --tool refinery --keep-old
	says '2 pending.*is kept up to date.*exit 0' 'adopt creates it' adopt --tool sqlx --keep-old
	says '2 migrations applied.*exit 0' 'the folder runs' migrate
	is "$(sql 'select version, description, success from _sqlx_migrations order by version' | tr 't|' '1 ')" \
		$'20240101000000 i1em 1\n20240102000000 forge1 1' "$road: the ledger has what ran"
	says 'no migrations of sqlx adopted.*exit 0' 'adopting once more changes nothing' adopt --tool sqlx --keep-old
	is "$(sql 'select count(*) from _sqlx_migrations')" 2 "$road: ... indeed, too"

	# before its ledger is taken over, the scripts of another tool fail
	new_database tried
	file 20240101000000_item.sql 'create table item (id integer primary key);'
	sql 'create table schema_migrations (version varchar(128) primary key)' >"$tmp/made"
	sql "insert into schema_migrations values ('20240101000000')" >"$tmp/made"
	sql 'create table item (id integer primary key)' >"$tmp/made"
	says 'dbmate has run migrations here: dbcare adopt takes its ledger over.*exit 0' 'status names the other tool' status
	says 'HINT:  dbmate has run migrations here: dbcare adopt takes over its ledger (public.)?schema_migrations\..*CONTEXT:.*In migration 20240101000000 up, statement 1, line 2' \
		'so does a failure of migrate' migrate
	says 'HINT:  dbmate has run migrations here: dbcare adopt' '... and of deploy' deploy
	says '1 migration of dbmate adopted' 'adopt takes the ledger over' adopt
	is "$(run status | grep -c dbmate)" 0 "$road: then status is silent about it"
done

finish
