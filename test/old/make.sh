#!/bin/bash
# Makes the dumps of this directory for one version of dbcare's tables, with the
# library of a release that made them.
#
# usage: test/old/make.sh TREE VERSION
#
# TREE is a built checkout of that release.  What it cannot do yet is left out.
set -eu
cd "$(dirname "$0")"

tree=$(realpath "$1")
version=$2
tmp=$(mktemp -d)
chmod 755 "$tmp"

stop()
{
	[ ! -d "$tmp/server" ] || "$tree/test/pg_server.sh" stop "$tmp/server"
	rm -rf "$tmp"
}
trap stop EXIT

steps="
	select dbmigrate_add('1', 'first', 'create table one (id integer primary key, a text)',
		'drop table one', '{\"verify_sql\": \"select count(*) = 0 from one\"}');
	select dbmigrate_add('2', 'second', 'create table two (id integer primary key)', 'drop table two');
	select dbmigrate_apply();
	select dbmigrate_add('3', 'third', 'create table three (id integer primary key)', 'drop table three');
	select dbmigrate_rollback();
	select dbmigrate_apply();
	select dbmigrate_add('4', 'fourth', 'create table four (id integer primary key)', 'drop table four');
	select dbcare_set('slow_query_ms', 7);
	select dbcheck_rule_add('r1', 'one', 'length(a) < 10', '{\"repair_sql\": \"delete\"}');
	insert into one values (1, 'xxxxxxxxxxxxxxxxxxxx');
	select dbcheck_repair('{\"dry_run\": false, \"rules\": [\"r1\"]}');
	delete from one;
	select dbhealth_suppress('missing_fk_index', '*', 'none');"

sqlite3 -cmd ".load $tree/sqlite_ext/dbcare" "$tmp/old.db" "$steps" >/dev/null 2>"$tmp/left_out" ||
	sed 's/^/sqlite: /' "$tmp/left_out" >&2
sqlite3 "$tmp/old.db" .dump >"$version.sqlite.sql"

"$tree/test/pg_server.sh" start "$tmp/server"
# shellcheck source=/dev/null
. "$tmp/server/env"
psql -qX -d postgres -c 'create role mig login' -c 'create role adm login' -c 'create database old'
psql -qAtX -d old 2>&1 >/dev/null <<END | sed 's/^/postgresql: /' >&2
create extension dbcare;
$steps
select dbcare_grant('mig', 'migrate');
select dbcare_grant('adm', 'admin');
END
psql -qX -d old -c 'drop extension dbcare'
pg_dump --no-owner -d old | grep -vE '^(--|SET |SELECT pg_catalog.set_config|$)' >"$version.postgresql.sql"
