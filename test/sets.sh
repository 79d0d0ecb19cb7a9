# shellcheck shell=bash
# Functions shared by the scripts that run migration sets of other projects,
# with the folder of the sets in $dir: one interface to both engines, and
# applying a step of a set.
#
# A call works on $engine, $database, $prefix and $files.
work=$(mktemp -d)
server=$work/pg
export PGOPTIONS='-c client_min_messages=warning'

# Stops the server and removes everything.
cleanup()
{
	test/pg_server.sh stop "$server" 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# ---- the sets ----

# set, engine, folder, the extension it requires or -, and the sed script that
# edits its files as the application does
all_sets='
authelia postgres authelia/internal/storage/migrations/postgres
authelia sqlite authelia/internal/storage/migrations/sqlite
bitmagnet postgres bitmagnet/migrations
chirpstack postgres chirpstack/chirpstack/migrations_postgres pg_trgm
chirpstack sqlite chirpstack/chirpstack/migrations_sqlite
crates.io postgres crates.io/migrations
diesel-examples postgres diesel-examples/migrations/postgres
diesel-examples sqlite diesel-examples/migrations/sqlite
docs.rs postgres docs.rs/crates/lib/docs_rs_database/migrations
fathom postgres fathom/pkg/datastore/sqlstore/migrations/postgres
fathom sqlite fathom/pkg/datastore/sqlstore/migrations/sqlite3
influxdb sqlite influxdb/sqlite/migrations
lnd postgres lnd/sqldb/sqlc/migrations - s/BLOB/BYTEA/;s/INTEGER PRIMARY KEY/BIGSERIAL PRIMARY KEY/
lnd sqlite lnd/sqldb/sqlc/migrations
openfga postgres openfga/assets/migrations/postgres
openfga sqlite openfga/assets/migrations/sqlite
plandex postgres plandex/app/server/migrations
shiori postgres shiori/internal/database/migrations/postgres
shiori sqlite shiori/internal/database/migrations/sqlite
'

# choose [ENGINE [SET ...]]: what wanted() lets through; all when left out.
choose()
{
	only_engine=${1-}
	only_sets=${*:2}
}

# Whether a set, or a schema, is to be run.
wanted()
{
	[ -z "$only_engine" ] || [ "$engine" = "$only_engine" ] || return 1
	[ -z "$only_sets" ] || [[ " $only_sets " = *" $set "* ]]
}

# ---- the engines ----

# Makes a new database with dbcare.
postgres_new()
{
	prefix=dbcare.
	createdb "$database"
	psql -qX -d "$database" -c 'create extension dbcare' \
		${extension:+-c "create extension $extension"}
}

# Runs SQL; every result is one line.
postgres_call()
{
	psql -qAtX -v ON_ERROR_STOP=1 -d "$database" -f - <<<"$1" 2>"$work/error"
}

# Runs SQL so that nothing of it stays.
postgres_trial()
{
	postgres_call "begin; $1 rollback;"
}

# Runs a file without dbcare.
postgres_plain()
{
	psql -qX -v ON_ERROR_STOP=1 -d "$database" -f "$1" >/dev/null \
		2>"$work/error"
}

sqlite_new()
{
	prefix=dbcare_
}

sqlite_call()
{
	sqlite3 -batch -bail "$work/$database.db" 2>"$work/error" <<-END
		.load ./sqlite_ext/dbcare
		$1
	END
}

sqlite_trial()
{
	local database=$database status=0

	cp "$work/$database.db" "$work/trial.db"
	database=trial
	sqlite_call "$1" || status=$?
	return $status
}

sqlite_plain()
{
	sqlite3 -batch -bail "$work/$database.db" <"$1" >/dev/null 2>"$work/error"
}

# The same, continuing after errors; prints their number.
postgres_try()
{
	psql -qX -d "$database" -f "$1" >/dev/null 2>"$work/error" || true
	count_errors
}

sqlite_try()
{
	sqlite3 -batch "$work/$database.db" <"$1" >/dev/null 2>"$work/error" || true
	count_errors
}

count_errors()
{
	local count

	count=$(grep -ciE '(^|: )(parse |runtime )?error[: ]' "$work/error") || return 0
	echo "  $count statements failed"
}

call()
{
	"${engine}_call" "$1"
}

# The text of a file of $work, in SQL.
postgres_file()
{
	echo "pg_read_file('$work/$1')"
}

sqlite_file()
{
	echo "cast(readfile('$work/$1') as text)"
}

# Removes a database.
postgres_remove()
{
	dropdb --if-exists "$database"
}

sqlite_remove()
{
	rm -f "$work/$database.db"
}

# Puts a copy of a database in place of another one, without what dbcare keeps.
postgres_copy()
{
	dropdb --if-exists "$2"
	createdb -T "$1" "$2"
	psql -qX -d "$2" -c 'drop schema if exists dbcare cascade'
}

sqlite_copy()
{
	local database=$2

	cp "$work/$1.db" "$work/$2.db"
	sqlite_call "select dbcare_uninstall('{\"confirm\": \"$2.db\"}');" >/dev/null
}

# ---- one step ----

# Whether dbcare refused the last call because a step wants no transaction.
refused()
{
	grep -qE 'cannot run inside a transaction|marked to run outside a transaction' \
		"$work/error"
}

# Whether the last error names its place.
has_place()
{
	grep -qE 'statement [0-9]+, line [0-9]+ of .*\.sql' "$work/error"
}

# Prints the message of the last call without its hints and prefix.
print_error()
{
	echo "  $1:"
	sed -E -e 's/^psql:[^ ]*: |^(Runtime e|E)rror near line [0-9]+: //' \
		-e '/^HINT:/d' -e 's/^/    /' "$work/error"
}

# Runs the up or down file of a version without dbcare.
run_plain()
{
	local file

	file=$(call "select $2_file from ${prefix}migration where version = '$1';")
	"${engine}_plain" "$files/$file"
}

# Applies a version; sets up.
apply()
{
	up=ok
	if call "select dbmigrate_apply('$1');" >/dev/null; then
		return
	fi
	print_error "$1 up"
	if refused; then
		up=refused
		run_plain "$1" up &&
			call "select dbmigrate_baseline('$1');" >/dev/null || {
			up='refused, FAIL'
			print_error "$1 up without dbcare"
		}
	else
		up=FAIL
		has_place || up='FAIL without a place'
	fi
}

# ---- start ----

chmod a+rx "$work"
test/pg_server.sh start "$server"
. "$server/env"
mkdir "$work/files"
