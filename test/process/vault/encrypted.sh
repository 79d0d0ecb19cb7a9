#!/bin/bash
# With a key only encrypted backups are accepted, nothing of what they hold is left
# in a file when a call is killed, and no call replaces the database by another one.
# Prints TAP.
#
# usage: test/process/vault/encrypted.sh [KILLS]
#
# KILLS: of each kind of call.
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
kills=${1-4}

key=$tmp/key
head -c 32 /dev/urandom >"$key"
chmod 600 "$key"
export TMPDIR=$tmp/temporary SQLITE_TMPDIR=$tmp/temporary
mkdir -m 755 "$TMPDIR"
directory=$tmp/shop.db-backups
decrypt="\"decrypt\": {\"key_file\": \"$key\"}"
encrypt="\"encrypt\": {\"key_file\": \"$key\"}"
replace="\"replace\": true, \"confirm\": \"shop.db\""

# call SQL: the result of a call on shop.db, or its error.
call()
{
	sqlite shop 2>&1 <<<"select $1;" || true
}

# reseal BACKUP [SCRIPT]: edits the manifest of a plain backup, and seals it again, as
# anybody can.
reseal()
{
	python3 - "$@" <<-'END'
		import hashlib, sys
		path = sys.argv[1] + '/manifest.json'
		body, seal = open(path).read().rsplit(', "seal": "', 1)
		for change in sys.argv[2:]:
		    old, new = change.split('=', 1)
		    assert old in body, change
		    body = body.replace(old, new)
		open(path, 'w').write(body + ', "seal": "' + hashlib.sha256(body.encode()).hexdigest() + seal[64:])
	END
}

sqlite_new shop
sqlite shop >/dev/null <<-'END'
	create table t (id integer primary key, v text);
	insert into t select value, 'marker of the backup ' || hex(randomblob(300)) from generate_series(1, 2000);
END
is "$(call "dbbackup_create('full', '{$encrypt}') ->> 'name', dbbackup_create('next', '{$encrypt, \"incremental_from\": \"full\"}') ->> 'kind'")" \
	'full incremental' 'encrypted backups'

# ---- a plain backup in the place of an encrypted one ----

mkdir "$tmp/forged"
for name in full next; do
	sqlite shop >/dev/null <<<"update t set v = 'forged'; select dbbackup_create('$name', '{\"directory\": \"$tmp/forged\"}');"
done
sqlite shop >/dev/null <<<"update t set v = 'live'; vacuum;"
mv "$directory" "$tmp/real"
cp -a "$tmp/forged" "$directory"
like "$(call "dbbackup_verify('full') ->> 'ok'")" '^1$' 'a plain backup is verified without a key'
for level in 0 1 2 3; do
	like "$(call "dbbackup_verify('full', '{\"level\": $level, $decrypt}') ->> 'ok'")" \
		'backup "full" is not encrypted.*leave out the option decrypt' "with a key it is refused at level $level"
done
like "$(call "dbbackup_restore('full', '$tmp/new.db', '{$decrypt}')")" 'backup "full" is not encrypted' '... as a new file'
is "$(ls "$tmp/new.db" 2>/dev/null)" '' '... which is not made'
like "$(call "dbbackup_restore('full', null, '{$replace, $decrypt}')")" 'backup "full" is not encrypted' '... over the database'
like "$(call "dbbackup_restore('full', null, '{\"table\": \"t\", \"on_conflict\": \"overwrite\", $decrypt}')")" \
	'backup "full" is not encrypted' '... as a table'
is "$(call "distinct v from t")" live '... and nothing was changed'
is "$(find "$directory" -name verified.json -exec grep -L '"ok": true' {} +)" '' '... nor noted as damage'

# a forged parent of an encrypted backup
rm -rf "$directory"
cp -a "$tmp/real" "$directory"
id=$(jq -r .id "$directory/full/manifest.json")
rm -r "$directory/full"
cp -a "$tmp/forged/full" "$directory/full"
reseal "$directory/full" "$(jq -r .id "$directory/full/manifest.json")=$id"
like "$(call "dbbackup_restore('next', '$tmp/new.db', '{$decrypt}')")" 'backup "full" is not encrypted' 'nor is a plain parent accepted'
rm -rf "$directory"
cp -a "$tmp/real" "$directory"

# who cannot seal a manifest cannot change it
cp -a "$directory/full" "$tmp/before"
sed -i 's/"database": "shop.db"/"database": "stop.db"/' "$directory/full/manifest.json"
like "$(call "dbbackup_restore('full', '$tmp/new.db', '{$decrypt}')")" 'manifest.json was changed' \
	'an encrypted backup with another manifest is not restored'
rm -rf "$directory/full"
cp -a "$tmp/before" "$directory/full"

# ---- another database ----

sqlite_new other
sqlite other >/dev/null <<-END
	create table t (id integer primary key, v text);
	insert into t values (1, 'another');
	select dbbackup_create('of_other', '{"directory": "$directory", $encrypt}');
	select dbbackup_create('plain_of_other', '{"directory": "$directory"}');
END
like "$(call "dbbackup_restore('of_other', null, '{$replace, $decrypt}')")" \
	'backup "of_other" is not one of this database.*"other.db".*"shop.db".*"another_database": true' \
	'the backup of another database does not replace this one'
like "$(call "dbbackup_restore('of_other', null, '{\"table\": \"t\", \"on_conflict\": \"overwrite\", $decrypt}')")" \
	'is not one of this database' '... nor its rows'
is "$(call "distinct v from t")" live '... and all rows stay'
like "$(call "problem from dbbackup_plan('of_other') where step = 'replace'")" 'another database' '... as the plan says'
is "$(call "problem is null from dbbackup_plan('full') where step = 'replace'")" 1 '... and not of this one'
is "$(call "dbbackup_restore('of_other', '$tmp/copy.db', '{$decrypt}') ->> 'name'")" of_other 'a new file is made of it'
is "$(call "dbbackup_restore('of_other', null, '{$replace, $decrypt, \"another_database\": true}') ->> 'name'; select v from t" | xargs)" \
	'of_other another' 'if it is asked for, it replaces this one'

# ---- the backup of what is replaced ----

safety=$(call "dbbackup_restore('full', null, '{$replace, $decrypt}') ->> 'safety_backup'")
is "$(call "encrypted from dbbackup_list() where name = '$safety'")" 1 'the backup of what is replaced is encrypted, too'
is "$(call "dbbackup_verify('$safety', '{\"level\": 3, $decrypt}') ->> 'ok'")" 1 '... with the same key'
is "$(grep -rl 'marker of the backup' "$directory")" '' '... and no file there has contents of the database'
cp -a "$tmp/forged/full" "$directory/old"
reseal "$directory/old" '"name": "full"="name": "old"'
like "$(call "dbbackup_restore('old', null, '{$replace}')")" \
	'needs a key.*backups of this database are encrypted.*option encrypt' 'an old plain backup replaces it with a key for the new one only'
safety=$(call "dbbackup_restore('old', null, '{$replace, $encrypt}') ->> 'safety_backup'")
is "$(call "encrypted from dbbackup_list() where name = '$safety'")" 1 '... which is encrypted'
like "$(call "dbbackup_restore('full', '$tmp/new.db', '{$decrypt, $encrypt}')")" 'option encrypt is for the option replace' \
	'and there is none for a new file'

# ---- killed ----

# at_call N SQL: as sqlite.sh does.
at_call()
{
	local calls=openat,pwrite64,fsync,ftruncate,linkat,unlinkat,renameat

	(
		strace -f -qq -o /dev/null -e "trace=$calls" -e "inject=$calls:signal=KILL:when=$1" \
			sqlite3 -batch -bail -cmd '.load ./sqlite_ext/dbcare' "$tmp/shop.db" "select $2;" >"$tmp/out" 2>&1
		exit $?
	) 2>/dev/null
}

# readable: the files with contents of the backup, but the database itself, and the
# hidden ones that others can read.
readable()
{
	grep -rlaE 'marker of the backup' "$directory" "$TMPDIR" "$tmp/place" /tmp/etilqs_* 2>/dev/null
	find "$directory" "$tmp/place" -mindepth 1 -maxdepth 1 -name '.*' -perm /077
}

# killed WORD SQL FIRST STEP: kills a call at some of its system calls.
killed()
{
	local n bad='' count=0

	for ((n = $3; count < kills; n += $4)); do
		if at_call "$n" "$2"; then
			break
		fi
		count=$((count + 1))
		bad+=$(readable)
	done
	is "$bad" '' "$1 that is killed leaves nothing in a file"
	is "$((count > 0))" 1 "... and was killed $count times"
}

if command -v strace >/dev/null && strace -qq -o /dev/null true 2>/dev/null; then
	mkdir "$tmp/place"
	rm -rf "$directory"/*"$safety" "$directory/old"
	killed 'a verification' "dbbackup_verify('next', '{\"level\": 3, $decrypt}')" 20 $((400 / kills + 1))
	killed 'a restore to a new file' "dbbackup_restore('next', '$tmp/place/new.db', '{$decrypt}')" 20 $((400 / kills + 1))
	rm -f "$tmp/place/new.db"
	call "dbbackup_restore('next', null, '{$replace, $decrypt}')" >"$tmp/out"
	killed 'a restore over the database' "dbbackup_restore('next', null, '{$replace, $decrypt}')" 30 $((800 / kills + 1))
	killed 'an encrypted backup' "dbbackup_create(null, '{$encrypt}')" 20 $((400 / kills + 1))
	is "$(($(find "$directory" -mindepth 1 -maxdepth 1 -name '.*' | wc -l) <= 1))" 1 'each call removes what those before have left'
	call "dbbackup_verify('full', '{$decrypt}')" >"$tmp/out"
	is "$(find "$directory" -mindepth 1 -maxdepth 1 -name '.*')" '' '... all of it'

	# a file system that gives no name to a file that had none
	strace -qq -o /dev/null -e trace=linkat -e inject=linkat:error=ENOENT:when=1 \
		sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/shop.db" \
		"select dbbackup_restore('full', '$tmp/place/copied.db', '{$decrypt}') is null" >"$tmp/out" 2>&1
	call "dbbackup_restore('full', '$tmp/place/linked.db', '{$decrypt}')" >"$tmp/out"
	is "$(sha256sum <"$tmp/place/copied.db")" "$(sha256sum <"$tmp/place/linked.db")" 'without such names the file is copied'
	is "$(stat -c %a "$tmp/place/copied.db" "$tmp/place/linked.db" | xargs)" '600 600' '... and is as private'

	# what other programs have is theirs
	touch "$directory/.other.0123abcd.tmp" "$tmp/place/.other.0123abcd.tmp" "$tmp/place/.restore.0123abcd.tmp"
	mkdir "$tmp/place/.other.0123abcd.old"
	call "dbbackup_restore('full', '$tmp/place/again.db', '{$decrypt}')" >"$tmp/out"
	is "$(cd "$tmp" && find shop.db-backups place -name '.*' | sort | xargs)" \
		'place/.other.0123abcd.old place/.other.0123abcd.tmp shop.db-backups/.other.0123abcd.tmp' \
		'... but nothing that other programs could have made'

	# a call that runs keeps what it has
	mkdir -m 700 "$directory/.running.0123abcd.tmp"
	exec {running}<"$directory/.running.0123abcd.tmp"
	flock "$running"
	call "dbbackup_create('quick', '{$encrypt}')" >"$tmp/out"
	is "$(ls -d "$directory"/.running.*)" "$directory/.running.0123abcd.tmp" '... but what a running call has'
else
	skip 'calls that are killed' 'strace cannot trace here'
fi
finish
