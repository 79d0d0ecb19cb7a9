#!/bin/bash
# Measures backups against the programs that do the same without dbcare.
#
# usage: test/bench/backup.sh [ROUNDS [MIB ...]]
#
# MIB: sizes of the SQLite database, 150 and 1000 when left out; PostgreSQL has the
# first one.  Both sides of a line take turns for ROUNDS rounds (default 5).  A line
# gives the medians in milliseconds, the median of the ratios of the rounds with the
# least and the largest one, the limit, and an exclamation mark where the median is
# above it.
#
#	plain		dbbackup_create() with its verification; cp, sync and PRAGMA integrity_check
#	compressed	without verification; zstd -1 and sync
#	encrypted	compressed and encrypted, without verification; the same without encryption
#	incremental	after 1 % of the pages have changed; a full one
#	dump		without verification; pg_dump and sync
#	base		compressed, without verification; pg_basebackup with the same compression
#	base plain	with its verification; pg_basebackup and pg_verifybackup
#	base encrypted	the same with encryption; without
#	pgBackRest	base; a full backup of pgBackRest with zstd, where it is installed
set -eu
cd "$(dirname "$0")/../.."
root=$PWD

rounds=${1:-5}
shift || true
[ $# -gt 0 ] || set -- 150 1000
work=$(mktemp -d)
over=0

cleanup()
{
	test/pg_server.sh stop "$work/pg" 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# Runs a command; its milliseconds are in ms.
measure()
{
	local start

	start=$(date +%s%N)
	"$@" >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }
	ms=$((($(date +%s%N) - start) / 1000000))
}

# compare NAME LIMIT OURS PEER [BETWEEN]: commands, which are given the round; the
# last one is not measured.
compare()
{
	local name=$1 limit=$2 i peer

	: >"$work/pairs"
	for ((i = 1; i <= rounds; i++)); do
		measure "$4" "$i"
		peer=$ms
		${5:-true} "$i"
		measure "$3" "$i"
		echo "$ms $peer" >>"$work/pairs"
		after
	done
	awk -v name="$name" -v limit="$limit" '
		function median(v, n) { return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2 }
		function sort(v, n,   i, j, t) {
			for (i = 2; i <= n; i++)
				for (j = i; j > 1 && v[j] < v[j - 1]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
		}
		{ ours[NR] = $1; peers[NR] = $2; ratios[NR] = $1 / ($2 > 0 ? $2 : 1) }
		END {
			sort(ours, NR); sort(peers, NR); sort(ratios, NR)
			printf "%-24s %8d %8d  %5.2f (%.2f to %.2f), limit %.2f%s\n", name, median(ours, NR), median(peers, NR),
				median(ratios, NR), ratios[1], ratios[NR], limit, (median(ratios, NR) > limit ? " !" : "")
			exit (median(ratios, NR) > limit)
		}' "$work/pairs" || over=1
}

# ---- SQLite ----

# create OPTIONS: a backup of the database.
create()
{
	(cd "$work" && sqlite3 -batch -bail -cmd ".load $root/sqlite_ext/dbcare" app.db "select dbbackup_create($1) ->> 'name'")
}

# Removes what a round has made.
after() { rm -rf "$work/app.db-backups" "$work/copy" "$work/dump" "${work:?}"/backups/*; }

full() { create "'full$1'"; }
copied()
{
	cp "$work/app.db" "$work/copy"
	sync "$work/copy"
	[ "$(sqlite3 "$work/copy" 'pragma integrity_check')" = ok ]
}
compressed() { create "'compressed$1', '{\"compress\": true, \"verify\": 0}'"; }
packed()
{
	zstd -q -1 "$work/app.db" -o "$work/copy"
	sync "$work/copy"
}
encrypted() { create "'encrypted$1', '{\"compress\": true, \"verify\": 0, \"encrypt\": {\"key_file\": \"$work/key\"}}'"; }
# changes 1 % of the pages, those of rows one after another
change() { sqlite3 "$work/app.db" "update t set a = a + 1 where id between $1 * (select max(id) from t) / 50 and $1 * (select max(id) from t) / 50 + (select max(id) from t) / 80"; }
incremental() { create "'increment$1', '{\"incremental_from\": \"full$1\"}'"; }

# The database of so many MiB: rows of about 110 bytes, and an index.
make_database()
{
	rm -rf "$work"/app.db*
	sqlite3 "$work/app.db" "pragma journal_mode = wal; create table t (id integer primary key, a int, b text, c real);
		insert into t select value, value * 7919 % 1000003, hex(randomblob(20)), value / 3.0 from generate_series(1, $(($1 * 7800)));
		create index t_b on t (b);
		pragma wal_checkpoint(truncate)" >"$work/out"
}

head -c 32 /dev/urandom >"$work/key"
chmod 600 "$work/key"
printf '%-24s %8s %8s  %s\n' '' dbcare peer ratio
for mib in "$@"; do
	make_database "$mib"
	compare "plain, $mib MiB" 1.5 full copied
	compare "compressed, $mib MiB" 1.2 compressed packed
	compare "encrypted, $mib MiB" 1.15 encrypted compressed
	compare "incremental, $mib MiB" 0.35 incremental full change
done

# ---- PostgreSQL ----

dumped()
{
	psql -qAtX -d app -v ON_ERROR_STOP=1 -c "select dbbackup_create('dump$1', '{\"verify\": 0}') ->> 'name'"
}
program()
{
	pg_dump -Fd -d app -f "$work/dump"
	sync "$work"/dump/* "$work/dump"
}

mkdir -m 777 "$work/backups"
chmod 755 "$work"
test/pg_server.sh start "$work/pg" autovacuum=off "dbcare.backup_roots = '$work/backups'" >"$work/out"
# shellcheck source=/dev/null
. "$work/pg/env"
psql -qX -d postgres -c 'create database app'
psql -qX -d app -c 'create extension dbcare' -c "create table t as select n as id, n::bigint * 7919 % 1000003 as a,
	md5(n::text) as b, n / 3.0 as c from generate_series(1, $(($1 * 9000))) as n"
psql -qX -d app -c 'vacuum analyze' -c 'checkpoint'
compare "dump, $1 MiB" 1.05 dumped program

# based NAME OPTIONS: a base backup
based()
{
	psql -qAtX -d app -v ON_ERROR_STOP=1 -c "select dbbackup_create('$1', '{\"method\": \"base\", \"compress\": true, \"verify\": 0$2}') ->> 'name'"
}
base() { based "base$1" ''; }
base_encrypted() { based "encrypted$1" ", \"encrypt\": {\"key_file\": \"$work/key\"}"; }
base_program()
{
	pg_basebackup -D "$work/copy" -Ft --compress=server-zstd:1 -X stream -c fast --manifest-checksums=SHA256
}
base_plain() { psql -qAtX -d app -v ON_ERROR_STOP=1 -c "select dbbackup_create('plain$1', '{\"method\": \"base\"}') ->> 'name'"; }
base_plain_program()
{
	pg_basebackup -D "$work/copy" -Fp -X stream -c fast --manifest-checksums=SHA256
	"$(pg_config --bindir)/pg_verifybackup" -q "$work/copy"
}
as_server()
{
	(cd / && if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi)
}
pgbackrest_backup() { as_server pgbackrest --config="$work/pgbackrest.conf" --stanza=main --type=full --no-archive-check backup; }
[ "$(id -u)" -ne 0 ] || chown postgres "$work/key"
psql -qX -d app -c checkpoint
compare "base, $1 MiB" 1.1 base base_program
compare "base plain, $1 MiB" 1.3 base_plain base_plain_program
compare "base encrypted, $1 MiB" 1.5 base_encrypted base
if command -v pgbackrest >/dev/null; then
	mkdir -m 777 "$work/repo" "$work/lock"
	printf '[global]\nrepo1-path=%s\nlock-path=%s\nlog-level-file=off\ncompress-type=zst\ncompress-level=1\nstart-fast=y\nrepo1-retention-full=1\n[main]\npg1-path=%s\npg1-socket-path=%s\npg1-user=postgres\n' \
		"$work/repo" "$work/lock" "$work/pg/data" "$work/pg" >"$work/pgbackrest.conf"
	psql -qX -d app -c "alter system set archive_mode = on" -c "alter system set archive_command = '/bin/true'"
	test/pg_server.sh stop "$work/pg"
	test/pg_server.sh start "$work/pg" >"$work/out"
	as_server pgbackrest --config="$work/pgbackrest.conf" --stanza=main stanza-create >"$work/out" 2>&1
	compare "pgBackRest, $1 MiB" 1.1 base pgbackrest_backup
fi
exit $over
