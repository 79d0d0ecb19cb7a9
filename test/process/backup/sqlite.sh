#!/bin/bash
# Backups of a SQLite database under writers, killed, on a full disk, and read by
# another program.  Prints TAP.
#
# usage: test/process/backup/sqlite.sh [BACKUPS [STEP]]
#
# STEP: every so many system calls a call is killed.
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 5000')
backups=${1-4}
step=${2-25}

# names DATABASE: what is in its directory of backups, the hidden ones too.
names()
{
	ls -A "$tmp/$1.db-backups" 2>/dev/null
}

# ---- writers ----

# A writer moves an amount between two accounts in each transaction: their sum is
# the same in every committed state.  It has its last entries, without a gap.  A pause
# lets others write: SQLite has no queue.
mkfifo "$tmp/pause"
exec {pause}<>"$tmp/pause"
writer()
{
	local i

	for ((i = 0; i < 100000; i++)); do
		[ ! -e "$tmp/stop" ] || break
		read -rt 0.005 -u "$pause" _ || true
		echo "begin immediate;
			update account set amount = amount - $i where id = $1;
			update account set amount = amount + $i where id = $1 + 10;
			insert into entry (writer, n, pad) values ($1, $i, hex(randomblob(300)));
			delete from entry where writer = $1 and n < $i - 100;
			commit;"
	done | sqlite3 -batch -bail -cmd '.timeout 120000' "$tmp/busy.db" >"$tmp/writer.$1" 2>&1
}

sqlite3 "$tmp/busy.db" <<-'END' >"$tmp/out"
	pragma journal_mode = wal;
	create table account (id integer primary key, amount integer);
	create table entry (id integer primary key, writer integer, n integer, pad text, unique (writer, n));
	insert into account select value, 0 from generate_series(1, 20);
END
for w in 1 2 3 4 5 6 7 8; do
	writer "$w" &
done
bad=
for ((n = 1; n <= backups; n++)); do
	sqlite busy <<<"select dbbackup_create('b$n', '{\"compress\": $([ $((n % 2)) = 0 ] && echo true || echo false)}') ->> 'name';" >"$tmp/out" 2>&1 ||
		bad="$bad $(cat "$tmp/out")"
	sqlite busy <<<"select dbbackup_restore('b$n', '$tmp/r$n.db') is null;" >"$tmp/out" 2>&1 ||
		bad="$bad $(cat "$tmp/out")"
	# a committed state
	got=$(sqlite3 "$tmp/r$n.db" "pragma integrity_check;
		select sum(amount) from account;
		select count(*) from (select writer from entry group by writer having count(*) <> max(n) - min(n) + 1);" 2>&1 | tr '\n' ' ')
	[ "$got" = 'ok 0 0 ' ] || bad="$bad b$n: $got"
	rm -f "$tmp/r$n.db"*
done
touch "$tmp/stop"
wait
is "$(cat "$tmp"/writer.*)" '' 'sqlite: no writer had an error'
is "$bad" '' "sqlite: $backups backups with 8 writers, each is a committed state"
is "$(sqlite busy <<<'select count(*), sum(problem is null) from dbbackup_list;')" "$backups $backups" \
	'sqlite: all of them are listed without a problem'

# ---- another reader ----

sqlite busy <<-'END' >"$tmp/out"
	select dbbackup_create('base', '{"compress": true}') is null;
	update account set amount = 7 where id = 1;
	delete from entry where id % 3 = 0;
	select dbbackup_create('next', '{"incremental_from": "base", "compress": true}') is null;
	select dbbackup_create('plain') is null;
	select dbbackup_create('after', '{"incremental_from": "plain"}') is null;
END
directory=$tmp/busy.db-backups
# restored NAME BACKUP...: whether another program restores a backup as dbcare does
restored()
{
	local name=$1

	shift
	python3 "$(dirname "$0")/reader.py" "${@/#/$directory/}" "$tmp/python.$name" 2>"$tmp/errors" || true
	sqlite busy <<<"select dbbackup_restore('$name', '$tmp/own.$name') is null;" >"$tmp/out"
	is "$(sha256sum <"$tmp/python.$name")" "$(sha256sum <"$tmp/own.$name")" \
		"sqlite: another program restores $name by the description of the format"
}
restored base base
restored next base next
restored plain plain
restored after plain after

# ---- killed at each system call ----

# at_call N SQL: runs SQL on killed.db and kills it at the Nth call of any
# system call that changes or opens a file; tells whether it was killed.
at_call()
{
	local calls=openat,mkdirat,pwrite64,write,fsync,fdatasync,ftruncate,renameat,linkat,unlinkat,unlink

	(
		strace -qq -o /dev/null -e "trace=$calls" -e "inject=$calls:signal=KILL:when=$1" \
			sqlite3 -batch -bail -cmd '.load ./sqlite_ext/dbcare' "$tmp/killed.db" "$2" >"$tmp/out"
		exit $?
	) 2>/dev/null
}

if command -v strace >/dev/null && strace -qq -o /dev/null true 2>/dev/null; then
	sqlite3 "$tmp/killed.db" <<<"create table t (id integer primary key, v text);
		insert into t select value, hex(randomblob(400)) from generate_series(1, 300);"
	sqlite killed <<<"select dbbackup_create('before') is null;" >"$tmp/out"
	bad=
	count=0
	for ((n = 1; n < 400; n += step)); do
		if at_call "$n" "select dbbackup_create('new', '{\"compress\": true}') is null;"; then
			break
		fi
		count=$((count + 1))
		got=$(sqlite killed <<<'select name from dbbackup_list where problem is null; select count(*) from t;' | tr '\n' ' ')
		[ "$got" = 'before 300 ' ] || [ "$got" = 'before new 300 ' ] || bad="$bad $n: $got"
		rm -rf "$tmp/killed.db-backups"/new "$tmp/killed.db-backups"/.[!.]*
	done
	is "$bad" '' 'sqlite: a backup that is killed at a system call is not listed, or is complete'
	is "$((count * step > 15))" 1 'sqlite: ... and was killed at many'
	rm -rf "$tmp/killed.db-backups/new"
	bad=
	count=0
	for ((n = 1; n < 400; n += step)); do
		if at_call "$n" "select dbbackup_restore('before', '$tmp/new.db') is null;"; then
			break
		fi
		count=$((count + 1))
		[ ! -e "$tmp/new.db" ] || got=$(sqlite3 "$tmp/new.db" 'pragma integrity_check; select count(*) from t' | tr '\n' ' ')
		[ ! -e "$tmp/new.db" ] || [ "$got" = 'ok 300 ' ] || bad="$bad $n: $got"
		rm -rf "$tmp/new.db" "$tmp"/.restore*
	done
	is "$bad" '' 'sqlite: a restore that is killed leaves no file, or a complete one'
	is "$((count * step > 15))" 1 'sqlite: ... and was killed at many, too'
	sqlite3 "$tmp/killed.db" 'delete from t where id > 100'
	bad=
	for ((n = 1; n < 600; n += step)); do
		if at_call "$n" "select dbbackup_restore('before', null, '{\"replace\": true, \"confirm\": \"killed.db\"}') is null;"; then
			break
		fi
		got=$(sqlite3 "$tmp/killed.db" 'pragma integrity_check; select count(*) from t' | tr '\n' ' ')
		[ "$got" = 'ok 100 ' ] || [ "$got" = 'ok 300 ' ] || bad="$bad $n: $got"
		sqlite3 "$tmp/killed.db" 'delete from t where id > 100'
		find "$tmp/killed.db-backups" -mindepth 1 -maxdepth 1 ! -name before -exec rm -rf {} +
	done
	is "$bad" '' 'sqlite: a database that is being replaced is the old one or the new one'
else
	skip 'sqlite: a call that is killed at a system call' 'strace cannot trace here'
fi

# ---- bytes that are no text ----

# an old application has written names in another encoding, of the file as well
latin=$tmp/$'l\xe4tin.db'
printf 'create table "w\xf6rter" (a); insert into "w\xf6rter" values (1); create table "w\xf4rter" (a);' | sqlite3 "$latin"
is "$(sqlite3 -cmd '.load ./sqlite_ext/dbcare' "$latin" "select dbbackup_create('latin', '{\"directory\": \"$tmp/latin\", \"verify\": 3}') -> '$.verified.ok';
	select name, problem from dbbackup_list('{\"directory\": \"$tmp/latin\"}'); select dbbackup_verify('latin', '{\"directory\": \"$tmp/latin\", \"level\": 3}') -> '$.ok';
	select dbbackup_restore('latin', '$tmp/latin.db', '{\"directory\": \"$tmp/latin\"}') -> '$.verified.ok'" 2>&1 | xargs)" 'true latin| true true' 'sqlite: names that are no UTF-8: what was verified is listed and restored'
is "$(printf 'select count(*) from "w\xf6rter"' | sqlite3 "$tmp/latin.db")" 1 'sqlite: ... with its rows'

# ---- a full disk ----

sqlite3 "$tmp/full.db" <<<"create table t (id integer primary key, v text);
	insert into t select value, hex(randomblob(400)) from generate_series(1, 3000);"
sqlite full <<<"select dbbackup_create('before') is null;" >"$tmp/out"
# within BLOCKS: the sqlite3 shell, no file of which grows beyond so many KiB: as on a
# full disk, a write fails.
within()
{
	(
		trap '' XFSZ
		ulimit -f "$1"
		sqlite full
	) 2>&1 || true
}

# stopped WHEN BLOCKS OPTIONS: a backup and a restore end with an error, and leave nothing.
stopped()
{
	local words='full|too large|disk I/O|No space left|there is no space'

	like "$(within "$2" <<<"select dbbackup_create('new', '$3');")" "$words" "sqlite: a disk that is full $1 is an error of a backup"
	like "$(within "$2" <<<"select dbbackup_restore('before', '$tmp/small/new.db') is null;")" "$words" \
		'sqlite: ... and of a restore'
	is "$(find "$tmp/small" "$tmp/full.db-backups" -mindepth 1 -maxdepth 1 ! -name before)" '' 'sqlite: ... and leaves nothing'
}

mkdir "$tmp/small"
for blocks in 100 1000 2400; do
	stopped "after $blocks KiB" "$blocks" '{}'
done
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=1m tmpfs "$tmp/small" 2>"$tmp/mounted"; then
	stopped 'in a small file system' unlimited "{\"directory\": \"$tmp/small\"}"
	umount "$tmp/small"
else
	skip 'sqlite: a small file system' 'no file system can be mounted'
fi

finish
