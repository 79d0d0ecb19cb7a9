#!/bin/bash
# Tables of dbcare of an older version are read as they are, and upgraded by the first
# call that writes; the older library refuses them from then on.  Version 2 is made
# up: doc/contributing.md has its DDL, which is embedded in copies of the libraries.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# ---- the libraries with version 2 ----

# link_next ENGINE DIRECTORY SYMBOL OBJECTS: $tmp/next/ENGINE/dbcare.so is the library of a
# directory with the DDL of version 2 besides.
link_next()
{
	mkdir -p "$tmp/next/$1"
	build/embed "$1" "$3" common "$2" "$tmp/next" >"$tmp/next/$1/embedded_sql.c"
	find "$4" -name '*.o' ! -name embedded_sql.o >"$tmp/next/objects"
	"${CC:-cc}" -std=c11 -fPIC -shared -I. -o "$tmp/next/$1/dbcare.so" "$tmp/next/$1/embedded_sql.c" \
		@"$tmp/next/objects" build/common.a -lpcre2-8 -lcrypto -lzstd -lm
}

mkdir -p "$tmp/next/core/sql"
sed -n '/^## Change dbcare.s tables/,/^## /p' doc/contributing.md |
	sed -n '/^   ```text/,/^   ```$/{/```/d; s/^   //; p}' >"$tmp/next/core/sql/tables_2.sql"
like "$(cat "$tmp/next/core/sql/tables_2.sql")" '^-- columns: none.*create table if not exists \{\.note\}' \
	'the manual has the DDL of version 2'
link_next sqlite sqlite_ext dbcsl_sql build/sqlite_ext
link_next postgresql pg_ext dbcpg_sql pg_ext

# use LIBRARY: both engines load dbcare from that directory, "this" or "next".
use()
{
	local sqlite=./sqlite_ext postgresql=pg_ext

	if [ "$1" = next ]; then
		sqlite=$tmp/next/sqlite
		postgresql=$tmp/next/postgresql
	fi
	sqlite_shell[${#sqlite_shell[@]} - 1]=".load $sqlite/dbcare"
	cp --remove-destination "$postgresql/dbcare.so" \
		"$tmp/server/root$("${PG_CONFIG:-pg_config}" --pkglibdir)/"
}

# own ENGINE TABLE: its name there.
own()
{
	case $1 in
		postgresql) echo "dbcare.$2" ;;
		sqlite) echo "dbcare_$2" ;;
	esac
}

# version_of ENGINE DATABASE: of its tables.
version_of()
{
	"$1" "$2" <<<"select max(version) from $(own "$1" bookkeeping)"
}

# tables_of ENGINE DATABASE: their definitions.
tables_of()
{
	case $1 in
		postgresql) pg_dump --schema-only --schema dbcare "$2" | grep -v '^\\' ;;
		sqlite) sqlite3 "$tmp/$2.db" "select name, sql from sqlite_schema where name glob 'dbcare_*' order by name" ;;
	esac
}

OWN_INSTALLATION=1 start_server server
psql -qX -d postgres -c 'create role mig login'
newer="dbcare's tables were created by a newer version of dbcare.*The tables have version 2; this library supports version 1\..*Load the newer library\."

for engine in postgresql sqlite; do

	# ---- tables of version 1 ----

	use this
	"${engine}_new" shop
	"$engine" shop >"$tmp/made" <<-'END'
		select dbmigrate_add('1', 'first', 'create table one (id integer primary key)', 'drop table one');
		select dbmigrate_apply();
		select dbcare_set('slow_query_ms', 7);
	END
	"$engine" shop <<<'select * from dbmigrate_history()' >"$tmp/history"
	if [ $engine = postgresql ]; then
		postgresql shop <<<"select dbcare_grant('mig', 'migrate')" >"$tmp/made"
	fi

	# ---- with the library of version 2 ----

	use next
	is "$("$engine" shop <<<'select version, state from dbmigrate_status(); select count(*) from dbmigrate_verify();
		select * from dbmigrate_history()')" "$(printf '%s\n' '1 applied' 0; cat "$tmp/history")" \
		"$engine: READ functions read tables of version 1"
	is "$(version_of $engine shop)" 1 "$engine: ... and do not upgrade them"
	if [ $engine = postgresql ]; then
		like "$(PGUSER=mig postgresql shop <<<"select dbmigrate_add('2', 'second', 'select 2')")" \
			"ERROR:  dbcare's tables must be upgraded first
DETAIL:  The tables have version 1, this library needs version 2: permission denied for schema dbcare\.
HINT:  Call dbcare_install\(\) as the owner of the tables or a superuser\." \
			'postgresql: a role that may not upgrade them is refused with a hint'
		is "$(version_of $engine shop)" 1 'postgresql: ... and nothing has changed'
	fi
	"$engine" shop <<<"select dbmigrate_add('2', 'second', 'create table two (id integer primary key)')" >"$tmp/made"
	is "$(version_of $engine shop; "$engine" shop <<<"select count(*) from $(own $engine note)")" "$(printf '%s\n' 2 0)" \
		"$engine: a call that writes upgrades them"
	is "$("$engine" shop <<<"select dbmigrate_history.version from dbmigrate_history() limit 2;
		select count(*) from dbmigrate_verify(); select value from dbcare_settings() where name = 'slow_query_ms';
		select dbcare_install()")" \
		"$(printf '%s\n' 1 1 0 7 '{"changed": false, "version": 2, "previous_version": 2}')" \
		"$engine: ... and keeps what they have"

	# ---- new tables, and copies ----

	"${engine}_new" fresh
	is "$("$engine" fresh <<<'select dbcare_install()')" '{"changed": true, "version": 2, "previous_version": 0}' \
		"$engine: new tables have version 2"
	"${engine}_new" upgraded
	use this
	"$engine" upgraded <<<'select dbcare_install()' >"$tmp/made"
	use next
	is "$("$engine" upgraded <<<'select dbcare_install()')" '{"changed": true, "version": 2, "previous_version": 1}' \
		"$engine: dbcare_install() upgrades"
	is "$(tables_of $engine upgraded)" "$(tables_of $engine fresh)" "$engine: upgraded tables are as new ones"
	is "$("$engine" upgraded <<<"delete from $(own $engine bookkeeping); select dbcare_install()")" \
		'{"changed": true, "version": 2, "previous_version": 0}' "$engine: a copy of the schema without rows is completed"

	# ---- with the library of version 1 again ----

	use this
	for sql in 'select count(*) from dbmigrate_status()' 'select dbmigrate_apply()' 'select dbcare_install()'; do
		like "$("$engine" shop <<<"$sql")" "$newer" "$engine: the older library refuses $sql"
	done
done

# ---- samples in a file ----

sqlite_new main
sqlite main >"$tmp/made" <<<"select dbmonitor_start(60, '{\"thread\": false}')"
use next
sqlite main <<<'select dbmonitor_sample()' >"$tmp/made"
is "$(sqlite3 "$tmp/main.db-samples" 'select max(version) from dbcare_bookkeeping')" 2 'sqlite: a separate samples file is upgraded'
finish
