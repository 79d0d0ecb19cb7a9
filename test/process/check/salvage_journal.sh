#!/bin/bash
# dbcheck_salvage: a file whose writer was killed in a transaction, without a write-ahead
# log: the rows are those before it, from the rollback journal, and both files stay as
# they are.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# kill_writer [PRAGMA ...]: begins a transaction that changes, inserts and deletes more
# rows than the cache has room for, and is killed before its end.
kill_writer()
{
	rm -f "$tmp"/shop.db* "$tmp"/copy.db* "$tmp"/new.db*
	sqlite3 "$tmp/shop.db" >"$tmp/out" <<-END
		pragma journal_mode = delete;
		$*;
		create table entry (id integer primary key, n int, text);
		create index entry_n on entry (n);
		insert into entry select value, value, printf('%0400d', value) from generate_series(1, 2000);
		create table other (a, b text unique);
		insert into other select value, 'b' || value from generate_series(1, 500);
	END
	# the shell says what was killed
	{ python3 - "$tmp/shop.db" "$@" <<-'PYTHON' || true; } 2>"$tmp/killed"
		import os, signal, sqlite3, sys
		db = sqlite3.connect(sys.argv[1], isolation_level=None)
		db.execute('pragma cache_size = 5')
		for pragma in sys.argv[2:]:
		    db.execute(pragma)
		db.execute('begin')
		db.execute("update entry set n = -n, text = 'changed' where id % 3 = 0")
		db.execute('delete from entry where id % 7 = 0')
		db.execute("insert into entry select id + 10000, 0, text from entry")
		db.execute('drop table other')
		db.execute("create table later as select * from entry")
		os.kill(os.getpid(), signal.SIGKILL)
	PYTHON
	[ -s "$tmp/shop.db-journal" ] || result 1 'the transaction has a journal'
	cp "$tmp/shop.db" "$tmp/copy.db"
	cp "$tmp/shop.db-journal" "$tmp/copy.db-journal"
}
# salvage: saves the copy's rows in new.db.
salvage()
{
	cat "$tmp"/copy.db "$tmp"/copy.db-journal | cksum >"$tmp/before"
	build/dbcare --db "$tmp/copy.db" --json salvage "$tmp/new.db" >"$tmp/result" 2>"$tmp/notes" || true
	cat "$tmp"/copy.db "$tmp"/copy.db-journal | cksum | cmp -s - "$tmp/before" ||
		result 1 'the damaged files stay as they are'
}
lost()
{
	python3 -c 'import json, sys; print(*[l["problem"] for l in json.load(open(sys.argv[1]))["lost"]], sep="\n")' "$tmp/result" 2>&1
}
# differs: what is not as SQLite rolls it back.
differs()
{
	diff <(sqlite3 "$tmp/shop.db" .dump 2>&1) <(sqlite3 "$tmp/new.db" .dump 2>&1) | head -5
}

for pragma in 'pragma synchronous = full' 'pragma synchronous = off' 'pragma page_size = 512'; do
	kill_writer "$pragma"
	salvage
	is "$(lost)$(differs)" '' "$pragma: the rows are those before the transaction"
done
like "$(cat "$tmp/notes")" 'NOTICE: a transaction was interrupted: [0-9]+ pages are read as before it, from the rollback journal' \
	'it is said that the journal was used'

# the header of the file is gone, too
kill_writer
dd if=/dev/zero of="$tmp/copy.db" bs=100 count=1 conv=notrunc status=none
salvage
is "$(lost)$(differs)" '' 'page 1 is in the journal, although it is destroyed in the file'

# records are damaged, where their checksums see it: number, page of 4096 bytes, checksum
kill_writer 'pragma synchronous = off'
python3 - "$tmp/copy.db-journal" <<-'PYTHON'
	import sys
	with open(sys.argv[1], 'r+b') as f:
	    f.seek(20)
	    sector = int.from_bytes(f.read(4), 'big')
	    for record in 3, 6:
	        f.seek(sector + record * 4104 + 4 + 96)
	        byte = f.read(1)[0]
	        f.seek(-1, 1)
	        f.write(bytes([byte ^ 255]))
PYTHON
salvage
like "$(lost)" 'a transaction was interrupted, and 2 pages of its rollback journal cannot be read: some rows may be as it has changed them' \
	'records that are damaged are counted'
like "$(cat "$tmp/notes")" '[0-9]+ pages are read as before it' '... and the others are used'

# the header of the journal is damaged, or the journal is cut
kill_writer
printf 'something else' | dd of="$tmp/copy.db-journal" conv=notrunc status=none
salvage
like "$(lost)" 'its rollback journal cannot be read' 'a journal without a header is named'
kill_writer
truncate -s 20000 "$tmp/copy.db-journal"
salvage
like "$(lost)" '[0-9]+ pages? of its rollback journal cannot be read' 'a journal that is cut is named'

# a transaction in two databases that was committed: the file that names both is gone
kill_writer
python3 - "$tmp/copy.db-journal" <<-'PYTHON'
	import struct, sys
	name = b'/nonexistent/copy.db-mj1234'
	with open(sys.argv[1], 'ab') as f:
	    f.write(struct.pack('>I', 0x40000000 // 4096 + 1) + name + struct.pack('>II', len(name), sum(name)) + bytes.fromhex('d9d505f920a163d7'))
PYTHON
cp "$tmp/copy.db-journal" "$tmp/shop.db-journal"
salvage
is "$(grep -c 'read as before' "$tmp/notes")$(sqlite3 "$tmp/shop.db" 'select count(*) from later' 2>&1)" \
	"0$(sqlite3 "$tmp/new.db" 'select count(*) from later' 2>&1)" 'a journal of a transaction that was committed is not used'
finish
