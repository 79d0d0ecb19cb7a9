#!/bin/bash
# The command on the worst day: the database is damaged, destroyed or gone, or the machine
# is another one.  Its backups are listed, verified and restored from their directory.
# Prints TAP.
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

dbcare=${DBCARE:-$PWD/build/dbcare}
key=$tmp/key
head -c 32 /dev/urandom >"$key"
head -c 32 /dev/urandom >"$tmp/other"
chmod 600 "$key" "$tmp/other"
decrypt="{\"key_file\": \"$key\"}"
unset DATABASE_URL PGDATABASE PGHOST PGPORT PGUSER PGSERVICE PGHOSTADDR
cd "$tmp"

# run ARGUMENT ...: the output, a line with the exit code last.
run()
{
	local code=0

	"$dbcare" "$@" </dev/null 2>&1 || code=$?
	echo "exit $code"
}

# says PATTERN NAME ARGUMENT ...
says()
{
	local wanted=$1 name=$2

	shift 2
	like "$(run "$@")" "$wanted" "$name"
}

# rows FILE: of a restored database.
rows()
{
	sqlite3 "$1" 'pragma integrity_check; select count(*) from t' 2>&1 | tr '\n' ' '
}

sqlite3 sound.db <<<"create table t (id integer primary key, v text);
	insert into t select value, hex(randomblob(100)) from generate_series(1, 3000);
	create index i on t (v);"
cp sound.db app.db
run --db app.db --quiet backup open >out
run --db app.db --quiet backup secret --encrypt "$decrypt" >>out
is "$(cat out)" "$(printf 'exit 0\nexit 0')" 'backups of a sound database'
cp app.db written.db

# ---- a directory that is not there, and files that may not grow ----

says "no such directory.*$tmp/typo.*exit 2" 'a directory that is not there is named' list-backups --directory "$tmp/typo"
says 'The directory of --directory is not there.*exit 2' '... also beside a database that is not there' \
	--db "$tmp/none.db" list-backups --directory "$tmp/typo"
before=$(ls -A "$tmp" app.db-backups)
is "$(ulimit -f 100; run --db written.db --quiet backup large --directory "$tmp/app.db-backups" | tail -n 1; run --db written.db --quiet salvage large.db | tail -n 1)
$(ls -A "$tmp" app.db-backups)" "exit 2
exit 2
$before" 'a limit of the size of files is an error that leaves nothing'

# ---- exit codes ----

says 'no key was given.*exit 1' 'an encrypted backup is not verified without its key' --db app.db verify-backup secret
says 'not that of the backup.*exit 1' '... nor with another key' --db app.db verify-backup secret --decrypt "{\"key_file\": \"$tmp/other\"}"
says 'exit 0' '... but with its own' --db app.db verify-backup secret --decrypt "$decrypt"
says 'exit 0' '... in every respect' --db app.db verify-backup secret --level 3 --decrypt "$decrypt"

# ---- confirmation ----

says 'name was not typed.*--confirm app.db.*exit 2' 'a replacement wants the name of the database' --db app.db restore-backup open --replace
says 'name was not typed.*--confirm app.db.*exit 2' '... and yes is not enough' --db app.db restore-backup open --replace --yes
says '"other.db" is not the name.*exit 2' '... nor another name' --db app.db restore-backup open --replace --confirm other.db
says 'what was replaced is in backup .*exit 0' '... also outside production' --db app.db restore-backup secret --decrypt "$decrypt" --replace --confirm app.db

# ---- damage ----

# damage KIND: makes app.db such a file
damage()
{
	cp written.db app.db
	case $1 in
		header) dd if=/dev/urandom of=app.db bs=100 count=1 conv=notrunc status=none ;;
		empty_header) dd if=/dev/zero of=app.db bs=100 count=1 conv=notrunc status=none ;;
		page_1) dd if=/dev/urandom of=app.db bs=1 seek=100 count=3996 conv=notrunc status=none ;;
		cut) truncate -s 5000 app.db ;;
		empty) truncate -s 0 app.db ;;
		pages) dd if=/dev/urandom of=app.db bs=4096 seek=1 count=100000 conv=notrunc status=none iflag=count_bytes ;;
		text) echo 'no database' >app.db ;;
		gone) rm app.db ;;
		directory) rm app.db && mkdir app.db ;;
	esac
}
for kind in header empty_header page_1 cut empty pages text gone directory; do
	damage "$kind"
	got=$(run --db app.db --csv list-backups | cut -d , -f 1,12 | grep -E '^(open|secret|exit)' | tr '\n' ' ')
	is "$got" 'open,1 secret,1 exit 0 ' "$kind: backups are listed"
	says 'exit 0' "$kind: a backup is verified" --db app.db verify-backup open --level 3
	rm -f new.db
	says 'exit 0' "$kind: it is restored" --db app.db restore-backup secret new.db --decrypt "$decrypt"
	is "$(rows new.db)" 'ok 3000 ' "$kind: ... with every row"
	like "$(run --db app.db --quiet restore-backup open app.db)" \
		"$([ "$kind" = gone ] && echo 'exit 0' || echo 'exit 2')" "$kind: never over a file"
	rm -rf app.db
done

# ---- another machine ----

mv app.db-backups elsewhere
says 'open.*secret.*exit 0' 'backups are listed by their directory alone' list-backups --directory elsewhere
says 'exit 0' '... verified' verify-backup secret --directory elsewhere --level 3 --decrypt "$decrypt"
says 'exit 0' '... and restored' restore-backup secret moved.db --directory elsewhere --decrypt "$decrypt"
is "$(rows moved.db)" 'ok 3000 ' '... with every row'
# variables of libpq are there for other programs
export PGHOST=/nowhere PGDATABASE=app
is "$(timeout 60 "$dbcare" list-backups --directory elsewhere 2>&1 | grep -c nowhere)" 0 'no server of the environment is asked for backups of SQLite'
says 'exit 0' '... nor to restore one' restore-backup secret beside.db --directory elsewhere --decrypt "$decrypt"
unset PGHOST PGDATABASE
says 'no database was given.*exit 2' 'without a directory there are none' list-backups
says 'no database was given.*exit 2' 'a replacement needs the database' restore-backup open --replace --directory elsewhere
says 'cannot open.*exit 2' '... which must be sound' --db none.db restore-backup open --replace --directory elsewhere
says 'there is no backup "third".*exit 2' 'what is not there is not restored' restore-backup third x.db --directory elsewhere
flip elsewhere/open/database.db 5000
says 'was changed.*exit 1' 'a damaged backup is one' verify-backup open --directory elsewhere

# ---- a server that is gone ----

says 'open.*exit 0' 'a server that is gone' --db 'postgresql:///app?host=/nowhere' list-backups --directory elsewhere
says '/nowhere.*failed.*exit 2' '... whose directory is not known' --db 'postgresql:///app?host=/nowhere' list-backups

cd "$OLDPWD"
mkdir -m 777 "$tmp/dumps"
start_server server "dbcare.backup_roots = '$tmp/dumps'"
postgresql_new app
postgresql app <<<"select dbbackup_create('dump', '{\"directory\": \"$tmp/dumps\"}') ->> 'kind';" >"$tmp/out"
cd "$tmp"
is "$(cat out)" dump 'a backup of PostgreSQL'
says 'dump.*exit 0' '... is listed without a server' list-backups --directory dumps
says 'exit 0' '... each byte is verified' verify-backup dump --directory dumps --level 1
says 'dump is sound, level 2.*exit 0' '... and by pg_restore, in a database without the extension' verify-backup dump --directory dumps
export PGHOST=/nowhere
says 'one of postgresql, of which level 1 is tested here.*exit 1' '... more than that is unknown' verify-backup dump --directory dumps
says 'is one of postgresql.*exit 2' '... and only a server restores it' restore-backup dump x.db --directory dumps
cd "$OLDPWD"

# ---- salvage ----

# The index comes last, so that the pages in front are those of the rows.
cd "$tmp"
sqlite3 intact.db <<<"create table t (id integer primary key, v text);
	insert into t select value, hex(randomblob(100)) from generate_series(1, 3000);
	create index i on t (v);"
cp intact.db app.db
dd if=/dev/zero of=app.db bs=1 count=16 conv=notrunc status=none
cp app.db kept.db
says '"rows": 3000.*exit 1' 'rows are saved without a header, and exit 1 says that something is lost' --db app.db --json salvage saved.db
is "$(rows saved.db)" 'ok 3000 ' '... all of them'
is "$(cmp app.db kept.db && echo same)" same '... and the damaged file is not changed'
says 'saved.db" exists already.*exit 2' 'nothing is overwritten' --db app.db salvage saved.db
says 'file is not a database.*salvage.*exit 2' 'a verb that needs the database names the way' --db app.db status
cp intact.db app.db
dd if=/dev/zero of=app.db bs=4096 seek=20 count=3 conv=notrunc status=none
says '"from_backup": [1-9].*exit 1' 'rows that are lost are taken from a restored file' --db app.db --json salvage merged.db --restored intact.db
is "$(rows merged.db)$(sqlite3 -cmd "attach 'intact.db' as s" merged.db 'select count(*) from (select * from t except select * from s.t)')" \
	'ok 3000 0' '... all of them'
says '"lost": \[\].*"success": true.*exit 0' 'a sound file is copied whole' --db intact.db --json salvage whole.db
says 'cannot open "none.db".*exit 2' 'without the file there is nothing' --db none.db salvage nothing.db
is "$(ls nothing.db 2>&1 | grep -c 'No such')" 1 '... and no new file'
says 'reads a file of SQLite.*exit 2' 'a server has no file to read' --db postgresql://nowhere/x salvage saved2.db

# ---- follow ----

says 'follow reads a file of SQLite.*archive-wal.*exit 2' 'a server archives its log' --db postgresql://nowhere/x follow
says 'no such file.*none.db.*exit 2' 'a file that is not there cannot be followed' --db none.db follow
says 'DBCARE_TEST_UNSET" is not set.*exit 2' 'nor without the key' --db intact.db follow --encrypt '{"key_env": "DBCARE_TEST_UNSET"}'
says 'directory .*none/b" cannot be created.*exit 2' 'nor into no directory' --db intact.db follow none/b
says 'no full backup could be made: .*file is not a database.*exit 2|cannot be followed.*exit 2' 'nor what is no database' --db kept.db follow
cd "$OLDPWD"
finish
