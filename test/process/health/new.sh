#!/bin/bash
# A database that is new is healthy: the score is 100 and nothing is worse than
# info, on a server as initdb makes it and in a SQLite file, at both levels,
# whoever asks.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# What depends on the machine and on today, not on the database.
aside="'disk_free', 'memory_overcommit', 'version_eol'"

# worse ENGINE NAME LEVEL [SQL]: findings that are worse than info, after SQL.
worse()
{
	"$1" "$2" <<-END
		${4-}
		select severity, check_id, coalesce(object, '')
		from dbhealth_checks('{"level": "$3"}')
		where severity not in ('ok', 'info', 'skipped', 'not_applicable')
		    and check_id not in ($aside)
		order by check_id;
	END
}

# score ENGINE NAME LEVEL [SQL]: the score of all checks but those set aside.
score()
{
	local object=json_object list=json_group_array

	if [ "$1" = postgresql ]; then
		object=jsonb_build_object
		list=jsonb_agg
	fi
	"$1" "$2" <<-END
		${4-}
		select dbhealth_score((
		    select $object('level', '$3', 'checks', $list(check_id))
		    from (select distinct check_id from dbhealth_checks('{"level": "$3"}')
		        where severity <> 'skipped' and check_id not in ($aside)) as judged));
	END
}

# ---- PostgreSQL: a server with passwords, as initdb makes it ----

dir=$tmp/server
owner=()
if [ "$(id -u)" -eq 0 ]; then
	name=postgres
	id "$name" >"$tmp/id" 2>&1 || name=nobody
	owner=(setpriv --reuid="$name" --regid="$(id -g "$name")" --init-groups)
fi
mkdir "$dir"
echo secret >"$dir/password"
[ ${#owner[@]} -eq 0 ] || chown -R "$name" "$dir"
(cd "$dir" && "${owner[@]}" "$(${PG_CONFIG:-pg_config} --bindir)/initdb" -A scram-sha-256 \
	-U postgres --pwfile=password --no-sync -D data) >"$tmp/initdb" 2>&1
servers+=" $dir"
test/pg_server.sh start "$dir" "listen_addresses=''"
# shellcheck source=/dev/null
. "$dir/env"
export PGPASSWORD=secret
postgresql postgres <<<"create role watcher login password 'secret'; grant pg_monitor to watcher;"
postgresql_new shop
postgresql postgres <<<"create database other template template0 encoding 'UTF8' locale 'C';"
postgresql other <<<'create schema ext; grant usage on schema ext to public;
	create extension dbcare schema ext;
	alter database other set search_path = ext, public;'

for database in shop other; do
	for level in fast full; do
		is "$(worse postgresql "$database" "$level")" '' "postgresql: nothing is wrong in $database, level $level"
		is "$(score postgresql "$database" "$level")" 100 'postgresql: the score is 100'
		export PGUSER=watcher
		is "$(worse postgresql "$database" "$level")" \
			"$(printf 'unknown pending_restart configuration files\nunknown weak_auth ')" \
			'nor for pg_monitor, but for what a superuser alone may see'
		is "$(score postgresql "$database" "$level")" 100 'postgresql: the score is 100 for an ordinary role'
		PGUSER=postgres
	done
done
is "$(postgresql shop <<<'select dbhealth_status();')" healthy 'postgresql: the database is healthy'

# ---- SQLite: a file, one with a log, a database in memory ----

# Runs SQL on a database without writes.
memory()
{
	"${sqlite_shell[@]}" :memory: 2>&1
}

sqlite wal <<<'pragma journal_mode = wal;' >"$tmp/mode"
for level in fast full; do
	for database in new wal; do
		is "$(worse sqlite "$database" "$level")" '' "sqlite: nothing is wrong in $database, level $level"
		is "$(score sqlite "$database" "$level")" 100 "sqlite: the score of $database is 100, level $level"
	done
	is "$(worse memory none "$level")" '' "sqlite: nothing is wrong in memory, level $level"
	is "$(score memory none "$level")" 100 "sqlite: the score in memory is 100, level $level"
done
finish
