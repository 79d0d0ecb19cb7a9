# shellcheck shell=bash
# A folder of migrations and the command, on SQLite, on a server with the extension
# and over the wire; for scripts that have a loop over these roads.

start_server server
dbcare=${DBCARE:-$PWD/build/dbcare}
export TMPDIR=$tmp

# run VERB ...: the output on $db, a line with the exit code last.
run()
{
	local code=0

	(cd "$work" && "$dbcare" --db "$db" "$@" </dev/null 2>&1) || code=$?
	echo "exit $code"
}

# says PATTERN NAME VERB ...
says()
{
	local wanted=$1 name=$2

	shift 2
	like "$(run "$@")" "$wanted" "$road: $name"
}

# file NAME UP [DOWN]: a migration.
file() { printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "$2" "${3-}" >"$migrations/$1"; }

# new_database NAME: an empty one, and an empty folder.
new_database()
{
	case $road in
	sqlite) sqlite_new "$1" ;;
	postgresql) postgresql_new "$1" ;;
	wire) psql -qd postgres -c "create database wire_$1" ;;
	esac
	case $road in
	wire) db=$(at postgresql "wire_$1") ;;
	*) db=$(at "$road" "$1") ;;
	esac
	work=$tmp/$road.$1
	migrations=$work/db/migrations
	mkdir -p "$migrations"
}

# sql TEXT: on the same database; without the extension plain SQL alone.
sql()
{
	case $road in
	# a command beside it may write
	sqlite) sqlite "$(basename "$db" .db)" <<<".timeout 60000"$'\n'"$1" ;;
	*) psql -qAtX -d "$db" -c "$1" ;;
	esac
}

# exists TABLE
exists()
{
	case $road in
	sqlite) sql "select count(*) from sqlite_schema where name = '$1'" ;;
	*) sql "select count(*) from pg_class where relname = '$1'" ;;
	esac
}
