#!/bin/bash
# Keys of encrypted backups are in no core dump, and not in memory when a call is
# over, whether it has succeeded or failed.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

if ! command -v python3 >/dev/null; then
	skip 'keys in memory' 'python3 is not installed'
	finish
fi

key=$tmp/key
head -c 32 /dev/urandom >"$key"
chmod 600 "$key"
export DBCARE_KEY_FILE=$key
directory=$tmp/shop.db-backups
encrypt="{\"compress\": true, \"encrypt\": {\"key_file\": \"$key\"}}"

# found FILE|PID BACKUP ...: which keys are in a file, or in the memory of a process, of
# these backups: that of the user, and those that are made from it.  And a text that is
# in its memory, which shows that the search works.
found()
{
	python3 - "$@" <<-'END'
		import json, os, runpy, sys
		where, backups = sys.argv[1], sys.argv[2:]
		if where.isdigit():
		    memory = b''
		    with open('/proc/%s/mem' % where, 'rb') as mem:
		        for line in open('/proc/%s/maps' % where):
		            start, end = (int(n, 16) for n in line.split()[0].split('-'))
		            if 'rw' in line.split()[1]:
		                try:
		                    mem.seek(start)
		                    memory += mem.read(end - start)
		                except OSError:
		                    pass
		else:
		    memory = open(where, 'rb').read()
		reader = runpy.run_path('test/process/backup/reader.py')
		secret = open(os.environ['DBCARE_KEY_FILE'], 'rb').read()
		keys = {'key file': secret}
		for backup in backups:
		    name = os.path.basename(backup)
		    manifest = json.load(open(backup + '/manifest.json'))
		    derived = reader['keyed'](secret, bytes.fromhex(manifest['encryption']['salt']))
		    data = reader['data_key'](manifest)
		    keys[name + ': secret key'] = derived
		    keys[name + ': wrapping key'] = reader['keyed'](derived, b'wrap')
		    keys[name + ': data key'] = data
		    keys[name + ': signing key'] = reader['keyed'](data, b'sign')
		    for stream in 'pages', 'hashes':
		        header = open('%s/%s.dbs' % (backup, stream), 'rb').read(48)
		        keys['%s: key of %s' % (name, stream)] = reader['keyed'](data, header)
		keys['text'] = b'known to be in memory'
		for name, value in keys.items():
		    if value in memory or value.hex().encode() in memory:
		        print(name)
	END
}

sqlite_new shop
sqlite shop <<-'END' >"$tmp/out"
	pragma journal_mode = wal;
	create table t (id integer primary key, v text);
	insert into t select value, hex(randomblob(4000)) from generate_series(1, 6000);
END

# ---- when calls are over ----

# open_session BLOCKS: starts a shell, no file of which grows beyond so many KiB.
open_session()
{
	rm -f "$tmp/session"
	mkfifo "$tmp/session"
	(
		trap '' XFSZ
		ulimit -f "$1"
		exec "${sqlite_shell[@]}" -cmd '.bail off' "$tmp/shop.db"
	) <"$tmp/session" >"$tmp/session.out" 2>&1 &
	session=$!
	exec {input}>"$tmp/session"
}
close_session()
{
	exec {input}>&-
	wait $session || true
}
# say SQL: runs it in the session, and waits for its end.
calls=0
say()
{
	calls=$((calls + 1))
	echo "$1;
		select 'end of $calls';" >&$input
	until grep -q "^end of $calls\$" "$tmp/session.out"; do
		sleep 0.02
	done
}

open_session unlimited
say "create temp table known as select 'known to ' || 'be in memory' as text"
is "$(found $session)" text 'memory can be searched'
say "select dbbackup_create('one', '$encrypt') ->> 'kind'"
like "$(cat "$tmp/session.out")" full 'a backup is encrypted'
is "$(found $session "$directory/one")" text '... and leaves no key'
say "select dbbackup_verify('one', '{\"level\": 3, \"decrypt\": {\"key_file\": \"$key\"}}') ->> 'ok' = 1 as verified"
say "select dbbackup_create('two', '{\"incremental_from\": \"one\", \"encrypt\": {\"key_file\": \"$key\"}}') ->> 'kind'"
say "select dbbackup_restore('two', '$tmp/new.db', '{\"decrypt\": {\"key_file\": \"$key\"}}') is null"
like "$(cat "$tmp/session.out")" incremental 'it is verified, has an increment, and is restored'
is "$(found $session "$directory/one" "$directory/two")" text '... and no key is left'
cp -a "$directory/one" "$tmp/one"
flip "$directory/one/pages.dbs" 2000000
sed -i 's/"sha256": "[0-9a-f]*"/"sha256": null/' "$directory/one/manifest.json"
say "select dbbackup_restore('one', '$tmp/other.db', '{\"decrypt\": {\"key_file\": \"$key\"}}')"
rm -r "$directory/one"
cp -a "$tmp/one" "$directory/one"
flip "$directory/one/pages.dbs" 2000000
say "select dbbackup_restore('one', '$tmp/other.db', '{\"decrypt\": {\"key_file\": \"$key\"}}')"
say "select dbbackup_create('two', '$encrypt')"
like "$(cat "$tmp/session.out")" 'damaged' 'a damaged one is not restored'
like "$(cat "$tmp/session.out")" 'already exists' '... and another name is taken'
is "$(found $session "$tmp/one" "$directory/two")" text '... and an error leaves no key'
close_session

# an error in the middle, which jumps out of the call
open_session 30000
say "create temp table known as select 'known to ' || 'be in memory' as text"
say "select dbbackup_create('three', '$encrypt')"
like "$(cat "$tmp/session.out")" 'full|too large|disk I/O' 'a backup fails in the middle'
is "$(found $session)" text '... and leaves none'
close_session

# ---- a core dump in the middle ----

# abort SQL WHEN: runs SQL and aborts it when a command is true; prints the core dump.
abort()
{
	mkdir -p "$tmp/cores"
	rm -f "$tmp/cores"/*
	(
		cd "$tmp/cores"
		ulimit -c unlimited
		exec sqlite3 -batch -cmd ".load $OLDPWD/sqlite_ext/dbcare" "$tmp/shop.db" "$1"
	) >"$tmp/out" 2>&1 &
	local pid=$!

	until eval "$2"; do
		kill -0 $pid 2>/dev/null || break
		sleep 0.005
	done
	kill -ABRT $pid 2>/dev/null || true
	wait $pid 2>/dev/null || true
	find "$tmp/cores" -type f
}

case $(cat /proc/sys/kernel/core_pattern 2>/dev/null) in
	'' | '|'* | /*) skip 'core dumps' 'they are not in the current directory' ;;
	*)
		core=$(abort "select 'known to ' || 'be in memory', dbbackup_create('plain', '{\"compress\": true}');
			" 'compgen -G "$directory/.plain.*/pages.dbs" >"$tmp/found"')
		if [ -z "$core" ]; then
			skip 'core dumps' 'the system makes none'
		else
			rm -rf "$directory"/.plain*
			core=$(abort "select dbbackup_create('secret', '$encrypt');" 'compgen -G "$directory/.secret.*/pages.dbs" >"$tmp/found"')
			is "$core" '' 'a call that has keys makes no core dump'
			is "$(compgen -G "$directory/.secret.*" | wc -l)" 1 '... and was aborted in the middle'
		fi
		;;
esac
finish
