#!/bin/bash
# A restore over the live database loses nothing that others have committed: each
# acknowledged row is in the backup that was made before, or in the database.
# Prints TAP.
#
# usage: test/process/backup/replace.sh [RESTORES]
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 20000')
restores=${1-3}

# writer DATABASE FILE: inserts rows and acknowledges each, until there is a file stop.
writer()
{
	python3 - "$tmp/$1.db" "$2" "$tmp/stop" "$tmp/pause" <<-'END'
		import os, select, sqlite3, sys
		db = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
		ledger = open(sys.argv[2], 'w', buffering=1)
		n = 0
		pause = os.open(sys.argv[4], os.O_RDWR)
		while not os.path.exists(sys.argv[3]):
		    n += 1
		    key = '%s-%d' % (os.path.basename(sys.argv[2]), n)
		    db.execute('insert into entry values (?)', (key,))
		    ledger.write(key + '\n')
		    # SQLite has no queue: others get their turn
		    select.select([pause], [], [], 0.002)
	END
}
mkfifo "$tmp/pause"

for mode in wal delete; do
	rm -f "$tmp/stop"
	sqlite3 "$tmp/$mode.db" >"$tmp/out" <<-END
		pragma journal_mode = $mode;
		create table entry (key text primary key);
		create table load (v);
		insert into load select randomblob(3000) from generate_series(1, 3000);
	END
	sqlite "$mode" <<<"select dbbackup_create('first') is null;" >"$tmp/out"
	for w in 1 2; do
		writer "$mode" "$tmp/ledger.$mode.$w" &
	done
	until [ -s "$tmp/ledger.$mode.1" ] && [ -s "$tmp/ledger.$mode.2" ]; do
		read -rt 0.01 -u 3 _ 3<>"$tmp/pause" || true
	done
	bad=
	for ((n = 1; n <= restores; n++)); do
		got=$(sqlite "$mode" <<<"select dbbackup_restore('first', null,
			'{\"replace\": true, \"confirm\": \"$mode.db\"}') ->> 'safety_backup' is not null;" 2>&1) || true
		[ "$got" = 1 ] || bad+=" $got"
	done
	touch "$tmp/stop"
	wait
	is "$bad" '' "$mode: the database is replaced while others write"
	for backup in "$tmp/$mode.db-backups"/*/database.db "$tmp/$mode.db"; do
		sqlite3 "$backup" 'select key from entry'
	done | sort -u >"$tmp/kept"
	is "$(cat "$tmp/ledger.$mode".* | sort | comm -23 - "$tmp/kept" | wc -l)" 0 \
		"$mode: each row that was committed is in a backup or in the database"
	is "$(sqlite "$mode" <<<"select count(*) from dbbackup_list;")" "$((restores + 1))" \
		"$mode: one backup for each replacement"
done
finish
