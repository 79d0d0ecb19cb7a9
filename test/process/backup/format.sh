#!/bin/bash
# A reader in another language restores backups of SQLite databases from
# doc/backup-format.md alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

if ! command -v python3 >/dev/null || ! command -v zstd >/dev/null; then
	skip 'a reader in Python' 'python3 or zstd is not installed'
	finish
fi

directory=$tmp/shop.db-backups
printf %064d 7 >"$tmp/key"
chmod 600 "$tmp/key"
export DBCARE_KEY_FILE=$tmp/key DBCARE_PASSPHRASE='correct horse battery staple'

# content FILE: what a database contains.
content()
{
	sqlite3 "$1" 'pragma integrity_check' .dump | sha256sum
}

# make NAME OPTIONS: a backup.
make()
{
	sqlite shop >/dev/null <<<"select dbbackup_create('$1', '$2')"
}

# reads NAME BACKUP ...: whether the reader makes the database that is there.
reads()
{
	local name=$1 said

	shift
	said=$(test/process/backup/reader.py "${@/#/$directory/}" "$tmp/read.db" 2>&1) || true
	is "$said$(content "$tmp/read.db")" "$(content "$tmp/shop.db")" "$name"
	rm -f "$tmp/read.db"
}

# refuses TITLE MESSAGE BACKUP ...: whether it finds what is wrong.
refuses()
{
	local title=$1 message=$2

	shift 2
	like "$(test/process/backup/reader.py "${@/#/$directory/}" "$tmp/read.db" 2>&1)" "$message" "$title"
	rm -f "$tmp/read.db"
}

sqlite_new shop
sqlite shop <<-'END'
	create table t (id integer primary key, v text);
	with recursive n (i) as (select 1 union all select i + 1 from n where i < 300)
	insert into t select i, hex(randomblob(20)) from n;
END
key='{"key_file": "'$tmp'/key"}'
phrase='{"key_env": "DBCARE_PASSPHRASE"}'
make plain '{}'
make packed '{"compress": true}'
make sealed '{"encrypt": '"$key"'}'
make both '{"compress": true, "encrypt": '"$phrase"'}'
for name in plain packed sealed both; do
	reads "a full backup ($name)" "$name"
done
sqlite shop <<<'update t set v = id where id % 100 = 0; create table u (a);'
make first '{"incremental_from": "plain"}'
make first_packed '{"incremental_from": "packed", "compress": true}'
sqlite shop <<<'insert into u select hex(randomblob(2000)) from t limit 10; delete from t where id < 50;'
make second '{"incremental_from": "first"}'
make second_packed '{"incremental_from": "first_packed", "compress": true}'
reads 'a chain' plain first second
reads 'a chain that is compressed' packed first_packed second_packed
sqlite shop <<<'drop table u; vacuum;'
make third '{"incremental_from": "second"}'
reads 'a database that became smaller' plain first second third

# pages that are packed while others are copied: the first one comes last
sqlite_new large
sqlite large <<-'END' >"$tmp/out"
	pragma journal_mode = wal;
	create table t (id integer primary key, v text);
	insert into t select value, hex(randomblob(400)) from generate_series(1, 9000);
END
directory=$tmp/large.db-backups
is "$(sqlite large <<<"select json_extract(dbbackup_create('full', '{\"compress\": true}'), '\$.kind', '\$.verified.ok');
	update t set v = 'x' where id % 4000 = 0;
	select dbbackup_create('next', '{\"incremental_from\": \"full\"}') ->> 'stored_pages' between 2 and 20;
	select dbbackup_verify('next', '{\"level\": 3}') ->> 'ok';
	select dbbackup_restore('next', '$tmp/own.db') is null;")" $'["full",true]\n1\n1\n0' 'a database of many pages'
is "$(content "$tmp/own.db")" "$(content "$tmp/large.db")" '... is restored'
test/process/backup/reader.py "$directory/full" "$directory/next" "$tmp/read.db" >"$tmp/out" 2>&1 || true
is "$(cat "$tmp/out") $(sha256sum <"$tmp/read.db")" " $(sha256sum <"$tmp/own.db")" '... also by the reader'
rm "$tmp/read.db"
directory=$tmp/shop.db-backups

refuses 'a chain with a gap' 'is not what it was' plain second
DBCARE_PASSPHRASE=other refuses 'another passphrase' 'not the key of the backup' both
flip "$directory/sealed/pages.dbs" 200
refuses 'an encrypted chunk that was changed' 'wrong tag' sealed
flip "$directory/packed/pages.dbs" 200
refuses 'a chunk that was changed' 'a chunk is damaged' packed
sed -i 's/"pages": /"pages": 1/' "$directory/both/manifest.json"
refuses 'a manifest that was changed' 'the manifest was changed' both

# level 3 compares what the manifest says about the contents
sqlite shop <<-'END' >"$tmp/out"
	create table w (k text primary key, v) without rowid;
	insert into w select 'k' || id, id from t where id < 90;
	select dbaudit_enable('w') is null;
	insert into w values ('logged', 1);
	select dbaudit_seal() is null;
END
make counted '{}'
is "$(python3 -c "import json, sys; m = json.load(open(sys.argv[1])); print({t['name']: t['rows'] for t in m['tables'] if t['name'] in 'tw'}, m['audit_root'])" \
	"$directory/counted/manifest.json")" \
	"$(sqlite shop <<<"select '{''t'': ' || (select count(*) from t) || ', ''w'': ' || (select count(*) from w) || '}', max(root) from dbcare_audit_seal")" \
	'a manifest has the rows of each table and the last seal of the log'
is "$(test/process/backup/reader.py "$directory/counted" "$tmp/read.db" 2>&1)" '' 'a reader compares the same'
# edit NAME PYTHON: changes the manifest m of a copy of that backup, with a valid seal
edit()
{
	rm -rf "${directory:?}/$1"
	cp -r "$directory/counted" "$directory/$1"
	python3 - "$directory/$1/manifest.json" "$1" "$2" <<-'END'
		import hashlib, json, sys
		m = json.load(open(sys.argv[1]))
		m["name"] = sys.argv[2]
		exec(sys.argv[3])
		del m["seal"]
		body = json.dumps(m)[:-1]
		open(sys.argv[1], "w").write('%s, "seal": "%s"}\n' % (body, hashlib.sha256(body.encode()).hexdigest()))
	END
	sqlite shop <<<"select json_extract(dbbackup_verify('$1'), '\$.ok');
		select json_extract(dbbackup_verify('$1', '{\"level\": 3}'), '\$.ok', '\$.detail');"
}
is "$(edit same 'pass')" $'1\n[true,null]' 'an edited manifest with a valid seal'
is "$(edit rows '[t for t in m["tables"] if t["name"] == "w"][0]["rows"] = 7')" \
	$'1\n[false,"table w has 41 rows instead of 7"]' 'level 3 compares the rows of each table'
is "$(edit schema 'm["schema_digest"] = "0" * 64')" \
	$'1\n[false,"it has another schema than its manifest says"]' '... and the schema'
is "$(edit none 'del m["schema_digest"]')" \
	$'1\n[false,"it has another schema than its manifest says"]' '... and a manifest has one'
is "$(edit root 'm["audit_root"] = "00"')" \
	$'1\n[false,"the last seal of its log of changes is not that of its manifest"]' '... and the last seal of the log'
is "$(edit tables 'm["tables"] = m["tables"][1:]' | sed -E 's/[0-9]+/N/g')" \
	$'N\n[false,"it has N tables instead of N"]' '... and the number of tables'
is "$(edit renamed '[t for t in m["tables"] if t["name"] == "t"][0]["name"] = "s"')" \
	$'1\n[false,"table s is missing"]' '... and their names'

finish
