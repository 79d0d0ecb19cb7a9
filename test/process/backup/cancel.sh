#!/bin/bash
# Backups and restores that are cancelled at random moments: each is done or leaves
# nothing.  Prints TAP.
#
# usage: test/process/backup/cancel.sh [RUNS]
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
runs=${1-3}
cancels=0

mkdir "$tmp/postgresql.backups"
chmod 777 "$tmp/postgresql.backups"
start_server server "dbcare.backup_roots = '$tmp/postgresql.backups'"

# cancelled ENGINE SECONDS SQL: runs a statement that is cancelled after so long.
cancelled()
{
	if [ "$1" = postgresql ]; then
		postgresql shop <<<"set statement_timeout = $(awk -v s="$2" 'BEGIN { printf "%d", s * 1000 + 1 }'); $3" || true
	else
		# without --foreground there are two signals, and newer shells of SQLite exit
		timeout --foreground -s INT "$2" "${sqlite_shell[@]}" "$tmp/shop.db" "$3" 2>&1 || true
	fi
}

# seconds_of ENGINE SQL: how long a statement takes.
seconds_of()
{
	local start=$EPOCHREALTIME

	"$1" shop <<<"$2" >"$tmp/out"
	awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}

# Files that a restore has made: those that are whole have their name.
restored()
{
	for file in "$tmp"/restored/* "$tmp"/restored/.[!.]*; do
		[ ! -e "$file" ] || [ "$(sqlite3 "$file" 'pragma integrity_check; select count(*) from t' | xargs)" = 'ok 5000' ] ||
			echo "${file##*/}"
	done
}

# Databases that a restore has made, but not filled.
databases()
{
	local name

	postgresql postgres <<<"select datname from pg_database where datname like 'n%'" |
		while read -r name; do
			[ "$(postgresql "$name" <<<'select count(*) from t')" = 300 ] || echo "$name"
		done
}

# attempt ENGINE NAME SQL LEFT: cancels a statement RUNS times; LEFT prints what it should
# not have left.  N of the SQL is the number of the attempt.
attempt()
{
	local engine=$1 name=$2 sql=$3 left=$4 whole n answer bad='' stopped=0

	whole=$(seconds_of "$engine" "${sql//N/0}")
	eval "remove_$engine" 0
	for ((n = 1; n <= runs; n++)); do
		answer=$(cancelled "$engine" "$(awk -v w="$whole" -v r=$RANDOM 'BEGIN { print 0.005 + w * r / 32768 }')" "${sql//N/$n}")
		[ "$answer" = "n$n" ] || stopped=$((stopped + 1))
		[ -z "$(eval "$left")" ] || bad+=" $n: $(eval "$left")"
		eval "remove_$engine" "$n"
	done
	is "$bad" '' "$engine: $name that is cancelled is done or leaves nothing ($stopped of $runs cancelled)"
	cancels=$((cancels + stopped))
}

remove_sqlite()
{
	rm -rf "$tmp/shop.db-backups/n$1" "$tmp/restored/n$1"
}
remove_postgresql()
{
	rm -rf "$tmp/postgresql.backups/n$1"
	postgresql postgres <<<"drop database if exists n$1" >"$tmp/out"
}

# what is damaged, and what is hidden
in_sqlite="sqlite shop <<<\"select name from dbbackup_list() where problem is not null\"; ls -A '$tmp/shop.db-backups' | grep '^\.'"
in_postgresql="postgresql shop <<<\"select name from dbbackup_list() where problem is not null\"; ls -A '$tmp/postgresql.backups' | grep '^\.'"

sqlite_new shop
sqlite shop <<<"create table t (id integer primary key, v text);
	insert into t select value, hex(randomblob(400)) from generate_series(1, 5000);
	select dbbackup_create('first') is null;" >"$tmp/out"
mkdir "$tmp/restored"
attempt sqlite 'a backup' "select dbbackup_create('nN') ->> 'name'" "$in_sqlite"
attempt sqlite 'a compressed backup' "select dbbackup_create('nN', '{\"compress\": true, \"verify\": 3}') ->> 'name'" "$in_sqlite"
attempt sqlite 'a restore' "select 'nN' where dbbackup_restore('first', '$tmp/restored/nN') is not null" restored

postgresql_new shop
postgresql shop >"$tmp/out" <<-'END'
	create table t as select g as id, string_agg(md5(random()::text || i), '') as v
	    from generate_series(1, 300) as g, generate_series(1, 300) as i group by g;
	select dbbackup_create('first') is null;
END
attempt postgresql 'a dump' "select dbbackup_create('nN') ->> 'name'" "$in_postgresql"
attempt postgresql 'a base backup' "select dbbackup_create('nN', '{\"method\": \"base\"}') ->> 'name'" "$in_postgresql"
attempt postgresql 'a restore' "select 'nN' where dbbackup_restore('first', 'nN', '{\"as_superuser\": true}') is not null" databases
is "$(postgresql shop <<<'select count(*) from t')" 300 'postgresql: the database is as it was'
is "$(sqlite shop <<<'select count(*) from t')" 5000 'sqlite: the database is as it was'
is "$((cancels > 0))" 1 'some were cancelled'

finish
