#!/bin/bash
# Retention policies where nothing can be written: read-only sessions, a standby, a
# read-only file.  Calls are refused, dry runs, too, and lists work.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

lists="select name, options ->> 'delete_after_days', last_error from dbarchive_policies() cross join (select null as last_error) as e;"
dry="dbarchive_apply('{\"dry_run\": true}');"

start_server server
for engine in postgresql sqlite; do
	"${engine}_new" shop
	"$engine" shop >"$tmp/made" <<-'END'
		create table visit (id integer primary key, at date);
		insert into visit values (1, '2020-01-01');
		select dbarchive_policy('visit', '{"timestamp_column": "at", "delete_after_days": 90}') is null;
	END
done

# refused SHELL CALL PATTERN NAME
refused()
{
	like "$($1 shop <<<"$2 dbarchive_apply();" || true)" "$3" "$4"
	like "$($1 shop <<<"$2 $dry" || true)" "$3" '... and a dry run'
	is "$($1 shop <<<"$lists")" 'default 90 ' '... but not a list'
	is "$($1 shop <<<'select count(*) from visit')" 1 '... and rows stay'
}

read_only_session()
{
	PGOPTIONS="$PGOPTIONS -c default_transaction_read_only=on" postgresql "$1"
}
refused read_only_session call 'cannot execute dbarchive_apply\(\) in a read-only transaction' 'postgresql: a read-only session is refused'

pg_basebackup -D "$tmp/standby/data" -R -c fast >"$tmp/copied" 2>&1
start_server standby
refused postgresql call 'cannot execute dbarchive_apply\(\) (in a read-only transaction|during recovery)' 'postgresql: a standby is refused'

read_only_file()
{
	sqlite3 -batch -bail -list -separator ' ' -cmd '.load ./sqlite_ext/dbcare' "file:$tmp/$1.db?mode=ro" 2>&1
}
query_only()
{
	{ echo 'pragma query_only = on;'; cat; } | sqlite "$1"
}
refused read_only_file select 'the database is read-only' 'sqlite: a read-only connection is refused'
refused query_only select 'readonly database' 'sqlite: a connection that may not write is refused'
finish
